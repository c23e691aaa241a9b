"""Captures made of what two sides say: packets of every kind that we read, and what becomes of them on the way."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable, Iterable, Sequence

from asprofile.negotiate.request import (
    AssociateAccept,
    AssociateRequest,
    ContextResult,
    ProposedContext,
    RoleItem,
    UserIdentity,
)
from asprofile.net import dimse
from asprofile.net.wire import AssociateReject, ReleaseRequest, ReleaseResponse, data_header, encode

CT, MR = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4"
IMPLICIT, EXPLICIT = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"
FIN, SYN, RST, ACK = 1, 2, 4, 16

Said = tuple[int, bytes]
"""Who says it (0 the requestor, 1 the acceptor), and what."""


def request(calling: str = "SCANNER", called: str = "ARCHIVE") -> AssociateRequest:
    return AssociateRequest(
        called,
        calling,
        (ProposedContext(1, CT, (EXPLICIT, IMPLICIT)), ProposedContext(3, MR, (IMPLICIT,))),
        roles=(RoleItem(CT, True, True),),
        user_identity=UserIdentity(1, b"someone"),
    )


def accept(asked: AssociateRequest) -> AssociateAccept:
    results = (ContextResult(1, 0, EXPLICIT), ContextResult(3, 3, IMPLICIT))
    return AssociateAccept(asked.called_ae, asked.calling_ae, results, implementation_version_name="THEIRS")


def stored(number: int, size: int, status: int = 0, piece: int = 16_000) -> list[Said]:
    """A C-STORE of an object of so many bytes, and its answer."""
    command = dimse.store_request(CT, f"1.2.3.{number}", number)
    pdus = [data_header(1, len(command), command=True, last=True) + command]
    for at in range(0, size, piece):
        part = min(piece, size - at)
        pdus.append(data_header(1, part, command=False, last=at + part == size) + b"\x04\0" * (part // 2))
    answer = dimse.response(dimse.decode(command), status)
    return [(0, b"".join(pdus)), (1, data_header(1, len(answer), command=True, last=True) + answer)]


def conversation(objects: int = 2, size: int = 40_000, *, calling: str = "SCANNER", status: int = 0) -> list[Said]:
    """A whole association."""
    asked = request(calling)
    said: list[Said] = [(0, encode(asked)), (1, encode(accept(asked)))]
    for number in range(1, objects + 1):
        said += stored(number, size, status)
    return [*said, (0, encode(ReleaseRequest())), (1, encode(ReleaseResponse()))]


def rejection(calling: str = "SCANNER") -> list[Said]:
    return [(0, encode(request(calling))), (1, encode(AssociateReject(1, 1, 7)))]


# --- packets


def tcp(source: tuple[bytes, int], target: tuple[bytes, int], sequence: int, flags: int, payload: bytes) -> bytes:
    """A segment in IPv4 or IPv6, by the length of the addresses; checksums are not made."""
    head = struct.pack(">HHIIBBHHH", source[1], target[1], sequence & 0xFFFFFFFF, 0, 5 << 4, flags, 65535, 0, 0)
    inner = head + payload
    if len(source[0]) == 4:
        return ip(6, source[0], target[0], inner)
    return struct.pack(">IHBB", 6 << 28, len(inner), 6, 64) + source[0] + target[0] + inner


def ip(protocol: int, source: bytes, target: bytes, inner: bytes) -> bytes:
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(inner), 0, 0, 64, protocol, 0)
    return head + source + target + inner


def _kind(packet: bytes) -> bytes:
    return b"\x08\0" if packet[0] >> 4 == 4 else b"\x86\xdd"


def ethernet(packet: bytes) -> bytes:
    return b"\x02" * 12 + _kind(packet) + packet


def tunnelled(protocol: int, before: bytes, packet: bytes) -> bytes:
    return ethernet(ip(protocol, b"\x0a\0\0\1", b"\x0a\0\0\2", before + packet))


WRAPPINGS: dict[str, tuple[int, Callable[[bytes], bytes]]] = {
    "Ethernet": (1, ethernet),
    "VLAN": (1, lambda packet: b"\x02" * 12 + b"\x81\0\0\x05" + _kind(packet) + packet),
    "two VLANs": (1, lambda packet: b"\x02" * 12 + b"\x88\xa8\0\x05\x81\0\0\x06" + _kind(packet) + packet),
    "Linux cooked": (113, lambda packet: b"\0\0\0\1\0\6" + b"\x02" * 8 + _kind(packet) + packet),
    "Linux cooked 2": (276, lambda packet: _kind(packet) + b"\0" * 18 + packet),
    "raw IP": (101, lambda packet: packet),
    "loopback": (0, lambda packet: b"\x02\0\0\0" + packet),
    "PPPoE": (1, lambda packet: b"\x02" * 12 + b"\x88\x64\x11\0\0\1\0\0\0\x21" + packet),
    "IP in IP": (1, lambda packet: tunnelled(4 if packet[0] >> 4 == 4 else 41, b"", packet)),
    "GRE": (1, lambda packet: tunnelled(47, b"\0\0" + _kind(packet), packet)),
    "GRE with a key": (1, lambda packet: tunnelled(47, b"\x20\0" + _kind(packet) + b"\0\0\0\7", packet)),
    "VXLAN": (1, lambda packet: tunnelled(17, b"\x13\x88\x12\xb5\0\0\0\0\x08" + b"\0" * 7, ethernet(packet))),
}  # fmt: skip

Packet = tuple[float, bytes]
"""When, and an IP packet."""


def packets(
    said: Sequence[Said],
    *,
    port: int = 11112,
    client: int = 50_000,
    mss: int = 1460,
    first: int = 1000,
    ends: bool = True,
    v6: bool = False,
    at: float = 1_700_000_000.0,
) -> list[Packet]:
    """The packets of a connection on which this is said."""
    hosts = (bytes(15) + b"\1", bytes(15) + b"\2") if v6 else (b"\xc0\0\2\1", b"\xc0\0\2\2")
    sides = [(hosts[0], client), (hosts[1], port)]
    numbers = [first, first + 77_777]
    made: list[Packet] = []

    def send(side: int, flags: int, payload: bytes = b"") -> None:
        packet = tcp(sides[side], sides[1 - side], numbers[side], flags, payload)
        made.append((at + len(made) * 0.001, packet))
        numbers[side] += len(payload) + bool(flags & (SYN | FIN))

    send(0, SYN)
    send(1, SYN | ACK)
    send(0, ACK)
    for side, data in said:
        for start in range(0, len(data), mss):
            send(side, ACK, data[start : start + mss])
    if ends:
        send(0, FIN | ACK)
        send(1, FIN | ACK)
    return made


def fragmented(made: Iterable[Packet], size: int = 504) -> list[Packet]:
    """The same IP packets, each cut in parts of so many bytes, a multiple of 8; those of IPv6 with a header for it."""
    found: list[Packet] = []
    for number, (at, packet) in enumerate(made, 1):
        v4 = packet[0] >> 4 == 4
        head, inner = (packet[:20], packet[20:]) if v4 else (packet[:40], packet[40:])
        for place in range(0, len(inner), size):
            part, more = inner[place : place + size], place + size < len(inner)
            if v4:
                cut = struct.pack(">HHH", 20 + len(part), number, place >> 3 | more << 13)
                found.append((at, head[:2] + cut + head[8:] + part))
            else:
                length = struct.pack(">H", 8 + len(part))
                cut = struct.pack(">BBHI", head[6], 0, place | more, number)
                found.append((at, head[:4] + length + b"\x2c" + head[7:] + cut + part))
    return found


def disturbed(made: Sequence[Packet], seed: int, *, distance: int = 4) -> list[Packet]:
    """The same, with packets that come up to ``distance`` places later, and with some twice."""
    chance = random.Random(seed)
    order = sorted(range(len(made)), key=lambda place: place + chance.uniform(0, distance))
    found: list[Packet] = []
    for place in order:
        found.append(made[place])
        if chance.random() < 0.2:
            found.append(made[place])
    return found


# --- files


def pcap(
    made: Iterable[Packet], wrapping: str = "Ethernet", *, order: str = "<", nano: bool = False, kept: int = 1 << 18
) -> bytes:
    link, wrap = WRAPPINGS[wrapping]
    magic = 0xA1B23C4D if nano else 0xA1B2C3D4
    file = bytearray(struct.pack(f"{order}IHHiIII", magic, 2, 4, 0, 0, kept, link))
    for time, packet in made:
        frame = wrap(packet)
        part = int(time % 1 * (1e9 if nano else 1e6))
        file += struct.pack(f"{order}IIII", int(time), part, min(len(frame), kept), len(frame)) + frame[:kept]
    return bytes(file)


def pcapng(made: Iterable[Packet], wrapping: str = "Ethernet", *, order: str = "<") -> bytes:
    link, wrap = WRAPPINGS[wrapping]

    def block(kind: int, body: bytes) -> bytes:
        body += b"\0" * (-len(body) % 4)
        size = struct.pack(f"{order}I", len(body) + 12)
        return struct.pack(f"{order}I", kind) + size + body + size

    file = block(0x0A0D0D0A, struct.pack(f"{order}IHHq", 0x1A2B3C4D, 1, 0, -1))
    file += block(1, struct.pack(f"{order}HHI", link, 0, 0))
    file += block(5, b"\0" * 8)  # of a kind that is passed over
    for time, packet in made:
        frame, ticks = wrap(packet), int(time * 1e6)
        head = struct.pack(f"{order}IIIII", 0, ticks >> 32, ticks & 0xFFFFFFFF, len(frame), len(frame))
        file += block(6, head + frame)
    return file
