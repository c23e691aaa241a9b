"""Values of a data set on disk, by tag: for whoever needs a few of them and no pydicom.

Belongs here: finding elements of the data set itself, not of items. Does not belong here: what they mean.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Final

from asprofile.names.well_known import DEFLATED
from asprofile.objects.dataset import original_of
from asprofile.objects.elements import Head, Window, read_head, skip
from asprofile.objects.encoding import encoding_of
from asprofile.objects.prepared import inflate
from asprofile.objects.room import DEFAULT_MAX_SIZE, Room
from asprofile.objects.vrs import Scope, VRs

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from io import BytesIO

    from asprofile.objects.dataset import HeldObject, Original
    from asprofile.objects.header import ObjectHeader

_LONGEST: Final = 0xFFFE
"""Bytes of a value that is looked at; what is longer counts as not there. An element with a length of 16 bits, as UIDs
have in Explicit VR, holds no more (PS3.5 section 7.1.2).
"""


def top_level_values(
    header: ObjectHeader, tags: Container[int], held: BytesIO | None = None
) -> dict[int, tuple[str, bytes]]:
    """VR and value of those of ``tags`` that are there, in little endian or as text; of two of one tag the first.
    ``held`` is used in the place of the file, which need not be there.

    Raises ObjectError if the data set cannot be read.
    """
    original = original_of(header, held)
    opened: list[IO[bytes]] = []
    try:
        window, start = _window(header, original, opened)
        return _found(window, start, header.transfer_syntax, tags)
    finally:
        for file in opened:
            file.close()
        original.close()


def _window(header: ObjectHeader, original: Original | HeldObject, opened: list[IO[bytes]]) -> tuple[Window, int]:
    if header.transfer_syntax not in DEFLATED:
        return Window(original.file, header.size), header.dataset_offset
    inflated, length = inflate(original.file, header.dataset_offset, header.size, Room(DEFAULT_MAX_SIZE))
    opened.append(inflated)
    return Window(inflated, length), 0


def _found(window: Window, start: int, transfer_syntax: str, tags: Container[int]) -> dict[int, tuple[str, bytes]]:
    vrs = VRs(None, dcmtk=True)
    found: dict[int, tuple[str, bytes]] = {}
    for head in _heads(window, start, transfer_syntax):
        if head.tag in tags and head.tag not in found and head.length <= _LONGEST:
            vr = head.vr or vrs.find(head.tag, Scope(None))
            found[head.tag] = vr, window.value(head.start, head.length)
    return found


def _heads(window: Window, pos: int, transfer_syntax: str) -> Iterator[Head]:
    encoding = encoding_of(transfer_syntax)
    while pos < window.end:
        head = read_head(window, pos, encoding, window.end)
        yield head
        pos = skip(window, head, encoding)
