"""What a DICOM file says about itself in its first bytes: SOP class, SOP instance, transfer syntax.

Here belong the File Meta Information (PS3.10 section 7.1), the data set's own SOP Class UID and SOP Instance
UID, the encoding of a data set without header, and why a file is no object that can be sent. Not here: finding files
(``scan``), the rest of a data set, anything that needs pydicom: a send looks at every file before it opens a
connection, so this is one open, one read of 4 KiB and one close in nearly every case.
"""

from __future__ import annotations

import os
import stat
import struct
import sys
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NoReturn

from asprofile.errors import ObjectError
from asprofile.objects.flaws import short_value
from asprofile.value import Value

if TYPE_CHECKING:
    from asprofile.objects.flaws import Flaw

Kind = Literal["not-dicom", "dicomdir", "damaged", "unreadable", "stored"]
"""Why a file is no object: not DICOM at all; a DICOMDIR; DICOM, but broken; the system does not let us; it is one, but
stored already.
"""

Reading = Literal["part10", "file", "dataset", "either"]
"""What a file may be: Part 10 with preamble; the same, the preamble may be missing; a bare data set; either."""


class Header(Value):
    """One DICOM object in a file, as far as choosing a presentation context needs it.

    ``sop_class`` and ``sop_instance`` are those of the data set, which are what C-STORE names (PS3.7 section
    9.1.1; DCMTK's storescu does the same); those of the File Meta Information stand in when the data set has
    none or is in an encoding nobody can look into. ``transfer_syntax`` is the file's (0002,0010), or what
    the bytes of a bare data set look like. All three are UIDs without padding. ``dataset_offset`` is the byte
    offset of the data set, 0 <= ``dataset_offset`` < ``size``, 0 without a header; ``size`` is the file's, in
    bytes. ``media_sop_class`` is (0002,0002), empty without one: what DCMTK's storescu proposes with
    ``--required``, even where the data set is of another class. ``stamp`` tells the file from one that takes its place
    (``stamp_of``); None: nobody looks.
    """

    path: Path
    sop_class: str
    sop_instance: str
    transfer_syntax: str
    dataset_offset: int
    size: int
    media_sop_class: str = ""
    stamp: tuple[int, int, int, int] | None = None

    @property
    def dataset_length(self) -> int:
        """Bytes of the data set as it lies in the file (deflated, if that is the syntax); at least 1."""
        return self.size - self.dataset_offset


class Unreadable(Value):
    """A file (or directory) that gives no object, and why; ``reason`` reads on behind ``path`` and a colon.

    ``explicit`` is true for what the caller named, false for what a directory walk came across.
    """

    path: Path
    reason: str
    kind: Kind
    explicit: bool = True
    flaw: Flaw = ""

    @property
    def skipped(self) -> bool:
        """True if nobody asked for this file and it is no object: count it, do not complain about it."""
        return not self.explicit and self.kind in ("not-dicom", "dicomdir", "stored")


def read_header(path: Path | str, *, reading: Reading = "part10") -> Header:
    """The header of one DICOM file.

    Raises ObjectError, with the path and a way out in its message, for everything that is not a DICOM object
    in a file of the kind that ``reading`` takes: other files, empty and truncated ones, DICOMDIRs, directories,
    devices.
    """
    found = examine(os.fspath(path), reading=reading)
    if isinstance(found, Unreadable):
        raise ObjectError(f"{found.path}: {found.reason}")
    return found


def examine(path: str, *, explicit: bool = True, reading: Reading = "part10") -> Header | Unreadable:
    """Like read_header, with the refusal as a value. Never hangs: a FIFO or a device is refused."""
    try:
        descriptor = os.open(path, OPEN_FLAGS)
        try:
            return _examine_open(path, descriptor, reading)
        finally:
            try:  # noqa: SIM105 - ``suppress`` takes as long as the rest of this function
                os.close(descriptor)
            except OSError:
                pass  # nothing was written that could be lost
    except _Refusal as refusal:
        return Unreadable(Path(path), refusal.reason, refusal.kind, explicit, refusal.flaw)
    except (OSError, MemoryError) as error:
        return Unreadable(Path(path), describe_os_error(error), "unreadable", explicit)
    except ValueError:  # "embedded null byte": a name that no file can have
        return Unreadable(Path(path), "cannot be read: not a possible file name", "unreadable", explicit)


def stamp_of(status: os.stat_result) -> tuple[int, int, int, int]:
    """Which file this is: device, inode, and when its content and its status changed, in nanoseconds."""
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_ctime_ns


def describe_os_error(error: OSError | MemoryError) -> str:
    """The operating system's words, as a reason to stand behind a path and a colon."""
    return f"cannot be read: {error.strerror or error}" if isinstance(error, OSError) else _NO_MEMORY


def describe_special(mode: int) -> str:
    """What a thing of this ``st_mode`` is, if it is not a regular file, as a reason."""
    if stat.S_ISDIR(mode):
        return "is a directory, not a DICOM file"
    names = {
        stat.S_IFIFO: "a FIFO",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
    }
    return f"is {names.get(stat.S_IFMT(mode), 'a special file')}, not a regular file"


# O_NONBLOCK: opening a FIFO that nobody writes to would wait for ever; to regular files it is nothing.
OPEN_FLAGS: Final = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_FIRST_READ: Final = 4096
_LAST_READ: Final = 16 * 1024 * 1024  # no honest file has this much in front of its SOP Instance UID

_DICOMDIR: Final = b"1.2.840.10008.1.3.10"  # Media Storage Directory Storage
_MEDIA_SOP_CLASS: Final = 0x0002
_MEDIA_SOP_INSTANCE: Final = 0x0003
_TRANSFER_SYNTAX: Final = 0x0010
_SOP_CLASS: Final = 0x00080016
_SOP_INSTANCE: Final = 0x00080018
_ITEM_END: Final = 0xFFFEE00D
_SEQUENCE_END: Final = 0xFFFEE0DD
_UNDEFINED: Final = 0xFFFFFFFF

# PS3.5 section 7.1.2: these have a 16-bit length; all others two reserved bytes and a 32-bit length.
_SHORT_VRS: Final = frozenset(b"AE AS AT CS DA DS DT FL FD IS LO LT PN SH SL SS ST TM UI UL US".split())
_LONG_VRS: Final = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())
_VRS: Final = _SHORT_VRS | _LONG_VRS

# Every transfer syntax that is not in here is Explicit VR Little Endian, as PS3.5 annex A wants it of new and
# private ones.
_IMPLICIT: Final = frozenset(
    (
        b"1.2.840.10008.1.2",
        b"1.2.840.10008.1.20",  # Papyrus 3 Implicit VR Little Endian
        b"1.2.840.113619.5.2",  # GE private: Implicit VR Little Endian, pixel data in big endian
    )
)
_BIG_ENDIAN: Final = b"1.2.840.10008.1.2.2"
_DEFLATED: Final = frozenset((b"1.2.840.10008.1.2.1.99", b"1.2.840.10008.1.2.4.95", b"1.2.840.10008.1.2.4.205"))

_GRAPHIC: Final = bytes(code for code in range(0x21, 0x7F) if code != ord("\\"))

_NO_MEMORY: Final = "cannot be read: out of memory"
_TRUNCATED_META: Final = "is damaged: the file ends inside the File Meta Information; get a complete copy"
_TRUNCATED_DATA_SET: Final = (
    "is damaged: the data set ends too early, or is not encoded as Transfer Syntax UID (0002,0010)"
    " says; get a complete copy, or rewrite it (dcmconv)"
)
_SHRUNK: Final = "became shorter while it was read; try again when nobody writes to it"
_TOO_LONG: Final = "is damaged: more than 16 MiB stand in front of its SOP Instance UID (0008,0018)"
_NO_PREAMBLE: Final = (
    "has no Part 10 header (128-byte preamble, 'DICM', File Meta Information), only a bare data set;"
    " rewrite it with a header (dcmconv --write-file)"
)
_HAS_HEADER: Final = "has a Part 10 header, and is no bare data set; read it as a file"


class _Encoding(Value):
    """How the elements of a data set are written; the unpackers take (bytes, offset)."""

    explicit: bool
    element: struct.Struct  # group, element, VR (explicit), 16-bit length (explicit)
    length: struct.Struct  # 32-bit length


_EXPLICIT_LITTLE: Final = _Encoding(True, struct.Struct("<HH2sH"), struct.Struct("<I"))
_IMPLICIT_LITTLE: Final = _Encoding(False, struct.Struct("<HH2sH"), struct.Struct("<I"))
_EXPLICIT_BIG: Final = _Encoding(True, struct.Struct(">HH2sH"), struct.Struct(">I"))


class _Refusal(Exception):
    """The file is no object; becomes an Unreadable."""

    def __init__(self, kind: Kind, reason: str, flaw: Flaw = "") -> None:
        super().__init__(reason)
        self.kind: Kind = kind
        self.reason = reason
        self.flaw: Flaw = flaw


class _MoreNeeded(Exception):
    """The bytes read so far are too few, and the file has more."""


class _Foreign(Exception):
    """The data set is not in an encoding that this module knows (a private transfer syntax, perhaps)."""


def _examine_open(path: str, descriptor: int, reading: Reading) -> Header:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        kind: Kind = "unreadable" if stat.S_ISDIR(status.st_mode) else "not-dicom"
        raise _Refusal(kind, describe_special(status.st_mode))
    size = status.st_size
    buffer = os.read(descriptor, _FIRST_READ)
    if len(buffer) < min(size, _FIRST_READ):
        buffer = _read_on(descriptor, buffer, min(size, _FIRST_READ))
    while True:
        try:
            return _parse(path, buffer, status, reading)
        except _MoreNeeded:
            grown = _read_on(descriptor, buffer, min(size, 16 * len(buffer), _LAST_READ))
        if len(grown) == len(buffer):
            raise _Refusal("damaged", _TOO_LONG if len(buffer) >= _LAST_READ else _SHRUNK)
        buffer = grown


def _read_on(descriptor: int, buffer: bytes, wanted: int) -> bytes:
    """``buffer`` and what follows it, ``wanted`` bytes in all; fewer only at the end of the file."""
    parts = [buffer]
    missing = wanted - len(buffer)
    while missing > 0 and (part := os.read(descriptor, missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _parse(path: str, buffer: bytes, status: os.stat_result, reading: Reading) -> Header:
    """The header from the file's first bytes; _MoreNeeded if they are too few, but not all."""
    size = status.st_size
    meta, offset = _parse_meta(buffer, size, _meta_offset(buffer, size, reading))
    transfer_syntax = _uid(meta.get(_TRANSFER_SYNTAX, b""))
    if not transfer_syntax and reading in ("either", "dataset"):
        transfer_syntax = guess_transfer_syntax(buffer[offset : offset + 6])
    media_class = _uid(meta.get(_MEDIA_SOP_CLASS, b""))
    if media_class == _DICOMDIR:
        raise _Refusal(
            "dicomdir",
            "is a DICOMDIR (a media directory), which C-STORE cannot send; send the files it lists",
        )
    if not transfer_syntax:
        raise _Refusal("damaged", "has no Transfer Syntax UID (0002,0010) in its header; rewrite it (dcmconv)")
    if offset >= size:
        empty = "has an empty data set: a header, and nothing behind it; get a complete copy"
        raise _Refusal("damaged", empty, "no object" if meta else "")
    try:
        sop_class, sop_instance = _own_uids(buffer, offset, size, transfer_syntax)
    except _Foreign:
        sop_class = sop_instance = b""
    except _Refusal:
        _refuse_mismatch(buffer[offset:], size - offset, transfer_syntax)
        raise
    except _MoreNeeded:
        if len(buffer) == _FIRST_READ:
            _refuse_mismatch(buffer[offset:], size - offset, transfer_syntax)
        raise
    if not (sop_class and sop_instance):
        _refuse_mismatch(buffer[offset:], size - offset, transfer_syntax)
    try:
        media_sop_class = sys.intern(media_class.decode("ascii"))
    except UnicodeDecodeError:
        media_sop_class = ""
    return Header(
        Path(path),
        _shared(sop_class or media_class, "SOP Class UID (0008,0016)"),
        # lenient: every archive has instances with odd UIDs, and peers take them
        _checked(
            sop_instance or _uid(meta.get(_MEDIA_SOP_INSTANCE, b"")),
            "SOP Instance UID (0008,0018)",
            lenient=True,
        ),
        _shared(transfer_syntax, "Transfer Syntax UID (0002,0010)"),
        offset,
        size,
        media_sop_class,
        stamp_of(status),
    )


def _meta_offset(buffer: bytes, size: int, reading: Reading) -> int:
    """Where the File Meta Information starts, or the data set if there is none; a refusal if the file is of
    another kind than ``reading`` says.
    """
    part10 = buffer[128:132] == b"DICM"
    if reading == "dataset":
        if part10:
            raise _Refusal("damaged", _HAS_HEADER)
    elif part10:
        return 132
    elif reading != "part10" and buffer[:2] == b"\x02\x00":
        return 0  # DCMTK takes a header without preamble as well
    if reading in ("part10", "file") or not _looks_like_data_set(buffer, size):
        _refuse_other_file(buffer, size)
    return 0


def guess_transfer_syntax(start: bytes) -> bytes:
    """The transfer syntax of a data set without header, from its first six bytes.

    As DCMTK sees it (3.7.0, DcmItem::checkTransferSyntax): explicit VR where the fifth and sixth byte are
    a VR; of the byte orders, little endian unless only big endian makes it a tag that can stand there. No
    object begins behind group 0008, where its SOP Class UID is.
    """
    little = int.from_bytes(start[:2], "little")
    big = int.from_bytes(start[:2], "big")
    if start[4:6] not in _VRS:
        return b"1.2.840.10008.1.2"
    return _BIG_ENDIAN if little > 0xFF >= big else b"1.2.840.10008.1.2.1"


def _looks_like_data_set(buffer: bytes, size: int) -> bool:
    """Whether a SOP Class UID is to be found if this is read as a data set."""
    encoding = {b"1.2.840.10008.1.2": _IMPLICIT_LITTLE, _BIG_ENDIAN: _EXPLICIT_BIG}.get(
        guess_transfer_syntax(buffer[:6]), _EXPLICIT_LITTLE
    )
    try:
        sop_class, _ = _find_uids(buffer, 0, size, encoding)
    except _MoreNeeded:
        # Plausible as far as it goes, if it starts where an object can.
        return int.from_bytes(buffer[:2], "big" if encoding is _EXPLICIT_BIG else "little") in range(2, 9)
    except (_Refusal, _Foreign):
        return False
    return bool(sop_class)


def _refuse_other_file(buffer: bytes, size: int) -> NoReturn:
    """Say what a file without preamble is."""
    if size == 0:
        raise _Refusal("not-dicom", "is empty, not a DICOM file", "empty")
    if buffer[:4] == b"DICM" or buffer[:6] == b"\x02\x00\x00\x00UL":
        raise _Refusal("damaged", "lacks the 128-byte preamble in front of its Part 10 header; rewrite it (dcmconv)")
    for encoding in (_EXPLICIT_LITTLE, _IMPLICIT_LITTLE, _EXPLICIT_BIG):
        try:
            sop_class, _ = _find_uids(buffer, 0, len(buffer), encoding)
        except (_Refusal, _MoreNeeded, _Foreign):
            continue
        if sop_class.startswith((b"1.2.", b"1.3.")):
            raise _Refusal("damaged", _NO_PREAMBLE)
    if not any(buffer):
        zeroes = "is not a DICOM file (it has zeroes where one begins, as an unfinished copy may)"
        raise _Refusal("not-dicom", zeroes, "" if size % 8 else "no object")
    raise _Refusal("not-dicom", "is not a DICOM file (no 'DICM' at byte 128)")


def _parse_meta(buffer: bytes, size: int, pos: int) -> tuple[dict[int, bytes], int]:
    """The values of group 0002, at ``pos``, by element number, and the offset behind it (PS3.10 section 7.1).

    The group length is not looked at: it is missing or wrong in files that are otherwise good. The group ends
    where another begins. Elements in implicit VR, which some old writers made, are taken too.
    """
    values: dict[int, bytes] = {}
    available = len(buffer)
    unpack = _EXPLICIT_LITTLE.element.unpack_from
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
            length = _EXPLICIT_LITTLE.length.unpack_from(buffer, start - 4)[0]
        else:
            length = _EXPLICIT_LITTLE.length.unpack_from(buffer, pos + 4)[0]
        pos = start + length
        if pos > available:
            _run_short(pos, size, _TRUNCATED_META, short_value(length) if element else "")
        values[element] = buffer[start:pos]
    # Two bytes at a time: a data set of less than eight bytes is for the next step to complain about.
    if pos < size and buffer[pos : pos + 2] in (b"", b"\x02"):
        _run_short(pos + 8, size, _TRUNCATED_META)
    return values, pos


def _refuse_mismatch(start: bytes, size: int, transfer_syntax: bytes) -> None:
    """Refuse a data set that is surely not encoded as its transfer syntax says; a private one may say anything."""
    if not (transfer_syntax.startswith(b"1.2.840.10008.") or transfer_syntax in _IMPLICIT):
        return
    from asprofile.objects import mismatch

    declared = mismatch.EXPLICIT
    if transfer_syntax in _IMPLICIT:
        declared = mismatch.IMPLICIT
    elif transfer_syntax in _DEFLATED:
        declared = mismatch.DEFLATED
    elif transfer_syntax == _BIG_ENDIAN:
        declared = mismatch.BIG
    if actual := mismatch.mismatch(start, size, declared):
        told = transfer_syntax.decode("ascii")
        raise _Refusal(
            "damaged",
            f"is encoded in {actual} although its Transfer Syntax UID (0002,0010) {told} says {declared}, so that "
            "nobody can read it; get a right copy, or mend the header",
            "deflated" if declared == mismatch.DEFLATED else "",
        )


def _own_uids(buffer: bytes, offset: int, size: int, transfer_syntax: bytes) -> tuple[bytes, bytes]:
    """The data set's own SOP Class UID and SOP Instance UID, empty where it has none."""
    if transfer_syntax in _DEFLATED:
        return _find_deflated_uids(buffer, offset, size)
    if transfer_syntax in _IMPLICIT:
        return _find_uids(buffer, offset, size, _IMPLICIT_LITTLE)
    if transfer_syntax == _BIG_ENDIAN:
        return _find_uids(buffer, offset, size, _EXPLICIT_BIG)
    return _find_uids(buffer, offset, size, _EXPLICIT_LITTLE)


def _find_deflated_uids(buffer: bytes, offset: int, size: int) -> tuple[bytes, bytes]:
    """As _find_uids, for a deflated data set (PS3.5 section A.5: raw deflate); only its start is inflated."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    whole = len(buffer) >= size
    try:
        start = inflater.decompress(buffer[offset:], _LAST_READ if whole else 4 * len(buffer))
    except zlib.error:
        spoilt = "is damaged: its deflated data set cannot be inflated; get a complete copy"
        raise _Refusal("damaged", spoilt, "deflated") from None
    return _find_uids(start, 0, len(start) if whole or inflater.eof else sys.maxsize, _EXPLICIT_LITTLE)


def _find_uids(buffer: bytes, pos: int, size: int, encoding: _Encoding) -> tuple[bytes, bytes]:
    """SOP Class UID and SOP Instance UID among the leading elements of the data set at ``pos``.

    ``size`` is where the data set ends, perhaps beyond ``buffer``. Elements are in ascending order (PS3.5
    section 7.1), so the first one behind (0008,0018) ends the search; no object ends before that.
    """
    explicit = encoding.explicit
    unpack_element, unpack_length = encoding.element.unpack_from, encoding.length.unpack_from
    available = len(buffer)
    sop_class = b""
    tag = length = 0
    while pos < size:
        if pos + 8 > available:
            _run_short(pos + 8, size, _ends_inside(f"the element behind {_named(tag)}" if tag else "its first element"))
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
                return sop_class, _uid(buffer[start:pos])
            sop_class = _uid(buffer[start:pos])
    if pos > size:
        raise _Refusal("damaged", _ends_inside(_named(tag)), short_value(length))
    raise _Refusal("damaged", _TRUNCATED_DATA_SET, "no object")


def _ends_inside(what: str) -> str:
    return _TRUNCATED_DATA_SET.replace("too early,", f"too early, it ends inside {what},")


def _named(tag: int) -> str:
    return f"({tag >> 16:04X},{tag & 0xFFFF:04X})"


def _long_form(buffer: bytes, pos: int, size: int, vr: bytes, encoding: _Encoding) -> tuple[int, int]:
    """Where the value of the element at ``pos`` starts, and its length, for a VR with a 32-bit length."""
    if vr not in _LONG_VRS:
        raise _Foreign
    if pos + 12 > len(buffer):
        _run_short(pos + 12, size, _TRUNCATED_DATA_SET)
    return pos + 12, encoding.length.unpack_from(buffer, pos + 8)[0]


def _skip_undefined(buffer: bytes, pos: int, size: int, encoding: _Encoding) -> int:
    """The offset behind a value of undefined length that starts at ``pos`` (a sequence, PS3.5 section 7.5).

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
    """The walk wants the bytes up to ``end``: the file ends before that, or more of it must be read."""
    if end > size:
        raise _Refusal("damaged", reason, flaw)
    raise _MoreNeeded


def _uid(value: bytes) -> bytes:
    """A UID without padding: a NUL by the standard (PS3.5 section 9.1), a blank in many files."""
    return value.strip(b"\0 ")


def _checked(uid: bytes, what: str, *, lenient: bool = False) -> str:
    """The UID as text; what could not stand in a PDU or a command is refused.

    Up to 64 digits and dots (PS3.5 section 9.1); ``lenient`` takes all printable ASCII but blanks and
    backslashes.
    """
    if not uid:
        raise _Refusal("damaged", f"has no {what}; add it (dcmodify) or get a complete copy")
    odd = uid.translate(None, b"0123456789.")
    if odd and not (lenient and not odd.translate(None, _GRAPHIC)):
        raise _Refusal("damaged", f"has a {what} that is no UID: {_shown(uid)}; mend it (dcmodify)")
    if len(uid) > 64:
        raise _Refusal("damaged", f"has a {what} of more than 64 characters: {_shown(uid)}; mend it (dcmodify)")
    return uid.decode("ascii")


def _shared(uid: bytes, what: str) -> str:
    """The same for UIDs of which a hundred thousand headers share a handful: checked and kept once."""
    known = _KNOWN.get(uid)
    if known is None:
        known = _checked(uid, what)
        if len(_KNOWN) < _MOST_KNOWN:
            _KNOWN[uid] = known
    return known


_KNOWN: Final[dict[bytes, str]] = {}
_MOST_KNOWN: Final = 1000


def _shown(uid: bytes) -> str:
    text = uid[:80].decode("ascii", "backslashreplace")
    return ascii(text) + ("..." if len(uid) > 80 else "")
