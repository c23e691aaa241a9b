"""Data sets made by hand, in any encoding: what is converted in the tests, and what it has to become."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import Any

IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
DEFLATED = "1.2.840.10008.1.2.1.99"
BIG = "1.2.840.10008.1.2.2"
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
UNDEFINED = 0xFFFFFFFF

LONG = ("OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV")
WIDTHS = {"OW": 2, "US": 2, "SS": 2, "AT": 2, "UL": 4, "SL": 4, "FL": 4, "OL": 4, "OF": 4}
WIDTHS |= {"FD": 8, "OD": 8, "OV": 8, "SV": 8, "UV": 8}

Element = tuple[int, str, Any]


@dataclass
class Sequence:
    """Items, each a list of elements; ``undefined``: of the sequence, and of its items."""

    items: list[list[Element]] = field(default_factory=list)
    undefined: bool = False
    undefined_items: bool = False


@dataclass
class Fragments:
    """Encapsulated pixel data: the offset table and the fragments."""

    values: list[bytes]


def swap(value: bytes, width: int) -> bytes:
    return b"".join(value[at : at + width][::-1] for at in range(0, len(value), width))


def encoded(elements: list[Element], syntax: str) -> bytes:
    """The elements as they are in a file; values are given in little endian, and as they are."""
    if syntax == DEFLATED:
        data = deflated(encoded(elements, EXPLICIT))
        return data + b"\0" * (len(data) % 2)
    return b"".join(_element(*element, syntax) for element in elements)


def _element(at: int, vr: str, value: Any, syntax: str) -> bytes:
    length = None
    if isinstance(value, Sequence):
        content = b"".join(_item(encoded(one, syntax), syntax, undefined=value.undefined_items) for one in value.items)
        if value.undefined:
            length, content = UNDEFINED, content + end(0xFFFEE0DD, syntax)
    elif isinstance(value, Fragments):
        length = UNDEFINED
        content = b"".join(_item(one, syntax, undefined=False) for one in value.values)
        content += end(0xFFFEE0DD, syntax)
    else:
        content = swap(value, WIDTHS[vr]) if syntax == BIG and vr in WIDTHS else value
    return head(at, vr, len(content) if length is None else length, syntax) + content


def head(at: int, vr: str, length: int, syntax: str) -> bytes:
    if syntax == IMPLICIT:
        return tag(at, syntax) + long(length, syntax)
    if vr in LONG:
        return tag(at, syntax) + vr.encode() + b"\0\0" + long(length, syntax)
    return tag(at, syntax) + vr.encode() + struct.pack(">H" if syntax == BIG else "<H", length)


def tag(value: int, syntax: str = EXPLICIT) -> bytes:
    return struct.pack(">HH" if syntax == BIG else "<HH", value >> 16, value & 0xFFFF)


def long(value: int, syntax: str = EXPLICIT) -> bytes:
    return struct.pack(">I" if syntax == BIG else "<I", value)


def item(content: bytes, syntax: str = EXPLICIT, length: int | None = None) -> bytes:
    """``length``: what it says of itself, if not the truth; no delimiter behind it."""
    return tag(0xFFFEE000, syntax) + long(len(content) if length is None else length, syntax) + content


def end(what: int, syntax: str = EXPLICIT) -> bytes:
    """The delimiter of an item or a sequence."""
    return tag(what, syntax) + bytes(4)


def sequence(content: bytes, syntax: str = EXPLICIT, length: int | None = None, at: int = 0x00081140) -> bytes:
    """``length``: what it says of itself, if not the truth; no delimiter behind it."""
    return head(at, "SQ", len(content) if length is None else length, syntax) + content


def deflated(data: bytes) -> bytes:
    deflater = zlib.compressobj(wbits=-15)
    return deflater.compress(data) + deflater.flush()


def _item(content: bytes, syntax: str, *, undefined: bool) -> bytes:
    return item(content, syntax, UNDEFINED) + end(0xFFFEE00D, syntax) if undefined else item(content, syntax)


def part10(data: bytes, syntax: str, sop_class: str = SECONDARY_CAPTURE, instance: str = "1.2.3.4") -> bytes:
    """A file with a complete header, which DCMTK and pydicom take without a word."""
    elements: list[Element] = [
        (0x00020001, "OB", b"\0\1"),
        (0x00020002, "UI", padded(sop_class)),
        (0x00020003, "UI", padded(instance)),
        (0x00020010, "UI", padded(syntax)),
        (0x00020012, "UI", b"1.2.3\0"),
    ]
    meta = encoded(elements, EXPLICIT)
    return bytes(128) + b"DICM" + encoded([(0x00020000, "UL", struct.pack("<I", len(meta)))], EXPLICIT) + meta + data


def padded(uid: str) -> bytes:
    return uid.encode() + b"\0" * (len(uid) % 2)


def words(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}H", *values)


def rich(*, undefined: bool = False, group_lengths: bool = False, signed: bool = False) -> list[Element]:
    """Every VR, private elements, sequences in sequences, a picture with an icon, overlay and look-up table."""
    inner = Sequence([[(0x00080100, "SH", b"T-1 "), (0x00080102, "SH", b"SRT ")]], undefined, undefined)
    reference: list[Element] = [(0x00081150, "UI", padded(SECONDARY_CAPTURE)), (0x00081155, "UI", b"1.2.3.9\0")]
    private: list[Element] = [(0x00290010, "LO", b"MADE FOR TESTS"), (0x00291001, "UN", b"\1\2\3\4")]
    lengths: list[Element] = [(0x00080000, "UL", struct.pack("<I", 0))] if group_lengths else []
    nested: list[Element] = [(0x00400000, "UL", struct.pack("<I", 0))] if group_lengths else []
    elements: list[Element] = [
        *lengths,
        (0x00080005, "CS", b"ISO_IR 192"),
        (0x00080008, "CS", b"DERIVED\\SECONDARY "),
        (0x00080016, "UI", padded(SECONDARY_CAPTURE)),
        (0x00080018, "UI", b"1.2.3.4\0"),
        (0x00080020, "DA", b"20240102"),
        (0x00080030, "TM", b"120000.5"),
        (0x00080050, "SH", b"A1"),
        (0x00080054, "AE", b"STORE"[:4]),
        (0x00080060, "CS", b"OT"),
        (0x00080119, "UC", b"a code value that is long "),
        (0x00080120, "UR", b"http://example.org"),
        (0x00081110, "SQ", Sequence([reference, reference], undefined, undefined)),
        (0x00081140, "SQ", Sequence([], undefined, undefined)),
        (0x00082112, "SQ", Sequence([[*reference, (0x0040A170, "SQ", inner)]], undefined, undefined)),
        (0x00100010, "PN", "Dø^Jo".encode()),
        (0x00100020, "LO", b"12"),
        (0x00101010, "AS", b"012Y"),
        (0x00104000, "LT", b"comments"),
        (0x00180010, "LO", b""),
        (0x00181063, "DS", b"1.5 "),
        (0x00186020, "SL", struct.pack("<i", -3)),
        (0x00186022, "SL", struct.pack("<i", 70000)),
        (0x00189074, "DT", b"20240102120000"),
        (0x00189087, "FD", struct.pack("<d", 1000.25)),
        (0x00189810, "SS" if signed else "US", words(7)),
        (0x0020000D, "UI", b"1.2.3.7\0"),
        (0x0020000E, "UI", b"1.2.3.8\0"),
        (0x00200013, "IS", b"12"),
        (0x00204000, "LT", b"text"),
        (0x00209164, "UI", b"1.2.34"),
        (0x00280002, "US", words(1)),
        (0x00280004, "CS", b"MONOCHROME2 "),
        (0x00280009, "AT", words(0x0018, 0x1063)),
        (0x00280010, "US", words(3)),
        (0x00280011, "US", words(2)),
        (0x00280100, "US", words(16)),
        (0x00280101, "US", words(12)),
        (0x00280102, "US", words(11)),
        (0x00280103, "US", words(int(signed))),
        (0x00280106, "SS" if signed else "US", words(1)),
        (0x00283010, "SQ", Sequence([[(0x00283002, "US", words(2, 0, 16)), (0x00283006, "OW", words(1, 2))]])),
        (0x00290010, "LO", b"MADE FOR TESTS"),
        (0x00291001, "UN", b"\1\2\3\4"),
        (0x00400275, "SQ", Sequence([[*nested, (0x00400007, "LO", b"step"), (0x00400008, "SQ", inner)]], undefined)),
        (0x0040A160, "UT", b"text of any length"),
        (0x00409224, "FD", struct.pack("<d", 0.5)),
        (0x00660016, "OF", struct.pack("<2f", 1.5, 2.5)),
        (0x00660022, "OD", struct.pack("<2d", 1.5, 2.5)),
        (0x00660040, "OL", struct.pack("<2I", 1, 70000)),
        (0x00880200, "SQ", Sequence([in_order([*_icon(), *private])], undefined, undefined)),
        (0x00189313, "FD", b""),
        (0x60000010, "US", words(3)),
        (0x60000050, "SS", words(1, 1)),
        (0x60003000, "OW", words(0x15)),
        (0x7FE00001, "OV", struct.pack("<Q", 3)),
        (0x7FE00010, "OW", words(1, 2, 3, 0x102, 5, 6)),
    ]
    return in_order(elements)


def _icon() -> list[Element]:
    rows: list[Element] = [(tag, "US", words(value)) for tag, value in ((0x00280010, 2), (0x00280011, 2))]
    return [(0x00280002, "US", words(1)), *rows, (0x00280100, "US", words(8)), (0x7FE00010, "OW", b"\1\2\3\4")]


def in_order(elements: list[Element]) -> list[Element]:
    return sorted(elements, key=lambda element: element[0])
