"""An object between the queue and its answer, and what it is if no answer comes.

Belongs here: values, and what is known of the object in each of these moments. Does not belong here: when it is sent,
and whether again (``worker``).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from asprofile.errors import ProtocolError
from asprofile.net.dimse import StatusClass, status_class, status_text
from asprofile.send.outcome import ObjectResult, Outcome, Progress
from asprofile.value import Value, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asprofile.errors import AssociationError
    from asprofile.negotiate.choose import AcceptedContext
    from asprofile.net.dimse import Command
    from asprofile.objects.header import Header
    from asprofile.objects.preparing import DataSource
    from asprofile.send.backlog import Job
    from asprofile.send.outcome import SendEvent
    from asprofile.send.session import Session

_OUTCOMES = {StatusClass.SUCCESS: Outcome.STORED, StatusClass.WARNING: Outcome.STORED_WITH_WARNING}


class Ready(Value):
    """An object about to be sent in this session, its data set open, and its ``pieces`` begun if that was possible."""

    job: Job
    session: Session
    context: AcceptedContext
    source: DataSource
    pieces: Iterator[memoryview] | None = None


class InHand:
    """An object that is being sent or waits for its answer."""

    def __init__(self, ready: Ready, on_event: Callable[[SendEvent], None]) -> None:
        self.job = ready.job
        self.message_id = 0
        self.complete = False
        self.is_ending = False
        """The last piece was handed out, and is sent or being sent."""
        self._sent = 0
        self._ready = ready
        self._on_event = on_event
        self._started = time.monotonic()

    def pieces(self, buffer: memoryview) -> Iterator[memoryview]:
        """The pieces of the data set, with a Progress event for each that went out."""
        source = self._ready.source
        for piece in self._ready.pieces or source.pieces(buffer):
            self.is_ending = self._sent + len(piece) == source.length
            yield piece
            self._sent += len(piece)
            self._on_event(Progress(self.job.header.path, self._sent, source.length))

    def answered(self, answer: Command) -> ObjectResult:
        status = answer.status
        assert status is not None, "a response has a status"
        outcome = _OUTCOMES.get(status_class(status), Outcome.FAILED)
        reason = "" if outcome is Outcome.STORED else status_text(status)
        before = self.job.so_far
        if outcome is Outcome.FAILED and before is not None and before.outcome is Outcome.UNKNOWN:
            reason += SENT_BEFORE
        return self.result(outcome, reason, status, answer.comment)

    def refused(self, answer: Command) -> Job:
        """The peer has no room for it now: the object to be sent again, or to end as what this answer says."""
        before = self.job.so_far
        so_far = self.answered(answer)
        if before is not None and before.outcome is Outcome.UNKNOWN:
            so_far = replaced(before, tries=so_far.tries)  # it may be at the peer all the same
        return replaced(self.job, tries=self.job.tries + 1, so_far=so_far)

    def lost(self, why: AssociationError) -> Job:
        """There was no answer: the object to be sent again, or to end as what is known of it."""
        losses = self.job.losses + 1
        return replaced(self.job, tries=self.job.tries + 1, losses=losses, so_far=self.without_answer(why))

    def without_answer(self, why: AssociationError) -> ObjectResult:
        """What it is if it is not tried again. Sent completely once, it may be at the peer, whatever came later."""
        before = self.job.so_far
        if self.complete:
            return self.result(Outcome.UNKNOWN, f"sent, but not answered: {why}")
        if self._ready.session.has_begun and isinstance(why, ProtocolError) and why.how == "answer":
            return self.result(Outcome.UNKNOWN, f"sent in part, and answered wrongly: {why}")
        if before is not None and before.outcome is Outcome.UNKNOWN:
            return replaced(before, tries=self.job.tries + 1)
        return self.result(Outcome.FAILED, f"not sent completely: {why}")

    def result(self, outcome: Outcome, reason: str, status: int | None = None, comment: str = "") -> ObjectResult:
        header: Header = self.job.header
        sent = self._ready.source.header
        return ObjectResult(
            path=header.path,
            outcome=outcome,
            sop_class=header.sop_class,
            sop_instance=header.sop_instance,
            transfer_syntax=header.transfer_syntax,
            context_id=self._ready.context.id,
            status=status,
            comment=comment,
            reason=reason,
            bytes=self._ready.source.length if self.complete else self._sent,
            seconds=time.monotonic() - self._started,
            tries=self.job.tries + 1,
            sent_as=self._ready.context.transfer_syntax,
            sent_instance=sent.sop_instance if sent.sop_instance != header.sop_instance else None,
            note=getattr(self._ready.source, "note", ""),
        )


SENT_BEFORE = " (it was sent before, completely, but not answered then)"
