"""Places as editors count them, and byte offsets.

The Language Server Protocol (3.17, Position) counts lines and columns from 0, a column in units of an encoding that
client and server agree on: UTF-16 unless they say otherwise. Lines end as in DCMTK: LF, CR or CRLF.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from asprofile.text import Source, Span, decode

PositionEncoding = Literal["utf-8", "utf-16", "utf-32"]

_CONTINUATION_BYTES = range(0x80, 0xC0)


class ClientPosition(NamedTuple):
    """Line and column from 0, the column in units of the encoding."""

    line: int
    column: int


class Positions:
    """The places of one file in one encoding."""

    def __init__(self, source: Source, encoding: PositionEncoding = "utf-16") -> None:
        self.source = source
        self.encoding = encoding
        # Where the last answer was: places are asked for in order, and a line may be a megabyte.
        self._last = (0, 0, 0)

    def offset(self, place: ClientPosition) -> int:
        """The byte offset of a place. What is after the end of a line or file is that end; what is inside a character
        is its start.
        """
        starts = self.source.line_starts
        if place.line < 0:
            return 0
        if place.line >= len(starts):
            return len(self.source.data)
        start = starts[place.line]
        column = 0
        for character in self.source.line_text(place.line + 1):
            column += self._units(character)
            if column > place.column:
                break
            start += len(character.encode("utf-8", "surrogateescape"))
        return start

    def place(self, offset: int) -> ClientPosition:
        """The place of a byte offset from 0 to the length of the file. Between CR and LF is the end of the line; inside
        a character is its start.
        """
        data = self.source.data
        offset = min(max(offset, 0), len(data))
        while 0 < offset < len(data) and data[offset] in _CONTINUATION_BYTES:
            offset -= 1
        line = self.source.line_of(offset)
        start, end = self.source.line_span(line)
        end, column = min(offset, end), 0
        if self._last[0] == line and self._last[1] <= end:
            start, column = self._last[1:]
        column += self._width(data[start:end])
        self._last = (line, end, column)
        return ClientPosition(line - 1, column)

    def places(self, span: Span) -> tuple[ClientPosition, ClientPosition]:
        """The places of a span's start and end."""
        return self.place(span.start), self.place(span.end)

    def _width(self, data: bytes) -> int:
        return len(data) if data.isascii() else sum(map(self._units, decode(data)))

    def _units(self, character: str) -> int:
        if self.encoding == "utf-32":
            return 1
        if self.encoding == "utf-16":
            return 2 if ord(character) > 0xFFFF else 1
        return len(character.encode("utf-8", "surrogateescape"))


def to_bytes(text: str) -> bytes:
    """The bytes of a text as an editor sends it.

    Half a surrogate pair, which has no bytes in UTF-8, becomes `?`: as wide in UTF-16, so that all places stay.
    """
    return text.encode("utf-8", "replace")
