"""The PDUs in the bytes that one side sends. The data of objects is not copied, and not looked at."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final, Protocol

from asprofile.errors import ProtocolError
from asprofile.net.wire import (
    ABORT,
    ASSOCIATE_AC,
    ASSOCIATE_RQ,
    HEADER,
    MAX_ASSOCIATE_PDU,
    P_DATA_TF,
    PDV_OVERHEAD,
    decode,
)

if TYPE_CHECKING:
    from asprofile.net.wire import Pdu

_SHORT: Final = 4
_MAX_COMMAND: Final = 1 << 16
_LONGEST_DATA_PDU: Final = 1 << 26


class PduHandler(Protocol):
    """What is told of the PDUs of a side."""

    def pdu(self, side: int, found: Pdu) -> None: ...
    def command(self, side: int, context_id: int, data: bytes) -> None: ...
    def unreadable(self, side: int, why: str) -> None: ...


class PduReader:
    """Fed with the bytes of a side; tells of its PDUs and command sets.

    ``skip``: bytes of data sets that follow; ``data``: how many there were. ``lost``: bytes are missing, and it waits
    for something that begins a PDU.
    """

    __slots__ = ("_buffer", "_command", "_handler", "_left", "_need", "_step", "data", "lost", "side", "skip")

    def __init__(self, side: int, handler: PduHandler, *, in_the_middle: bool = False) -> None:
        self.side = side
        self.skip = 0
        self.data = 0
        self.lost = in_the_middle
        self._handler = handler
        self._buffer = bytearray()
        self._need = HEADER.size
        self._step: Callable[[bytes], None] = self._header
        self._left = 0  # bytes of a P-DATA-TF after the PDV that is read
        self._command: dict[int, bytearray] = {}

    def feed(self, data: memoryview) -> None:
        """The next bytes, which begin a segment."""
        if self.lost and not self._found(data):
            return
        at, end = 0, len(data)
        while at < end:
            if self.skip:
                step = min(self.skip, end - at)
                self.skip -= step
                at += step
                continue
            step = min(self._need - len(self._buffer), end - at)
            self._buffer += data[at : at + step]
            at += step
            if len(self._buffer) >= self._need:
                taken = bytes(self._buffer)
                self._buffer.clear()
                self._step(taken)
                if self.lost:
                    return

    def lose(self, count: int) -> None:
        """Bytes are missing. Of the data of objects that does not matter."""
        if self.lost:
            return
        step = min(self.skip, count)
        self.skip -= step
        if step < count:
            self._restart()

    def _restart(self) -> None:
        self.lost, self.skip = True, 0
        self._buffer.clear()
        self._command.clear()
        self._need, self._step = HEADER.size, self._header

    def _found(self, data: memoryview) -> bool:
        """Whether a PDU begins where the segment does."""
        if begins_pdu(data):
            self.lost = False
        return not self.lost

    # --- steps

    def _header(self, head: bytes) -> None:
        pdu_type, length = HEADER.unpack(head)
        if pdu_type == P_DATA_TF and PDV_OVERHEAD <= length <= _LONGEST_DATA_PDU:
            self._left = length
            self._need, self._step = PDV_OVERHEAD, self._value
        elif _is_whole(pdu_type, length):
            self._need, self._step = length, lambda body: self._body(pdu_type, body)
        else:
            self._handler.unreadable(self.side, f"PDU type {pdu_type:02X}H of {length} bytes")
            self._restart()

    def _body(self, pdu_type: int, body: bytes) -> None:
        self._need, self._step = HEADER.size, self._header
        try:
            self._handler.pdu(self.side, decode(pdu_type, body))
        except ProtocolError as error:
            self._handler.unreadable(self.side, str(error))

    def _value(self, head: bytes) -> None:
        """The header of a presentation data value."""
        length, context_id, control = int.from_bytes(head[:4], "big"), head[4], head[5]
        size = length - 2
        self._left -= PDV_OVERHEAD + size
        if size < 0 or self._left < 0:
            self._handler.unreadable(self.side, "a presentation data value that is longer than its PDU")
            self._restart()
            return
        if not control & 1:
            self.skip = size
            self.data += size
            self._after()
        elif size == 0:
            self._fragment(context_id, control, b"")
        else:
            self._need = size
            self._step = lambda data: self._fragment(context_id, control, data)

    def _fragment(self, context_id: int, control: int, data: bytes) -> None:
        """Of a command set."""
        self._after()
        whole = self._command.setdefault(context_id, bytearray())
        whole += data
        if len(whole) > _MAX_COMMAND:
            del self._command[context_id]
        elif control & 2:
            del self._command[context_id]
            self._handler.command(self.side, context_id, bytes(whole))

    def _after(self) -> None:
        if self._left >= PDV_OVERHEAD:
            self._need, self._step = PDV_OVERHEAD, self._value
        else:
            self._need, self._step = HEADER.size, self._header


def _is_whole(pdu_type: int, length: int) -> bool:
    """Whether a PDU that is read as a whole may have that length."""
    if pdu_type in (ASSOCIATE_RQ, ASSOCIATE_AC):
        return length <= MAX_ASSOCIATE_PDU
    return 0 < pdu_type <= ABORT and length == _SHORT


def begins_request(data: bytes | memoryview) -> bool:
    """Whether an A-ASSOCIATE-RQ begins so: its type, a length that one has, the protocol version (PS3.8 9.3.2)."""
    if len(data) < 8 or data[0] != ASSOCIATE_RQ or data[1]:
        return False
    return 68 <= int.from_bytes(data[2:6], "big") <= MAX_ASSOCIATE_PDU and bool(data[7] & 1)


def begins_pdu(data: bytes | memoryview) -> bool:
    """Whether it looks as a PDU begins, where that may be anywhere."""
    if len(data) < HEADER.size or not ASSOCIATE_RQ <= data[0] <= ABORT or data[1]:
        return False
    length = int.from_bytes(data[2:6], "big")
    if data[0] == P_DATA_TF:
        if len(data) < HEADER.size + PDV_OVERHEAD or length > _LONGEST_DATA_PDU:
            return False
        value = int.from_bytes(data[6:10], "big")
        return 2 <= value <= length - 4 and data[10] % 2 == 1 and data[11] < 4
    if data[0] in (ASSOCIATE_RQ, ASSOCIATE_AC):
        return 68 <= length <= MAX_ASSOCIATE_PDU and len(data) >= 8 and bool(data[7] & 1)
    return length == _SHORT
