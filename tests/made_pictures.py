"""Compressed pictures made for tests, by small encoders of our own and by the codecs that decode them."""

from __future__ import annotations

import base64
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import jpeg_ls
import numpy as np
from made_data_sets import EXPLICIT, SECONDARY_CAPTURE, Element, Fragments, encoded, in_order, padded, part10, words
from openjpeg.utils import encode_buffer as encode_j2k

if TYPE_CHECKING:
    from collections.abc import Callable

Array = Any

ROWS, COLUMNS = 33, 36  # no encoder of JPEG 2000 takes less than 32
BASELINE, EXTENDED, LOSSLESS, LOSSLESS_1, JPEG_LS, NEAR, J2K, J2K_LOSSY, HT, HT_RPCL, HT_LOSSY, RLE = (
    f"1.2.840.10008.1.2.{end}"
    for end in ("4.50", "4.51", "4.57", "4.70", "4.80", "4.81", "4.90", "4.91", "4.201", "4.202", "4.203", "5")
)


@dataclass(frozen=True)
class Kind:
    """What an object says of its image; ``table``: of the offset tables, ``pieces``: fragments of each frame."""

    syntax: str = EXPLICIT
    photometric: str = "MONOCHROME2"
    allocated: int = 8
    stored: int = 8
    signed: bool = False
    planar: int | None = None
    frames: int = 1
    rows: int = ROWS
    columns: int = COLUMNS
    table: str = "right"
    pieces: int = 1
    changes: dict[int, tuple[str, bytes]] = field(default_factory=dict)

    @property
    def samples(self) -> int:
        return 1 if self.photometric in ("MONOCHROME1", "MONOCHROME2", "PALETTE COLOR") else 3

    @property
    def dtype(self) -> str:
        return f"<{'i' if self.signed else 'u'}{self.allocated // 8}"


def samples_of(kind: Kind) -> Array:
    """Frames by rows by columns by samples, over the whole range, with edges; each frame and sample another."""
    frame, row, column, sample = np.ogrid[: kind.frames, : kind.rows, : kind.columns, : kind.samples]
    size = 1 << kind.stored
    ramp = (row * 7 + column * 3 + frame * 11 + sample * 5) * size // 160 + (column // 5 + row // 4) % 2 * size // 4
    ramp[:, 0, 0], ramp[:, 0, 1:2] = 0, size - 1
    return (ramp % size - (size // 2 if kind.signed else 0)).astype(kind.dtype)


def described(kind: Kind) -> list[Element]:
    """All elements of the object but its pixel data."""
    elements: list[Element] = [
        (0x00080016, "UI", padded(SECONDARY_CAPTURE)),
        (0x00080018, "UI", b"1.2.3.4\0"),
        (0x0020000D, "UI", b"1.2.3.7\0"),
        (0x0020000E, "UI", b"1.2.3.8\0"),
        (0x00280002, "US", words(kind.samples)),
        (0x00280004, "CS", kind.photometric.encode().ljust(len(kind.photometric) + len(kind.photometric) % 2)),
        (0x00280010, "US", words(kind.rows)),
        (0x00280011, "US", words(kind.columns)),
        (0x00280100, "US", words(kind.allocated)),
        (0x00280101, "US", words(kind.stored)),
        (0x00280102, "US", words(kind.stored - 1)),
        (0x00280103, "US", words(int(kind.signed))),
    ]
    if kind.frames > 1:
        elements.append((0x00280008, "IS", f"{kind.frames}".encode().ljust(2)))
    if kind.samples > 1:
        elements.append((0x00280006, "US", words(kind.planar or 0)))
    if kind.photometric == "PALETTE COLOR":
        elements += _palette()
    elements = [element for element in elements if element[0] not in kind.changes]
    return in_order([*elements, *((tag, vr, value) for tag, (vr, value) in kind.changes.items() if vr)])


def _palette() -> list[Element]:
    ramps = [np.arange(256, dtype="<u2") * factor * 3 for factor in (85, 50, 20)]
    tables: list[Element] = [(0x00281101 + at, "US", words(256, 0, 16)) for at in range(3)]
    return [*tables, *((0x00281201 + at, "OW", ramp.tobytes()) for at, ramp in enumerate(ramps))]


def native(kind: Kind, samples: Array) -> bytes:
    """A file that is not compressed."""
    if kind.planar and kind.samples > 1:
        samples = samples.transpose(0, 3, 1, 2)
    data = samples.tobytes()
    pixels: Element = (0x7FE00010, "OW" if kind.allocated > 8 else "OB", data + b"\0" * (len(data) % 2))
    return part10(encoded([*described(kind), pixels], EXPLICIT), EXPLICIT)


def wrapped(kind: Kind, frames: list[bytes]) -> bytes:
    """A file with these compressed frames."""
    fragments: list[bytes] = []
    starts: list[int] = []
    position = 0
    for frame in frames:
        starts.append(position)
        size = max(2, -(-len(frame) // kind.pieces // 2) * 2)
        parts = [frame[at : at + size] for at in range(0, len(frame), size)]
        fragments += [part + b"\0" * (len(part) % 2) for part in parts]
        position += sum(8 + len(part) + len(part) % 2 for part in parts)
    tables = {
        "right": starts,
        "empty": [],
        "wrong": [start + 2 for start in starts],
        "short": starts[:-1],
        "swapped": starts[::-1],
        "extended": [],
    }
    elements = described(kind)
    if kind.table == "extended":
        elements += [
            (0x7FE00001, "OV", struct.pack(f"<{len(starts)}Q", *starts)),
            (0x7FE00002, "OV", struct.pack(f"<{len(starts)}Q", *map(len, frames))),
            (0x7FE00003, "UV", struct.pack("<Q", sum(map(len, frames)))),
        ]
    table = struct.pack(f"<{len(tables[kind.table])}L", *tables[kind.table])
    elements.append((0x7FE00010, "OB", Fragments([table, *fragments])))
    return part10(encoded(in_order(elements), EXPLICIT), kind.syntax)


def compressed(kind: Kind, encoder: Callable[..., bytes], **options: Any) -> bytes:
    """A file whose frames ``encoder`` made."""
    return wrapped(kind, [encoder(kind, frame, **options) for frame in samples_of(kind)])


# --- encoders: of one frame, rows by columns by samples


def rle(kind: Kind, frame: Array) -> bytes:
    """PS3.5 annex G, with runs and literals in turn."""
    width = kind.allocated // 8
    planes = frame.reshape(-1, kind.samples).T.copy().view("u1").reshape(kind.samples, -1, width)
    segments = [
        _packed(planes[sample, :, byte].tobytes()) for sample in range(kind.samples) for byte in range(width)[::-1]
    ]
    offsets = [64 + sum(map(len, segments[:at])) for at in range(len(segments))]
    return struct.pack("<16L", len(segments), *offsets, *[0] * (15 - len(segments))) + b"".join(segments)


def _packed(data: bytes) -> bytes:
    packed, at = bytearray(), 0
    while at < len(data):
        run = len(data[at : at + 128]) - len(data[at : at + 128].lstrip(data[at : at + 1]))
        if run > 1:
            packed += bytes((257 - run, data[at]))
        else:
            run = min(5, len(data) - at)
            packed += bytes((run - 1,)) + data[at : at + run]
        at += run
    return bytes(packed) + b"\0" * (len(packed) % 2)


def segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">HH", marker, len(content) + 2) + content


def jpeg_lossless(
    kind: Kind, frame: Array, *, precision: int = 0, predictor: int = 1, names: bytes = b"\1\2\3"
) -> bytes:
    """ITU-T T.81 annex H, with one table in which each of 17 categories has five bits."""
    precision = precision or kind.stored
    ids = names[: kind.samples]
    frame_header = struct.pack(">BHHB", precision, kind.rows, kind.columns, kind.samples)
    bits = [_difference(error) for error in _errors(frame.astype(int) % (1 << precision), precision, predictor)]
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    scan = int(text, 2).to_bytes(len(text) // 8).replace(b"\xff", b"\xff\0")
    return b"".join(
        (
            b"\xff\xd8",
            segment(0xFFC4, bytes((0, 0, 0, 0, 0, 17, *[0] * 11, *range(17)))),
            segment(0xFFC3, frame_header + b"".join(bytes((one, 0x11, 0)) for one in ids)),
            segment(
                0xFFDA, bytes((kind.samples,)) + b"".join(bytes((one, 0)) for one in ids) + bytes((predictor, 0, 0))
            ),
            scan,
            b"\xff\xd9",
        )
    )


def _errors(frame: Array, precision: int, predictor: int) -> list[int]:
    errors = []
    for row, column, sample in np.ndindex(*frame.shape):
        a = int(frame[row, column - 1, sample]) if column else 0
        b = int(frame[row - 1, column, sample]) if row else 0
        c = int(frame[row - 1, column - 1, sample]) if row and column else 0
        if row and column:
            by = {1: a, 2: b, 3: c, 4: a + b - c, 5: a + (b - c >> 1), 6: b + (a - c >> 1), 7: a + b >> 1}
            predicted = by[predictor]
        else:
            predicted = a if column else b if row else 1 << (precision - 1)
        errors.append((int(frame[row, column, sample]) - predicted + 32768) % 65536 - 32768)
    return errors


def _difference(error: int) -> str:
    if error == -32768:
        return f"{16:05b}"
    category = abs(error).bit_length()
    value = error if error > 0 else error + (1 << category) - 1
    return f"{category:05b}" + (f"{value:0{category}b}" if category else "")


def jpeg_ls_frame(kind: Kind, frame: Array, *, precision: int = 0, near: int = 0, interleave: int = 2) -> bytes:
    precision = precision or kind.stored
    width = 1 if precision <= 8 else 2
    data = (frame.astype(int) % (1 << precision)).astype(f"<u{width}")
    data = data.transpose(2, 0, 1) if interleave == 0 else data  # CharLS makes lines of pixels by itself
    return bytes(
        jpeg_ls.encode_buffer(
            data.tobytes(), kind.rows, kind.columns, kind.samples, precision,
            lossy_error=near, interleave_mode=interleave,
        )
    )  # fmt: skip


def j2k(kind: Kind, frame: Array, *, precision: int = 0, transformed: bool = False, **options: Any) -> bytes:
    precision = precision or kind.stored
    width = 1 if precision <= 8 else 2 if precision <= 16 else 4
    letter = "i" if kind.signed else "u"
    return bytes(
        encode_j2k(
            frame.astype(f"<{letter}{width}").tobytes(), kind.columns, kind.rows, kind.samples, precision, kind.signed,
            photometric_interpretation=int(transformed), use_mct=transformed, **options,
        )
    )  # fmt: skip


# Frames of 9 by 12 that OpenJPH 0.26.3 made of what ``ht_samples`` gives: 16 bits, the same signed, RGB with 8 bits.
_HT = {
    "MONOCHROME2": (
        "/0//UQApQAAAAAAMAAAACQAAAAAAAAAAAAAADAAAAAkAAAAAAAAAAAABDwEB/1AACAACAAAACv9SAAwAAgABAAUEBEAB/1wAEyCI"
        "kJCQkJCQkJCQkJCQiIiI/2QAFwABT3BlbkpQSCBWZXIgMC4yNi4zLv+QAAoAAAAAAEgAAf+TwAAmrfsFB3QAAMAAEsAAEwD2AId0"
        "AC74Awd0AMAAEYAbcwDAABOA3v2M/st1AMAAKgAkyd0jp0J2AP/Z"
    ),
    "signed": (
        "/0//UQApQAAAAAAMAAAACQAAAAAAAAAAAAAADAAAAAkAAAAAAAAAAAABjwEB/1AACAACAAAACv9SAAwAAgABAAUEBEAB/1wAEyCI"
        "kJCQkJCQkJCQkJCQiIiI/2QAFwABT3BlbkpQSCBWZXIgMC4yNi4zLv+QAAoAAAAAAEgAAf+TwAAmrfsDB3QAAMAAEsAAEwD2AId0"
        "AC74Awd0AMAAEYAbcwDAABOA3v2M/st1AMAAKgAkyd0jp0J2AP/Z"
    ),
    "YBR_RCT": (
        "/0//UQAvQAAAAAAMAAAACQAAAAAAAAAAAAAADAAAAAkAAAAAAAAAAAADBwEBBwEBBwEB/1AACAACAAAAA/9SAAwAAgABAQUEBEAB"
        "/1wAEyBQWFhYWFhYWFhYWFhYUFBQ/2QAFwABT3BlbkpQSCBWZXIgMC4yNi4zLv+QAAoAAAAAAM4AAf+TwBKA5wCHdADAEoCjAQd0"
        "AMASAADHdAAAAADACWAEsAJQ6ACHdADYAQd0AOAAB3QAwAlgBLACUMQAh3QASwGHdACIAQd0AMAJYASgVAGHdACPAYd0AMAI4ASA"
        "G3MA/gAjAMAJIASA/S9zAP4AIwDACUCZAEt0AMAJwFT9jP7LdQDACoQAkEDIgAD+y3YA/IETAMAKkFgM+4CP4It2AMAVAIDE3SOn"
        "QnYAwBOALNxI0j/WAMAVYMYYY/7cAjpwAncA/9k="
    ),
}


def ht_samples(name: str) -> Array:
    row, column = np.mgrid[:9, :12]
    if name == "YBR_RCT":
        return np.stack([column * 20, row * 25, row * column % 256], -1).astype("u1")
    grey = (column * 7 + row * 131) % 4096 - (2048 if name == "signed" else 0)
    return grey[..., None].astype("<i2" if name == "signed" else "<u2")


def ht_frame(name: str) -> bytes:
    return base64.b64decode(_HT[name])


def patched(frame: bytes, marker: bytes, offset: int, value: bytes) -> bytes:
    """The frame with other bytes at ``offset`` behind the first ``marker``."""
    at = frame.index(marker) + len(marker) + offset
    return frame[:at] + value + frame[at + len(value) :]


JFIF = segment(0xFFE0, b"JFIF\0\1\1\0\0\1\0\1\0\0")


def adobe(transform: int) -> bytes:
    return segment(0xFFEE, b"Adobe\0\x64\0\0\0\0" + bytes((transform,)))


def without_applications(frame: bytes) -> bytes:
    """A JPEG image without any APP segment."""
    found, at = bytearray(frame[:2]), 2
    while frame[at + 1] != 0xDA:
        end = at + 2 + int.from_bytes(frame[at + 2 : at + 4])
        if not 0xE0 <= frame[at + 1] <= 0xEF:
            found += frame[at:end]
        at = end
    return bytes(found) + frame[at:]


def with_marker(frame: bytes, marker: bytes) -> bytes:
    return frame[:2] + marker + frame[2:]
