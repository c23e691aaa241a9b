"""The objects that are still to be sent, shared by all associations of a ``send``, and their results in order.

Belongs here: taking objects from the input one at a time, refusing those that no association can carry, handing them to
workers, and reporting the results in the order of the input. Does not belong here: sending (``worker``).

With several requests (because all contexts do not fit into one) each object belongs to the first that has a context for
it; a worker that asks for objects of one request puts those of the others aside. So that neither these nor the results
after them fill the memory, a worker that is far ahead of an object that was put aside gets nothing more: then it is the
turn of another request.
"""

from __future__ import annotations

import re
import threading
from collections import deque
from typing import TYPE_CHECKING, Final

from asprofile.negotiate.advice import Adviser, NoContext
from asprofile.negotiate.choose import plan
from asprofile.objects.header import ObjectHeader
from asprofile.send.conversions import Trials, conversions
from asprofile.send.outcome import STOPPED, ObjectResult, Outcome, Tally
from asprofile.value import Value, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from asprofile.negotiate.request import AssociateRequest
    from asprofile.objects.header import Unreadable
    from asprofile.objects.preparing import Preparer
    from asprofile.send.session import SendOptions

_VALID_UID: Final = r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))*"
"""PS3.5 section 9.1, except for the length, which an ObjectHeader has checked already."""

_AHEAD: Final = 10_000
"""How many items of the input, some 20 MB, may be read while the result of one object is missing."""
_SLICE: Final = 0.1
_PATIENCE: Final = 5.0
"""Seconds that an abandoned thread has to finish reading the input."""


class Job(Value):
    """An object to be sent; ``index`` is its place in the input.

    ``tries`` is how often sending it was begun without success, ``losses`` in how many of these the association ended
    before an answer; ``so_far`` is its result if it is not tried again (None before the first try). ``alone``: no other
    object may be unanswered while it is sent, because it may be the cause of a failure.
    """

    index: int
    header: ObjectHeader
    tries: int = 0
    losses: int = 0
    so_far: ObjectResult | None = None
    alone: bool = False


class Backlog:
    """The queue. All methods may be called from any thread; ``on_result`` is called by one at a time, in order;
    ``on_end``, which raises nothing, as soon as an object ends.
    """

    def __init__(
        self,
        items: Iterable[ObjectHeader | Unreadable],
        requests: Sequence[AssociateRequest],
        preparer: Preparer,
        options: SendOptions,
        on_result: Callable[[ObjectResult], None],
        on_skipped: Callable[[Unreadable], None],
        on_end: Callable[[ObjectResult], None] | None = None,
    ) -> None:
        self.skipped = self.left_out = 0
        self.tally = Tally()
        self.is_broken = False
        """The input ended with an exception, or an item was lost in one: there may be more in it."""
        self.stopped = ""
        """Why nothing more is handed out; empty otherwise."""
        self._trials = Trials()
        self._adviser = Adviser(conversions, fitted=options.fitted)
        self._items: Iterator[ObjectHeader | Unreadable] = iter(items)
        self._requests = requests
        self._preparer = preparer
        self._options = options
        self._on_result = on_result
        self._on_skipped = on_skipped
        self._on_end = on_end
        self._taking = threading.Lock()
        self._ending = threading.RLock()
        self._takers: set[int] = set()
        """Threads that wait for an object."""
        self._read = 0
        self._is_reading = False
        self._is_read = False
        """To the end."""
        self._aside: list[deque[Job]] = [deque() for _ in requests]
        self._routes: dict[tuple[str, str], int | NoContext] = {}
        self._moved = threading.Condition(self._ending)
        self._handed: dict[int, tuple[Job, int]] = {}
        """The objects that were handed out and neither ended nor came back, and the thread that has each."""
        self._early: dict[int, ObjectResult | Unreadable] = {}
        self._next = 0
        self._is_flushed = False

    # --- objects out

    def take(self, request: int) -> Job | None:
        """The next object for the request with this number; None when there is none, when it is the turn of another
        request (``has_turns``), or ``stop`` was called.

        Waits while another thread has an object that is far behind: results are reported in the order of the input, and
        those after that object would fill the memory.
        """
        if self._read - self._next > _AHEAD:
            with self._moved:
                while not self.stopped and self._is_far_ahead():
                    self._moved.wait(_SLICE)
        taker = threading.get_ident()
        self._takers.add(taker)
        with self._taking:
            self._takers.discard(taker)
            if self._aside[request] and not self.stopped:
                return self._hand_out(self._aside[request].popleft())
            while not self.stopped and not self._is_anothers_turn(request):
                job = self._read_job()
                if job is None:
                    return None
                route = self._route(job)
                if route == request:
                    return self._hand_out(job)
                if route is not None:
                    self._aside[route].append(job)
        return None

    def has_waiting(self, request: int, count: int) -> bool:
        """So many objects for this request wait to be taken. Looks for them in the input, unless somebody waits for
        what comes out of it: then there are too few.
        """
        aside = self._aside[request]
        while len(aside) < count:
            if (
                self.stopped
                or self._takers
                or self._is_anothers_turn(request)
                or not self._taking.acquire(blocking=False)
            ):
                return False
            try:
                job = self._read_job()
                if job is None:
                    return False
                route = self._route(job)
                if route is not None:
                    self._aside[route].append(job)
            finally:
                self._taking.release()
        return not self.stopped

    def _hand_out(self, job: Job) -> Job:
        self._handed[job.index] = job, threading.get_ident()
        return job

    def _is_far_ahead(self) -> bool:
        _, holder = self._handed.get(self._next, (None, None))
        return holder not in (None, threading.get_ident()) and self._read - self._next > _AHEAD

    def _is_anothers_turn(self, request: int) -> bool:
        """Much was read after the object whose result comes next, and some of it was put aside for another request."""
        is_far = self._read - self._next > _AHEAD
        return is_far and any(jobs for number, jobs in enumerate(self._aside) if number != request)

    def give_back(self, job: Job, request: int) -> None:
        """Hand this one out again, before others: the worker that took it cannot send it."""
        with self._taking:
            self._handed.pop(job.index, None)
            self._aside[request].appendleft(job)

    @property
    def has_more(self) -> bool:
        """Something was given back or put aside, and nobody has taken it."""
        return not self.stopped and any(self._aside)

    @property
    def has_turns(self) -> bool:
        """Whether a request may get more objects when it is its turn."""
        return not self.stopped and (not self._is_read or any(self._aside))

    def stop(self, why: str) -> None:
        """Hand out nothing more."""
        self.stopped = self.stopped or why

    def end_rest(self, why: str, is_enough: Callable[[int], bool]) -> bool:
        """End everything that was not sent, with this reason. False if that was not everything: ``is_enough``, which is
        called with the number of items looked at for this, ended it, or the input is broken.
        """
        if not self._taking.acquire(timeout=_PATIENCE):
            return False
        try:
            return self._end_all(why, is_enough) and not self.is_broken
        finally:
            self._taking.release()

    def _end_all(self, why: str, is_enough: Callable[[int], bool]) -> bool:
        # What a worker took and lost in an exception has not been sent either.
        handed = [job for job, _ in self._handed.values()]
        known = (job for jobs in (handed, *self._aside) for job in jobs if job.index not in self._early)
        left = deque(sorted(known, key=lambda job: job.index))
        for aside in self._aside:
            aside.clear()
        looked_at = 0
        while job := left.popleft() if left else self._read_job():
            if job.so_far is not None:
                self.end(job, self._as_it_is(job.so_far, why))
            elif self._route(job) is not None:
                self.end(job, result_of(job.header, Outcome.NOT_SENT, reason=f"not sent: {why}"))
            if not left:
                looked_at += 1
                if is_enough(looked_at):
                    return False
        return True

    def _as_it_is(self, so_far: ObjectResult, why: str) -> ObjectResult:
        if self.stopped or so_far.reason.endswith(why):
            return so_far
        return replaced(so_far, reason=f"{so_far.reason}; then {why}")

    def _read_job(self) -> Job | None:
        """The next object of the input; unreadable ones before it are ended."""
        self.is_broken = self.is_broken or self._is_reading  # the last time ended with an exception
        self._is_reading = True
        job = None
        while (item := next(self._items, None)) is not None:
            self._read += 1
            if isinstance(item, ObjectHeader):
                job = Job(self._read - 1, item)
                break
            if item.skipped:
                if item.kind == "left-out":
                    self.left_out += 1
                else:
                    self.skipped += 1
                self._end(self._read - 1, item)
            else:
                self._end(self._read - 1, ObjectResult(item.path, Outcome.REFUSED, reason=item.reason))
        self._is_reading = False
        self._is_read = job is None
        return job

    def _route(self, job: Job) -> int | None:
        """The number of the request for this object; None if there is none, and then it has been refused."""
        header = job.header
        if self._options.check_uids and (odd := _odd_uid(header)):
            self.end(job, result_of(header, Outcome.REFUSED, reason=odd))
            return None
        key = (header.sop_class, header.transfer_syntax)
        route = self._routes.get(key)
        if route is None:
            route = self._routes[key] = self._find_route(*key)
        if isinstance(route, int):
            return route
        route = self._trials.checked(route, header)
        self.end(job, result_of(header, Outcome.REFUSED, reason=route.reason, way_out=route.way_out))
        return None

    def _find_route(self, sop_class: str, transfer_syntax: str) -> int | NoContext:
        targets = self._preparer.targets(sop_class, transfer_syntax)
        refusals = []
        for number, request in enumerate(self._requests):
            planned = plan(request, sop_class, transfer_syntax, targets, self._adviser)
            if not isinstance(planned, NoContext):
                return number
            refusals.append(planned)
        return refusals[0]

    # --- results in

    def end(self, job: Job, result: ObjectResult) -> None:
        """Report the result of the object, unless it has ended already."""
        self._end(job.index, result)

    def _end(self, index: int, result: ObjectResult | Unreadable) -> None:
        with self._ending:
            self._keep(index, result)
            failed = isinstance(result, ObjectResult) and not result.outcome.is_stored
            if failed and self._options.stop_on_failure:
                self.stop(STOPPED)
            while (index := self._next) in self._early:
                self._next = index + 1
                self._out(index)
            self._moved.notify_all()

    def keep(self, job: Job, result: ObjectResult) -> None:
        """As ``end``, but ``on_result`` is called only in ``flush``."""
        with self._ending:
            self._keep(job.index, result)

    def _keep(self, index: int, result: ObjectResult | Unreadable) -> None:
        if index >= self._next and not self._is_flushed and index not in self._early:
            self._early[index] = result
            if self._on_end is not None and isinstance(result, ObjectResult):
                self._on_end(result)
        self._handed.pop(index, None)

    def flush(self) -> None:
        """Report the results that waited for one that does not come; later ones are not reported."""
        with self._ending:
            self._is_flushed = True
            for index in sorted(self._early):
                self._out(index)

    def _out(self, index: int) -> None:
        result = self._early.pop(index)
        if isinstance(result, ObjectResult):
            self.tally.add(result)
            self._on_result(result)
        else:
            self._on_skipped(result)


def result_of(
    header: ObjectHeader,
    outcome: Outcome,
    *,
    context_id: int | None = None,
    reason: str = "",
    way_out: str = "",
    tries: int = 0,
) -> ObjectResult:
    """The result of an object of which nothing was sent."""
    return ObjectResult(
        path=header.path,
        outcome=outcome,
        sop_class=header.sop_class,
        sop_instance=header.sop_instance,
        transfer_syntax=header.transfer_syntax,
        context_id=context_id,
        reason=reason,
        way_out=way_out,
        tries=tries,
    )


def _odd_uid(header: ObjectHeader) -> str:
    """What is wrong with the UIDs of an object, empty if nothing is."""
    for uid, name in (
        (header.sop_class, "SOP Class UID (0008,0016)"),
        (header.sop_instance, "SOP Instance UID (0008,0018)"),
    ):
        if not re.fullmatch(_VALID_UID, uid) or len(uid) > 64:
            return (
                f"has a {name} that breaks PS3.5 section 9.1: {uid!r}; mend it (dcmodify), or send without UID checks"
            )
    return ""
