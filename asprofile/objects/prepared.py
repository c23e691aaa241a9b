"""A data set made of parts, which are new bytes and stretches of files, as pieces to be sent.

Belongs here: collecting the parts and giving them out, in constant memory. Does not belong here: what the parts are
(``rewriting``, ``pixels``).
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Final

from asprofile.errors import ObjectError
from asprofile.objects.encoding import swapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asprofile.objects.dataset import HeldObject, Original
    from asprofile.objects.header import ObjectHeader
    from asprofile.objects.room import Room

_IN_MEMORY: Final = 4 << 20  # more new bytes than this go to a temporary file
_FLUSHED_AT: Final = 1 << 20
_CHUNK: Final = 256 << 10
_MOST_INFLATED: Final = 1032  # bytes that one may be inflated to (zlib's own technical details)
_UNMEASURED: Final = 32 << 20  # what is inflated to more is measured before the rest is written


def spool() -> IO[bytes]:
    """A temporary file that stays in memory while it is small."""
    return SpooledTemporaryFile(max_size=_IN_MEMORY)


@dataclass(frozen=True, slots=True)
class FilePart:
    """``length`` bytes of a file from ``offset``, words of ``width`` bytes to be swapped (1: as they are)."""

    file: IO[bytes]
    offset: int
    length: int
    width: int = 1

    def fill(self, view: memoryview, start: int) -> None:
        """Put the bytes from ``start`` of the part into all of ``view``."""
        if self.width == 1:
            read_into(self.file, self.offset + start, view)
            return
        first = start - start % self.width
        last = min(self.length, -(-(start + len(view)) // self.width) * self.width)
        words = bytearray(last - first)
        read_into(self.file, self.offset + first, memoryview(words))
        view[:] = swapped(words, self.width)[start - first : start - first + len(view)]


def read_into(file: IO[bytes], offset: int, view: memoryview) -> None:
    """Fill ``view`` from ``offset``; ObjectError if the file has not that much."""
    try:
        file.seek(offset)
        done = 0
        while done < len(view):
            count = file.readinto(view[done:])  # type: ignore[attr-defined]
            if not count:
                raise ObjectError("shrank while it was read")
            done += count
    except OSError as error:
        raise ObjectError(f"cannot be read: {(error.strerror or str(error)).lower()}") from error


class DataSetOutput:
    """Collects a data set: what is written, and stretches of files in between.

    ``position`` is the length so far, ``offset`` that of what was written, for ``patch``.
    """

    def __init__(self) -> None:
        self.position = 0
        self.file = spool()
        self._pending = bytearray()
        self._flushed = 0
        self._literal = 0
        self._parts: list[FilePart] = []

    @property
    def offset(self) -> int:
        return self._flushed + len(self._pending)

    def write(self, data: bytes) -> None:
        self._pending += data
        self.position += len(data)
        if len(self._pending) > _FLUSHED_AT:
            self._flush()

    def patch(self, offset: int, data: bytes) -> None:
        """Write over what was written at ``offset``."""
        if offset >= self._flushed:
            start = offset - self._flushed
            self._pending[start : start + len(data)] = data
            return
        self._flush()
        self.file.seek(offset)
        self.file.write(data)

    def refer(self, part: FilePart) -> None:
        """A stretch of a file, which stays where it is until it is sent."""
        self._end_literal()
        self._parts.append(part)
        self.position += part.length

    def parts(self) -> tuple[FilePart, ...]:
        """All that was collected."""
        self._end_literal()
        self._flush()
        return tuple(self._parts)

    def _end_literal(self) -> None:
        if self.offset > self._literal:
            self._parts.append(FilePart(self.file, self._literal, self.offset - self._literal))
            self._literal = self.offset

    def _flush(self) -> None:
        self.file.seek(self._flushed)
        self.file.write(self._pending)
        self._flushed += len(self._pending)
        self._pending = bytearray()


class PreparedDataSet:
    """A data set made of parts; a ``preparing.DataSource``. Closes ``files`` and the original."""

    def __init__(
        self,
        header: ObjectHeader,
        parts: tuple[FilePart, ...],
        original: Original | HeldObject,
        files: tuple[IO[bytes], ...],
        note: str = "",
    ) -> None:
        self.header = header
        self.note = note
        self.length = sum(part.length for part in parts)
        self._parts = parts
        self._original = original
        self._files = files

    def pieces(self, buffer: memoryview) -> Iterator[memoryview]:
        """The data set in pieces of exactly ``len(buffer)`` bytes, but for the last; each is gone with the next.

        Raises ObjectError, before the last piece, if the file was written to, shrank or cannot be read.
        """
        left, filled = self.length, 0
        for part in self._parts:
            start = 0
            while start < part.length:
                count = min(len(buffer) - filled, part.length - start)
                part.fill(buffer[filled : filled + count], start)
                start, filled, left = start + count, filled + count, left - count
                if not left:
                    self._original.check_unchanged()
                if filled == len(buffer) or not left:
                    yield buffer[:filled]
                    filled = 0

    def deflated(self, level: int, *, padded: bool = True) -> PreparedDataSet:
        """The same, deflated (PS3.5 annex A.5) with zlib's ``level`` 0 to 9, ``padded`` to even length; this one is
        used up.
        """
        deflater = zlib.compressobj(level, zlib.DEFLATED, -zlib.MAX_WBITS)
        file = spool()
        try:
            for piece in self.pieces(memoryview(bytearray(_CHUNK))):
                file.write(deflater.compress(piece))
            file.write(deflater.flush())
            if padded and file.tell() % 2:
                file.write(b"\0")
            length = file.tell()
        except BaseException:
            file.close()
            raise
        for used in self._files:
            used.close()
        part = FilePart(file, 0, length)
        return PreparedDataSet(self.header, (part,), self._original, (file,), self.note)

    def close(self) -> None:
        self._original.close()
        for file in self._files:
            file.close()


def inflate(file: IO[bytes], offset: int, end: int, room: Room) -> tuple[IO[bytes], int]:
    """A deflated data set inflated into a temporary file, and its length. ObjectError if that is more than ``room``:
    what gets long is measured before more of it is written.
    """
    out = spool()
    measured, most = False, (end - offset) * _MOST_INFLATED
    try:
        for data in _inflated(file, offset, end):
            out.write(data)
            if not measured and out.tell() > _UNMEASURED:
                room.take(_inflated_length(file, offset, end, room), "inflated", most)
                measured = True
        if not measured:
            room.take(out.tell(), "inflated", most)
    except BaseException:
        out.close()
        raise
    return out, out.tell()


def _inflated_length(file: IO[bytes], offset: int, end: int, room: Room) -> int:
    """As much of it as there is room for, and a little more if there is more."""
    length = 0
    for data in _inflated(file, offset, end):
        length += len(data)
        if length > room.left:
            break
    return length


def _inflated(file: IO[bytes], offset: int, end: int) -> Iterator[bytes]:
    """A deflated data set, inflated in pieces of at most a megabyte."""
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    chunk = memoryview(bytearray(_CHUNK))
    try:
        while offset < end and not inflater.eof:
            part = chunk[: min(len(chunk), end - offset)]
            read_into(file, offset, part)
            offset += len(part)
            data: bytes = bytes(part)
            while data and not inflater.eof:  # a little deflates to very much
                yield inflater.decompress(data, _CHUNK * 4)
                data = inflater.unconsumed_tail
        while not inflater.eof and (data := inflater.decompress(b"", _CHUNK * 4)):
            yield data
    except zlib.error as error:
        raise ObjectError("is damaged: its deflated data set cannot be inflated; get a complete copy") from error
    if not inflater.eof:
        raise ObjectError("is damaged: its deflated data set ends too early; get a complete copy")
