"""Decompresses encapsulated pixel data to native ones, frame by frame.

Belongs here: finding them in a data set, decompressing into a temporary file, and which attributes change with that
(PS3.5 section 8.2, PS3.3 section C.7.6.3). Does not belong here: whether that is wanted (``converting``), what may be
decoded (``images``), how (``decoding``), writing the data set (``rewriting``).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Final

from asprofile.errors import ObjectError
from asprofile.names.well_known import ENCAPSULATED_UNCOMPRESSED
from asprofile.objects.decoding import FrameDecoder
from asprofile.objects.elements import Head, Window, damaged, read_head, read_item, skip
from asprofile.objects.encoding import EXPLICIT_LITTLE, ITEM_END, PIXEL_DATA, SEQUENCE_END, UNDEFINED
from asprofile.objects.fragments import fragments, frames, joined
from asprofile.objects.images import Image, image_of, photometric_after, refused
from asprofile.objects.prepared import FilePart, spool
from asprofile.objects.room import Room
from asprofile.objects.rules import Changes, Decoded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asprofile.objects.vrs import Scope

_PHOTOMETRIC: Final = 0x00280004
_PLANAR: Final = 0x00280006
_FRAMES: Final = 0x00280008
_LOSSY: Final = 0x00282110
_NUMBERS: Final = {
    0x00280002: "samples_per_pixel",
    0x00280010: "rows",
    0x00280011: "columns",
    0x00280100: "bits_allocated",
    0x00280101: "bits_stored",
    0x00280102: "high_bit",
    0x00280103: "pixel_representation",
    _PLANAR: "planar_configuration",
}
# Extended Offset Table, its lengths, and Encapsulated Pixel Data Value Total Length: only for compressed pixel data.
_ENCAPSULATION: Final = frozenset((0x7FE00001, 0x7FE00002, 0x7FE00003))
_DEEPEST: Final = 100


@dataclass(slots=True)
class _Picture:
    """Encapsulated pixel data in the item (or data set) that starts at ``container``."""

    container: int
    head: Head
    attributes: dict[str, int | str]
    encapsulation: set[int] = field(default_factory=set)
    """Elements that only encapsulated pixel data have."""


@dataclass(frozen=True, slots=True)
class _Native:
    """The pixel data of a picture as they are now, in a temporary file."""

    length: int
    photometric: str
    planar: int
    lossy: bool


@dataclass(frozen=True, slots=True)
class _Fixed:
    """A change to one value; an empty VR leaves the element out."""

    vr: str
    content: bytes

    def value(self, vr: str | None, length: int | None, scope: Scope) -> tuple[str, bytes] | None:  # noqa: ARG002
        return self.vr, self.content


def decompress(
    window: Window, start: int, transfer_syntax: str, opened: list[IO[bytes]], room: Room
) -> tuple[dict[int, Changes], dict[int, Decoded]]:
    """The changes of a data set and its new pixel data, for a ``Rewriter``.

    The temporary files are appended to ``opened``. Raises ObjectError if a codec is missing, with how to install it,
    if the pixel data cannot be decompressed, or if they need more than ``room``.
    """
    repairs, decoded = {}, {}
    for picture in _pictures(window, start, window.end, undefined=False, depth=0):
        if picture.head.length != UNDEFINED:
            if picture.container == start:
                raise refused("its Pixel Data are not compressed, although its transfer syntax says so")
            continue  # an icon may be native
        image = image_of(picture.attributes)
        length = image.frame_length * image.frames
        if length >= UNDEFINED:
            raise ObjectError("has pixel data that are longer than 4 GiB when they are decompressed")
        room.take(length, "decompressed")
        file = spool()
        opened.append(file)
        if transfer_syntax == ENCAPSULATED_UNCOMPRESSED:
            native = _unwrap(window, picture, image, file)
        else:
            native = _decode(window, picture, image, transfer_syntax, file)
        file.write(b"\0" * (native.length % 2))
        vr = "OB" if image.allocated <= 8 else "OW"
        decoded[picture.head.pos] = Decoded(FilePart(file, 0, native.length + native.length % 2), vr)
        repairs[picture.container] = _repairs(picture, image, native, top=picture.container == start)
    return repairs, decoded


def _repairs(picture: _Picture, image: Image, native: _Native, *, top: bool) -> Changes:
    """The attributes that describe the pixel data as they are now."""
    changes = {tag: _Fixed("", b"") for tag in picture.encapsulation}
    if native.photometric != image.photometric:
        value = native.photometric.encode()
        changes[_PHOTOMETRIC] = _Fixed("CS", value + b" " * (len(value) % 2))
    if image.samples > 1 and native.planar != image.planar:
        changes[_PLANAR] = _Fixed("US", struct.pack("<H", native.planar))
    if native.lossy and top and not picture.attributes.get("lossy"):
        # So far the transfer syntax told it (PS3.3 section C.7.6.1.1.5).
        changes[_LOSSY] = _Fixed("CS", b"01")
    return Changes(changes)


def _pictures(window: Window, pos: int, end: int, *, undefined: bool, depth: int) -> Iterator[_Picture]:
    """All encapsulated pixel data, also those of icons, in an item and below it."""
    if depth > _DEEPEST:
        raise damaged(pos, f"sequences are nested more than {_DEEPEST} deep")
    container = pos
    attributes: dict[str, int | str] = {}
    encapsulation: set[int] = set()
    while undefined or pos < end:
        head = read_head(window, pos, EXPLICIT_LITTLE, end)
        if head.tag == ITEM_END:
            return
        if head.tag in _NUMBERS and head.length == 2:
            (attributes[_NUMBERS[head.tag]],) = struct.unpack("<H", window.value(head.start, 2))
        elif head.tag == _PHOTOMETRIC:
            attributes["photometric_interpretation"] = _text(window, head)
        elif head.tag == _LOSSY:
            attributes["lossy"] = _text(window, head)
        elif head.tag == _FRAMES:
            attributes["number_of_frames"] = _count(_text(window, head))
        elif head.tag in _ENCAPSULATION:
            encapsulation.add(head.tag)
        elif head.tag == PIXEL_DATA:
            yield _Picture(container, head, attributes, encapsulation)
        elif head.vr == "SQ":
            yield from _in_items(window, head, depth)
        pos = skip(window, head, EXPLICIT_LITTLE)


def _count(frames: str) -> int:
    """Number of Frames; none, and 0, are one, as DCMTK and pydicom have it."""
    try:
        count = int(frames or "1")
    except ValueError:
        count = -1
    if count < 0:
        raise refused(f"Number of Frames is {frames[:20]!r}")
    return count or 1


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


def _decode(window: Window, picture: _Picture, image: Image, transfer_syntax: str, file: IO[bytes]) -> _Native:
    """Decode into ``file``."""
    decoder = FrameDecoder(image, transfer_syntax)
    for number, places in enumerate(frames(window, picture.head, decoder.kind, image.frames), 1):
        try:
            file.write(decoder.decode(joined(window, places)))
        except ObjectError as error:
            raise refused(f"{'its' if image.frames == 1 else f'the {number}.'} frame {error}") from error
    photometric = photometric_after(image, converted=decoder.converted)
    return _Native(file.tell(), photometric, decoder.planar, decoder.lossy)


def _unwrap(window: Window, picture: _Picture, image: Image, file: IO[bytes]) -> _Native:
    """Encapsulated Uncompressed: one fragment for each frame, after the offset table (PS3.5 annex A.4.11)."""
    places = fragments(window, picture.head)
    if len(places) != image.frames:
        raise ObjectError(f"cannot be unwrapped: {image.frames} frames in {len(places)} fragments")
    if photometric_after(image, converted=False) != image.photometric:
        raise ObjectError(f"cannot be unwrapped: Photometric Interpretation says {image.photometric}")
    for start, length in places:
        if length - image.frame_length not in (0, 1):
            raise ObjectError(f"cannot be unwrapped: a frame has {length} bytes, not {image.frame_length}")
        file.write(window.value(start, image.frame_length))
    return _Native(file.tell(), image.photometric, image.planar or 0, lossy=False)
