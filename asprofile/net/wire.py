"""PDUs <-> values (PS3.8 section 9.3).

Belongs here: every byte of a PDU. Associating and releasing is rare and many-shaped, so its items are encoded
and decoded with pynetdicom's classes; P-DATA-TF is frequent and simple, so only its headers are made, by
struct, and the data is never copied. Does not belong here: which PDU may come when (``association``), what is
inside a command (``dimse``).
"""

from __future__ import annotations

import struct
import threading
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from pynetdicom.pdu import (
    A_ABORT_RQ,
    A_ASSOCIATE_AC,
    A_ASSOCIATE_RJ,
    A_ASSOCIATE_RQ,
    A_RELEASE_RP,
    A_RELEASE_RQ,
)
from pynetdicom.pdu_items import (
    AbstractSyntaxSubItem,
    ApplicationContextItem,
    ImplementationClassUIDSubItem,
    ImplementationVersionNameSubItem,
    MaximumLengthSubItem,
    PresentationContextItemAC,
    PresentationContextItemRQ,
    SCP_SCU_RoleSelectionSubItem,
    SOPClassExtendedNegotiationSubItem,
    TransferSyntaxSubItem,
    UserIdentitySubItemAC,
    UserIdentitySubItemRQ,
    UserInformationItem,
)

from asprofile.errors import ProposalError, ProtocolError
from asprofile.negotiate.request import (
    AssociateAccept,
    AssociateRequest,
    ContextResult,
    ExtendedItem,
    ProposedContext,
    RoleItem,
    UserIdentity,
)
from asprofile.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
"""PDU header and the header of its only presentation data value: its length, context id, message control
header.
"""
PDV_OVERHEAD: Final = 6
"""Bytes that a PDV's own header takes of the peer's maximum length (PS3.8 section D.1: the PDU header does
not count).
"""

MAX_ASSOCIATE_PDU: Final = 1 << 20
"""Longest A-ASSOCIATE-RQ or -AC that is read, in bytes; DCMTK has the same limit."""
_SHORT_PDU_LENGTH: Final = 4
_TLS_RECORDS: Final = (0x15, 0x16)
"""What an alert and a handshake of TLS begin with (RFC 8446 section 5.1), where a PDU has its type."""

_COMMAND: Final = 0x01
_LAST: Final = 0x02

# What pynetdicom's classes raise on bad bytes.
_DECODE_ERRORS: Final = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    struct.error,
)


class AssociateReject(Value):
    """A-ASSOCIATE-RJ (PS3.8 Table 9-21)."""

    result: int
    source: int
    reason: int

    @property
    def transient(self) -> bool:
        """Trying again later may help."""
        return self.result == 2

    @property
    def text(self) -> str:
        """Result, source and reason in words."""
        result = {1: "permanently", 2: "for the time being"}.get(self.result, f"with result {self.result}")
        reason = _REJECT_REASONS.get((self.source, self.reason), f"source {self.source}, reason {self.reason}")
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
        """Source and reason in words."""
        if self.source == 0:
            return "by its application, without a reason"
        if self.source == 2:
            return "by its upper layer: " + _ABORT_REASONS.get(self.reason, f"reason {self.reason}")
        return f"source {self.source}, reason {self.reason}"


class DataValue(Value):
    """A presentation data value: a fragment of a command set or a data set."""

    context_id: int
    is_command: bool
    is_last: bool
    data: memoryview


_REJECT_REASONS: Final = {
    (1, 1): "no reason given",
    (1, 2): "it does not know our application context name",
    (1, 3): "it does not know our calling AE title (have it registered at the peer, or use one that is)",
    (1, 7): "the called AE title is not its own (ask for the right one)",
    (2, 1): "no reason given (ACSE)",
    (2, 2): "protocol version not supported",
    (3, 1): "temporary congestion",
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


_QUIET: Final = threading.Lock()


@contextmanager
def _quietly() -> Iterator[None]:
    """Without pydicom's warnings: its UIDs complain of a leading zero, which is the linter's business.

    The lock because warning filters belong to the process, and an acceptor has many threads.
    """
    with _QUIET, warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        yield


# --- encoding


def encode(pdu: Pdu) -> bytes:
    """The bytes of a PDU. Raises ProposalError for an A-ASSOCIATE that cannot be encoded
    (``negotiate.request.check``).
    """
    match pdu:
        case AssociateRequest() | AssociateAccept():
            return _encode_associate(pdu)
        case AssociateReject():
            reject = A_ASSOCIATE_RJ()
            reject.result, reject.source, reject.reason_diagnostic = pdu.result, pdu.source, pdu.reason
            return bytes(reject.encode())
        case Abort():
            abort = A_ABORT_RQ()
            abort.source, abort.reason_diagnostic = pdu.source, pdu.reason
            return bytes(abort.encode())
        case ReleaseRequest():
            return bytes(A_RELEASE_RQ().encode())
        case ReleaseResponse():
            return bytes(A_RELEASE_RP().encode())


def data_header(context_id: int, length: int, *, command: bool, last: bool) -> bytes:
    """The 12 bytes in front of ``length`` bytes of a message: header of a P-DATA-TF PDU with a single PDV."""
    control = (_COMMAND if command else 0) | (_LAST if last else 0)
    return _PDV_HEADER.pack(P_DATA_TF, length + PDV_OVERHEAD, length + 2, context_id, control)


def _encode_associate(pdu: AssociateRequest | AssociateAccept) -> bytes:
    try:
        with _quietly():
            return _associate_bytes(pdu)
    except (ValueError, struct.error) as error:
        raise ProposalError(f"this association cannot be encoded: {error}") from error


def _associate_bytes(pdu: AssociateRequest | AssociateAccept) -> bytes:
    frame: Any
    if isinstance(pdu, AssociateRequest):
        frame = A_ASSOCIATE_RQ()
        frame.called_ae_title, frame.calling_ae_title = pdu.called_ae, pdu.calling_ae
        contexts = b"".join(map(_proposed_item, pdu.contexts))
    else:
        frame = A_ASSOCIATE_AC()
        frame.reserved_aet, frame.reserved_aec = pdu.called_ae, pdu.calling_ae
        contexts = b"".join(map(_result_item, pdu.results))
    name = ApplicationContextItem()
    name.application_context_name = pdu.application_context
    fixed = bytes(frame.encode())[HEADER.size :]  # without items: the fixed fields
    items = bytes(name.encode()) + contexts + _user_information(pdu)
    return HEADER.pack(frame.pdu_type, len(fixed) + len(items)) + fixed + items


def _proposed_item(context: ProposedContext) -> bytes:
    item = PresentationContextItemRQ()
    item.presentation_context_id = context.id
    abstract = AbstractSyntaxSubItem()
    abstract.abstract_syntax_name = context.abstract_syntax
    item.abstract_transfer_syntax_sub_items = [
        abstract,
        *map(_transfer_syntax_item, context.transfer_syntaxes),
    ]
    encoded = bytearray(item.encode())
    # A reserved byte that nobody may look at: DCMTK sends FFH there, and so do we, so that a request is
    # DCMTK's to the last byte for those who compare.
    encoded[6] = 0xFF
    return bytes(encoded)


def _result_item(result: ContextResult) -> bytes:
    item = PresentationContextItemAC()
    item.presentation_context_id = result.id
    item.result_reason = result.result
    item.transfer_syntax_sub_item = [_transfer_syntax_item(result.transfer_syntax)]
    return bytes(item.encode())


def _transfer_syntax_item(uid: str) -> Any:
    item = TransferSyntaxSubItem()
    item.transfer_syntax_name = uid
    return item


def _user_information(pdu: AssociateRequest | AssociateAccept) -> bytes:
    """Sub-items in DCMTK's order: 51H, 52H, 54H, 55H, 56H, 58H or 59H."""
    length = MaximumLengthSubItem()
    length.maximum_length_received = pdu.max_pdu
    uid = ImplementationClassUIDSubItem()
    uid.implementation_class_uid = pdu.implementation_class_uid
    items: list[Any] = [length, uid, *map(_role_item, pdu.roles)]
    if pdu.implementation_version_name:
        name = ImplementationVersionNameSubItem()
        name.implementation_version_name = pdu.implementation_version_name
        items.append(name)
    items.extend(map(_extended_item, pdu.extended))
    if isinstance(pdu, AssociateRequest):
        if pdu.user_identity is not None:
            items.append(_identity_item(pdu.user_identity))
    elif pdu.identity_response is not None:
        response = UserIdentitySubItemAC()
        response.server_response = pdu.identity_response
        items.append(response)
    information = UserInformationItem()
    information.user_data = items
    return bytes(information.encode())


def _role_item(role: RoleItem) -> Any:
    item = SCP_SCU_RoleSelectionSubItem()
    item.sop_class_uid = role.sop_class
    item.scu_role, item.scp_role = int(role.scu), int(role.scp)
    return item


def _extended_item(extended: ExtendedItem) -> Any:
    item = SOPClassExtendedNegotiationSubItem()
    item.sop_class_uid = extended.sop_class
    item.service_class_application_information = extended.data
    return item


def _identity_item(identity: UserIdentity) -> Any:
    item = UserIdentitySubItemRQ()
    item.user_identity_type = identity.kind
    item.positive_response_requested = int(identity.response_requested)
    item.primary_field, item.secondary_field = identity.primary, identity.secondary
    return item


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
        with _quietly():
            return decoder(body)
    except _DECODE_ERRORS as error:
        raise ProtocolError(f"{_NAMES[pdu_type]} that cannot be read: {error or type(error).__name__}") from error


def data_values(body: memoryview) -> Iterator[DataValue]:
    """The presentation data values of a P-DATA-TF; ``body`` is what follows its header. Raises
    ProtocolError.
    """
    offset, end = 0, len(body)
    if end == 0:
        raise ProtocolError("P-DATA-TF without a presentation data value")
    while offset < end:
        if end - offset < PDV_OVERHEAD:
            raise ProtocolError("P-DATA-TF ends inside the header of a presentation data value")
        length = int.from_bytes(body[offset : offset + 4], "big")
        if length < 2 or length > end - offset - 4:
            raise ProtocolError(f"presentation data value of {length} bytes in a P-DATA-TF of {end}")
        control = body[offset + 5]
        yield DataValue(
            context_id=body[offset + 4],
            is_command=bool(control & _COMMAND),
            is_last=bool(control & _LAST),
            data=body[offset + PDV_OVERHEAD : offset + 4 + length],
        )
        offset += 4 + length


def _decode_request(body: bytes) -> AssociateRequest:
    fields = _Fields()
    contexts: list[ProposedContext] = []
    for item_type, item in _items(body, 68):
        if item_type == 0x20:
            contexts.append(_decode_proposed(item))
        else:
            fields.read(item_type, item)
    return AssociateRequest(
        called_ae=_ae_title(body[4:20]),
        calling_ae=_ae_title(body[20:36]),
        contexts=tuple(contexts),
        roles=tuple(fields.roles),
        extended=tuple(fields.extended),
        max_pdu=fields.max_pdu,
        implementation_class_uid=fields.class_uid,
        implementation_version_name=fields.version_name,
        user_identity=fields.identity,
        application_context=fields.application_context,
    )


def _decode_accept(body: bytes) -> AssociateAccept:
    fields = _Fields()
    results: list[ContextResult] = []
    for item_type, item in _items(body, 68):
        if item_type == 0x21:
            results.append(_decode_result(item))
        else:
            fields.read(item_type, item)
    return AssociateAccept(
        called_ae=_ae_title(body[4:20]),
        calling_ae=_ae_title(body[20:36]),
        results=tuple(results),
        roles=tuple(fields.roles),
        extended=tuple(fields.extended),
        max_pdu=fields.max_pdu,
        implementation_class_uid=fields.class_uid,
        implementation_version_name=fields.version_name,
        identity_response=fields.identity_response,
        application_context=fields.application_context,
    )


class _Fields:
    """What requests and answers have in common, read item by item with pynetdicom's classes."""

    def __init__(self) -> None:
        self.application_context = ""
        self.max_pdu = 0
        self.class_uid = ""
        self.version_name = ""
        self.roles: list[RoleItem] = []
        self.extended: list[ExtendedItem] = []
        self.identity: UserIdentity | None = None
        self.identity_response: bytes | None = None
        self._readers: dict[int, Callable[[bytes], None]] = {
            0x10: self._read_application_context,
            0x50: self._read_user_information,
            0x51: self._read_max_length,
            0x52: self._read_class_uid,
            0x54: self._read_role,
            0x55: self._read_version_name,
            0x56: self._read_extended,
            0x58: self._read_identity,
            0x59: self._read_identity_response,
        }

    def read(self, item_type: int, item: bytes) -> None:
        reader = self._readers.get(item_type)
        if reader is not None:
            reader(item)

    def _read_application_context(self, item: bytes) -> None:
        decoded = _decoded(ApplicationContextItem, item)
        self.application_context = str(decoded.application_context_name)

    def _read_user_information(self, item: bytes) -> None:
        for sub_type, sub_item in _items(item, 4):
            if sub_type > 0x50:  # an item inside itself is none, and must not recurse
                self.read(sub_type, sub_item)

    def _read_max_length(self, item: bytes) -> None:
        decoded = _decoded(MaximumLengthSubItem, item, _NO_TEXT)
        self.max_pdu = decoded.maximum_length_received or 0

    def _read_class_uid(self, item: bytes) -> None:
        decoded = _decoded(ImplementationClassUIDSubItem, item)
        self.class_uid = str(decoded.implementation_class_uid or "")

    def _read_version_name(self, item: bytes) -> None:
        # Not pynetdicom's: a name that is not ASCII is no reason to end an association.
        self.version_name = item[4:].decode("ascii", "replace").strip(" \0")

    def _read_role(self, item: bytes) -> None:
        decoded = _decoded(SCP_SCU_RoleSelectionSubItem, item)
        self.roles.append(RoleItem(str(decoded.sop_class_uid), bool(decoded.scu_role), bool(decoded.scp_role)))

    def _read_extended(self, item: bytes) -> None:
        decoded = _decoded(SOPClassExtendedNegotiationSubItem, item, slice(6, 6 + int.from_bytes(item[4:6], "big")))
        data = decoded.service_class_application_information or b""
        self.extended.append(ExtendedItem(str(decoded.sop_class_uid), bytes(data)))

    def _read_identity(self, item: bytes) -> None:
        decoded = _decoded(UserIdentitySubItemRQ, item, _NO_TEXT)
        self.identity = UserIdentity(
            kind=decoded.user_identity_type or 0,
            primary=bytes(decoded.primary_field or b""),
            secondary=bytes(decoded.secondary_field or b""),
            response_requested=bool(decoded.positive_response_requested),
        )

    def _read_identity_response(self, item: bytes) -> None:
        decoded = _decoded(UserIdentitySubItemAC, item, _NO_TEXT)
        self.identity_response = bytes(decoded.server_response or b"")


_ALL_TEXT: Final = slice(4, None)
_NO_TEXT: Final = slice(0, 0)


def _decoded(kind: type[Any], item: bytes, text: slice = _ALL_TEXT) -> Any:
    """An item read by its class of pynetdicom; ``text`` is where a UID is, which has to be ASCII.

    Checked here because pynetdicom would log a traceback and then guess.
    """
    if not item[text].isascii():
        raise ValueError(f"item {item[0]:02X}H with a UID that is not ASCII")
    decoded = kind()
    decoded.decode(item)
    return decoded


def _decode_proposed(item: bytes) -> ProposedContext:
    abstract_syntax: str | None = None
    transfer_syntaxes: list[str] = []
    for sub_type, sub_item in _items(item, 8):
        if sub_type == 0x30:
            abstract = _decoded(AbstractSyntaxSubItem, sub_item)
            abstract_syntax = str(abstract.abstract_syntax_name or "")
        elif sub_type == 0x40:
            transfer = _decoded(TransferSyntaxSubItem, sub_item)
            transfer_syntaxes.append(str(transfer.transfer_syntax_name or ""))
    if abstract_syntax is None or not transfer_syntaxes:
        raise ValueError(f"presentation context {item[4]} lacks an abstract syntax or a transfer syntax")
    return ProposedContext(item[4], abstract_syntax, tuple(transfer_syntaxes))


def _decode_result(item: bytes) -> ContextResult:
    result, transfer_syntax = item[6], ""
    for sub_type, sub_item in _items(item, 8):
        # With a rejection the transfer syntax means nothing and may be anything (PS3.8 Table 9-18).
        if sub_type == 0x40 and result == 0 and not transfer_syntax:
            decoded = _decoded(TransferSyntaxSubItem, sub_item)
            transfer_syntax = str(decoded.transfer_syntax_name or "")
    return ContextResult(item[4], result, transfer_syntax)


def _items(data: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    """Type and bytes, header included, of each item from ``offset`` on. Raises ValueError if they do not
    fit.
    """
    end = len(data)
    if end < offset:
        raise ValueError("too short")
    while offset < end:
        if end - offset < 4:
            raise ValueError("ends inside the header of an item")
        stop = offset + 4 + int.from_bytes(data[offset + 2 : offset + 4], "big")
        if stop > end:
            raise ValueError(f"item {data[offset]:02X}H is longer than what it is in")
        yield data[offset], data[offset:stop]
        offset = stop


def _ae_title(field: bytes) -> str:
    """An AE title as its sender meant it: blanks around it do not count (PS3.8 Table 9-11)."""
    return field.decode("ascii", "replace").strip(" \0")


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
    ASSOCIATE_RJ: lambda body: AssociateReject(body[1], body[2], body[3]),
    RELEASE_RQ: lambda _: ReleaseRequest(),
    RELEASE_RP: lambda _: ReleaseResponse(),
    ABORT: lambda body: Abort(body[2], body[3]),
}
