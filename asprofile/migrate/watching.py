"""Directories that grow: which of their files are complete and quiet, and not in the journal yet.

Belongs here: looking at the directories, and when a file counts. Does not belong here: what the system tells of changes
(``file_events``), what the journal makes of a file (``scanning``), sending (``api``).

A file counts once nothing of it has changed for a while (size, number, times of content and status: a file that is
moved in has a new one) and its data set is whole. What is not whole waits, however long. All times are of our own
clock, for that of a file server may be another. In memory is what waits, up to a bound: what is more is found by the
next look at everything.
"""

from __future__ import annotations

import os
import stat
import threading
import time
from collections import OrderedDict, deque
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asprofile.errors import ObjectError
from asprofile.migrate.file_events import FileEvents, identity
from asprofile.migrate.scanning import digest_of
from asprofile.objects.flaws import BrokenObject
from asprofile.objects.header import ObjectHeader, Unreadable, describe_os_error, examine
from asprofile.objects.scan import files_in
from asprofile.objects.whole import find_extent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from asprofile.migrate.journal import Journal
    from asprofile.objects.header import HeaderReading, Judge

MOST_WAITING: Final = 100_000
"""Files that are kept in memory, some 30 MB."""
_MOST_READY: Final = 5000
_STEPS: Final = 500
"""Files that are looked at in one lap."""
_LAP: Final = 0.2
"""Seconds between two laps when there is nothing to do."""
_SHARE: Final = 9
"""So many times as long as a look at everything took, there is none."""

Signature = tuple[int, int, int, int]
_NOTHING: Final[Signature] = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class WatchTimes:
    """Seconds: for how long a file is quiet before it counts, and between two looks at everything, at least."""

    quiet_for: float = 10.0
    rescan: float = 60.0


@dataclass(frozen=True, slots=True)
class FileChoice:
    """Which files are meant, as for ``objects.scan``; with ``truncated`` also those that end too early."""

    reading: HeaderReading = "part10"
    recursive: bool = True
    pattern: str | None = None
    where: Judge | None = None
    truncated: bool = False


@dataclass(slots=True)
class _Waiting:
    """A file as it was at ``since``; ``reason``: why it is no object yet. ``lap``: in which look at everything it was
    there last.
    """

    signature: Signature
    since: float
    lap: int
    reason: str = ""
    is_told: bool = False


@dataclass(slots=True)
class WatchYield:
    """Objects that count from now on, with their digests; by their names what is no object, by chance or because it is
    not complete; and the names of those that are gone, or were before they were there again.
    """

    objects: list[tuple[ObjectHeader, bytes]] = field(default_factory=list)
    others: dict[str, Unreadable] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.objects or self.others or self.gone)


@dataclass(frozen=True, slots=True)
class WaitingCounts:
    """How many files are not quiet yet, not complete, and ready for the journal; and how many directories are not
    there.
    """

    settling: int = 0
    incomplete: int = 0
    ready: int = 0
    missing_directories: int = 0

    @property
    def files(self) -> int:
        return self.settling + self.incomplete + self.ready


class Watch:
    """Of absolute ``directories``; a context manager, in which a thread of its own looks at them. Without it, ``lap``
    does one step. ``on_note`` gets what is worth telling, from any thread.
    """

    def __init__(
        self,
        journal: Journal,
        directories: Sequence[str],
        times: WatchTimes,
        choice: FileChoice,
        on_note: Callable[[str], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.failure: Exception | None = None
        """Why it does not look any more."""
        self._journal = journal
        self._directories = tuple(directories)
        self._times = times
        self._choice = choice
        self._on_note = on_note
        self._clock = clock
        self._events = FileEvents(on_note)
        self._identities: list[tuple[int, int] | None] = []
        self._settling: OrderedDict[str, _Waiting] = OrderedDict()
        """In the order in which they will be quiet."""
        self._resting: dict[str, _Waiting] = {}
        """Not complete (with a reason), no object, or ready, until something changes."""
        self._incomplete: set[str] = set()
        self._ready = WatchYield()
        self._taken: deque[str] = deque()
        self._lock = threading.Lock()
        """For ``_ready``."""
        self._walk: Iterator[str | Unreadable] | None = None
        self._laps = 0
        self._walk_began = self._next_walk = clock()
        self._missing: set[str] = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)

    # --- the thread

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(10.0)
        self._events.stop()

    def _run(self) -> None:
        try:
            while not self._stop.is_set():
                if not self.lap():
                    self._stop.wait(_LAP)
        except Exception as error:  # noqa: BLE001 - whoever takes what was found raises it
            self.failure = error

    @property
    def why_only_rescans(self) -> str:
        """Why the system tells nothing of changes; empty if it does, or will."""
        return self._events.missing

    # --- what others ask

    def take(self) -> WatchYield:
        """What was found since. Raises what looking raised."""
        if self.failure is not None:
            raise self.failure
        with self._lock:
            found, self._ready = self._ready, WatchYield()
        return found

    def has_taken(self, found: WatchYield) -> None:
        """The journal has it."""
        self._taken.extend(str(header.path) for header, _ in found.objects)

    def counts(self) -> WaitingCounts:
        """What waits now."""
        return WaitingCounts(len(self._settling), len(self._incomplete), len(self._ready.objects), len(self._missing))

    # --- looking

    def lap(self) -> bool:
        """One step: what was changed, some of everything if that is due, and what is quiet by now. True if there is
        more to do at once.
        """
        while self._taken:
            self._resting.pop(self._taken.popleft(), None)
        is_busy = self._look_at_changes()
        is_busy |= self._look_at_everything()
        return self._ripen() or is_busy

    def _look_at_changes(self) -> bool:
        names, is_too_much = self._events.taken()
        if is_too_much:
            self._next_walk = self._clock()
        for name in names:
            for path in self._files_of(name):
                self._saw(path)
        return bool(names)

    def _files_of(self, name: str) -> Iterator[str]:
        """Of a changed name: the file, or those of a directory that has come."""
        choice = self._choice
        if not choice.recursive and str(Path(name).parent) not in self._directories:
            return
        try:
            mode = os.stat(name).st_mode  # noqa: PTH116
        except OSError:
            self._drop(name)
            return
        if stat.S_ISDIR(mode):
            if choice.recursive and name not in self._directories:
                yield from (one for one in files_in(name, pattern=choice.pattern) if isinstance(one, str))
        elif choice.pattern is None or fnmatchcase(Path(name).name, choice.pattern):
            yield name

    def _look_at_everything(self) -> bool:
        """Some of it; True if it is not over."""
        if self._walk is None:
            if self._clock() < self._next_walk:
                return False
            self._begin_walk()
        assert self._walk is not None
        for _ in range(_STEPS):
            if self._stop.is_set():
                return False
            one = next(self._walk, None)
            if one is None:
                self._end_walk()
                return False
            if isinstance(one, str):
                self._saw(one)
            elif not one.skipped:
                self._cannot_read(one)
        return True

    def _begin_walk(self) -> None:
        self._laps += 1
        self._walk_began = self._clock()
        identities = [identity(one) for one in self._directories]
        if identities != self._identities or not self._events.is_on:
            self._identities = identities
            there = [one for one, known in zip(self._directories, identities, strict=True) if known is not None]
            self._events.start(there, recursive=self._choice.recursive)
        missing = {one for one, known in zip(self._directories, identities, strict=True) if known is None}
        for one in sorted(missing - self._missing):
            self._on_note(f"{one}: is not there, or cannot be looked at; waiting for it")
        for one in sorted(self._missing - missing):
            self._on_note(f"{one}: is there again")
        self._missing = missing
        self._walk = self._all_files()

    def _all_files(self) -> Iterator[str | Unreadable]:
        for directory in self._directories:
            if directory not in self._missing:
                yield from files_in(directory, recursive=self._choice.recursive, pattern=self._choice.pattern)

    def _end_walk(self) -> None:
        self._walk = None
        now = self._clock()
        self._next_walk = now + max(self._times.rescan, _SHARE * (now - self._walk_began))
        for names in (self._settling, self._resting):
            for path in [path for path, one in names.items() if one.lap != self._laps]:
                self._drop(path)

    def _saw(self, path: str) -> None:
        """It is there, and may have changed."""
        try:
            signature = _signature(os.stat(path))  # noqa: PTH116
        except OSError:
            self._drop(path)
            return
        if signature is None:
            return
        known = self._settling.get(path) or self._resting.get(path)
        if known is not None:
            known.lap = self._laps
            if known.signature != signature:
                self._settle(path, known, signature)
        elif len(self._settling) + len(self._resting) < MOST_WAITING and not self._journal.has_file(
            path, signature[0], signature[2]
        ):
            self._settle(path, _Waiting(signature, 0.0, self._laps), signature)

    def _cannot_read(self, one: Unreadable) -> None:
        path = str(one.path)
        known = self._settling.get(path) or self._resting.get(path)
        if known is not None:
            known.lap = self._laps
        elif len(self._settling) + len(self._resting) < MOST_WAITING:
            self._settle(path, _Waiting(_NOTHING, 0.0, self._laps, one.reason), _NOTHING)

    def _settle(self, path: str, one: _Waiting, signature: Signature) -> None:
        self._resting.pop(path, None)
        self._incomplete.discard(path)
        one.signature, one.since = signature, self._clock()
        self._settling[path] = one
        self._settling.move_to_end(path)

    def _drop(self, path: str) -> None:
        """It is gone, or in the hands of somebody else."""
        one = self._settling.pop(path, None) or self._resting.pop(path, None)
        self._incomplete.discard(path)
        if one is not None and one.is_told:
            with self._lock:
                self._ready.others.pop(path, None)
                self._ready.gone.add(path)

    # --- what is quiet

    def _ripen(self) -> bool:
        until = self._clock() - self._times.quiet_for
        for _ in range(_STEPS):
            if not self._settling or len(self._ready.objects) >= _MOST_READY or self._stop.is_set():
                return False
            path, one = next(iter(self._settling.items()))
            if one.since > until:
                return False
            self._judge(path, one)
        return True

    def _judge(self, path: str, one: _Waiting) -> None:
        """It was as it is for long enough, if it still is."""
        try:
            signature = _signature(os.stat(path))  # noqa: PTH116
        except OSError as error:
            if one.signature != _NOTHING:
                self._drop(path)
                return
            self._rest(path, one, Unreadable(Path(path), describe_os_error(error), "unreadable", explicit=False))
            return
        if signature is None:  # a directory that could not be read
            self._rest(path, one, Unreadable(Path(path), one.reason, "unreadable", explicit=False))
        elif signature != one.signature:
            self._settle(path, one, signature)
        else:
            self._read(path, one)

    def _read(self, path: str, one: _Waiting) -> None:
        choice = self._choice
        found = examine(path, explicit=False, reading=choice.reading, where=choice.where)
        if isinstance(found, ObjectHeader):
            stamp = found.stamp
            if stamp is None or (found.size, *stamp[1:]) != one.signature:
                self._settle(path, one, _NOTHING if stamp is None else (found.size, *stamp[1:]))
                return
            wrong = "" if choice.truncated else _incomplete(found)
            digest = None if wrong else digest_of(found)
            if digest is not None:
                one.reason = ""
                self._settling.pop(path)
                self._resting[path] = one
                with self._lock:
                    self._ready.objects.append((found, digest))
                return
            found = Unreadable(Path(path), wrong or "cannot be read to its end", "damaged", explicit=False)
        self._rest(path, one, found)

    def _rest(self, path: str, one: _Waiting, why: Unreadable) -> None:
        one.reason = "" if why.skipped else why.reason
        one.is_told = True
        self._settling.pop(path, None)
        self._resting[path] = one
        if one.reason:
            self._incomplete.add(path)
        with self._lock:
            self._ready.others[path] = why


def _signature(status: os.stat_result) -> Signature | None:
    """What changes with a file; None if it is none."""
    if not stat.S_ISREG(status.st_mode):
        return None
    return status.st_size, status.st_ino, status.st_mtime_ns, status.st_ctime_ns


def _incomplete(header: ObjectHeader) -> str:
    """Why its data set is not whole; empty if it is, or if something else is wrong, of which a run tells."""
    try:
        with header.path.open("rb") as file:
            find_extent(file, header)
    except BrokenObject as error:
        return f"is not complete: {error.reason}"
    except OSError as error:
        return describe_os_error(error)
    except (ObjectError, MemoryError):
        return ""
    return ""
