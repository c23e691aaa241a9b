"""One association after another, until there is nothing left to send or no hope.

Belongs here: when an association is opened, again, or given up; what an object without an answer is; that the next
object is read while the peer works on the last. Does not belong here: the dialogue of one association (``session``),
which objects there are and in which order their results come out (``backlog``), several of these beside each other
(``engine``).

An object that was begun and not answered is tried again in a new association, ``retries`` times. The worker gives up
for good when an association cannot be had so often in a row, or when two objects one after the other used up their
tries: then it is the peer, not the object. Whatever has been answered is never sent again.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from itertools import chain, islice
from typing import TYPE_CHECKING

from asprofile.errors import (
    AssociationAborted,
    AssociationError,
    AssociationRejected,
    ConnectionFailed,
    IdentityNotConfirmed,
    ObjectError,
    ProtocolError,
    TlsFailed,
)
from asprofile.negotiate.choose import NoContext, choose
from asprofile.net.dimse import StatusClass, status_class, status_text
from asprofile.send.backlog import result_of
from asprofile.send.options import delay
from asprofile.send.outcome import Associated, Ended, ObjectResult, Outcome, Progress, Retrying
from asprofile.send.session import open_session
from asprofile.value import Value, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from asprofile.negotiate.choose import AcceptedContext, Negotiation
    from asprofile.negotiate.request import AssociateRequest
    from asprofile.net.dimse import Command
    from asprofile.objects.header import Header
    from asprofile.objects.preparing import DataSource, Preparer
    from asprofile.send.backlog import Backlog, Job
    from asprofile.send.control import Control
    from asprofile.send.options import SendOptions
    from asprofile.send.outcome import SendEvent
    from asprofile.send.peer import Peer
    from asprofile.send.session import Session


class Order(Value):
    """What all workers of a ``send`` have in common; ``on_event`` may be called from any thread."""

    requests: Sequence[AssociateRequest]
    peer: Peer
    options: SendOptions
    preparer: Preparer
    control: Control
    on_event: Callable[[SendEvent], None]


class _Ready(Value):
    """An object about to be sent in this session, its data set open, and its ``pieces`` begun if that was possible."""

    job: Job
    session: Session
    context: AcceptedContext
    source: DataSource
    pieces: Iterator[memoryview] | None = None


class Worker:
    """One association at a time, for the objects of ``backlog``; ``run`` it in a thread or not.

    It starts with the objects of the request number ``first``. Afterwards ``error`` is what made it give up or cost an
    object its answer, ``given_up`` whether it did.
    """

    def __init__(self, order: Order, backlog: Backlog, first: int = 0) -> None:
        self.error: AssociationError | None = None
        self.given_up = False
        self.associations = 0
        self.negotiation: Negotiation | None = None
        self._order = order
        self._backlog = backlog
        self._first = first
        self._request = 0
        self._session: Session | None = None
        self._mine: deque[Job] = deque()
        self._in_hand: _InHand | None = None
        self._failures = 0
        self._last_failure: AssociationError | None = None
        self._choices: dict[tuple[str, str], AcceptedContext | NoContext] = {}
        self._buffer = memoryview(b"")

    def run(self) -> None:
        """Send. Raises what the input and ``on_event`` raise; the association is then aborted."""
        count = len(self._order.requests)
        try:
            for number in range(count):
                self._request = (self._first + number) % count
                self._serve()
        except BaseException:
            self._keep_in_hand()
            raise
        finally:
            if self._session is not None:
                self._close(self._session)
                self._session.abort()

    def _serve(self) -> None:
        """All objects of one request."""
        ready = self._next_ready()
        while ready is not None:
            ready = self._carry(ready)
        self._release()

    def _carry(self, ready: _Ready) -> _Ready | None:
        """Send one object, and find the next while the peer works on it."""
        following: _Ready | None = None
        try:
            with contextlib.closing(ready.source):
                if self._send(ready):
                    following = self._next_ready()
                    if following is not None:
                        # The buffer is free: what was in it is sent.
                        following = replaced(following, pieces=_begun(following.source.pieces(self._buffer)))
                    self._await_answer(ready)
        except BaseException:
            if following is not None:
                following.source.close()
            raise
        if following is not None and (following.session is not self._session or self._is_over()):
            # Its context was chosen for an association that is gone.
            following.source.close()
            self._mine.append(following.job)
            following = None
        return following or self._next_ready()

    def _is_over(self) -> bool:
        return self._order.control.finishing or bool(self._backlog.stopped)

    # --- the next object

    def _next_ready(self) -> _Ready | None:
        """The next object that can be sent, and the association for it; None if there is none."""
        while (job := self._next_job()) is not None:
            session = self._associated()
            if session is None:
                self._mine.appendleft(job)
                self._let_go()
                return None
            prepared = self._prepare(job, session)
            if isinstance(prepared, _Ready):
                return prepared
            self._backlog.end(job, prepared)
        return None

    def _next_job(self) -> Job | None:
        if self.given_up or self._is_over():
            self._let_go()
            return None
        return self._mine.popleft() if self._mine else self._backlog.take(self._request)

    def _let_go(self) -> None:
        """Part with what is in our hands and will not be sent by us."""
        while self._mine:
            job = self._mine.popleft()
            if job.so_far is not None:
                self.error = self.error or self._last_failure
                reason, error = job.so_far.reason, str(self.error)
                if self.given_up and not reason.endswith(error):
                    reason += f"; then {error}"
                self._backlog.end(job, replaced(job.so_far, reason=reason))
            elif not self._order.control.finishing:
                self._backlog.give_back(job, self._request)  # another association may do better
            # else the user stopped everything, and what has not been begun has no result

    def _prepare(self, job: Job, session: Session) -> _Ready | ObjectResult:
        header = job.header
        key = (header.sop_class, header.transfer_syntax)
        choice = self._choices.get(key)
        if choice is None:
            targets = self._order.preparer.targets(*key)
            choice = self._choices[key] = choose(session.negotiation, *key, targets)
        if isinstance(choice, NoContext):
            return result_of(header, Outcome.REFUSED, reason=choice.reason, way_out=choice.way_out, tries=job.tries)
        try:
            source = self._order.preparer.open(header, choice.transfer_syntax)
        except ObjectError as error:
            return result_of(header, Outcome.REFUSED, context_id=choice.id, reason=str(error), tries=job.tries)
        sent_as = (source.header.sop_class, source.header.transfer_syntax)
        if sent_as == (choice.abstract_syntax, choice.transfer_syntax):
            return _Ready(job, session, choice, source)
        source.close()
        reason = f"was prepared as {sent_as[0]} in {sent_as[1]}, which presentation context {choice.id} does not carry"
        return result_of(header, Outcome.REFUSED, context_id=choice.id, reason=reason, tries=job.tries)

    # --- the association

    def _associated(self) -> Session | None:
        """The association, opened if there is none; None if it cannot be had."""
        order = self._order
        while self._session is None and not self.given_up:
            if self._last_failure is not None and self._failures:
                seconds = delay(self._failures)
                order.on_event(Retrying(self._last_failure, self._failures, seconds))
                order.control.pause(seconds)
            if order.control.finishing:
                return None
            try:
                session = open_session(order.requests[self._request], order.peer, order.options, order.control)
            except AssociationError as error:
                self._lose(error, opening=True)
                continue
            self._session = session
            self._choices.clear()
            self.associations += 1
            self.negotiation = session.negotiation
            order.on_event(Associated(session.negotiation))
        return self._session

    def _lose(self, error: AssociationError, *, opening: bool) -> None:
        """An association could not be had, or ended before its time."""
        if self._session is not None:
            self._close(self._session)
        self._session = None
        self._last_failure = error
        self._failures += 1
        retries = self._order.options.retries
        # In an association one more: when the last try of an object fails, the next object may still do better.
        allowed = retries if opening or not retries else retries + 1
        if self._failures > allowed or (opening and self._is_hopeless(error)):
            self.error = error
            self.given_up = True
        self._order.on_event(Ended(error))

    def _is_hopeless(self, error: AssociationError) -> bool:
        """Trying again would not change it."""
        match error:
            case TlsFailed() | IdentityNotConfirmed():
                return True
            case AssociationRejected(result=result):
                return result != _TRANSIENT
            case ConnectionFailed() | ProtocolError():
                # Nothing there, or no DICOM there: once it was another matter.
                return not self.associations
        return False

    def _close(self, session: Session) -> None:
        self._order.control.forget(session)

    def _release(self) -> None:
        session, self._session = self._session, None
        if session is None:
            return
        try:
            if self._order.options.abort_at_end:
                session.abort()
            else:
                session.release()
        except AssociationError as error:
            self.error = error
            self._order.on_event(Ended(error))
        else:
            self._order.on_event(Ended(None))
        finally:
            session.abort()  # nothing, unless the release was interrupted
            self._close(session)

    # --- one object

    def _send(self, ready: _Ready) -> bool:
        """Send it; False if that failed, and then it has been seen to."""
        session, source = ready.session, ready.source
        if len(self._buffer) != session.chunk_size:
            self._buffer = memoryview(bytearray(session.chunk_size))
        self._in_hand = in_hand = _InHand(ready, self._order.on_event)
        try:
            in_hand.message_id = session.send_object(
                ready.context, source.header.sop_instance, in_hand.pieces(self._buffer), source.length
            )
        except ObjectError as broken:
            # Half an object is at the peer, and nothing in the protocol takes it back but an abort.
            session.abort()
            self._close(session)
            self._session = None
            self._in_hand = None
            self._order.on_event(Ended(AssociationAborted(f"aborted by us: {source.header.path} {broken}")))
            reason = f"not sent completely: {broken}; the association was aborted so that nothing wrong is stored"
            self._backlog.end(ready.job, in_hand.result(Outcome.FAILED, reason))
        except AssociationError as error:
            self._unanswered(in_hand, error)
        else:
            in_hand.complete = True
            return True
        return False

    def _await_answer(self, ready: _Ready) -> None:
        in_hand = self._in_hand
        assert in_hand is not None, "an object has been sent"
        try:
            answer = ready.session.await_answer(in_hand.message_id)
            if answer.status is not None and status_class(answer.status) is StatusClass.PENDING:
                raise ready.session.break_off(f"answered C-STORE with {status_text(answer.status)}, which is no end")
        except AssociationError as error:
            self._unanswered(in_hand, error)
            return
        self._in_hand = None
        self._failures = 0
        self._backlog.end(ready.job, in_hand.answered(answer))

    def _unanswered(self, in_hand: _InHand, error: AssociationError) -> None:
        """The association ended before the object was answered: try it again, or end it."""
        self._in_hand = None
        self._lose(error, opening=False)
        job = replaced(in_hand.job, tries=in_hand.job.tries + 1, so_far=in_hand.without_answer(error))
        assert job.so_far is not None
        if self._is_over():
            self.error = error
        if job.tries > self._order.options.retries:
            self.error = error
            self._backlog.end(job, job.so_far)
        else:
            self._mine.appendleft(job)

    def _keep_in_hand(self) -> None:
        """We are being stopped by an exception: say what is known of the object in our hands."""
        if self._in_hand is not None:
            in_hand, self._in_hand = self._in_hand, None
            # The exception may have come right behind the system call that sent the last byte.
            in_hand.complete = in_hand.complete or in_hand.is_ending
            self._backlog.keep(in_hand.job, in_hand.without_answer(AssociationAborted("aborted by us: interrupted")))
        while self._mine:
            job = self._mine.popleft()
            if job.so_far is not None:
                self._backlog.keep(job, job.so_far)


def _begun(pieces: Iterator[memoryview]) -> Iterator[memoryview]:
    """The same pieces, the first of which is had now; what is wrong with it is raised when it is asked for."""
    try:
        first = [*islice(pieces, 1)]
    except ObjectError as error:
        return _failing(error)
    return chain(first, pieces)


def _failing(error: ObjectError) -> Iterator[memoryview]:
    raise error
    yield


_TRANSIENT = 2
"""A-ASSOCIATE-RJ: rejected for the time being (PS3.8 Table 9-21)."""
_OUTCOMES = {StatusClass.SUCCESS: Outcome.STORED, StatusClass.WARNING: Outcome.STORED_WITH_WARNING}


class _InHand:
    """An object that is being sent or waits for its answer."""

    def __init__(self, ready: _Ready, on_event: Callable[[SendEvent], None]) -> None:
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
            reason += " (it was sent before, completely, but not answered then)"
        return self.result(outcome, reason, status, answer.comment)

    def without_answer(self, why: AssociationError) -> ObjectResult:
        """What it is if it is not tried again. Sent completely once, it may be at the peer, whatever came later."""
        before = self.job.so_far
        if self.complete:
            return self.result(Outcome.UNKNOWN, f"sent, but not answered: {why}")
        if self._sent and isinstance(why, ProtocolError) and why.how == "answer":
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
