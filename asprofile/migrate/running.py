"""A run: objects out of a journal to the peer, and what became of each into the journal.

Before the first byte of an object is sent, its row says so; what the peer answered is recorded before it counts. Marks
and answers go in groups, one transaction each, small enough that no more objects are in doubt after a crash than the
user lets be without an answer: the engine gets three quarters of that window, the rest is for what is marked and not
sent yet, and for what is answered and not recorded yet.

Belongs here: the marks, and rounds of sending. Does not belong here: sending (``send.engine``), asking the peer
(``asking``), what is proposed (``api``).
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asprofile.errors import JournalError
from asprofile.migrate.journal import StateChange
from asprofile.migrate.scanning import same_object
from asprofile.migrate.states import MigrationState
from asprofile.net.dimse import is_out_of_resources
from asprofile.send.control import Control
from asprofile.send.engine import send
from asprofile.send.outcome import AssociationOpened, Finished, Outcome, Progress
from asprofile.value import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from asprofile.migrate.journal import Journal, LedgerRow
    from asprofile.negotiate.request import AssociateRequest
    from asprofile.objects.header import ObjectHeader
    from asprofile.objects.preparing import DataSource, Preparer
    from asprofile.send.options import SendOptions
    from asprofile.send.outcome import ObjectResult, SendEvent, SendReport
    from asprofile.send.peer import Peer

_SMALLEST: Final = 8
"""With a smaller window nothing is put into groups."""

_STATES: Final = {
    Outcome.STORED: MigrationState.STORED,
    Outcome.STORED_WITH_WARNING: MigrationState.STORED_WITH_WARNING,
    Outcome.REFUSED: MigrationState.REFUSED,
    Outcome.UNKNOWN: MigrationState.IN_DOUBT,
    Outcome.NOT_SENT: MigrationState.FOUND,
}


@dataclass(frozen=True, slots=True)
class RunPlan:
    """How to send: ``max_failures`` objects that are not stored, from which on nothing more is begun (None: any)."""

    requests: Sequence[AssociateRequest]
    peer: Peer
    options: SendOptions
    preparer: Preparer
    control: Control
    max_failures: int | None = None


def send_due(journal: Journal, plan: RunPlan, on_event: Callable[[SendEvent], None]) -> SendReport:
    """Send what is to be sent. Raises JournalError, with nothing sent that is not recorded, and what ``on_event``
    raises.
    """
    marks = Marks(journal, plan)
    window = plan.options.asked_window
    narrowed = window if window < _SMALLEST else window - 2 * (window // 8)

    def tell(event: SendEvent) -> None:
        if isinstance(event, AssociationOpened):
            marks.opened(event.negotiation.window or narrowed)
        elif not isinstance(event, (Progress, Finished)):
            marks.flush()  # there may be a pause
        on_event(event)

    try:
        report = send(
            plan.requests,
            marks.headers(),
            plan.peer,
            replaced(plan.options, window=narrowed),
            tell,
            preparer=_Marking(plan.preparer, marks),
            control=plan.control,
            keep_results=False,
            on_end=marks.ended,
        )
    finally:
        marks.close()
    if marks.failure is not None:
        raise marks.failure
    return report


class Marks:
    """What of the journal is in the hands of the sender. From any thread."""

    def __init__(self, journal: Journal, plan: RunPlan) -> None:
        self.failure: JournalError | None = None
        """The first one; from then on nothing is recorded, and nothing is begun."""
        self._journal = journal
        self._control = plan.control
        self._retries = plan.options.retries
        self._left = plan.max_failures
        self._can_group = len(plan.requests) == 1
        self._group = 1
        self._lock = threading.RLock()
        self._due = journal.due()
        self._coming: deque[LedgerRow] = deque()
        """Rows that were taken from the journal, and not handed out yet."""
        self._handed: dict[str, LedgerRow] = {}
        self._answers: list[StateChange] = []

    def opened(self, window: int) -> None:
        """An association that takes so many objects at a time."""
        with self._lock:
            self._group = max(1, window // 6) if self._can_group and window >= 6 else 1

    def headers(self) -> Iterator[ObjectHeader]:
        """The objects to be sent. A file that is not what was found is refused."""
        while True:
            with self._lock:
                row = self._next()
                if row is None:
                    return
                header = same_object(row)
                if isinstance(header, str):
                    change = StateChange(row, MigrationState.REFUSED, comment=header, evidence=header)
                    self._record([*self._answers, change])
                    self._count_failure()
                    continue
                self._handed[str(header.path)] = row
            yield header

    def _next(self) -> LedgerRow | None:
        if self.failure is not None:
            return None
        self._fill(1)
        return self._coming.popleft() if self._coming else None

    def _fill(self, count: int) -> None:
        while len(self._coming) < count and (row := next(self._due, None)) is not None:
            self._coming.append(row)

    def begin(self, header: ObjectHeader) -> None:
        """It is sent next. Raises JournalError if that cannot be recorded."""
        with self._lock:
            if self.failure is not None:
                raise self.failure
            row = self._handed[str(header.path)]
            if _is_marked(row):
                return  # marked with others, or tried again
            self._fill(self._group - 1)
            ahead = [one for one in list(self._coming)[: self._group - 1] if not _is_marked(one)]
            self._record(self._answers, [row, *ahead])
            if self.failure is not None:
                raise self.failure

    def ended(self, result: ObjectResult) -> None:
        """The result of an object; raises nothing."""
        with self._lock:
            row = self._handed.pop(str(result.path), None)
            if row is None or self.failure is not None:
                return
            change = self._change(row, result)
            if change.to is not row.state:
                self._answers.append(change)
            if change.to not in (MigrationState.STORED, MigrationState.STORED_WITH_WARNING, MigrationState.FOUND):
                self._count_failure()
            if len(self._answers) >= self._group:
                self.flush()

    def _change(self, row: LedgerRow, result: ObjectResult) -> StateChange:
        to = _STATES.get(result.outcome, MigrationState.FAILED)
        if to is MigrationState.FAILED and (
            is_out_of_resources(result.status) if result.status is not None else result.tries <= self._retries
        ):
            to = MigrationState.FOUND  # nothing is wrong with the object
        if not _is_marked(row) and to not in (MigrationState.FOUND, MigrationState.REFUSED):
            to = MigrationState.FOUND
        comment = "; ".join(filter(None, (result.reason, result.way_out, result.comment, result.note))) or None
        return StateChange(row, to, result.status, comment, result.tries)

    def _count_failure(self) -> None:
        if self._left is not None:
            self._left -= 1
            if self._left <= 0:
                self._control.finish()

    def flush(self) -> None:
        """Record what was answered; raises nothing."""
        with self._lock:
            if self._answers:
                self._record(self._answers)

    def _record(self, answers: list[StateChange], begun: Sequence[LedgerRow] = ()) -> None:
        if self.failure is not None:
            return
        try:
            self._journal.change(answers, begun)
        except JournalError as error:
            self.failure = error
            self._control.finish()
        self._answers = []

    def close(self) -> None:
        """Record the rest; what was marked and never handed out is to be sent as before."""
        with self._lock:
            unsent = [StateChange(row, MigrationState.FOUND) for row in self._coming if _is_marked(row)]
            lost = [StateChange(row, MigrationState.IN_DOUBT) for row in self._handed.values() if _is_marked(row)]
            self._record([*self._answers, *unsent, *lost])
            self._coming.clear()


def _is_marked(row: LedgerRow) -> bool:
    return row.state is MigrationState.SENDING


class _Marking:
    """A preparer that records that an object is sent, once it can be."""

    def __init__(self, preparer: Preparer, marks: Marks) -> None:
        self._preparer = preparer
        self._marks = marks

    def targets(self, sop_class: str, transfer_syntax: str) -> tuple[str, ...]:
        return self._preparer.targets(sop_class, transfer_syntax)

    def open(self, header: ObjectHeader, transfer_syntax: str) -> DataSource:
        source = self._preparer.open(header, transfer_syntax)
        try:
            self._marks.begin(header)
        except BaseException:
            source.close()
            raise
        return source
