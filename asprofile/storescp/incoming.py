"""The data set of an object that storescp or dcmrecv receives, on its way into a file.

Belongs here: writing what comes, and remembering what could not be written. Does not belong here: what becomes of the
file (``storing``).
"""

from __future__ import annotations

from asprofile.receive.files import PartialFile


class IncomingData:
    """The data set of one object on its way into a file; without a ``directory`` it is skipped."""

    def __init__(self, directory: str | None, header: bytes) -> None:
        self.offset = self.size = len(header)
        self.error: OSError | None = None
        self.file: PartialFile | None = None
        if directory is not None:
            try:
                self.file = PartialFile(directory)
                self.file.write((header,))
            except OSError as error:
                self._fail(error)

    def write(self, data: bytes | memoryview) -> None:
        """More of it. What cannot be written is remembered as the ``error``."""
        if self.file is not None and data:
            self.size += len(data)
            try:
                self.file.write((data,))
            except OSError as error:
                self._fail(error)

    def close(self) -> None:
        """All has come."""
        if self.file is not None:
            try:
                self.file.close()
            except OSError as error:
                self._fail(error)

    def discard(self) -> None:
        """Remove it, unless it has its name by now. Never raises."""
        if self.file is not None:
            self.file.discard()
            self.file = None

    def _fail(self, error: OSError) -> None:
        self.error = error
        self.discard()
