"""Edits of numbered lists: entries inserted, removed, changed and renumbered.

The lines of sections are edited in ``lines``.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from asprofile.edit.lines import LINE_END, Edits, new_lines, sections, without
from asprofile.errors import EditError
from asprofile.model.document import Document, Section
from asprofile.model.words import NUMBERED_KEYS, SPELLED_KEYS
from asprofile.program import command
from asprofile.syntax import Entry
from asprofile.syntax.columns import is_aligned
from asprofile.text import Edit, Source, Span, decode, encode, next_line

_BLANKS = re.compile(rb"[ \t]*")
_DIGITS = re.compile(rb"(?<![0-9])[0-9]+\Z")


def inserted(document: Document, supersection: str, label: str, place: int, value: str, comment: str = "") -> Edits:
    """Make ``value`` the entry number ``place`` (from 0, and not the first) of a list; those after it move on by one.

    ``comment``: a line above it, without ``#``. Raises EditError if the new numbers would make DCMTK read entries that
    it does not read now.
    """
    section, entries, place = _section_of(document, supersection, label, place)
    before = entries[place - 1]
    aligned = is_aligned(section.entries)
    edits = [_numbered(entry, number, aligned) for number, entry in enumerate(entries[place:], place + 2)]
    data = document.data
    at = next_line(data, before.value_span.end)
    line = _keyed_like(before, place + 1, aligned, supersection) + encode(value)
    lines = [b"# " + encode(comment), line] if comment else [line]
    return [*edits, new_lines(data, at, lines)]


def removed(document: Document, supersection: str, label: str, places: Collection[int]) -> Edits:
    """Remove the entries with these numbers (from 0) from a list and renumber the others. One has to stay."""
    edits: Edits = []
    first = 0
    for section in sections(document, supersection, label):
        read = list(section.numbered(NUMBERED_KEYS[supersection]))
        gone = {place - first for place in places if first <= place < first + len(read)}
        first += len(read)
        if not gone:
            continue
        entries = _sound(document, supersection, section)
        aligned = is_aligned(section.entries)
        edits += [without(document.data, entries[place]) for place in sorted(gone)]
        kept = [entry for place, entry in enumerate(entries) if place not in gone]
        edits += [
            _numbered(entry, number, aligned)
            for number, entry in enumerate(kept, start=1)
            if entry.key != f"{NUMBERED_KEYS[supersection]}{number}"
        ]
    return edits


def replaced(document: Document, supersection: str, label: str, place: int, value: str) -> Edits:
    """Give the entry with this number (from 0) another value."""
    entries = [
        entry
        for section in sections(document, supersection, label)
        for entry in section.numbered(NUMBERED_KEYS[supersection])
    ]
    return [Edit(entries[place].value_span, encode(value))]


def renumbered(document: Document, keys: dict[int, bytes]) -> Edits:
    """Give entries other keys; ``keys`` as ``renumber.renumbered_keys`` has them, by the offset of the entry."""
    edits: Edits = []
    for supersection in document.supersections:
        for section in supersection.sections:
            wanted = [entry for entry in section.entries if entry.span.start in keys]
            aligned = bool(wanted) and is_aligned(section.entries)
            edits += [_rekeyed(entry, keys[entry.span.start], aligned) for entry in wanted]
    return edits


def _section_of(document: Document, supersection: str, label: str, place: int) -> tuple[Section, list[Entry], int]:
    """The section that gets the entry, its entries, and the place in it."""
    found: tuple[Section, int] | None = None
    first = 0
    for section in sections(document, supersection, label):
        count = sum(1 for _ in section.numbered(NUMBERED_KEYS[supersection]))
        if count and first < place:
            found = section, place - first
        first += count
    assert found is not None, "a list that is loaded has an entry"
    section, place = found
    entries = _sound(document, supersection, section)
    return section, entries, min(place, len(entries))


def _sound(document: Document, supersection: str, section: Section) -> list[Entry]:
    """The numbered entries of a section, all of which DCMTK reads."""
    prefix = NUMBERED_KEYS[supersection]
    read = list(section.numbered(prefix))
    spans = {entry.span for entry in read}
    for entry in section.entries:
        if entry.span not in spans and entry.key.startswith(prefix) and entry.key.removeprefix(prefix).isdigit():
            line = Source(document.data).line_of(entry.key_span.start)
            raise EditError(
                f"DCMTK does not read {decode(_text(entry, entry.key_span))} in line {line} (a number before it is "
                f"missing or there twice, or it has a leading zero), and new numbers in [{section.name}] could bring "
                f"it to life: take it out, or let `{command('renumber')}` make it count"
            )
    return read


def _keyed_like(entry: Entry, number: int, aligned: bool, supersection: str) -> bytes:
    """The key with another number, the ``=`` and the blanks around it, as the entry has them."""
    key = _text(entry, entry.key_span)
    stem, digits = _DIGITS.sub(b"", key), _DIGITS.search(key)
    before = entry.data[entry.key_span.end : entry.raw_key.end]
    after = entry.data[entry.raw_value.start : entry.value_span.start]
    if digits is None or before.strip(b" \t") or after.strip(b" \t") or LINE_END.search(stem):
        return encode(f"{SPELLED_KEYS[NUMBERED_KEYS[supersection]]}{number} = ")
    written = stem + b"%d" % number
    return written + _padding(before, len(key), len(written), aligned) + b"=" + after


def _numbered(entry: Entry, number: int, aligned: bool) -> Edit:
    key = _text(entry, entry.key_span)
    stem = _DIGITS.sub(b"", key)
    digits = key.removeprefix(stem)
    if not digits or not entry.key.endswith(digits.decode("ascii")) or entry.key[: -len(digits)][-1:].isdigit():
        raise EditError(f"the key {decode(key)!r} has other characters between its digits: write it as DCMTK reads it")
    return _rekeyed(entry, stem + b"%d" % number, aligned)


def _rekeyed(entry: Entry, key: bytes, aligned: bool) -> Edit:
    old = _text(entry, entry.key_span)
    gap = Span(entry.key_span.end, entry.raw_key.end)
    between = entry.data[gap.start : gap.end]
    if between.strip(b" \t"):
        return Edit(entry.key_span, key)
    return Edit(Span(entry.key_span.start, gap.end), key + _padding(between, len(old), len(key), aligned))


def _padding(before: bytes, old: int, new: int, aligned: bool) -> bytes:
    """The blanks between a key and its ``=``: as they are, or as many as keep the ``=`` in its column."""
    if not aligned or b"\t" in before:
        return before
    return b" " * max(old + len(before) - new, min(1, len(before)))


def _text(entry: Entry, span: Span) -> bytes:
    return entry.data[span.start : span.end]
