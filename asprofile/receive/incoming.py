"""An object as it comes in, and its file, which is whole or not there."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from asprofile.net import dimse
from asprofile.receive.disk import DiskRoom
from asprofile.receive.files import DirectorySync, PartialFile, sync_file
from asprofile.receive.naming import instance_name
from asprofile.receive.part10 import HeaderForm
from asprofile.receive.placing import DuplicateRefused, PlacedFile, WholeObject, place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asprofile.negotiate.negotiation import NegotiatedContext
    from asprofile.receive.options import StoreOptions


class Storage:
    """Where objects are stored; for any number of threads."""

    def __init__(self, directory: Path, options: StoreOptions) -> None:
        self.options = options
        self.directory = os.fspath(directory)
        self._before_name = self.directory + os.sep
        self.room = DiskRoom(self.directory, options.min_free)
        self.sync = DirectorySync()

    def target(self, sop_instance: str) -> str:
        """The path of an object."""
        return self._before_name + instance_name(sop_instance)


class Incoming:
    """An object being received in ``context``; ``form`` makes what is in front of it. What goes wrong becomes the
    status, and the rest of the data set is let go by. Without a ``storage``, all of it is: the answer is known before
    the data set has come.
    """

    __slots__ = ("_file", "_header", "_storage", "_target", "command", "comment", "context", "size", "status")

    def __init__(
        self,
        context: NegotiatedContext,
        command: dimse.CommandSet,
        storage: Storage | None = None,
        form: HeaderForm | None = None,
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
        self._target = ""

    def write(self, parts: Sequence[memoryview]) -> int:
        """What came next of the data set; done with ``parts`` when it comes back. Bytes of it."""
        size = sum(map(len, parts))
        self.size += size
        storage = self._storage
        if storage is None:
            return size
        try:
            storage.room.take(size)
            if self._file is None:
                self._file = self._open(storage)
                self._file.write((self._header, *parts))
            else:
                self._file.write(parts)
        except OSError as error:
            self._fail(error)
        return size

    def _open(self, storage: Storage) -> PartialFile:
        self._target = storage.target(self.command.sop_instance)
        return PartialFile(storage.directory)

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
        except OSError as error:
            self._fail(error)
        return None

    def _finish(self, file: PartialFile, storage: Storage) -> PlacedFile:
        durable = storage.options.durable
        file.close(durable=durable)
        whole = WholeObject(self.command.sop_instance, self.context.transfer_syntax or "", len(self._header))
        placed = place(file, self._target, whole, storage.options.on_duplicate)
        self._file = None
        if durable:
            if placed.placing == "same":
                sync_file(placed.path)  # whoever wrote it may not have waited
            storage.sync.sync(str(Path(placed.path).parent))
        return placed

    def discard(self) -> None:
        """Nothing is left of it. Never raises."""
        if self._file is not None:
            self._file.discard()
            self._file = None
        self._storage = None

    def _fail(self, error: OSError) -> None:
        self.status = dimse.OUT_OF_RESOURCES
        self.comment = f"cannot be stored: {(error.strerror or str(error)).lower()}"
        self.discard()
