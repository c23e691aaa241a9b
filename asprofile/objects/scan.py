"""Finding DICOM objects: files and directory trees to headers, one at a time.

Belongs here: the order of the walk, and how to handle links, special files and directories that cannot be
read. Not here: what a file says (``header``) and what becomes of the objects. Nothing is collected: what is
kept in memory is the names in the directories between the root and the current file (``listing``), and one pair of
numbers for each directory seen.
"""

from __future__ import annotations

import os
import stat
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from asprofile.objects.header import ObjectHeader, Unreadable, describe_os_error, describe_special, examine
from asprofile.objects.listing import DIRECTORY, FILE_TYPE, OTHER_TYPE, listed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from asprofile.objects.header import HeaderReading, Judge

Seen = TypeVar("Seen")

__all__ = ["ObjectHeader", "Unreadable", "scan"]

UNKNOWN: Final = "!"
"""It is not known what it is."""
_END: Final = ("", OTHER_TYPE)


def scan(
    paths: Iterable[Path | str],
    *,
    recursive: bool = True,
    reading: HeaderReading = "part10",
    pattern: str | None = None,
    where: Judge | None = None,
) -> Iterator[ObjectHeader | Unreadable]:
    """Read each of ``paths``, files or directories, in the order given, and descend into the directories.

    A directory's entries come sorted by name (by code point), a subdirectory's contents in its place. Links
    are followed; within one tree each directory is walked once, so a link to a directory above ends there.
    Without ``recursive``, subdirectories are left out; with a ``pattern`` (of the shell: ``*.dcm``), files in
    directories whose names do not fit it. ``reading`` says what a file may be, ``where`` which objects are meant.
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
            of_file = partial(examine, explicit=False, reading=reading, where=where)
            yield from _walk(name, of_file, recursive=recursive, pattern=pattern)
        elif stat.S_ISREG(mode):
            yield examine(name, reading=reading, where=where)
        else:
            yield Unreadable(Path(name), describe_special(mode), "not-dicom")


def files_in(root: str, *, recursive: bool = True, pattern: str | None = None) -> Iterator[str | Unreadable]:
    """The names of the files of a directory, in the same order; none is opened."""
    return _walk(root, str, recursive=recursive, pattern=pattern)


def _walk(
    root: str, of_file: Callable[[str], Seen], *, recursive: bool, pattern: str | None
) -> Iterator[Seen | Unreadable]:
    """One tree, depth first; a list of what is left on each level, for trees deeper than Python's stack."""
    seen: set[tuple[int, int]] = set()
    listing = _list(root, seen, explicit=True)
    if isinstance(listing, Unreadable):
        yield listing
        return
    levels = [(os.path.join(root, ""), listing)]  # noqa: PTH118 - a Path for each of millions of names costs more
    while levels:
        directory, names = levels[-1]
        name, kind = next(names, _END)
        if not name:
            levels.pop()
            continue
        path = directory + name
        special: Unreadable | None = None
        if kind == OTHER_TYPE:
            kind, special = _kind(path)
        if kind != DIRECTORY and kind != UNKNOWN and pattern is not None and not fnmatchcase(name, pattern):
            continue
        if special is not None:
            yield special
        elif kind == FILE_TYPE:
            yield of_file(path)
        elif recursive:
            listing = _list(path, seen, explicit=False)
            if isinstance(listing, Unreadable):
                yield listing
            else:
                levels.append((os.path.join(path, ""), listing))  # noqa: PTH118


def _list(path: str, seen: set[tuple[int, int]], *, explicit: bool) -> Iterator[tuple[str, str]] | Unreadable:
    """The names in a directory, and what they are; none if it has been seen."""
    try:
        status = os.stat(path)  # noqa: PTH116
        identity = (status.st_dev, status.st_ino)
        if identity in seen:
            return iter(())
        seen.add(identity)
        return listed(path)
    except (OSError, MemoryError) as error:
        return Unreadable(Path(path), describe_os_error(error), "unreadable", explicit)


def _kind(path: str) -> tuple[str, Unreadable | None]:
    """What a link leads to, or what it is that the directory did not say: not opened, and if it is neither file nor
    directory, why it cannot be read.
    """
    try:
        mode = os.stat(path).st_mode  # noqa: PTH116
    except FileNotFoundError as error:  # a link that leads nowhere
        return OTHER_TYPE, Unreadable(Path(path), describe_os_error(error), "unreadable", explicit=False)
    except (OSError, MemoryError) as error:  # a link to itself, a directory above that may not be searched
        return UNKNOWN, Unreadable(Path(path), describe_os_error(error), "unreadable", explicit=False)
    if stat.S_ISDIR(mode):
        return DIRECTORY, None
    if stat.S_ISREG(mode):
        return FILE_TYPE, None
    return OTHER_TYPE, Unreadable(Path(path), describe_special(mode), "not-dicom", explicit=False)
