"""Sums of a journal, for checks and reports: questions that only read.

Not here: what is made of them (``api``), sums that a run needs (``journal``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asprofile.migrate.states import LAST_OPEN, STORED, MigrationState

if TYPE_CHECKING:
    from asprofile.migrate.journal import Journal

_HOUR: Final = 3600
_MOST_HOURS: Final = 5 * 366 * 24
_PACE_OF: Final = 2000
"""So many objects, the last that were stored, say how fast it goes."""


@dataclass(frozen=True, slots=True)
class KindCount:
    """How many objects there are of a SOP class and transfer syntax, and their bytes."""

    sop_class: str
    transfer_syntax: str
    objects: int
    bytes: int


def open_kinds(journal: Journal) -> tuple[KindCount, ...]:
    """Of what is to be sent, in the order in which they were first found."""
    query = (
        "SELECT sop_class, transfer_syntax, count(*), sum(size) FROM object JOIN kind ON kind.id = object.kind"
        " WHERE state <= ? GROUP BY kind.id ORDER BY kind.id"
    )
    return tuple(
        KindCount(sop_class, syntax, count, int(size))
        for sop_class, syntax, count, size in journal.select(query, int(LAST_OPEN))
    )


def pace(journal: Journal) -> float | None:
    """Objects a second that were stored of late; None if too few were."""
    query = "SELECT time FROM object WHERE state IN (?, ?) AND time IS NOT NULL ORDER BY id DESC LIMIT ?"
    times = sorted(time for (time,) in journal.select(query, *map(int, STORED), _PACE_OF))
    if len(times) < 10 or times[-1] <= times[0]:
        return None
    return (len(times) - 1) / float(times[-1] - times[0])


def by_class(journal: Journal) -> list[tuple[str, MigrationState, int]]:
    """SOP class, state, and how many."""
    query = "SELECT sop_class, state, count(*) FROM object JOIN kind ON kind.id = object.kind GROUP BY sop_class, state"
    return [(uid, MigrationState(state), count) for uid, state, count in journal.select(query)]


def by_year(journal: Journal) -> list[tuple[str | None, MigrationState, int]]:
    """Year of the study (empty: it has no date; None: no file was read for it), state, and how many."""
    query = "SELECT substr(date, 1, 4) AS year, state, count(*) FROM object GROUP BY year, state ORDER BY year"
    return [(year, MigrationState(state), count) for year, state, count in journal.select(query)]


def by_hour(journal: Journal) -> list[tuple[int, int]]:
    """How many of what is at the peer were stored in each hour, which begins at so many seconds since 1970; hours
    between the first and the last without any are there, too, unless a clock was so wrong that there are too many.
    """
    query = (
        "SELECT HOUR AS hour, count(*) FROM ("
        "SELECT time FROM object WHERE state IN (?, ?) AND time IS NOT NULL UNION ALL "
        "SELECT max(time) FROM evidence WHERE what IN (?, ?)"
        " AND (SELECT state FROM object WHERE id = evidence.object) = ? GROUP BY evidence.object"
        ") AS stored GROUP BY hour ORDER BY hour"
    ).replace("HOUR", journal.store.hour)
    words = [one.words for one in STORED]
    counts = dict(journal.select(query, *map(int, STORED), *words, int(MigrationState.VERIFIED)))
    if not counts:
        return []
    hours = range(min(counts), max(counts) + 1)
    return [(hour * _HOUR, counts.get(hour, 0)) for hour in (hours if len(hours) <= _MOST_HOURS else counts)]
