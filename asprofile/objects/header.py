"""What a DICOM file says about itself in its first bytes: SOP class, SOP instance, transfer syntax.

Belongs here: opening and reading the file, which of its statements count, and why it is not an object that can be sent.
Not here: finding files (``scan``), walking over its elements (``leading``; ``whole``), anything that needs pydicom: a
send looks at every file before it opens a connection, so this is one open, one read of 4 KiB and one close in nearly
every case.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NoReturn, Protocol

from asprofile.errors import ObjectError
from asprofile.objects.leading import (
    BIG_ENDIAN,
    DEFLATED_TEXTS,
    EXPLICIT_BIG_HEADS,
    EXPLICIT_LITTLE_HEADS,
    IMPLICIT_LITTLE_HEADS,
    IMPLICIT_TEXTS,
    LAST_READ,
    Foreign,
    MoreNeeded,
    NotAnObject,
    find_uids,
    guess_transfer_syntax,
    looks_like_data_set,
    own_uids,
    parse_meta,
    stripped,
)
from asprofile.regular import BINARY, NO_TERMINAL, NO_WAITING
from asprofile.value import Value

if TYPE_CHECKING:
    from asprofile.objects.flaws import Flaw, UnreadableKind

HeaderReading = Literal["part10", "file", "dataset", "either"]
"""What a file may be: Part 10 with preamble; the same, the preamble may be missing; a bare data set; either."""


class ObjectHeader(Value):
    """One DICOM object in a file, as far as choosing a presentation context needs it.

    ``sop_class`` and ``sop_instance`` are those of the data set, which are what C-STORE names (PS3.7 section
    9.1.1; DCMTK's storescu does the same); those of the File Meta Information are used when the data set has
    none or is in an unknown encoding. ``transfer_syntax`` is the file's (0002,0010), or for a bare data set what its
    bytes look like. All three are UIDs without padding. ``dataset_offset`` is the byte offset of the data set, 0 <=
    ``dataset_offset`` < ``size``, 0 without a header; ``size`` is the file's, in bytes. ``borrowed``: one of the UIDs
    at least is that of the File Meta Information, and DCMTK finds none. ``stamp`` tells the file from one that takes
    its place (``stamp_of``); None: nobody looks.
    """

    path: Path
    sop_class: str
    sop_instance: str
    transfer_syntax: str
    dataset_offset: int
    size: int
    borrowed: bool = False
    stamp: tuple[int, int, int, int] | None = None

    @property
    def dataset_length(self) -> int:
        """Bytes of the data set in the file (deflated, if that is the syntax); at least 1."""
        return self.size - self.dataset_offset


class Judge(Protocol):
    """Whether an object is meant (``where``)."""

    def __call__(self, header: ObjectHeader, buffer: bytes, descriptor: int) -> Unreadable | None:
        """None if it is; else an Unreadable that says why not. ``buffer`` are the first bytes of its file, on which
        ``descriptor`` is open, at any place.
        """


class Unreadable(Value):
    """A file (or directory) that gives no object, and why; ``reason`` is worded to follow ``path`` and a colon.

    ``explicit`` is true for what the caller named, false for what a directory walk came across.
    """

    path: Path
    reason: str
    kind: UnreadableKind
    explicit: bool = True
    flaw: Flaw = ""

    @property
    def skipped(self) -> bool:
        """True if the file was not named: it is not an object, or one that is left out. It is counted, not reported as
        an error.
        """
        return not self.explicit and self.kind in ("not-dicom", "dicomdir", "stored", "left-out")


def read_header(path: Path | str, *, reading: HeaderReading = "part10") -> ObjectHeader:
    """The header of one DICOM file.

    Raises ObjectError, with the path and a way out in its message, for everything that is not a DICOM object
    in a file of the kind that ``reading`` takes: other files, empty and truncated ones, DICOMDIRs, directories,
    devices.
    """
    found = examine(os.fspath(path), reading=reading)
    if isinstance(found, Unreadable):
        raise ObjectError(f"{found.path}: {found.reason}")
    return found


def examine(
    path: str, *, explicit: bool = True, reading: HeaderReading = "part10", where: Judge | None = None
) -> ObjectHeader | Unreadable:
    """Like read_header, with the refusal as a value; so is an object that does not fit ``where``. Never hangs: a FIFO
    or a device is refused.
    """
    try:
        descriptor = os.open(path, OPEN_FLAGS)
        try:
            header, buffer = _examine_open(path, descriptor, reading)
            return header if where is None else where(header, buffer, descriptor) or header
        finally:
            try:  # noqa: SIM105 - ``suppress`` takes as long as the rest of this function
                os.close(descriptor)
            except OSError:
                pass  # nothing was written that could be lost
    except NotAnObject as refusal:
        return Unreadable(Path(path), refusal.reason, refusal.kind, explicit, refusal.flaw)
    except (OSError, MemoryError) as error:
        return Unreadable(Path(path), describe_os_error(error), "unreadable", explicit)
    except ValueError:  # "embedded null byte": a name that no file can have
        return Unreadable(Path(path), "cannot be read: not a possible file name", "unreadable", explicit)


def stamp_of(status: os.stat_result) -> tuple[int, int, int, int]:
    """Which file this is: device, inode, and when its content and its status changed, in nanoseconds."""
    return status.st_dev, status.st_ino, status.st_mtime_ns, status.st_ctime_ns


def describe_os_error(error: OSError | MemoryError) -> str:
    """The operating system's message, as a reason to follow a path and a colon."""
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


# O_NONBLOCK: opening a FIFO without a writer would wait for ever; it has no effect on regular files.
OPEN_FLAGS: Final = os.O_RDONLY | BINARY | NO_WAITING | NO_TERMINAL
_FIRST_READ: Final = 4096

_DICOMDIR: Final = b"1.2.840.10008.1.3.10"  # Media Storage Directory Storage
_MEDIA_SOP_CLASS: Final = 0x0002
_MEDIA_SOP_INSTANCE: Final = 0x0003
_TRANSFER_SYNTAX: Final = 0x0010
_GRAPHIC: Final = bytes(code for code in range(0x21, 0x7F) if code != ord("\\"))

_NO_MEMORY: Final = "cannot be read: out of memory"
_SHRUNK: Final = "became shorter while it was read; try again when nobody writes to it"
_TOO_LONG: Final = "is damaged: more than 16 MiB are in front of its SOP Instance UID (0008,0018)"
_NO_PREAMBLE: Final = (
    "has no Part 10 header (128-byte preamble, 'DICM', File Meta Information), only a bare data set;"
    " rewrite it with a header (dcmconv --write-file)"
)
_HAS_HEADER: Final = "has a Part 10 header, and is no bare data set; read it as a file"


def _examine_open(path: str, descriptor: int, reading: HeaderReading) -> tuple[ObjectHeader, bytes]:
    """The header, and the first bytes of the file, as many as it took."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        kind: UnreadableKind = "unreadable" if stat.S_ISDIR(status.st_mode) else "not-dicom"
        raise NotAnObject(kind, describe_special(status.st_mode))
    size = status.st_size
    buffer = os.read(descriptor, _FIRST_READ)
    if len(buffer) < min(size, _FIRST_READ):
        buffer = _read_on(descriptor, buffer, min(size, _FIRST_READ))
    while True:
        try:
            return _parse(path, buffer, status, reading), buffer
        except MoreNeeded:
            grown = _read_on(descriptor, buffer, min(size, 16 * len(buffer), LAST_READ))
        if len(grown) == len(buffer):
            raise NotAnObject("damaged", _TOO_LONG if len(buffer) >= LAST_READ else _SHRUNK)
        buffer = grown


def _read_on(descriptor: int, buffer: bytes, wanted: int) -> bytes:
    """``buffer`` and what follows it, ``wanted`` bytes in all; fewer only at the end of the file."""
    parts = [buffer]
    missing = wanted - len(buffer)
    while missing > 0 and (part := os.read(descriptor, missing)):
        parts.append(part)
        missing -= len(part)
    return b"".join(parts)


def _parse(path: str, buffer: bytes, status: os.stat_result, reading: HeaderReading) -> ObjectHeader:
    """The header from the file's first bytes; MoreNeeded if they are too few, but not all."""
    size = status.st_size
    meta, offset = parse_meta(buffer, size, _meta_offset(buffer, size, reading))
    transfer_syntax = stripped(meta.get(_TRANSFER_SYNTAX, b""))
    if not transfer_syntax and reading in ("either", "dataset"):
        transfer_syntax = guess_transfer_syntax(buffer[offset : offset + 6])
    media_class = stripped(meta.get(_MEDIA_SOP_CLASS, b""))
    if media_class == _DICOMDIR:
        raise NotAnObject(
            "dicomdir",
            "is a DICOMDIR (a media directory), which C-STORE cannot send; send the files it lists",
            "no object",
        )
    if not transfer_syntax:
        raise NotAnObject("damaged", "has no Transfer Syntax UID (0002,0010) in its header; rewrite it (dcmconv)")
    if offset >= size:
        empty = "has an empty data set: a header, and nothing after it; get a complete copy"
        raise NotAnObject("damaged", empty, "no object" if meta else "")
    try:
        sop_class, sop_instance = own_uids(buffer, offset, size, transfer_syntax)
    except Foreign:
        sop_class = sop_instance = b""
    except NotAnObject:
        _refuse_mismatch(buffer[offset:], size - offset, transfer_syntax)
        raise
    except MoreNeeded:
        if len(buffer) == _FIRST_READ:
            _refuse_mismatch(buffer[offset:], size - offset, transfer_syntax)
        raise
    if not (sop_class and sop_instance):
        _refuse_mismatch(buffer[offset:], size - offset, transfer_syntax)
    return ObjectHeader(
        Path(path),
        _shared(sop_class or media_class, "SOP Class UID (0008,0016)"),
        # lenient: every archive has instances with odd UIDs, and peers take them
        _checked(
            sop_instance or stripped(meta.get(_MEDIA_SOP_INSTANCE, b"")),
            "SOP Instance UID (0008,0018)",
            lenient=True,
        ),
        _shared(transfer_syntax, "Transfer Syntax UID (0002,0010)"),
        offset,
        size,
        not (sop_class and sop_instance),
        stamp_of(status),
    )


def _meta_offset(buffer: bytes, size: int, reading: HeaderReading) -> int:
    """Where the File Meta Information starts, or the data set if there is none; a refusal if the file is of
    another kind than ``reading`` says.
    """
    part10 = buffer[128:132] == b"DICM"
    if reading == "dataset":
        if part10:
            raise NotAnObject("damaged", _HAS_HEADER)
    elif part10:
        return 132
    elif reading != "part10" and buffer[:2] == b"\x02\x00":
        return 0  # DCMTK takes a header without preamble as well
    if reading in ("part10", "file") or not looks_like_data_set(buffer, size):
        _refuse_other_file(buffer, size)
    return 0


def _refuse_other_file(buffer: bytes, size: int) -> NoReturn:
    """Find out what a file without preamble is."""
    if size == 0:
        raise NotAnObject("not-dicom", "is empty, not a DICOM file", "empty")
    if buffer[:4] == b"DICM" or buffer[:6] == b"\x02\x00\x00\x00UL":
        raise NotAnObject("damaged", "lacks the 128-byte preamble in front of its Part 10 header; rewrite it (dcmconv)")
    for encoding in (EXPLICIT_LITTLE_HEADS, IMPLICIT_LITTLE_HEADS, EXPLICIT_BIG_HEADS):
        try:
            sop_class, _ = find_uids(buffer, 0, len(buffer), encoding)
        except (NotAnObject, MoreNeeded, Foreign):
            continue
        if sop_class.startswith((b"1.2.", b"1.3.")):
            raise NotAnObject("damaged", _NO_PREAMBLE)
    if not any(buffer):
        zeroes = "is not a DICOM file (it has zeroes where one begins, as an unfinished copy may)"
        raise NotAnObject("not-dicom", zeroes, "" if size % 8 else "no object")
    raise NotAnObject("not-dicom", "is not a DICOM file (no 'DICM' at byte 128)")


def _refuse_mismatch(start: bytes, size: int, transfer_syntax: bytes) -> None:
    """Refuse a data set that is surely not encoded as its transfer syntax says; a private one may say anything."""
    if not (transfer_syntax.startswith(b"1.2.840.10008.") or transfer_syntax in IMPLICIT_TEXTS):
        return
    from asprofile.objects import mismatch

    declared = mismatch.EXPLICIT
    if transfer_syntax in IMPLICIT_TEXTS:
        declared = mismatch.IMPLICIT_NAME
    elif transfer_syntax in DEFLATED_TEXTS:
        declared = mismatch.DEFLATED_NAME
    elif transfer_syntax == BIG_ENDIAN:
        declared = mismatch.BIG
    if actual := mismatch.mismatch(start, size, declared):
        told = transfer_syntax.decode("ascii")
        raise NotAnObject(
            "damaged",
            f"is encoded in {actual} although its Transfer Syntax UID (0002,0010) {told} says {declared}, so that "
            "no program can read it; get a right copy, or mend the header",
            "deflated" if declared == mismatch.DEFLATED_NAME else "",
        )


def _checked(uid: bytes, what: str, *, lenient: bool = False) -> str:
    """The UID as text; one that cannot be in a PDU or a command is refused.

    Up to 64 digits and dots (PS3.5 section 9.1); ``lenient`` takes all printable ASCII but blanks and
    backslashes.
    """
    if not uid:
        raise NotAnObject("damaged", f"has no {what}; add it (dcmodify) or get a complete copy")
    odd = uid.translate(None, b"0123456789.")
    if odd and not (lenient and not odd.translate(None, _GRAPHIC)):
        raise NotAnObject("damaged", f"has a {what} that is no UID: {_shown(uid)}; mend it (dcmodify)")
    if len(uid) > 64:
        raise NotAnObject("damaged", f"has a {what} of more than 64 characters: {_shown(uid)}; mend it (dcmodify)")
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
