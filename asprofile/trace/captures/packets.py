"""The TCP segment in a packet: Ethernet, VLAN, Linux cooked captures, raw IP, IPv4 and IPv6, and tunnels of the usual
kinds (IP in IP, GRE, VXLAN)."""

from __future__ import annotations

import struct
from collections.abc import Callable
from ipaddress import ip_address
from typing import Final, NamedTuple, TypeAlias

_IPV4, _IPV6 = 0x0800, 0x86DD
_VLANS: Final = (0x8100, 0x88A8, 0x9100)
_TEB: Final = 0x6558
"""Ethernet in GRE."""
_TCP, _UDP, _GRE, _IP_IN_IP, _IPV6_IN_IP = 6, 17, 47, 4, 41
_EXTENSIONS: Final = (0, 43, 60)
_FRAGMENT: Final = 44
_VXLAN_PORTS: Final = (4789, 8472)
_DEEPEST: Final = 6
_TCP_HEADER: Final = struct.Struct(">HHIIBBH")
_PPPOE: Final = 0x8864


class Segment(NamedTuple):
    """A TCP segment. ``source`` and ``target`` are addresses with ports, as bytes; ``flags`` those of TCP; the payload
    is ``data[start:]``, and was ``length`` bytes long on the wire, of which the capture may have kept less."""

    source: bytes
    target: bytes
    sequence: int
    flags: int
    start: int
    length: int
    data: bytes


class Fragment(NamedTuple):
    """A part of an IP packet, which begins at ``place`` of what the whole one carries. ``key`` is the same for all of
    its parts; ``kind`` is the protocol of what it carries, ``source`` and ``target`` are addresses, ``depth`` counts
    the tunnels around it.
    """

    key: bytes
    place: int
    is_last: bool
    payload: bytes
    kind: int
    source: bytes
    target: bytes
    depth: int


Found: TypeAlias = "Segment | Fragment | None"

FIN, SYN, RST, ACK = 1, 2, 4, 16


def segment(link: int, data: bytes) -> Found:
    """What of TCP is in a packet of that link type, or a part of an IP packet; None if there is neither, or too little
    was kept.
    """
    try:
        # Nearly all: IPv4 in Ethernet.
        if link == 1 and data[12:14] == b"\x08\x00":
            return _ipv4(data, 14, 0)
        layer = _LINKS.get(link)
        return None if layer is None else layer(data)
    except (struct.error, IndexError):
        return None


def joined(part: Fragment, payload: bytes) -> Found:
    """What of TCP is in the whole packet of this part, of which this is all that it carries."""
    try:
        if part.kind == _TCP:
            return _tcp(payload, 0, len(payload), part.source, part.target)
        return _inner(part.kind, payload, 0, part.depth)
    except (struct.error, IndexError):
        return None


def address(place: bytes) -> str:
    """``192.0.2.1:104`` or ``[2001:db8::1]:104`` of an address with its port."""
    host, port = ip_address(place[:-2]), int.from_bytes(place[-2:], "big")
    return f"[{host}]:{port}" if host.version == 6 else f"{host}:{port}"


# --- links


def _ethernet(data: bytes, at: int = 0, depth: int = 0) -> Found:
    return _typed(int.from_bytes(data[at + 12 : at + 14], "big"), data, at + 14, depth)


def _typed(kind: int, data: bytes, at: int, depth: int) -> Found:
    while kind in _VLANS:
        kind, at = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
    if kind == _PPPOE:
        return _raw(data, at + 8, depth)
    if kind == _IPV4:
        return _ipv4(data, at, depth)
    return _ipv6(data, at, depth) if kind == _IPV6 else None


def _raw(data: bytes, at: int = 0, depth: int = 0) -> Found:
    version = data[at] >> 4
    if version == 4:
        return _ipv4(data, at, depth)
    return _ipv6(data, at, depth) if version == 6 else None


def _loopback(data: bytes) -> Found:
    """BSD: four bytes with the family, in the byte order of whoever made it."""
    return _raw(data, 4)


_LINKS: Final[dict[int, Callable[[bytes], Found]]] = {
    0: _loopback,
    1: _ethernet,
    12: _raw,
    14: _raw,
    101: _raw,
    108: _loopback,
    113: lambda data: _typed(int.from_bytes(data[14:16], "big"), data, 16, 0),  # Linux cooked
    228: _raw,
    229: _raw,
    276: lambda data: _typed(int.from_bytes(data[0:2], "big"), data, 20, 0),  # Linux cooked, version 2
}


# --- IP and what is in it


def _ipv4(data: bytes, at: int, depth: int) -> Found:
    first = data[at]
    if first >> 4 != 4:
        return None
    head = (first & 15) * 4
    total = data[at + 2] << 8 | data[at + 3]
    # A network card that cuts packets itself leaves the length of a large one empty.
    total = total or len(data) - at
    kind, start = data[at + 9], at + head
    if cut := (data[at + 6] & 0x3F) << 8 | data[at + 7]:
        source, target = data[at + 12 : at + 16], data[at + 16 : at + 20]
        key = b"4%c" % kind + data[at + 4 : at + 6] + source + target
        return _fragment(
            key, cut << 3 & 0xFFFF, not cut & 0x2000, data, start, at + total, (kind, source, target, depth)
        )
    if kind == _TCP:
        return _tcp(data, start, at + total, data[at + 12 : at + 16], data[at + 16 : at + 20])
    return _inner(kind, data, start, depth)


def _ipv6(data: bytes, at: int, depth: int) -> Found:
    if data[at] >> 4 != 6:
        return None
    length = int.from_bytes(data[at + 4 : at + 6], "big") or len(data) - at - 40
    kind, start, end = data[at + 6], at + 40, at + 40 + length
    while kind in _EXTENSIONS:
        kind, start = data[start], start + 8 + data[start + 1] * 8
    source, target = data[at + 8 : at + 24], data[at + 24 : at + 40]
    if kind == _FRAGMENT:
        kind, cut = data[start], data[start + 2] << 8 | data[start + 3]
        key = b"6" + data[start + 4 : start + 8] + source + target
        return _fragment(key, cut & 0xFFF8, not cut & 1, data, start + 8, end, (kind, source, target, depth))
    if kind == _TCP:
        return _tcp(data, start, end, source, target)
    return _inner(kind, data, start, depth)


def _fragment(
    key: bytes, place: int, is_last: bool, data: bytes, start: int, end: int, what: tuple[int, bytes, bytes, int]
) -> Fragment | None:
    """None where the capture has kept less than all of it."""
    payload = data[start:end]
    return Fragment(key, place, is_last, payload, *what) if len(payload) == end - start else None


def _inner(kind: int, data: bytes, start: int, depth: int) -> Found:
    """What is in a tunnel."""
    if depth >= _DEEPEST:
        return None
    if kind in (_IP_IN_IP, _IPV6_IN_IP):
        return _raw(data, start, depth + 1)
    if kind == _GRE:
        flags, protocol = struct.unpack_from(">HH", data, start)
        inside = start + 4 + 4 * bool(flags & 0x8000) + 4 * bool(flags & 0x2000) + 4 * bool(flags & 0x1000)
        return _ethernet(data, inside, depth + 1) if protocol == _TEB else _typed(protocol, data, inside, depth + 1)
    if kind == _UDP and int.from_bytes(data[start + 2 : start + 4], "big") in _VXLAN_PORTS:
        return _ethernet(data, start + 16, depth + 1)
    return None


def _tcp(data: bytes, start: int, end: int, source: bytes, target: bytes) -> Segment:
    _, _, sequence, _, offset, flags, _ = _TCP_HEADER.unpack_from(data, start)
    payload = start + (offset >> 4) * 4
    return Segment(
        source + data[start : start + 2],
        target + data[start + 2 : start + 4],
        sequence,
        flags,
        payload,
        max(0, end - payload),
        data if len(data) <= end else data[:end],
    )
