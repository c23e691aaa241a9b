"""When a study is over: its association ended, or nothing of it came for so long.

Belongs here: what is known of the studies that are coming in, as values; the clock is given. Does not belong here: what
is done then (``following``).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asprofile.receive.events import Received

StudyEnding = Literal["quiet", "association", "many", "stopping"]
"""Why it is taken to be over: nothing more came; the association ended; there are too many; we stop."""

MOST_STUDIES: Final = 10_000
"""Studies that are tracked at a time; before there are more, the one that was quiet longest is over."""


@dataclass(frozen=True, slots=True)
class StudySummary:
    """What came of a study. ``directory`` is that of its first file, or the one above that all share; ``size`` is in
    bytes, ``began`` and ``latest`` are seconds of the clock.
    """

    study: str
    directory: str
    objects: int
    size: int
    calling_ae: str
    called_ae: str
    peer: str
    began: float
    latest: float


class OpenStudies:
    """The studies that are coming in; not for several threads at once. ``quiet`` None: each is over with its
    association, and what comes in another association is another one.
    """

    def __init__(self, quiet: float | None) -> None:
        self._quiet = quiet
        self._open: dict[tuple[int, str], StudySummary] = {}
        """The one that was quiet longest first."""

    def add(self, event: Received, now: float) -> Iterator[tuple[StudySummary, StudyEnding]]:
        """An object came. What is over because of it."""
        if not event.study:
            return
        key = (event.association if self._quiet is None else 0, event.study)
        directory = os.path.dirname(os.path.abspath(event.file))  # noqa: PTH100, PTH120 - of every object
        known = self._open.pop(key, None)
        if known is None:
            who = (event.calling_ae, event.called_ae, event.peer)
            known = StudySummary(event.study, directory, 0, 0, *who, now, now)
        elif directory != known.directory:
            directory = os.path.commonpath((directory, known.directory))
        self._open[key] = replace(
            known, directory=directory, objects=known.objects + 1, size=known.size + event.size, latest=now
        )
        if len(self._open) > MOST_STUDIES:
            yield self._open.pop(next(iter(self._open))), "many"

    def association_ended(self, number: int) -> Iterator[tuple[StudySummary, StudyEnding]]:
        """What is over with it."""
        for key in [key for key in self._open if key[0] == number and self._quiet is None]:
            yield self._open.pop(key), "association"

    def look(self, now: float) -> Iterator[tuple[StudySummary, StudyEnding]]:
        """What was quiet for long enough."""
        while self._quiet is not None and self._open:
            key, first = next(iter(self._open.items()))
            if now - first.latest < self._quiet:
                return
            del self._open[key]
            yield first, "quiet"

    def end(self) -> Iterator[tuple[StudySummary, StudyEnding]]:
        """All that there are."""
        while self._open:
            yield self._open.pop(next(iter(self._open))), "stopping"
