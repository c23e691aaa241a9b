"""Bytes to walk through: those of a file, or inflated ones.

Belongs here: reading ahead in constant memory. Does not belong here: what the bytes mean (``whole``).
"""

from __future__ import annotations

import zlib
from typing import IO, Final, Protocol

from asprofile.errors import ObjectError
from asprofile.objects.flaws import BrokenObject
from asprofile.objects.forms import PAD

_WINDOW: Final = 16 << 10
LONGEST_STRETCHES: Final = 16 << 30
"""Bytes that a deflated data set may have after inflation by default: it takes half a minute, and no memory.
"""
_MOST_INFLATED: Final = 1032  # bytes that one may be inflated to (zlib's own technical details)


class ByteSource(Protocol):
    """Bytes that are read at increasing places; ``end`` is where they end."""

    goes_back: bool
    """Whether earlier places can be read again."""

    @property
    def end(self) -> int: ...

    def at(self, pos: int) -> bytes:
        """What is at ``pos`` < ``end``, at least 12 bytes if there are so many. Raises ObjectError."""


class Stretch:
    """A Source: a file up to ``end``, of which ``held`` from ``base`` on, to the end or empty, has been read."""

    goes_back = True

    def __init__(self, file: IO[bytes], end: int, base: int = 0, held: bytes = b"") -> None:
        self._file = file
        self.end = end
        self._base = base
        self._held = held

    def at(self, pos: int) -> bytes:
        behind = self._base + len(self._held)
        if self._base <= pos < behind and (behind == self.end or pos + len(PAD) <= behind):
            return self._held[pos - self._base :]
        data = self._read(pos)
        self._base, self._held = pos, data
        return data

    def _read(self, pos: int) -> bytes:
        wanted = min(_WINDOW, self.end - pos)
        try:
            self._file.seek(pos)
            data = self._file.read(wanted)
            while len(data) < wanted and (more := self._file.read(wanted - len(data))):
                data += more
        except OSError as error:
            raise ObjectError(f"cannot be read: {(error.strerror or str(error)).lower()}") from error
        if len(data) < wanted:
            raise ObjectError("became shorter while it was read; try again when nobody writes to it")
        return data


class Inflated:
    """A Source: what was deflated (PS3.5 section A.5) in ``stretch`` from ``start`` to its end. It is inflated twice,
    first for its length, and nothing but a window of it is kept. What is after the deflated data, such as the
    NUL that makes their length even, is nothing to anybody. Raises BrokenObject if they cannot be inflated, ObjectError
    if they become longer than ``longest``.
    """

    goes_back = False

    def __init__(self, stretch: Stretch, start: int, longest: int = LONGEST_STRETCHES) -> None:
        self._stretch = stretch
        self._start = start
        self._restart()
        self.end = 0
        while piece := self._more():
            self.end += len(piece)
            if self.end > longest:
                from asprofile.objects.room import Room  # imports much, for those few that are refused

                Room(longest).take(self.end, "inflated", (stretch.end - start) * _MOST_INFLATED)
        self._restart()

    def _restart(self) -> None:
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        self._next = self._start
        self._waiting = self._data = b""
        self._base = 0

    def _more(self) -> bytes:
        """The next piece, empty at the end."""
        while not self._inflater.eof:
            if not self._waiting and self._next < self._stretch.end:
                self._waiting = self._stretch.at(self._next)
                self._next += len(self._waiting)
            try:
                piece = self._inflater.decompress(self._waiting, 4 * _WINDOW)
            except zlib.error:
                raise BrokenObject("its deflated data set cannot be inflated", "deflated") from None
            ended = not self._waiting
            self._waiting = self._inflater.unconsumed_tail
            if piece:
                return piece
            if ended and not self._inflater.eof:
                raise BrokenObject("its deflated data set ends too early")
        return b""

    def at(self, pos: int) -> bytes:
        while self._base + len(self._data) < min(self.end, pos + len(PAD)):
            gone = min(pos - self._base, len(self._data))
            self._data = self._data[gone:] + self._more()
            self._base += gone
        return self._data[pos - self._base :]
