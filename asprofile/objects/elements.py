"""Reads the heads of data elements one after the other (PS3.5 section 7.1), and skips elements."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, Final

from asprofile.errors import ObjectError
from asprofile.objects.encoding import (
    IMPLICIT_LITTLE,
    ITEM,
    ITEM_END,
    LONG_VRS,
    PIXEL_DATA,
    SEQUENCE_END,
    SHORT_VRS,
    UNDEFINED,
    ElementEncoding,
)
from asprofile.objects.prepared import read_into

_WINDOW: Final = 256 << 10

DEEPEST: Final = 100

# What a VR in a file is read as: the standard's own; those DCMTK uses within and some writers let out; two other
# capital letters are a VR to come, with a 32-bit length; anything else has a 16-bit length (DCMTK 3.7.0, dcvr.cc).
VR_NAMES: Final = {vr.encode(): (vr, vr in LONG_VRS) for vr in SHORT_VRS | LONG_VRS} | {
    b"ox": ("OB", True),
    b"px": ("OB", True),
    b"lt": ("OW", True),
    b"xs": ("US", False),
    b"up": ("UL", False),
}


class Disorder(Exception):
    """The elements are not in ascending order, where they have to be; walk again with ``ordered``."""


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of an element at ``pos``: its value, ``length`` bytes, starts at ``start``. ``vr`` is empty in
    Implicit VR.
    """

    tag: int
    vr: str
    length: int
    pos: int
    start: int


class Window:
    """A file, or a part of it up to ``end``, that can be read at any place."""

    def __init__(self, file: IO[bytes], end: int) -> None:
        self.file = file
        self.end = end
        self._base = 0
        self._data = b""

    def at(self, pos: int, count: int) -> tuple[bytes, int]:
        """Bytes in which the ``count`` from ``pos`` are, and where."""
        if not (self._base <= pos and pos + count <= self._base + len(self._data)):
            if pos + count > self.end:
                raise damaged(pos, "it ends within an element")
            data = bytearray(min(max(count, _WINDOW), self.end - pos))
            read_into(self.file, pos, memoryview(data))
            self._base, self._data = pos, bytes(data)
        return self._data, pos - self._base

    def value(self, pos: int, count: int) -> bytes:
        data, at = self.at(pos, count)
        return data[at : at + count]


def damaged(pos: int, what: str) -> ObjectError:
    return ObjectError(
        f"is damaged: at byte {pos} of its data set, {what}; get a complete copy, or rewrite it (dcmconv)"
    )


def read_head(window: Window, pos: int, encoding: ElementEncoding, end: int) -> Head:
    """The element at ``pos``; its value has to end before ``end`` if it has a length."""
    if pos + 8 > end:
        raise damaged(pos, "it ends within an element")
    data, at = window.at(pos, 8)
    group, element, letters, length = encoding.element.unpack_from(data, at)
    tag, start, vr = group << 16 | element, pos + 8, ""
    if tag in (ITEM_END, SEQUENCE_END):
        length = 0  # whatever it says: there is nothing in a delimiter, and DCMTK does not look
    elif not encoding.explicit or group == 0xFFFE:
        (length,) = encoding.long.unpack_from(data, at + 4)
    else:
        vr, long = VR_NAMES.get(letters) or _odd_vr(letters, tag)
        if long:
            start += 4
            data, at = window.at(pos + 8, 4)
            (length,) = encoding.long.unpack_from(data, at)
    if length != UNDEFINED and start + length > end:
        raise damaged(pos, f"element ({group:04X},{element:04X}) is longer ({length} bytes) than what is left")
    return Head(tag, vr, length, pos, start)


def _odd_vr(letters: bytes, tag: int) -> tuple[str, bool]:
    if letters == b"OX" and tag == PIXEL_DATA:
        return "OW", True
    return "UN", letters.isalpha() and letters.isupper()


def skip(window: Window, head: Head, encoding: ElementEncoding, depth: int = 0) -> int:
    """Where the element ends."""
    if head.length != UNDEFINED:
        return head.start + head.length
    inner = IMPLICIT_LITTLE if encoding.explicit and head.vr == "UN" else encoding
    pos = head.start
    while True:
        item = read_item(window, pos, inner, window.end)
        if item.tag == SEQUENCE_END:
            return item.start
        pos = _skip_item(window, item, inner, depth)


def _skip_item(window: Window, item: Head, encoding: ElementEncoding, depth: int) -> int:
    if item.length != UNDEFINED:
        return item.start + item.length
    if depth > DEEPEST:
        raise too_deep(item.pos)
    pos = item.start
    while True:
        head = read_head(window, pos, encoding, window.end)
        if head.tag == ITEM_END:
            return head.start
        pos = skip(window, head, encoding, depth + 1)


def read_item(window: Window, pos: int, encoding: ElementEncoding, end: int) -> Head:
    """The item, or the end of the sequence, at ``pos``."""
    head = read_head(window, pos, encoding, end)
    if head.tag not in (ITEM, SEQUENCE_END):
        raise damaged(pos, f"({head.tag >> 16:04X},{head.tag & 0xFFFF:04X}) is where an item should be")
    return head


def too_deep(pos: int) -> ObjectError:
    return damaged(pos, f"sequences are nested more than {DEEPEST} deep")
