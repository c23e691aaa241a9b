"""The items of A-ASSOCIATE-RQ and -AC <-> values (PS3.8 section 9.3.2, 9.3.3 and annex D, PS3.7 annex D.3.3).

Belongs here: every byte after the fixed fields of the two. Does not belong here: those fields and the other PDUs
(``wire``). What cannot be encoded or read raises ValueError or struct.error; ``wire`` turns these into messages for
people.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Any, Final

from asprofile.negotiate.request import (
    AssociateAccept,
    AssociateRequest,
    ContextResult,
    ExtendedItem,
    OperationsWindow,
    ProposedContext,
    RoleItem,
    UserIdentity,
)
from asprofile.printing import of_peer

_HEADER: Final = struct.Struct(">BxH")
"""Item type, reserved, length of what follows."""
_APPLICATION_CONTEXT: Final = 0x10
_PROPOSED_CONTEXT: Final = 0x20
_CONTEXT_RESULT: Final = 0x21
_ABSTRACT_SYNTAX: Final = 0x30
_TRANSFER_SYNTAX: Final = 0x40
_USER_INFORMATION: Final = 0x50
_MAXIMUM_LENGTH: Final = 0x51
_IMPLEMENTATION_CLASS_UID: Final = 0x52
_OPERATIONS_WINDOW: Final = 0x53
_ROLE_SELECTION: Final = 0x54
_IMPLEMENTATION_VERSION_NAME: Final = 0x55
_EXTENDED_NEGOTIATION: Final = 0x56
_USER_IDENTITY: Final = 0x58
_USER_IDENTITY_RESPONSE: Final = 0x59

_LONGEST_UID: Final = 64
_LONGEST_VERSION_NAME: Final = 16


# --- encoding


def encode_items(pdu: AssociateRequest | AssociateAccept) -> bytes:
    """Application context, presentation contexts, user information."""
    if isinstance(pdu, AssociateRequest):
        contexts = b"".join(map(_proposed, pdu.contexts))
    else:
        contexts = b"".join(map(_result, pdu.results))
    return _item(_APPLICATION_CONTEXT, _uid(pdu.application_context)) + contexts + _user_information(pdu)


def _item(kind: int, body: bytes) -> bytes:
    return _HEADER.pack(kind, len(body)) + body


def _uid(uid: str) -> bytes:
    if not 1 <= len(uid) <= _LONGEST_UID:
        raise ValueError(f"a UID has 1 to {_LONGEST_UID} characters, {uid!r} has {len(uid)}")
    return uid.encode("ascii")


def _counted(data: bytes) -> bytes:
    return struct.pack(">H", len(data)) + data


def _proposed(context: ProposedContext) -> bytes:
    syntaxes = (_item(_TRANSFER_SYNTAX, _uid(uid)) for uid in context.transfer_syntaxes)
    # In a reserved byte, which must not be checked, DCMTK sends FFH in the place of the result; so do we, so that a
    # request is byte for byte the same as DCMTK's.
    head = bytes((context.id, 0, 0xFF, 0))
    return _item(_PROPOSED_CONTEXT, head + _item(_ABSTRACT_SYNTAX, _uid(context.abstract_syntax)) + b"".join(syntaxes))


def _result(result: ContextResult) -> bytes:
    head = bytes((result.id, 0, result.result, 0))
    return _item(_CONTEXT_RESULT, head + _item(_TRANSFER_SYNTAX, _uid(result.transfer_syntax)))


def _user_information(pdu: AssociateRequest | AssociateAccept) -> bytes:
    """Sub-items in DCMTK's order: 51H, 52H, 54H, 55H, 56H, 58H or 59H; and 53H, which it does not have, in order."""
    items = [
        _item(_MAXIMUM_LENGTH, struct.pack(">I", pdu.max_pdu)),
        _item(_IMPLEMENTATION_CLASS_UID, _uid(pdu.implementation_class_uid)),
    ]
    if pdu.window is not None:
        items.append(_item(_OPERATIONS_WINDOW, struct.pack(">HH", pdu.window.invoked, pdu.window.performed)))
    items += map(_role, pdu.roles)
    name = pdu.implementation_version_name.encode("ascii")
    if len(name) > _LONGEST_VERSION_NAME:
        raise ValueError(f"an implementation version name has at most {_LONGEST_VERSION_NAME} characters")
    if name:
        items.append(_item(_IMPLEMENTATION_VERSION_NAME, name))
    items += map(_extended, pdu.extended)
    if isinstance(pdu, AssociateRequest):
        if pdu.user_identity is not None:
            items.append(_identity(pdu.user_identity))
    elif pdu.identity_response is not None:
        items.append(_item(_USER_IDENTITY_RESPONSE, _counted(pdu.identity_response)))
    return _item(_USER_INFORMATION, b"".join(items))


def _role(role: RoleItem) -> bytes:
    return _item(_ROLE_SELECTION, _counted(_uid(role.sop_class)) + bytes((role.scu, role.scp)))


def _extended(extended: ExtendedItem) -> bytes:
    # Not limited to 64 characters: DCMTK sends the UID of a profile whole here, unlike everywhere else.
    return _item(_EXTENDED_NEGOTIATION, _counted(extended.sop_class.encode("ascii")) + extended.data)


def _identity(identity: UserIdentity) -> bytes:
    head = bytes((identity.kind, identity.response_requested))
    return _item(_USER_IDENTITY, head + _counted(identity.primary) + _counted(identity.secondary))


# --- decoding


class Items:
    """What is in the items of a request or an answer. Unknown items and sub-items are skipped, as PS3.8 section
    9.3.1 wants it; of those that shall be there once, the last counts.

    Of a request as much is read, and no more, as DCMTK reads (dulparse.cc of 3.6.7 to 3.7.0): whoever comes to us
    instead of to DCMTK's acceptors gets the same answer.
    """

    def __init__(self, data: bytes, *, is_request: bool = False) -> None:
        self._is_request = is_request
        self.application_context = ""
        self.proposed: list[ProposedContext] = []
        self.results: list[ContextResult] = []
        self.max_pdu = 0
        self.class_uid = ""
        self.version_name = ""
        self.roles: list[RoleItem] = []
        self.extended: list[ExtendedItem] = []
        self.identity: UserIdentity | None = None
        self.identity_response: bytes | None = None
        self.window: OperationsWindow | None = None
        for kind, body in _split(data):
            reader = (_READERS_OF_REQUEST if is_request else _READERS).get(kind)
            if reader is not None:
                reader(self, body)

    def _uid(self, kind: int, data: bytes) -> str:
        return _text_in(kind, data) if self._is_request else _uid_in(kind, data)

    def request(self, called_ae: str, calling_ae: str, protocol_version: int) -> AssociateRequest:
        """The request that has these items."""
        return AssociateRequest(
            called_ae,
            calling_ae,
            tuple(self.proposed),
            user_identity=self.identity,
            protocol_version=protocol_version,
            **self._common(),
        )

    def accept(self, called_ae: str, calling_ae: str) -> AssociateAccept:
        """The answer that has these items."""
        results = tuple(self.results)
        return AssociateAccept(
            called_ae, calling_ae, results, identity_response=self.identity_response, **self._common()
        )

    def _common(self) -> dict[str, Any]:
        """What both may have, by the names of their fields."""
        return {
            "roles": tuple(self.roles),
            "extended": tuple(self.extended),
            "max_pdu": self.max_pdu,
            "implementation_class_uid": self.class_uid,
            "implementation_version_name": self.version_name,
            "application_context": self.application_context,
            "window": self.window,
        }

    def _read_user_information(self, body: bytes) -> None:
        for kind, sub_item in _split(body):
            reader = _SUB_ITEM_READERS.get(kind)
            if reader is not None:
                reader(self, sub_item)

    def _read_application_context(self, body: bytes) -> None:
        self.application_context = self._uid(_APPLICATION_CONTEXT, body)

    def _read_proposed(self, body: bytes) -> None:
        abstract_syntax = ""
        transfer_syntaxes: list[str] = []
        for kind, sub_item in _split(body[4:]):
            if kind == _ABSTRACT_SYNTAX:
                abstract_syntax = self._uid(kind, sub_item)
            elif kind == _TRANSFER_SYNTAX:
                transfer_syntaxes.append(self._uid(kind, sub_item))
        number = _byte(_PROPOSED_CONTEXT, body, 0)
        if not transfer_syntaxes:
            raise ValueError(f"presentation context {number} lacks a transfer syntax")
        # One without an abstract syntax can be answered: it is rejected.
        self.proposed.append(ProposedContext(number, abstract_syntax, tuple(transfer_syntaxes)))

    def _read_result(self, body: bytes) -> None:
        number, result = _byte(_CONTEXT_RESULT, body, 0), _byte(_CONTEXT_RESULT, body, 2)
        transfer_syntax = ""
        for kind, sub_item in _split(body[4:]):
            # With a rejection the transfer syntax means nothing and may be anything (PS3.8 Table 9-18).
            if kind == _TRANSFER_SYNTAX and result == 0 and not transfer_syntax:
                # A UID that had to be cut or escaped cannot equal a proposed one.
                transfer_syntax = of_peer(_uid_in(kind, sub_item))
        self.results.append(ContextResult(number, result, transfer_syntax))

    def _read_max_length(self, body: bytes) -> None:
        if self._is_request and len(body) < 4:
            return  # it says nothing, and nothing is limited
        self.max_pdu = int.from_bytes(_bytes(_MAXIMUM_LENGTH, body, 0, 4), "big")

    def _read_class_uid(self, body: bytes) -> None:
        self.class_uid = of_peer(self._uid(_IMPLEMENTATION_CLASS_UID, body))

    def _read_version_name(self, body: bytes) -> None:
        if self._is_request:
            _check_length(_IMPLEMENTATION_VERSION_NAME, body)
        # A name that is not ASCII is no reason to end an association.
        self.version_name = of_peer(body.decode("ascii", "replace").strip(" \0"))

    def _read_window(self, body: bytes) -> None:
        if self._is_request and len(body) < 4:
            return  # no window is asked for
        self.window = OperationsWindow(*struct.unpack(">HH", _bytes(_OPERATIONS_WINDOW, body, 0, 4)))

    def _read_role(self, body: bytes) -> None:
        uid, behind = _counted_in(_ROLE_SELECTION, body, 0)
        scu, scp = _bytes(_ROLE_SELECTION, body, behind, 2)
        if self._is_request and scu != scp:
            # Other values than 0 and 1: DCMTK looks only whether the first is 1.
            scu, scp = scu == 1, scu != 1
        self.roles.append(RoleItem(self._role_uid(uid), bool(scu), bool(scp)))

    def _role_uid(self, uid: bytes) -> str:
        """Of a longer one, DCMTK takes what a UID can have."""
        return self._uid(_ROLE_SELECTION, uid[:_LONGEST_UID] if self._is_request else uid)

    def _read_extended(self, body: bytes) -> None:
        uid, behind = _counted_in(_EXTENDED_NEGOTIATION, body, 0)
        # Not limited to 64 characters, see _extended.
        name = _unpadded(uid) if self._is_request else _uid_in(_EXTENDED_NEGOTIATION, uid)
        self.extended.append(ExtendedItem(name, body[behind:]))

    def _read_identity(self, body: bytes) -> None:
        kind, response = _bytes(_USER_IDENTITY, body, 0, 2)
        primary, behind = _counted_in(_USER_IDENTITY, body, 2)
        # The length of the secondary field is mandatory although it is 0 for most kinds; some programs omit it.
        secondary = _counted_in(_USER_IDENTITY, body, behind)[0] if behind < len(body) else b""
        self.identity = UserIdentity(kind, primary, secondary, bool(response))

    def _read_identity_response(self, body: bytes) -> None:
        self.identity_response, _ = _counted_in(_USER_IDENTITY_RESPONSE, body, 0)


_Reader = Callable[[Items, bytes], None]
_READERS: Final[dict[int, _Reader]] = {
    _APPLICATION_CONTEXT: Items._read_application_context,
    _PROPOSED_CONTEXT: Items._read_proposed,
    _CONTEXT_RESULT: Items._read_result,
    _USER_INFORMATION: Items._read_user_information,
}
_READERS_OF_REQUEST: Final = {**_READERS, _CONTEXT_RESULT: Items._read_proposed}
"""DCMTK takes the item of an answer for that of a request."""
_SUB_ITEM_READERS: Final[dict[int, _Reader]] = {
    _MAXIMUM_LENGTH: Items._read_max_length,
    _IMPLEMENTATION_CLASS_UID: Items._read_class_uid,
    _OPERATIONS_WINDOW: Items._read_window,
    _ROLE_SELECTION: Items._read_role,
    _IMPLEMENTATION_VERSION_NAME: Items._read_version_name,
    _EXTENDED_NEGOTIATION: Items._read_extended,
    _USER_IDENTITY: Items._read_identity,
    _USER_IDENTITY_RESPONSE: Items._read_identity_response,
}


def _split(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and content of each item. Raises ValueError if they do not fit."""
    offset, end = 0, len(data)
    while offset < end:
        if end - offset < _HEADER.size:
            raise ValueError("ends inside the header of an item")
        kind, length = _HEADER.unpack_from(data, offset)
        offset += _HEADER.size + length
        if offset > end:
            raise ValueError(f"item {kind:02X}H is longer than what it is in")
        yield kind, data[offset - length : offset]


def _bytes(kind: int, body: bytes, start: int, count: int) -> bytes:
    if start + count > len(body):
        raise ValueError(f"item {kind:02X}H is too short")
    return body[start : start + count]


def _byte(kind: int, body: bytes, at: int) -> int:
    return _bytes(kind, body, at, 1)[0]


def _counted_in(kind: int, body: bytes, start: int) -> tuple[bytes, int]:
    """A field after its length of two bytes, and where the next begins."""
    first = start + 2
    length = int.from_bytes(_bytes(kind, body, start, 2), "big")
    return _bytes(kind, body, first, length), first + length


def _uid_in(kind: int, data: bytes) -> str:
    """A UID, without the NUL that some pad it with as in a data set."""
    if not data.isascii():
        raise ValueError(f"item {kind:02X}H with a UID that is not ASCII")
    return data.decode("ascii").rstrip("\0")


def _text_in(kind: int, data: bytes) -> str:
    """A UID of a request, whatever it consists of: what no profile has is rejected, not the association."""
    _check_length(kind, data)
    return _unpadded(data)


def _check_length(kind: int, data: bytes) -> None:
    if len(data) > _LONGEST_UID:
        raise ValueError(f"item {kind:02X}H has {len(data)} bytes, at most {_LONGEST_UID} are allowed")


def _unpadded(data: bytes) -> str:
    """Up to the first NUL; each byte is a character."""
    return data.partition(b"\0")[0].decode("latin-1")
