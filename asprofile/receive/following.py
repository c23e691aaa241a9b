"""What is done after objects were stored and studies are over: commands, a few at a time, each in bounded time.

Belongs here: the queue, trying again, the end. Does not belong here: one command (``commands``), when a study is over
(``studies``), what is said (``cli``).
"""

from __future__ import annotations

import os
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from asprofile.net.transport import host_of
from asprofile.receive.commands import CommandTemplate, RunningCommand
from asprofile.receive.events import AssociationEnded, Received, ReceiveEvent
from asprofile.receive.studies import OpenStudies, StudyEnding, StudySummary

OBJECT_NAMES: Final = (
    "path", "directory", "sop_class", "sop_instance", "study", "transfer_syntax", "calling", "called", "host",
    "association", "size", "placing",
)  # fmt: skip
STUDY_NAMES: Final = ("study", "directory", "objects", "size", "calling", "called", "host")
MOST_WAITING: Final = 10_000
"""Commands that wait for their turn; what comes while there are so many is not run, and told."""
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
"""Seconds before a command is tried again."""
_LOOK: Final = 0.25
_STOPPING: Final = "was not run, because we stop"


@dataclass(frozen=True, slots=True)
class FollowOptions:
    """``each`` is run after an object, ``study`` after a study, which is over when nothing of it came for ``quiet``
    seconds (None: when its association ended). ``workers`` commands run at a time, each at most ``timeout`` seconds,
    and once more for each of ``retries`` if it fails.
    """

    each: CommandTemplate | None = None
    study: CommandTemplate | None = None
    quiet: float | None = None
    workers: int = 4
    timeout: float = 60.0
    retries: int = 2


@dataclass(frozen=True, slots=True)
class CommandFailure:
    """A command that was not run, or failed as often as it was tried; ``about`` is the file or the study."""

    command: str
    about: str
    reason: str
    tries: int


@dataclass(frozen=True, slots=True)
class _Waiting:
    template: CommandTemplate
    values: Mapping[str, str]
    about: str


class Follower:
    """Gets the events of a receiver. ``on_study`` and ``on_failure`` are called from its threads, one call at a time;
    neither may raise. ``start`` it, and ``finish`` it when nothing more comes.
    """

    def __init__(
        self,
        options: FollowOptions,
        on_study: Callable[[StudySummary, StudyEnding], None],
        on_failure: Callable[[CommandFailure], None],
    ) -> None:
        self._options = options
        self._on_study = on_study
        self._on_failure = on_failure
        self._studies = OpenStudies(options.quiet)
        self._changed = threading.Condition()
        self._queue: deque[_Waiting] = deque()
        self._running: set[RunningCommand] = set()
        self._busy = 0
        self._finishing = self._stopped = False
        self._telling = threading.Lock()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """Begin; comes back at once."""
        names = ["asprofile-studies", *(f"asprofile-exec-{number}" for number in range(self._options.workers))]
        for name, target in zip(names, [self._watch, *[self._work] * self._options.workers], strict=True):
            self._threads.append(threading.Thread(target=target, name=name, daemon=True))
            self._threads[-1].start()

    def take(self, event: ReceiveEvent) -> None:
        """Something happened. Comes back at once."""
        match event:
            case Received():
                if self._options.each is not None and event.placing != "same":
                    self._add(_Waiting(self._options.each, _of_object(event), event.file))
                with self._changed:
                    over = list(self._studies.add(event, time.monotonic()))
            case AssociationEnded():
                with self._changed:
                    over = list(self._studies.association_ended(event.number))
            case _:
                return
        self._end_studies(over)

    def finish(self) -> None:
        """Nothing more comes: studies are over, and what waits is run; comes back at once."""
        with self._changed:
            over = list(self._studies.end())
        self._end_studies(over)
        with self._changed:
            self._finishing = True
            self._changed.notify_all()

    def wait(self, timeout: float) -> bool:
        """Wait, at most so many seconds, until all is done; True if it is."""
        end = time.monotonic() + timeout
        with self._changed:
            while (self._queue or self._busy) and (left := end - time.monotonic()) > 0:
                self._changed.wait(left)
            return not (self._queue or self._busy)

    def stop(self) -> None:
        """End what runs, and tell of what was not run."""
        with self._changed:
            self._stopped = self._finishing = True
            left, running = list(self._queue), list(self._running)
            self._queue.clear()
            self._changed.notify_all()
        for one in running:
            one.stop()
        for waiting in left:
            self._fail(waiting, _STOPPING, 0)
        for thread in self._threads:
            thread.join(10.0)

    # --- studies

    def _watch(self) -> None:
        while True:
            with self._changed:
                if self._finishing:
                    return
                over = list(self._studies.look(time.monotonic()))
                if not over:
                    self._changed.wait(_LOOK)
            self._end_studies(over)

    def _end_studies(self, over: list[tuple[StudySummary, StudyEnding]]) -> None:
        for summary, ending in over:
            with self._telling:
                self._on_study(summary, ending)
            if self._options.study is not None:
                self._add(_Waiting(self._options.study, _of_study(summary), summary.study))

    # --- commands

    def _add(self, waiting: _Waiting) -> None:
        with self._changed:
            if self._stopped:
                reason = _STOPPING
            elif len(self._queue) >= MOST_WAITING:
                reason = f"was not run, because {MOST_WAITING:,} wait for their turn"
            else:
                self._queue.append(waiting)
                self._changed.notify_all()
                return
        self._fail(waiting, reason, 0)

    def _work(self) -> None:
        while True:
            with self._changed:
                while not self._queue:
                    if self._finishing:
                        return
                    self._changed.wait(_LOOK)
                waiting = self._queue.popleft()
                self._busy += 1
            try:
                self._run(waiting)
            finally:
                with self._changed:
                    self._busy -= 1
                    self._changed.notify_all()

    def _run(self, waiting: _Waiting) -> None:
        """Until it succeeds, or was tried often enough."""
        pause = _FIRST_PAUSE
        for tries in range(1, self._options.retries + 2):
            failure = self._once(waiting)
            if not failure:
                return
            if self._stopped or tries > self._options.retries:
                break
            end = time.monotonic() + pause
            with self._changed:
                while not self._stopped and (left := end - time.monotonic()) > 0:
                    self._changed.wait(left)
            pause = min(2 * pause, _LONGEST_PAUSE)
        self._fail(waiting, failure, tries)

    def _once(self, waiting: _Waiting) -> str:
        """Why it failed; empty if it did not."""
        with self._changed:
            if self._stopped:
                return _STOPPING
            running = RunningCommand(waiting.template.words(waiting.values))
            self._running.add(running)
        try:
            return running.wait(self._options.timeout).failure
        finally:
            with self._changed:
                self._running.discard(running)

    def _fail(self, waiting: _Waiting, reason: str, tries: int) -> None:
        with self._telling:
            self._on_failure(CommandFailure(str(waiting.template), waiting.about, reason, tries))


def _of_object(event: Received) -> dict[str, str]:
    path = os.path.abspath(event.file)  # noqa: PTH100 - of every object
    return {
        "path": path,
        "directory": os.path.dirname(path),  # noqa: PTH120
        "sop_class": event.sop_class,
        "sop_instance": event.sop_instance,
        "study": event.study,
        "transfer_syntax": event.transfer_syntax,
        "calling": event.calling_ae,
        "called": event.called_ae,
        "host": host_of(event.peer),
        "association": str(event.association),
        "size": str(event.size),
        "placing": event.placing,
    }


def _of_study(summary: StudySummary) -> dict[str, str]:
    return {
        "study": summary.study,
        "directory": summary.directory,
        "objects": str(summary.objects),
        "size": str(summary.size),
        "calling": summary.calling_ae,
        "called": summary.called_ae,
        "host": host_of(summary.peer),
    }
