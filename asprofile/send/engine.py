"""The C-STORE SCU: every object ends in exactly one state, and that state is true.

Belongs here: putting backlog, workers and report together, including threads. Does not belong here: what one worker
does (``worker``), the queue (``backlog``), the results as values (``outcome``), how results are shown (``cli``).
"""

from __future__ import annotations

import math
import threading
import time
from typing import TYPE_CHECKING

from asprofile.errors import AssociationAborted, AssociationError
from asprofile.negotiate.request import AssociateRequest
from asprofile.objects.as_it_is import AS_IT_IS
from asprofile.send.backlog import Backlog
from asprofile.send.control import Control
from asprofile.send.crew import Crew
from asprofile.send.options import SendOptions
from asprofile.send.outcome import (
    AssociationOpened,
    Ended,
    Finished,
    ObjectResult,
    Outcome,
    Progress,
    Retrying,
    SendEvent,
    SendReport,
    Skipped,
)
from asprofile.send.patience import Patience
from asprofile.send.shared_work import SharedWork
from asprofile.send.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from asprofile.objects.header import ObjectHeader, Unreadable
    from asprofile.objects.preparing import Preparer
    from asprofile.send.peer import Peer

__all__ = [
    "AssociationOpened",
    "Control",
    "Ended",
    "Finished",
    "ObjectResult",
    "Outcome",
    "Progress",
    "Retrying",
    "SendEvent",
    "SendReport",
    "send",
]

_LOOKING = 2.0
"""Seconds after an abort for naming what was not sent."""

_LOOKED_AT = 1000
"""How many files are looked at for that in any case."""


def send(
    request: AssociateRequest | Sequence[AssociateRequest],
    items: Iterable[ObjectHeader | Unreadable],
    peer: Peer,
    options: SendOptions | None = None,
    on_event: Callable[[SendEvent], None] | None = None,
    *,
    preparer: Preparer = AS_IT_IS,
    control: Control | None = None,
    keep_results: bool = True,
    on_begin: Callable[[ObjectHeader], None] | None = None,
    on_end: Callable[[ObjectResult], None] | None = None,
) -> SendReport:
    """Send objects over associations with exactly these contexts, each object in its own SOP class and transfer syntax
    unless ``preparer`` converts or changes it.

    ``items`` may be an iterator (``objects.scan``): for each association one item is read ahead, while the peer
    answers. Objects for which the request has no context are refused without the network; if that is all of them, no
    association is opened. With several requests each object goes over the first that has a context for it, one request
    after the other, or at the same time if ``options.associations`` allows.

    After a lost association another one is opened, with growing pauses, and objects without an answer are sent again.
    The object that was being sent has ``options.retries`` more tries; an answered object is never sent again. If a peer
    becomes unreachable or is out of resources, it is waited for up to ``options.wait`` seconds. In the end an object
    without an answer is UNKNOWN if it was sent completely at least once, FAILED if not.

    With one association everything happens in the calling thread. If more are opened because they help
    (``options.associations`` is None), these have threads of their own; with several from the beginning all have.
    ``items`` and ``on_event`` are then used by these, but never by two at once. Results come in the order of the input.

    Without ``keep_results`` the report has no results: they are in the events, and may be millions. Objects that were
    not reached when the user stopped it are NOT_SENT; after ``control.abort()`` they are looked for only for a moment,
    but at least in a thousand files.

    ``on_begin`` gets the header of an object right before its first byte is sent, at each try, from the thread of its
    association; if it raises, nothing of it is sent. ``on_end`` gets each result as soon as it is known, in any order,
    never two at once; it raises nothing.

    Raises only what ``items``, ``on_begin`` and ``on_event`` raise, MemoryError, ProposalError, and ConfigurationError
    for TLS files; the associations are then aborted. With a ``control``, however, KeyboardInterrupt is the same as
    ``control.abort()``, and a MemoryError gives a report, too; before anything else is raised, every object has its
    result.
    """
    started = time.monotonic()
    requests = (request,) if isinstance(request, AssociateRequest) else tuple(request)
    settings = options or SendOptions()
    tell = on_event or _ignore
    if settings.associations != 1:
        tell = _one_at_a_time(tell)
    handle = control or Control()
    results: list[ObjectResult] = []

    def on_result(result: ObjectResult) -> None:
        if keep_results:
            results.append(result)
        tell(Finished(result))

    def on_skipped(item: Unreadable) -> None:
        tell(Skipped(item.path, item.reason))

    backlog = Backlog(items, requests, preparer, settings, on_result, on_skipped, on_end)
    order = SharedWork(requests, peer, settings, preparer, handle, Patience(settings, handle.clock), tell, on_begin)
    failure: Exception | None = None
    count = settings.associations
    workers = [Worker(order, backlog, number % max(1, len(requests))) for number in range(count or 1)]
    crew = Crew(workers, handle, grows=count is None and not settings.stop_on_failure)
    try:
        crew.run()
        # Objects that a failed association gave back may be sent by others that had nothing left to do.
        while able := [one for one in workers if not one.given_up and backlog.has_more and not handle.finishing]:
            crew.run_again(able)
    except KeyboardInterrupt:
        if control is None:
            raise
        handle.abort()
    except Exception as raised:
        if control is None:
            raise
        failure = raised
    error = _error(workers) if failure is None else AssociationAborted(f"aborted by us: {_words(failure)}")
    interrupted = handle.finishing and failure is None
    why = "interrupted" if interrupted else backlog.stopped or str(error or "no association")
    all_named = _end_rest(backlog, handle, why, may_interrupt=control is not None)
    backlog.flush()
    if failure is not None and not isinstance(failure, MemoryError):
        raise failure
    return SendReport(
        results=tuple(results),
        tally=backlog.tally,
        all_named=all_named,
        skipped=backlog.skipped,
        left_out=backlog.left_out,
        associations=sum(worker.associations for worker in workers),
        negotiation=next((worker.negotiation for worker in workers if worker.negotiation is not None), None),
        error=error,
        seconds=time.monotonic() - started,
        interrupted=interrupted,
        window=max(worker.window for worker in workers),
        at_once=order.patience.most_open,
    )


def _end_rest(backlog: Backlog, control: Control, why: str, *, may_interrupt: bool) -> bool:
    """Give a result to every object that was not reached; False if that was cut short."""
    until = math.inf

    def is_enough(count: int) -> bool:
        nonlocal until
        if control.aborting and until == math.inf:
            until = time.monotonic() + _LOOKING
        return count >= _LOOKED_AT and time.monotonic() > until

    try:
        return backlog.end_rest(why, is_enough)
    except (KeyboardInterrupt, MemoryError):
        if not may_interrupt:
            raise
        return False


def _error(workers: list[Worker]) -> AssociationError | None:
    """The final error. An association that the peer did not accept in addition to others is not an error if another one
    worked.
    """
    served = any(worker.associations for worker in workers)
    errors = [worker.error for worker in workers if worker.associations or not served]
    return next((error for error in errors if error is not None), None)


def _words(error: Exception) -> str:
    return "out of memory" if isinstance(error, MemoryError) else f"{type(error).__name__}: {error}"


def _one_at_a_time(on_event: Callable[[SendEvent], None]) -> Callable[[SendEvent], None]:
    lock = threading.RLock()

    def tell(event: SendEvent) -> None:
        with lock:
            on_event(event)

    return tell


def _ignore(_: SendEvent) -> None:
    """Nobody listens."""
