"""The directory in which objects are stored: the path of each, and what is needed to survive a loss of power.

Belongs here: paths, directories, what is done once for all objects. Does not belong here: one object as it comes
(``incoming``), the text of a path (``layout``, ``naming``), what is done if there is such a file (``placing``).
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asprofile.objects.header import ObjectHeader
from asprofile.receive.disk import DiskRoom
from asprofile.receive.files import DirectorySync, sync_file
from asprofile.receive.naming import instance_name
from asprofile.receive.placing import place
from asprofile.regular import BINARY

if TYPE_CHECKING:
    from asprofile.objects.where.named import ElementTexts
    from asprofile.receive.arrival import Arrival, NamedValues, Sender
    from asprofile.receive.files import PartialFile
    from asprofile.receive.layout import Layout
    from asprofile.receive.options import StoreOptions
    from asprofile.receive.placing import PlacedFile, WholeObject

FIRST_BYTES: Final = 1 << 14
"""Bytes of a file that are kept until it has its name: in most files the elements that are asked for are among them."""
_TRIES: Final = 3
"""How often a directory is made again that somebody else removes."""


class Storage:
    """Where objects are stored; for any number of threads, in one of so many processes (``writers``). Raises
    LayoutError.
    """

    def __init__(self, directory: Path, options: StoreOptions, writers: int = 1) -> None:
        self.options = options
        self.directory = os.fspath(directory)
        self._before_name = self.directory + os.sep
        self._layout = None if options.layout is None else _layout(options.layout, self.directory)
        self._study = _study_reader() if options.studies else None
        self.reads = self._study is not None or (self._layout is not None and self._layout.reads)
        """Whether the first bytes of a file have to be kept for ``place``."""
        self.room = DiskRoom(self.directory, options.min_free, writers)
        self._sync = DirectorySync()

    def place(
        self, file: PartialFile, whole: WholeObject, sop_class: str, sender: Sender, start: bytes = b""
    ) -> PlacedFile:
        """Give a closed file its name; ``start`` are its first bytes. Raises DuplicateRefused, OSError."""
        if self._layout is None and self._study is None:
            return place(file, self._before_name + instance_name(whole.sop_instance), whole, self.options.on_duplicate)
        relative, study = self._looked_up(file.path, whole, sop_class, sender, start)
        placed = self._place(file, self._before_name + relative, whole)
        return replace(placed, study=study) if study else placed

    def _place(self, file: PartialFile, target: str, whole: WholeObject) -> PlacedFile:
        """In a directory that may have to be made."""
        for left in reversed(range(_TRIES)):
            try:
                return place(file, target, whole, self.options.on_duplicate)
            except FileNotFoundError:
                if not left:
                    raise
            # Another association may make it at the same time; somebody may remove it while it is empty.
            Path(target).parent.mkdir(parents=True, exist_ok=True)
        raise AssertionError("the last try ends it")

    def _looked_up(
        self, name: str, whole: WholeObject, sop_class: str, sender: Sender, start: bytes
    ) -> tuple[str, str]:
        """Where a file belongs that is now called ``name``, and the study that it is of. Raises OSError."""
        layout, study = self._layout, ""
        values: NamedValues = ()
        if self.reads:
            descriptor = os.open(name, os.O_RDONLY | BINARY)
            try:
                size = os.fstat(descriptor).st_size
                uids = (sop_class, whole.sop_instance, whole.transfer_syntax)
                header = ObjectHeader(Path(name), *uids, whole.offset, size)
                if self._study is not None:
                    study = "".join(self._study.of(header, start, descriptor)[0][:1])
                if layout is not None:
                    values = layout.values(header, start, descriptor)
            finally:
                os.close(descriptor)
        if layout is None:
            return instance_name(whole.sop_instance), study
        return layout.path(_arrival(whole, sop_class, sender), values), study

    def settle(self, placed: PlacedFile) -> None:
        """Come back when the file survives a loss of power, if that is wanted. Raises OSError."""
        if not self.options.durable:
            return
        if placed.placing == "same":
            sync_file(placed.path)  # whoever wrote it may not have waited
        directory = Path(placed.path).parent
        self._sync.sync(str(directory))
        # The directories that lead to it, too: who made one may not have come so far.
        for _ in range(0 if self._layout is None else self._layout.levels - 1):
            directory = directory.parent
            self._sync.sync(str(directory))


def _layout(text: str, directory: str) -> Layout:
    # Not needed without one.
    from asprofile.receive.layout import Layout

    return Layout(text, len(os.fsencode(Path(directory).absolute())))


def _arrival(whole: WholeObject, sop_class: str, sender: Sender) -> Arrival:
    # Not needed without a layout.
    from asprofile.receive.arrival import Arrival

    who = (sender.calling_ae, sender.called_ae, sender.host, sender.association)
    return Arrival(sop_class, whole.sop_instance, *who, datetime.now().astimezone())


def _study_reader() -> ElementTexts:
    # It loads pydicom's dictionary, which is needed only for elements.
    from asprofile.objects.where.named import ElementTexts, named_element

    name = "StudyInstanceUID"
    return ElementTexts([named_element(name, 0, len(name))])
