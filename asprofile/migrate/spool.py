"""A directory for objects on their way from one peer to another, of bounded size.

An object has a file here from when it came until what the target answered is in the journal. Files are named after the
objects' numbers in the journal; whatever else is in the directory is left alone.

Belongs here: the files, and room for them. Does not belong here: what is in them (``fetching``), what is known of them
(``journal_studies``).
"""

from __future__ import annotations

import os
import re
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asprofile.migrate.origins import spool_name

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

DEFAULT_SIZE: Final = 2 << 30
_OWN: Final = re.compile(r"([0-9]{1,18})\.(?:dcm|part)")
_PART: Final = ".part"
INCOMING: Final = "incoming"
"""Where our receiver puts what comes by C-MOVE."""
_LOOK: Final = 0.1
"""Seconds after which somebody who waits for room looks whether it is still wanted."""


class Spool:
    """At most ``limit`` bytes in ``directory``, or one object that is larger. From any thread; raises OSError."""

    def __init__(self, directory: str, limit: int) -> None:
        self.directory = Path(directory)
        self._limit = limit
        self._sizes: dict[int, int] = {}
        self._reserved = 0
        self._changed = threading.Condition()
        self.is_awaited = False
        """Somebody waits for room."""

    def open(self, keep: Collection[int]) -> None:
        """Make the directory; files of objects other than these are removed."""
        self.directory.mkdir(mode=0o700, exist_ok=True)
        self._clear(keep)
        with self._changed:
            self._sizes = {number: self.path(number).stat().st_size for number in keep if self.has(number)}

    def close(self) -> None:
        """The directory is removed if nothing is in it."""
        incoming = self.directory / INCOMING
        with suppress(OSError):
            for left in incoming.iterdir():
                left.unlink()
        with suppress(OSError):
            incoming.rmdir()
        with suppress(OSError):
            self.directory.rmdir()

    def _clear(self, keep: Collection[int]) -> None:
        wanted = {spool_name(number) for number in keep}
        with os.scandir(self.directory) as entries:
            names = [entry.name for entry in entries if entry.is_file(follow_symlinks=False)]
        for name in names:
            if _OWN.fullmatch(name) and name not in wanted:
                (self.directory / name).unlink()

    def path(self, number: int) -> Path:
        return self.directory / spool_name(number)

    def has(self, number: int) -> bool:
        return self.path(number).is_file()

    def incoming(self) -> Path:
        """An empty directory for our receiver."""
        place = self.directory / INCOMING
        place.mkdir(mode=0o700, exist_ok=True)
        for left in place.iterdir():
            left.unlink()
        return place

    @property
    def used(self) -> int:
        """Bytes."""
        return sum(self._sizes.values()) + self._reserved

    def reserve(self, size: int, is_wanted: Callable[[], bool]) -> bool:
        """Wait for room for so many bytes, which ``fill`` or ``give_back`` ends; False if it is not wanted any more."""
        with self._changed:
            while self.used and self.used + size > self._limit:
                self.is_awaited = True
                self._changed.wait(_LOOK)
                if not is_wanted():
                    self.is_awaited = False
                    return False
            self.is_awaited = False
            self._reserved += size
            return True

    def await_room(self, is_wanted: Callable[[], bool]) -> bool:
        """Wait for room for anything; False if it is not wanted any more."""
        is_there = self.reserve(1, is_wanted)
        if is_there:
            with self._changed:
                self._reserved -= 1
        return is_there

    def await_removal(self, is_wanted: Callable[[], bool]) -> bool:
        """Wait until something is removed; False if nothing is there, or it is not wanted any more."""
        with self._changed:
            before = self.used
            self.is_awaited = True
            while before and self.used >= before and is_wanted():
                self._changed.wait(_LOOK)
            self.is_awaited = False
            return bool(before) and is_wanted()

    def write(self, number: int, *parts: bytes) -> Path:
        """A file for an object, whole or not at all; its room was reserved."""
        place = self.path(number)
        part = place.with_suffix(_PART)
        try:
            with part.open("wb") as file:
                for content in parts:
                    file.write(content)
            part.replace(place)
        except OSError:
            with suppress(OSError):
                part.unlink()
            raise
        return place

    def take(self, number: int, file: Path) -> Path:
        """The same with a file that is there."""
        return file.replace(self.path(number))

    def fill(self, number: int, size: int) -> None:
        """What was reserved has become the file of an object."""
        with self._changed:
            self._reserved -= size
            self._sizes[number] = size

    def give_back(self, number: int, size: int) -> None:
        """What was reserved is not needed; a file that there may be goes."""
        with suppress(OSError):
            self.path(number).unlink()
        with self._changed:
            self._reserved -= size
            self._changed.notify_all()

    def remove(self, number: int) -> None:
        """The object is decided."""
        with suppress(FileNotFoundError):
            self.path(number).unlink()
        with self._changed:
            self._sizes.pop(number, None)
            self._changed.notify_all()
