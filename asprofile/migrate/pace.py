"""How fast a migration goes, and at which hours.

Belongs here: when the next object may be begun. Does not belong here: waiting (``send.control``), the objects
(``running``).

A rate is held over all associations of a run: each object moves on the moment at which the next may be begun by what it
is counted as, an object or its bytes. What was missed while the peer was slow is caught up for a second's worth, no
more.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_CATCH_UP: Final = 1.0
"""Seconds."""
_LOOK: Final = 30.0
"""Seconds after which the clock on the wall is looked at again: it may be put, or a machine may have slept."""
_DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Rate:
    """``number`` objects a second, or bytes if ``of_bytes``; more than 0."""

    number: float
    of_bytes: bool = False


@dataclass(frozen=True, slots=True)
class Hours:
    """The minutes of a day, 0 to 1439 in the local time zone, from ``first`` on and before ``end``; across midnight if
    that is the smaller one. The two differ.
    """

    first: int
    end: int

    def has(self, moment: float) -> bool:
        """Whether a moment, in seconds since 1970, is in them. It is what a clock on the wall shows that counts, also
        when that is put for summer.
        """
        local = time.localtime(moment)
        return self.has_minute(local.tm_hour * 60 + local.tm_min)

    def has_minute(self, minute: int) -> bool:
        """Whether a minute of the day is in them."""
        return (minute - self.first) % _DAY < (self.end - self.first) % _DAY

    def __str__(self) -> str:
        return f"{self.first // 60:02}:{self.first % 60:02}-{self.end // 60:02}:{self.end % 60:02}"


class Pace:
    """For one run. ``pause`` waits for so many seconds at most, ``clock`` counts seconds, ``now`` is the clock on the
    wall, in seconds since 1970; ``is_wanted`` is false when nothing more is to be begun.
    """

    def __init__(
        self,
        rate: Rate | None = None,
        hours: Hours | None = None,
        *,
        pause: Callable[[float], None],
        clock: Callable[[], float],
        is_wanted: Callable[[], bool],
        now: Callable[[], float] = time.time,
    ) -> None:
        self.hours = hours
        self._rate = rate
        self._pause = pause
        self._clock = clock
        self._is_wanted = is_wanted
        self._now = now
        self._next = clock()

    @property
    def is_open(self) -> bool:
        """Objects may be begun at this hour."""
        return self.hours is None or self.hours.has(self._now())

    def await_opening(self) -> bool:
        """Wait until that is so; False if nothing is wanted before."""
        while self._is_wanted():
            if self.is_open:
                return True
            self._pause(_LOOK)
        return False

    def await_turn(self) -> bool:
        """Wait until the rate allows another object. False if the hours have passed, or nothing is wanted any more."""
        if self._rate is not None:
            while self._is_wanted() and self.is_open and (left := self._next - self._clock()) > 0:
                self._pause(min(left, _LOOK))
        return self._is_wanted() and self.is_open

    def took(self, size: int) -> None:
        """An object of so many bytes is begun."""
        if self._rate is not None:
            cost = (size if self._rate.of_bytes else 1) / self._rate.number
            self._next = max(self._next, self._clock() - _CATCH_UP) + cost
