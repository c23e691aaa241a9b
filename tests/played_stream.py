"""A connection without a network: what the peer says is a byte stream that is cut as a test wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.net import wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

WHOLE = 1 << 30


class Clock:
    """Time that passes only where somebody waits."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now


class PlayedStream:
    """A Transport. ``replies`` are what the peer says: the first at once if ``speaks_first``, the others one after each
    PDU that ends something we say (a request, a message, a release). ``cuts`` are the sizes in which it is received,
    the last again and again; in the end the peer closes, or is silent.
    """

    security = ""
    peer = "127.0.0.1:104"

    def __init__(
        self, replies: Iterable[bytes], cuts: Iterable[int], clock: Clock, *, closes: bool, speaks_first: bool = False
    ) -> None:
        self.said = b""
        self._replies: Iterator[bytes] = iter(replies)
        self._cuts = iter(cuts)
        self._cut = WHOLE
        self._clock = clock
        self._closes = closes
        self._ready = bytearray()
        self._is_over = False
        self._read = 0
        if speaks_first:
            self._reply()

    def _reply(self) -> None:
        reply = next(self._replies, None)
        if reply is None:
            self._is_over = self._closes
        else:
            self._ready += reply

    def send(
        self,
        buffers: list,
        timeout: float | None,
        on_data: Callable[[bytes], bool] | None = None,
        is_wanted: Callable[[], bool] | None = None,
    ) -> bool:
        self.said += b"".join(map(bytes, buffers))
        while len(self.said) - self._read >= 6:
            pdu_type, length = wire.HEADER.unpack_from(self.said, self._read)
            body = memoryview(self.said)[self._read + 6 : self._read + 6 + length]
            self._read += 6 + length
            if pdu_type != wire.P_DATA_TF or any(v.is_last and not v.is_command for v in wire.data_values(body)):
                self._reply()
        return True

    def receive(self, timeout: float | None) -> bytes | None:
        if self._ready:
            self._cut = next(self._cuts, self._cut)
            data = bytes(self._ready[: self._cut])
            del self._ready[: self._cut]
            return data
        if self._is_over:
            return b""
        assert timeout is not None
        self._clock.now += timeout
        return None

    unsent = None

    def go_on(self, count: int) -> None:
        raise AssertionError("it takes everything at once")

    def receive_into(self, buffer: memoryview, timeout: float | None) -> int | None:
        """In the buffer of a receiver no more has room, however it is cut."""
        data = self.receive(timeout)
        if data is None:
            return None
        self._ready[:0] = data[len(buffer) :]
        data = data[: len(buffer)]
        buffer[: len(data)] = data
        return len(data)

    def interrupt(self) -> None:
        pass

    def finish(self, timeout: float) -> None:
        pass

    def close(self) -> None:
        pass
