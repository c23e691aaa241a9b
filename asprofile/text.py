"""Positions in a file: spans, lines and columns, edits.

A position is a byte offset into the file as it was read. Lines end with LF, CR or CRLF, as DCMTK has it. Columns count
characters from 1, a tab counts one; bytes that are not UTF-8 count one each. Nothing here knows what a profile file is.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable, Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple

from asprofile.value import Value

_LINE_END = re.compile(rb"\r\n?|\n")
# Bytes that are looked at first for an end of a line. A file may have one sort of line end only: a search for the other
# one goes through all of it.
_NEAR = 256

UNNAMED = "<stdin>"
"""The name of what came from standard input."""


class Span(NamedTuple):
    """The half-open range of bytes ``start <= offset < end``."""

    start: int
    end: int


class Position(NamedTuple):
    """A place for people: line and column from 1, and the byte offset."""

    line: int
    column: int
    offset: int


class Edit(Value):
    """Replace the bytes of ``span`` by ``replacement``; an empty span inserts, an empty replacement removes."""

    span: Span
    replacement: bytes


class Source:
    """The bytes of a file, and its name for people; knows lines."""

    def __init__(self, data: bytes, path: str = UNNAMED) -> None:
        self.data = data
        self.path = path

    @cached_property
    def line_starts(self) -> list[int]:
        """Byte offset of the start of each line; the first is 0."""
        return [0, *[match.end() for match in _LINE_END.finditer(self.data)]]

    def line_of(self, offset: int) -> int:
        """The line (from 1) that holds ``offset``."""
        return bisect.bisect_right(self.line_starts, offset)

    def position(self, offset: int) -> Position:
        """Line, column and offset of a byte offset from 0 to the length of the file."""
        line = self.line_of(offset)
        start = self.line_starts[line - 1]
        return Position(line, 1 + len(decode(self.data[start:offset])), offset)

    def line_span(self, line: int) -> Span:
        """The bytes of a line, without its line end."""
        start = self.line_starts[line - 1]
        end = self.line_starts[line] if line < len(self.line_starts) else len(self.data)
        while end > start and self.data[end - 1] in b"\r\n":
            end -= 1
        return Span(start, end)

    def line_text(self, line: int) -> str:
        """The text of a line, without its line end."""
        span = self.line_span(line)
        return decode(self.data[span.start : span.end])


def decode(data: bytes) -> str:
    """Bytes of a profile file as text: UTF-8, and what is not UTF-8 kept as surrogate escapes."""
    return data.decode("utf-8", "surrogateescape")


def encode(text: str) -> bytes:
    """The inverse of :func:`decode`."""
    return text.encode("utf-8", "surrogateescape")


def apply_edits(data: bytes, edits: Iterable[Edit]) -> bytes:
    """The file with all edits made at once; every span refers to the file as it was.

    Raises ValueError when two edits overlap (edits that touch, and insertions at one place, do not).
    """
    pieces: list[bytes] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: edit.span):
        if edit.span.start < done:
            raise ValueError(f"edits overlap at offset {edit.span.start}")
        pieces += (data[done : edit.span.start], edit.replacement)
        done = edit.span.end
    pieces.append(data[done:])
    return b"".join(pieces)


# --- lines of a file, and edits on them


# The line end of a file is needed for each fix, and the first line may be the whole file.
@lru_cache(maxsize=2)
def line_end(data: bytes) -> bytes:
    """What ends the lines of this file: that of the first."""
    match = _LINE_END.search(data)
    return match.group() if match else b"\n"


def line_start(data: bytes, offset: int) -> int:
    """Where the line that holds ``offset`` begins."""
    width, start = _NEAR, offset
    while start > 0:
        end, start = start, max(0, start - width)
        place = max(data.rfind(b"\n", start, end), data.rfind(b"\r", start, end))
        if place >= 0:
            return place + 1
        width *= 2
    return 0


def next_line(data: bytes, offset: int) -> int:
    """Where the line after the one that holds ``offset`` begins; the end of the file for the last."""
    width, end = _NEAR, offset
    while end < len(data):
        start, end = end, min(len(data), end + width)
        places = [place for place in (data.find(b"\n", start, end), data.find(b"\r", start, end)) if place >= 0]
        if places:
            place = min(places)
            return place + 2 if data.startswith(b"\r\n", place) else place + 1
        width *= 2
    return len(data)


def without_lines(data: bytes, span: Span) -> Edit:
    """Removes the lines that ``span`` touches."""
    return Edit(Span(line_start(data, span.start), next_line(data, max(span.start, span.end - 1))), b"")


def compatible(edits: Iterable[Edit]) -> list[Edit]:
    """The edits in the order of their places, without those that overlap one before them or repeat one."""
    kept: list[Edit] = []
    for edit in sorted(set(edits), key=lambda edit: (edit.span, edit.replacement)):
        if not kept or edit.span.start >= kept[-1].span.end:
            kept.append(edit)
    return kept


def table_rows(text: str) -> Iterator[list[str]]:
    """The cells of each row of a table: comment lines that start with ``#``, a line of column names, then one line for
    each row, with cells separated by tabs and nothing quoted.
    """
    lines = iter(text.splitlines())
    for line in lines:
        if not line.startswith("#"):
            break  # the column names
    for line in lines:
        yield line.split("\t")
