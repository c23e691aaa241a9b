"""A data set in a file as pieces to be sent, in constant memory.

Belongs here: reading exactly the bytes that the header scan found, and noticing when the file is no longer
that file. Does not belong here: what else could become of an object on its way (``preparing``), where the bytes
go (``send``).
"""

from __future__ import annotations

import os
from io import FileIO
from typing import TYPE_CHECKING

from asprofile.errors import ObjectError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asprofile.objects.header import Header


class DataSetFile:
    """An open file with a data set. Raises ObjectError if it cannot be opened or is not what ``header`` says.

    Read into memory and not mapped: a file that shrinks while it is mapped kills the process.
    """

    def __init__(self, header: Header) -> None:
        self.header = header
        self._offset = header.dataset_offset
        self.length = header.size - self._offset
        try:
            self._file = FileIO(header.path)  # what open() gives without a buffer, in less time
        except OSError as error:
            raise ObjectError(f"cannot be opened: {(error.strerror or str(error)).lower()}") from error
        self._opened = os.fstat(self._file.fileno())
        if self._opened.st_size != header.size:
            self.close()
            raise ObjectError(f"changed since it was looked at ({header.size} bytes then, {self._opened.st_size} now)")

    def pieces(self, buffer: memoryview) -> Iterator[memoryview]:
        """The data set in pieces of at most ``len(buffer)`` bytes; each is in ``buffer``, and gone with the
        next.

        Raises ObjectError, before the last piece, if the file was written to, shrank or cannot be read.
        """
        remaining = self.length
        try:
            self._file.seek(self._offset)
            while remaining:
                piece = buffer[: min(remaining, len(buffer))]
                self._fill(piece)
                remaining -= len(piece)
                if not remaining:
                    self._check_unchanged()
                yield piece
        except OSError as error:
            raise ObjectError(f"cannot be read: {(error.strerror or str(error)).lower()}") from error

    def _fill(self, piece: memoryview) -> None:
        done = 0
        while done < len(piece):
            count = self._file.readinto(piece[done:])
            if not count:
                raise ObjectError("shrank while it was sent")
            done += count

    def _check_unchanged(self) -> None:
        now = os.fstat(self._file.fileno())
        if (now.st_size, now.st_mtime_ns) != (self._opened.st_size, self._opened.st_mtime_ns):
            raise ObjectError("was written to while it was sent")

    def close(self) -> None:
        self._file.close()
