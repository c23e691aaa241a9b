"""Walks over the elements of a data set as fast as Python can, for the simple cases.

Belongs here: skipping what is certainly complete, in Little Endian, in bytes that are in memory. Does not belong
here: any judgement of what is not; from there on ``whole`` goes on, and it alone has words and refuses.

A send looks at each of its objects, and with small ones that is a good part of its work. So nothing is kept here but
offsets, and what is rare is left to ``whole``: what the bytes at hand do not show, one encoding within another, pixel
data that the transfer syntax may not mean, zeros that may be filler, deep nesting, and whatever is odd.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from asprofile.names.well_known import DEFLATED, EXPLICIT_VR_BIG_ENDIAN, IMPLICIT, STANDARD_ROOT
from asprofile.objects.forms import (
    DELIMITERS,
    ITEM,
    ITEM_END,
    NATIVE,
    PAD,
    PIXEL_DATA,
    SEQUENCE_END,
    SHORT_CODES,
    UNDEFINED,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    Elements = Callable[[bytes, int, int, bool, int], int]

_DEEPEST: Final = 20
_HEAD: Final = 8
_MOST_STEPS: Final = 4096
_EXPLICIT: Final = struct.Struct("<HxxHH").unpack_from  # group, VR, 16-bit length
_IMPLICIT: Final = struct.Struct("<HHII").unpack_from  # group, element, length, the first bytes of the value
_DELIMITER: Final = struct.Struct("<HHI").unpack_from
_LONG: Final = struct.Struct("<I").unpack_from
_SHORT: Final = SHORT_CODES[True]
_VALUES: Final = frozenset(int.from_bytes(vr, "little") for vr in b"OB OD OF OL OV OW SV UC UN UR UT UV".split())
_SEQUENCE: Final = int.from_bytes(b"SQ", "little")
_ITEM_FIRST: Final = (ITEM & 0xFFFF) << 16 | DELIMITERS
_PIXELS: Final = PIXEL_DATA >> 16


def is_whole(data: bytes, start: int, transfer_syntax: str) -> bool:
    """Whether the data set from ``start`` to the end of ``data`` is whole; False where that is not sure."""
    if transfer_syntax not in NATIVE and not transfer_syntax.startswith(STANDARD_ROOT):
        return False
    if transfer_syntax == EXPLICIT_VR_BIG_ENDIAN or transfer_syntax in DEFLATED:
        return False
    return ends(data, len(data), transfer_syntax, start)


def ends(data: bytes, end: int, transfer_syntax: str, start: int = 0) -> bool:
    """Whether the elements from ``start``, in Little Endian and not deflated, surely end at ``end``, which may be
    further than ``data`` go.
    """
    if transfer_syntax in IMPLICIT:
        return implicit(data + PAD if len(data) == end else data, start, end) == end
    return explicit(data, start, end, native=transfer_syntax in NATIVE) == end


_STEPS: Final[dict[bytes, int]] = {}
"""From the head of an element with a 16-bit length to how far the next one is, 0 for all others.

Kept, because the same few heads are in all objects of a kind, and to look one up takes less than to read it.
"""


def _learn(head: bytes) -> None:
    step = 0
    if len(head) == _HEAD:
        group, vr, length = _EXPLICIT(head, 0)
        if vr in _SHORT and group != DELIMITERS:
            step = _HEAD + length
    if len(_STEPS) >= _MOST_STEPS:
        _STEPS.clear()
    _STEPS[head] = step


def explicit(data: bytes, pos: int, end: int, is_open: bool = False, depth: int = 0, *, native: bool = True) -> int:
    """After the elements from ``pos`` in Explicit VR Little Endian, up to ``end``, or a little further; -1 if it is
    not sure where they end. With ``is_open`` a delimiter ends them. ``native``: the transfer syntax means pixel data
    that are not compressed.
    """
    steps = _STEPS
    try:
        while pos < end:
            try:
                if depth:
                    while pos < end and (step := steps[data[pos : pos + 8]]):
                        pos += step
                else:
                    while step := steps[data[pos : pos + 8]]:
                        pos += step
            except KeyError as unknown:
                _learn(unknown.args[0])
                continue
            if pos >= end:
                break
            group, vr, length = _EXPLICIT(data, pos)
            if group == DELIMITERS:
                return _delimited(data, pos, end, is_open)
            (length,) = _LONG(data, pos + 8)
            if vr in _VALUES and length != UNDEFINED and (native or group != _PIXELS):
                pos += 12 + length
            elif vr == _SEQUENCE and depth < _DEEPEST:
                pos = _items(data, pos + 12, end, length, depth, explicit)
                if pos < 0:
                    return -1
            else:
                return -1
    except struct.error:  # these were all the bytes there are
        return -1
    return -1 if is_open else pos


def implicit(data: bytes, pos: int, end: int, is_open: bool = False, depth: int = 0) -> int:
    """The same in Implicit VR Little Endian. After the end of the data set, ``data`` have 12 bytes more."""
    try:
        while pos < end:
            group, _, length, first = _IMPLICIT(data, pos)
            if group == DELIMITERS:
                return _delimited(data, pos, end, is_open)
            if group and length != UNDEFINED and first != _ITEM_FIRST:
                pos += 8 + length
                continue
            if not group or group == _PIXELS or length < 8 or depth == _DEEPEST:
                return -1
            pos = _items(data, pos + 8, end, length, depth, implicit)
            if pos < 0:
                return -1
    except struct.error:
        return -1
    return -1 if is_open else pos


def _delimited(data: bytes, pos: int, end: int, is_open: bool) -> int:
    """After the delimiter at ``pos``, if it ends the item."""
    _, element, _ = _DELIMITER(data, pos)
    return pos + 8 if is_open and element == ITEM_END & 0xFFFF and pos + 8 <= end else -1


def _items(data: bytes, pos: int, limit: int, length: int, depth: int, elements: Elements) -> int:
    """After the sequence with its items at ``pos``; -1 if that is not sure."""
    is_open = length == UNDEFINED
    end = limit if is_open else pos + length
    if end > limit:
        return -1
    while is_open or pos < end:
        group, element, length = _DELIMITER(data, pos)
        pos += 8
        if group != DELIMITERS or pos > end:
            return -1
        if element == SEQUENCE_END & 0xFFFF and is_open:
            return pos
        if element != ITEM & 0xFFFF:
            return -1
        if length == UNDEFINED:
            pos = elements(data, pos, end, True, depth + 1)
            if pos < 0:
                return -1
        else:
            stop = pos + length
            if stop > end or elements(data, pos, stop, False, depth + 1) != stop:
                return -1
            pos = stop
    return pos if pos == end else -1
