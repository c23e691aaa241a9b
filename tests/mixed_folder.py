"""A folder as archives have it: objects of every encoding, with pixel data and without, odd ones, other files.

Belongs here: bytes, by name. What becomes of each is with the tests; what is broken in itself is in ``broken_files``.
"""

from __future__ import annotations

import struct
from functools import cache
from itertools import count

from made_data_sets import (
    BIG,
    DEFLATED,
    EXPLICIT,
    IMPLICIT,
    SECONDARY_CAPTURE,
    UNDEFINED,
    Element,
    Fragments,
    Sequence,
    encoded,
    end,
    head,
    in_order,
    item,
    long,
    padded,
    part10,
    tag,
    words,
)

CT = "1.2.840.10008.5.1.4.1.1.2"
VIDEO = "1.2.840.10008.5.1.4.1.1.77.1.1.1"
REPORT = "1.2.840.10008.5.1.4.1.1.88.11"
PRIVATE = "1.3.12.2.1107.5.9.1"
UNKNOWN = "1.2.3.4"
GE_BIG_ENDIAN_PIXELS = "1.2.840.113619.5.2"

_OF_JPEG = "1.2.840.10008.1.2.4."
BASELINE, LOSSLESS, MPEG2, MPEG4, HEVC = (f"{_OF_JPEG}{number}" for number in (50, 70, 100, 102, 107))
RLE = "1.2.840.10008.1.2.5"
NATIVE = {"explicit": EXPLICIT, "implicit": IMPLICIT, "big endian": BIG, "deflated": DEFLATED}
ENCAPSULATED = {
    "JPEG baseline": BASELINE,
    "JPEG lossless": LOSSLESS,
    "JPEG-LS": f"{_OF_JPEG}80",
    "JPEG 2000": f"{_OF_JPEG}90",
    "HTJ2K": f"{_OF_JPEG}201",
    "JPEG XL": f"{_OF_JPEG}110",
    "RLE": RLE,
    "MPEG-2": MPEG2,
    "MPEG-4": MPEG4,
    "MPEG-4, fragmentable": f"{_OF_JPEG}102.1",
    "HEVC": HEVC,
    "encapsulated uncompressed": "1.2.840.10008.1.2.1.98",
    "deflated frames": "1.2.840.10008.1.2.8.1",
}
REFERENCED = {"JPIP": f"{_OF_JPEG}94", "JPIP HTJ2K": f"{_OF_JPEG}204"}
WITHOUT_PIXELS: dict[str, tuple[str, list[Element]]] = {
    "report": (REPORT, [(0x0040A040, "CS", b"CONTAINER ")]),
    "PDF": ("1.2.840.10008.5.1.4.1.1.104.1", [(0x00420011, "OB", b"%PDF-1.4")]),
    "structure set": (
        "1.2.840.10008.5.1.4.1.1.481.3",
        [(0x30060020, "SQ", Sequence([[(0x30060022, "IS", b"1 ")]]))],
    ),
    "waveform": (
        "1.2.840.10008.5.1.4.1.1.9.1.1",
        [(0x54000100, "SQ", Sequence([[(0x003A0005, "US", words(2)), (0x54001010, "OW", words(1, 2, 3, 4))]]))],
    ),
    "presentation state": (
        "1.2.840.10008.5.1.4.1.1.11.1",
        [(0x00700060, "SQ", Sequence([[(0x00700002, "CS", b"L1")]]))],
    ),
}
PICTURE: list[Element] = [
    (0x00280002, "US", words(1)),
    (0x00280010, "US", words(3)),
    (0x00280011, "US", words(2)),
    (0x00280100, "US", words(16)),
    (0x00280101, "US", words(12)),
    (0x00280102, "US", words(11)),
    (0x00280103, "US", words(0)),
]
PIXELS: Element = (0x7FE00010, "OW", words(1, 2, 3, 0x102, 5, 6))
FRAGMENTS: Element = (0x7FE00010, "OB", Fragments([b"", b"abcdefgh", b"abcd"]))
FLOATS: Element = (0x7FE00008, "OF", struct.pack("<2f", 1.5, 2.5))
_ROWS: list[Element] = [(0x00280010, "US", words(2)), (0x00280011, "US", words(2))]
ICON: Element = (0x00880200, "SQ", Sequence([[*_ROWS, (0x7FE00010, "OW", b"\1\2\3\4")]]))
COMPRESSED_ICON: Element = (
    0x00880200,
    "SQ",
    Sequence([[*_ROWS, (0x7FE00010, "OB", Fragments([b"", b"iconicon"]))]], undefined=True, undefined_items=True),
)

_numbers = count(1)


def made(sop_class: str, syntax: str, *more: Element, told: str = "", encoding: str = "", behind: bytes = b"") -> bytes:
    """A file: ``told`` is the class in its header where it is another; ``behind`` stands at the end."""
    instance = f"1.2.826.0.1.3680043.2.1143.{next(_numbers)}"
    elements: list[Element] = [
        (0x00080016, "UI", padded(sop_class)),
        (0x00080018, "UI", padded(instance)),
        (0x00081140, "SQ", Sequence([[(0x00081155, "UI", b"1.2.3.9\0")]])),
        (0x00090010, "LO", b"MADE FOR TESTS"),
        (0x00091001, "UN", b"\1\2\3\4"),
        (0x00100010, "PN", b"Doe^Jo"),
        (0x0020000D, "UI", b"1.2.3.7\0"),
        *more,
    ]
    form = encoding or (syntax if syntax in NATIVE.values() else EXPLICIT)
    return part10(encoded(in_order(elements), form) + behind, syntax, told or sop_class, instance)


@cache
def mixed_folder() -> dict[str, bytes]:
    """By name; about a hundred."""
    return {
        name.replace(" ", "_"): file
        for part in (_images(), _others(), _odd(), _fragments())
        for name, file in part.items()
    }


def _images() -> dict[str, bytes]:
    files = {f"CT, {name}": made(CT, syntax, *PICTURE, PIXELS) for name, syntax in NATIVE.items()}
    for name, syntax in ENCAPSULATED.items():
        sop_class = VIDEO if name.startswith(("MPEG", "HEVC")) else SECONDARY_CAPTURE
        files[f"picture, {name}"] = made(sop_class, syntax, *PICTURE, FRAGMENTS)
    files |= {f"picture, {name}": made(CT, syntax, *PICTURE, PIXELS) for name, syntax in REFERENCED.items()}
    return files | {
        "picture and icon": made(SECONDARY_CAPTURE, LOSSLESS, *PICTURE, ICON, FRAGMENTS),
        "picture and compressed icon": made(SECONDARY_CAPTURE, LOSSLESS, *PICTURE, COMPRESSED_ICON, FRAGMENTS),
        "native picture and compressed icon": made(SECONDARY_CAPTURE, EXPLICIT, *PICTURE, COMPRESSED_ICON, PIXELS),
        "video class, native": made(VIDEO, EXPLICIT, *PICTURE, PIXELS),
        "pixels of GE": made(SECONDARY_CAPTURE, GE_BIG_ENDIAN_PIXELS, *PICTURE, PIXELS, encoding=IMPLICIT),
    }


def _others() -> dict[str, bytes]:
    files = {}
    for what, (sop_class, elements) in WITHOUT_PIXELS.items():
        all_of_them = {**NATIVE, **ENCAPSULATED, **REFERENCED}
        syntaxes = all_of_them if what == "report" else {"implicit": IMPLICIT, "JPEG": LOSSLESS, "MPEG-4": MPEG4}
        files |= {f"{what}, {name}": made(sop_class, syntax, *elements) for name, syntax in syntaxes.items()}
    for name, syntax in (("explicit", EXPLICIT), ("JPEG", LOSSLESS), ("MPEG-4", MPEG4)):
        files[f"report with icon, {name}"] = made(REPORT, syntax, ICON)
        files[f"report with compressed icon, {name}"] = made(REPORT, syntax, COMPRESSED_ICON)
        files[f"floats, {name}"] = made(SECONDARY_CAPTURE, syntax, *PICTURE, FLOATS)
        files[f"video class without pixels, {name}"] = made(VIDEO, syntax, *PICTURE)
    return files


def _odd() -> dict[str, bytes]:
    return {
        "private class": made(PRIVATE, EXPLICIT),
        "private class in the header": made(CT, EXPLICIT, *PICTURE, PIXELS, told=PRIVATE),
        "another class in the header": made(CT, EXPLICIT, *PICTURE, PIXELS, told=SECONDARY_CAPTURE),
        "DICOMDIR": part10(encoded([(0x00041130, "CS", b"DISK")], EXPLICIT), EXPLICIT, "1.2.840.10008.1.3.10"),
        "unknown transfer syntax": made(REPORT, UNKNOWN),
        "unknown transfer syntax, fragments": made(SECONDARY_CAPTURE, UNKNOWN, *PICTURE, FRAGMENTS),
        "fragments in explicit": made(SECONDARY_CAPTURE, EXPLICIT, *PICTURE, FRAGMENTS),
        "pixels in JPEG": made(SECONDARY_CAPTURE, LOSSLESS, *PICTURE, PIXELS),
        "cut": made(CT, EXPLICIT, *PICTURE, PIXELS)[:-3],
        "text": b"no DICOM\n",
        "nothing": b"",
    }


def _fragments() -> dict[str, bytes]:
    """Pixel data with fragments that are none."""
    last = end(0xFFFEE0DD)
    contents = {
        "of undefined length": item(b"") + item(b"abcd", length=UNDEFINED) + end(0xFFFEE00D) + last,
        "offset table of undefined length": item(b"", length=UNDEFINED) + end(0xFFFEE00D) + item(b"abcd") + last,
        "of odd length": item(b"") + item(b"abc") + last,
        "without an end": item(b"") + item(b"abcd"),
        "that are elements": item(b"") + encoded([(0x00100010, "PN", b"Doe^Jo")], EXPLICIT) + last,
        "too long": item(b"") + item(b"abcd", length=400) + last,
        "none": last,
        "an end with a length": item(b"") + item(b"abcd") + tag(0xFFFEE0DD) + long(8),
    }
    start = head(0x7FE00010, "OB", UNDEFINED, EXPLICIT)
    return {
        f"fragments, {name}, {of}": made(SECONDARY_CAPTURE, syntax, *PICTURE, behind=start + content)
        for name, content in contents.items()
        for of, syntax in (("JPEG", LOSSLESS), ("RLE", RLE))
    }
