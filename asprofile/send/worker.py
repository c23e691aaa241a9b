"""Sending objects over one association after another, until there is nothing left to send or no hope.

Belongs here: that the next object is read, and sent where the peer grants a window, while it works on those before;
what becomes of an object when the association ends. Does not belong here: when an association is opened, again, or
given up (``associations``), the dialogue of one (``session``), how an object is made ready (``readying``), what it is
in each moment (``in_hand``), how long a peer is waited for (``patience``), which objects there are and in which order
their results come out (``backlog``), several of these at the same time (``crew``).

Three things can go wrong, and each has an end of its own. An association that ends while objects are sent: one of them
is to blame, so each is tried again ``retries`` times, alone, and then the next one has its turn. A peer that cannot be
had, or has no room (A7xxH): it is waited for, ``wait`` seconds. Whatever has been answered is never sent again.
"""

from __future__ import annotations

import time
from collections import deque
from itertools import cycle
from typing import TYPE_CHECKING

from asprofile.errors import AssociationAborted, AssociationError, ObjectError, OutOfResources
from asprofile.net.dimse import StatusClass, is_out_of_resources, status_class, status_text
from asprofile.send.associations import Associations
from asprofile.send.in_hand import Hands, InHand, ReadyObject
from asprofile.send.options import FIRST_DELAY, delay
from asprofile.send.outcome import Outcome
from asprofile.send.readying import NO_MEMORY, Readying, begun
from asprofile.value import replaced

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asprofile.negotiate.negotiation import Negotiation
    from asprofile.net.dimse import CommandSet
    from asprofile.send.backlog import Backlog, Job
    from asprofile.send.control import Beside
    from asprofile.send.growth import Growth
    from asprofile.send.session import Session
    from asprofile.send.shared_work import SharedWork


class Worker:
    """One association at a time, for the objects of ``backlog``; ``run`` it in a thread or not.

    It starts with the objects of the request number ``first``. Afterwards ``error`` is what made it give up or cost an
    object its answer, ``given_up`` whether it did.
    """

    def __init__(self, order: SharedWork, backlog: Backlog, first: int = 0) -> None:
        self.window = 1
        """The largest that a peer granted."""
        self.growth: Growth | None = None
        """Wants to know how long objects took."""
        self._order = order
        self._backlog = backlog
        self._first = first
        self._associations = Associations(order, first, self._begin)
        self._growing: Growth | None = None
        """The same, while the association takes one object at a time,"""
        self._measuring: Growth | None = None
        """and while the time that an object takes can show that it is far."""
        self._is_fresh = False
        """Nothing has been sent in this session yet."""
        self._mine: deque[Job] = deque()
        self._hands = Hands()
        self._refused: list[tuple[Job, CommandSet]] = []
        """The peer had no room for these, and what it said; nothing is begun until the others in hand are answered."""
        self._following: ReadyObject | None = None
        """The next object, open."""
        self._readying = Readying(order.preparer, fitted=order.options.fitted)
        self._buffer = memoryview(b"")

    # --- what others see of it

    @property
    def associations(self) -> int:
        """How many there have been."""
        return self._associations.count

    @property
    def negotiation(self) -> Negotiation | None:
        """That of the last association."""
        return self._associations.negotiation

    @property
    def error(self) -> AssociationError | None:
        """What made it give up, or cost an object its answer."""
        return self._associations.error

    @property
    def given_up(self) -> bool:
        """It sends nothing more."""
        return self._associations.given_up

    def another(self) -> Worker:
        """One that works beside this, for the same request."""
        sibling = Worker(self._order, self._backlog, self._request)
        sibling.growth = self.growth
        sibling._associations.is_plain = self._associations.is_plain
        return sibling

    def sees_waiting(self, count: int) -> bool:
        """So many objects wait that could be sent beside the one in hand."""
        return not self._is_over() and self._backlog.has_waiting(self._request, count)

    def leave(self) -> None:
        """Finish what is in hand, and begin nothing: the others do the rest. From any thread."""
        self._associations.given_up = True

    # --- what it does

    def run(self, beside: Beside | None = None) -> None:
        """Send. Raises what the input and ``on_event`` raise; the association is then aborted.

        With ``beside`` it is one more than there were: nothing if the peer does not take it, which is no error.
        """
        count = len(self._order.requests)
        try:
            if beside is not None and not self._join(beside):
                self.leave()
                return
            for number in cycle(range(count)):
                self._associations.request = (self._first + number) % count
                self._serve()
                if number == count - 1 and (count == 1 or self._is_done):
                    return
        except BaseException:
            self._keep_in_hand()
            raise
        finally:
            self._associations.abort()

    @property
    def _request(self) -> int:
        return self._associations.request

    @property
    def _session(self) -> Session | None:
        return self._associations.session

    @property
    def _is_done(self) -> bool:
        """No request has another turn, or not with us."""
        return self.given_up or self._is_over() or not self._backlog.has_turns

    def _join(self, beside: Beside) -> bool:
        """Open an association before there is anything in hand that would have to wait for it."""
        joins = self._associations.join(beside)
        if self.growth is not None:
            (self.growth.opened if joins else self.growth.refused)()
        return joins

    def _begin(self, session: Session) -> None:
        """An association was opened."""
        self._hands.window = session.window
        self.window = max(self.window, session.window)
        self._growing = growth = self.growth if session.window == 1 else None
        can_be_far = growth is not None and growth.can_be_far(session.round_trip, nearby=session.is_nearby)
        self._measuring = growth if can_be_far else None
        self._is_fresh = True
        self._readying.begin()

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
        self._associations.release()

    def _look_ahead(self) -> ReadyObject | None:
        """The next object, found and opened while the peer works on those before; None if there is none by now."""
        ready = self._following
        if ready is None and not self._refused:
            ready = self._following = self._next_ready()
            if ready is not None and self._hands:
                # The buffer is free: what was in it is sent.
                ready = self._following = begun(ready, self._buffer)
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
            session = self._associations.had()
            if session is None:
                self._let_go()
                return None
            prepared = self._readying.prepare(job, session)
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
        associations = self._associations
        while self._mine:
            job = self._mine.pop()
            if job.so_far is not None:
                associations.error = associations.error or associations.last_failure
            if self._order.control.finishing and job.so_far is not None:
                self._backlog.end(job, job.so_far)
            else:
                self._backlog.give_back(job, self._request)

    # --- one object

    def _send(self, ready: ReadyObject) -> None:
        """Send it; if that fails, it is seen to."""
        session, source = ready.session, ready.source
        if self._is_fresh and self._growing is not None and not session.is_nearby:
            self._growing.begins(session.distance, source.length)
        if len(self._buffer) != session.chunk_size:
            self._buffer = memoryview(bytearray(session.chunk_size))
        if self._order.on_begin is not None:
            self._order.on_begin(ready.job.header)
        in_hand = InHand(ready, self._order.on_event)
        self._hands.take(in_hand)
        self._following = None
        try:
            message_id = session.send_object(
                ready.context, source.header.sop_instance, in_hand.pieces(self._buffer), source.length
            )
        except (ObjectError, MemoryError) as error:
            self._break_off(in_hand, NO_MEMORY if isinstance(error, MemoryError) else str(error))
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
        self._associations.break_off(AssociationAborted(f"aborted by us: {in_hand.job.header.path} {why}"))

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
        if self._measuring is not None:
            taken = self._hands.find(answer[0]).taken(session.round_trip, began)
            self._measuring.seen(taken, nearby=session.is_nearby)
        self._settle(session, *answer)

    def _settle(self, session: Session, message_id: int, answer: CommandSet) -> bool:
        """The peer answered an object; False if that ended the association."""
        assert answer.status is not None, "a response has a status"
        if status_class(answer.status) is StatusClass.PENDING:
            self._lost(session.break_off(f"answered C-STORE with {status_text(answer.status)}, which is no end"))
            return False
        in_hand = self._hands.find(message_id)
        if is_out_of_resources(answer.status):
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
        them was to blame, if several were sent, is not known: from now on each of them goes alone.
        """
        session = self._session
        while session is not None and (answer := session.take_answer()) is not None:
            if not self._settle(session, *answer):
                return
        jobs = [one.lost(error) for one in self._hands]
        retries = self._order.options.retries
        again = [replaced(job, alone=True) for job in jobs if job.losses <= retries]
        self._associations.lost(error, delay(max(job.losses for job in again)) if again else FIRST_DELAY)
        if len(again) < len(jobs) or (jobs and self._is_over()):
            self._associations.error = error
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
            self._associations.last_failure = error
            for job, _ in refused:
                assert job.so_far is not None
                self._backlog.end(job, job.so_far)
            self._refused = []
            self._associations.give_up(error, waited=True)
            return
        self._keep([replaced(job, alone=True) for job, _ in refused])
        self._refused = []
        # Without an association meanwhile: that is a resource, too, and few peers keep one that nothing is sent in.
        self._associations.pause(error, max(job.tries for job, _ in refused), seconds)

    def _keep_in_hand(self) -> None:
        """We are being stopped by an exception: say what is known of the objects in our hands."""
        self._put_back()
        while self._session is not None and (answer := self._session.take_answer()) is not None:
            one = self._hands.find(answer[0])
            self._backlog.keep(one.job, one.answered(answer[1]))
            self._hands.put(one)
        for one in self._hands:
            # The exception may have come right after the system call that sent the last byte.
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


def _index(job: Job) -> int:
    return job.index
