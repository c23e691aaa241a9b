"""What the first elements of a file say: its File Meta Information (PS3.10 section 7.1), and the UIDs in its data set.

Belongs here: walking over these elements, in bytes that are in memory, as far as they go; the encoding of a data set
without header. Does not belong here: files, and what is said to people of the UIDs (``header``); the rest of a data set
(``whole``).
"""

from __future__ import annotations

import struct
import sys
import zlib
from typing import TYPE_CHECKING, Final, NoReturn

from asprofile.names.well_known import (
    DEFLATED,
    EXPLICIT_VR_BIG_ENDIAN,
    EXPLICIT_VR_LITTLE_ENDIAN,
    IMPLICIT,
    IMPLICIT_VR_LITTLE_ENDIAN,
)
from asprofile.objects.flaws import short_value
from asprofile.value import Value

if TYPE_CHECKING:
    from asprofile.objects.flaws import Flaw, UnreadableKind

LAST_READ: Final = 16 * 1024 * 1024  # no honest file has this much in front of its SOP Instance UID

_SOP_CLASS: Final = 0x00080016
_SOP_INSTANCE: Final = 0x00080018
_ITEM_END: Final = 0xFFFEE00D
_SEQUENCE_END: Final = 0xFFFEE0DD
_UNDEFINED: Final = 0xFFFFFFFF

# PS3.5 section 7.1.2: these have a 16-bit length; all others two reserved bytes and a 32-bit length.
_SHORT_VRS: Final = frozenset(b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split())
_LONG_VRS: Final = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_VRS: Final = _SHORT_VRS | _LONG_VRS

# Every transfer syntax that is not listed here is Explicit VR Little Endian, as PS3.5 annex A requires of new and
# private ones.
IMPLICIT_TEXTS: Final = frozenset(uid.encode() for uid in IMPLICIT)
BIG_ENDIAN: Final = EXPLICIT_VR_BIG_ENDIAN.encode()
DEFLATED_TEXTS: Final = frozenset(uid.encode() for uid in DEFLATED)
_LITTLE_ENDIAN: Final = EXPLICIT_VR_LITTLE_ENDIAN.encode()
_IMPLICIT: Final = IMPLICIT_VR_LITTLE_ENDIAN.encode()

_TRUNCATED_META: Final = "is damaged: the file ends inside the File Meta Information; get a complete copy"
_TRUNCATED_DATA_SET: Final = (
    "is damaged: the data set ends too early, or is not encoded as Transfer Syntax UID (0002,0010)"
    " says; get a complete copy, or rewrite it (dcmconv)"
)


class _Encoding(Value):
    """How the elements of a data set are written; the unpackers take (bytes, offset)."""

    explicit: bool
    element: struct.Struct  # group, element, VR (explicit), 16-bit length (explicit)
    length: struct.Struct  # 32-bit length


EXPLICIT_LITTLE_HEADS: Final = _Encoding(True, struct.Struct("<HH2sH"), struct.Struct("<I"))
IMPLICIT_LITTLE_HEADS: Final = _Encoding(False, struct.Struct("<HH2sH"), struct.Struct("<I"))
EXPLICIT_BIG_HEADS: Final = _Encoding(True, struct.Struct(">HH2sH"), struct.Struct(">I"))


class NotAnObject(Exception):
    """The file is no object; becomes an Unreadable."""

    def __init__(self, kind: UnreadableKind, reason: str, flaw: Flaw = "") -> None:
        super().__init__(reason)
        self.kind: UnreadableKind = kind
        self.reason = reason
        self.flaw: Flaw = flaw


class MoreNeeded(Exception):
    """The bytes read so far are too few, and the file has more."""


class Foreign(Exception):
    """The data set is not in an encoding that this module knows (a private transfer syntax, perhaps)."""


def parse_meta(buffer: bytes, size: int, pos: int) -> tuple[dict[int, bytes], int]:
    """The values of group 0002, at ``pos``, by element number, and the offset after it (PS3.10 section 7.1).

    The group length is ignored: it is missing or wrong in files that are otherwise good. The group ends
    where another begins. Elements in implicit VR, which some old writers made, are taken too.
    """
    values: dict[int, bytes] = {}
    available = len(buffer)
    unpack = EXPLICIT_LITTLE_HEADS.element.unpack_from
    while buffer[pos : pos + 2] == b"\x02\x00":
        start = pos + 8
        if start > available:
            _run_short(start, size, _TRUNCATED_META)
        _, element, vr, length = unpack(buffer, pos)
        if vr in _SHORT_VRS:
            pass
        elif vr in _LONG_VRS:
            start += 4
            if start > available:
                _run_short(start, size, _TRUNCATED_META)
            length = EXPLICIT_LITTLE_HEADS.length.unpack_from(buffer, start - 4)[0]
        else:
            length = EXPLICIT_LITTLE_HEADS.length.unpack_from(buffer, pos + 4)[0]
        pos = start + length
        if pos > available:
            _run_short(pos, size, _TRUNCATED_META, short_value(length) if element else "")
        values[element] = buffer[start:pos]
    # Two bytes at a time: a data set of less than eight bytes is for the next step to complain about.
    if pos < size and buffer[pos : pos + 2] in (b"", b"\x02"):
        _run_short(pos + 8, size, _TRUNCATED_META)
    return values, pos


def guess_transfer_syntax(start: bytes) -> bytes:
    """The transfer syntax of a data set without header, from its first six bytes.

    As DCMTK sees it (3.7.0, DcmItem::checkTransferSyntax): explicit VR where the fifth and sixth byte are
    a VR; of the byte orders, little endian unless only big endian makes it a tag that can be there. No
    object begins after group 0008, where its SOP Class UID is.
    """
    little = int.from_bytes(start[:2], "little")
    big = int.from_bytes(start[:2], "big")
    if start[4:6] not in _VRS:
        return _IMPLICIT
    return BIG_ENDIAN if little > 0xFF >= big else _LITTLE_ENDIAN


def looks_like_data_set(buffer: bytes, size: int) -> bool:
    """Whether a SOP Class UID is to be found if this is read as a data set."""
    encoding = {_IMPLICIT: IMPLICIT_LITTLE_HEADS, BIG_ENDIAN: EXPLICIT_BIG_HEADS}.get(
        guess_transfer_syntax(buffer[:6]), EXPLICIT_LITTLE_HEADS
    )
    try:
        sop_class, _ = find_uids(buffer, 0, size, encoding)
    except MoreNeeded:
        # Plausible as far as it goes, if it starts where an object can.
        return int.from_bytes(buffer[:2], "big" if encoding is EXPLICIT_BIG_HEADS else "little") in range(2, 9)
    except (NotAnObject, Foreign):
        return False
    return bool(sop_class)


def own_uids(buffer: bytes, offset: int, size: int, transfer_syntax: bytes) -> tuple[bytes, bytes]:
    """The data set's own SOP Class UID and SOP Instance UID, empty where it has none."""
    if transfer_syntax in DEFLATED_TEXTS:
        return _find_deflated_uids(buffer, offset, size)
    if transfer_syntax in IMPLICIT_TEXTS:
        return find_uids(buffer, offset, size, IMPLICIT_LITTLE_HEADS)
    if transfer_syntax == BIG_ENDIAN:
        return find_uids(buffer, offset, size, EXPLICIT_BIG_HEADS)
    return find_uids(buffer, offset, size, EXPLICIT_LITTLE_HEADS)


def _find_deflated_uids(buffer: bytes, offset: int, size: int) -> tuple[bytes, bytes]:
    """As find_uids, for a deflated data set (PS3.5 section A.5: raw deflate); only its start is inflated."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    whole = len(buffer) >= size
    try:
        start = inflater.decompress(buffer[offset:], LAST_READ if whole else 4 * len(buffer))
    except zlib.error:
        spoilt = "is damaged: its deflated data set cannot be inflated; get a complete copy"
        raise NotAnObject("damaged", spoilt, "deflated") from None
    return find_uids(start, 0, len(start) if whole or inflater.eof else sys.maxsize, EXPLICIT_LITTLE_HEADS)


def find_uids(buffer: bytes, pos: int, size: int, encoding: _Encoding) -> tuple[bytes, bytes]:
    """SOP Class UID and SOP Instance UID among the leading elements of the data set at ``pos``.

    ``size`` is where the data set ends, perhaps beyond ``buffer``. Elements are in ascending order (PS3.5
    section 7.1), so the first one after (0008,0018) ends the search; no object ends before that.
    """
    explicit = encoding.explicit
    unpack_element, unpack_length = encoding.element.unpack_from, encoding.length.unpack_from
    available = len(buffer)
    sop_class = b""
    tag = length = 0
    while pos < size:
        if pos + 8 > available:
            _run_short(pos + 8, size, _ends_inside(f"the element after {_named(tag)}" if tag else "its first element"))
        group, element, vr, length = unpack_element(buffer, pos)
        tag = group << 16 | element
        if tag > _SOP_INSTANCE:
            return sop_class, b""
        start = pos + 8
        if not explicit:
            length = unpack_length(buffer, pos + 4)[0]
        elif vr not in _SHORT_VRS:
            start, length = _long_form(buffer, pos, size, vr, encoding)
        if length == _UNDEFINED:
            pos = _skip_undefined(buffer, start, size, encoding)
            continue
        pos = start + length
        if tag in (_SOP_CLASS, _SOP_INSTANCE):
            if pos > available:
                _run_short(pos, size, _ends_inside(_named(tag)), short_value(length))
            if tag == _SOP_INSTANCE:
                return sop_class, stripped(buffer[start:pos])
            sop_class = stripped(buffer[start:pos])
    if pos > size:
        raise NotAnObject("damaged", _ends_inside(_named(tag)), short_value(length))
    raise NotAnObject("damaged", _TRUNCATED_DATA_SET, "no object")


def _ends_inside(what: str) -> str:
    return _TRUNCATED_DATA_SET.replace("too early,", f"too early, it ends inside {what},")


def _named(tag: int) -> str:
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def _long_form(buffer: bytes, pos: int, size: int, vr: bytes, encoding: _Encoding) -> tuple[int, int]:
    """Where the value of the element at ``pos`` starts, and its length, for a VR with a 32-bit length."""
    if vr not in _LONG_VRS:
        raise Foreign
    if pos + 12 > len(buffer):
        _run_short(pos + 12, size, _TRUNCATED_DATA_SET)
    return pos + 12, encoding.length.unpack_from(buffer, pos + 8)[0]


def _skip_undefined(buffer: bytes, pos: int, size: int, encoding: _Encoding) -> int:
    """The offset after a value of undefined length that starts at ``pos`` (a sequence, PS3.5 section 7.5).

    Whatever opens without a length needs a delimiter, and whatever has a length is stepped over, so a count
    of what is open is all the state there is.
    """
    depth = 1
    while depth:
        if pos + 8 > len(buffer):
            _run_short(pos + 8, size, _TRUNCATED_DATA_SET)
        group, element, vr, length = encoding.element.unpack_from(buffer, pos)
        tag = group << 16 | element
        start = pos + 8
        if not encoding.explicit or group == 0xFFFE:
            length = encoding.length.unpack_from(buffer, pos + 4)[0]
        elif vr not in _SHORT_VRS:
            start, length = _long_form(buffer, pos, size, vr, encoding)
        if tag in (_ITEM_END, _SEQUENCE_END):
            depth, pos = depth - 1, start
        elif length == _UNDEFINED:
            depth, pos = depth + 1, start
        else:
            pos = start + length
    return pos


def _run_short(end: int, size: int, reason: str, flaw: Flaw = "") -> NoReturn:
    """The walk needs the bytes up to ``end``: the file ends before that, or more of it must be read."""
    if end > size:
        raise NotAnObject("damaged", reason, flaw)
    raise MoreNeeded


def stripped(value: bytes) -> bytes:
    """A UID without padding: a NUL by the standard (PS3.5 section 9.1), a blank in many files."""
    return value.strip(b"\0 ")
