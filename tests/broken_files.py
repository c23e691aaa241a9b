"""Files that are broken in every way that was met in the field or thought of, and odd ones that are not.

Belongs here: bytes. What is right for each is with the tests: what ``send`` says (``objects``), what DCMTK's storescu
does (``cli``).
"""

from __future__ import annotations

import struct
import zlib
from functools import cache

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
    deflated,
    encoded,
    end,
    head,
    item,
    long,
    padded,
    part10,
    sequence,
    words,
)

JPEG = "1.2.840.10008.1.2.4.70"
IDENTITY: list[Element] = [(0x00080016, "UI", padded(SECONDARY_CAPTURE)), (0x00080018, "UI", b"1.2.3.4\0")]
NAME: Element = (0x00100010, "PN", b"Doe^Jo")
ROWS: Element = (0x00280010, "US", words(2))
PIXELS: Element = (0x7FE00010, "OB", b"\1\2\3\4")
FRAGMENTS: Element = (0x7FE00010, "OB", Fragments([b"", b"abcdefgh", b"abcd"]))
REFERENCE: list[Element] = [(0x00081150, "UI", padded(SECONDARY_CAPTURE)), (0x00081155, "UI", b"1.2.3.9\0")]


@cache
def broken_files() -> dict[str, bytes]:
    """By what is wrong with them."""
    return {**_of_the_header(), **_cut(), **_within(), **_of_pixels(), **_behind(), **_mistaken(), **_deflated()}


def plain(syntax: str = EXPLICIT) -> bytes:
    return encoded([*IDENTITY, NAME, ROWS, PIXELS], syntax)


def _of_the_header() -> dict[str, bytes]:
    good = part10(plain(), EXPLICIT)
    without = part10(b"", EXPLICIT)
    meta = without[132:]
    no_syntax = meta.replace(encoded([(0x00020010, "UI", padded(EXPLICIT))], EXPLICIT), b"")
    return {
        "empty": b"",
        "one byte": b"\0",
        "131 zeros": bytes(131),
        "preamble alone": bytes(128),
        "preamble and DICM": bytes(128) + b"DICM",
        "text": b"This is no DICOM file, but a letter.\n" * 20,
        "zeros": bytes(4096),
        "header alone": without,
        "header alone and 4 bytes": without + b"\x08\0\x16\0",
        "header cut in the group length": good[:140],
        "header cut in a tag": good[:146],
        "header cut in a value": good[:150],
        "header cut in a UID": good[: good.index(b"1.2.840.10008.5") + 8],
        "header cut before its transfer syntax": without[: without.index(b"\2\0\x10\0")],
        "header cut in its transfer syntax": good[: good.index(b"\2\0\x10\0UI") + 14],
        "header cut in its last element": without[:-2],
        "header without a transfer syntax": without[:132] + no_syntax + plain(),
        "header with a group length that is too small": good[:140] + struct.pack("<I", 20) + good[144:],
        "header with a group length that is too large": good[:140] + struct.pack("<I", 4000) + good[144:],
        "header without its group length": good[:132] + good[144:],
        "no preamble": good[132:],
    }


def _cut() -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for name, syntax in (("explicit", EXPLICIT), ("implicit", IMPLICIT), ("big endian", BIG)):
        file = part10(plain(syntax), syntax)
        start = len(file) - len(plain(syntax))
        first = start + len(encoded(IDENTITY[:1], syntax))
        files |= {
            f"{name}, cut in its first tag": file[: start + 3],
            f"{name}, cut in its first length": file[: start + 7],
            f"{name}, cut in its first value": file[: start + 12],
            f"{name}, cut after its first element": file[:first],
            f"{name}, cut in its second element": file[: first + 10],
            f"{name}, cut in a tag": file[: -len(encoded([PIXELS], syntax)) + 2],
            f"{name}, cut in a length": file[: -len(encoded([PIXELS], syntax)) + 6],
            f"{name}, cut in a value": file[:-2],
            f"{name}, whole up to there": file[: -len(encoded([PIXELS], syntax))],
        }
    for name, size in (("4 GiB", UNDEFINED - 1), ("2 GiB", 1 << 31), ("1 MiB", 1 << 20)):
        claims = head(0x7FE00010, "OW", size, EXPLICIT) + b"\1\2\3\4"
        files[f"a value of {name} that is not there"] = part10(encoded([*IDENTITY, ROWS], EXPLICIT) + claims, EXPLICIT)
    claims = head(0x7FE00010, "OW", UNDEFINED - 1, IMPLICIT) + b"\1\2\3\4"
    files["implicit, a value of 4 GiB that is not there"] = part10(encoded([*IDENTITY], IMPLICIT) + claims, IMPLICIT)
    return files


def _within() -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for name, syntax in (("explicit", EXPLICIT), ("implicit", IMPLICIT), ("big endian", BIG)):
        start, rest = encoded(IDENTITY, syntax), encoded([ROWS, PIXELS], syntax)
        inner = encoded(REFERENCE, syntax)
        one, opened = item(inner, syntax), sequence(b"", syntax, UNDEFINED)
        private = head(0x00091001, "SQ", UNDEFINED, syntax)
        nested = sequence(item(sequence(item(inner, syntax), syntax, UNDEFINED), syntax), syntax)
        contents = {
            "item longer than its sequence": sequence(one, syntax, len(one) - 8) + rest,
            "item longer than the file": sequence(item(inner, syntax, 4000), syntax, UNDEFINED),
            "value longer than its item": sequence(item(inner, syntax, len(inner) - 4), syntax) + rest,
            "sequence longer than its items": sequence(one, syntax, len(one) + 8) + rest,
            "sequence longer than the file": sequence(one, syntax, 4000),
            "sequence without its end": opened + one + rest,
            "sequence without its end, at the end": opened + one,
            "sequence without an item": opened + inner + end(0xFFFEE0DD, syntax) + rest,
            "item without its end": opened + item(inner, syntax, UNDEFINED) + end(0xFFFEE0DD, syntax) + rest,
            "item without its end, at the end": opened + item(inner, syntax, UNDEFINED),
            "end of an item": end(0xFFFEE00D, syntax) + rest,
            "end of a sequence": end(0xFFFEE0DD, syntax) + rest,
            "item where an element should be": one + rest,
            "no end one level down": nested + rest,
            "private sequence, cut in an item": private + item(inner[:-3], syntax, UNDEFINED),
            "private sequence, cut in a tag": private + item(inner, syntax, UNDEFINED) + b"\x09",
        }
        files |= {f"{name}, {what}": part10(start + content, syntax) for what, content in contents.items()}
    start, rest = encoded(IDENTITY, EXPLICIT), encoded([ROWS, PIXELS], EXPLICIT)
    unknown = head(0x00091001, "UN", UNDEFINED, EXPLICIT)
    implicit = item(encoded(REFERENCE, IMPLICIT), IMPLICIT)
    return files | {
        "UN of undefined length": part10(start + unknown + implicit + end(0xFFFEE0DD) + rest, EXPLICIT),
        "UN of undefined length, without its end": part10(start + unknown + implicit, EXPLICIT),
        "UN of undefined length, cut": part10(start + unknown + implicit[:-4], EXPLICIT),
        "bytes of undefined length": part10(
            start + head(0x00091001, "OB", UNDEFINED, EXPLICIT) + item(b"ab") + end(0xFFFEE0DD) + rest, EXPLICIT
        ),
        "an unknown VR": part10(start + b"\x09\0\x01\x10ZZ\0\0" + long(4) + b"abcd" + rest, EXPLICIT),
        "no VR in one element": part10(start + encoded([NAME], IMPLICIT) + rest, EXPLICIT),
        "an odd value": part10(start + encoded([(0x00100010, "PN", b"Doe^J")], EXPLICIT) + rest, EXPLICIT),
        "elements in descending order": part10(encoded([PIXELS, ROWS, NAME], EXPLICIT) + start, EXPLICIT),
        "an element twice": part10(start + encoded([NAME, NAME], EXPLICIT) + rest, EXPLICIT),
    }


def _of_pixels() -> dict[str, bytes]:
    start = encoded(IDENTITY, EXPLICIT)
    opened = head(0x7FE00010, "OB", UNDEFINED, EXPLICIT) + item(b"")
    good = part10(start + encoded([FRAGMENTS], EXPLICIT), JPEG)
    return {
        "JPEG": good,
        "JPEG without its end": good[:-8],
        "JPEG cut in its end": good[:-3],
        "JPEG cut in a fragment": good[:-10],
        "JPEG cut in the head of a fragment": good[:-14],
        "JPEG with a fragment longer than the file": part10(start + opened + item(b"abcd", length=4000), JPEG),
        "JPEG with a fragment of 4 GiB": part10(start + opened + item(b"abcd", length=UNDEFINED - 1), JPEG),
        "JPEG with a last fragment of odd length": part10(
            start + opened + item(b"abcdef") + item(b"abc") + end(0xFFFEE0DD), JPEG
        ),
        "JPEG with an element among its fragments": part10(
            start + opened + item(b"ab") + encoded([NAME], EXPLICIT) + end(0xFFFEE0DD), JPEG
        ),
        "JPEG with pixels as they are": part10(start + encoded([PIXELS], EXPLICIT), JPEG),
        "JPEG marked explicit": part10(start + encoded([FRAGMENTS], EXPLICIT), EXPLICIT),
    }


def _behind() -> dict[str, bytes]:
    good = part10(plain(), EXPLICIT)
    padding = encoded([(0xFFFCFFFC, "OB", bytes(64))], EXPLICIT)
    files = {f"{count} zeros after it": good + bytes(count) for count in (1, 2, 4, 7, 8, 12, 100, 512)}
    return files | {
        "trailing padding": good + padding,
        "trailing padding, cut": good + padding[:-6],
        "trailing padding and zeros": good + padding + bytes(16),
        "text after it": good + b"made by a program that adds a line\n",
        "four bytes after it": good + b"\1\2\3\4",
        "another file after it": good + good,
        "a line feed after it": good + b"\n",
    }


def _mistaken() -> dict[str, bytes]:
    return {
        "implicit marked explicit": part10(plain(IMPLICIT), EXPLICIT),
        "explicit marked implicit": part10(plain(EXPLICIT), IMPLICIT),
        "big endian marked explicit": part10(plain(BIG), EXPLICIT),
        "explicit marked big endian": part10(plain(EXPLICIT), BIG),
        "implicit marked big endian": part10(plain(IMPLICIT), BIG),
        "big endian marked implicit": part10(plain(BIG), IMPLICIT),
        "implicit marked JPEG": part10(plain(IMPLICIT), JPEG),
        "deflated marked explicit": part10(encoded([*IDENTITY, ROWS, PIXELS], DEFLATED), EXPLICIT),
        "deflated marked implicit": part10(encoded([*IDENTITY, ROWS, PIXELS], DEFLATED), IMPLICIT),
        "explicit marked deflated": part10(plain(), DEFLATED),
        "implicit marked deflated": part10(plain(IMPLICIT), DEFLATED),
        "big endian marked deflated": part10(plain(BIG), DEFLATED),
    }


def _deflated() -> dict[str, bytes]:
    body = encoded([*IDENTITY, NAME, ROWS, (0x7FE00010, "OB", bytes(range(256)) * 4)], EXPLICIT)
    stream = deflated(body)
    cut = {f"deflated, the last {count} bytes missing": part10(stream[:-count], DEFLATED) for count in range(1, 21)}
    wrapped = zlib.compress(body)
    return cut | {
        "deflated": part10(stream + b"\0" * (len(stream) % 2), DEFLATED),
        "deflated, of odd length": part10(stream if len(stream) % 2 else stream + b"\0", DEFLATED),
        "deflated, what was cut": part10(deflated(body[:-20]), DEFLATED),
        "deflated, text after it": part10(stream + b"text", DEFLATED),
        "deflated, spoilt in the middle": part10(stream[:60] + b"\xff" * 8 + stream[68:], DEFLATED),
        "deflated with a zlib header": part10(wrapped, DEFLATED),
        "deflated, nothing": part10(deflated(b""), DEFLATED),
    }


__all__ = ["BIG", "DEFLATED", "EXPLICIT", "IMPLICIT", "JPEG", "Sequence", "broken_files"]
