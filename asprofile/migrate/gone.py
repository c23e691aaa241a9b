"""Sources that are not there as they were: a disk that is not mounted is no reason to call its objects unreadable.

Belongs here: whether the file of an object is missing by itself, or with all that was beside it. Does not belong here:
what follows for the object (``running``).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_LASTING: Final = 1.0
"""Seconds for which a directory that was found to be gone, or not, is believed to be so."""
_MOST: Final = 1000


@dataclass(slots=True)
class GoneSources:
    """Of the absolute paths of ``sources``; ``directories`` are those that were found gone, with how many objects."""

    sources: Sequence[str]
    clock: Callable[[], float] = time.monotonic
    directories: dict[str, int] = field(default_factory=dict)
    _known: dict[str, tuple[float, str | None]] = field(default_factory=dict)

    def has(self, path: str) -> bool:
        """The file at ``path``, which cannot be read, is in a directory that is gone: what is left above it is empty
        or cannot be read, as a place at which nothing is mounted, or its source is not there. It is counted.
        """
        directory = os.path.dirname(path)  # noqa: PTH120 - of many
        when, gone = self._known.get(directory, (0.0, None))
        if directory not in self._known or self.clock() - when > _LASTING:
            if len(self._known) >= _MOST:
                self._known.clear()
            gone = self._gone(path, directory)
            self._known[directory] = self.clock(), gone
        if gone is None:
            return False
        self.directories[gone] = self.directories.get(gone, 0) + 1
        return True

    def _gone(self, path: str, directory: str) -> str | None:
        if path in self.sources:
            return None
        for source in self.sources:
            if _is_below(directory, source) and not os.path.lexists(source):
                return source
        while not os.path.lexists(directory) and directory != os.path.dirname(directory):  # noqa: PTH120
            directory = os.path.dirname(directory)  # noqa: PTH120
        try:
            with os.scandir(directory) as entries:
                return None if next(entries, None) is not None else directory
        except OSError:
            return directory


def _is_below(directory: str, source: str) -> bool:
    return directory == source or Path(source) in Path(directory).parents
