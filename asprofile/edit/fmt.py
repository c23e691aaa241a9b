"""The canonical form of a profile file: the same model, sections, entries and comments, laid out in one way.

From the tree to lines and back to bytes. Names, keys and values stay as they are written; only blanks, blank lines and
line ends change. A file with text that has no line of its own, or that DCMTK drops in the middle of an item, is
refused: formatted, it would look correct.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from asprofile.edit.layout import Blank, Comment, EntryLine, HeaderLine, LayoutLine, laid_out
from asprofile.edit.numbering import LINE_END, numbered_key, usual_line_end
from asprofile.edit.renumber import new_numbers
from asprofile.model.document import Document, read
from asprofile.model.words import NUMBERED_KEYS, PROFILES
from asprofile.syntax import Entry, Header, Space
from asprofile.text import Span, decode

_LINE = re.compile(rb"([^\r\n]*)(\r\n?|\n|\Z)")
_KEY = re.compile(rb"[A-Za-z0-9_-](?:[A-Za-z0-9_ \t-]*[A-Za-z0-9_-])?")
_NOT_IN_KEY = re.compile(r"[^A-Za-z0-9_ \t-]")
_INDENTED_COMMENT = re.compile(rb"(?:^|[\r\n])[ \t]+#")
# Between these there is a blank line, or the text has no canonical form.
_ENTRY_ABOVE_HEADER = re.compile(rb"(?:\A|[\r\n])[^#\[\r\n][^\r\n]*(?:\r\n?|\n)\[")
_BLANKS = b" \t"
_SUPERSECTIONS = (*NUMBERED_KEYS, PROFILES)
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Formatted:
    """The file in canonical form."""

    data: bytes


@dataclass(frozen=True, slots=True)
class FormatRefusal:
    """Text that has no canonical form: ``reason`` says what is there and what to do about it, ``span`` where."""

    reason: str
    span: Span


class _CannotKeep(Exception):
    """Raised where text is found that cannot be laid out; never leaves this module."""

    def __init__(self, reason: str, span: Span) -> None:
        super().__init__(reason)
        self.refusal = FormatRefusal(reason, span)


def format_document(document: Document, *, renumber: bool = False) -> Formatted | FormatRefusal:
    """The file in canonical form, which DCMTK reads as the same sections and entries; formatting it again changes
    nothing.

    ``renumber`` gives entries after a gap, or with leading zeros, the next free numbers, so that DCMTK reads them too:
    that is the only change of what is loaded, and DCMTK may then refuse the file for an entry that it did not read
    before.
    """
    found = formatted(document, renumber=renumber)
    return found if isinstance(found, FormatRefusal) else Formatted(found.data)


def formatted(document: Document, *, renumber: bool = False) -> Document | FormatRefusal:
    """The same, read; the document itself where nothing changes."""
    unfit = _unfit(document)
    if unfit is not None:
        return unfit
    try:
        lines = list(_lines(document, new_numbers(document) if renumber else {}))
    except _CannotKeep as stop:
        return stop.refusal
    end = usual_line_end(document.data)
    data = b"".join(text + end for text in laid_out(lines))
    if data == document.data:
        return document
    changed = read(data)
    if _meaning(document, with_keys=not renumber) != _meaning(changed, with_keys=not renumber):
        # This is not known to happen, but it is checked before a file is changed.
        return FormatRefusal("formatting would change what DCMTK reads; please report this file", Span(0, 0))
    return changed


def is_formatted(document: Document) -> bool:
    """Whether the file is in canonical form. Most are not, which the first lines show."""
    return _ENTRY_ABOVE_HEADER.search(document.data) is None and formatted(document) is document


def _unfit(document: Document) -> FormatRefusal | None:
    """Why the file must not be formatted.

    Other programs have files that look like this; formatted by our rules, they might mean something else to them.
    """
    if document.data.startswith(_BOM):
        return FormatRefusal(
            "a byte-order mark, which DCMTK takes as part of the first item: save the file without it", Span(0, 3)
        )
    first = next((item for item in document.tree if not isinstance(item, Space)), None)
    if first is None or any(supersection.name in _SUPERSECTIONS for supersection in document.supersections):
        return None
    return FormatRefusal(
        "not an association profile: there is none of the supersections that DCMTK looks for", first.span
    )


def _meaning(document: Document, *, with_keys: bool) -> list[tuple[int, str, bytes]]:
    """Everything that DCMTK's reader takes from the file, including what it then drops, in order."""
    return [
        (item.level, item.name, b"") if isinstance(item, Header) else (0, item.key if with_keys else "", item.value)
        for item in document.tree
        if not isinstance(item, Space)
    ]


# -- from items to lines


def _lines(document: Document, numbers: Mapping[int, int]) -> Iterator[LayoutLine]:
    data = document.data
    for item in document.tree:
        if isinstance(item, Header):
            yield HeaderLine(_header(item, data))
        elif isinstance(item, Entry):
            number = numbers.get(item.span.start)
            yield EntryLine(_key(item) if number is None else numbered_key(item, number), item.value)
            yield from _behind_value(item)
        else:
            at_line_start = item.span.start == 0 or data[item.span.start - 1] in b"\r\n"
            yield from _space(data, item.span, at_line_start=at_line_start)


def _space(data: bytes, span: Span, *, at_line_start: bool) -> Iterator[LayoutLine]:
    """Comments and empty lines; what is in front of the first line end belongs to the line of the item before."""
    offset = span.start
    while offset < span.end:
        match = _LINE.match(data, offset, span.end)
        assert match is not None
        text, end = match.group(1), match.group(2)
        if at_line_start and text.startswith(b"#"):
            yield Comment(text.rstrip(_BLANKS))
        else:
            _only_blanks(text, offset)
            if at_line_start and end:
                yield Blank()
        at_line_start = True
        offset = match.end()


def _only_blanks(text: bytes, offset: int) -> None:
    left = text.lstrip(_BLANKS)
    start = offset + len(text) - len(left)
    if left.startswith(b"\0"):
        raise _CannotKeep("a NUL byte: remove it", Span(start, start + 1))
    if left:
        raise _CannotKeep(
            "text that DCMTK swallows together with the value above it: remove it", Span(start, start + len(left))
        )


def _header(header: Header, data: bytes) -> bytes:
    start, end = header.span
    if not header.closed:
        raise _CannotKeep("a header without its closing bracket: write `]`", Span(start, min(end, start + 1)))
    text = data[start:end]
    if LINE_END.search(text):
        raise _CannotKeep("a header over several lines: write it on one", header.span)
    if b"\0" in text:
        raise _CannotKeep("a NUL byte in a header: remove it", header.span)
    closing = Span(header.raw_name.end, end)
    if data[closing.start : end].translate(None, _BLANKS) != b"]" * header.brackets:
        raise _CannotKeep("text between the closing brackets of a header, which DCMTK drops: remove it", closing)
    name = data[header.raw_name.start : header.raw_name.end].strip(_BLANKS)
    return b"[" * header.brackets + name + b"]" * header.brackets


def _key(entry: Entry) -> bytes:
    raw = entry.data[entry.raw_key.start : entry.raw_key.end]
    written = entry.data[entry.key_span.start : entry.key_span.end]
    reason = _wrong_key(entry, raw, written)
    if reason:
        raise _CannotKeep(reason, entry.key_span if written else Span(entry.raw_key.start, entry.raw_value.start))
    return written


def _wrong_key(entry: Entry, raw: bytes, written: bytes) -> str | None:
    if b"\0" in raw:
        return "a NUL byte in a key: remove it"
    if raw.startswith(b"#") or _INDENTED_COMMENT.search(raw):
        return "`#` begins a comment only as the first character of a line; DCMTK takes this as part of the key below"
    if entry.raw_key.end == entry.raw_value.start:
        return "no `=` after this: DCMTK takes it as a key without a value"
    if LINE_END.search(raw):
        return "a line without `=`: DCMTK takes it as part of the key on the next line"
    if not written:
        return "no key in front of the `=`"
    if _KEY.fullmatch(written) is None:
        dropped = "".join(dict.fromkeys(_NOT_IN_KEY.findall(decode(written))))
        return f"DCMTK drops {_shown(dropped)} from this key: write letters, digits, `-` and `_` only"
    return None


def _shown(characters: str) -> str:
    return "`" + characters + "`" if characters.isprintable() else "some bytes"


def _behind_value(entry: Entry) -> Iterator[LayoutLine]:
    """The comments and empty lines below an entry, which the tree holds with its value."""
    data, (start, end) = entry.data, entry.raw_value
    match = _LINE.match(data, start, end)
    assert match is not None
    line = match.group(1)
    if b"\0" in line:
        raise _CannotKeep("a NUL byte in a value: remove it", Span(start, start + len(line)))
    if line.lstrip(_BLANKS) != entry.value:
        raise _CannotKeep(
            "an indented line, which DCMTK takes as part of the value above it: begin it in the first column, "
            "or write the value on one line",
            entry.value_span,
        )
    if match.end() > match.end(1):
        yield from _space(data, Span(match.end(), end), at_line_start=True)
