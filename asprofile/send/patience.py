"""How long to wait for a peer that is unreachable, or that is out of resources.

Belongs here: the two clocks, which all associations of a ``send`` share, and the pauses between two tries. Does not
belong here: what is tried again (``worker``), waiting itself (``control``).

A peer that was never reached is tried only for a short time, unless the user says how long: most likely its address is
wrong.

Failures of an object are not counted here: an object has its own tries. The clocks run from the first association that
cannot be opened until one can, and from the first answer "out of resources" until another answer.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from asprofile.send.options import delay

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.send.options import SendOptions


AT_FIRST = 10.0
"""Seconds for a peer that answers oddly from the beginning."""


class Patience:
    """``clock`` gives seconds. From any thread."""

    def __init__(self, options: SendOptions, clock: Callable[[], float]) -> None:
        self.seconds = options.wait
        self.has_served = False
        """There has been an association."""
        self.will_come = options.wait_from_start
        """There has been an association, or the user says that there will be one: an unreachable peer is waited for."""
        self._clock = clock
        self._lock = threading.Lock()
        self._away_since: float | None = None
        self._full_since: float | None = None
        self._open = 0
        self.most_open = 0
        """Associations that were open at a time."""

    # --- what happened

    def opened(self) -> None:
        with self._lock:
            self._open += 1
            self.most_open = max(self.most_open, self._open)
            self.has_served = self.will_come = True
            self._away_since = None

    def closed(self) -> None:
        with self._lock:
            self._open -= 1

    def answered(self) -> None:
        """The peer answered, with anything but "out of resources"."""
        self._full_since = None

    @property
    def someone_serves(self) -> bool:
        """An association is open."""
        return self._open > 0

    # --- how long to pause

    @property
    def for_away(self) -> float:
        """Seconds in all to wait for a peer with which no association can be opened."""
        return self.seconds if self.will_come else min(self.seconds, AT_FIRST)

    def away(self, times: int) -> float | None:
        """Seconds until the next try after ``times`` (1 or more) failed tries to open an association in a row; None if
        the time for waiting is up.
        """
        with self._lock:
            self._away_since = self._clock() if self._away_since is None else self._away_since
            return self._pause(self._away_since, times, self.for_away)

    def full(self, times: int) -> float | None:
        """The same when the peer has said ``times`` times that it is out of resources."""
        with self._lock:
            self._full_since = self._clock() if self._full_since is None else self._full_since
            return self._pause(self._full_since, times, self.seconds)

    def _pause(self, since: float, times: int, seconds: float) -> float | None:
        left = since + seconds - self._clock()
        return min(delay(times), left) if left > 0 else None
