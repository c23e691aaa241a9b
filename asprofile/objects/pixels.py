"""Encapsulated pixel data made native, with pydicom's decoders, frame by frame.

Belongs here: finding them in a data set, decompressing into a temporary file, and which attributes change with that
(PS3.5 section 8.2, PS3.3 section C.7.6.3). Does not belong here: whether that is wanted (``converting``), writing the
data set (``rewriting``). Colours are not converted: what was YCbCr stays it, so that nothing is lost by rounding.
"""

from __future__ import annotations

import struct
import warnings
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Final, cast

from asprofile.errors import ObjectError
from asprofile.objects.encoding import (
    ENCAPSULATED_UNCOMPRESSED,
    EXPLICIT_LITTLE,
    ITEM_END,
    PIXEL_DATA,
    SEQUENCE_END,
    UNDEFINED,
)
from asprofile.objects.prepared import Part, spool
from asprofile.objects.rewriting import Changes, Decoded, Head, Window, damaged, read_head, read_item, skip
from asprofile.program import installing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asprofile.objects.vrs import Scope

_PHOTOMETRIC: Final = 0x00280004
_PLANAR: Final = 0x00280006
_FRAMES: Final = 0x00280008
_BITS_ALLOCATED: Final = 0x00280100
_NUMBERS: Final = {
    0x00280002: "samples_per_pixel",
    0x00280010: "rows",
    0x00280011: "columns",
    _BITS_ALLOCATED: "bits_allocated",
    0x00280101: "bits_stored",
    0x00280103: "pixel_representation",
    _PLANAR: "planar_configuration",
}
_OFFSETS: Final = 0x7FE00001
_OFFSET_LENGTHS: Final = 0x7FE00002
_DEEPEST: Final = 100
# What a decoder may raise over data that are not what they should be.
_DECODER_ERRORS: Final = (
    RuntimeError, ValueError, TypeError, AttributeError, LookupError, ArithmeticError, EOFError, OSError,
    NotImplementedError, MemoryError, struct.error,
)  # fmt: skip


@dataclass(slots=True)
class _Picture:
    """Encapsulated pixel data in the item (or data set) that starts at ``container``."""

    container: int
    head: Head
    attributes: dict[str, Any]
    offsets: dict[int, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Fixed:
    """A change to one value; an empty VR leaves the element out."""

    vr: str
    content: bytes

    def value(self, vr: str | None, length: int | None, scope: Scope) -> tuple[str, bytes] | None:  # noqa: ARG002
        return self.vr, self.content


def decompress(
    window: Window, start: int, transfer_syntax: str, opened: list[IO[bytes]]
) -> tuple[dict[int, Changes], dict[int, Decoded]]:
    """What changes in a data set, and what takes the place of its pixel data, for a ``Rewriter``.

    The temporary files are appended to ``opened``. Raises ObjectError if a codec is missing, with how to install it,
    or if the pixel data cannot be decompressed.
    """
    repairs, decoded = {}, {}
    for picture in _pictures(window, start, window.end, undefined=False, depth=0):
        file = spool()
        opened.append(file)
        if transfer_syntax == ENCAPSULATED_UNCOMPRESSED:
            after = _unwrap(window, picture, file)
        else:
            after = _decode(window, picture, transfer_syntax, file)
        length = file.tell()
        if length % 2:
            file.write(b"\0")
            length += 1
        if length >= UNDEFINED:
            raise ObjectError("has pixel data that are longer than 4 GiB when they are decompressed")
        vr = "OB" if after["bits_allocated"] <= 8 else "OW"
        decoded[picture.head.pos] = Decoded(Part(file, 0, length), vr)
        repairs[picture.container] = _repairs(picture, after)
    return repairs, decoded


def _repairs(picture: _Picture, after: dict[str, Any]) -> Changes:
    """The attributes that describe the pixel data as they are now."""
    before = picture.attributes
    changes = {tag: _Fixed("", b"") for tag in picture.offsets}
    photometric = str(after.get("photometric_interpretation") or before["photometric_interpretation"])
    if photometric != before["photometric_interpretation"]:
        value = photometric.encode()
        changes[_PHOTOMETRIC] = _Fixed("CS", value + b" " * (len(value) % 2))
    planar = after.get("planar_configuration")
    if before["samples_per_pixel"] > 1 and planar is not None and planar != before.get("planar_configuration"):
        changes[_PLANAR] = _Fixed("US", struct.pack("<H", planar))
    if after["bits_allocated"] != before["bits_allocated"]:
        changes[_BITS_ALLOCATED] = _Fixed("US", struct.pack("<H", after["bits_allocated"]))
    return Changes(changes)


def _pictures(window: Window, pos: int, end: int, *, undefined: bool, depth: int) -> Iterator[_Picture]:
    """All encapsulated pixel data, also those of icons, in an item and below it."""
    if depth > _DEEPEST:
        raise damaged(pos, f"sequences are nested more than {_DEEPEST} deep")
    container = pos
    attributes: dict[str, Any] = {"number_of_frames": 1}
    offsets: dict[int, bytes] = {}
    while undefined or pos < end:
        head = read_head(window, pos, EXPLICIT_LITTLE, end)
        if head.tag == ITEM_END:
            return
        if head.tag in _NUMBERS and head.length == 2:
            (attributes[_NUMBERS[head.tag]],) = struct.unpack("<H", window.value(head.start, 2))
        elif head.tag == _PHOTOMETRIC:
            attributes["photometric_interpretation"] = _text(window, head)
        elif head.tag == _FRAMES:
            frames = _text(window, head)
            attributes["number_of_frames"] = int(frames) if frames.isdigit() else 1
        elif head.tag in (_OFFSETS, _OFFSET_LENGTHS):
            offsets[head.tag] = window.value(head.start, head.length)
        elif head.tag == PIXEL_DATA and head.length == UNDEFINED:
            yield _Picture(container, head, attributes, offsets)
        elif head.vr == "SQ":
            yield from _in_items(window, head, depth)
        pos = skip(window, head, EXPLICIT_LITTLE)


def _in_items(window: Window, head: Head, depth: int) -> Iterator[_Picture]:
    pos, end = head.start, window.end if head.length == UNDEFINED else head.start + head.length
    while pos < end:
        item = read_item(window, pos, EXPLICIT_LITTLE, end)
        if item.tag == SEQUENCE_END:
            return
        undefined = item.length == UNDEFINED
        item_end = end if undefined else item.start + item.length
        yield from _pictures(window, item.start, item_end, undefined=undefined, depth=depth + 1)
        pos = skip(window, item, EXPLICIT_LITTLE) if not undefined else _end_of_item(window, item)


def _end_of_item(window: Window, item: Head) -> int:
    pos = item.start
    while (head := read_head(window, pos, EXPLICIT_LITTLE, window.end)).tag != ITEM_END:
        pos = skip(window, head, EXPLICIT_LITTLE)
    return head.start


def _text(window: Window, head: Head) -> str:
    return window.value(head.start, min(head.length, 64)).decode("ascii", "replace").strip("\0 ")


def _checked(picture: _Picture) -> dict[str, Any]:
    """The attributes, complete."""
    needed = {*_NUMBERS.values(), "photometric_interpretation"} - {"planar_configuration"}
    missing = sorted(needed - picture.attributes.keys())
    if missing:
        raise ObjectError(f"cannot be decompressed: its image lacks {', '.join(missing).replace('_', ' ')}")
    return picture.attributes


def _decode(window: Window, picture: _Picture, transfer_syntax: str, file: IO[bytes]) -> dict[str, Any]:
    """Decode into ``file``; the attributes as they are afterwards."""
    from pydicom.pixels.decoders.base import get_decoder
    from pydicom.uid import UID

    options = dict(_checked(picture))
    uid = UID(transfer_syntax)
    decoder = get_decoder(uid)
    if not decoder.is_available:
        raise ObjectError(
            f"cannot be decompressed: there is no codec for {uid.name}; get one with {installing('codecs')}"
        )
    if _OFFSETS in picture.offsets and _OFFSET_LENGTHS in picture.offsets:
        options["extended_offsets"] = picture.offsets[_OFFSETS], picture.offsets[_OFFSET_LENGTHS]
    options.setdefault("planar_configuration", 0)
    frame_length = -(-_bits(options) // 8)
    # Remarks about oddities that do no harm; what does harm is an exception.
    warnings.filterwarnings("ignore", module=r"pydicom\.", category=UserWarning)
    window.file.seek(picture.head.start)
    after: dict[str, Any] = {}
    count = 0
    try:
        for frame, after in decoder.iter_buffer(cast("BinaryIO", window.file), pixel_keyword="PixelData", **options):
            if len(frame) != frame_length * after["bits_allocated"] // options["bits_allocated"]:
                raise ObjectError(f"cannot be decompressed: a frame of {frame_length} bytes became {len(frame)}")
            file.write(frame)
            count += 1
    except _DECODER_ERRORS as error:
        reason = " ".join(str(error).split())[:300]
        raise ObjectError(f"cannot be decompressed: {reason or type(error).__name__}") from error
    if count != options["number_of_frames"]:
        raise ObjectError(f"cannot be decompressed: it has {count} frames, not {options['number_of_frames']}")
    return after


def _bits(options: dict[str, Any]) -> int:
    return int(options["rows"] * options["columns"] * options["samples_per_pixel"] * options["bits_allocated"])


def _unwrap(window: Window, picture: _Picture, file: IO[bytes]) -> dict[str, Any]:
    """Encapsulated Uncompressed: one fragment for each frame, after the offset table (PS3.5 annex A.4.11)."""
    options = _checked(picture)
    bits, frames = _bits(options), options["number_of_frames"]
    pos, lengths = picture.head.start, []
    while (item := read_item(window, pos, EXPLICIT_LITTLE, window.end)).tag != SEQUENCE_END:
        lengths.append((item.start, item.length))
        pos = item.start + item.length
    if len(lengths) != frames + 1 or bits % 8:
        raise ObjectError(f"cannot be unwrapped: {frames} frames in {max(len(lengths) - 1, 0)} fragments")
    for start, length in lengths[1:]:
        if length - bits // 8 not in (0, 1):
            raise ObjectError(f"cannot be unwrapped: a frame has {length} bytes, not {bits // 8}")
        file.write(window.value(start, bits // 8))
    return options
