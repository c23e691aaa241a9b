"""Which of many connections have something to read, while others come and go. Where the system has ``epoll``; what
waits for a few is in ``tcp``.
"""

from __future__ import annotations

import os
import select
from typing import Any, Final

_epoll: Final[Any] = getattr(select, "epoll", None)
_READABLE: Final[int] = getattr(select, "EPOLLIN", 0)
_WAKING: Final = 1 << 10
"""Bytes that are read of the pipe: all that there are, if not more."""

IS_POSSIBLE: Final = _epoll is not None


class Readiness:
    """One thread waits, others ``add``, ``remove`` and ``wake`` meanwhile. Each method may raise OSError or
    MemoryError.
    """

    def __init__(self) -> None:
        self._poller = _epoll()
        self._pipe: tuple[int, ...] = ()
        try:
            self._pipe = os.pipe()
            self.add(self._pipe[0])
        except BaseException:
            self.close()
            raise

    def add(self, descriptor: int) -> None:
        """From now on it is waited for, too."""
        self._poller.register(descriptor, _READABLE)

    def remove(self, descriptor: int) -> None:
        """It is not any more; what was found before may still be on its way."""
        self._poller.unregister(descriptor)

    def wake(self) -> None:
        """``wait`` comes back."""
        os.write(self._pipe[1], b"\0")

    def wait(self, timeout: float | None) -> list[int]:
        """Those that can be read, or are over; none if the time, in seconds, is up, or somebody wants that."""
        found = [number for number, _ in self._poller.poll(timeout)]
        if self._pipe[0] in found:
            os.read(self._pipe[0], _WAKING)
            found.remove(self._pipe[0])
        return found

    def close(self) -> None:
        """Nobody waits any more."""
        self._poller.close()
        for number in self._pipe:
            os.close(number)
        self._pipe = ()
