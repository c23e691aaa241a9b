"""One association of a sender: open it, store objects in it, end it.

Belongs here: association and transport put together, waiting with time limits, and what went wrong as an
exception. Does not belong here: which objects, in which order, and what becomes of them (``engine``).
"""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from asprofile.errors import (
    AssociationAborted,
    AssociationError,
    AssociationRejected,
    ConnectionFailed,
    IdentityNotConfirmed,
    ProtocolError,
)
from asprofile.net import association as protocol
from asprofile.net import dimse
from asprofile.net.transport import connect
from asprofile.send.options import SendOptions

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asprofile.negotiate.choose import AcceptedContext, Negotiation
    from asprofile.negotiate.request import AssociateRequest
    from asprofile.net.transport import Transport
    from asprofile.send.control import Control
    from asprofile.send.peer import Peer

__all__ = ["SendOptions", "Session", "open_session"]

_ENDED = (protocol.Aborted, protocol.PeerBroke, protocol.ConnectionLost, protocol.ReleaseRequested)
_SLICE = 0.25
"""Seconds of waiting after which a session looks whether it was interrupted."""

_MAY_WANT_TLS = "is this its DICOM port, and does it want TLS there?"


class Session:
    """An established association; see ``open_session``. Every method may raise AssociationError, and then it
    is over.
    """

    def __init__(self, transport: Transport, options: SendOptions) -> None:
        self._transport = transport
        self._options = options
        self._association = protocol.Association.requestor(options.max_send_pdu)
        self._events: deque[protocol.Event] = deque()
        self._message_id = 0
        self._interrupted = False
        self._is_sending = False

    @property
    def negotiation(self) -> Negotiation:
        negotiation = self._association.negotiation
        assert negotiation is not None, "a session is established"
        return negotiation

    @property
    def chunk_size(self) -> int:
        """Bytes of a data set to hand over at a time."""
        return self._association.chunk_size

    def associate(self, request: AssociateRequest) -> None:
        timeout = self._options.acse_timeout
        self._send([self._association.associate(request)], timeout)
        event = self._next_event(timeout, "the association request")
        match event:
            case protocol.Associated(negotiation):
                self._check_identity(negotiation)
                return
            case protocol.Rejected(reject):
                self._transport.close()
                raise AssociationRejected(
                    f"{self._transport.peer} {reject.text}", reject.result, reject.source, reject.reason
                )
        raise self._unexpected(event)

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

    @property
    def security(self) -> str:
        """TLS version and cipher suite, for people; empty without TLS."""
        return self._transport.security

    def check(self) -> None:
        """Raise what ended the association, if its end came together with the answer that was taken last."""
        if self._events and isinstance(self._events[-1], _ENDED):
            raise self._ended(self._events.pop())

    def skip_message(self) -> None:
        """Leave out a message id, for an object that gets none because it is not sent (DCMTK counts those, too)."""
        self._message_id = self._message_id % 65535 + 1

    def send_object(
        self,
        context: AcceptedContext,
        sop_instance: str,
        data: Iterable[memoryview],
        length: int,
    ) -> int:
        """Send a C-STORE-RQ with its data set of ``length`` bytes; its message id. What ``data`` raises goes
        through.
        """
        self.check()
        self._message_id = self._message_id % 65535 + 1
        command = dimse.store_request(
            context.abstract_syntax, sop_instance, self._message_id, priority=self._options.priority
        )
        for batch in self._association.message(context.id, command, data, length):
            self._send(batch, self._options.dimse_timeout)
        return self._message_id

    def await_answer(self, message_id: int) -> dimse.Command:
        """The C-STORE-RSP to the last object."""
        return self._await_response(message_id, dimse.C_STORE_RSP, "C-STORE", "the object")

    def echo(self, context_id: int) -> dimse.Command:
        """Send a C-ECHO-RQ in a context of the Verification SOP class; its answer (PS3.7 section 9.1.5)."""
        self.check()
        self._message_id = self._message_id % 65535 + 1
        command = dimse.echo_request(self._message_id)
        for batch in self._association.message(context_id, command):
            self._send(batch, self._options.dimse_timeout)
        return self._await_response(self._message_id, dimse.C_ECHO_RSP, "C-ECHO", "the echo request")

    def _await_response(self, message_id: int, field: int, service: str, what: str) -> dimse.Command:
        event = self._next_event(self._options.dimse_timeout, what)
        if not isinstance(event, protocol.CommandReceived):
            raise self._unexpected(event)
        command = event.command
        if command.field != field:
            raise self._break_off(f"answered {service} with command {command.field:04X}H")
        if command.responded_to != message_id:
            raise self._break_off(f"answered message {command.responded_to}, which was not asked; {message_id} was")
        if command.has_data_set:
            raise self._break_off(f"answered {service} with a data set, which it cannot have")
        return command

    def release(self) -> None:
        """End in good order. If that fails the association is over all the same, and the exception says
        how.
        """
        timeout = self._options.acse_timeout
        if self._events and isinstance(self._events[-1], protocol.ReleaseRequested):
            # The peer was faster, and everything has its answer: that is good order, too.
            self._say_last(self._association.release_response())
            self._transport.close()
            return
        self.check()
        self._send([self._association.release()], timeout)
        while True:
            event = self._next_event(timeout, "the release request")
            match event:
                case protocol.Released(reply):
                    if reply:
                        self._send([reply], timeout)
                    break
                case protocol.ReleaseCollision(reply):
                    self._send([reply], timeout)
                case _:
                    raise self._unexpected(event)
        self._transport.close()

    def abort(self) -> None:
        """End at once. Never raises."""
        if self._association.state is not protocol.State.CLOSED:
            self._say_last(self._association.abort())
        self._transport.close()

    def interrupt(self) -> None:
        """Stop waiting for the peer: who does raises AssociationAborted. From any thread or signal handler."""
        self._interrupted = True
        if self._is_sending:
            # Within a PDU nothing can be said any more; elsewhere an A-ABORT can.
            self._transport.interrupt()

    def _send(self, batch: list[bytes | memoryview], timeout: float | None) -> None:
        self._is_sending = True
        try:
            if self._association.negotiation is not None:  # an abort is not the first that a peer should hear
                self._check_interrupted()
            complete = self._transport.send(batch, timeout, self._receive)
        except (AssociationAborted, ConnectionFailed):
            self.abort()
            self._check_interrupted()
            raise
        finally:
            self._is_sending = False
        if not complete:  # _receive saw the end of the association
            self._check_interrupted()  # an interruption ends the stream, too
            raise self._ended(self._events[-1])

    def _receive(self, data: bytes) -> bool:
        """Take in what the peer sent; False if that ends the association."""
        self._events.extend(self._association.receive_data(data))
        return not (self._events and isinstance(self._events[-1], _ENDED))

    def _next_event(self, timeout: float | None, what: str) -> protocol.Event:
        """Wait for the next event; ``what`` is what the peer should answer. The ends of the association are
        raised.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        while not self._events:
            remaining = _SLICE if deadline is None else min(_SLICE, max(0.0, deadline - time.monotonic()))
            try:
                data = self._transport.receive(remaining)
            except (AssociationAborted, ConnectionFailed) as error:
                self.abort()
                if self._is_unheard and not self._interrupted and isinstance(error, AssociationAborted):
                    raise AssociationAborted(f"{error}; {_MAY_WANT_TLS}") from error
                raise
            self._check_interrupted()
            if data is None:
                if deadline is None or time.monotonic() < deadline:
                    continue
                self.abort()
                silent = f"{self._transport.peer} did not answer {what} within {timeout:g} seconds"
                raise AssociationAborted(silent, "silence")
            self._receive(data)
        event = self._events.popleft()
        if isinstance(event, _ENDED):
            raise self._ended(event)
        return event

    def _check_interrupted(self) -> None:
        if self._interrupted:
            self.abort()
            raise AssociationAborted("aborted by us: interrupted")

    def _ended(self, event: protocol.Event) -> AssociationError:
        """The exception for an event that ends the association; the connection is closed."""
        peer = self._transport.peer
        error: AssociationError
        match event:
            case protocol.Aborted(abort):
                error = AssociationAborted(f"{peer} aborted the association {abort.text}")
            case protocol.PeerBroke(reason, reply):
                self._say_last(reply)
                error = ProtocolError(f"{peer} broke the protocol: {reason}")
            case protocol.ConnectionLost():
                instead = "answering the association request" if self._association.negotiation is None else "going on"
                hint = f"; {_MAY_WANT_TLS}" if self._is_unheard else ""
                error = AssociationAborted(f"{peer} closed the connection instead of {instead}{hint}")
            case protocol.ReleaseRequested():
                self._say_last(self._association.release_response())
                early = f"{peer} asked to release the association before everything was sent"
                error = AssociationAborted(early, "release")
            case _:
                return self._unexpected(event)
        self._transport.close()
        return error

    def _unexpected(self, event: protocol.Event) -> AssociationError:
        return self._break_off(f"sent what was not asked for ({type(event).__name__})")

    def _break_off(self, why: str) -> ProtocolError:
        self.abort()
        return ProtocolError(f"{self._transport.peer} broke the protocol: {why}")

    def _say_last(self, pdu: bytes) -> None:
        """Send without waiting for room or caring whether it arrives."""
        try:
            self._transport.send([pdu], 0.0)
        except (AssociationAborted, ConnectionFailed):
            return


def open_session(
    request: AssociateRequest, peer: Peer, options: SendOptions, control: Control | None = None
) -> Session:
    """Connect and associate; ``control`` may interrupt the session from then on.

    Raises ConnectionFailed (TlsFailed where trying again does not help), AssociationRejected (not a sign of a broken
    peer), IdentityNotConfirmed, AssociationAborted or ProtocolError; ConfigurationError if the files for TLS cannot be
    used.
    """
    session = Session(connect(peer.host, peer.port, options.connect_timeout, options.link), options)
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
