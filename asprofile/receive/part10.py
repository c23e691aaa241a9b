"""DICOM files as they are being received (PS3.10 section 7.1).

Belongs here: the header in front of a data set, names of files, and that a file with its final name is
complete. Does not belong here: the data set, which is written as it came.
"""

from __future__ import annotations

import contextlib
import os
import struct
import tempfile
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from asprofile.negotiate.request import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME

if TYPE_CHECKING:
    from types import TracebackType

PARTIAL_SUFFIX: Final = ".part"

_SHORT: Final = struct.Struct("<HH2sH")
_LONG: Final = struct.Struct("<HH2sHI")


def file_header(sop_class: str, sop_instance: str, transfer_syntax: str, source_ae: str = "") -> bytes:
    """Preamble, prefix and File Meta Information, in Explicit VR Little Endian."""
    elements = _LONG.pack(2, 0x0001, b"OB", 0, 2) + b"\0\1"
    elements += _element(0x0002, b"UI", sop_class, b"\0")
    elements += _element(0x0003, b"UI", sop_instance, b"\0")
    elements += _element(0x0010, b"UI", transfer_syntax, b"\0")
    elements += _element(0x0012, b"UI", IMPLEMENTATION_CLASS_UID, b"\0")
    elements += _element(0x0013, b"SH", IMPLEMENTATION_VERSION_NAME, b" ")
    if source_ae:
        elements += _element(0x0016, b"AE", source_ae, b" ")
    group_length = _SHORT.pack(2, 0, b"UL", 4) + struct.pack("<I", len(elements))
    return bytes(128) + b"DICM" + group_length + elements


def _element(element: int, vr: bytes, value: str, pad: bytes) -> bytes:
    encoded = value.encode("ascii", "replace")
    encoded += pad * (len(encoded) % 2)
    return _SHORT.pack(2, element, vr, len(encoded)) + encoded


class IncomingFile:
    """A file being received in ``directory``; it has a temporary name until ``commit``. Every method may
    raise OSError.
    """

    def __init__(self, directory: Path, sop_instance: str) -> None:
        self._directory = directory
        self._stem = "".join(c if c.isascii() and (c.isalnum() or c in ".-_") else "_" for c in sop_instance)[
            :64
        ].strip(".")
        descriptor, name = tempfile.mkstemp(PARTIAL_SUFFIX, ".incoming-", directory)
        self._temporary: Path | None = Path(name)
        self._file: IO[bytes] = os.fdopen(descriptor, "wb", buffering=1 << 18)

    def write(self, data: bytes | memoryview) -> None:
        self._file.write(data)

    def commit(self) -> Path:
        """Give the complete file its name, after the SOP instance, with a number if there is such a file
        already.
        """
        assert self._temporary is not None, "committed once"
        self._file.close()
        target = self._reserve()
        self._temporary.replace(target)
        self._temporary = None
        return target

    def _reserve(self) -> Path:
        number = 0
        while True:
            suffix = f"-{number}" if number else ""
            target = self._directory / f"{self._stem or 'object'}{suffix}.dcm"
            try:
                # O_EXCL: of two threads, or processes, with the same object each gets a name of its own.
                os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
            except FileExistsError:
                number += 1
            else:
                return target

    def discard(self) -> None:
        """Remove it unless it is committed. Never raises."""
        with contextlib.suppress(OSError):
            self._file.close()
        if self._temporary is not None:
            with contextlib.suppress(OSError):
                self._temporary.unlink()
            self._temporary = None

    def __enter__(self) -> IncomingFile:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.discard()
