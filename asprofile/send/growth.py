"""Decides whether more associations would help, because of the latency or because they have a higher throughput.

Belongs here: the conclusions from the round trip, the times of objects and the number answered in a time, and how many
associations may be open. Does not belong here: measuring these (``session``, ``in_hand``), opening and closing
(``crew``).

If the peer takes one object at a time in an association, each costs a round trip in which nothing is sent. Several
associations at the same time share that cost. If the connection time already shows that round trips will dominate, all
of them are opened before the first object is sent. Otherwise the objects show it: the answer comes about one round trip
after the last byte, and the time is not spent writing, which depends on the rate of the link or the peer.

If the latency is low, more associations may help a peer that has several processors, or slow it down. That is tried
from time to time: the throughput with the present number and with twice as many is compared. A clear difference shows
soon, a small one takes longer.

All of this is of use only while we wait. One Python program does its own work one piece at a time, however many
associations it has, and each more costs it something: if it is busy for nearly all of the time, nothing is tried.
"""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Final

from asprofile.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

MOST: Final = 4
"""Associations that are open at a time unless the user says how many."""

_LEAST: Final = 0.002
"""The shortest round trip, in seconds, for which more associations are worthwhile."""
_LEAST_NEARBY: Final = 0.01
"""The same on this machine, where only a tunnel to another machine, or a busy machine, takes so long."""
_IN_A_ROW_NEARBY: Final = 8
"""How many objects must show it there; elsewhere one is enough."""
_PEERS_OWN: Final = 3.0
"""If an answer takes more round trips than this, the peer is slow."""
_SHARE: Final = 0.05
"""The part of the time for an object in which nothing is sent: what could be gained."""

_SHARE_AT_ONCE: Final = 0.25
"""The same, for opening before anything has been measured, on a link of this rate:"""
_USUAL_RATE: Final = 12.5e6
"""Bytes a second; 100 Mbit/s."""

_BUSY: Final = 0.7
"""The part of the time that our own work may take, in seconds of processor time a second, if more associations are to
help: with two instead of one we spend about a third more on each object,
"""
_BUSY_WITH_SEVERAL: Final = 0.9
"""and with four instead of two a tenth."""
_NOT_BUSY: Final = 0.5
"""The same, if they may help a lot: that is worth knowing soon."""

_SPAN: Final = 0.4
_OBJECTS: Final = 100
"""The least seconds and objects over which the throughput is measured."""
_AN_OBJECT: Final = 1 << 16
"""Bytes that an object counts in addition to its own, when large and small objects are compared."""
_BETTER: Final = 1.05
"""The ratio of throughputs that is worth having more associations open."""
_CLEARLY_WORSE: Final = 0.85
_CLEARLY_BETTER: Final = 1.2
_CLEAR_SPAN: Final = 0.1
_CLEAR_OBJECTS: Final = 25
"""The ratios of throughputs that end a trial at once, and the least seconds and objects for that. So a trial costs less
than 3 % of a run of two seconds, however slow the peer is with more associations.
"""
_LOOK: Final = 0.02
"""The least seconds between two conclusions."""
_NEXT_TRIAL: Final = 20.0
_LONGER: Final = 4.0
"""Seconds until the next trial after one that did not help, and the factor by which they grow."""


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

    At most MOST are open, or as many as the peer accepts. ``work`` is the processor time that our process has taken, in
    seconds, without that of the system: other threads go on while it copies what is sent.
    """

    def __init__(
        self,
        open_more: Callable[[int], None],
        close: Callable[[int], None],
        clock: Callable[[], float] = time.monotonic,
        work: Callable[[], float] = lambda: os.times().user,
    ) -> None:
        self._open_more = open_more
        self._close = close
        self._lock = threading.Lock()
        self._most = MOST
        self._open = 1
        self._opening = 0
        self._row = 0
        self._trial = _Trial(_Meter(clock, work))

    # --- observations

    def begins(self, distance: float, length: int) -> None:
        """The first object of an association is about to be sent to a peer on another machine."""
        if is_far_at_once(distance, length):
            self._ask(lambda: self._most)

    @staticmethod
    def can_be_far(round_trip: float, *, nearby: bool) -> bool:
        """Whether an object in an association with this round trip, in seconds, can be far: else nobody measures it."""
        return round_trip >= (_LEAST_NEARBY if nearby else _LEAST)

    def seen(self, taken: Taken, *, nearby: bool) -> None:
        """An object was answered that was alone in its association; ``nearby``: by a peer on this machine."""
        is_far = taken.is_far(_LEAST_NEARBY if nearby else _LEAST)
        with self._lock:
            self._row = self._row + 1 if is_far else 0
            if self._opening or self._row < (_IN_A_ROW_NEARBY if nearby else 1):
                return
            self._row = 0
            if self._trial.meter.busy >= self._most_busy:
                return
        self._ask(lambda: 2 * self._open)

    def answered(self, length: int) -> None:
        """An object of ``length`` bytes was answered, in any of the associations that take one at a time."""
        fewer = 0
        with self._lock:
            verdict = self._trial.add(length, self._most_busy, settled=not self._opening)
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

    @property
    def _most_busy(self) -> float:
        return _BUSY if self._open == 1 else _BUSY_WITH_SEVERAL

    # --- results

    def opened(self) -> None:
        with self._lock:
            self._opening -= 1
            self._open += 1
            self._trial.meter.restart()

    def refused(self) -> None:
        """The peer did not accept it: no more will be asked for."""
        with self._lock:
            self._opening -= 1
            self._most = 0

    def needless(self, count: int) -> None:
        """This many were not opened, because there is nothing left to send in them."""
        with self._lock:
            self._opening -= count


class _Meter:
    """What has been done since ``restart``."""

    def __init__(self, clock: Callable[[], float], work: Callable[[], float]) -> None:
        self._clock = clock
        self._work = work
        self._busy_before = 0.0
        self._begin()

    def restart(self) -> None:
        """Count from now on."""
        self._busy_before = self.busy
        self._begin()

    def _begin(self) -> None:
        self.now = self._since = self._clock()
        self._worked = self._work()
        self._next = self.now + _CLEAR_SPAN
        self._objects = self._done = 0

    def add(self, length: int) -> bool:
        """An object was answered; whether there is something to conclude from what was measured.

        Every object comes here, and our processor time is slow to read: before there is enough for a small difference,
        conclusions are drawn every _LOOK seconds.
        """
        self._objects += 1
        self._done += length + _AN_OBJECT
        self.now = now = self._clock()
        if self._objects < _CLEAR_OBJECTS or (now < self._next and not self.is_long):
            return False
        self._next = now + _LOOK
        return True

    @property
    def is_long(self) -> bool:
        """There were enough objects, in enough seconds, to see a small difference."""
        return self._objects >= _OBJECTS and self.now - self._since >= _SPAN

    @property
    def rate(self) -> float:
        """The throughput, so that one of small objects can be compared with one of large objects."""
        return self._done / (self.now - self._since)

    @property
    def busy(self) -> float:
        """The part of the time that our process has worked, more than 1 on several processors; that before
        ``restart`` as long as it was just now.
        """
        seconds = self._clock() - self._since
        return self._busy_before if seconds < _CLEAR_SPAN else (self._work() - self._worked) / seconds


class _Trial:
    """The throughput, and whether more associations have raised it."""

    NOTHING, TRY, WORSE = range(3)

    def __init__(self, meter: _Meter) -> None:
        self.meter = meter
        self.before = 0
        """How many there were before the trial; 0 if there is no trial."""
        self._rate_before = 0.0
        self._rate = 0.0
        self._is_warm = False
        self._next = meter.now
        self._pause = _NEXT_TRIAL

    def begin(self, count: int) -> None:
        """There will be more than these."""
        self.before, self._rate_before = count, self._rate

    def add(self, length: int, most_busy: float, *, settled: bool) -> int:
        """An object was answered; ``settled``: no association is being opened. What to do. Nothing is tried while we
        are busy for ``most_busy`` of the time.
        """
        meter = self.meter
        if not meter.add(length):
            return self.NOTHING
        if not self._is_warm:
            # The first objects are slower than all that follow: compared with them, anything seems to help.
            self._is_warm = True
            meter.restart()
            return self.NOTHING
        is_long = meter.is_long
        verdict = None
        if settled:
            verdict = self._judge(is_long=is_long) if self.before else self._look_for_more(most_busy, is_long=is_long)
        if verdict is None and not is_long:
            return self.NOTHING
        self._rate = meter.rate
        meter.restart()
        return verdict or self.NOTHING

    def _look_for_more(self, most_busy: float, *, is_long: bool) -> int | None:
        """Whether a trial is due; None if that cannot be said yet."""
        is_due = self.meter.now >= self._next and self.meter.busy < (most_busy if is_long else _NOT_BUSY)
        return self.TRY if is_due else None

    def _judge(self, *, is_long: bool) -> int | None:
        """How the trial went; None if that cannot be said yet."""
        ratio = self.meter.rate / self._rate_before
        if ratio >= (_BETTER if is_long else _CLEARLY_BETTER):
            self.before = 0
            return self.TRY if self.meter.busy < _BUSY_WITH_SEVERAL else self.NOTHING
        if is_long or ratio < _CLEARLY_WORSE:
            # Long pauses: what helps is found soon, and what does not costs something each time.
            self._next, self._pause = self.meter.now + self._pause, self._pause * _LONGER
            return self.WORSE
        return None
