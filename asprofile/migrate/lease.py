"""Until when a worker may send: the lease of what it holds, by a clock that counts on while the machine sleeps.

The moment is taken before the server is asked for a longer lease, and a quarter of it is left as a margin. So whoever
keeps to it stops before anybody else can hold the same; what is being sent then is aborted.

Not here: what is renewed (``block_ledger``).
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any, Final

from asprofile.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import Callable

_BOOTTIME: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", None)
_gettime: Final[Any] = getattr(time, "clock_gettime", None) if _BOOTTIME is not None else None

SHORTEST: Final = 2.0
DEFAULT: Final = 30.0
_LOOK: Final = 0.1
_JOIN: Final = 5.0
"""Seconds; the threads end with the process in any case."""


def sleeping_clock() -> float:
    """Seconds since some moment, those included in which the machine slept, where the system counts them."""
    return time.monotonic() if _gettime is None else _gettime(_BOOTTIME)


class Lease:
    """Of ``seconds``; renewed in a thread while it is entered. ``claiming`` is held while something is claimed."""

    def __init__(self, seconds: float = DEFAULT, clock: Callable[[], float] = sleeping_clock) -> None:
        self.seconds = seconds
        self.claiming = threading.RLock()
        self._clock = clock
        self._until = 0.0
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def is_valid(self) -> bool:
        """Nobody else can hold what we hold."""
        return self._clock() < self._until

    def renewed_by(self, renew: Callable[[], bool]) -> bool:
        """Whether ``renew`` did so. Raises what that raises."""
        with self.claiming:
            asked = self._clock()
            kept = renew()
            self._until = asked + 0.75 * self.seconds if kept else 0.0
        return kept

    def keep(self, renew: Callable[[], bool], on_lost: Callable[[], None]) -> None:
        """Renew it from now on, four times in its time; ``on_lost``, from another thread, when that failed for too long
        or something is another's. Then it ends.
        """
        self.stop()
        self._stop = stop = threading.Event()

        def renew_it() -> None:
            pause = self.seconds / 4
            while not stop.wait(pause):
                try:
                    self.renewed_by(renew)
                    pause = self.seconds / 4
                except JournalError:
                    pause = min(1.0, self.seconds / 8)

        def look() -> None:  # the other one may wait for a server that does not answer
            while not stop.wait(_LOOK):
                if not self.is_valid():
                    stop.set()
                    on_lost()

        self._threads = [threading.Thread(target=one, name="lease", daemon=True) for one in (renew_it, look)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Renew it no more; what is held is valid until its time."""
        self._stop.set()
        for thread in self._threads:
            if thread is not threading.current_thread():
                thread.join(_JOIN)
        self._threads = []
