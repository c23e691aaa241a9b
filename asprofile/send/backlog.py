"""The objects that are still to be sent, shared by all associations of a ``send``, and their results in order.

Belongs here: taking objects from the input one at a time, refusing those that no association can carry, handing them to
whoever asks, and giving the results out in the order of the input. Does not belong here: sending (``worker``).

With several requests (because one has no room for all contexts) each object belongs to the first that has a context for
it; who asks for objects of one request puts those of the others aside.
"""

from __future__ import annotations

import math
import re
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Final

from asprofile.negotiate.advice import Adviser, NoContext
from asprofile.negotiate.choose import plan
from asprofile.objects.header import Header
from asprofile.send.conversions import Trials, conversions
from asprofile.send.outcome import ObjectResult, Outcome, Tally
from asprofile.value import Value, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from asprofile.negotiate.request import AssociateRequest
    from asprofile.objects.header import Unreadable
    from asprofile.objects.preparing import Preparer
    from asprofile.send.session import SendOptions

_VALID_UID: Final = re.compile(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))*")
"""PS3.5 section 9.1, but for the length, which a Header has right already."""


class Job(Value):
    """An object to be sent; ``index`` is its place in the input.

    ``tries`` is how often that was begun without success, ``losses`` how often of these the association ended before an
    answer came; ``so_far`` is what it is if it is not tried again (None before the first try).
    """

    index: int
    header: Header
    tries: int = 0
    losses: int = 0
    so_far: ObjectResult | None = None


class Backlog:
    """The queue. All methods may be called from any thread; ``on_result`` is called by one at a time, in order."""

    def __init__(
        self,
        items: Iterable[Header | Unreadable],
        requests: Sequence[AssociateRequest],
        preparer: Preparer,
        options: SendOptions,
        on_result: Callable[[ObjectResult], None],
        on_skipped: Callable[[Unreadable], None],
    ) -> None:
        self.skipped = 0
        self.tally = Tally()
        self.is_broken = False
        """The input ended with an exception: there may be more in it."""
        self.stopped = ""
        """Why nothing more is handed out; empty if it is."""
        self._trials = Trials()
        self._adviser = Adviser(conversions, fitted=options.fitted)
        self._items: Iterator[Header | Unreadable] = iter(items)
        self._requests = requests
        self._preparer = preparer
        self._options = options
        self._on_result = on_result
        self._on_skipped = on_skipped
        self._taking = threading.Lock()
        self._ending = threading.RLock()
        self._read = 0
        self._aside: list[deque[Job]] = [deque() for _ in requests]
        self._routes: dict[tuple[str, str], int | NoContext] = {}
        self._early: dict[int, ObjectResult | Unreadable] = {}
        self._next = 0

    # --- objects out

    def take(self, request: int) -> Job | None:
        """The next object for the request with this number; None when there is none, or ``stop`` was called."""
        with self._taking:
            if self._aside[request] and not self.stopped:
                return self._aside[request].popleft()
            while not self.stopped:
                job = self._read_job()
                if job is None:
                    return None
                route = self._route(job)
                if route == request:
                    return job
                if route is not None:
                    self._aside[route].append(job)
        return None

    def give_back(self, job: Job, request: int) -> None:
        """Hand this one out again, before others: who took it cannot send it."""
        with self._taking:
            self._aside[request].appendleft(job)

    @property
    def has_more(self) -> bool:
        """Something was given back or put aside, and nobody has taken it."""
        return not self.stopped and any(self._aside)

    def stop(self, why: str) -> None:
        """Hand out nothing any more."""
        self.stopped = self.stopped or why

    def end_rest(self, why: str, until: float = math.inf) -> bool:
        """End everything that was not handed out: it was not sent, and this is why. False if ``time.monotonic()``
        reached ``until`` before all was named.
        """
        with self._taking:
            left = deque(sorted((job for aside in self._aside for job in aside), key=lambda job: job.index))
            for aside in self._aside:
                aside.clear()
            while job := left.popleft() if left else self._read_job():
                if job.so_far is not None:
                    self.end(job, self._as_it_is(job.so_far, why))
                elif self._route(job) is not None:
                    self.end(job, result_of(job.header, Outcome.NOT_SENT, reason=f"not sent: {why}"))
                if not left and time.monotonic() > until:
                    return False
        return not self.is_broken

    def _as_it_is(self, so_far: ObjectResult, why: str) -> ObjectResult:
        if self.stopped or so_far.reason.endswith(why):
            return so_far
        return replaced(so_far, reason=f"{so_far.reason}; then {why}")

    def _read_job(self) -> Job | None:
        """The next object of the input, unreadable ones ended on the way."""
        while (item := self._read_item()) is not None:
            self._read += 1
            if isinstance(item, Header):
                return Job(self._read - 1, item)
            if item.skipped:
                self.skipped += 1
                self._end(self._read - 1, item)
            else:
                self._end(self._read - 1, ObjectResult(item.path, Outcome.REFUSED, reason=item.reason))
        return None

    def _read_item(self) -> Header | Unreadable | None:
        try:
            return next(self._items, None)
        except BaseException:
            self.is_broken = True
            raise

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
        """This is what became of the object."""
        self._end(job.index, result)

    def _end(self, index: int, result: ObjectResult | Unreadable) -> None:
        with self._ending:
            self._early[index] = result
            failed = isinstance(result, ObjectResult) and not result.outcome.is_stored
            if failed and self._options.stop_on_failure:
                self.stop("an object before it was not stored")
            while self._next in self._early:
                self._out(self._next)
                self._next += 1

    def keep(self, job: Job, result: ObjectResult) -> None:
        """As ``end``, but ``on_result`` hears of it only in ``flush``."""
        with self._ending:
            self._early[job.index] = result

    def flush(self) -> None:
        """Give out the results that waited for one that does not come."""
        with self._ending:
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
    header: Header,
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


def _odd_uid(header: Header) -> str:
    """What is wrong with the UIDs of an object, empty if nothing is."""
    for uid, name in (
        (header.sop_class, "SOP Class UID (0008,0016)"),
        (header.sop_instance, "SOP Instance UID (0008,0018)"),
    ):
        if not _VALID_UID.fullmatch(uid) or len(uid) > 64:
            return (
                f"has a {name} that breaks PS3.5 section 9.1: {uid!r}; mend it (dcmodify), or send without UID checks"
            )
    return ""
