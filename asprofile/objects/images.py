"""The attributes of an image (PS3.3 section C.7.6.3), and whether a compressed frame is what they say.

Belongs here: the conditions for decoding a frame, and what the pixels are afterwards. Does not belong here:
reading the attributes (``pixels``), reading a frame's header (``codestreams``). A doubt is a refusal: a picture that
may be wrong is not sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asprofile.errors import ObjectError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asprofile.objects.codestreams import CodeStream

_GREY: Final = frozenset(("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR"))
_YCBCR: Final = frozenset(("YBR_FULL", "YBR_FULL_422"))
_TRANSFORMED: Final = frozenset(("YBR_ICT", "YBR_RCT"))
_MOST_SAMPLES: Final = 1 << 28  # in a frame; decoders take up to ten bytes for each
_NEEDED: Final = (
    "samples_per_pixel", "photometric_interpretation", "rows", "columns", "bits_allocated", "bits_stored",
    "pixel_representation",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Image:
    """The attributes, as the data set has them; ``planar`` and ``high_bit`` are None where it has none."""

    samples: int
    photometric: str
    rows: int
    columns: int
    allocated: int
    stored: int
    signed: bool
    planar: int | None
    high_bit: int | None
    frames: int

    @property
    def pixels(self) -> int:
        return self.rows * self.columns

    @property
    def frame_length(self) -> int:
        """Bytes of a native frame with full samples."""
        return self.pixels * self.samples * self.allocated // 8


def image_of(found: Mapping[str, int | str]) -> Image:
    """The image that the attributes ``found`` describe. Raises ObjectError if they are incomplete, or describe none
    that can be decompressed.
    """
    missing = sorted(name for name in _NEEDED if name not in found)
    if missing:
        raise refused(f"its image lacks {', '.join(missing).replace('_', ' ')}")
    numbers = {name: value for name, value in found.items() if isinstance(value, int)}
    image = Image(
        numbers["samples_per_pixel"],
        str(found["photometric_interpretation"]),
        numbers["rows"],
        numbers["columns"],
        numbers["bits_allocated"],
        numbers["bits_stored"],
        bool(numbers["pixel_representation"]),
        numbers.get("planar_configuration"),
        numbers.get("high_bit"),
        numbers.get("number_of_frames", 1),
    )
    _check_numbers(image, numbers["pixel_representation"])
    grey = image.photometric in _GREY
    if not grey and image.photometric not in {"RGB", *_YCBCR, *_TRANSFORMED}:
        raise refused(f"Photometric Interpretation {image.photometric or '(empty)'} is none that is decompressed")
    if image.samples != (1 if grey else 3):
        raise refused(f"Samples per Pixel is {image.samples}, which is none of {image.photometric}")
    return image


def _check_numbers(image: Image, representation: int) -> None:
    if not image.pixels:
        raise refused(f"Rows and Columns say {image.rows} by {image.columns} pixels")
    if image.allocated not in (8, 16, 32):
        raise refused(f"Bits Allocated is {image.allocated}; 8, 16 and 32 can be decompressed")
    if not 1 <= image.stored <= image.allocated:
        raise refused(f"Bits Stored is {image.stored} with Bits Allocated {image.allocated}")
    if representation > 1:
        raise refused(f"Pixel Representation is {representation}, not 0 or 1")
    if image.pixels * image.samples > _MOST_SAMPLES:
        raise refused(f"a frame has more than {_MOST_SAMPLES:,} samples ({image.rows} by {image.columns} pixels)")


def refused(why: str) -> ObjectError:
    return ObjectError(f"cannot be decompressed: {why}")


def check(image: Image, stream: CodeStream, *, kind: str, lossless: bool) -> None:
    """Check that the frame with this header belongs to the image. ``lossless``: its transfer syntax says that nothing
    was lost. Raises ObjectError with what is different, before anything is decoded.
    """
    if (stream.rows, stream.columns) != (image.rows, image.columns):
        raise ObjectError(
            f"has {stream.rows} rows and {stream.columns} columns; "
            f"Rows and Columns say {image.rows} and {image.columns}"
        )
    if stream.samples != image.samples:
        raise ObjectError(f"has {stream.samples} components; Samples per Pixel says {image.samples}")
    _check_bits(image, stream)
    if stream.lossy and lossless:
        raise ObjectError("was compressed with loss, and its transfer syntax says without")
    if stream.lossy and kind == "jpeg" and image.signed:
        raise ObjectError("is lossy JPEG, which has no signed samples; Pixel Representation says signed")
    if stream.lossy and image.photometric == "PALETTE COLOR":
        raise ObjectError("has indices of a palette, compressed with loss: each decoder makes other colours of them")
    if stream.subsampled and not (kind == "jpeg" and stream.lossy):
        raise ObjectError("has components of different sizes, which decoders treat variously")
    if image.samples == 3:
        _check_colours(image, stream)


def check_length(stream: CodeStream, length: int) -> None:
    """Check that ``length`` bytes can be this many pixels."""
    if length < stream.fewest:
        raise ObjectError(f"is too short ({length} bytes) for {stream.rows} rows and {stream.columns} columns")


def _check_bits(image: Image, stream: CodeStream) -> None:
    if not image.stored <= stream.precision <= image.allocated:
        raise ObjectError(
            f"has {stream.precision} bits a sample; Bits Stored says {image.stored}, Bits Allocated {image.allocated}"
        )
    if stream.precision != image.allocated and image.high_bit not in (None, image.stored - 1):
        raise ObjectError(f"has {stream.precision} bits a sample; High Bit is {image.high_bit}, not {image.stored - 1}")
    if stream.signed is not None and stream.signed != image.signed:
        here, there = ("signed", "unsigned") if stream.signed else ("unsigned", "signed")
        raise ObjectError(f"has {here} samples; Pixel Representation says {there}")


def _check_colours(image: Image, stream: CodeStream) -> None:
    marked = image.photometric
    if marked in _TRANSFORMED and not stream.transformed:
        raise ObjectError(
            f"has no multiple component transformation; Photometric Interpretation says {marked}{_fix('RGB')}"
        )
    expected = "YCbCr" if marked in _YCBCR else "RGB"
    if stream.colours and stream.colours != expected:
        right = "YBR_FULL_422" if stream.colours == "YCbCr" else "RGB"
        if stream.transformed:
            right = "YBR_ICT" if stream.lossy else "YBR_RCT"
        raise ObjectError(
            f"has {stream.colours} colours ({stream.because}); Photometric Interpretation says {marked}{_fix(right)}"
        )


def _fix(right: str) -> str:
    return f". If the image is right, correct the object: dcmodify -m PhotometricInterpretation={right} FILE"


def becomes_rgb(image: Image, stream: CodeStream, kind: str) -> bool:
    """Are the colours converted after decoding? Those of lossy JPEG, which may be subsampled: the classes for
    photographs allow no other native colours than RGB (PS3.3 section C.8.12.1.1.1). So does dcmdjpeg.
    """
    return image.photometric in _YCBCR and stream.lossy and kind == "jpeg"


def photometric_after(image: Image, *, converted: bool) -> str:
    """Photometric Interpretation of native pixels: all samples are there, and no transformation is left."""
    if converted or image.photometric in _TRANSFORMED:
        return "RGB"
    return "YBR_FULL" if image.photometric in _YCBCR else image.photometric
