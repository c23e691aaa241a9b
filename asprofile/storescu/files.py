"""The files that storescu sends: found in directories, looked at before anything is opened, renamed afterwards.

Belongs here: names of files, and the messages about those that cannot be sent. Does not belong here: sending them.
"""

from __future__ import annotations

import os
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

from asprofile.names.dcmtk import is_storage
from asprofile.storescu.loading import LoadedObject, Unloaded, load

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asprofile.dcmtk_cli.log import Log
    from asprofile.send.control import Control
    from asprofile.storescu.settings import StorescuSettings


class Halt(Exception):
    """Nothing can be sent; the log has said why."""


def input_files(settings: StorescuSettings, log: Log, control: Control) -> list[str]:
    """The names to send, in the order of the command line; those in directories sorted, which DCMTK leaves to the
    system. Raises Halt if there are none, or ``control`` wants an end.
    """
    if settings.scan:
        log.info("determining input files ...")
    found: list[str] = []
    for name in settings.paths:
        if not os.path.isdir(name):  # noqa: PTH112 - these are names as somebody wrote them, not paths
            found.append(name)
        elif settings.scan:
            found += _until_interrupted(_in_directory(name, settings, log, set()), control)
        else:
            log.warn(f"ignoring directory because option --scan-directories is not set: {name}")
    if not found:
        log.fatal("no input files to be sent")
        raise Halt
    return found


def _in_directory(directory: str, settings: StorescuSettings, log: Log, seen: set[tuple[int, int]]) -> Iterator[str]:
    """The files in it whose names fit, all of them without a pattern; a directory is entered once."""
    try:
        status = os.stat(directory)  # noqa: PTH116
        with os.scandir(directory) as entries:
            listing = sorted(entries, key=lambda entry: entry.name)
    except OSError as error:
        log.warn(f"cannot read directory: {directory}: {error.strerror or error}")
        return
    if (status.st_dev, status.st_ino) in seen:
        return
    seen.add((status.st_dev, status.st_ino))
    for entry in listing:
        path = entry.name if directory == "." else os.path.join(directory, entry.name)  # noqa: PTH118
        if os.path.isdir(path):  # noqa: PTH112
            if settings.recurse:
                yield from _in_directory(path, settings, log, seen)
        elif _fits(entry.name, settings.pattern):
            yield path


def _fits(name: str, pattern: str) -> bool:
    """As the shell has it: a dot in front has to be written."""
    if not pattern:
        return True
    return (not name.startswith(".") or pattern.startswith(".")) and fnmatchcase(name, pattern)


def checked(
    names: list[str], settings: StorescuSettings, log: Log, release: str, control: Control
) -> tuple[list[str], list[str]]:
    """Those that can be sent as far as can be seen, and, with --required, their SOP classes, each once.

    Raises Halt for the first that cannot, unless --no-halt was given, and where ``control`` wants an end.
    """
    log.info("checking input files ...")
    usable: list[str] = []
    classes: dict[str, None] = {}
    for name in _until_interrupted(names, control):
        problem = None if os.path.exists(name) else f"cannot access file: {name}"  # noqa: PTH110
        if problem is None and settings.required:
            sop_class = _class_of(load(name, settings.reading, release))
            if not sop_class:
                problem = f"missing SOP class (or instance) in file: {name}"
            elif not is_storage(sop_class, release):
                problem = f"unknown storage SOP class in file: {name}: {sop_class}"
            else:
                classes[sop_class] = None
        if problem is None:
            usable.append(name)
        elif settings.halt:
            log.fatal(problem)
            raise Halt
        else:
            log.warn(f"{problem}, ignoring file")
    return usable, list(classes)


def _until_interrupted(names: Iterable[str], control: Control) -> Iterator[str]:
    for name in names:
        if control.finishing:
            raise Halt
        yield name


def _class_of(found: LoadedObject | Unloaded) -> str:
    """That of the data set; DCMTK ignores what the header says."""
    return "" if isinstance(found, Unloaded) or found.header.borrowed else found.header.sop_class


def rename(name: str, suffix: str, log: Log) -> None:
    """Append ``.done`` or ``.bad`` to the name of a file. What was under the new name is gone, as with DCMTK."""
    try:
        Path(name).rename(name + suffix)
    except OSError:
        log.warn(f"cannot rename file '{name}' to '{name}{suffix}'")
    else:
        log.debug(f"renamed file '{name}' to '{name}{suffix}'")
