"""The profiles of a workspace that are not open: found by their content, linted, and kept until they change.

How many files are looked at, how large they are and how long it takes is bounded: a workspace may be anything. Looking
at the disk is done in a thread, linting between the requests of the editor.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from hashlib import blake2s
from pathlib import Path

from asprofile.api.files import UnreadableFile, excluder, profile_paths, sources
from asprofile.editor.opened import OpenFile
from asprofile.errors import AsprofileError
from asprofile.lint.run import LintOptions
from asprofile.lsp.project import options_for
from asprofile.settings.finding import nearest
from asprofile.settings.project import ProjectSettings


@dataclass(frozen=True, slots=True)
class WorkspaceLimits:
    """How much of a workspace is looked at: directories and files on the way, profiles, their bytes in all, seconds."""

    entries: int = 100_000
    profiles: int = 2_000
    size: int = 64 * 1024 * 1024
    seconds: float = 30


@dataclass(frozen=True, slots=True)
class WorkspaceFile:
    """A profile that was read and linted; ``state`` is another one when it, or how it is linted, has changed."""

    path: str
    state: str
    file: OpenFile


@dataclass(slots=True)
class WorkspaceLook:
    """The profiles of a workspace in the order of their paths. ``left_out`` says why these are not all; else empty."""

    files: list[WorkspaceFile] = field(default_factory=list)
    left_out: str = ""


class _EnoughSeen(Exception):
    """A limit is reached; the text says which."""


class WorkspaceReader:
    """Looks at the workspace again and again, and reads only what has changed."""

    def __init__(self, limits: WorkspaceLimits | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._limits = limits or WorkspaceLimits()
        self._clock = clock
        self._kept: dict[str, WorkspaceFile] = {}
        self._is_stopped = False

    def stop(self) -> None:
        """End what is being looked at, soon."""
        self._is_stopped = True

    async def look(self, roots: Collection[str], opened: Collection[str] = ()) -> WorkspaceLook:
        """The profiles below the directories ``roots`` but those that are ``opened``."""
        end = self._clock() + self._limits.seconds
        paths, left_out = await asyncio.to_thread(self._found, roots, end)
        found = WorkspaceLook(left_out=left_out)
        size = 0
        settings: dict[str, ProjectSettings | None] = {}
        for path in paths:
            await asyncio.sleep(0)
            if path in opened:
                continue
            one = self._file(path, settings)
            if one is None:
                continue
            size += len(one.file.data)
            if size > self._limits.size:
                found.left_out = f"over {self._limits.size >> 20} MiB of profiles"
            elif self._clock() > end or self._is_stopped:
                found.left_out = f"not read within {self._limits.seconds:.0f} seconds"
            if found.left_out and found.left_out != left_out:
                break
            found.files.append(one)
        self._kept = {one.path: one for one in found.files}
        return found

    def _found(self, roots: Collection[str], end: float) -> tuple[list[str], str]:
        """The paths, without those that are in two roots, and why they are not all."""
        paths: dict[str, None] = {}
        try:
            for path in self._paths(roots, end):
                if len(paths) == self._limits.profiles:
                    raise _EnoughSeen(f"over {self._limits.profiles:,} profiles")
                paths[path] = None
        except _EnoughSeen as error:
            return list(paths), str(error)
        return list(paths), ""

    def _paths(self, roots: Collection[str], end: float) -> Iterator[str]:
        seen = 0

        def watched(excluded: Callable[[str], bool] | None) -> Callable[[str], bool]:
            def answer(path: str) -> bool:
                nonlocal seen
                seen += 1
                if seen > self._limits.entries:
                    raise _EnoughSeen(f"over {self._limits.entries:,} files and directories")
                if self._clock() > end or self._is_stopped:
                    raise _EnoughSeen(f"not looked through within {self._limits.seconds:.0f} seconds")
                return excluded is not None and excluded(path)

            return answer

        for root in roots:
            if not is_too_wide(root):
                yield from profile_paths(root, watched(_excluded(root)), [])

    def _file(self, path: str, settings: dict[str, ProjectSettings | None]) -> WorkspaceFile | None:
        """The file as it is now; None if it cannot be read."""
        try:
            options = _options(path, settings)
            status = os.stat(path)  # noqa: PTH116 - a string
            state = blake2s(repr((status.st_mtime_ns, status.st_size, options)).encode()).hexdigest()[:24]
            known = self._kept.get(path)
            if known is not None and known.state == state:
                return known
            source = next(iter(sources((path,))))
        except OSError:
            return None
        return None if isinstance(source, UnreadableFile) else WorkspaceFile(path, state, OpenFile(source, options))


def is_too_wide(root: str) -> bool:
    """Whether a directory is no project but all that somebody has: a home, or the whole file system."""
    path = Path(root).absolute()
    return path.parent == path or path == Path.home()


def _excluded(root: str) -> Callable[[str], bool] | None:
    try:
        return excluder(nearest(Path(root)), ())
    except AsprofileError:
        return None


def _options(path: str, settings: dict[str, ProjectSettings | None]) -> LintOptions:
    """How the file is linted; settings that cannot be used are told when a file is opened, and the default is used."""
    directory = os.path.dirname(path)  # noqa: PTH120
    try:
        if directory not in settings:
            settings[directory] = None
            settings[directory] = nearest(Path(directory))
        project = settings[directory]
        return options_for(path, project) if project is not None else LintOptions()
    except AsprofileError:
        return LintOptions()
