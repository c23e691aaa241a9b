"""DIMSE command sets <-> values, and what a status means (PS3.7 section 6.3, 9.3 and annexes C and E; PS3.4
B.2.3).

Belongs here: the bytes of a command set, which is always Implicit VR Little Endian. Does not belong here:
fragments (``wire``, ``association``), data sets.
"""

from __future__ import annotations

import struct
from enum import Enum
from functools import lru_cache
from typing import Final

from asprofile.errors import ProtocolError
from asprofile.names.well_known import VERIFICATION
from asprofile.printing import of_peer
from asprofile.value import Value

C_STORE_RQ: Final = 0x0001
C_ECHO_RQ: Final = 0x0030
C_CANCEL_RQ: Final = 0x0FFF
RESPONSE: Final = 0x8000
"""The bit of the command field that makes a response."""

DUPLICATE_INSTANCE: Final = 0x0111
INVALID_INSTANCE: Final = 0x0117
UNRECOGNIZED_OPERATION: Final = 0x0211
OUT_OF_RESOURCES: Final = 0xA700
DOES_NOT_MATCH: Final = 0xA900
CANNOT_UNDERSTAND: Final = 0xC000
"""Statuses (PS3.7 annex C, PS3.4 Table B.2-1); the last three are the first of a range each."""

MAX_COMMAND: Final = 1 << 16
"""Longest command set that is read, in bytes; what PS3.7 defines fits into a few hundred."""

_NO_DATA_SET: Final = 0x0101
_DATA_SET: Final = 0x0001
_ELEMENT: Final = struct.Struct("<HHI")
_US: Final = struct.Struct("<HHIH")
_GROUP_LENGTH: Final = struct.Struct("<HHII")
_GROUP_LENGTH_START: Final = bytes((0, 0, 0, 0, 4, 0, 0, 0))
_RESPONSE: Final = struct.Struct("<" + _US.format[1:] * 3)
_STORE_ELEMENTS: Final = [0x0000, 0x0002, 0x0100, 0x0110, 0x0700, 0x0800, 0x1000]
"""Of a C-STORE-RQ that no C-MOVE asked for."""


class StatusClass(Enum):
    """PS3.7 annex C."""

    SUCCESS = "success"
    WARNING = "warning"
    FAILURE = "failure"
    CANCEL = "cancel"
    PENDING = "pending"


class MoveOriginator(Value):
    """Of a C-STORE that a C-MOVE asked for: the AE title and the message id of that C-MOVE."""

    ae_title: str
    message_id: int


class CommandSet(Value):
    """A command set as it was received; what it does not have is None or empty.

    ``message_id`` is that of a request, ``responded_to`` that of the request a response is to.
    """

    field: int
    has_data_set: bool
    message_id: int | None = None
    responded_to: int | None = None
    status: int | None = None
    sop_class: str = ""
    sop_instance: str = ""
    comment: str = ""

    @property
    def is_response(self) -> bool:
        return bool(self.field & RESPONSE)


def store_request(
    sop_class: str,
    sop_instance: str,
    message_id: int,
    *,
    priority: int = 0,
    move_originator: MoveOriginator | None = None,
) -> bytes:
    """A C-STORE-RQ (PS3.7 Table 9.3-1); ``message_id`` 0 to 65535, ``priority`` 0 medium, 1 high, 2 low."""
    elements = (
        _uid(0x0002, sop_class)
        + _us(0x0100, C_STORE_RQ)
        + _us(0x0110, message_id)
        + _us(0x0700, priority)
        + _us(0x0800, _DATA_SET)
        + _uid(0x1000, sop_instance)
    )
    if move_originator is not None:
        elements += _text(0x1030, move_originator.ae_title) + _us(0x1031, move_originator.message_id)
    return _command_set(elements)


def echo_request(message_id: int) -> bytes:
    """A C-ECHO-RQ (PS3.7 Table 9.3-12)."""
    return _command_set(
        _uid(0x0002, VERIFICATION) + _us(0x0100, C_ECHO_RQ) + _us(0x0110, message_id) + _us(0x0800, _NO_DATA_SET)
    )


def response(request: CommandSet, status: int, comment: str = "") -> bytes:
    """The response without data set to ``request``; of ``comment`` (0000,0902) 64 characters are sent."""
    start = _response_start(request.sop_class, request.field | RESPONSE)
    values = _RESPONSE.pack(0, 0x0120, 2, request.message_id or 0, 0, 0x0800, 2, _NO_DATA_SET, 0, 0x0900, 2, status)
    said = _text(0x0902, comment[:64]) if comment else b""
    instance = _uid(0x1000, request.sop_instance) if request.sop_instance else b""
    length = len(start) + len(values) + len(said) + len(instance)
    return b"".join((_GROUP_LENGTH.pack(0, 0, 4, length), start, values, said, instance))


@lru_cache(maxsize=16)
def _response_start(sop_class: str, field: int) -> bytes:
    return (_uid(0x0002, sop_class) if sop_class else b"") + _us(0x0100, field)


def decode(data: bytes) -> CommandSet:
    """A command set. Raises ProtocolError, nothing else. Elements that are not known, and group lengths, are
    skipped.
    """
    elements = _elements(data)
    field = _number(elements, 0x0100)
    if field is None:
        raise ProtocolError("command set without a Command Field (0000,0100)")
    data_set_type = _number(elements, 0x0800)
    if data_set_type is None:
        raise ProtocolError("command set without a Command Data Set Type (0000,0800)")
    command = CommandSet(
        field=field,
        has_data_set=data_set_type != _NO_DATA_SET,
        message_id=_number(elements, 0x0110),
        responded_to=_number(elements, 0x0120),
        status=_number(elements, 0x0900),
        # Requested SOP class and instance (0003, 1001) are where N-services have no affected one.
        sop_class=_string(elements, 0x0002) or _string(elements, 0x0003),
        sop_instance=_string(elements, 0x1000) or _string(elements, 0x1001),
        comment=of_peer(comment) if (comment := _string(elements, 0x0902)) else "",
    )
    if command.is_response and (command.responded_to is None or command.status is None):
        raise ProtocolError("response without Message ID Being Responded To (0000,0120) or Status (0000,0900)")
    # A C-CANCEL-RQ names the request it cancels and has no message id of its own (PS3.7 Table 9.3.2-3).
    if not command.is_response and field != C_CANCEL_RQ and command.message_id is None:
        raise ProtocolError("request without a Message ID (0000,0110)")
    return command


class CommandReader:
    """Reads command sets one after the other: the same as ``decode``, in a fraction of the time where a C-STORE-RQ
    differs from the one before only in its message id and its SOP instance.
    """

    __slots__ = ("_after_number", "_before_number", "_instance", "_last", "_number")

    def __init__(self) -> None:
        self._last: CommandSet | None = None
        self._before_number = self._after_number = b""
        self._number = self._instance = 0  # where the message id is, and the length of the SOP instance UID

    def read(self, data: bytes) -> CommandSet:
        """A command set. Raises ProtocolError, nothing else."""
        last, number, instance = self._last, self._number, self._instance
        if (
            last is not None
            and data[:8] == _GROUP_LENGTH_START
            and data[12:number] == self._before_number
            and data[number + 2 : instance] == self._after_number
            and int.from_bytes(data[instance : instance + 4], "little") == len(data) - instance - 4
        ):
            message_id = data[number] | data[number + 1] << 8
            return CommandSet(C_STORE_RQ, True, message_id, None, None, last.sop_class, _text_of(data[instance + 4 :]))
        command = decode(data)
        if command.field == C_STORE_RQ and command.has_data_set:
            self._learn(data, command)
        return command

    def _learn(self, data: bytes, command: CommandSet) -> None:
        """Remember it, if it is as most are: what PS3.7 Table 9.3-1 wants, in its order, and nothing twice."""
        starts = _starts(data)
        if [element for element, _ in starts] != _STORE_ELEMENTS or data[:8] != _GROUP_LENGTH_START:
            return
        offsets = dict(starts)
        self._last, self._number, self._instance = command, offsets[0x0110] + 8, offsets[0x1000] + 4
        self._before_number = data[12 : self._number]
        self._after_number = data[self._number + 2 : self._instance]


def echoed(uid: str) -> str:
    """A UID that we send as it reads when a peer gives it back."""
    return _string({0: uid.encode("ascii", "replace")}, 0)


def status_class(status: int) -> StatusClass:
    """What kind of status this is (PS3.7 annex C.1 to C.5); values that no standard defines are failures."""
    if status == 0x0000:
        return StatusClass.SUCCESS
    if status in (0x0001, 0x0107, 0x0116) or status >> 12 == 0xB:
        return StatusClass.WARNING
    if status == 0xFE00:
        return StatusClass.CANCEL
    if status in (0xFF00, 0xFF01):
        return StatusClass.PENDING
    return StatusClass.FAILURE


def is_out_of_resources(status: int) -> bool:
    """Whether the peer has no room for the object now, A7xxH (PS3.4 Table B.2-1): it may have later."""
    return status & 0xFF00 == OUT_OF_RESOURCES


def status_text(status: int) -> str:
    """A C-STORE or general status in words, with its number in front: ``A700H out of resources``."""
    text = _STATUS_TEXTS.get(status)
    if text is None:
        masks = ((0xFF00, OUT_OF_RESOURCES), (0xFF00, DOES_NOT_MATCH), (0xF000, CANNOT_UNDERSTAND))
        text = next((_RANGES[value] for mask, value in masks if status & mask == value), None)
    return f"{status:04X}H {text or status_class(status).value + ', not in the standard'}"


_RANGES: Final = {
    OUT_OF_RESOURCES: "refused: out of resources",
    DOES_NOT_MATCH: "data set does not match SOP class",
    CANNOT_UNDERSTAND: "cannot understand",
}
_STATUS_TEXTS: Final = {
    0x0000: "success",
    0x0001: "warning: requested optional attributes are not supported",
    0x0105: "no such attribute",
    0x0106: "invalid attribute value",
    0x0107: "attribute list error",
    0x0110: "processing failure",
    0x0111: "duplicate SOP instance",
    0x0112: "no such SOP instance",
    0x0113: "no such event type",
    0x0114: "no such argument",
    0x0115: "invalid argument value",
    0x0116: "attribute value out of range",
    0x0117: "invalid SOP instance",
    0x0118: "no such SOP class",
    0x0119: "class-instance conflict",
    0x0120: "missing attribute",
    0x0121: "missing attribute value",
    0x0122: "refused: SOP class not supported",
    0x0123: "no such action type",
    0x0124: "refused: not authorized",
    0x0210: "duplicate invocation",
    0x0211: "unrecognized operation",
    0x0212: "mistyped argument",
    0x0213: "resource limitation",
    0xB000: "coercion of data elements",
    0xB006: "elements discarded",
    0xB007: "data set does not match SOP class",
    0xFE00: "cancelled",
    0xFF00: "pending",
    0xFF01: "pending",
}


def _command_set(elements: bytes) -> bytes:
    return _GROUP_LENGTH.pack(0, 0, 4, len(elements)) + elements


def _us(element: int, value: int) -> bytes:
    return _US.pack(0, element, 2, value)


def _uid(element: int, value: str) -> bytes:
    return _padded(element, value, b"\0")


def _text(element: int, value: str) -> bytes:
    return _padded(element, value, b" ")


def _padded(element: int, value: str, pad: bytes) -> bytes:
    encoded = value.encode("ascii", "replace")
    if len(encoded) % 2:
        encoded += pad
    return _ELEMENT.pack(0, element, len(encoded)) + encoded


def _elements(data: bytes) -> dict[int, bytes]:
    """Values by element number; of two equal elements the first counts."""
    elements: dict[int, bytes] = {}
    offset, end = 0, len(data)
    unpack = _ELEMENT.unpack_from
    try:
        while offset < end:
            group, element, length = unpack(data, offset)
            start = offset + 8
            offset = start + length
            if offset > end:
                raise ProtocolError(f"command set: ({group:04X},{element:04X}) is longer than the command set")
            if not group and element not in elements:
                elements[element] = data[start:offset]
    except struct.error:
        raise ProtocolError("command set ends inside the header of an element") from None
    return elements


def _starts(data: bytes) -> list[tuple[int, int]]:
    """Tag and offset of each element of a command set that can be read."""
    starts, offset = [], 0
    while offset < len(data):
        group, element, length = _ELEMENT.unpack_from(data, offset)
        starts.append((group << 16 | element, offset))
        offset += 8 + length
    return starts


def _number(elements: dict[int, bytes], element: int) -> int | None:
    value = elements.get(element)
    if not value:
        return None
    if len(value) != 2:
        raise ProtocolError(f"command set: (0000,{element:04X}) has {len(value)} bytes, not 2")
    return value[0] | value[1] << 8


def _string(elements: dict[int, bytes], element: int) -> str:
    value = elements.get(element)
    return _text_of(value) if value else ""


def _text_of(value: bytes) -> str:
    text = value.decode("ascii", "replace").strip(" \0")
    # It ends up on terminals: no control characters of a peer's choosing.
    return text if text.isprintable() else "".join(c if c.isprintable() else "?" for c in text)
