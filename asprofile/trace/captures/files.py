"""The packets in a capture file: pcap (of micro- and nanoseconds, in either byte order) and pcapng."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO, Final

from asprofile.errors import ProposalError

_PCAP: Final = {
    b"\xd4\xc3\xb2\xa1": ("<", 1e-6),
    b"\xa1\xb2\xc3\xd4": (">", 1e-6),
    b"\x4d\x3c\xb2\xa1": ("<", 1e-9),
    b"\xa1\xb2\x3c\x4d": (">", 1e-9),
}
_PCAPNG: Final = b"\x0a\x0d\x0d\x0a"
_LARGEST: Final = 1 << 24
"""Bytes of a packet, or of a block; what claims more is damaged."""
_SECTION, _INTERFACE, _SIMPLE, _ENHANCED = 0x0A0D0D0A, 1, 3, 6

CapturedFrame = tuple[float, int, bytes]
"""Seconds since 1970, the link type, and the bytes of a packet, as far as they were kept."""


def is_capture(head: bytes) -> bool:
    """Whether what begins so is a capture."""
    return head[:4] in _PCAP or head[:4] == _PCAPNG


class Cut(ProposalError):
    """The file ends, or is damaged, in the middle of a packet."""


def frames(stream: BinaryIO) -> Iterator[CapturedFrame]:
    """The packets. Raises Cut where the file ends in the middle of one, after the packets before it."""
    magic = stream.read(4)
    if magic == _PCAPNG:
        yield from _pcapng(stream)
    else:
        yield from _pcap(stream, *_PCAP[magic])


def _pcap(stream: BinaryIO, order: str, unit: float) -> Iterator[CapturedFrame]:
    head = stream.read(20)
    if len(head) < 20:
        raise Cut("the capture ends in its header")
    # The upper bits say whether there is a checksum at the end of each frame.
    link = int(struct.unpack(f"{order}I", head[16:20])[0]) & 0xFFFF
    unpack, read = struct.Struct(f"{order}IIII").unpack, stream.read
    while head := read(16):
        if len(head) < 16:
            raise Cut("the capture ends in the middle of a packet")
        seconds, fraction, kept, _ = unpack(head)
        if kept > _LARGEST:
            raise Cut("the capture is damaged: a packet of an impossible length")
        data = read(kept)
        if len(data) < kept:
            raise Cut("the capture ends in the middle of a packet")
        yield seconds + fraction * unit, link, data


def _pcapng(stream: BinaryIO) -> Iterator[CapturedFrame]:
    order = "<"
    interfaces: list[tuple[int, float]] = []
    kind = _SECTION
    head = stream.read(4)
    while True:
        if len(head) < 4:
            raise Cut("the capture ends in the middle of a block")
        if kind == _SECTION:
            rest = stream.read(4)
            order = "<" if rest == b"\x4d\x3c\x2b\x1a" else ">"
            length = int(struct.unpack(f"{order}I", head)[0])
            body, interfaces = _body(stream, length - 12 - 4), []
        else:
            length = int(struct.unpack(f"{order}I", head)[0])
            body = _body(stream, length - 12)
        stream.read(4)  # the length again
        if kind == _INTERFACE and len(body) >= 8:
            interfaces.append((struct.unpack_from(f"{order}H", body)[0], _unit(body, order)))
        elif kind == _ENHANCED and len(body) >= 20:
            number, high, low, kept, _ = struct.unpack_from(f"{order}IIIII", body)
            link, unit = interfaces[number] if number < len(interfaces) else (1, 1e-6)
            yield ((high << 32) | low) * unit, link, body[20 : 20 + kept]
        elif kind == _SIMPLE and len(body) >= 4:
            yield 0.0, interfaces[0][0] if interfaces else 1, body[4:]
        start = stream.read(8)
        if not start:
            return
        if len(start) < 8:
            raise Cut("the capture ends in the middle of a block")
        # The type of a section block reads the same in both byte orders.
        kind = _SECTION if start[:4] == _PCAPNG else int(struct.unpack(f"{order}I", start[:4])[0])
        head = start[4:]


def _body(stream: BinaryIO, length: int) -> bytes:
    if not 0 <= length <= _LARGEST:
        raise Cut("the capture is damaged: a block of an impossible length")
    body = stream.read(length)
    if len(body) < length:
        raise Cut("the capture ends in the middle of a block")
    return body


def _unit(body: bytes, order: str) -> float:
    """Seconds in a step of an interface's clock: option 9, microseconds without it."""
    at = 8
    while at + 4 <= len(body):
        code, length = struct.unpack_from(f"{order}HH", body, at)
        if code == 0:
            break
        if code == 9 and length == 1:
            value = body[at + 4]
            return float(2.0 ** -(value & 0x7F)) if value & 0x80 else float(10.0**-value)
        at += 4 + (length + 3) // 4 * 4
    return 1e-6
