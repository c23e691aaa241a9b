"""Objects between the queue and their answers, and their results if no answer comes.

Belongs here: values, and what is known about the object at each of these stages. Does not belong here: when and how
often it is sent (``worker``).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from asprofile.errors import ProtocolError
from asprofile.net.dimse import StatusClass, status_class, status_text
from asprofile.send.growth import Taken
from asprofile.send.options import MOST_UNANSWERED
from asprofile.send.outcome import ObjectResult, Outcome, Progress
from asprofile.value import Value, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asprofile.errors import AssociationError
    from asprofile.negotiate.choose import AcceptedContext
    from asprofile.net.dimse import CommandSet
    from asprofile.objects.header import ObjectHeader
    from asprofile.objects.preparing import DataSource
    from asprofile.send.backlog import Job
    from asprofile.send.outcome import SendEvent
    from asprofile.send.session import Session

_OUTCOMES = {StatusClass.SUCCESS: Outcome.STORED, StatusClass.WARNING: Outcome.STORED_WITH_WARNING}


class ReadyObject(Value):
    """An object about to be sent in this session, its data set open, and its ``pieces`` begun if that was possible."""

    job: Job
    session: Session
    context: AcceptedContext
    source: DataSource
    pieces: Iterator[memoryview] | None = None


class InHand:
    """An object that is being sent or waits for its answer."""

    def __init__(self, ready: ReadyObject, on_event: Callable[[SendEvent], None]) -> None:
        self.job = ready.job
        self.length = ready.source.length
        self.message_id = 0
        self.complete = False
        self.is_ending = False
        """The last piece was handed out, and is sent or being sent."""
        self._sent = 0
        self._session = ready.session
        self._context = ready.context
        self._source: DataSource | None = ready.source
        self._pieces = ready.pieces
        self._header = ready.source.header
        self._note = ""
        self._on_event = on_event
        self._started = self._ended = time.monotonic()

    def pieces(self, buffer: memoryview) -> Iterator[memoryview]:
        """The pieces of the data set, with a Progress event for each that went out."""
        assert self._source is not None, "it has not been sent yet"
        for piece in self._pieces or self._source.pieces(buffer):
            self.is_ending = self._sent + len(piece) == self.length
            yield piece
            self._sent += len(piece)
            self._on_event(Progress(self.job.header.path, self._sent, self.length))

    def completed(self, message_id: int) -> None:
        """The last byte has been handed to the network."""
        self.message_id = message_id
        self.complete = True
        self._ended = time.monotonic()

    def taken(self, round_trip: float, waited_from: float) -> Taken:
        """How long it took, when its answer has come."""
        now = time.monotonic()
        return Taken(round_trip, now - self._ended, now - waited_from, now - self._started)

    def let_go(self) -> None:
        """Nothing more of it is sent: close its data set, and keep only what the result needs."""
        source, self._source, self._pieces = self._source, None, None
        if source is not None:
            self._note = getattr(source, "note", "")
            source.close()

    def answered(self, answer: CommandSet) -> ObjectResult:
        status = answer.status
        assert status is not None, "a response has a status"
        outcome = _OUTCOMES.get(status_class(status), Outcome.FAILED)
        reason = "" if outcome is Outcome.STORED else status_text(status)
        before = self.job.so_far
        if outcome is Outcome.FAILED and before is not None and before.outcome is Outcome.UNKNOWN:
            reason += SENT_BEFORE
        return self.result(outcome, reason, status, answer.comment)

    def refused(self, answer: CommandSet) -> Job:
        """The peer is out of resources: the object to be sent again, or its result by this answer."""
        before = self.job.so_far
        so_far = self.answered(answer)
        if before is not None and before.outcome is Outcome.UNKNOWN:
            so_far = replaced(before, tries=so_far.tries)  # the peer may have it nevertheless
        return replaced(self.job, tries=self.job.tries + 1, so_far=so_far)

    def lost(self, why: AssociationError) -> Job:
        """There was no answer: the object to be sent again, or its result by what is known."""
        losses = self.job.losses + 1
        return replaced(self.job, tries=self.job.tries + 1, losses=losses, so_far=self.without_answer(why))

    def without_answer(self, why: AssociationError) -> ObjectResult:
        """Its result if it is not tried again. If it was sent completely once, the peer may have it."""
        before = self.job.so_far
        if self.complete:
            return self.result(Outcome.UNKNOWN, f"sent, but not answered: {why}")
        if self._session.has_begun and isinstance(why, ProtocolError) and why.how == "answer":
            return self.result(Outcome.UNKNOWN, f"sent in part, and answered wrongly: {why}")
        if before is not None and before.outcome is Outcome.UNKNOWN:
            return replaced(before, tries=self.job.tries + 1)
        return self.result(Outcome.FAILED, f"not sent completely: {why}")

    def result(self, outcome: Outcome, reason: str, status: int | None = None, comment: str = "") -> ObjectResult:
        header: ObjectHeader = self.job.header
        sent = self._header
        return ObjectResult(
            path=header.path,
            outcome=outcome,
            sop_class=header.sop_class,
            sop_instance=header.sop_instance,
            transfer_syntax=header.transfer_syntax,
            context_id=self._context.id,
            status=status,
            comment=comment,
            reason=reason,
            bytes=self.length if self.complete else self._sent,
            seconds=time.monotonic() - self._started,
            tries=self.job.tries + 1,
            sent_as=self._context.transfer_syntax,
            sent_instance=sent.sop_instance if sent.sop_instance != header.sop_instance else None,
            note=self._note if self._source is None else getattr(self._source, "note", ""),
        )


class Hands:
    """The objects of an association that have no answer, in the order in which they were begun; all but the last have
    been sent completely. ``window`` is how many the peer takes at a time.
    """

    def __init__(self) -> None:
        self.window = 1
        self._all: list[InHand] = []

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[InHand]:
        return iter(self._all)

    def has_room_for(self, ready: ReadyObject) -> bool:
        """Whether this object may be sent before one of the others is answered."""
        if not self._all:
            return True
        if len(self._all) >= self.window or ready.job.alone or self._all[-1].job.alone:
            return False
        return ready.source.length + sum(one.length for one in self._all) <= MOST_UNANSWERED

    def take(self, one: InHand) -> None:
        self._all.append(one)

    def put(self, one: InHand) -> None:
        """Its result is known."""
        self._all.remove(one)

    def find(self, message_id: int) -> InHand:
        """The object with this message id, which has been sent completely."""
        return next(one for one in self._all if one.message_id == message_id)

    def clear(self) -> None:
        """The result of each is known."""
        self._all.clear()


SENT_BEFORE = " (it was sent before, completely, but not answered then)"
