"""The C-STORE SCU: every object ends in exactly one state, and that state is true.

Belongs here: what is sent in which order, when an association is opened, and what became of each object. Does
not belong here: one association's dialogue (``session``), reading files (``dataset``), how results are shown.
"""

from __future__ import annotations

import contextlib
import time
from collections import deque
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from asprofile.errors import AssociationAborted, AssociationError, ObjectError
from asprofile.negotiate.choose import AcceptedContext, NoContext, choose, plan
from asprofile.net.dimse import StatusClass, status_class, status_text
from asprofile.objects.header import Header
from asprofile.objects.preparing import AS_IT_IS
from asprofile.send.session import SendOptions, Session, open_session

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from asprofile.negotiate.choose import Negotiation
    from asprofile.negotiate.request import AssociateRequest
    from asprofile.net.dimse import Command
    from asprofile.objects.header import Unreadable
    from asprofile.objects.preparing import DataSource, Preparer
    from asprofile.send.peer import Peer


class Outcome(Enum):
    """How an object ends."""

    STORED = "stored"
    STORED_WITH_WARNING = "stored-with-warning"
    REFUSED = "refused"
    """Not sent: it cannot be read, or no presentation context carries it."""
    FAILED = "failed"
    """The peer answered with a failure, or the object was not sent completely."""
    UNKNOWN = "unknown"
    """Sent completely, but no answer came: the peer may have stored it or not."""


@dataclass(frozen=True, slots=True)
class ObjectResult:
    """What became of one object.

    ``sop_class``, ``sop_instance`` and ``transfer_syntax`` are None for an unreadable file; ``status`` and
    ``comment`` are the peer's, None and empty without an answer. ``reason`` is empty only for STORED,
    ``way_out`` where we know none. ``bytes`` is how much of the data set was sent, ``seconds`` from its first
    byte to the answer.
    """

    path: Path
    outcome: Outcome
    sop_class: str | None = None
    sop_instance: str | None = None
    transfer_syntax: str | None = None
    context_id: int | None = None
    status: int | None = None
    comment: str = ""
    reason: str = ""
    way_out: str = ""
    bytes: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Associated:
    """Event: an association was opened."""

    negotiation: Negotiation


@dataclass(frozen=True, slots=True)
class Progress:
    """Event: ``sent`` of ``total`` bytes of an object's data set have been handed to the network."""

    path: Path
    sent: int
    total: int


@dataclass(frozen=True, slots=True)
class Finished:
    """Event: an object reached its end; one for each, in the order of the input."""

    result: ObjectResult


@dataclass(frozen=True, slots=True)
class Ended:
    """Event: an association ended, in good order if ``error`` is None."""

    error: AssociationError | None


SendEvent = Associated | Progress | Finished | Ended


@dataclass(frozen=True, slots=True)
class Report:
    """Everything that became of a ``send``.

    ``results`` are in the order of the input, one for each object and each file that should have been one;
    ``skipped`` counts the files a directory walk came across that are no objects. ``error`` is what ended the
    last association, or kept it from being, None if all is well; ``negotiation`` is that of the last
    association, None if there was none.
    """

    results: tuple[ObjectResult, ...]
    skipped: int
    associations: int
    negotiation: Negotiation | None
    error: AssociationError | None
    seconds: float

    def count(self, outcome: Outcome) -> int:
        return sum(result.outcome is outcome for result in self.results)

    @property
    def all_stored(self) -> bool:
        """Every object is stored, with or without a warning, and nothing was refused."""
        stored = (Outcome.STORED, Outcome.STORED_WITH_WARNING)
        return self.error is None and all(result.outcome in stored for result in self.results)


def send(
    request: AssociateRequest,
    items: Iterable[Header | Unreadable],
    peer: Peer,
    options: SendOptions | None = None,
    on_event: Callable[[SendEvent], None] | None = None,
    *,
    preparer: Preparer = AS_IT_IS,
) -> Report:
    """Send objects over an association with exactly these contexts, each in its own SOP class and transfer syntax
    unless ``preparer`` converts or changes it.

    ``items`` may be an iterator (``objects.scan``): one item is read ahead, while the peer answers. Objects
    for which the request has no context are refused without the network; if that is all of them, no
    association is opened. An association that is lost is not opened again: what has no answer is UNKNOWN,
    what was not sent is FAILED. Only where we ended it ourselves, because a file changed under our hands, a
    new one is opened for the rest. Raises nothing but what ``items`` and ``on_event`` raise and
    ProposalError; the association is then aborted.
    """
    return _Sender(request, peer, options or SendOptions(), on_event or _ignore, preparer).run(items)


@dataclass(frozen=True, slots=True)
class _Ready:
    """An object about to be sent, its file open."""

    header: Header
    context: AcceptedContext
    source: DataSource


@dataclass(frozen=True, slots=True)
class _Sent:
    """An object that waits for its answer."""

    ready: _Ready
    message_id: int
    started: float


class _Sender:
    """The state of one ``send``. One association at a time; ``_next_ready`` is the queue that several could
    share.
    """

    def __init__(
        self,
        request: AssociateRequest,
        peer: Peer,
        options: SendOptions,
        on_event: Callable[[SendEvent], None],
        preparer: Preparer,
    ) -> None:
        self._preparer = preparer
        self._request = request
        self._peer = peer
        self._options = options
        self._on_event = on_event
        self._session: Session | None = None
        self._lost: AssociationError | None = None
        self._negotiation: Negotiation | None = None
        self._associations = 0
        self._skipped = 0
        self._results: list[ObjectResult] = []
        self._held: deque[ObjectResult] = deque()
        self._plans: dict[tuple[str, str], NoContext | None] = {}
        self._choices: dict[tuple[str, str], AcceptedContext | NoContext] = {}
        self._buffer = memoryview(b"")

    def run(self, items: Iterable[Header | Unreadable]) -> Report:
        started = time.monotonic()
        iterator = iter(items)
        ready: _Ready | None = None
        try:
            ready = self._next_ready(iterator)
            self._publish_held()
            while ready is not None:
                with contextlib.closing(ready.source):
                    sent, ready = self._send_object(ready), None
                    # The next object is looked for, and its file opened, while the peer works on this one.
                    ready = self._next_ready(iterator)
                    if sent is not None:
                        self._await_answer(sent)
                self._publish_held()
            self._release()
        finally:
            if ready is not None:
                ready.source.close()
            if self._session is not None:
                self._session.abort()
        return Report(
            results=tuple(self._results),
            skipped=self._skipped,
            associations=self._associations,
            negotiation=self._negotiation,
            error=self._lost,
            seconds=time.monotonic() - started,
        )

    # --- the queue

    def _next_ready(self, iterator: Iterator[Header | Unreadable]) -> _Ready | None:
        """The next object that can be sent; the results of those before it that cannot are held back, for the
        order.
        """
        for item in iterator:
            if not isinstance(item, Header):
                self._take_unreadable(item)
                continue
            outcome = self._prepare(item)
            if isinstance(outcome, _Ready):
                return outcome
            self._held.append(outcome)
        return None

    def _take_unreadable(self, item: Unreadable) -> None:
        if item.skipped:
            self._skipped += 1
        else:
            self._held.append(ObjectResult(item.path, Outcome.REFUSED, reason=item.reason))

    def _prepare(self, header: Header) -> _Ready | ObjectResult:
        key = (header.sop_class, header.transfer_syntax)
        if key not in self._plans:
            planned = plan(self._request, *key, self._preparer.targets(*key))
            self._plans[key] = planned if isinstance(planned, NoContext) else None
        hopeless = self._plans[key]
        if hopeless is not None:
            return _result(header, Outcome.REFUSED, reason=hopeless.reason, way_out=hopeless.way_out)
        session = self._associate()
        if session is None:
            return _result(header, Outcome.FAILED, reason=f"not sent: {self._lost}")
        if key not in self._choices:
            self._choices[key] = choose(session.negotiation, *key, self._preparer.targets(*key))
        choice = self._choices[key]
        if isinstance(choice, NoContext):
            return _result(header, Outcome.REFUSED, reason=choice.reason, way_out=choice.way_out)
        try:
            return _Ready(header, choice, self._preparer.open(header, choice.transfer_syntax))
        except ObjectError as error:
            return _result(header, Outcome.REFUSED, context_id=choice.id, reason=str(error))

    def _publish_held(self) -> None:
        while self._held:
            self._publish(self._held.popleft())

    def _publish(self, result: ObjectResult) -> None:
        self._results.append(result)
        self._on_event(Finished(result))

    # --- the association

    def _associate(self) -> Session | None:
        """The association, opened if there is none; None if it cannot be had or was lost."""
        if self._session is None and self._lost is None:
            try:
                self._session = open_session(self._request, self._peer, self._options)
            except AssociationError as error:
                self._end(error)
                return None
            self._associations += 1
            self._negotiation = self._session.negotiation
            self._choices.clear()
            self._on_event(Associated(self._session.negotiation))
        return self._session

    def _end(self, error: AssociationError | None) -> None:
        self._session = None
        self._lost = error
        self._on_event(Ended(error))

    def _release(self) -> None:
        if self._session is None:
            return
        try:
            self._session.release()
        except AssociationError as error:
            self._end(error)
        else:
            self._end(None)

    # --- one object

    def _send_object(self, ready: _Ready) -> _Sent | None:
        """Send it; None if that failed, and then its result is out."""
        session = self._session
        header = ready.header
        if session is None:
            self._publish(
                _result(header, Outcome.FAILED, context_id=ready.context.id, reason=f"not sent: {self._lost}")
            )
            return None
        started = time.monotonic()
        counted = _Counted(ready.source, self._on_event)
        if len(self._buffer) != session.chunk_size:
            self._buffer = memoryview(bytearray(session.chunk_size))
        error: Exception
        try:
            message_id = session.send_object(
                ready.context, ready.source.header.sop_instance, counted.pieces(self._buffer), ready.source.length
            )
            return _Sent(ready, message_id, started)
        except ObjectError as broken:
            # Half an object is at the peer, and nothing in the protocol takes it back but an abort.
            session.abort()
            self._session = None
            self._on_event(Ended(AssociationAborted(f"aborted by us: {header.path} {broken}")))
            error = ObjectError(f"{broken}; the association was aborted so that nothing wrong is stored")
        except AssociationError as lost:
            self._end(lost)
            error = lost
        self._publish(
            _result(
                header,
                Outcome.FAILED,
                context_id=ready.context.id,
                reason=f"not sent completely: {error}",
                bytes_sent=counted.sent,
                seconds=time.monotonic() - started,
            )
        )
        return None

    def _await_answer(self, sent: _Sent) -> None:
        header, session = sent.ready.header, self._session
        assert session is not None, "nothing ends a session between sending and awaiting"
        answer: Command | None = None
        reason = ""
        try:
            answer = session.await_answer(sent.message_id)
        except AssociationError as error:
            reason = f"sent, but not answered: {error}"
            self._end(error)
        outcome = Outcome.UNKNOWN
        status = None if answer is None else answer.status
        if status is not None:
            outcome = _OUTCOMES.get(status_class(status), Outcome.FAILED)
            reason = "" if outcome is Outcome.STORED else status_text(status)
        self._publish(
            _result(
                header,
                outcome,
                context_id=sent.ready.context.id,
                status=status,
                comment="" if answer is None else answer.comment,
                reason=reason,
                bytes_sent=sent.ready.source.length,
                seconds=time.monotonic() - sent.started,
            )
        )


class _Counted:
    """The pieces of a data set, with a Progress event for each that went out."""

    def __init__(self, source: DataSource, on_event: Callable[[SendEvent], None]) -> None:
        self.sent = 0
        self._source = source
        self._on_event = on_event

    def pieces(self, buffer: memoryview) -> Iterator[memoryview]:
        for piece in self._source.pieces(buffer):
            yield piece
            self.sent += len(piece)
            self._on_event(Progress(self._source.header.path, self.sent, self._source.length))


_OUTCOMES = {StatusClass.SUCCESS: Outcome.STORED, StatusClass.WARNING: Outcome.STORED_WITH_WARNING}


def _result(
    header: Header,
    outcome: Outcome,
    *,
    context_id: int | None = None,
    status: int | None = None,
    comment: str = "",
    reason: str = "",
    way_out: str = "",
    bytes_sent: int = 0,
    seconds: float = 0.0,
) -> ObjectResult:
    return ObjectResult(
        path=header.path,
        outcome=outcome,
        sop_class=header.sop_class,
        sop_instance=header.sop_instance,
        transfer_syntax=header.transfer_syntax,
        context_id=context_id,
        status=status,
        comment=comment,
        reason=reason,
        way_out=way_out,
        bytes=bytes_sent,
        seconds=seconds,
    )


def _ignore(_: SendEvent) -> None:
    """Nobody listens."""
