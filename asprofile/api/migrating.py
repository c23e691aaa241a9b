"""Moving an archive to a peer: scan, run, and what the journal knows.

Not here: the journal (``migrate``), what is said (``cli``).
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any

from asprofile.api.conversion import ConversionOptions
from asprofile.api.objects import judge_of
from asprofile.api.pulling import PullingPlan, list_origins, open_spool, pull, remove_spooled, spool_of
from asprofile.api.sending import sending_of_profile
from asprofile.errors import ConfigurationError, JournalError
from asprofile.migrate.doubts import Doubts, InDoubt, resolve
from asprofile.migrate.gone import GoneSources
from asprofile.migrate.journal import Journal
from asprofile.migrate.journal_file import is_journal
from asprofile.migrate.ledger_rows import StateChange
from asprofile.migrate.ordering import NEWEST, OLDEST, put_in_order
from asprofile.migrate.pace import Hours, Pace, Rate
from asprofile.migrate.postgres_url import is_postgres
from asprofile.migrate.running import FailuresLeft, RunPlan, send_due
from asprofile.migrate.scanning import take_in
from asprofile.migrate.sources import items_of
from asprofile.migrate.states import AT_THE_PEER, MigrationState
from asprofile.migrate.worker_signs import WorkerSign, workers_of
from asprofile.names.releases import LATEST
from asprofile.negotiate.fitting import fit
from asprofile.objects.header import ObjectHeader, examine
from asprofile.send.control import Control
from asprofile.send.options import SendOptions
from asprofile.value import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from asprofile.api.objects import Selection
    from asprofile.api.references import ProfileInput
    from asprofile.migrate.origins import Origin
    from asprofile.negotiate.request import AssociateRequest
    from asprofile.objects.header import Judge
    from asprofile.send.destination import Destination
    from asprofile.send.outcome import SendEvent, SendReport
    from asprofile.settings.project import ProjectSettings

_ROUNDS = 3
"""Objects that are in doubt after a round, and that the peer turns out not to have, are sent in the next."""
_AT_A_TIME = 500
_STUDY = 0x0020000D


@dataclass(frozen=True, slots=True)
class MigrationStatus:
    """The sums of a journal. ``states`` has objects and bytes of each state that there is; ``again`` counts files that
    are an object found once more, ``others`` files in directories that are no objects, ``wrong`` those that should be.
    ``reasons``: state, words and how many of what is not stored, most first. ``workers``: those of a journal in
    PostgreSQL that were seen in the last day.
    """

    journal: str
    is_scanned: bool
    states: dict[MigrationState, tuple[int, int]]
    again: int
    others: int
    wrong: int
    reasons: tuple[tuple[MigrationState, str, int], ...]
    workers: tuple[WorkerSign, ...] = ()

    @property
    def objects(self) -> int:
        return sum(count for count, _ in self.states.values())

    @property
    def files(self) -> int:
        """All that scans came across."""
        return self.objects + self.again + self.others + self.wrong

    @property
    def is_done(self) -> bool:
        """Everything is found, and every object is stored, or more than that: verified."""
        stored = sum(self.states[one][0] for one in AT_THE_PEER if one in self.states)
        return self.is_scanned and not self.wrong and stored == self.objects

    def as_json(self) -> dict[str, Any]:
        """What ``asprofile migrate status --json`` prints."""
        return {
            "version": 1,
            "journal": self.journal,
            "scanned": self.is_scanned,
            "files": self.files,
            "objects": self.objects,
            "again": self.again,
            "not_objects": self.others,
            "wrong": self.wrong,
            "states": {one.words: {"objects": count, "bytes": size} for one, (count, size) in self.states.items()},
            "reasons": [{"state": state.words, "reason": why, "objects": count} for state, why, count in self.reasons],
            "workers": [one.as_json() for one in self.workers],
        }


@dataclass(frozen=True, slots=True)
class MigrationTerms:
    """Where to, and how objects are sent: what a check, a run and a verification have in common.

    ``profile``: None if the contexts follow from the objects; with ``propose_default`` these have Implicit VR Little
    Endian, too. ``settings`` say where a profile of a name alone is.
    """

    to: Destination
    profile: ProfileInput | None = None
    release: str = LATEST
    propose_default: bool = False
    options: SendOptions = SendOptions()  # noqa: RUF009 - a value
    conversion: ConversionOptions = ConversionOptions()  # noqa: RUF009 - a value
    settings: ProjectSettings | None = None

    @property
    def send_options(self) -> SendOptions:
        """With the link to the peer."""
        return replaced(self.options, link=self.to.link, fitted=self.profile is None)

    def requests_of_profile(self) -> Sequence[AssociateRequest]:
        """What the profile proposes; nothing without one. Raises LoadError, ProfileNotFound and ProposalError."""
        if self.profile is None:
            return ()
        return sending_of_profile(self.profile, self.release, self.settings, self.to).requests


@dataclass(frozen=True, slots=True)
class RunLimits:
    """What a run keeps to. ``in_doubt``: what becomes of objects of which the peer cannot be asked; ``max_failures``:
    it ends after so many objects that were not stored; ``order``: "newest" or "oldest" (studies), or expressions, which
    objects are sent first; how fast, and at which hours.
    """

    in_doubt: InDoubt = "hold"
    max_failures: int | None = None
    order: Sequence[str] = ()
    rate: Rate | None = None
    hours: Hours | None = None


@dataclass(frozen=True, slots=True)
class Migrated:
    """What a run did: the report of its last round (None: nothing was to be sent), what was in doubt, directories
    that are gone, empty or cannot be read, with how many objects in them are left for later, and why not everything was
    taken from a peer that objects come from (empty: it was).
    """

    report: SendReport | None
    doubts: Doubts
    gone: dict[str, int] = field(default_factory=dict)
    problem: str = ""


def status_of(journal: Journal) -> MigrationStatus:
    """The sums, at one moment for each."""
    again, others, wrong = journal.places()
    scanned = bool(journal.get("scanned", False))
    workers = tuple(workers_of(journal)) if is_postgres(journal.path) else ()
    reasons = tuple(journal.reasons())
    return MigrationStatus(journal.name, scanned, journal.counts(), again, others, wrong, reasons, workers)


def scan_into(
    journal: Journal,
    sources: Sequence[str],
    *,
    names: Iterable[str] = (),
    bare: bool = False,
    recurse: bool = True,
    pattern: str | None = None,
    where: Selection = None,
    origins: Sequence[Origin] = (),
    options: SendOptions = SendOptions(),  # noqa: B008 - a value
    on_count: Callable[[int], None],
    on_listed: Callable[[str, int, str], None] = lambda *_: None,
    control: Control,
) -> bool:
    """Put what is at ``sources``, and at those of before, into the journal; so is what is at ``names``, which are not
    remembered. A source may be a file or a directory, a DICOMDIR (what it lists), or another journal (what could not be
    stored by that). Before that ``origins`` are asked what they have; ``on_listed`` gets the name of each, and how many
    "studies" or "objects" there are so far. False if it was stopped.

    Raises ConfigurationError for a source that is not there, and for a peer where the journal is in PostgreSQL,
    JournalError, AssociationError for a peer that cannot be asked.
    """
    if origins and is_postgres(journal.path):
        raise ConfigurationError(f"{journal.name}: to take objects from a peer, keep the journal in a file")
    for source in sources:
        if is_postgres(source):
            raise ConfigurationError(
                f"{Journal.shown_name(source)}: a journal in PostgreSQL is no source; one in a file is"
            )
        if not os.path.lexists(source):
            raise ConfigurationError(f"{source}: there is no such file or directory")
        if is_journal(source) and os.path.realpath(source) == os.path.realpath(journal.path):
            raise ConfigurationError(f"{source}: is this journal itself; what it could not store: the step retry")
    if origins and not list_origins(journal, origins, options, on_listed, control):
        return False
    known = journal.get("sources", [])
    known += [path for path in map(os.path.abspath, sources) if path not in known]
    journal.put(sources=known)
    items = items_of(
        chain(known, map(os.path.abspath, names)),
        recursive=recurse,
        reading="either" if bare else "part10",
        pattern=pattern,
        where=judge_of(where),
    )
    return take_in(journal, items, on_count, lambda: not control.finishing)


def run_migration(
    journal: Journal,
    terms: MigrationTerms,
    limits: RunLimits = RunLimits(),
    *,
    on_pause: Callable[[Hours], None] = lambda _: None,
    on_event: Callable[[SendEvent], None] = lambda _: None,
    control: Control | None = None,
    failures: FailuresLeft | None = None,
    pulling: PullingPlan | None = None,
) -> Migrated:
    """Send what is to be sent; first of all the peer is asked about what is in doubt. ``on_pause`` is called before a
    time outside of ``limits.hours`` is waited for. ``failures``: how many are left of several runs. What peers have
    that objects come from is taken as ``pulling`` says, after what is in hand.

    Raises JournalError, ConfigurationError, and what a profile cannot be.
    """
    if not journal.get("scanned", False):
        raise JournalError(f"{journal.name}: its scan was not finished; scan before the run")
    control = control or Control()
    to, conversion, hours = terms.to, terms.conversion, limits.hours
    check_conversion(terms)
    preparer = conversion.preparer()
    options = terms.send_options
    by_profile = terms.requests_of_profile()
    failures = failures or FailuresLeft(limits.max_failures)
    pace = Pace(limits.rate, hours, pause=control.pause, clock=control.clock, is_wanted=control.is_wanted)
    gone = GoneSources(tuple(journal.get("sources", [])))

    spool = spool_of(journal, pulling)

    def plan() -> RunPlan:
        kinds = journal.kinds()
        fitting = partial(fit, kinds, preparer.targets, with_default=terms.propose_default, **to.titles)
        requests = tuple(by_profile or fitting())
        sent = frozenset(kinds) if spool is not None and not by_profile else None
        decided = partial(remove_spooled, spool)
        return RunPlan(requests, to.peer, options, preparer, control, pace, failures, gone, sent, decided)

    study_set = study_set_by(conversion)
    order = limits.order
    judges = judges_of(order)
    journal.begin_run()
    open_spool(journal, spool)
    doubts = Doubts()
    report: SendReport | None = None

    def rounds() -> None:
        nonlocal report
        count = 0
        while count < _ROUNDS:
            before = doubts.absent
            if hours is not None and not pace.is_open and _has_work(journal):
                on_pause(hours)
                if not pace.await_opening() and report is not None:
                    report = replaced(report, interrupted=True)
            add_doubts(doubts, resolve(journal, to, options, limits.in_doubt, control.is_wanted, study_set))
            is_new = not count or doubts.absent > before
            if control.finishing or not is_new or not journal.count(MigrationState.FOUND):
                break
            if report is not None and (report.error is not None or report.interrupted):
                break
            if (order or journal.get("order")) and not put_in_order(journal, order, judges, control.is_wanted):
                break
            gone.directories.clear()
            report = send_due(journal, plan(), on_event)
            count = count + 1 if pace.is_open else 0

    rounds()
    problem = ""
    if pulling is not None and spool is not None:
        problem = pull(journal, spool, pulling, control, rounds, lambda: report)
    journal.end_run()
    return Migrated(report, doubts, dict(gone.directories), problem)


def _has_work(journal: Journal) -> bool:
    return bool(journal.count(MigrationState.FOUND) or journal.count(MigrationState.IN_DOUBT))


def judges_of(order: Sequence[str]) -> list[Judge | None]:
    """What decides for each of these orders; None for one of studies. Raises WhereError."""
    return [None if wish in (NEWEST, OLDEST) else judge_of(wish) for wish in order]


def check_conversion(terms: MigrationTerms) -> None:
    """Raise ConfigurationError for what a migration cannot do."""
    conversion = terms.conversion
    if terms.propose_default and terms.profile is not None:
        raise ConfigurationError(
            "@{propose_default} is for contexts that follow from the objects; leave out @{profile}"
        )
    invents = conversion.invent or conversion.invent_series or conversion.invent_study or conversion.invent_patient
    if invents or any("SOPInstanceUID" in one or "0008,0018" in one for one in conversion.assignments):
        raise ConfigurationError(
            "a migration keeps the SOP Instance UIDs, by which it is known what the peer has; leave out @{invent} and "
            "what sets them"
        )


def study_set_by(conversion: ConversionOptions) -> str | None:
    """The Study Instance UID that every object gets on its way; None: it keeps its own."""
    if not conversion.assignments:
        return None
    from asprofile.objects.changes import read_assignment

    found = [read_assignment(one) for one in conversion.assignments]
    return next((one.value for one in reversed(found) if one.tag == _STUDY and not one.path), None)


def add_doubts(sums: Doubts, more: Doubts) -> None:
    sums.stored += more.stored
    sums.absent += more.absent
    sums.unknown = more.unknown
    sums.why = more.why or sums.why


def hold(journal: Journal, where: Selection = None) -> int:
    """Hold what is to be sent, or those of which ``where`` is true; how many."""
    judge = judge_of(where)

    def is_meant(path: str) -> bool:
        return judge is None or isinstance(examine(path, reading="either", where=judge), ObjectHeader)

    before = (MigrationState.FOUND, MigrationState.LISTED)
    return _move(journal, before, MigrationState.HELD, "held by a user", is_meant)


def release_held(journal: Journal) -> int:
    """What is held is to be sent; how many."""
    return _move(journal, (MigrationState.HELD,), MigrationState.FOUND, "released by a user", lambda _: True)


def retry(journal: Journal) -> int:
    """What was refused or failed, or is missing at the peer or at the source, is to be sent; how many."""
    before = (MigrationState.REFUSED, MigrationState.FAILED, MigrationState.MISSING, MigrationState.LOST)
    return _move(journal, before, MigrationState.FOUND, "to be tried again as a user wants", lambda _: True)


def _move(
    journal: Journal,
    states: tuple[MigrationState, ...],
    to: MigrationState,
    why: str,
    is_meant: Callable[[str], bool],
) -> int:
    count = 0
    changes: list[StateChange] = []
    for row in journal.in_state(*states):
        if is_meant(row.file):
            words = why if row.comment is None else f"{why}; before: {row.comment}"
            changes.append(StateChange(row, to, comment=why, evidence=words))
        if len(changes) >= _AT_A_TIME:
            journal.change(changes)
            count, changes = count + len(changes), []
    journal.change(changes)
    return count + len(changes)


HEADINGS = ("id", "state", "path", "sop_class", "transfer_syntax", "sop_instance", "size", "tries", "status", "comment",
            "time")  # fmt: skip


def objects_of(journal: Journal) -> Iterator[tuple[object, ...]]:
    """A line for each object, with HEADINGS. ``time`` is in seconds since 1970, of the state."""
    for row in journal.in_state(*MigrationState):
        status = None if row.status is None else f"{row.status:04X}"
        yield (
            row.id, row.state.words, row.path, row.sop_class, row.transfer_syntax, row.uid, row.size, row.tries,
            status, row.comment, row.time,
        )  # fmt: skip
