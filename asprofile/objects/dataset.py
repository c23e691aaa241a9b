"""A data set in a file as pieces to be sent, in constant memory.

Belongs here: reading exactly the bytes that the header scan found, and noticing when the file is no longer
that file, or the data set not whole. Does not belong here: where elements end (``whole``), what else could become of an
object on its way (``preparing``), where the bytes go (``send``).
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from io import BytesIO, FileIO
from typing import TYPE_CHECKING, Final

from asprofile.errors import ObjectError
from asprofile.names.well_known import DEFLATED
from asprofile.objects import quick
from asprofile.objects.flaws import BrokenObject
from asprofile.objects.header import OPEN_FLAGS, stamp_of
from asprofile.objects.stretches import LONGEST_STRETCHES
from asprofile.objects.whole import DataSetExtent, find_extent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asprofile.objects.header import ObjectHeader


_SMALL: Final = 64 << 10
"""Bytes of a data set that is read once, for the walk through it and for the peer."""


class Original:
    """The open file of an object; it notices if the file is not the one that ``header`` describes, or is written to.

    Raises ObjectError if it cannot be opened, or was replaced or written to since it was looked at. It is the same if
    it was written at the same time, and has the same number on the same device; or, because some file systems number
    their files again, if not even its status has changed. ``close`` it.
    """

    __slots__ = ("_file", "_size", "_written", "descriptor")

    def __init__(self, header: ObjectHeader) -> None:
        try:
            descriptor = os.open(header.path, OPEN_FLAGS)  # a FIFO that took its place does not hold us up
        except OSError as error:
            raise ObjectError(f"cannot be opened: {(error.strerror or str(error)).lower()}") from error
        try:
            status = _status(descriptor)
            _check_same(header, status)
        except BaseException:
            with suppress(OSError):
                os.close(descriptor)
            raise
        self.descriptor = descriptor
        self._size, self._written = status.st_size, status.st_mtime_ns
        self._file: FileIO | None = None

    @property
    def file(self) -> FileIO:
        """It as what Python calls a file, which takes longer to make than to read a small one; without a buffer."""
        if self._file is None:
            try:
                self._file = FileIO(self.descriptor)
            except OSError as error:
                raise ObjectError(f"cannot be read: {(error.strerror or str(error)).lower()}") from error
        return self._file

    def check_unchanged(self) -> None:
        now = _status(self.descriptor)
        if now.st_mtime_ns != self._written or now.st_size != self._size:
            raise ObjectError("was written to while it was sent")

    def close(self) -> None:
        """Never raises: nothing was written that could be lost."""
        try:  # ``suppress`` would take longer than all of this
            if self._file is None:
                os.close(self.descriptor)
            else:
                self._file.close()
        except OSError:
            pass


class HeldObject:
    """An object that is in memory, as an ``Original``: the ``file`` is of who has it, and is used again for others."""

    __slots__ = ("file",)

    def __init__(self, file: BytesIO) -> None:
        self.file = file

    def check_unchanged(self) -> None:
        """Nobody else has it."""

    def close(self) -> None:
        """Nothing was opened."""


def original_of(header: ObjectHeader, held: BytesIO | None) -> Original | HeldObject:
    """The file of a header, or what is held in its place. Raises ObjectError."""
    return Original(header) if held is None else HeldObject(held)


def _status(descriptor: int) -> os.stat_result:
    try:
        return os.fstat(descriptor)
    except OSError as error:
        raise ObjectError(f"cannot be looked at: {(error.strerror or str(error)).lower()}") from error


def _check_same(header: ObjectHeader, status: os.stat_result) -> None:
    """Check that an open file is still the one that ``header`` describes."""
    stamp = stamp_of(status)
    if stamp == header.stamp and status.st_size == header.size:
        return
    if not stat.S_ISREG(status.st_mode):
        raise ObjectError("changed since it was looked at: it is no file any more")
    if status.st_size != header.size:
        raise ObjectError(f"changed since it was looked at ({header.size} bytes then, {status.st_size} now)")
    if header.stamp is None:
        return
    *place, written, touched = stamp
    *place_then, written_then, touched_then = header.stamp
    if written != written_then:
        raise ObjectError("changed since it was looked at: it was written to, or another file has taken its place")
    if place != place_then and touched != touched_then:
        raise ObjectError("changed since it was looked at: another file has taken its place")


class DataSetFile:
    """An open file with a data set; a ``preparing.DataSource``. Raises ObjectError as ``Original`` does.

    ``length`` is all of it, until ``measure`` has found out where it ends, and kept it if it is small. Read into memory
    and not mapped: a file that shrinks while it is mapped kills the process.
    """

    note = ""
    filler = 0
    """Zeros after the last element, once measured."""

    def __init__(self, header: ObjectHeader) -> None:
        self.header = header
        self.length = self._there = header.dataset_length
        self._original = Original(header)
        self._held = b""
        """The whole file, if it is small and has been read; what is sent of it begins at the header's offset."""

    def measure(self, *, truncated: bool = False, longest: int = LONGEST_STRETCHES) -> None:
        """Find out where the data set ends. Raises ObjectError if it is not whole; with ``truncated`` it is then taken
        as it is, with a note. ``longest``: bytes that a deflated one may have when it is inflated.

        A deflated data set of odd length gets the NUL that PS3.5 section A.5 demands, as does a truncated one. One that
        is not deflated stays odd: then some value in it is, and a byte after the last one would be no part of it.
        """
        header = self.header
        if header.size <= _SMALL:
            self._held = self._read()
            if quick.is_whole(self._held, header.dataset_offset, header.transfer_syntax):
                return
        try:
            extent = find_extent(self._original.file, header, self._held, longest)
        except BrokenObject as error:
            if not truncated:
                raise
            extent = DataSetExtent(header.size)
            self.note = f"sent truncated: {error.reason}"
        self.filler = extent.filler
        if extent.filler:
            self.note = f"left out what is after its last element: {extent.filler} bytes of value 0"
        self.length = self._there = extent.end - header.dataset_offset
        if self.length % 2 and (self.note.startswith("sent truncated") or header.transfer_syntax in DEFLATED):
            self.length += 1
            self._held += b"\0" if self._held else b""

    def _read(self) -> bytes:
        """The whole file, which is unchanged since its header was read."""
        size, descriptor = self.header.size, self._original.descriptor
        try:
            held = os.read(descriptor, size)
            while len(held) < size and (more := os.read(descriptor, size - len(held))):
                held += more
        except OSError as error:
            raise ObjectError(f"cannot be read: {(error.strerror or str(error)).lower()}") from error
        if len(held) < size:
            raise ObjectError("shrank while it was read")
        return held

    def pieces(self, buffer: memoryview) -> Iterator[memoryview]:
        """The data set in pieces of at most ``len(buffer)`` bytes; each is gone with the next, and may be in
        ``buffer``.

        Raises ObjectError, before the last piece, if the file was written to, shrank or cannot be read.
        """
        if self._held:
            start, size = self.header.dataset_offset, len(buffer)
            held = memoryview(self._held)[start : start + self.length]
            for at in range(0, self.length, size):
                if at + size >= self.length:
                    self._original.check_unchanged()
                yield held[at : at + size]
            return
        remaining, there = self.length, self._there
        file = self._original.file
        try:
            file.seek(self.header.dataset_offset)
            while remaining:
                piece = buffer[: min(remaining, len(buffer))]
                _fill(file, piece[:there])
                if there < len(piece):
                    piece[there:] = bytes(len(piece) - there)
                remaining -= len(piece)
                there -= min(there, len(piece))
                if not remaining:
                    self._original.check_unchanged()
                yield piece
        except OSError as error:
            raise ObjectError(f"cannot be read: {(error.strerror or str(error)).lower()}") from error

    def close(self) -> None:
        self._original.close()


def _fill(file: FileIO, piece: memoryview) -> None:
    done = 0
    while done < len(piece):
        count = file.readinto(piece[done:])
        if not count:
            raise ObjectError("shrank while it was sent")
        done += count


def even_file(header: ObjectHeader, *, truncated: bool, longest: int) -> DataSetFile | None:
    """The data set of a file, measured; None if its length is odd, so that it cannot be sent. Raises ObjectError, and
    the rest is as for ``DataSetFile.measure``.
    """
    source = DataSetFile(header)
    try:
        source.measure(truncated=truncated, longest=longest)
    except BaseException:
        source.close()
        raise
    if source.length % 2:
        source.close()
        return None
    return source
