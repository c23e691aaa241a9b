"""The lossless tree of a profile file: a flat sequence of items that together are the file.

Nesting (supersections, sections, entries) is not part of the syntax: DCMTK's reader takes items one by one and decides
for each where it belongs. So the tree is a sequence, and the model builds the sections.

Items are stored as numbers and made into objects on demand, so that a file of a million entries takes some tens of
megabytes. The items of a file of ordinary size are made once and kept.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterator

from asprofile.syntax.reading import kept_characters, value_offsets, value_text
from asprofile.text import Span, decode
from asprofile.value import Value

SPACE, HEADER, ENTRY = 0, 1, 2
_MOST_KEPT_NAMES = 4096
_MOST_KEPT_ITEMS = 4096


class Space(Value):
    """Blanks, line ends and comment lines between items."""

    span: Span


class Header(Value):
    """``[name]`` (level 1, a section) or ``[[name]]`` (level 2, a supersection; DCMTK takes more brackets as two).

    ``raw_name`` is the span up to the first ``]``; ``name`` is what DCMTK keeps of it; ``brackets`` is the number of
    opening brackets; ``closed`` is false if the file ends inside the header.
    """

    span: Span
    raw_name: Span
    name: str
    brackets: int
    closed: bool

    @property
    def level(self) -> int:
        return min(self.brackets, 2)


class Entry(Value):
    """``key = value``.

    ``raw_key`` is the span up to the ``=`` or the end of the file, ``raw_value`` the span from the ``=`` to the next
    item; ``key`` and ``value`` are what DCMTK keeps of them.
    """

    span: Span
    raw_key: Span
    raw_value: Span
    key: str
    value: bytes
    data: bytes

    @property
    def key_span(self) -> Span:
        """The key's text without the blanks and line ends around it."""
        return _trimmed(self.data, self.raw_key, b" \t\0\r\n")

    @property
    def value_span(self) -> Span:
        """From the first byte of the value to its last, blanks at the end included; empty for an empty value."""
        return self.part(0, len(self.value))

    def part(self, start: int, end: int) -> Span:
        """The span in the file of ``value[start:end]``."""
        return self.parts((start, end))[0]

    def parts(self, *bounds: tuple[int, int]) -> list[Span]:
        """The span in the file of ``value[start:end]`` for each of several bounds."""
        base = self._on_the_first_line()
        if base is not None:
            return [Span(base + start, base + end) for start, end in bounds]
        offsets = value_offsets(self.data, self.raw_value)
        return [
            Span(offsets[start], offsets[end - 1] + 1) if start < end else self._gap(offsets, start)
            for start, end in bounds
        ]

    def _on_the_first_line(self) -> int | None:
        """Where the value begins, if it is a single line after the ``=``, as nearly all are."""
        value, start = self.value, self.raw_value.start
        if not value or b"\n" in value:
            return None
        found = self.data.find(value, start, self.raw_value.end)
        return found if found >= 0 and not self.data[start:found].strip(b" \t\0") else None

    def _gap(self, offsets: range | array[int], at: int) -> Span:
        return Span(offsets[at], offsets[at]) if at < len(offsets) else self._behind(offsets)

    def _behind(self, offsets: range | array[int]) -> Span:
        """The empty span after the value; for an empty value after the ``=`` and the blanks on its line."""
        if offsets:
            return Span(offsets[-1] + 1, offsets[-1] + 1)
        end = self.raw_value.start
        while end < self.raw_value.end and self.data[end] in b" \t":
            end += 1
        return Span(end, end)

    @property
    def value_text(self) -> str:
        return decode(self.value)


Item = Space | Header | Entry


class Rows:
    """The items of a file as numbers, in order: kind, end, and two offsets inside the item.

    For a header the two are the start and end of its raw name, for an entry the end of its key and the start of its
    value. An item starts where the one before it ends. ``headers`` are the numbers of the items that are headers,
    ``brackets`` the opening brackets of each of these.
    """

    __slots__ = ("brackets", "ends", "headers", "inner", "kinds", "unclosed")

    def __init__(self) -> None:
        self.kinds = bytearray()
        self.ends = array("Q")
        self.inner = array("Q")
        self.headers = array("Q")
        self.brackets = array("Q")
        self.unclosed = False

    def add_space(self, end: int) -> None:
        """Space up to ``end``; space after space is one item."""
        if self.kinds and self.kinds[-1] == SPACE:
            self.ends[-1] = self.inner[-1] = self.inner[-2] = end
        else:
            self._add(SPACE, end, end, end)

    def add_entry(self, end: int, key_end: int, value_start: int) -> None:
        self._add(ENTRY, end, key_end, value_start)

    def add_header(self, end: int, name: tuple[int, int], brackets: int) -> None:
        self.headers.append(len(self.kinds))
        self.brackets.append(brackets)
        self._add(HEADER, end, *name)

    def add_unclosed(self, end: int, name: Span, brackets: int) -> None:
        """The header in which the file ends; nothing comes after it."""
        self.unclosed = True
        self.add_header(end, name, brackets)

    def _add(self, kind: int, end: int, first: int, second: int) -> None:
        self.kinds.append(kind)
        self.ends.append(end)
        self.inner.append(first)
        self.inner.append(second)


class SyntaxTree:
    """The items of a file in order. Joined, they are the file byte for byte."""

    def __init__(self, data: bytes, rows: Rows) -> None:
        self.data = data
        self._rows = rows
        self._kept_names: dict[bytes, str] = {}
        self._kept_items: dict[int, Item] = {}

    def __len__(self) -> int:
        return len(self._rows.kinds)

    @property
    def count(self) -> int:
        """The number of headers and entries; of a header each opening bracket counts, because each takes time to
        read.
        """
        rows = self._rows
        return sum(rows.brackets) + rows.kinds.count(ENTRY)

    def __iter__(self) -> Iterator[Item]:
        return self.items(0, len(self))

    def items(self, first: int, end: int) -> Iterator[Item]:
        """The items from number ``first`` to before number ``end``."""
        return map(self.__getitem__, range(first, end))

    def __getitem__(self, number: int) -> Item:
        item = self._kept_items.get(number)
        if item is None:
            item = self._item(number)
            if len(self._kept_items) < _MOST_KEPT_ITEMS:
                self._kept_items[number] = item
        return item

    def _item(self, number: int) -> Item:
        rows = self._rows
        kind = rows.kinds[number]
        span = Span(rows.ends[number - 1] if number else 0, rows.ends[number])
        first, second = rows.inner[2 * number], rows.inner[2 * number + 1]
        if kind == ENTRY:
            key, value = Span(span.start, first), Span(second, span.end)
            return Entry(span, key, value, self._kept(key), value_text(self.data, value), self.data)
        if kind == HEADER:
            name = Span(first, second)
            closed = not (rows.unclosed and number == len(rows.kinds) - 1)
            brackets = rows.brackets[bisect_left(rows.headers, number)]
            return Header(span, name, self._kept(name), brackets, closed)
        return Space(span)

    def keys(self, first: int, end: int) -> Iterator[tuple[int, str]]:
        """Number and key of each entry among the items from ``first`` to before ``end``."""
        rows = self._rows
        for number in range(first, end):
            if rows.kinds[number] == ENTRY:
                yield number, self._kept(Span(rows.ends[number - 1] if number else 0, rows.inner[2 * number]))

    def name(self, number: int) -> str:
        """What DCMTK keeps of the name of the header that has this number."""
        inner = self._rows.inner
        return self._kept(Span(inner[2 * number], inner[2 * number + 1]))

    def headers(self) -> Iterator[tuple[int, int]]:
        """Number and opening brackets of each item that is a header, in order."""
        return zip(self._rows.headers, self._rows.brackets, strict=True)

    def _kept(self, span: Span) -> str:
        """Keys and names repeat in a file: the first thousands of them are computed once."""
        raw = self.data[span.start : span.end]
        kept = self._kept_names.get(raw)
        if kept is None:
            kept = kept_characters(raw)
            if len(self._kept_names) < _MOST_KEPT_NAMES:
                self._kept_names[raw] = kept
        return kept

    def to_bytes(self) -> bytes:
        """The file again: the items' bytes, joined."""
        joined = bytearray()
        start = 0
        for end in self._rows.ends:
            joined += self.data[start:end]
            start = end
        return bytes(joined)


def _trimmed(data: bytes, span: Span, characters: bytes) -> Span:
    raw = data[span.start : span.end].lstrip(characters)
    start = span.end - len(raw)
    return Span(start, start + len(raw.rstrip(characters)))
