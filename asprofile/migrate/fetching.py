"""Objects taken from a peer into the spool, study by study, while others are sent on.

What arrived counts, never what the peer says that it did: its counters may be wrong, its final answer may come before
the last object, it may leave out objects or hand them out under other UIDs. What is missing is asked for again in other
ways, and what never comes is told.

Belongs here: which studies, how often, and what follows from what came. Does not belong here: what is proposed
(``retrieval_contexts``), associations (``retrieving``), one object that came (``arriving``).
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asprofile.errors import AsprofileError, JournalError
from asprofile.migrate.arriving import Arrivals, CameObject
from asprofile.migrate.associating import CannotSay
from asprofile.migrate.ledger_rows import StateChange
from asprofile.migrate.listing import Lister
from asprofile.migrate.move_policy import MovePolicy
from asprofile.migrate.retrieval_contexts import tries
from asprofile.migrate.retrieving import Retriever
from asprofile.migrate.states import MigrationState
from asprofile.receive.engine import Receiver
from asprofile.receive.events import AssociationAccepted, AssociationEnded, Received
from asprofile.receive.options import ReceiveOptions, StoreOptions
from asprofile.send.options import delay
from asprofile.value import replaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from asprofile.migrate.journal import Journal
    from asprofile.migrate.journal_studies import StudyLedger
    from asprofile.migrate.ledger_rows import LedgerRow
    from asprofile.migrate.origins import Origin
    from asprofile.migrate.retrieval_contexts import Kinds
    from asprofile.migrate.retrieving import ReceivedBack
    from asprofile.migrate.spool import Spool
    from asprofile.receive.addresses import ListeningAddress
    from asprofile.receive.events import ReceiveEvent
    from asprofile.send.control import Control
    from asprofile.send.options import SendOptions

QUIET: Final = 2.0
"""Seconds without an object after which none comes, where the peer says that all have come."""
_QUIET_AFTER_FAILURE: Final = 0.2
_LOOK: Final = 0.05
_ENOUGH: Final = 64
"""Objects that are worth an association with the target."""
_PATIENCE: Final = 1.0
"""Seconds that so many are waited for."""
_MOVES: Final = 3
"""Retrievals of a study by C-MOVE, where the peer chooses the contexts, and we which transfer syntax of each."""
_BREAKS: Final = 3
"""Times that a retrieval may break without a single object."""
_IN_A_LIST: Final = 20


@dataclass(frozen=True, slots=True)
class FetchPlan:
    """How objects are taken: ``order`` is "newest", "oldest" or empty; by C-MOVE to our own receiver at ``move_to``
    (None: by C-GET).
    """

    origins: Sequence[Origin]
    options: SendOptions
    order: str = ""
    move_to: ListeningAddress | None = None


class Fetcher:
    """A thread that takes objects; a context manager. ``error`` is why it ended before all had come, if it did."""

    def __init__(self, journal: Journal, ledger: StudyLedger, spool: Spool, plan: FetchPlan, control: Control) -> None:
        self.error = ""
        self._journal = journal
        self._ledger = ledger
        self._spool = spool
        self._plan = plan
        self._control = control
        self._is_stopped = False
        self._is_done = False
        self._failure: JournalError | None = None
        self._retriever: Retriever | None = None
        self._receiver: Receiver | None = None
        self._policy: MovePolicy | None = None
        self._open: set[int] = set()
        """Numbers of associations that bring objects to our receiver."""
        self._arrivals = Arrivals(journal, ledger, spool, self._is_wanted)
        self._thread = threading.Thread(target=self._run, name="asprofile-fetcher", daemon=True)

    def __enter__(self) -> Fetcher:
        address = self._plan.move_to
        if address is not None:
            options = ReceiveOptions(
                host=address.host, port=address.port, ae_title=address.ae_title, store=StoreOptions("replace")
            )
            self._policy = MovePolicy(options)
            self._receiver = Receiver(None, self._spool.incoming(), options, self._event, self._policy)
            self._receiver.start()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_stopped = True
        retriever = self._retriever
        if retriever is not None:
            retriever.abort()
        if self._receiver is not None:
            self._receiver.interrupt()
        self._thread.join()
        if self._receiver is not None:
            self._receiver.stop(1.0)

    def _is_wanted(self) -> bool:
        return not self._is_stopped and self._control.is_wanted()

    def await_some(self) -> bool:
        """Wait until there is something to be sent; False if nothing comes any more. Raises JournalError."""
        end = time.monotonic() + _PATIENCE
        while True:
            is_last = self._is_done
            count = self._journal.count(MigrationState.FOUND)
            if self._failure is not None:
                raise self._failure
            if not self._is_wanted() or is_last:
                return bool(count) and self._is_wanted()
            if count and (count >= _ENOUGH or self._spool.is_awaited or time.monotonic() >= end):
                return True
            time.sleep(_LOOK)

    # --- the thread

    def _run(self) -> None:
        try:
            for origin in self._plan.origins:
                self._fetch_all(origin)
        except CannotSay as error:
            self.error = str(error)
        except JournalError as error:
            self._failure = error
        except (AsprofileError, OSError) as error:
            self.error = str(error)
        finally:
            self._is_done = True

    def _fetch_all(self, origin: Origin) -> None:
        limits = replaced(self._plan.options, link=origin.to.link)
        with Lister(self._ledger, origin, limits, self._control, lambda *_: None) as lister:
            found = True
            while found:
                found = False
                for study in self._ledger.due(origin.name, self._plan.order):
                    if not self._is_wanted():
                        return
                    rows = self._ledger.to_come(origin.name, study)
                    if rows:
                        found = True
                        self._fetch(_StudyFetch(origin, limits, study, rows), lister)

    def _fetch(self, work: _StudyFetch, lister: Lister) -> None:
        """Take a study; all of its objects are decided then, unless it is stopped."""
        self._arrivals.expect(work.rows)
        for kinds in self._tries(work):
            before = len(self._arrivals.missing())
            self._try(work, kinds, lister)
            if not self._is_wanted():
                return
            work.count += 1
            left = len(self._arrivals.missing())
            if not left or (left == before and self._arrivals.has_strange):
                break
        missing, strange = self._arrivals.end()
        if missing or strange:
            self._tell(work, lister, missing, strange)

    def _tries(self, work: _StudyFetch) -> Iterator[Kinds]:
        if self._policy is not None:
            for number in range(_MOVES):
                self._policy.uncompressed_first = number % 2 == 1
                yield ()
            return
        came = [(sop_class, syntax) for sop_class, syntax, _ in self._ledger.taken_kinds(work.origin.name)]
        yield from tries([(row.sop_class, row.transfer_syntax) for row in self._arrivals.missing()], came)

    def _try(self, work: _StudyFetch, kinds: Kinds, lister: Lister) -> None:
        """A retrieval of what is missing, to its end; again where that comes too early."""
        breaks = 0
        while self._is_wanted():
            before = len(missing := self._arrivals.missing())
            if not missing:
                return
            if not self._spool.await_room(self._is_wanted):
                return
            self._arrivals.is_delayed = False
            try:
                is_whole = self._retrieve(work, kinds, missing)
            except CannotSay as error:
                work.problem = str(error)
                lister.await_peer(work.study)
                is_whole = False
            if self._arrivals.failure is not None:
                raise self._arrivals.failure
            if self._arrivals.full is not None:
                self._make_room()
                continue
            if is_whole:
                return
            has_moved = len(self._arrivals.missing()) < before or self._arrivals.is_delayed
            breaks = 0 if has_moved else breaks + 1
            if breaks >= _BREAKS:
                return
            self._control.pause(delay(breaks) if breaks else 0.0)

    def _make_room(self) -> None:
        """The disk is full: wait until something that was sent is removed."""
        full, self._arrivals.full = self._arrivals.full, None
        if not self._spool.await_removal(self._is_wanted) and self._is_wanted():
            assert full is not None
            raise full

    def _retrieve(self, work: _StudyFetch, kinds: Kinds, missing: Sequence[LedgerRow]) -> bool:
        """False if the association was lost on the way. Raises CannotSay."""
        title = ""
        if self._receiver is not None and self._plan.move_to is not None:
            title = self._plan.move_to.ae_title or work.origin.to.calling_ae
        with Retriever(work.origin.to, work.options, kinds, self._keep, destination=title) as retriever:
            self._retriever, began = retriever, time.monotonic()
            try:
                is_success, failed = True, 0
                for level, keys in self._questions(work, missing):
                    if not self._is_wanted() or self._arrivals.full is not None:
                        break
                    found = retriever.retrieve(level, StudyInstanceUID=work.study, **keys)
                    work.problem = found.problem or work.problem
                    is_success = is_success and not found.problem
                    failed += found.failed
                may_come = is_success and (not work.count or self._arrivals.last > began)
                if failed != len(self._arrivals.missing()):  # else the peer says itself what does not come
                    self._await_stragglers(retriever, QUIET if may_come else _QUIET_AFTER_FAILURE)
                return self._receiver is not None or retriever.is_open
            finally:
                self._retriever = None

    def _questions(self, work: _StudyFetch, missing: Sequence[LedgerRow]) -> Iterator[tuple[str, dict[str, object]]]:
        """Level and keys: the study, its series, or lists of objects, whichever brings the least that is there."""
        series = self._ledger.series_of(work.origin.name, work.study)
        if 2 * len(missing) > sum(series.values()):
            yield "STUDY", {}
            return
        by_series: dict[str, list[LedgerRow]] = {}
        for row in missing:
            by_series.setdefault(row.series or "", []).append(row)
        for uid, rows in by_series.items():
            if uid and 2 * len(rows) > series.get(uid, 0):
                yield "SERIES", {"SeriesInstanceUID": uid}
                continue
            for start in range(0, len(rows), _IN_A_LIST):
                asked = [row.uid for row in rows[start : start + _IN_A_LIST]]
                yield "IMAGE", {"SeriesInstanceUID": uid, "SOPInstanceUID": asked}
                for left in self._arrivals.of(asked) if len(asked) > 1 else ():  # not every peer takes lists
                    yield "IMAGE", {"SeriesInstanceUID": uid, "SOPInstanceUID": left}

    def _await_stragglers(self, retriever: Retriever, quiet: float) -> None:
        """Objects that come after the final answer."""
        began = time.monotonic()
        while self._arrivals.missing() and self._is_wanted() and self._arrivals.full is None:
            if time.monotonic() - max(began, self._arrivals.last) > quiet and not self._open:
                return
            if self._receiver is None and not retriever.is_open:
                return
            time.sleep(_LOOK)

    def _tell(self, work: _StudyFetch, lister: Lister, missing: list[LedgerRow], strange: int) -> None:
        """What did not come is told, by what the peer lists now."""
        listed, _ = lister.objects_of(work.study)
        there = {one.uid for one in listed}
        ways = f"in {work.count} retrieval{'s' * (work.count != 1)}"
        words = [f"it lists it, and did not hand it out {ways}"]
        words += ["what came instead has UIDs that it does not list"] * bool(strange)
        words += [work.problem] * bool(work.problem)
        # Some peers propose by C-GET only what they know themselves.
        words += ["by C-MOVE it may come"] * (self._receiver is None)
        changes = []
        for row in missing:
            why = self._arrivals.problems.get(row.uid) or "; ".join(words)
            if row.uid not in there:
                why = "it does not list it any more, and did not hand it out"
            changes.append(StateChange(row, MigrationState.LOST, comment=why, evidence=why))
        self._journal.change(changes)
        study = self._ledger.study(work.origin.name, work.study)
        if study is not None:
            self._ledger.listed(work.origin.name, study, listed)

    # --- what comes

    def _keep(self, came: ReceivedBack) -> bool:
        """By C-GET, in a thread of the association."""
        return self._arrivals.take(CameObject(came.sop_class, came.sop_instance, came.transfer_syntax, came.data))

    def _event(self, event: ReceiveEvent) -> None:
        """Of our receiver, in a thread of its association."""
        if isinstance(event, Received):
            self._arrivals.take_file(event.sop_instance, Path(event.file))
        elif isinstance(event, AssociationAccepted):
            self._open.add(event.number)
        elif isinstance(event, AssociationEnded):
            self._open.discard(event.number)


@dataclass(slots=True)
class _StudyFetch:
    """A study that is being taken: what was to come of it, how often it was asked for, what the peer said last."""

    origin: Origin
    options: SendOptions
    study: str
    rows: list[LedgerRow]
    count: int = 0
    problem: str = ""
