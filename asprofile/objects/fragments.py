"""Splits encapsulated pixel data into frames (PS3.5 section A.4).

Belongs here: which fragments make a frame. Does not belong here: what is in a frame (``codestreams``, ``rle``).

With JPEG and similar codes each frame starts with bytes that no later fragment of it can start with, so the offset
tables are not needed, and a wrong one does no harm. Of RLE a fragment is a frame (PS3.5 section A.4.2).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from asprofile.errors import ObjectError
from asprofile.objects.codestreams import IMAGE_STARTS
from asprofile.objects.elements import damaged, read_item
from asprofile.objects.encoding import EXPLICIT_LITTLE, SEQUENCE_END

if TYPE_CHECKING:
    from asprofile.objects.elements import Head, Window

FragmentPlace = tuple[int, int]
"""Where a fragment starts in its file, and its length in bytes."""


def fragments(window: Window, head: Head) -> list[FragmentPlace]:
    """The fragments after the offset table of the pixel data at ``head``."""
    found: list[FragmentPlace] = []
    pos = head.start
    while (item := read_item(window, pos, EXPLICIT_LITTLE, window.end)).tag != SEQUENCE_END:
        pos = item.start + item.length
        if pos > window.end:
            raise damaged(item.pos, "it ends within a fragment")
        found.append((item.start, item.length))
    return found[1:]


def frames(window: Window, head: Head, kind: str, count: int) -> list[list[FragmentPlace]]:
    """The fragments of each of ``count`` frames. Raises ObjectError if there is another number of frames."""
    places = fragments(window, head)
    if kind == "rle":
        if count == 1 and places:
            return [places]
        if len(places) != count:
            raise _other_number(count, f"{len(places)} fragments, and in RLE each is a frame")
        return [[place] for place in places]
    sign = IMAGE_STARTS[kind]
    first = [
        number
        for number, (start, length) in enumerate(places)
        if length >= len(sign) and window.value(start, len(sign)) == sign
    ]
    if count == 1 and not first and places:
        return [places]  # whatever it is; who reads its header says so
    if len(first) != count or first[0] != 0:
        raise _other_number(count, f"{len(first)} images in {len(places)} fragments")
    return [places[here:there] for here, there in pairwise([*first, len(places)])]


def joined(window: Window, places: list[FragmentPlace]) -> bytes:
    """The bytes of a frame."""
    return b"".join(window.value(start, length) for start, length in places)


def _other_number(count: int, found: str) -> ObjectError:
    return ObjectError(f"cannot be decompressed: Number of Frames says {count}, and there are {found}")
