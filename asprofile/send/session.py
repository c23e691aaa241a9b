"""One association of a sender: open it, store objects in it, end it.

Belongs here: association and transport put together, waiting with time limits, and what went wrong as an exception.
Does not belong here: which answer belongs to which request (``unanswered``), which objects, in which order, and what
becomes of them (``worker``).

Several objects may wait for their answers at a time, as many as the peer grants (``window``); these may come in any
order. What the peer says is taken in when there is something to do with it: an answer that has come is handed out
before what is after it is read, and before anything is sent, all that has come is. So it makes no difference how
the network cut the peer's words into segments.
"""

from __future__ import annotations

import contextlib
import time
from typing import TYPE_CHECKING, Literal

from asprofile.errors import (
    AssociationAborted,
    AssociationError,
    AssociationRejected,
    ConnectionFailed,
    IdentityNotConfirmed,
    ProtocolError,
)
from asprofile.names.well_known import VERIFICATION
from asprofile.net import association as protocol
from asprofile.net import dimse, events, wire
from asprofile.net.deadline import Deadline
from asprofile.net.states import AssociationState
from asprofile.net.transport import connect
from asprofile.send.options import MOST_OPERATIONS, SendOptions
from asprofile.send.unanswered import Asked, Unanswered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asprofile.negotiate.choose import AcceptedContext
    from asprofile.negotiate.negotiation import Negotiation
    from asprofile.negotiate.request import AssociateRequest
    from asprofile.net.transport import Transport
    from asprofile.send.control import Beside, Control
    from asprofile.send.peer import Peer

__all__ = ["SendOptions", "Session", "open_session"]

_SLICE = 0.25
"""Seconds of waiting after which a session looks whether it was interrupted."""

_OBJECT = "the object"
_MAY_WANT_TLS = "is this its DICOM port, and does it want TLS there?"


class Session:
    """An established association; see ``open_session``. Every method may raise AssociationError, and then it
    is over.
    """

    def __init__(self, transport: Transport, options: SendOptions) -> None:
        self._transport = transport
        self._options = options
        self._association = protocol.Association.requestor(options.max_send_pdu)
        self._unanswered = Unanswered(options.dimse_timeout)
        self.has_begun = False
        """Something of the last request has been sent."""
        self._last_event: events.Event | None = None
        self.round_trip = 0.0
        """Seconds from the association request to its answer."""
        self._interrupted = False

    @property
    def negotiation(self) -> Negotiation:
        negotiation = self._association.negotiation
        assert negotiation is not None, "a session is established"
        return negotiation

    @property
    def window(self) -> int:
        """How many objects may be without an answer at a time: what we asked for, or less if the peer wants that."""
        asked = self.negotiation.request.window
        return self.negotiation.window or (MOST_OPERATIONS if asked is None else asked.invoked or MOST_OPERATIONS)

    @property
    def chunk_size(self) -> int:
        """Bytes of a data set to hand over at a time."""
        return self._association.chunk_size

    @property
    def security(self) -> str:
        """TLS version and cipher suite, for people; empty without TLS."""
        return self._transport.security

    @property
    def is_nearby(self) -> bool:
        """The peer, or a tunnel to it, is on this machine."""
        return self._transport.is_nearby

    @property
    def distance(self) -> float:
        """Seconds from here to the peer's system and back; no time that the peer itself takes for something."""
        return self._transport.distance

    # --- the beginning

    def associate(self, request: AssociateRequest) -> None:
        deadline = Deadline(self._options.acse_timeout)
        self._send([self._association.associate(request)], deadline.left())
        sent = time.monotonic()
        event = self._await_event(deadline, "the association request")
        self.round_trip = time.monotonic() - sent
        match event:
            case events.Associated(negotiation):
                self._check_identity(negotiation)
                return
            case events.Rejected(reject):
                self._transport.close()
                words = _with_titles(reject.text, request)
                raise AssociationRejected(
                    f"{self._transport.peer} {words}", reject.result, reject.source, reject.reason
                )
        raise self._failure(event)

    @property
    def _is_unheard(self) -> bool:
        """The peer has answered nothing, and if it wants TLS, nothing that was sent meant anything to it."""
        return self._association.negotiation is None and not self._transport.security

    def _check_identity(self, negotiation: Negotiation) -> None:
        """That the peer confirmed the user identity if it was asked to, as far as DCMTK insists on it: its acceptors
        confirm user names alone, so that for tickets and tokens a silent acceptance counts, too.
        """
        identity = negotiation.request.user_identity
        if identity is None or not identity.response_requested or identity.kind not in (1, 2):
            return
        if negotiation.accept.identity_response is None:
            self.abort()
            raise IdentityNotConfirmed(
                f"{self._transport.peer} accepted the association without confirming the user identity, "
                "which it was asked to: it may not look at user names at all"
            )

    # --- requests and their answers

    def skip_message(self) -> None:
        """Leave out a message id, for an object that gets none because it is not sent (DCMTK counts those, too)."""
        self._unanswered.next_id()

    def send_object(
        self,
        context: AcceptedContext,
        sop_instance: str,
        data: Iterable[memoryview],
        length: int,
    ) -> int:
        """Send a C-STORE-RQ with its data set of ``length`` bytes; its message id. What ``data`` raises goes
        through. An answer that has come before the last piece is sent is no answer to it, and ends the association.
        """
        number = self._unanswered.next_id()
        command = dimse.store_request(context.abstract_syntax, sop_instance, number, priority=self._options.priority)
        asked = Asked(dimse.C_STORE_RQ, context.id, context.abstract_syntax, sop_instance, _OBJECT)
        self._ask(number, asked, command, data, length)
        return number

    def await_answer(self, message_id: int) -> dimse.CommandSet:
        """The C-STORE-RSP to this object, which has ``dimse_timeout`` seconds from now to come."""
        return self._await_response(message_id)

    def next_answer(self) -> tuple[int, dimse.CommandSet]:
        """Message id and C-STORE-RSP of the next object that is answered. ``dimse_timeout`` is for the oldest one
        without an answer, however many others are answered meanwhile.
        """
        while (answer := self.take_answer()) is None:
            event = self._await_event(self._unanswered.oldest, _OBJECT)
            if not self._unanswered.take(event):
                raise self._failure(event)
        return answer

    def take_answer(self) -> tuple[int, dimse.CommandSet] | None:
        """The same, if it has come already and has been taken in; also when the association is over."""
        return self._unanswered.any_answer()

    def echo(self, context_id: int) -> dimse.CommandSet:
        """Send a C-ECHO-RQ in a context of the Verification SOP class; its answer (PS3.7 section 9.1.5)."""
        number = self._unanswered.next_id()
        asked = Asked(dimse.C_ECHO_RQ, context_id, VERIFICATION, "", "the echo request")
        self._ask(number, asked, dimse.echo_request(number))
        return self._await_response(number)

    def _ask(self, number: int, asked: Asked, command: bytes, data: Iterable[memoryview] = (), length: int = 0) -> None:
        """Send a request; an answer may come from its last byte on."""
        unanswered = self._unanswered
        self.has_begun, unanswered.unfinished = False, None
        for batch in self._association.message(asked.context_id, command, data, length):
            event = self._listen()
            if event is not None:
                raise self._failure(event)
            if unanswered.is_late:
                raise self._silent(unanswered.oldest, _OBJECT)
            self.has_begun, unanswered.unfinished = True, number
            self._send(batch, self._options.dimse_timeout)
        unanswered.sent(number, asked)

    def _await_response(self, message_id: int) -> dimse.CommandSet:
        deadline = Deadline(self._options.dimse_timeout)
        answer = self._unanswered.answer_to(message_id)
        what = _OBJECT if answer is not None else self._unanswered.what(message_id)
        while answer is None:
            event = self._await_event(deadline, what)
            if not self._unanswered.take(event):
                raise self._failure(event)
            answer = self._unanswered.answer_to(message_id)
        return answer

    # --- the end

    def release(self) -> None:
        """End in good order. If that fails the association is over all the same, and the exception says
        how.
        """
        event = self._listen()
        if isinstance(event, events.ReleaseRequested):
            # The peer was faster, and everything has its answer: that is good order, too.
            self._say_last(self._association.release_response())
            self._transport.close()
            return
        if event is not None:
            raise self._failure(event)
        deadline = Deadline(self._options.acse_timeout)
        self._send([self._association.release()], deadline.left())
        while True:
            event = self._await_event(deadline, "the release request")
            match event:
                case events.Released(reply):
                    if reply:
                        self._send([reply], deadline.left())
                    break
                case events.ReleaseCollision(reply):
                    self._send([reply], deadline.left())
                case _:
                    raise self._failure(event)
        self._transport.close()

    def abort(self) -> None:
        """End at once. Never raises."""
        if self._association.state is not AssociationState.CLOSED:
            self._say_last(self._association.abort())
        self._transport.close()

    def interrupt(self) -> None:
        """Stop waiting for the peer: who does looks again soon, and raises AssociationAborted. From any thread or
        signal handler.
        """
        self._interrupted = True

    def _is_wanted(self) -> bool:
        return not self._interrupted

    # --- to the peer and back

    def _send(self, batch: list[bytes | memoryview], timeout: float | None) -> None:
        self._last_event = None
        try:
            if self._association.negotiation is not None:  # an abort is not the first that a peer should hear
                self._check_interrupted()
            complete = self._transport.send(batch, timeout, self._receive, self._is_wanted)
        except (AssociationAborted, ConnectionFailed):
            if self._interrupted:
                self._finish_pdu(batch)
            self.abort()
            self._check_interrupted()
            raise
        if not complete:  # _receive saw the end of the association
            assert self._last_event is not None, "it made _receive return False"
            raise self._failure(self._last_event)

    def _finish_pdu(self, batch: list[bytes | memoryview]) -> None:
        """Sending was interrupted: end the PDU that it is in, so that an A-ABORT can follow. Not if the object would be
        complete with it, and the peer might store what is then called broken off; and only if the system takes it at
        once. Else nothing can be said any more, and the stream just ends.
        """
        unsent = self._transport.unsent
        left = None if unsent is None else wire.left_of_pdu(batch, sum(map(len, batch)) - unsent)
        if left is not None:
            with contextlib.suppress(AssociationAborted, ConnectionFailed):
                self._transport.go_on(left)

    def _receive(self, data: bytes) -> bool:
        """Take in what came while something is being sent; False if that ends the association."""
        self._association.receive_data(data)
        self._last_event = self._take_answers()
        return self._last_event is None

    def _take_answers(self) -> events.Event | None:
        """Keep the answers that are there; the event that is none, None if there is no such."""
        while (event := self._association.next_event()) is not None:
            if not self._unanswered.take(event):
                return event
        return None

    def _listen(self) -> events.Event | None:
        """Take in all that has come by now; the event that is no answer, None if there is no such."""
        while (event := self._take_answers()) is None:
            data = self._hear(0.0)
            if data is None:
                return None
            self._association.receive_data(data)
        return event

    def _hear(self, timeout: float) -> bytes | None:
        try:
            return self._transport.receive(timeout)
        except (AssociationAborted, ConnectionFailed) as error:
            self.abort()
            if self._is_unheard and not self._interrupted and isinstance(error, AssociationAborted):
                raise AssociationAborted(f"{error}; {_MAY_WANT_TLS}") from error
            raise

    def _await_event(self, deadline: Deadline, what: str) -> events.Event:
        """Wait for the next event; ``what`` is what the peer should answer, and nothing else makes it longer."""
        is_late = False
        while (event := self._association.next_event()) is None:
            data = None
            if not is_late:
                is_late = deadline.is_over  # once more for what has come by then
                left = deadline.left()
                data = self._hear(_SLICE if left is None else min(_SLICE, left))
            self._check_interrupted()
            if data is not None:
                self._association.receive_data(data)
            elif is_late:
                raise self._silent(deadline, what)
        return event

    def _silent(self, deadline: Deadline, what: str) -> AssociationAborted:
        self.abort()
        return AssociationAborted(
            f"{self._transport.peer} did not answer {what} within {deadline.seconds:g} seconds", "silence"
        )

    def _check_interrupted(self) -> None:
        if self._interrupted:
            self.abort()
            raise AssociationAborted("aborted by us: interrupted")

    # --- what ended it

    def _failure(self, event: events.Event) -> AssociationError:
        """The exception for an event that ends the association; the connection is closed."""
        peer = self._transport.peer
        error: AssociationError
        match event:
            case events.Aborted(abort):
                error = AssociationAborted(f"{peer} aborted the association {abort.text}", "abort")
            case events.PeerBroke(reason, reply):
                self._say_last(reply)
                error = ProtocolError(f"{peer} broke the protocol: {reason}")
            case events.ConnectionLost():
                instead = "answering the association request" if self._association.negotiation is None else "going on"
                hint = f"; {_MAY_WANT_TLS}" if self._is_unheard else ""
                error = AssociationAborted(f"{peer} closed the connection instead of {instead}{hint}")
            case events.ReleaseRequested():
                self._say_last(self._association.release_response())
                early = f"{peer} asked to release the association before everything was sent"
                error = AssociationAborted(early, "release")
            case events.CommandReceived():
                return self._break_off(self._unanswered.fault(event), "answer")
            case _:
                return self._break_off(f"sent what was not asked for ({type(event).__name__})")
        self._transport.close()
        return error

    def break_off(self, why: str) -> ProtocolError:
        """Abort because of what the peer answered; the exception to raise."""
        return self._break_off(why, "answer")

    def _break_off(self, why: str, how: Literal["breach", "answer"] = "breach") -> ProtocolError:
        self.abort()
        return ProtocolError(f"{self._transport.peer} broke the protocol: {why}", how)

    def _say_last(self, pdu: bytes) -> None:
        """Send without waiting for room or caring whether it arrives."""
        try:
            self._transport.send([pdu], 0.0)
        except (AssociationAborted, ConnectionFailed):
            return


def _with_titles(words: str, request: AssociateRequest) -> str:
    """What a rejection means, with the AE title that it is about."""
    for which, title in (("calling", request.calling_ae), ("called", request.called_ae)):
        words = words.replace(f"{which} AE title", f"{which} AE title {title}")
    return words


def open_session(
    request: AssociateRequest, peer: Peer, options: SendOptions, control: Control | Beside | None = None
) -> Session:
    """Connect and associate; ``control`` may interrupt the session from then on.

    Raises ConnectionFailed (TlsFailed where trying again does not help), AssociationRejected (not a sign of a broken
    peer), IdentityNotConfirmed, AssociationAborted or ProtocolError; ConfigurationError if the files for TLS cannot be
    used.
    """
    is_wanted = (lambda: True) if control is None else control.is_wanted
    session = Session(connect(peer.host, peer.port, options.connect_timeout, options.link, is_wanted), options)
    if control is not None:
        control.watch(session)
    try:
        session.associate(request)
    except BaseException:
        session.abort()
        if control is not None:
            control.forget(session)
        raise
    return session
