"""An object as it comes in, and its file, which is whole or not there."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Final

from asprofile.net import dimse
from asprofile.receive.part10 import IncomingFile

OUT_OF_RESOURCES: Final = 0xA700
"""Status (PS3.4 table B.2-1)."""


class Store:
    """An object being received. What goes wrong becomes the status, and the rest of the data set is let go
    by.
    """

    def __init__(self, context_id: int, command: dimse.CommandSet, status: int = 0, comment: str = "") -> None:
        self.context_id = context_id
        self.command = command
        self.status = status
        self.comment = comment
        self.size = 0
        self._file: IncomingFile | None = None

    def open(self, directory: Path, header: bytes) -> None:
        try:
            self._file = IncomingFile(directory, self.command.sop_instance)
            self._file.write(header)
        except OSError as error:
            self._fail(error)

    def write(self, data: memoryview) -> None:
        self.size += len(data)
        if self._file is not None:
            try:
                self._file.write(data)
            except OSError as error:
                self._fail(error)

    def finish(self) -> Path | None:
        """The complete file, None if there is none."""
        if self._file is None:
            return None
        try:
            return self._file.commit()
        except OSError as error:
            self._fail(error)
            return None

    def discard(self) -> None:
        if self._file is not None:
            self._file.discard()
            self._file = None

    def _fail(self, error: OSError) -> None:
        self.status = OUT_OF_RESOURCES
        self.comment = f"cannot be stored: {(error.strerror or str(error)).lower()}"
        with contextlib.suppress(OSError):
            self.discard()
