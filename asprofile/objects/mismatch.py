"""Whether a data set is encoded as its header says, by its first elements.

Belongs here: how a data set looks in each encoding. Does not belong here: the rest of it (``whole``). Only what is
refused, or does not have its own UIDs where they should be, is looked at.
"""

from __future__ import annotations

import struct
import zlib
from typing import Final

_SHORT: Final = frozenset(b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split())
_LONG: Final = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_UNDEFINED: Final = 0xFFFFFFFF
_ENOUGH: Final = 2
"""This many valid elements in a row are not a coincidence."""

EXPLICIT: Final = "Explicit VR Little Endian"
IMPLICIT_NAME: Final = "Implicit VR Little Endian"
BIG: Final = "Explicit VR Big Endian"
DEFLATED_NAME: Final = "Deflated Explicit VR Little Endian"


def mismatch(start: bytes, size: int, declared: str) -> str:
    """What a data set of ``size`` bytes that begins with ``start`` is encoded in, if that is surely not ``declared``
    (one of the names above); empty if it may be that, or nobody can tell.
    """
    if declared != DEFLATED_NAME and _looks_like(start, size, declared):
        return ""
    likely = [name for name in (EXPLICIT, IMPLICIT_NAME, BIG) if name != declared and _looks_like(start, size, name)]
    if not likely and declared != DEFLATED_NAME and _looks_like(_inflated(start), 1 << 40, EXPLICIT):
        likely = [DEFLATED_NAME]
    return likely[0] if len(likely) == 1 else ""


def _looks_like(data: bytes, size: int, name: str) -> bool:
    """Its first elements are in ascending order, begin in group 0008, and end before the data set does."""
    order = ">" if name == BIG else "<"
    last = pos = count = 0
    while count < _ENOUGH and pos + 12 <= len(data):
        group, element, vr, length = struct.unpack_from(order + "HH2sH", data, pos)
        tag = group << 16 | element
        start = pos + 8
        if name == IMPLICIT_NAME:
            (length,) = struct.unpack_from(order + "I", data, pos + 4)
        elif vr in _LONG:
            start += 4
            (length,) = struct.unpack_from(order + "I", data, pos + 8)
        elif vr not in _SHORT:
            return False
        if tag <= last or (not count and group != 8) or (length != _UNDEFINED and start + length > size):
            return False
        last, count = tag, count + 1
        if length == _UNDEFINED:
            return name != IMPLICIT_NAME or data[start : start + 4] == b"\xfe\xff\x00\xe0"
        pos = start + length
    return count == _ENOUGH or (count == 1 and pos == size)


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, 1 << 16)
    except zlib.error:
        return b""
