"""Whether more associations would help: is it the distance that takes the time, or is more done in a time with more?

Belongs here: what is concluded from how far the peer is, how long objects took and how many of them were answered in a
time, and how many associations may be open for it. Does not belong here: measuring distance and objects (``session``,
``in_hand``), opening and closing (``crew``).

Where the peer takes one object at a time in an association, each costs a round trip in which nothing moves. Several
associations beside each other share that. Where it is known from the connection alone that this is what will take the
time, all of them are opened before the first object is sent. Where it is not, the objects say so: if the answer comes
as late as the distance explains, and the time does not go into writing, which is the link's or the peer's rate.

Where there is no distance, more associations may help a peer that has several processors, or harm. That is tried, once
in a while: how much is answered in a time, with as many as there are and with twice as many.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from asprofile.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

MOST: Final = 4
"""Associations that are open at a time unless the user says how many."""

_LEAST: Final = 0.002
"""Seconds of a round trip that are worth an association."""
_LEAST_NEARBY: Final = 0.01
"""The same on this machine, where only a tunnel to another one takes so long, or a machine that is busy."""
_IN_A_ROW_NEARBY: Final = 8
"""Objects that have to say the same there; otherwise one does."""
_PEERS_OWN: Final = 3.0
"""Round trips after which an answer is late because of the peer."""
_SHARE: Final = 0.05
"""Of the time for an object, that nothing moves in: what could be gained."""

_SHARE_AT_ONCE: Final = 0.25
"""The same for opening before anything has been measured, on a link of this rate:"""
_USUAL_RATE: Final = 12.5e6
"""Bytes a second; 100 Mbit/s."""

_SPAN: Final = 0.4
_OBJECTS: Final = 100
"""Seconds and objects, both at least, over which is measured how much is answered in a time."""
_AN_OBJECT: Final = 1 << 16
"""Bytes that an object costs beside its own, when much and little data are compared."""
_BETTER: Final = 1.1
"""Times as much in a time is worth having more associations open."""
_NEXT_TRIAL: Final = 20.0
_LONGER: Final = 4.0
"""Seconds until it is tried again after it did not help, and how much longer it is each time."""


class Taken(Value):
    """How an object was sent, in seconds: ``round_trip`` is that of the association's request, ``wait`` from the last
    byte of the object to the answer, ``idle`` the part of it in which we had nothing to do, ``whole`` from its first
    byte to the answer.
    """

    round_trip: float
    wait: float
    idle: float
    whole: float

    def is_far(self, least: float) -> bool:
        """The round trip, at least ``least`` long, is what took the time."""
        distance = min(self.round_trip, self.wait)
        return distance >= least and self.wait <= _PEERS_OWN * self.round_trip and self.idle >= _SHARE * self.whole


def is_far_at_once(distance: float, length: int) -> bool:
    """The round trip will take a good part of the time for an object of ``length`` bytes, on a usual link; ``distance``
    in seconds, there and back.
    """
    return distance >= _LEAST and distance >= _SHARE_AT_ONCE * (distance + length / _USUAL_RATE)


class Growth:
    """Asks for more associations by ``open_more(count)``, and for fewer by ``close(count)``, which both come back at
    once. Of each that was asked for, one of ``opened``, ``refused`` and ``needless`` tells what became of it. From any
    thread.

    At most MOST are open, or what the peer takes.
    """

    def __init__(
        self,
        open_more: Callable[[int], None],
        close: Callable[[int], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._open_more = open_more
        self._close = close
        self._clock = clock
        self._lock = threading.Lock()
        self._most = MOST
        self._open = 1
        self._opening = 0
        self._row = 0
        self._trial = _Trial(clock())

    # --- what is seen

    def begins(self, distance: float, length: int) -> None:
        """The first object of an association is about to be sent to a peer on another machine."""
        if is_far_at_once(distance, length):
            self._ask(lambda: self._most)

    def seen(self, taken: Taken, *, nearby: bool) -> None:
        """An object was answered that was alone in its association; ``nearby``: by a peer on this machine."""
        is_far = taken.is_far(_LEAST_NEARBY if nearby else _LEAST)
        with self._lock:
            self._row = self._row + 1 if is_far else 0
            if self._opening or self._row < (_IN_A_ROW_NEARBY if nearby else 1):
                return
            self._row = 0
        self._ask(lambda: 2 * self._open)

    def answered(self, length: int) -> None:
        """An object of ``length`` bytes was answered, in any of the associations that take one at a time."""
        fewer = 0
        with self._lock:
            verdict = self._trial.add(length, self._clock(), settled=not self._opening)
            if verdict == _Trial.WORSE:
                fewer, self._trial.before = self._open - self._trial.before, 0
                self._open -= fewer
        if fewer > 0:
            self._close(fewer)
        elif verdict == _Trial.TRY:
            self._ask(lambda: 2 * self._open, is_trial=True)

    def _ask(self, wanted: Callable[[], int], *, is_trial: bool = False) -> None:
        with self._lock:
            if self._opening:
                return
            self._opening = count = max(0, min(wanted(), self._most) - self._open)
            if count and is_trial:
                self._trial.begin(self._open)
        if count:
            self._open_more(count)

    # --- what became of it

    def opened(self) -> None:
        with self._lock:
            self._opening -= 1
            self._open += 1
            self._trial.restart(self._clock())

    def refused(self) -> None:
        """The peer did not take it: there will be no more."""
        with self._lock:
            self._opening -= 1
            self._most = 0

    def needless(self, count: int) -> None:
        """So many were not tried, for there is nothing to send in them by now."""
        with self._lock:
            self._opening -= count


class _Trial:
    """How much is answered in a time, and whether more associations have made it more."""

    NOTHING, TRY, WORSE = range(3)

    def __init__(self, now: float) -> None:
        self.before = 0
        """How many there were before those that are on trial; 0 if none are."""
        self._rate_before = 0.0
        self._rate = 0.0
        self._next = now
        self._pause = _NEXT_TRIAL
        self.restart(now)

    def restart(self, now: float) -> None:
        """Count from now on."""
        self._since, self._objects, self._work = now, 0, 0

    def begin(self, count: int) -> None:
        """There will be more than these."""
        self.before, self._rate_before = count, self._rate

    def add(self, length: int, now: float, *, settled: bool) -> int:
        """An object was answered; ``settled``: no association is being opened. What to do."""
        self._objects += 1
        self._work += length + _AN_OBJECT
        if self._objects < _OBJECTS or now - self._since < _SPAN:
            return self.NOTHING
        self._rate = self._work / (now - self._since)
        self.restart(now)
        if not settled:
            return self.NOTHING
        if not self.before:
            return self.TRY if now >= self._next else self.NOTHING
        if self._rate >= _BETTER * self._rate_before:
            self.before = 0
            return self.TRY
        self._next, self._pause = now + self._pause, self._pause * _LONGER
        return self.WORSE
