"""Which files a command works on: named ones, standard input, and the association profiles in a directory."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, BinaryIO

from asprofile.errors import AsprofileError
from asprofile.printing import visible
from asprofile.regular import IMPOSSIBLE_NAME, open_named
from asprofile.syntax.recognise import has_more_items, is_meant, why_no_profile
from asprofile.text import UNNAMED, Source

if TYPE_CHECKING:
    from asprofile.settings.project import ProjectSettings

STDIN = "-"

# A profile file is some kilobytes. What is larger than this is something else, and to look at each of its lines would
# take gigabytes of memory.
MAX_SIZE = 8 * 1024 * 1024

# This many items take about fifteen seconds at most; a profile has some hundred, the largest ones have thousands.
# Only the linter looks at files of more, and says how far.
MAX_ITEMS = 60_000

# Of a file with its directories, in characters: what systems take at most.
_LONGEST_NAME = 4096

# In a directory only profiles are taken, with any name, and of sensible size.
_MAX_WALKED_SIZE = 4 * 1024 * 1024
_LOOKED_AT = 256 * 1024
_SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages"})
# What other people wrote and a tool has put there: the virtual environment that asprofile itself is in has profiles.
_OF_VIRTUAL_ENVIRONMENT = "pyvenv.cfg"


class UnreadableFile(AsprofileError, OSError):
    """A named file that cannot be read."""


def sources(
    paths: Iterable[str],
    stdin_name: str = UNNAMED,
    *,
    skip_others: bool = False,
    excluded: Callable[[str], bool] | None = None,
) -> Iterator[Source | UnreadableFile]:
    """The files, in the order given; a directory stands for the profiles below it, sorted by path.

    What cannot be read comes as a value, so that the other files are still done. ``skip_others`` leaves out the named
    files that have nothing to do with profiles: hooks name files by their suffix. ``excluded`` says what is left out of
    a directory; a file that is named is never left out by it.
    """
    for path in paths:
        if path == STDIN:
            yield _read_stdin(stdin_name)
        elif os.path.isdir(path):  # noqa: PTH112 - to a Path, "" is the current directory
            yield from _in_directory(path, excluded)
        else:
            found = _read(path)
            if isinstance(found, UnreadableFile) or not skip_others or is_meant(found.data):
                yield found


def each_once(
    paths: Iterable[str],
    stdin_name: str = UNNAMED,
    *,
    skip_others: bool = False,
    excluded: Callable[[str], bool] | None = None,
) -> Iterator[tuple[str, Source | UnreadableFile]]:
    """The same, each file under the first of its names, with the argument that it comes from."""
    seen: set[str] = set()
    for path in paths:
        for source in sources((path,), stdin_name, skip_others=skip_others, excluded=excluded):
            if isinstance(source, UnreadableFile):
                yield path, source
            elif (name := path if path == STDIN else os.path.abspath(source.path)) not in seen:  # noqa: PTH100
                seen.add(name)
                yield path, source


def excluder(project: ProjectSettings, patterns: Sequence[str]) -> Callable[[str], bool] | None:
    """What the settings and ``--exclude`` leave out of directories; None if nothing."""
    if not project.exclude and not patterns:
        return None
    # Not needed by those who exclude nothing.
    from asprofile.lint.globs import fits
    from asprofile.lint.render.paths import relative

    def excluded(name: str) -> bool:
        here = os.getcwd()  # noqa: PTH109 - a string is wanted
        path = relative(name, here, here) if patterns else ""
        return any(fits(path, pattern) for pattern in patterns) or project.excludes(name)

    return excluded


def read_one(path: str, stdin_name: str = UNNAMED) -> Source:
    """One named file, or standard input; raises UnreadableFile, also for what has very many headers and entries."""
    found = _read_stdin(stdin_name) if path == STDIN else _read(path)
    if isinstance(found, UnreadableFile):
        raise found
    return of_usual_length(found)


def of_usual_length(source: Source) -> Source:
    """The same. Raises UnreadableFile where it has more headers and entries than a command reads."""
    if has_more_items(source.data, MAX_ITEMS):
        raise UnreadableFile(
            f"{source.path}: over {MAX_ITEMS:,} headers and entries, so neither a profile nor a configuration"
        )
    return source


def any_missing(paths: Iterable[str]) -> bool:
    """Whether a path that is named does not exist, which is exit status 2 wherever paths are named."""
    for path in paths:
        try:
            os.stat(path)  # noqa: PTH116
        except FileNotFoundError:
            return True
        except (OSError, ValueError, MemoryError):
            continue
    return False


class NoProfile(AsprofileError):
    """A file that is not to be written as a profile; it is as it was."""


def check_profile(data: bytes, name: str) -> None:
    """Before a profile file is written: that what is there is one. Raises NoProfile."""
    reason = why_no_profile(data)
    if reason is not None:
        if os.path.exists(name) and not os.path.isfile(name):  # noqa: PTH110, PTH113
            reason = "it is not a regular file"
        raise NoProfile(f"{name}: not an association profile, and left as it is: {reason}")


def for_people(source: Source) -> Source:
    """The same file under a name that can be printed: a file name may hold what steers a terminal."""
    return source if source.path.isprintable() else Source(source.data, visible(source.path))


def content(file: BinaryIO, name: str, limit: int | None) -> Source:
    """What is in an open file. Raises UnreadableFile where that is more than ``limit`` bytes."""
    data = file.read() if limit is None else file.read(limit + 1)
    if limit is not None and len(data) > limit:
        raise UnreadableFile(f"{name}: over {limit >> 20} MiB, so neither a profile nor a configuration")
    return Source(data, name)


def _read(path: str) -> Source | UnreadableFile:
    try:
        with open_named(path) as file:
            return content(file, path, MAX_SIZE)
    except UnreadableFile as error:
        return error
    except OSError as error:
        name = repr(path) if not path or error.strerror == IMPOSSIBLE_NAME else path
        return UnreadableFile(f"{name}: {error.strerror or error}")


def _read_stdin(name: str) -> Source | UnreadableFile:
    if sys.stdin is None:
        return UnreadableFile(f"{name}: standard input is closed")
    if len(name) > _LONGEST_NAME:
        return UnreadableFile(f"{name}: too long for the name of a file")
    try:
        return content(sys.stdin.buffer, name, MAX_SIZE)
    except UnreadableFile as error:
        return error
    except OSError as error:
        return UnreadableFile(f"{name}: {error.strerror or error}")


def _in_directory(directory: str, excluded: Callable[[str], bool] | None) -> Iterator[Source | UnreadableFile]:
    errors: list[UnreadableFile] = []
    for path in profile_paths(directory, excluded, errors):
        yield _read(path)
    yield from errors


def profile_paths(
    directory: str, excluded: Callable[[str], bool] | None, errors: list[UnreadableFile]
) -> Iterator[str]:
    """The profiles below a directory, sorted by path. ``excluded`` is asked of each directory and file on the way, but
    for hidden ones and those of packages; what cannot be read is added to ``errors``.
    """

    def unreadable(error: OSError) -> None:
        errors.append(UnreadableFile(f"{error.filename}: {error.strerror}"))

    for parent, directories, files in os.walk(directory, onerror=unreadable):
        if _OF_VIRTUAL_ENVIRONMENT in files and parent != directory:
            directories.clear()
            continue
        directories[:] = sorted(name for name in directories if not name.startswith(".") and name not in _SKIPPED)
        if excluded is not None:
            directories[:] = [name for name in directories if not excluded(os.path.join(parent, name))]  # noqa: PTH118
        for name in sorted(name for name in files if not name.startswith(".")):
            path = os.path.join(parent, name)  # noqa: PTH118 - keeps the path as the user wrote it
            if excluded is not None and excluded(path):
                continue
            try:
                is_profile = _is_profile(path)
            except OSError as error:
                unreadable(error)
                continue
            if is_profile:
                yield path


def _is_profile(path: str) -> bool:
    if not os.path.isfile(path) or os.stat(path).st_size > _MAX_WALKED_SIZE:  # noqa: PTH113, PTH116
        return False
    with open(path, "rb") as file:  # noqa: PTH123
        head = file.read(_LOOKED_AT)
    return why_no_profile(head) is None
