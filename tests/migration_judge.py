"""What arrives at our own receiver while a migration is killed: the judge of what its journal says."""

from __future__ import annotations

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress

import asprofile


class Judge:
    """What came, and what happens at which arrival."""

    def __init__(self) -> None:
        self.came: Counter[str] = Counter()
        self._lock = threading.Condition()
        self._open: set[int] = set()
        self._left = 0
        self._strike: Callable[[], None] | None = None

    def event(self, event: object) -> None:
        with self._lock:
            if isinstance(event, asprofile.AssociationAccepted):
                self._open.add(event.number)
            elif isinstance(event, asprofile.AssociationEnded):
                self._open.discard(event.number)  # maybe killed before it was accepted
            self._lock.notify_all()
        if isinstance(event, asprofile.Received):
            with self._lock:
                self.came[event.sop_instance] += 1
                self._left -= 1
                if self._left == 0 and self._strike is not None:
                    self._strike()

    def kill(self, victim: int, after: int) -> None:
        """Kill this process at the arrival with this number from now."""

        def strike() -> None:
            with suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)

        self.strike(strike, after)

    def strike(self, what: Callable[[], None], after: int) -> None:
        with self._lock:
            self._strike, self._left = what, after

    def spare(self) -> None:
        """What was killed has been killed, and all that it sent has come."""
        with self._lock:
            self._strike = None
            assert self._lock.wait_for(lambda: not self._open, timeout=60)
