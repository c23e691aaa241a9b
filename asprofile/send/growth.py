"""Whether more associations would help: is it the distance that takes the time?

Belongs here: what is concluded from how long objects took, and how many associations may be opened for it. Does not
belong here: measuring (``worker``), opening them (``engine``).

Where the peer takes one object at a time in an association, each costs a round trip in which nothing moves. Several
associations beside each other share that. They do not where the time goes into writing, which is the link's or the
peer's rate, or where the peer takes long over an object: then the answer comes later than the distance explains.
"""

from __future__ import annotations

import threading
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


class Growth:
    """Asks for more associations by ``open_more(count)``, which comes back at once. From any thread.

    As many again as there are, up to MOST, or up to what the peer takes.
    """

    def __init__(self, open_more: Callable[[int], None]) -> None:
        self._open_more = open_more
        self._lock = threading.Lock()
        self._most = MOST
        self._open = 1
        self._opening = 0
        self._row = 0

    def seen(self, taken: Taken, *, nearby: bool) -> None:
        """An object was answered; ``nearby``: by a peer on this machine."""
        is_far = taken.is_far(_LEAST_NEARBY if nearby else _LEAST)
        with self._lock:
            self._row = self._row + 1 if is_far else 0
            if self._opening or self._row < (_IN_A_ROW_NEARBY if nearby else 1):
                return
            self._row = 0
            self._opening = count = max(0, min(self._open, self._most - self._open))
        if count:
            self._open_more(count)

    def opened(self, *, succeeded: bool) -> None:
        """One of those that were asked for is open, or the peer did not take it: then there will be no more."""
        with self._lock:
            self._opening -= 1
            self._open += succeeded
            if not succeeded:
                self._most = 0

    def stop(self) -> None:
        """No more are wanted."""
        with self._lock:
            self._most = 0
