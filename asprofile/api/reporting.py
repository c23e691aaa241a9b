"""The report of a migration: what became of every object, by modality, year, reason and time.

Not here: where the rows are (``migrate``), how the page looks (``report.migration``).
"""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from asprofile.api.migrating import MigrationStatus, status_of
from asprofile.migrate import journal_sums
from asprofile.migrate.states import AT_THE_PEER, MigrationState
from asprofile.names.modalities import group
from asprofile.program import quoted
from asprofile.report.migration import Breakdown, MigrationSummary, MissingObject, StateSum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asprofile.migrate.journal import Journal

_MOST_MISSING: Final = 1000
_UNKNOWN: Final = "not known"

NOT_THERE: Final = tuple(state for state in MigrationState if state not in AT_THE_PEER)
_UNREADABLE: Final = "cannot be read"


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """The sums of a journal, and objects by modality (the group of their SOP class) or year of the study, and state,
    and by the hour (in seconds since 1970) in which they were stored. ``peer`` is where they were sent, empty if
    nowhere yet.
    """

    status: MigrationStatus
    peer: str
    modalities: dict[str, dict[MigrationState, int]]
    years: dict[str, dict[MigrationState, int]]
    hours: tuple[tuple[int, int], ...]

    def as_json(self) -> dict[str, Any]:
        """What ``asprofile migrate report --json`` prints (docs/schema/migrate.json)."""
        return {
            **self.status.as_json(),
            "peer": self.peer or None,
            "modalities": [{"modality": name, "states": _counted(counts)} for name, counts in self.modalities.items()],
            "years": [{"year": name, "states": _counted(counts)} for name, counts in self.years.items()],
            "stored": [{"hour": _utc(hour), "objects": count} for hour, count in self.hours],
        }


def _counted(counts: dict[MigrationState, int]) -> dict[str, int]:
    return {state.words: count for state, count in counts.items()}


def _utc(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def report_of(journal: Journal) -> MigrationReport:
    """The report of a journal. Raises JournalError."""
    modalities: dict[str, dict[MigrationState, int]] = defaultdict(lambda: defaultdict(int))
    for sop_class, state, count in journal_sums.by_class(journal):
        modalities[group(sop_class)][state] += count
    years: dict[str, dict[MigrationState, int]] = defaultdict(lambda: defaultdict(int))
    for year, state, count in journal_sums.by_year(journal):
        years["no date" if year == "" else year or _UNKNOWN][state] += count
    options = journal.get("options", {})
    peer = journal.get("peer") or (options.get("target", "") if isinstance(options, dict) else "")
    hours = tuple(journal_sums.by_hour(journal))
    return MigrationReport(status_of(journal), str(peer or ""), _sorted(modalities), _sorted(years), hours)


def _sorted(found: dict[str, dict[MigrationState, int]]) -> dict[str, dict[MigrationState, int]]:
    return {name: dict(sorted(found[name].items())) for name in sorted(found)}


def summary_of(journal: Journal, found: MigrationReport) -> MigrationSummary:
    """What the page shows. Raises JournalError."""
    status = found.status
    states = tuple(status.states)
    sums = tuple(
        StateSum(one.words, one.meaning, count, size, one in AT_THE_PEER)
        for one, (count, size) in status.states.items()
    )
    missing = tuple(islice(missing_objects(journal), _MOST_MISSING))
    count = sum(status.states[one][0] for one in NOT_THERE if one in states) + status.wrong
    facts = [("Journal", status.journal), ("Peer", found.peer or "none yet"), ("Date", _utc(time.time()))]
    if found.hours:
        facts += [
            ("First stored", _utc(found.hours[0][0])[:13] + "h UTC"),
            ("Last", _utc(found.hours[-1][0])[:13] + "h UTC"),
        ]
    unknown = _UNKNOWN in found.years
    note = "The year of a study is known once its objects were verified, or came from a peer." if unknown else ""
    return MigrationSummary(
        f"Migration {status.journal}" + (f" to {found.peer}" if found.peer else ""),
        tuple(facts),
        sums,
        (("found again", status.again), ("no DICOM objects", status.others), (_UNREADABLE, status.wrong)),
        (
            Breakdown("By modality", "Modality", _rows(found.modalities, states)),
            Breakdown("By year of the study", "Year", _rows(found.years, states), note),
        ),
        tuple((state.words, why, number) for state, why, number in status.reasons),
        tuple((time.strftime("%Y-%m-%d %H:00", time.gmtime(hour)), number) for hour, number in found.hours),
        missing,
        count,
        tuple(_advice(journal, status)),
    )


def _rows(
    found: dict[str, dict[MigrationState, int]], states: tuple[MigrationState, ...]
) -> tuple[tuple[str, tuple[int, ...]], ...]:
    return tuple((name, tuple(counts.get(state, 0) for state in states)) for name, counts in found.items())


def missing_objects(journal: Journal) -> Iterator[MissingObject]:
    """Every object that is not at the peer as far as is known, then files that should be objects."""
    for row in journal.in_state(*NOT_THERE):
        code = "" if row.status is None else f"status {row.status:04X}H"
        reason = "; ".join(filter(None, (code, row.comment)))
        yield MissingObject(row.path, row.uid, row.state.words, reason)
    for path, reason in journal.others():
        yield MissingObject(path, "", _UNREADABLE, reason)


def _advice(journal: Journal, status: MigrationStatus) -> Iterator[str]:
    """What to do next."""
    name = quoted(journal.path)
    have = {state for state, (count, _) in status.states.items() if count}
    if not status.is_scanned:
        yield f"The scan is not finished: `asprofile migrate scan {name}` goes on with it."
    if have & {MigrationState.FOUND, MigrationState.SENDING, MigrationState.IN_DOUBT, MigrationState.LISTED}:
        yield f"Not everything was sent yet: `asprofile migrate run {name}` goes on."
    if MigrationState.HELD in have:
        yield f"Held objects are sent after `asprofile migrate release {name}`."
    if have & {MigrationState.REFUSED, MigrationState.FAILED, MigrationState.MISSING, MigrationState.LOST}:
        yield f"When the reasons below are mended: `asprofile migrate retry {name}`, then `run`."
    if MigrationState.CONFLICT in have:
        yield "Of objects in conflict nobody but you can say which one is right: send that one by itself."
    if have & {MigrationState.STORED, MigrationState.STORED_WITH_WARNING}:
        yield f"What is stored is so by the peer's word alone: `asprofile migrate verify {name}` asks it."
