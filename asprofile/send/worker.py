"""One association after another, until there is nothing left to send or no hope.

Belongs here: when an association is opened, again, or given up; that the next object is read, and sent where the peer
grants a window, while it works on those before. Does not belong here: the dialogue of one association (``session``),
what an object is in each moment (``in_hand``), how long a peer is waited for (``patience``), which objects there are
and in which order their results come out (``backlog``), several of these beside each other (``engine``).

Three things can go wrong, and each has an end of its own. An association that ends while objects are sent: one of them
is to blame, so each is tried again ``retries`` times, alone, and then the next one has its turn. A peer that cannot be
had, or has no room (A7xxH): it is waited for, ``wait`` seconds. Whatever has been answered is never sent again.
"""

from __future__ import annotations

import time
from collections import deque
from itertools import chain, cycle, islice
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
from asprofile.negotiate.request import OperationsWindow
from asprofile.net.dimse import StatusClass, status_class, status_text
from asprofile.send.backlog import result_of
from asprofile.send.conversions import Trials, conversions
from asprofile.send.in_hand import Hands, InHand, ReadyObject
from asprofile.send.options import FIRST_DELAY, delay, duration
from asprofile.send.outcome import AssociationOpened, Ended, ObjectResult, Outcome, Retrying
from asprofile.send.session import open_session
from asprofile.value import Value, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from asprofile.negotiate.choose import AcceptedContext, Negotiation
    from asprofile.negotiate.request import AssociateRequest
    from asprofile.net.dimse import CommandSet
    from asprofile.objects.preparing import Preparer
    from asprofile.send.backlog import Backlog, Job
    from asprofile.send.control import Beside, Control
    from asprofile.send.growth import Growth
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


class SharedWork(Value):
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

    def __init__(self, order: SharedWork, backlog: Backlog, first: int = 0) -> None:
        self.error: AssociationError | None = None
        self.given_up = False
        self.associations = 0
        self.negotiation: Negotiation | None = None
        self.window = 1
        self.growth: Growth | None = None
        """Wants to know how long objects took."""
        self._order = order
        self._backlog = backlog
        self._first = first
        self._request = 0
        self._control: Control | Beside = order.control
        self._session: Session | None = None
        self._growing: Growth | None = None
        """The same, while the association takes one object at a time."""
        self._is_fresh = False
        """Nothing has been sent in this session yet."""
        self._mine: deque[Job] = deque()
        self._hands = Hands()
        self._refused: list[tuple[Job, CommandSet]] = []
        """The peer had no room for these, and what it said; nothing is begun until the others in hand are answered."""
        self._following: ReadyObject | None = None
        """The next object, open."""
        self._is_plain = False
        """No window is asked for: the peer may not bear it."""
        self._failures = 0
        """Associations in a row that could not be had."""
        self._last_failure: AssociationError | None = None
        self._retrying: Retrying | None = None
        """What is to be waited for before the next association is opened."""
        self._trials = Trials()
        self._adviser = Adviser(conversions, fitted=order.options.fitted)
        self._choices: dict[tuple[str, str], AcceptedContext | NoContext] = {}
        self._buffer = memoryview(b"")

    def another(self) -> Worker:
        """One that works beside this, for the same request."""
        sibling = Worker(self._order, self._backlog, self._request)
        sibling.growth, sibling._is_plain = self.growth, self._is_plain
        return sibling

    def sees_waiting(self, count: int) -> bool:
        """So many objects wait that could be sent beside the one in hand."""
        return not self._is_over() and self._backlog.has_waiting(self._request, count)

    def leave(self) -> None:
        """Finish what is in hand, and begin nothing: the others do the rest. From any thread."""
        self.given_up = True

    def run(self, beside: Beside | None = None) -> None:
        """Send. Raises what the input and ``on_event`` raise; the association is then aborted.

        With ``beside`` it is one more than there were: nothing if the peer does not take it, which is no error.
        """
        count = len(self._order.requests)
        try:
            if beside is not None and not self._join(beside):
                self.given_up = True
                return
            for number in cycle(range(count)):
                self._request = (self._first + number) % count
                self._serve()
                if number == count - 1 and (count == 1 or self._is_done):
                    return
        except BaseException:
            self._keep_in_hand()
            raise
        finally:
            if self._session is not None:
                self._session.abort()
                self._part()

    @property
    def _is_done(self) -> bool:
        """No request has another turn, or not with us."""
        return self.given_up or self._is_over() or not self._backlog.has_turns

    def _join(self, beside: Beside) -> bool:
        """Open an association before there is anything in hand that would have to wait for it."""
        order, session = self._order, None
        self._control, self._request = beside, self._first
        limits = replaced(order.options, connect_timeout=min(order.options.connect_timeout or _SOON, _SOON))
        try:
            session = open_session(self._wish(), order.peer, limits, beside)
        except AssociationError as error:
            order.on_event(Ended(error))
        else:
            self._begin(session)
        joins = session is not None and beside.joins()
        if self.growth is not None:
            (self.growth.opened if joins else self.growth.refused)()
        return joins

    def _serve(self) -> None:
        """All objects of one request."""
        while True:
            ready = self._look_ahead()
            if ready is not None and self._hands.has_room_for(ready) and not self._refused:
                self._send(ready)
                self._take_what_came()
            elif self._hands:
                self._await_answer()
            elif self._refused:
                self._no_room()
            elif ready is None:
                break
        self._release()

    def _look_ahead(self) -> ReadyObject | None:
        """The next object, found and opened while the peer works on those before; None if there is none by now."""
        ready = self._following
        if ready is None and not self._refused:
            ready = self._following = self._next_ready()
            if ready is not None and self._hands:
                # The buffer is free: what was in it is sent.
                ready = self._following = replaced(ready, pieces=_begun(ready.source.pieces(self._buffer)))
        if ready is not None and (ready.session is not self._session or self.given_up or self._is_over()):
            # Its context was chosen for an association that is gone, or nothing more is sent.
            self._put_back()
            return self._look_ahead()
        return ready

    def _put_back(self) -> None:
        """Do not send the next object now."""
        ready = self._following
        if ready is not None:
            self._keep([ready.job])
            self._following = None
            ready.source.close()

    def _keep(self, jobs: Sequence[Job]) -> None:
        """Send these before anything else, in the order of the input."""
        self._mine = deque(sorted([*self._mine, *jobs], key=_index))

    def _is_over(self) -> bool:
        return self._order.control.finishing or bool(self._backlog.stopped)

    # --- the next object

    def _next_ready(self) -> ReadyObject | None:
        """The next object that can be sent, and the association for it; None if there is none."""
        while (job := self._next_job()) is not None:
            self._mine.appendleft(job)  # where it is found should an exception come
            session = self._associated()
            if session is None:
                self._let_go()
                return None
            prepared = self._prepare(job, session)
            self._mine.popleft()
            if isinstance(prepared, ReadyObject):
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

    def _prepare(self, job: Job, session: Session) -> ReadyObject | ObjectResult:
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
            return ReadyObject(job, session, choice, source)
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
                session = open_session(self._wish(), order.peer, order.options, self._control)
            except AssociationError as error:
                if order.control.finishing:
                    return None
                self._not_had(error)
                continue
            self._begin(session)
        return self._session

    def _begin(self, session: Session) -> None:
        self._session = session
        self._hands.window = session.window
        self.window = max(self.window, session.window)
        self._growing = self.growth if session.window == 1 else None
        self._is_fresh = True
        self._failures = 0
        self._choices.clear()
        self._trials = Trials()
        self.associations += 1
        self.negotiation = session.negotiation
        self._order.patience.opened()
        self._order.on_event(AssociationOpened(session.negotiation))

    def _wish(self) -> AssociateRequest:
        """The request, with as large a window as is wanted; none is asked for by a window of 1."""
        order = self._order
        request, window = order.requests[self._request], order.options.asked_window
        if window == 1 or self._is_plain or request.window is not None:
            return request
        return replaced(request, window=OperationsWindow(invoked=window, performed=1))

    def _not_had(self, error: AssociationError) -> None:
        """An association could not be had: wait for the peer, or give up."""
        patience = self._order.patience
        self._last_failure = error
        if not self.associations and self._wish().window is not None and _broke_off(error):
            # An item that a peer does not know is none to break off for (PS3.8 section 9.3.1), but it may all the same.
            self._is_plain = True
            self._order.on_event(Ended(error))
            return
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
            self._control.forget(session)
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

    def _send(self, ready: ReadyObject) -> None:
        """Send it; if that fails, it is seen to."""
        session, source = ready.session, ready.source
        if self._is_fresh and self._growing is not None and not session.is_nearby:
            self._growing.begins(session.distance, source.length)
        if len(self._buffer) != session.chunk_size:
            self._buffer = memoryview(bytearray(session.chunk_size))
        in_hand = InHand(ready, self._order.on_event)
        self._hands.take(in_hand)
        self._following = None
        try:
            message_id = session.send_object(
                ready.context, source.header.sop_instance, in_hand.pieces(self._buffer), source.length
            )
        except (ObjectError, MemoryError) as error:
            self._break_off(in_hand, _NO_MEMORY if isinstance(error, MemoryError) else str(error))
        except AssociationError as error:
            if not session.has_begun and not self._is_fresh:
                # It has nothing to do with the end.
                self._keep([ready.job])
                self._hands.put(in_hand)
            self._lost(error)
        else:
            in_hand.completed(message_id)
            self._is_fresh = False
        finally:
            in_hand.let_go()

    def _break_off(self, in_hand: InHand, why: str) -> None:
        """Half an object is at the peer, and nothing in the protocol takes it back but an abort; what was sent before
        is answered first.
        """
        reason = f"not sent completely: {why}; the association was aborted so that nothing wrong is stored"
        self._backlog.end(in_hand.job, in_hand.result(Outcome.FAILED, reason))
        self._hands.put(in_hand)
        while self._hands:
            self._await_answer()
        session = self._session
        if session is not None:
            session.abort()
            self._part()
            self._order.on_event(Ended(AssociationAborted(f"aborted by us: {in_hand.job.header.path} {why}")))

    def _take_what_came(self) -> None:
        """The answers that came while something was sent."""
        session = self._session
        while session is not None and (answer := session.take_answer()) is not None:
            if not self._settle(session, *answer):
                return

    def _await_answer(self) -> None:
        """To one of the objects in hand."""
        session = self._session
        assert session is not None, "something has been sent in it"
        began = time.monotonic()
        try:
            answer = session.next_answer()
        except AssociationError as error:
            self._lost(error)
            return
        if self._growing is not None:
            taken = self._hands.find(answer[0]).taken(session.round_trip, began)
            self._growing.seen(taken, nearby=session.is_nearby)
        self._settle(session, *answer)

    def _settle(self, session: Session, message_id: int, answer: CommandSet) -> bool:
        """The peer answered an object; False if that ended the association."""
        assert answer.status is not None, "a response has a status"
        if status_class(answer.status) is StatusClass.PENDING:
            self._lost(session.break_off(f"answered C-STORE with {status_text(answer.status)}, which is no end"))
            return False
        in_hand = self._hands.find(message_id)
        if answer.status & 0xFF00 == _OUT_OF_RESOURCES:
            self._refused.append((in_hand.refused(answer), answer))
        else:
            self._order.patience.answered()
            self._backlog.end(in_hand.job, in_hand.answered(answer))
            if self._growing is not None:
                self._growing.answered(in_hand.length)
        self._hands.put(in_hand)
        return True

    def _lost(self, error: AssociationError) -> None:
        """The association is over. What was answered before is answered; the others are tried again or end. Which of
        them was to blame, if several were sent, nobody knows: from now on each of them goes alone.
        """
        session = self._session
        while session is not None and (answer := session.take_answer()) is not None:
            if not self._settle(session, *answer):
                return
        jobs = [one.lost(error) for one in self._hands]
        retries = self._order.options.retries
        again = [replaced(job, alone=True) for job in jobs if job.losses <= retries]
        self._lose(error, delay(max(job.losses for job in again)) if again else FIRST_DELAY)
        if len(again) < len(jobs) or (jobs and self._is_over()):
            self.error = error
        for job in jobs:
            if job.losses > retries:
                assert job.so_far is not None
                self._backlog.end(job, job.so_far)
        self._keep(again)
        self._hands.clear()

    def _no_room(self) -> None:
        """The peer is out of resources: leave it alone for a while, or give up. What else there is would fare no
        better.
        """
        order = self._order
        refused = self._refused
        answer = refused[0][1]
        assert answer.status is not None
        comment = f" ({answer.comment})" if answer.comment else ""
        error = OutOfResources(f"{order.peer} has no room: {status_text(answer.status)}{comment}")
        seconds = order.patience.full(max(job.tries - job.losses for job, _ in refused))
        if seconds is None:
            self._last_failure = error
            for job, _ in refused:
                assert job.so_far is not None
                self._backlog.end(job, job.so_far)
            self._refused = []
            self._give_up(error, waited=True)
            return
        self._keep([replaced(job, alone=True) for job, _ in refused])
        self._refused = []
        # Without an association meanwhile: that is a resource, too, and few peers keep one that nothing is sent in.
        self._release(for_good=False)
        self._retrying = Retrying(error, max(job.tries for job, _ in refused), seconds, order.patience.seconds)

    def _keep_in_hand(self) -> None:
        """We are being stopped by an exception: say what is known of the objects in our hands."""
        self._put_back()
        while self._session is not None and (answer := self._session.take_answer()) is not None:
            one = self._hands.find(answer[0])
            self._backlog.keep(one.job, one.answered(answer[1]))
            self._hands.put(one)
        for one in self._hands:
            # The exception may have come right behind the system call that sent the last byte.
            one.complete = one.complete or one.is_ending
            self._backlog.keep(one.job, one.without_answer(AssociationAborted("aborted by us: interrupted")))
            one.let_go()
        self._keep([job for job, _ in self._refused])
        while self._mine:
            job = self._mine.popleft()
            if job.so_far is not None:
                self._backlog.keep(job, job.so_far)
            else:
                self._backlog.give_back(job, self._request)


def _broke_off(error: AssociationError) -> bool:
    """The peer is there, and does not like what we said."""
    return isinstance(error, AssociationAborted) and error.how == "abort"


def _index(job: Job) -> int:
    return job.index


_SOON: Final = 2.0
"""Seconds for the connection of one more association: another one was had."""

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
