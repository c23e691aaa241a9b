"""The header of one compressed frame, read before any decoder gets it.

Belongs here: the headers of JPEG (ITU-T T.81), JPEG-LS (T.87), JPEG 2000 and High-Throughput JPEG 2000 (T.800, T.814).
Does not belong here: whether that fits the data set (``images``), decoding (``decoding``), RLE (``rle``).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from asprofile.errors import ObjectError

if TYPE_CHECKING:
    from collections.abc import Iterator

Colours = Literal["", "RGB", "YCbCr"]

IMAGE_STARTS: Final = {"jpeg": b"\xff\xd8", "jpegls": b"\xff\xd8", "j2k": b"\xff\x4f\xff\x51"}
"""The first bytes of an image, which no fragment within one has: T.81 B.1.1.2, T.800 A.1 (0xFF is stuffed)."""

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_WITHOUT_LENGTH: Final = frozenset((0x01, *range(0xD0, 0xD8)))
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC} | {0xF7}
_DCT: Final = frozenset((0xC0, 0xC1, 0xC2))
_LOSSLESS, _JPEG_LS = 0xC3, 0xF7
# Sampling factors of the components in 4:2:2 and 4:2:0.
_SAMPLINGS: Final = (b"\x21\x11\x11", b"\x22\x11\x11")
_RGB_NAMES: Final = frozenset((b"RGB", b"rgb"))
_JP2: Final = b"\0\0\0\x0cjP  "


@dataclass(frozen=True, slots=True)
class CodeStream:
    """The header of a frame.

    ``precision``: bits of a sample, 1 to 38. ``lossy``: something was lost when it was compressed. ``signed``: None
    where the code cannot say so. ``colours``: what the three components are, as far as the stream tells, and
    ``because`` of what. ``transformed``: a decoder makes RGB of them. ``subsampled``: not all components have each
    pixel. ``fewest``: bytes that so many pixels need at least.
    """

    rows: int
    columns: int
    samples: int
    precision: int
    lossy: bool
    fewest: int
    signed: bool | None = None
    colours: Colours = ""
    because: str = ""
    transformed: bool = False
    subsampled: bool = False


def read_code_stream(kind: str, frame: bytes) -> CodeStream:
    """The header of a ``frame`` of ``kind`` (a key of IMAGE_STARTS). Raises ObjectError if there is none, if it says
    what no such code says, or if the frame has no end.
    """
    try:
        return _read_j2k(frame) if kind == "j2k" else _read_jpeg(frame, kind)
    except (IndexError, struct.error):
        raise ObjectError("ends within its header") from None


# --- JPEG and JPEG-LS


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Marker, start and end of the contents of each segment, up to the first scan."""
    pos = 2
    while True:
        while data[pos] == data[pos + 1] == 0xFF:
            pos += 1
        marker = data[pos + 1]
        if data[pos] != 0xFF or marker in (0, _START, _END):
            raise ObjectError("is damaged in front of its pixels")
        if marker in _WITHOUT_LENGTH:
            pos += 2
            continue
        end = pos + 2 + int.from_bytes(data[pos + 2 : pos + 4])
        if end > len(data) or end < pos + 4:
            raise ObjectError("ends within its header")
        yield marker, pos + 4, end
        if marker == _SCAN:
            return
        pos = end


def _read_jpeg(data: bytes, kind: str) -> CodeStream:
    if data[:2] != IMAGE_STARTS[kind]:
        raise ObjectError("does not start as a JPEG image does")
    process = start = end = 0
    applications: dict[int, bytes] = {}
    for marker, start, end in _segments(data):
        if marker in _FRAMES:
            if process:
                raise ObjectError("is a hierarchical JPEG image, for which there is no decoder")
            process, frame = marker, data[start:end]
        elif 0xE0 <= marker <= 0xEF:
            applications.setdefault(marker, data[start : start + 12])
    if not process:
        raise ObjectError("has no frame header in front of its pixels")
    _check_end(data, end)
    allowed = {_JPEG_LS} if kind == "jpegls" else {*_DCT, _LOSSLESS}
    if process not in allowed:
        raise ObjectError(f"has another code than its transfer syntax says (frame header FF{process:02X})")
    precision, rows, columns, samples = struct.unpack_from(">BHHB", frame)
    components = [frame[at : at + 3] for at in range(6, 6 + 3 * samples, 3)]
    if any(len(one) < 3 for one in components):
        raise ObjectError("ends within its header")
    sampling = bytes(one[1] for one in components)
    subsampled = len({*sampling}) > 1
    if process in _DCT and subsampled and sampling not in _SAMPLINGS:
        raise ObjectError("has colours subsampled otherwise than 4:2:2 and 4:2:0, which decoders interpolate variously")
    if process == _JPEG_LS:
        near, transform = data[end - 3], data[end - 1]
        lossy, fewest = near > 0, rows // 8  # at least a bit for each row
        _check_jpeg_ls(transform, subsampled, applications)
    else:
        lossy = process in _DCT
        if not lossy and data[end - 1] & 0x0F:
            raise ObjectError("has a point transform, of which decoders make different pictures")
        fewest = rows * columns // (512 if lossy else 8)  # a bit for each block of 8 by 8, or for each pixel
    colours, because = _colours(components, applications, subsampled) if samples == 3 else ("", "")
    return CodeStream(
        rows, columns, samples, precision, lossy, fewest,
        colours=colours, because=because, subsampled=subsampled,
    )  # fmt: skip


def _check_jpeg_ls(transform: int, subsampled: bool, applications: dict[int, bytes]) -> None:
    if transform or subsampled or applications.get(0xE8, b"").startswith(b"mrfx"):
        raise ObjectError(
            "has a JPEG-LS point transform, colour transform or subsampling, which decoders treat variously"
        )


def _check_end(data: bytes, scan: int) -> None:
    """An image has an end, and nothing but padding after it."""
    end = data.find(b"\xff\xd9", scan)
    if end < 0:
        raise ObjectError("is cut: it has no end (marker FFD9); get a complete copy")
    if data.find(b"\xff\xd8\xff", end) >= 0:
        raise ObjectError("holds more than one image")


def _colours(components: list[bytes], applications: dict[int, bytes], subsampled: bool) -> tuple[Colours, str]:
    """What three components are, and what says so; contradictions are an ObjectError."""
    adobe = applications.get(0xEE, b"")
    rgb: list[str] = []
    ycbcr: list[str] = []
    if b"".join(one[:1] for one in components) in _RGB_NAMES:
        rgb.append("its components are named R, G, B")
    if adobe.startswith(b"Adobe") and len(adobe) == 12:
        (rgb if adobe[11] == 0 else ycbcr).append(f"its Adobe marker says transform {adobe[11]}")
    if applications.get(0xE0, b"").startswith(b"JFIF"):
        ycbcr.append("it has a JFIF marker")
    if subsampled:
        ycbcr.append("its second and third component are subsampled")
    if rgb and ycbcr:
        raise ObjectError(f"is said to be both RGB ({rgb[0]}) and YCbCr ({ycbcr[0]})")
    if rgb:
        return "RGB", rgb[0]
    return ("YCbCr", ycbcr[0]) if ycbcr else ("", "")


# --- JPEG 2000


def _read_j2k(data: bytes) -> CodeStream:
    if data.startswith(_JP2):
        raise ObjectError("is a JP2 file; DICOM has its code stream only (PS3.5 section A.4.4)")
    if data[:4] != IMAGE_STARTS["j2k"]:
        raise ObjectError("does not start as a JPEG 2000 code stream does")
    width, height, left, top = struct.unpack_from(">4I", data, 8)
    (samples,) = struct.unpack_from(">H", data, 40)
    components = [data[at : at + 3] for at in range(42, 42 + 3 * samples, 3)]
    if not samples or any(len(one) < 3 for one in components) or width <= left or height <= top:
        raise ObjectError("ends within its header")
    depths = {one[0] for one in components}
    if len(depths) > 1:
        raise ObjectError("has components of different depths")
    subsampled = any(one[1:] != b"\1\1" for one in components)
    style = _coding_style(data)
    _check_tiles(data)
    (depth,) = depths
    return CodeStream(
        height - top,
        width - left,
        samples,
        (depth & 0x7F) + 1,
        lossy=style[9] == 0,  # the irreversible transformation
        fewest=1,
        signed=bool(depth & 0x80),
        colours="RGB" if style[4] else "",
        because="it has a multiple component transformation" if style[4] else "",
        transformed=bool(style[4]),
        subsampled=subsampled,
    )


def _check_tiles(data: bytes) -> None:
    """Each tile-part is as long as it says (T.800 A.4.2), and the end follows the last. Decoders go on without what is
    missing, and give a picture.
    """
    pos = 2
    while data[pos : pos + 2] != b"\xff\x90":
        if data[pos] != 0xFF:
            raise ObjectError("is damaged in front of its pixels")
        pos += 2 + int.from_bytes(data[pos + 2 : pos + 4])
    while data[pos : pos + 2] == b"\xff\x90":
        (length,) = struct.unpack_from(">I", data, pos + 6)
        if not length:  # the last one, of any length
            pos = data.rfind(b"\xff\xd9")
        elif length < 14:
            raise ObjectError("has a tile that is shorter than its header")
        else:
            pos += length
    if pos < 0 or data[pos : pos + 2] != b"\xff\xd9":
        raise ObjectError("is cut or damaged: its tiles do not lead to its end (marker FFD9); get a complete copy")


def _coding_style(data: bytes) -> bytes:
    """The contents of the COD segment (T.800 A.6.1)."""
    pos = 2
    while data[pos : pos + 2] != b"\xff\x52":
        if data[pos] != 0xFF or data[pos + 1] in (0x90, 0x93):
            raise ObjectError("has no coding style in front of its pixels")
        pos += 2 + int.from_bytes(data[pos + 2 : pos + 4])
    return data[pos + 4 : pos + 14]
