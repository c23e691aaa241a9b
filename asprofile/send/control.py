"""Stopping a ``send`` from outside: orderly, or at once.

Belongs here: two flags that a signal handler, another thread or a callback sets, and waits that end when they are set.
Does not belong here: signals (``cli``), what stopping means for an object (``worker``).
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

_SLICE = 0.1


class Interruptible(Protocol):
    """Something that waits for a peer."""

    def interrupt(self) -> None:
        """Stop waiting; from any thread, also from a signal handler. Never raises."""


class Control:
    """Pass one to ``send`` and keep it, to stop that ``send``. It uses no locks, so a signal handler may use it.

    ``sleep`` replaces the waiting between two associations; it is called with the seconds of each wait, and ``clock``
    counts them as passed.
    """

    def __init__(self, sleep: Callable[[float], None] | None = None) -> None:
        self.finishing = False
        self.aborting = False
        self._sleep = sleep
        self._slept = 0.0
        self._waiting: list[Interruptible] = []

    def finish(self) -> None:
        """Finish the objects that are being sent, release the associations, and begin nothing new."""
        self.finishing = True

    def abort(self) -> None:
        """Abort the associations; objects that wait for an answer will not get one."""
        self.finishing = self.aborting = True
        for waiting in tuple(self._waiting):
            waiting.interrupt()

    def is_wanted(self) -> bool:
        """Another association is."""
        return not self.finishing

    def pause(self, seconds: float) -> None:
        """Wait this long, or until one of the two is called."""
        if self._sleep is not None:
            self._sleep(seconds)
            self._slept += seconds
            return
        end = time.monotonic() + seconds
        while not self.finishing and (remaining := end - time.monotonic()) > 0:
            time.sleep(min(remaining, _SLICE))

    def clock(self) -> float:
        """Seconds from some point in time on, by which waiting is measured."""
        return time.monotonic() + self._slept

    def watch(self, waiting: Interruptible) -> None:
        """Interrupt this on ``abort``."""
        self._waiting.append(waiting)
        if self.aborting:
            waiting.interrupt()

    def forget(self, waiting: Interruptible) -> None:
        if waiting in self._waiting:
            self._waiting.remove(waiting)


class Beside:
    """The control of an additional association that is opened in a thread of its own: nothing has to wait for it."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._lock = threading.Lock()
        self._opening: Interruptible | None = None
        self._is_open = False
        self._is_dismissed = False

    def watch(self, waiting: Interruptible) -> None:
        self._control.watch(waiting)
        with self._lock:
            self._opening = None if self._is_open else waiting
            if self._is_dismissed:
                waiting.interrupt()

    def forget(self, waiting: Interruptible) -> None:
        self._control.forget(waiting)

    def is_wanted(self) -> bool:
        """Another association is, and this one."""
        return not self._is_dismissed and self._control.is_wanted()

    def joins(self) -> bool:
        """It is open; False if it is not wanted any more."""
        with self._lock:
            self._is_open = not self._is_dismissed
            self._opening = None
            return self._is_open

    def dismiss(self) -> None:
        """If it is not open yet, it need not be."""
        with self._lock:
            self._is_dismissed = not self._is_open
            if self._opening is not None:
                self._opening.interrupt()
