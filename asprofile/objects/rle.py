"""Frames in DICOM's run-length encoding (PS3.5 annex G), decoded without any codec.

Not here: whether the frame fits the data set beyond its size (``images``).
"""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import Final

from asprofile.errors import ObjectError

_HEADER: Final = 64
_MOST_SEGMENTS: Final = 15
_LONGEST_RUN: Final = 128  # bytes that two bytes can stand for


def decode_frame(frame: bytes, pixels: int, samples: int, width: int, *, planar: bool) -> bytearray:
    """The samples of a frame, each of ``width`` bytes in little endian, by plane or by pixel.

    Raises ObjectError if the frame has not exactly as many; before memory is taken for them if it cannot have.
    """
    segments = _segments(frame, samples * width)
    if any(len(segment) * _LONGEST_RUN // 2 < pixels for segment in segments):
        raise ObjectError(f"is too short ({len(frame)} bytes) for {pixels} pixels")
    decoded = bytearray(pixels * samples * width)
    for number, segment in enumerate(segments):
        sample, byte = number // width, width - 1 - number % width  # the most significant byte comes first
        if planar:
            start, step = sample * pixels * width + byte, width
            decoded[start : start + pixels * width : step] = _decoded(segment, pixels)
        else:
            decoded[sample * width + byte :: samples * width] = _decoded(segment, pixels)
    return decoded


def _segments(frame: bytes, wanted: int) -> list[bytes]:
    if len(frame) < _HEADER:
        raise ObjectError("ends within its header")
    count, *offsets = struct.unpack_from("<16L", frame)
    if count != wanted:
        raise ObjectError(f"has {count} RLE segments, not {wanted} (one for each byte of the samples of a pixel)")
    if count > _MOST_SEGMENTS:
        raise ObjectError(f"would need {count} RLE segments; there can be {_MOST_SEGMENTS}")
    bounds = [*offsets[:count], len(frame)]
    if bounds[0] != _HEADER or any(here >= there for here, there in pairwise(bounds)):
        raise ObjectError("has RLE segments that do not follow each other")
    return [frame[here:there] for here, there in pairwise(bounds)]


def _decoded(segment: bytes, wanted: int) -> bytearray:
    """Exactly ``wanted`` bytes; after them there may be zeros."""
    result = bytearray()
    pos, length = 0, 0
    while length < wanted:
        if pos + 1 >= len(segment):
            raise ObjectError(f"has {length} pixels in a segment, not {wanted}; get a complete copy")
        code = segment[pos]
        if code < 128:
            result += segment[pos + 1 : pos + code + 2]
            pos += code + 2
        else:
            if code > 128:
                result += segment[pos + 1 : pos + 2] * (257 - code)
                pos += 1
            pos += 1
        length = len(result)
    if length > wanted or pos > len(segment) or segment[pos:].strip(b"\0"):
        raise ObjectError(f"has more than {wanted} pixels in a segment")
    return result
