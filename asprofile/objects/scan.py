"""Finding DICOM objects: files and directory trees to headers, one at a time.

Here belong the order of the walk and what to do about links, special files and directories that cannot be
read. Not here: what a file says (``header``) and what becomes of the objects. Nothing is collected: what is
kept in memory is the names in the directories between the root and the current file, and one pair of numbers
for each directory seen.
"""

from __future__ import annotations

import os
import stat
from fnmatch import fnmatchcase
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asprofile.objects.header import Header, Unreadable, describe_os_error, describe_special, examine

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asprofile.objects.header import Reading

__all__ = ["Header", "Unreadable", "scan"]

_BY_NAME: Final = attrgetter("name")


def scan(
    paths: Iterable[Path | str], *, recursive: bool = True, reading: Reading = "part10", pattern: str | None = None
) -> Iterator[Header | Unreadable]:
    """Look at each of ``paths``, files or directories, in the order given, and into the directories.

    A directory's entries come sorted by name (by code point), a subdirectory's contents in its place. Links
    are followed; within one tree each directory is walked once, so a link to a directory above ends there.
    Without ``recursive``, subdirectories are left out; with a ``pattern`` (of the shell: ``*.dcm``), files in
    directories whose names do not fit it. ``reading`` says what a file may be.
    Everything that is not an object is yielded too, as an Unreadable; nothing is raised for a bad file.
    ``Unreadable.skipped`` tells what a walk came across by chance (not DICOM, a DICOMDIR) from what is wrong.
    """
    for path in paths:
        name = os.fspath(path)
        try:
            mode = os.stat(name).st_mode  # noqa: PTH116 - a Path for each of millions of names costs more
        except (OSError, MemoryError) as error:
            yield Unreadable(Path(name), describe_os_error(error), "unreadable")
            continue
        except ValueError:
            yield examine(name)  # knows what is wrong with the name
            continue
        if stat.S_ISDIR(mode):
            yield from _walk(name, recursive=recursive, reading=reading, pattern=pattern)
        elif stat.S_ISREG(mode):
            yield examine(name, reading=reading)
        else:
            yield Unreadable(Path(name), describe_special(mode), "not-dicom")


def _walk(root: str, *, recursive: bool, reading: Reading, pattern: str | None) -> Iterator[Header | Unreadable]:
    """One tree, depth first; a list of what is left on each level, for trees deeper than Python's stack."""
    seen: set[tuple[int, int]] = set()
    listing = _list(root, seen, explicit=True)
    if isinstance(listing, Unreadable):
        yield listing
        return
    levels = [listing]
    while levels:
        if not levels[-1]:
            levels.pop()
            continue
        entry = levels[-1].pop()
        try:
            is_directory = entry.is_dir()
            is_file = entry.is_file()
        except (OSError, MemoryError) as error:  # a link to itself, a directory above that may not be searched
            yield Unreadable(Path(entry.path), describe_os_error(error), "unreadable", explicit=False)
            continue
        if not is_directory and pattern is not None and not fnmatchcase(entry.name, pattern):
            continue
        if is_file:
            yield examine(entry.path, explicit=False, reading=reading)
        elif not is_directory:
            yield _special(entry.path)
        elif recursive:
            listing = _list(entry.path, seen, explicit=False)
            if isinstance(listing, Unreadable):
                yield listing
            else:
                levels.append(listing)


def _list(path: str, seen: set[tuple[int, int]], *, explicit: bool) -> list[os.DirEntry[str]] | Unreadable:
    """The entries of a directory, last name first (to be popped); none if it has been seen."""
    try:
        status = os.stat(path)  # noqa: PTH116
        identity = (status.st_dev, status.st_ino)
        if identity in seen:
            return []
        seen.add(identity)
        with os.scandir(path) as entries:
            return sorted(entries, key=_BY_NAME, reverse=True)
    except (OSError, MemoryError) as error:
        return Unreadable(Path(path), describe_os_error(error), "unreadable", explicit)


def _special(path: str) -> Unreadable:
    """What is neither file nor directory: a FIFO, a socket, a device, a dead link. Not opened."""
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116
    except (OSError, MemoryError) as error:
        return Unreadable(Path(path), describe_os_error(error), "unreadable", explicit=False)
    return Unreadable(Path(path), describe_special(mode), "not-dicom", explicit=False)
