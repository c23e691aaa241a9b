"""How far a long sending has come: a bar on a terminal, a line now and then where there is none."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from asprofile.cli.terminal import wants_colour

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

_LINE_EVERY = 10.0


class ProgressListener(Protocol):
    """What a sending reports to."""

    def sent(self, path: Path, count: int) -> None:
        """``count`` bytes of the object at ``path`` are sent so far; less than before if it is sent again."""

    def finished(self, path: Path) -> None:
        """The object at ``path`` has ended, however."""

    def skipped(self) -> None:
        """A file turned out to be no object."""

    def say(self, line: str) -> None:
        """Print a line of results."""

    def note(self, line: str) -> None:
        """Print a line about what is going on."""


@contextmanager
def progress_for(paths: Iterable[str], recursive: bool, colour: str, *, off: bool) -> Iterator[ProgressListener]:
    """A bar if stderr is a terminal, else a line every ten seconds; only the results when ``off``."""
    if off:
        yield _Nothing()
    elif sys.stderr is None or not sys.stderr.isatty() or os.environ.get("TERM") == "dumb":
        yield _Lines()
    else:
        from asprofile.cli.progress_bar import bar

        with bar(colours=wants_colour(colour, sys.stderr)) as (progress, task):
            yield _Bar(progress, task, _count_files(paths, recursive))


class _Nothing:
    def sent(self, path: Path, count: int) -> None: ...

    def finished(self, path: Path) -> None: ...

    def skipped(self) -> None: ...

    def say(self, line: str) -> None:
        click.echo(line)

    def note(self, line: str) -> None: ...


class _Counter(_Nothing):
    """Bytes and objects so far; an object's bytes are counted as they go, several objects at a time."""

    def __init__(self) -> None:
        self.objects = 0
        self.bytes = 0
        self._going: dict[int, int] = {}
        """By the identity of the path: that takes a tenth of the time, and an object's path lives while it is sent."""

    def sent(self, path: Path, count: int) -> None:
        key = id(path)
        self.bytes += count - self._going.get(key, 0)
        self._going[key] = count

    def finished(self, path: Path) -> None:
        self.objects += 1
        self._going.pop(id(path), None)

    def note(self, line: str) -> None:
        click.echo(line, err=True)


class _Lines(_Counter):
    def __init__(self) -> None:
        super().__init__()
        self._started = self._last = time.monotonic()

    def finished(self, path: Path) -> None:
        super().finished(path)
        now = time.monotonic()
        if now - self._last >= _LINE_EVERY:
            self._last = now
            rate = self.bytes / 1e6 / (now - self._started)
            count = f"{self.objects:,} object{'s' * (self.objects != 1)}"
            click.echo(f"{count}, {self.bytes / 1e6:,.0f} MB, {rate:,.1f} MB/s", err=True)


class _Bar(_Counter):
    def __init__(self, progress: Bar, task: TaskID, total: int) -> None:
        super().__init__()
        self._progress = progress
        self._task = task
        self._total = total
        progress.update(task, total=total)

    def sent(self, path: Path, count: int) -> None:
        super().sent(path, count)
        self._progress.update(self._task, sent=self.bytes)

    def finished(self, path: Path) -> None:
        super().finished(path)
        self._progress.update(self._task, completed=self.objects, sent=self.bytes)

    def skipped(self) -> None:
        self._total -= 1
        self._progress.update(self._task, total=self._total)

    def say(self, line: str) -> None:
        if sys.stdout is not None and sys.stdout.isatty():
            # The same screen: the line goes above the bar.
            self.note(line)
        else:
            super().say(line)

    def note(self, line: str) -> None:
        self._progress.console.out(line, highlight=False)


def _count_files(paths: Iterable[str], recursive: bool) -> int:
    """How many files there are to look at: names only, so that it takes a moment even for many; none is kept."""
    count, directories = 0, []
    for path in paths:
        if not Path(path).is_dir():
            count += 1
            continue
        directories.append(path)
        while directories:
            with suppress(OSError), os.scandir(directories.pop()) as entries:
                for entry in entries:
                    if not entry.is_dir():
                        count += 1
                    elif recursive and not entry.is_symlink():
                        directories.append(entry.path)
    return count
