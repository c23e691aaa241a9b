"""One direction of a TCP connection, put together again: in order, each byte once, and told where bytes are missing."""

from __future__ import annotations

from typing import Final, Protocol

_MOST_WAITING: Final = 1 << 20
"""Bytes that wait for what is missing before them; then it counts as lost."""
_MOST_SEGMENTS: Final = 512
_HALF: Final = 1 << 31
_ALL: Final = (1 << 32) - 1


class StreamReader(Protocol):
    """What gets the bytes. ``skip``: so many of the next bytes mean nothing to it."""

    skip: int

    def feed(self, data: memoryview) -> None: ...
    def lose(self, count: int) -> None: ...


class HalfStream:
    """The bytes that one side sends."""

    __slots__ = ("_bytes", "_next", "_waiting", "reader")

    def __init__(self, reader: StreamReader) -> None:
        self.reader = reader
        self._next: int | None = None
        self._waiting: dict[int, tuple[bytes, int]] = {}
        self._bytes = 0

    def begin(self, sequence: int) -> None:
        """The first byte has this number."""
        self._next = sequence & _ALL

    def feed(self, sequence: int, data: bytes, start: int, length: int) -> None:
        """A segment whose payload is ``data[start:]``, and was ``length`` bytes long."""
        if self._next is None:
            self._next = sequence
        ahead = (sequence - self._next) & _ALL
        if ahead:
            if ahead < _HALF:
                self._wait(sequence, data[start:], length)
                return
            behind = _ALL + 1 - ahead
            if behind >= length:
                return  # all of it has come before
            start, length = start + behind, length - behind
        self._take(data, start, length)
        if self._waiting:
            self._go_on()

    def end(self) -> None:
        """Nothing more comes: what waits is handed on, and what is missing before it is lost."""
        while self._waiting:
            self._lose()

    def _take(self, data: bytes, start: int, length: int) -> None:
        assert self._next is not None, "it has begun"
        self._next = (self._next + length) & _ALL
        reader = self.reader
        if reader.skip >= length:
            reader.skip -= length
            return
        kept = len(data) - start
        if kept > 0:
            reader.feed(memoryview(data)[start:])
        if kept < length:
            reader.lose(length - max(kept, 0))

    def _wait(self, sequence: int, data: bytes, length: int) -> None:
        before = self._waiting.get(sequence)
        if before is None or before[1] < length:
            self._waiting[sequence] = data, length
            self._bytes += len(data)
        if self._bytes > _MOST_WAITING or len(self._waiting) > _MOST_SEGMENTS:
            self._lose()

    def _go_on(self) -> None:
        """Hand on what has waited for this."""
        assert self._next is not None, "it has begun"
        while self._waiting:
            nearest = min(self._waiting, key=self._ahead)
            ahead = self._ahead(nearest)
            if 0 < ahead < _HALF:
                return
            data, length = self._waiting.pop(nearest)
            self._bytes -= len(data)
            behind = 0 if not ahead else _ALL + 1 - ahead
            if behind < length:
                self._take(data, behind, length - behind)

    def _ahead(self, sequence: int) -> int:
        assert self._next is not None, "it has begun"
        return (sequence - self._next) & _ALL

    def _lose(self) -> None:
        """Give up what is missing before the nearest that waits."""
        nearest = min(self._waiting, key=lambda one: self._ahead(one) if self._ahead(one) < _HALF else -1)
        ahead = self._ahead(nearest)
        if ahead < _HALF:
            assert self._next is not None, "it has begun"
            self._next = nearest
            reader = self.reader
            if reader.skip >= ahead:
                reader.skip -= ahead
            else:
                reader.lose(ahead)
        self._go_on()
