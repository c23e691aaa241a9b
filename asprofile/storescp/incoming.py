"""The data set of an object that storescp or dcmrecv receives, on its way: into a file, or into memory if it is to be
written anew and is not too long.

Belongs here: taking what comes, and remembering what could not be written. Does not belong here: what becomes of it
(``storing``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asprofile.receive.files import PartialFile

if TYPE_CHECKING:
    from io import BytesIO

_MOST_HELD: Final = 8 << 20
"""Bytes of a data set that are held in memory, of each association."""


class IncomingData:
    """The data set of one object on its way into a file of ``directory``, with a ``header`` in front; without a
    directory it is skipped. With ``held`` it is written there first, and into a file only once it is long.
    """

    def __init__(self, directory: str | None, header: bytes, held: BytesIO | None = None) -> None:
        self.offset = self.size = len(header)
        self.error: OSError | None = None
        self.file: PartialFile | None = None
        self.held = held
        """It has all that came, unless there is a ``file``; behind that may be what is of others."""
        self._directory = directory
        if held is not None:
            held.seek(0)
            held.write(header)
        elif directory is not None:
            self._begin(header)

    def write(self, data: bytes | memoryview) -> None:
        """More of it. What cannot be written is remembered as the ``error``."""
        self.size += len(data)
        if self.held is not None:
            self.held.write(data)
            if self.size > _MOST_HELD:
                held, self.held = self.held, None
                self._begin(held.getbuffer()[: self.size])
        elif self.file is not None and data:
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
        self.held = None
        if self.file is not None:
            self.file.discard()
            self.file = None

    def _begin(self, data: bytes | memoryview) -> None:
        assert self._directory is not None, "it is not skipped"
        try:
            self.file = PartialFile(self._directory)
            self.file.write((data,))
        except OSError as error:
            self._fail(error)

    def _fail(self, error: OSError) -> None:
        self.error = error
        self.discard()
