"""One association, requestor's or acceptor's, as a state machine without I/O (PS3.8 section 9.2).

Belongs here: which PDU may be sent and received when, how received bytes are interpreted. Does not belong here: how a
message is cut into P-DATA-TF PDUs (``fragments``), sockets and time (``transport``, the engines), whether to accept
(``negotiate``).

Received bytes go in (``receive_data``), events come out one at a time (``next_event``); methods that send something
return the bytes to send. The order is fixed: an event is handed out, the caller reacts to it, and only then the bytes
after it are read. So nothing depends on how the network cut the stream, and the caller always reacts to an event in the
state that the event led to.

Anything that a peer sends, in any state, becomes events and never an exception: a violation of the protocol is the
event PeerBroke. An exception (LocalProtocolError) means that the calling code is wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asprofile.errors import ProtocolError
from asprofile.negotiate.negotiation import Negotiation, negotiated
from asprofile.negotiate.request import AssociateAccept, AssociateRequest
from asprofile.net import dimse, wire
from asprofile.net.events import (
    Aborted,
    Associated,
    AssociateRequested,
    CommandReceived,
    ConnectionLost,
    DataFragment,
    Event,
    PeerBroke,
    Rejected,
    ReleaseCollision,
    Released,
    ReleaseRequested,
)
from asprofile.net.fragments import CHUNK, batches, chunk_size, fragment_size
from asprofile.net.states import TABLE, TRIGGERS, AssociationState, LocalProtocolError, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asprofile.net.fragments import Buffer

MAX_EMPTY_FRAGMENTS: Final = 256
"""The most empty fragments in one command set, or in a row in a data set. The standard does not forbid them, and some
peers end a data set with one; but a peer that sends only these would never end.
"""


_NOTHING: Final = memoryview(b"")
# Looked up once: in Python 3.11 each look at a member of an enumeration is a call.
_ESTABLISHED: Final = AssociationState.ESTABLISHED
_CLOSED: Final = AssociationState.CLOSED


class Association:
    """The state of one association; ``max_pdu`` is the longest P-DATA-TF (bytes after its header) we let a
    peer send.

    An acceptor starts with ``Association.acceptor(max_pdu)``, a requestor with ``Association.requestor()``
    and ``associate``, which takes ``max_pdu`` from the request.
    """

    def __init__(self, state: AssociationState, max_pdu: int) -> None:
        self.state = state
        self.negotiation: Negotiation | None = None
        self._is_requestor = state is AssociationState.IDLE
        self._max_pdu = max_pdu
        self._fragment_size = CHUNK
        self._max_send_pdu = 0
        self._request: AssociateRequest | None = None
        self._context_ids: frozenset[int] = frozenset()
        self._input = _NOTHING
        self._at = 0
        self._kept = bytearray()
        self._needed = wire.HEADER.size
        self._at_end = False
        self._body: memoryview | None = None
        self._body_at = 0
        self._left = 0
        self._left_is_last = False
        self._empty_fragments = 0
        self._command = bytearray()
        self._reader = dimse.CommandReader()
        self._command_context: int | None = None
        self._data_context: int | None = None

    @classmethod
    def requestor(cls, max_send_pdu: int = 0) -> Association:
        """``max_send_pdu`` limits the PDUs we send, in bytes, where the peer allows more (0: it does not)."""
        association = cls(AssociationState.IDLE, 0)
        association._max_send_pdu = max_send_pdu
        return association

    @classmethod
    def acceptor(cls, max_pdu: int) -> Association:
        return cls(AssociationState.AWAITING_REQUEST, max_pdu)

    # --- sending

    def associate(self, request: AssociateRequest) -> bytes:
        """The A-ASSOCIATE-RQ. Raises ProposalError if the request cannot be encoded."""
        encoded = wire.encode(request)
        self._move(Trigger.SEND_REQUEST)
        self._request, self._max_pdu = request, request.max_pdu
        return encoded

    def accept(self, accept: AssociateAccept) -> bytes:
        """The A-ASSOCIATE-AC. Raises ProposalError if the answer cannot be encoded."""
        encoded = wire.encode(accept)
        self._move(Trigger.SEND_ACCEPT)
        if accept.max_pdu != self._max_pdu:
            raise LocalProtocolError(f"announces {accept.max_pdu} bytes, but reads PDUs of {self._max_pdu}")
        assert self._request is not None
        self._establish(self._request, accept, self._request.max_pdu)
        return encoded

    def reject(self, reject: wire.AssociateReject) -> bytes:
        self._move(Trigger.SEND_REJECT)
        return wire.encode(reject)

    def release(self) -> bytes:
        self._move(Trigger.SEND_RELEASE)
        return wire.encode(wire.ReleaseRequest())

    def release_response(self) -> bytes:
        self._move(Trigger.SEND_RELEASE_RESPONSE)
        return wire.encode(wire.ReleaseResponse())

    def abort(self) -> bytes:
        """An A-ABORT of the service user. Allowed in every state."""
        self._move(Trigger.SEND_ABORT)
        return wire.encode(wire.Abort(0, 0))

    @property
    def fragment_size(self) -> int:
        """Bytes of a message that go into one P-DATA-TF: what the peer can receive and we may send, even, at most
        CHUNK.
        """
        return self._fragment_size

    @property
    def chunk_size(self) -> int:
        """Bytes to read at a time for ``message``: whole fragments, about CHUNK."""
        return chunk_size(self._fragment_size)

    @property
    def is_closed(self) -> bool:
        """Nothing follows."""
        return self.state is _CLOSED

    @property
    def is_used_up(self) -> bool:
        """All that was received is an event, or was taken: more bytes are needed for anything else to happen."""
        return self._at == len(self._input) and not (self._kept or self._at_end or self._body)

    def message(
        self, context_id: int, command: bytes, data: Iterable[memoryview] = (), length: int = 0
    ) -> Iterator[list[Buffer]]:
        """A message as batches of buffers to be sent one after the other; the first starts with the command
        set.

        ``data`` gives the data set in pieces, ``length`` bytes in all (0: no data set); a piece is cut where
        the peer's limit wants it and never copied, so each batch must be sent before the next is asked for.
        """
        self._check_usable(context_id)
        if not length and (whole := self.command(context_id, command)) is not None:
            return iter(([whole],))
        return batches(context_id, command, data, length, self._fragment_size)

    # --- receiving

    def receive_data(self, data: bytes | memoryview) -> None:
        """Take received bytes; ``b""`` is the end of the stream. ``next_event`` gives their meaning.

        Ask for all events before the next bytes are taken in: then no more is ever kept than these bytes and one PDU,
        and nothing is copied but a PDU that has come in part. ``data`` is looked at until ``next_event`` gives None,
        and what DataFragments have of it is valid as long as it is: a caller with one buffer for all that comes is done
        with them before it fills the buffer again.
        """
        if self.state is _CLOSED:
            return
        self._at_end = self._at_end or not data
        self._keep()
        if self._kept:
            self._kept += data
        else:
            self._input, self._at = memoryview(data), 0

    def next_event(self) -> Event | None:
        """The next event; None if more bytes are needed. There are no events once the state is CLOSED."""
        if self.state is _CLOSED:
            return None
        if self._left and self._available:
            return self._rest_of_fragment()
        if (taken := self.take_command()) is not None:
            return CommandReceived(*taken)
        if self._body is None and self._available < self._needed and not self._at_end:
            self._keep()
            return None
        try:
            event = self._next_data_event()
            while event is None and (pdu := self._next_pdu()) is not None:
                pdu_type, body = pdu
                if pdu_type != wire.P_DATA_TF:
                    return self._take(wire.decode(pdu_type, bytes(body)), TRIGGERS[pdu_type])
                self._body, self._body_at = body, 0
                event = self._next_data_event()
        except ProtocolError as error:
            return self._broken(error)
        if event is None and self._at_end:
            self.state = TABLE[self.state, Trigger.CONNECTION_LOST]
            return ConnectionLost()
        if event is None:
            self._keep()
        return event

    def take_command(self) -> tuple[int, dimse.CommandSet] | None:
        """The next command set with its presentation context, if it is plain: alone in a PDU that has come whole, with
        nothing in front of it that had to be kept.

        The same as the CommandReceived of ``next_event``, in less time. What it does not take, be it something else or
        wrong, is left to ``next_event``.
        """
        if (
            self._at == len(self._input)
            or self._data_context is not None
            or self._body is not None
            or self._kept
            or self._command_context is not None
            or self.state is not _ESTABLISHED
        ):
            return None
        found = wire.plain_command(self._input, self._at, self._max_pdu)
        if found is None or found[0] not in self._context_ids or len(found[1]) > dimse.MAX_COMMAND:
            return None
        context_id, data = found
        try:
            command = self._reader.read(data)
        except ProtocolError:
            return None
        self._at += wire.DATA_HEADER_SIZE + len(data)
        self._needed = wire.HEADER.size
        self._empty_fragments = 0
        if command.has_data_set:
            self._data_context = context_id
        return context_id, command

    def take_message(self) -> tuple[int, dimse.CommandSet, memoryview] | None:
        """The next command set with its presentation context and its data set, if all of it has come, and is plain: two
        PDUs, as small objects are sent.

        The same as ``take_command`` and ``take_data`` one after the other, in less time; what it does not take is left
        to them.
        """
        at = self._at
        if (
            at == len(self._input)
            or self._data_context is not None
            or self._body is not None
            or self._kept
            or self._command_context is not None
            or self.state is not _ESTABLISHED
        ):
            return None
        found = wire.plain_message(self._input, at, self._max_pdu)
        if found is None:
            return None
        context_id, data, data_set, over = found
        if context_id not in self._context_ids or len(data) > dimse.MAX_COMMAND:
            return None
        try:
            command = self._reader.read(data)
        except ProtocolError:
            return None
        if not command.has_data_set:
            return None
        self._at = over
        self._needed = wire.HEADER.size
        self._empty_fragments = 0
        return context_id, command, data_set

    def command(self, context_id: int, command: bytes) -> Buffer | None:
        """A message without a data set, if it goes in one piece; None: ``message`` has it in several."""
        self._check_usable(context_id)
        if len(command) > self._fragment_size:
            return None
        return wire.data_header(context_id, len(command), command=True, last=True) + command

    def _check_usable(self, context_id: int) -> None:
        if context_id not in self._context_ids:
            raise LocalProtocolError(f"no usable presentation context {context_id}")
        if self.state is not _ESTABLISHED:
            self._move(Trigger.SEND_DATA)

    def _keep(self) -> None:
        """Copy the bytes that are not yet an event: the caller may reuse their memory."""
        if self._at < len(self._input):
            self._kept += self._input[self._at :]
        self._input, self._at = _NOTHING, 0

    def take_data(self, parts: list[memoryview]) -> bool:
        """Add to ``parts`` what has come of the data set that is being received, in order, as far as it is plain:
        fragments that are alone in their PDUs; True if its last byte is among them.

        The same as the DataFragments of ``next_event``, in less time, and without waiting for the end of a PDU. What it
        does not take, be it something else or wrong, is left to ``next_event``.
        """
        context_id = self._data_context
        if context_id is None or self._body is not None or self.state is not _ESTABLISHED:
            return False
        if self._kept:
            if wire.plain_fragment(self._kept, 0, context_id, self._max_pdu) is None:
                return False
            # From here on without copies.
            self._input, self._at = memoryview(bytes(self._kept)), 0
            self._kept.clear()
        view, at, end = self._input, self._at, len(self._input)
        left, is_last, most = self._left, self._left_is_last, self._max_pdu
        while at < end:
            if not left:
                fragment = wire.plain_fragment(view, at, context_id, most)
                if fragment is None:
                    break
                left, is_last = fragment
                at += wire.DATA_HEADER_SIZE
            start, at = at, min(at + left, end)
            if at > start:
                parts.append(view[start:at])
                left -= at - start
            if is_last and not left:
                self._data_context = None
                break
        if parts:
            self._empty_fragments = 0
            self._needed = wire.HEADER.size
        self._at, self._left, self._left_is_last = at, left, is_last
        return self._data_context is None

    def _rest_of_fragment(self) -> DataFragment:
        """More of the fragment of which ``take_data`` has taken the beginning."""
        assert self._data_context is not None
        context_id = self._data_context
        start = self._at
        self._at = min(start + self._left, len(self._input))
        self._left -= self._at - start
        is_over = self._left_is_last and not self._left
        if is_over:
            self._data_context = None
        return DataFragment(context_id, self._input[start : self._at], is_over)

    @property
    def _available(self) -> int:
        """Bytes that are not yet an event."""
        return len(self._kept) or len(self._input) - self._at

    def _next_pdu(self) -> tuple[int, memoryview] | None:
        """Type and body of the next PDU, None if it is not complete. A header is checked before its body has come."""
        available = self._available
        if available < self._needed:
            return None
        header_size = wire.HEADER.size
        source, at = (self._kept, 0) if self._kept else (self._input, self._at)
        pdu_type, length = wire.HEADER.unpack_from(source, at)
        wire.check_header(pdu_type, length, self._max_pdu)
        trigger = TRIGGERS[pdu_type]
        if (self.state, trigger) not in TABLE and not self._is_collision(trigger):
            raise ProtocolError(f"unexpected {trigger.value} ({self.state.value})")
        size = header_size + length
        if available < size:
            self._needed = size
            return None
        self._needed = header_size
        if not self._kept:
            self._at = at + size
            return pdu_type, self._input[at + header_size : at + size]
        body = bytes(self._kept[header_size:size])
        del self._kept[:size]
        return pdu_type, memoryview(body)

    def _next_data_event(self) -> CommandReceived | DataFragment | None:
        """The next event of the P-DATA-TF that is being read; None when it is done with."""
        while (body := self._body) is not None:
            value = wire.data_value(body, self._body_at)
            self._body_at += wire.PDV_OVERHEAD + len(value.data)
            if self._body_at == len(body):
                self._body = None
            event = self._take_data_value(value)
            if event is not None:
                return event
        return None

    def _take(self, pdu: wire.Pdu, trigger: Trigger) -> Event:
        """The event that a PDU other than P-DATA-TF is; the header check made sure that it may come."""
        if self._is_collision(trigger):
            return self._collide()
        before = self.state
        self.state = TABLE[before, trigger]
        match pdu:
            case AssociateRequest():
                self._request = pdu
                return AssociateRequested(pdu)
            case AssociateAccept():
                _check_peer_limit(pdu.max_pdu)
                assert self._request is not None
                return Associated(self._establish(self._request, pdu, pdu.max_pdu))
            case wire.AssociateReject():
                return Rejected(pdu)
            case wire.ReleaseRequest():
                return ReleaseRequested()
            case wire.ReleaseResponse():
                collided = before is AssociationState.COLLISION_ACCEPTOR
                return Released(wire.encode(wire.ReleaseResponse()) if collided else b"")
            case wire.Abort():
                return Aborted(pdu)

    def _is_collision(self, trigger: Trigger) -> bool:
        return self.state is AssociationState.RELEASING and trigger is Trigger.RELEASE_RQ

    def _collide(self) -> ReleaseCollision:
        """AR-8, AR-9: the requestor answers first, the acceptor after it has the requestor's answer."""
        if self._is_requestor:
            self.state = AssociationState.COLLISION_REQUESTOR
            return ReleaseCollision(wire.encode(wire.ReleaseResponse()))
        self.state = AssociationState.COLLISION_ACCEPTOR
        return ReleaseCollision(b"")

    def _take_data_value(self, value: wire.DataValue) -> CommandReceived | DataFragment | None:
        """One PDV: fragments of one command set, then of its data set, all in one context (PS3.7 section
        6.3.1). None if it completes nothing.
        """
        if value.context_id not in self._context_ids:
            raise ProtocolError(f"data in presentation context {value.context_id}, which was not accepted")
        if not value.data:
            self._count_empty()
        if not value.is_command:
            if value.context_id != self._data_context:
                raise ProtocolError("a data set that no command announced")
            if value.data:
                self._empty_fragments = 0
            if value.is_last:
                self._data_context = None
            return DataFragment(value.context_id, value.data, value.is_last)
        if self._data_context is not None:
            raise ProtocolError("a command before the data set of the last one is complete")
        if self._command_context not in (None, value.context_id):
            raise ProtocolError("a command set that changes its presentation context")
        self._command_context = value.context_id
        self._command += value.data
        if len(self._command) > dimse.MAX_COMMAND:
            raise ProtocolError(f"a command set of more than {dimse.MAX_COMMAND} bytes")
        if not value.is_last:
            return None
        self._empty_fragments = 0
        command = self._reader.read(bytes(self._command))
        self._command.clear()
        self._command_context = None
        self._data_context = value.context_id if command.has_data_set else None
        return CommandReceived(value.context_id, command)

    def _count_empty(self) -> None:
        self._empty_fragments += 1
        if self._empty_fragments > MAX_EMPTY_FRAGMENTS:
            raise ProtocolError(f"more than {MAX_EMPTY_FRAGMENTS} fragments with nothing in them")

    def _establish(self, request: AssociateRequest, accept: AssociateAccept, peer_max_pdu: int) -> Negotiation:
        negotiation = negotiated(request, accept)
        self.negotiation = negotiation
        self._context_ids = frozenset(negotiation.usable)
        self._fragment_size = fragment_size(peer_max_pdu, self._max_send_pdu)
        return negotiation

    def _broken(self, error: ProtocolError) -> PeerBroke:
        self.state = AssociationState.CLOSED
        # The event is in frames that the traceback has: together they would keep the connection and its buffers.
        error.__traceback__ = error.__context__ = error.__cause__ = None
        return PeerBroke(error, wire.encode(wire.Abort(2, 0)))

    def _move(self, trigger: Trigger) -> None:
        target = TABLE.get((self.state, trigger))
        if target is None:
            raise LocalProtocolError(f"{trigger.value} ({self.state.value})")
        self.state = target


def _check_peer_limit(max_pdu: int) -> None:
    if 0 < max_pdu < wire.PDV_OVERHEAD + 2:
        raise ProtocolError(f"announces a maximum PDU length of {max_pdu} bytes, in which no data fits")
