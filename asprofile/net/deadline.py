"""The end of a wait: one point in time, which only the awaited traffic moves.

Belongs here: how much time is left, and what counts as progress. Does not belong here: waiting itself (``transport``).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from asprofile.errors import AssociationAborted

if TYPE_CHECKING:
    from collections.abc import Callable

LEAST_PROGRESS: Final = 1 << 12
"""Bytes that count as progress. With fewer, a peer could make any wait endless: one byte a minute means that the peer
is gone.
"""

SLICE: Final = 0.1
"""Seconds of waiting after which it is checked whether the wait is still wanted."""


class Deadline:
    """``seconds`` from now (None: never)."""

    __slots__ = ("_end", "_progress", "seconds")

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self._progress = 0
        self._end = 0.0
        self.renew()

    def left(self) -> float | None:
        """Seconds until then, at least 0; None if there is no end."""
        return None if self.seconds is None else max(0.0, self._end - time.monotonic())

    def slice(self, most: float) -> float:
        """The same, but no more than ``most``."""
        if self.seconds is None:
            return most
        left = self._end - time.monotonic()
        return most if left >= most else max(0.0, left)

    @property
    def is_over(self) -> bool:
        return self.seconds is not None and time.monotonic() >= self._end

    def renew(self) -> None:
        """What was awaited has come: the next wait has the full time again."""
        self._progress = 0
        if self.seconds is not None:
            self._end = time.monotonic() + self.seconds

    def progress(self, count: int) -> None:
        """``count`` bytes of what is waited for: renewed with every LEAST_PROGRESS of them."""
        self._progress += count
        if self._progress >= LEAST_PROGRESS:
            self.renew()


def check_wanted(is_wanted: Callable[[], bool]) -> None:
    """Raises AssociationAborted if it is not."""
    if not is_wanted():
        raise AssociationAborted("aborted by us: interrupted")
