"""A run: objects out of a journal to the peer, and what became of each into the journal.

Rows are marked as being sent in blocks, before any of them is; which of them really are, and what the peer answered, is
written at once (``in_flight``) and goes into the rows with the next block. So after a crash those alone are in doubt
that had been begun and not answered.

Belongs here: the marks. Does not belong here: sending (``send.engine``), asking the peer (``asking``), what is proposed
(``api``).
"""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Final

from asprofile.errors import JournalError
from asprofile.migrate.ledger_rows import StateChange
from asprofile.migrate.scanning import same_object
from asprofile.migrate.states import MigrationState
from asprofile.net.dimse import is_out_of_resources
from asprofile.send.control import Control
from asprofile.send.engine import send
from asprofile.send.outcome import Finished, Outcome, Progress

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from asprofile.migrate.gone import GoneSources
    from asprofile.migrate.journal import Journal
    from asprofile.migrate.ledger_rows import LedgerRow
    from asprofile.migrate.pace import Pace
    from asprofile.negotiate.request import AssociateRequest
    from asprofile.objects.header import ObjectHeader
    from asprofile.objects.preparing import Preparer
    from asprofile.send.options import SendOptions
    from asprofile.send.outcome import ObjectResult, SendEvent, SendReport
    from asprofile.send.peer import Peer

_LASTING: Final = 0.25
"""Seconds that a block should last: so long what is known is not in the rows."""

_STATES: Final = {
    Outcome.STORED: MigrationState.STORED,
    Outcome.STORED_WITH_WARNING: MigrationState.STORED_WITH_WARNING,
    Outcome.REFUSED: MigrationState.REFUSED,
    Outcome.UNKNOWN: MigrationState.IN_DOUBT,
    Outcome.NOT_SENT: MigrationState.FOUND,
}

_UNDECIDED: Final = (MigrationState.FOUND, MigrationState.IN_DOUBT)


@dataclass(slots=True)
class FailuresLeft:
    """How many objects may still not be stored; from 0 on nothing more is begun (None: any)."""

    count: int | None = None


@dataclass(frozen=True, slots=True)
class RunPlan:
    """How to send, how fast, and for how long."""

    requests: Sequence[AssociateRequest]
    peer: Peer
    options: SendOptions
    preparer: Preparer
    control: Control
    pace: Pace
    failures: FailuresLeft
    gone: GoneSources
    kinds: frozenset[tuple[str, str]] | None = None
    """SOP classes and transfer syntaxes that are sent, as others are not proposed; None: all."""
    on_decided: Callable[[LedgerRow], None] = lambda _: None
    """Gets each object of which the journal says what the peer answered, or why it is not sent."""


def send_due(journal: Journal, plan: RunPlan, on_event: Callable[[SendEvent], None]) -> SendReport:
    """Send what is to be sent. Raises JournalError, with nothing sent that is not recorded, and what ``on_event``
    raises.
    """
    marks = Marks(journal, plan)

    def tell(event: SendEvent) -> None:
        if not isinstance(event, (Progress, Finished)):
            marks.flush()  # there may be a pause
        on_event(event)

    try:
        report = send(
            plan.requests,
            marks.headers(),
            plan.peer,
            plan.options,
            tell,
            preparer=plan.preparer,
            control=plan.control,
            keep_results=False,
            on_begin=marks.begin,
            on_end=marks.ended,
        )
    finally:
        marks.close()
    if marks.failure is not None:
        raise marks.failure
    return report


class Marks:
    """What of the journal is in the hands of the sender. From any thread."""

    def __init__(self, journal: Journal, plan: RunPlan, clock: Callable[[], float] = time.monotonic) -> None:
        self.failure: JournalError | None = None
        """The first one; from then on nothing is recorded, and nothing is begun."""
        self._journal = journal
        self._control = plan.control
        self._pace = plan.pace
        self._retries = plan.options.retries
        self._failures = plan.failures
        self._gone = plan.gone
        self._clock = clock
        self._most = journal.store.marks_at_once
        self._size = min(16, self._most)
        self._began = clock()
        self._lock = threading.RLock()
        self._due = (row for row in journal.due() if plan.kinds is None or _kind(row) in plan.kinds)
        self._on_decided = plan.on_decided
        self._block: deque[LedgerRow] = deque()
        """Rows that are marked, and not handed out yet."""
        self._handed: dict[str, LedgerRow] = {}
        self._answers: list[StateChange] = []

    def headers(self) -> Iterator[ObjectHeader]:
        """The objects to be sent, when it is their time; none when the hours have passed. A file that is not what was
        found is refused; one whose directory is gone is left for later.
        """
        while self._pace.await_turn():
            with self._lock:
                if not self._block:
                    self._mark()
                if self.failure is not None or not self._block:
                    return
                row = self._block.popleft()
                header = same_object(row)
                if isinstance(header, str):
                    if self._gone.has(row.file):
                        self._ended(StateChange(row, MigrationState.FOUND))  # nothing is wrong with the object
                    else:
                        self._ended(StateChange(row, MigrationState.REFUSED, comment=header, evidence=header))
                    continue
                self._handed[str(header.path)] = row
                self._pace.took(row.size)
            yield header

    def _mark(self) -> None:
        """Another block; with it go the answers to those before."""
        now = self._clock()
        self._size = min(2 * self._size, self._most) if now - self._began < _LASTING else max(1, self._size // 2)
        rows = list(islice(self._due, self._size)) if self.failure is None else []
        self._record(rows)
        if self.failure is None:
            self._block.extend(rows)

    def begin(self, header: ObjectHeader) -> None:
        """It is sent next. Raises JournalError if that cannot be recorded."""
        with self._lock:
            if self.failure is not None:
                raise self.failure
            row = self._handed[str(header.path)]
            try:
                self._journal.check_sending(row)
            except JournalError as error:
                self._fail(error)
                raise
            if row.slot:
                return  # it is tried again
            try:
                self._journal.note_begun(row)
            except JournalError as error:
                self._fail(error)
                raise

    def ended(self, result: ObjectResult) -> None:
        """The result of an object; raises nothing."""
        with self._lock:
            row = self._handed.pop(str(result.path), None)
            if row is not None:
                self._ended(self._change(row, result))

    def _ended(self, change: StateChange) -> None:
        if self.failure is not None:
            return
        try:
            self._journal.note_ended(change)
        except JournalError as error:
            self._fail(error)
            return
        self._answers.append(change)
        if change.to not in (MigrationState.STORED, MigrationState.STORED_WITH_WARNING, MigrationState.FOUND):
            self._count_failure()
        if self._clock() - self._began > 2 * _LASTING:
            self.flush()

    def _change(self, row: LedgerRow, result: ObjectResult) -> StateChange:
        status = result.status
        if result.outcome is Outcome.STORED and not (result.comment or result.note):
            return StateChange(row, MigrationState.STORED, status, None, result.tries)
        to = _STATES.get(result.outcome, MigrationState.FAILED)
        if to is MigrationState.FAILED and (
            is_out_of_resources(status) if status is not None else result.tries <= self._retries
        ):
            to = MigrationState.FOUND  # nothing is wrong with the object
        comment = "; ".join(filter(None, (result.reason, result.way_out, result.comment, result.note))) or None
        return StateChange(row, to, status, comment, result.tries)

    def _count_failure(self) -> None:
        if self._failures.count is not None:
            self._failures.count -= 1
            if self._failures.count <= 0:
                self._control.finish()

    def flush(self) -> None:
        """Record what was answered; raises nothing."""
        with self._lock:
            if self._answers:
                self._record([])

    def _record(self, begun: Sequence[LedgerRow]) -> None:
        answers, self._answers = self._answers, []
        if self.failure is None and (answers or begun):
            try:
                self._journal.change(answers, begun)
                for one in answers:
                    if one.to not in _UNDECIDED:
                        self._on_decided(one.row)
            except JournalError as error:
                self._fail(error)
        self._began = self._clock()

    def _fail(self, error: JournalError) -> None:
        self.failure = self.failure or error
        self._control.finish()

    def close(self) -> None:
        """Record the rest; what was marked and never begun is to be sent as before."""
        with self._lock:
            for row in (*self._block, *self._handed.values()):
                to = MigrationState.IN_DOUBT if row.slot else MigrationState.FOUND
                self._answers.append(StateChange(row, to))
            self._block.clear()
            self._handed.clear()
            self._record([])
            if self.failure is None:
                self._journal.forget_in_flight()


def _kind(row: LedgerRow) -> tuple[str, str]:
    return row.sop_class, row.transfer_syntax
