"""One association after another, until there is nothing left to send or no hope.

Belongs here: when an association is opened, again, or given up; that the next object is read while the peer works on
the last. Does not belong here: the dialogue of one association (``session``), what an object is in each moment
(``in_hand``), how long a peer is waited for (``patience``), which objects there are and in which order their results
come out (``backlog``), several of these beside each other (``engine``).

Three things can go wrong, and each has an end of its own. An association that ends while an object is sent: the object
is to blame, is tried again ``retries`` times, and then the next one has its turn. A peer that cannot be had, or has no
room (A7xxH): it is waited for, ``wait`` seconds. Whatever has been answered is never sent again.
"""

from __future__ import annotations

import contextlib
from collections import deque
from itertools import chain, islice
from typing import TYPE_CHECKING, Final

from asprofile.errors import (
    AssociationAborted,
    AssociationError,
    AssociationRejected,
    ConnectionFailed,
    IdentityNotConfirmed,
    ObjectError,
    OutOfResources,
    ProtocolError,
    TlsFailed,
)
from asprofile.negotiate.advice import Adviser, NoContext
from asprofile.negotiate.choose import choose
from asprofile.net.dimse import StatusClass, status_class, status_text
from asprofile.send.backlog import result_of
from asprofile.send.conversions import Trials, conversions
from asprofile.send.in_hand import InHand, Ready
from asprofile.send.options import FIRST_DELAY, delay, duration
from asprofile.send.outcome import Associated, Ended, ObjectResult, Outcome, Retrying
from asprofile.send.session import open_session
from asprofile.value import Value, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from asprofile.negotiate.choose import AcceptedContext, Negotiation
    from asprofile.negotiate.request import AssociateRequest
    from asprofile.net.dimse import Command
    from asprofile.objects.preparing import Preparer
    from asprofile.send.backlog import Backlog, Job
    from asprofile.send.control import Control
    from asprofile.send.options import SendOptions
    from asprofile.send.outcome import SendEvent
    from asprofile.send.patience import Patience
    from asprofile.send.peer import Peer
    from asprofile.send.session import Session

_TRANSIENT: Final = 2
"""A-ASSOCIATE-RJ: rejected for the time being (PS3.8 Table 9-21)."""
_NO_REASON: Final = ((1, 1), (2, 1))
"""Sources and reasons of a rejection that says nothing: from a peer that took the same request before, it means that it
is not ready.
"""


class Order(Value):
    """What all workers of a ``send`` have in common; ``on_event`` may be called from any thread."""

    requests: Sequence[AssociateRequest]
    peer: Peer
    options: SendOptions
    preparer: Preparer
    control: Control
    patience: Patience
    on_event: Callable[[SendEvent], None]


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
        self._is_fresh = False
        """Nothing has been sent in this session yet."""
        self._mine: deque[Job] = deque()
        self._in_hand: InHand | None = None
        self._failures = 0
        """Associations in a row that could not be had."""
        self._last_failure: AssociationError | None = None
        self._retrying: Retrying | None = None
        """What is to be waited for before the next association is opened."""
        self._trials = Trials()
        self._adviser = Adviser(conversions, fitted=order.options.fitted)
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
                self._session.abort()
                self._part()

    def _serve(self) -> None:
        """All objects of one request."""
        ready = self._next_ready()
        while ready is not None:
            ready = self._carry(ready)
        self._release()

    def _carry(self, ready: Ready) -> Ready | None:
        """Send one object, and find the next while the peer works on it."""
        following: Ready | None = None
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
                self._mine.append(following.job)
            raise
        if following is not None and (following.session is not self._session or self.given_up or self._is_over()):
            # Its context was chosen for an association that is gone, or nothing more is sent.
            following.source.close()
            self._mine.append(following.job)
            following = None
        return following or self._next_ready()

    def _is_over(self) -> bool:
        return self._order.control.finishing or bool(self._backlog.stopped)

    # --- the next object

    def _next_ready(self) -> Ready | None:
        """The next object that can be sent, and the association for it; None if there is none."""
        while (job := self._next_job()) is not None:
            self._mine.appendleft(job)  # where it is found should an exception come
            session = self._associated()
            if session is None:
                self._let_go()
                return None
            prepared = self._prepare(job, session)
            self._mine.popleft()
            if isinstance(prepared, Ready):
                return prepared
            self._backlog.end(job, prepared)
        return None

    def _next_job(self) -> Job | None:
        if self.given_up or self._is_over():
            self._let_go()
            return None
        return self._mine.popleft() if self._mine else self._backlog.take(self._request)

    def _let_go(self) -> None:
        """Part with what is in our hands and will not be sent by us: another association may do better."""
        while self._mine:
            job = self._mine.pop()
            if job.so_far is not None:
                self.error = self.error or self._last_failure
            if self._order.control.finishing and job.so_far is not None:
                self._backlog.end(job, job.so_far)
            else:
                self._backlog.give_back(job, self._request)

    def _prepare(self, job: Job, session: Session) -> Ready | ObjectResult:
        header = job.header
        key = (header.sop_class, header.transfer_syntax)
        choice = self._choices.get(key)
        if choice is None:
            targets = self._order.preparer.targets(*key)
            choice = self._choices[key] = choose(session.negotiation, *key, targets, self._adviser)
        if isinstance(choice, NoContext):
            choice = self._trials.checked(choice, header)
            return result_of(header, Outcome.REFUSED, reason=choice.reason, way_out=choice.way_out, tries=job.tries)
        try:
            source = self._order.preparer.open(header, choice.transfer_syntax)
        except ObjectError as error:
            return result_of(header, Outcome.REFUSED, context_id=choice.id, reason=str(error), tries=job.tries)
        except MemoryError:
            return result_of(header, Outcome.REFUSED, context_id=choice.id, reason=_NO_MEMORY, tries=job.tries)
        sent_as = (source.header.sop_class, source.header.transfer_syntax)
        if sent_as == (choice.abstract_syntax, choice.transfer_syntax):
            return Ready(job, session, choice, source)
        source.close()
        reason = f"was prepared as {sent_as[0]} in {sent_as[1]}, which presentation context {choice.id} does not carry"
        return result_of(header, Outcome.REFUSED, context_id=choice.id, reason=reason, tries=job.tries)

    # --- the association

    def _associated(self) -> Session | None:
        """The association, opened if there is none; None if it cannot be had."""
        order = self._order
        while self._session is None and not self.given_up:
            if self._retrying is not None:
                retrying, self._retrying = self._retrying, None
                order.on_event(retrying)
                order.control.pause(retrying.delay)
            if order.control.finishing:
                return None
            try:
                session = open_session(order.requests[self._request], order.peer, order.options, order.control)
            except AssociationError as error:
                self._not_had(error)
                continue
            self._session = session
            self._is_fresh = True
            self._failures = 0
            self._choices.clear()
            self._trials = Trials()
            self.associations += 1
            self.negotiation = session.negotiation
            order.patience.opened()
            order.on_event(Associated(session.negotiation))
        return self._session

    def _not_had(self, error: AssociationError) -> None:
        """An association could not be had: wait for the peer, or give up."""
        patience = self._order.patience
        self._last_failure = error
        self._failures += 1
        if isinstance(error, AssociationRejected):
            # It is there, and it speaks DICOM.
            patience.will_come = True
        if patience.someone_serves and (isinstance(error, AssociationRejected) or not self.associations):
            # It is one more than the peer takes, which is no fault: the others do it.
            self.given_up = True
        elif self._is_hopeless(error):
            self._give_up(error)
        elif (seconds := patience.away(self._failures)) is None:
            self._give_up(error, waited=True)
        else:
            self._retrying = Retrying(error, self._failures, seconds, patience.for_away)
        self._order.on_event(Ended(error))

    def _give_up(self, error: AssociationError, *, waited: bool = False) -> None:
        if waited and (seconds := self._order.patience.for_away):
            error.args = (f"{error}; waited {duration(seconds)} for it (--wait)", *error.args[1:])
        self.error = error
        self.given_up = True

    def _is_hopeless(self, error: AssociationError) -> bool:
        """Waiting would not change it."""
        patience = self._order.patience
        match error:
            case TlsFailed() | IdentityNotConfirmed():
                return True
            case AssociationRejected(result=result, source=source, reason=reason):
                return result != _TRANSIENT and not (patience.has_served and (source, reason) in _NO_REASON)
            case ConnectionFailed() | ProtocolError():
                # Nothing there, or no DICOM there: once it was another matter.
                return not patience.will_come
            case AssociationAborted(how="silence"):
                return not patience.will_come
        return False

    def _lose(self, error: AssociationError, seconds: float) -> None:
        """An association ended before its time; another one is opened after ``seconds``."""
        self._part()
        self._last_failure = error
        self._retrying = Retrying(error, 1, seconds)
        self._order.on_event(Ended(error))

    def _part(self) -> None:
        """There is no session any more."""
        session, self._session = self._session, None
        if session is not None:
            self._order.control.forget(session)
            self._order.patience.closed()

    def _release(self, *, for_good: bool = True) -> None:
        session = self._session
        if session is None:
            return
        try:
            if self._order.options.abort_at_end:
                session.abort()
            else:
                session.release()
        except AssociationError as error:
            if for_good:
                self.error = error
            self._order.on_event(Ended(error))
        else:
            self._order.on_event(Ended(None))
        finally:
            session.abort()  # nothing, unless the release was interrupted
            self._part()

    # --- one object

    def _send(self, ready: Ready) -> bool:
        """Send it; False if that failed, and then it has been seen to."""
        session, source = ready.session, ready.source
        if len(self._buffer) != session.chunk_size:
            self._buffer = memoryview(bytearray(session.chunk_size))
        self._in_hand = in_hand = InHand(ready, self._order.on_event)
        try:
            in_hand.message_id = session.send_object(
                ready.context, source.header.sop_instance, in_hand.pieces(self._buffer), source.length
            )
        except (ObjectError, MemoryError) as error:
            # Half an object is at the peer, and nothing in the protocol takes it back but an abort.
            session.abort()
            self._part()
            broken = _NO_MEMORY if isinstance(error, MemoryError) else str(error)
            self._order.on_event(Ended(AssociationAborted(f"aborted by us: {source.header.path} {broken}")))
            reason = f"not sent completely: {broken}; the association was aborted so that nothing wrong is stored"
            self._backlog.end(ready.job, in_hand.result(Outcome.FAILED, reason))
            self._in_hand = None
        except AssociationError as error:
            if session.has_begun or self._is_fresh:
                self._unanswered(in_hand, error)
            else:
                # The end came with the last answer, and this object has nothing to do with it.
                self._mine.appendleft(ready.job)
                self._in_hand = None
                self._lose(error, FIRST_DELAY)
        else:
            in_hand.complete = True
            self._is_fresh = False
            return True
        return False

    def _await_answer(self, ready: Ready) -> None:
        in_hand = self._in_hand
        assert in_hand is not None, "an object has been sent"
        try:
            answer = ready.session.await_answer(in_hand.message_id)
            assert answer.status is not None, "a response has a status"
            if status_class(answer.status) is StatusClass.PENDING:
                raise ready.session.break_off(f"answered C-STORE with {status_text(answer.status)}, which is no end")
        except AssociationError as error:
            self._unanswered(in_hand, error)
            return
        if answer.status & 0xFF00 == _OUT_OF_RESOURCES:
            self._no_room(in_hand, answer)
        else:
            self._order.patience.answered()
            self._backlog.end(ready.job, in_hand.answered(answer))
            self._in_hand = None

    def _unanswered(self, in_hand: InHand, error: AssociationError) -> None:
        """The association ended before the object was answered: try it again, or end it."""
        job = in_hand.lost(error)
        assert job.so_far is not None
        is_last = job.losses > self._order.options.retries
        self._lose(error, FIRST_DELAY if is_last else delay(job.losses))
        if is_last or self._is_over():
            self.error = error
        if is_last:
            self._backlog.end(job, job.so_far)
        else:
            self._mine.appendleft(job)
        self._in_hand = None

    def _no_room(self, in_hand: InHand, answer: Command) -> None:
        """The peer is out of resources: leave it alone for a while, or give up. What else there is would fare no
        better.
        """
        order = self._order
        job = in_hand.refused(answer)
        assert job.so_far is not None
        assert answer.status is not None
        comment = f" ({answer.comment})" if answer.comment else ""
        error = OutOfResources(f"{order.peer} has no room: {status_text(answer.status)}{comment}")
        seconds = order.patience.full(job.tries - job.losses)
        if seconds is None:
            self._last_failure = error
            self._backlog.end(job, job.so_far)
            self._in_hand = None
            self._give_up(error, waited=True)
            return
        self._mine.appendleft(job)
        self._in_hand = None
        # Without an association meanwhile: that is a resource, too, and few peers keep one that nothing is sent in.
        self._release(for_good=False)
        self._retrying = Retrying(error, job.tries, seconds, order.patience.seconds)

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
            else:
                self._backlog.give_back(job, self._request)


_NO_MEMORY: Final = "there is not enough memory for it"

_OUT_OF_RESOURCES: Final = 0xA700
"""The status A7xxH (PS3.4 Table B.2-1)."""


def _begun(pieces: Iterator[memoryview]) -> Iterator[memoryview]:
    """The same pieces, the first of which is had now; what is wrong with it is raised when it is asked for."""
    try:
        first = [*islice(pieces, 1)]
    except (ObjectError, MemoryError) as error:
        return _failing(error)
    return chain(first, pieces)


def _failing(error: ObjectError | MemoryError) -> Iterator[memoryview]:
    raise error
    yield
