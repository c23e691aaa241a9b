"""Names and keys with characters that DCMTK drops, so that its name is not the written one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from asprofile.lint.outline import Outline
from asprofile.lint.references import ListReference, references
from asprofile.model.words import PROFILES, SPELLED, label_of
from asprofile.syntax import Entry, Header
from asprofile.text import Edit, Span, decode
from asprofile.value import Value

_PLAIN = re.compile(rb"[A-Za-z0-9_ \t-]*")
_DROPPED = re.compile(rb"[^A-Za-z0-9_ \t\r\n\v\f-]")


class Dropped(Value):
    """``span`` is the name or key, ``name`` what DCMTK keeps of it.

    ``failing`` are the references that spell the name as it is written, which find nothing; ``collides`` is another
    header of which the same is kept. ``mend`` writes header and references without what is dropped.
    """

    what: Literal["header", "key"]
    span: Span
    name: str
    supersection: str
    failing: tuple[ListReference, ...] = ()
    collides: Header | None = None
    mend: tuple[Edit, ...] = ()


def dropped(outline: Outline, data: bytes) -> Iterator[Dropped]:
    """Every name and key of which DCMTK drops more than white space, in what it reads."""
    for name in SPELLED:
        supersection = outline.supersection(name)
        if supersection is None:
            continue
        yield from _of_header(supersection.header, "", outline, data, {})
        seen: dict[str, tuple[str, Header]] = {}
        for section in supersection.sections:
            yield from _of_header(section.header, name, outline, data, seen)
            for entry in section.entries:
                if not _PLAIN.fullmatch(data, *entry.raw_key) and section.by_key[entry.key] is entry:
                    yield from _of_key(entry, name, data)


def _of_header(
    header: Header, supersection: str, outline: Outline, data: bytes, seen: dict[str, tuple[str, Header]]
) -> Iterator[Dropped]:
    raw = data[slice(*header.raw_name)]
    if b"\n" in raw or b"\r" in raw:
        return  # a name over several lines is no name
    written = header.name if _PLAIN.fullmatch(raw) else label_of(raw)
    first_written, first = seen.setdefault(header.name, (written, header))
    collides = first if first_written != written and supersection != PROFILES else None
    if written == header.name and collides is None:
        return
    clean = _DROPPED.sub(b"", raw).strip()
    failing = tuple(
        reference
        for reference in (references(outline) if supersection else ())
        if reference.supersection == supersection and reference.label == written != header.name
    )
    edits = [Edit(header.raw_name, clean)] if clean and written != header.name else []
    edits += (Edit(reference.span, clean) for reference in failing if clean)
    yield Dropped(
        "header", header.raw_name, header.name, supersection, failing, collides, () if collides else tuple(edits)
    )


def _of_key(entry: Entry, supersection: str, data: bytes) -> Iterator[Dropped]:
    span = entry.key_span
    text = data[slice(*span)]
    if _DROPPED.search(text) and b"\n" not in text and b"\r" not in text:
        yield Dropped("key", span, entry.key, supersection, mend=(Edit(span, _DROPPED.sub(b"", text).strip()),))


def dropped_characters(text: bytes) -> str:
    """The characters that are dropped, each once, in order."""
    kept = "".join(dict.fromkeys(decode(b"".join(_DROPPED.findall(text)))))
    return ", ".join(
        f"`{character}`" if character.isprintable() and not character.isspace() else _name(character)
        for character in kept
    )


def _name(character: str) -> str:
    """What a character is called that cannot be seen."""
    import unicodedata

    return f"a {unicodedata.name(character, f'character U+{ord(character):04X}').lower()}"
