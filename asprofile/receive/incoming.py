"""An object as it comes in, and its file, which is whole or not there.

Belongs here: what becomes of the bytes that come, and the status. Does not belong here: the name of the file and its
directory (``storing``).
"""

from __future__ import annotations

import errno
from typing import TYPE_CHECKING

from asprofile.net import dimse
from asprofile.net.tcp import words
from asprofile.receive.arrival import Sender
from asprofile.receive.files import PartialFile
from asprofile.receive.part10 import HeaderForm
from asprofile.receive.placing import DuplicateRefused, PlacedFile, WholeObject
from asprofile.receive.storing import FIRST_BYTES, Storage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asprofile.negotiate.negotiation import NegotiatedContext


class Incoming:
    """An object being received in ``context`` from ``sender``; ``form`` makes what is in front of it. What goes wrong
    becomes the status, and the rest of the data set is skipped. Without a ``storage`` all of it is skipped: the answer
    is known before the data set comes.
    """

    __slots__ = ("_file", "_header", "_sender", "_start", "_storage", "command", "comment", "context", "size", "status")

    def __init__(
        self,
        context: NegotiatedContext,
        command: dimse.CommandSet,
        storage: Storage | None = None,
        form: HeaderForm | None = None,
        sender: Sender | None = None,
        *,
        status: int = 0,
        comment: str = "",
    ) -> None:
        self.context = context
        self.command = command
        self.status = status
        self.comment = comment
        self.size = 0
        self._storage = storage
        self._file: PartialFile | None = None
        self._header = b"" if form is None else form.header(command.sop_instance)
        self._sender = sender or Sender()
        self._start = b""
        """The first bytes of the file, where its name is made of what is in it."""

    def write(self, parts: Sequence[memoryview]) -> int:
        """What came next of the data set; done with ``parts`` when it comes back. Bytes of it."""
        size = len(parts[0]) if len(parts) == 1 else sum(map(len, parts))
        self.size += size
        storage = self._storage
        if storage is None:
            return size
        try:
            if 0 < storage.options.max_object_size < self.size:
                raise OSError(errno.EFBIG, f"the object has more than {storage.options.max_object_size:,} bytes")
            storage.room.take(size)
            if self._file is None:
                self._file = PartialFile(storage.directory)
                self._file.write((self._header, *parts))
                if storage.reads:
                    self._start = b"".join((self._header, *parts))[:FIRST_BYTES]
            else:
                self._file.write(parts)
        except (OSError, MemoryError) as error:
            self._fail(error)
        return size

    def finish(self) -> PlacedFile | None:
        """The complete file; None if there is none."""
        if self._file is None and self._storage is not None:
            self.write(())  # a data set without a byte
        file, storage = self._file, self._storage
        if file is None or storage is None:
            return None
        try:
            return self._finish(file, storage)
        except DuplicateRefused:
            self.status = dimse.DUPLICATE_INSTANCE
            self.comment = "there is such an object with other content"
            self.discard()
        except (OSError, MemoryError) as error:
            self._fail(error)
        return None

    def _finish(self, file: PartialFile, storage: Storage) -> PlacedFile:
        file.close(durable=storage.options.durable)
        whole = WholeObject(self.command.sop_instance, self.context.transfer_syntax or "", len(self._header))
        placed = storage.place(file, whole, self.command.sop_class, self._sender, self._start)
        self._file = None
        storage.settle(placed)
        return placed

    def discard(self) -> None:
        """Remove all of it. Never raises."""
        if self._file is not None:
            self._file.discard()
            self._file = None
        self._storage = None

    def _fail(self, error: OSError | MemoryError) -> None:
        self.status = dimse.OUT_OF_RESOURCES
        self.comment = f"cannot be stored: {words(error)}"
        self.discard()
