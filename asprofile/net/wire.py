"""PDUs <-> values (PS3.8 section 9.3).

Belongs here: every byte of a PDU but the items of an A-ASSOCIATE (``items``). P-DATA-TF is frequent and simple, so
only its headers are made, and the data is never copied. Does not belong here: which PDU may come when
(``association``), what is inside a command (``dimse``).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from asprofile.errors import ProposalError, ProtocolError
from asprofile.negotiate.request import PROTOCOL_VERSION, AssociateAccept, AssociateRequest
from asprofile.net.items import Items, encode_items
from asprofile.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ASSOCIATE_RQ: Final = 0x01
ASSOCIATE_AC: Final = 0x02
ASSOCIATE_RJ: Final = 0x03
P_DATA_TF: Final = 0x04
RELEASE_RQ: Final = 0x05
RELEASE_RP: Final = 0x06
ABORT: Final = 0x07

HEADER: Final = struct.Struct(">BxI")
"""PDU type, reserved, length of what follows."""
_PDV_HEADER: Final = struct.Struct(">BxIIBB")
DATA_HEADER_SIZE: Final = _PDV_HEADER.size
_PDV_START: Final = struct.Struct(">IBB")
"""PDU header and the header of its only presentation data value: its length, context id, message control
header.
"""
PDV_OVERHEAD: Final = 6
"""Bytes that a PDV's own header takes of the peer's maximum length (PS3.8 section D.1: the PDU header does
not count).
"""

MAX_ASSOCIATE_PDU: Final = 1 << 20
"""Longest A-ASSOCIATE-RQ or -AC that is read, in bytes; DCMTK has the same limit."""
_SHORT: Final = struct.Struct(">xBBB")
_SHORT_PDU_LENGTH: Final = _SHORT.size
_TLS_RECORDS: Final = (0x15, 0x16)
"""What an alert and a handshake of TLS begin with (RFC 8446 section 5.1), where a PDU has its type."""

_COMMAND: Final = 0x01
_LAST: Final = 0x02
_WHOLE_COMMAND: Final = _COMMAND | _LAST

_ASSOCIATE: Final = struct.Struct(">H2x16s16s32x")
"""Protocol version, called and calling AE title (PS3.8 Table 9-11 and 9-17)."""
_LONGEST_AE_TITLE: Final = 16


class AssociateReject(Value):
    """A-ASSOCIATE-RJ (PS3.8 Table 9-21)."""

    result: int
    source: int
    reason: int

    @property
    def text(self) -> str:
        """Result, source and reason in words."""
        result = {1: "permanently", 2: "for the time being"}.get(self.result, f"with result {self.result}{_UNDEFINED}")
        reason = _REJECT_REASONS.get((self.source, self.reason))
        if reason is None:
            source = _REJECT_SOURCES.get(self.source, f"source {self.source}{_UNDEFINED}")
            reason = f"{source} gives reason {self.reason}{_UNDEFINED}"
        return f"rejected {result}: {reason}"


class ReleaseRequest(Value):
    """A-RELEASE-RQ."""


class ReleaseResponse(Value):
    """A-RELEASE-RP."""


class Abort(Value):
    """A-ABORT (PS3.8 Table 9-26): source 0 is the service user, 2 the service provider."""

    source: int
    reason: int

    @property
    def text(self) -> str:
        """Source and reason in words. A reason counts only from the service provider."""
        if self.source == 0:
            return "by its application, without a reason"
        if self.source == 2:
            return "by its upper layer: " + _ABORT_REASONS.get(self.reason, f"reason {self.reason}{_UNDEFINED}")
        return f"with source {self.source}{_UNDEFINED}, reason {self.reason}"


class DataValue(Value):
    """A presentation data value: a fragment of a command set or a data set."""

    context_id: int
    is_command: bool
    is_last: bool
    data: memoryview


_UNDEFINED: Final = " (not defined in PS3.8)"
_REJECT_SOURCES: Final = {
    1: "its application",
    2: "its upper layer (ACSE)",
    3: "its upper layer (presentation)",
}
_REJECT_REASONS: Final = {
    (1, 1): "no reason given; some peers do that when they accept none of the presentation contexts",
    (1, 2): "it does not know our application context name",
    (1, 3): "it does not know our calling AE title (have it registered at the peer, or use one that is)",
    (1, 7): "the called AE title is not its own (ask for the right one)",
    (2, 1): "no reason given by its upper layer (ACSE)",
    (2, 2): "its upper layer does not support our protocol version",
    (3, 1): "temporary congestion at its upper layer",
    (3, 2): "its limit of associations is reached",
}
_ABORT_REASONS: Final = {
    0: "no reason given",
    1: "unrecognized PDU",
    2: "unexpected PDU",
    4: "unrecognized PDU parameter",
    5: "unexpected PDU parameter",
    6: "invalid PDU parameter value",
}

Pdu = AssociateRequest | AssociateAccept | AssociateReject | ReleaseRequest | ReleaseResponse | Abort


# --- encoding


def encode(pdu: Pdu) -> bytes:
    """The bytes of a PDU. Raises ProposalError for an A-ASSOCIATE that cannot be encoded
    (``negotiate.request.check``).
    """
    match pdu:
        case AssociateRequest() | AssociateAccept():
            return _encode_associate(pdu)
        case AssociateReject():
            return _short(ASSOCIATE_RJ, pdu.result, pdu.source, pdu.reason)
        case Abort():
            return _short(ABORT, 0, pdu.source, pdu.reason)
        case ReleaseRequest():
            return _short(RELEASE_RQ)
        case ReleaseResponse():
            return _short(RELEASE_RP)


def data_header(context_id: int, length: int, *, command: bool, last: bool) -> bytes:
    """The 12 bytes in front of ``length`` bytes of a message: header of a P-DATA-TF PDU with a single PDV."""
    control = (_COMMAND if command else 0) | (_LAST if last else 0)
    return _PDV_HEADER.pack(P_DATA_TF, length + PDV_OVERHEAD, length + 2, context_id, control)


def left_of_pdu(buffers: Sequence[bytes | memoryview], sent: int) -> int | None:
    """How many bytes follow the first ``sent`` until a PDU ends, 0 or more; None if a data set ends with that PDU.

    Each PDU begins with a buffer of its own, which has its header, and that of its presentation data value if it is a
    P-DATA-TF.
    """
    start = end = 0
    control = 0
    for buffer in buffers:
        if start >= max(sent, end):
            break
        if start == end:
            pdu_type, length = HEADER.unpack_from(buffer)
            control = buffer[_PDV_HEADER.size - 1] if pdu_type == P_DATA_TF else 0
            end += HEADER.size + length
        start += len(buffer)
    return None if control & _LAST and not control & _COMMAND else max(0, end - sent)


def _short(pdu_type: int, first: int = 0, second: int = 0, third: int = 0) -> bytes:
    """A PDU of four bytes, of which at most the last three say something."""
    return HEADER.pack(pdu_type, _SHORT_PDU_LENGTH) + _SHORT.pack(first, second, third)


def _encode_associate(pdu: AssociateRequest | AssociateAccept) -> bytes:
    pdu_type = ASSOCIATE_RQ if isinstance(pdu, AssociateRequest) else ASSOCIATE_AC
    try:
        body = _ASSOCIATE.pack(PROTOCOL_VERSION, _padded(pdu.called_ae), _padded(pdu.calling_ae)) + encode_items(pdu)
    except (ValueError, struct.error) as error:
        raise ProposalError(f"this association cannot be encoded: {error}") from error
    return HEADER.pack(pdu_type, len(body)) + body


def _padded(title: str) -> bytes:
    if len(title) > _LONGEST_AE_TITLE:
        raise ValueError(f"an AE title has at most {_LONGEST_AE_TITLE} characters, {title!r} has {len(title)}")
    return title.encode("latin-1").ljust(_LONGEST_AE_TITLE)


# --- decoding


def check_header(pdu_type: int, length: int, max_pdu: int) -> None:
    """Raise ProtocolError unless a PDU of this type may have this length, in bytes; ``max_pdu`` is what we
    announced.

    Called with the first six bytes, so that nothing is waited for, or kept, that no peer may send.
    """
    name = _NAMES.get(pdu_type)
    if pdu_type in _TLS_RECORDS:
        raise ProtocolError("it speaks TLS on this connection, and we do not: use TLS on both sides, or on none")
    if name is None:
        raise ProtocolError(f"unrecognized PDU type {pdu_type:02X}H: is this a DICOM port?")
    if pdu_type == P_DATA_TF:
        limit = max_pdu
    elif pdu_type in (ASSOCIATE_RQ, ASSOCIATE_AC):
        limit = MAX_ASSOCIATE_PDU
    else:
        limit = _SHORT_PDU_LENGTH
        if length < limit:
            raise ProtocolError(f"{name} of {length} bytes, too short")
    if length > limit:
        raise ProtocolError(f"{name} of {length} bytes, at most {limit} are allowed")


def decode(pdu_type: int, body: bytes) -> Pdu:
    """The value of a PDU other than P-DATA-TF; ``body`` is what follows its header. Raises ProtocolError,
    nothing else.

    Items and sub-items of unknown type are skipped, as PS3.8 section 9.3.1 wants it.
    """
    decoder = _DECODERS.get(pdu_type)
    if decoder is None:
        raise ProtocolError(f"unrecognized PDU type {pdu_type:02X}H")
    try:
        return decoder(body)
    except (ValueError, struct.error) as error:
        raise ProtocolError(f"{_NAMES[pdu_type]} that cannot be read: {error}") from error


def data_values(body: memoryview) -> Iterator[DataValue]:
    """The presentation data values of a P-DATA-TF; ``body`` is what follows its header. Raises
    ProtocolError.
    """
    offset = 0
    while not offset or offset < len(body):
        value = data_value(body, offset)
        offset += PDV_OVERHEAD + len(value.data)
        yield value


def data_value(body: memoryview, offset: int) -> DataValue:
    """The one that begins at ``offset``. Raises ProtocolError."""
    end = len(body)
    if end == 0:
        raise ProtocolError("P-DATA-TF without a presentation data value")
    if end - offset < PDV_OVERHEAD:
        raise ProtocolError("P-DATA-TF ends inside the header of a presentation data value")
    length, context_id, control = _PDV_START.unpack_from(body, offset)
    if length < 2 or length > end - offset - 4:
        raise ProtocolError(f"presentation data value of {length} bytes in a P-DATA-TF of {end}")
    data = body[offset + PDV_OVERHEAD : offset + 4 + length]
    return DataValue(context_id, bool(control & _COMMAND), bool(control & _LAST), data)


def plain_command(stream: memoryview, at: int, max_pdu: int) -> tuple[int, bytes] | None:
    """The P-DATA-TF at ``at``, if all of it has come, and it is one of at most ``max_pdu`` bytes with a whole command
    set and nothing else: its context id and the command set, of at least one byte. None if it is anything else.
    """
    if len(stream) - at < DATA_HEADER_SIZE:
        return None
    pdu_type, length, value_length, context_id, control = _PDV_HEADER.unpack_from(stream, at)
    if control != _WHOLE_COMMAND or pdu_type != P_DATA_TF or length > max_pdu or length != value_length + 4:
        return None
    end = at + HEADER.size + length
    if value_length <= 2 or end > len(stream):
        return None
    return context_id, bytes(stream[at + DATA_HEADER_SIZE : end])


def plain_message(stream: memoryview, at: int, max_pdu: int) -> tuple[int, bytes, memoryview, int] | None:
    """The two P-DATA-TF at ``at``, if both have come, and they are a whole command set and a whole data set in one
    context, each alone in a PDU of at most ``max_pdu`` bytes: context id, command set, data set, and where they end.
    None if it is anything else.
    """
    end = len(stream)
    start = at + DATA_HEADER_SIZE
    if end < start + DATA_HEADER_SIZE:
        return None
    pdu_type, length, value_length, context_id, control = _PDV_HEADER.unpack_from(stream, at)
    if control != _WHOLE_COMMAND or pdu_type != P_DATA_TF or length > max_pdu or length != value_length + 4:
        return None
    middle = at + HEADER.size + length
    data = middle + DATA_HEADER_SIZE
    if value_length <= 2 or data >= end:
        return None
    pdu_type, length, value_length, data_id, control = _PDV_HEADER.unpack_from(stream, middle)
    if control != _LAST or pdu_type != P_DATA_TF or length > max_pdu or length != value_length + 4:
        return None
    over = middle + HEADER.size + length
    if value_length <= 2 or over > end or data_id != context_id:
        return None
    return context_id, bytes(stream[start:middle]), stream[data:over], over


def plain_fragment(stream: bytearray | memoryview, at: int, context_id: int, max_pdu: int) -> tuple[int, bool] | None:
    """The P-DATA-TF at ``at``, if it is one of at most ``max_pdu`` bytes with a single fragment of a data set in this
    context: bytes of the fragment, at least 1, and whether it is the last. They need not have come. None if it is
    anything else, or too little has come to tell.
    """
    if len(stream) - at < DATA_HEADER_SIZE:
        return None
    pdu_type, length, value_length, found_id, control = _PDV_HEADER.unpack_from(stream, at)
    if pdu_type != P_DATA_TF or length > max_pdu or length != value_length + 4 or value_length <= 2:
        return None
    if found_id != context_id or control not in (0, _LAST):
        return None
    return value_length - 2, control == _LAST


def _decode_request(body: bytes) -> AssociateRequest:
    version, called, calling, items = _decode_associate(body, is_request=True)
    return items.request(called, calling, version)


def _decode_accept(body: bytes) -> AssociateAccept:
    _, called, calling, items = _decode_associate(body)
    return items.accept(called, calling)


def _decode_associate(body: bytes, *, is_request: bool = False) -> tuple[int, str, str, Items]:
    version, called, calling = _ASSOCIATE.unpack_from(body)
    items = Items(body[_ASSOCIATE.size :], is_request=is_request)
    return version, _ae_title(called), _ae_title(calling), items


def _decode_reject(body: bytes) -> AssociateReject:
    return AssociateReject(*_SHORT.unpack_from(body))


def _decode_abort(body: bytes) -> Abort:
    _, source, reason = _SHORT.unpack_from(body)
    return Abort(source, reason)


def _ae_title(field: bytes) -> str:
    """An AE title up to the first NUL, without blanks behind it. Those in front do not count either (PS3.8 Table 9-11),
    but the answer gives them back. It should be ASCII; each byte is a character.
    """
    return field.partition(b"\0")[0].decode("latin-1").rstrip(" ")


_NAMES: Final = {
    ASSOCIATE_RQ: "A-ASSOCIATE-RQ",
    ASSOCIATE_AC: "A-ASSOCIATE-AC",
    ASSOCIATE_RJ: "A-ASSOCIATE-RJ",
    P_DATA_TF: "P-DATA-TF",
    RELEASE_RQ: "A-RELEASE-RQ",
    RELEASE_RP: "A-RELEASE-RP",
    ABORT: "A-ABORT",
}
_DECODERS: Final[dict[int, Callable[[bytes], Pdu]]] = {
    ASSOCIATE_RQ: _decode_request,
    ASSOCIATE_AC: _decode_accept,
    ASSOCIATE_RJ: _decode_reject,
    RELEASE_RQ: lambda _: ReleaseRequest(),
    RELEASE_RP: lambda _: ReleaseResponse(),
    ABORT: _decode_abort,
}
