"""Sorting into studies: which directory an object goes to, and when a study is over (storescp of DCMTK 3.6.0 to 3.7.0).

Belongs here: the state, and what follows from one object or from silence. Does not belong here: making directories,
renaming and running commands (``storing``), the clock. A study is over when an object of another one comes, or, with
a time limit, when none came for so long.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from asprofile.storescp.names import is_no_name, plain_letters, sanitized, study_time

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

SortingMode = Literal["time", "study", "patient"]
"""What a directory is named after: --sort-conc-studies, --sort-on-study-uid, --sort-on-patientname."""

NAMELESS: Final = "ANONYMOUS"


@dataclass(frozen=True, slots=True)
class Sorting:
    """How studies are sorted; ``prefix`` is in front of what a directory is named after."""

    mode: SortingMode
    prefix: str = ""


class NoDirectory(Exception):
    """The directory that follows from the object would be the one for all objects, or the one above."""


def directory_name(sorting: Sorting, study: str, patient: bytes, now: datetime) -> str:
    """The name of a study's directory. Raises NoDirectory, with the name."""
    if sorting.mode == "patient":
        name = f"{sanitized(plain_letters(patient or NAMELESS.encode()))}_{study_time(now)}"
    else:
        name = f"{sorting.prefix}_" if sorting.prefix else ""
        name += study_time(now) if sorting.mode == "time" else sanitized(study)
    if is_no_name(name):
        raise NoDirectory(name)
    return name


@dataclass(frozen=True, slots=True)
class EndedStudy:
    """A study that is over: its directory, and the names of its files in the order in which they came."""

    directory: str
    files: tuple[str, ...]


@dataclass
class Studies:
    """The study that is going on, if any, and its files. ``files`` are those since the last that were renamed."""

    current: str = ""
    directory: str = ""
    files: list[str] = field(default_factory=list)
    _ended: str = ""

    def is_new(self, study: str) -> bool:
        """An object of ``study`` begins a study."""
        return self.current != study

    def begin(self, study: str, directory: str) -> None:
        """What comes next goes to this directory; what went to another one is over once the next file is added."""
        if self.current:
            self._ended = self.directory
        self.current, self.directory = study, directory

    def add(self, name: str) -> None:
        """A file of the current study has been given its name."""
        self.files.append(name)

    def over(self) -> EndedStudy | None:
        """The study that the last object ended; asked once, after that object was added."""
        if not self._ended:
            return None
        directory, self._ended = self._ended, ""
        ended = EndedStudy(directory, tuple(self.files[:-1]))
        del self.files[:-1]
        return ended

    def silence(self) -> EndedStudy | None:
        """The study that is over because nothing came for so long."""
        if not self.current:
            return None
        ended = EndedStudy(self.directory, tuple(self.files))
        self.current = self.directory = self._ended = ""
        self.files.clear()
        return ended


def numbered(files: Sequence[str], *, by_time: bool) -> list[tuple[str, str]]:
    """The names of --rename-on-eostudy: the first two letters of the modality, and a number from 1, ``CT000001``."""
    return [(name, f"{_letters(name, by_time=by_time)}{number:06}") for number, name in enumerate(files, 1)]


def _letters(name: str, *, by_time: bool) -> str:
    """The modality is in front, and after the time with --timenames, as is the serial number if there is one."""
    if not by_time:
        return name[:2]
    serial = name.find("_")
    at = 18 if serial < 0 else serial + 6
    return name[at : at + 2]
