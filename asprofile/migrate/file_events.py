"""What the system says of changes in directories, where it can.

Belongs here: watchfiles, and where it is missing or fails. Does not belong here: what follows from a change
(``watching``), which also looks at everything now and then, for no system tells all: not of what other machines do to a
network file system, and not when it is too much at once.
"""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any, Final

from asprofile.program import installing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MOST: Final = 100_000
"""Names that are kept; after more, everything is to be looked at."""
_WAIT: Final = 0.5
"""Seconds after which it is looked whether somebody still wants to know."""


class FileEvents:
    """Changes in directories from ``start`` on, in a thread of its own. ``on_note`` is told, from any thread, why there
    are none.
    """

    def __init__(self, on_note: Callable[[str], None]) -> None:
        self._on_note = on_note
        self._watch: Any = None
        try:
            from watchfiles import watch
        except ImportError:
            self.missing = f"watchfiles is not installed: {installing('watch')}"
        else:
            self.missing = ""
            self._watch = watch
        self._names: dict[str, None] = {}
        self._is_too_much = False
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None
        self._told: set[str] = set()

    @property
    def is_on(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def start(self, directories: Sequence[str], *, recursive: bool) -> None:
        """Tell of these, and no longer of others."""
        self.stop()
        if self._watch is None or not directories:
            return
        self._stop = threading.Event()
        arguments = (self._stop, tuple(directories), recursive)
        self._thread = threading.Thread(target=self._listen, args=arguments, name="file events", daemon=True)
        self._thread.start()

    def _listen(self, stop: threading.Event, directories: tuple[str, ...], recursive: bool) -> None:
        try:
            changes = self._watch(
                *directories,
                watch_filter=None,
                debounce=200,
                stop_event=stop,
                rust_timeout=int(_WAIT * 1000),
                yield_on_timeout=True,
                raise_interrupt=False,
                recursive=recursive,
                ignore_permission_denied=True,
            )
            for some in changes:
                if stop.is_set():
                    return
                self._take([path for _, path in some])
        except Exception as error:  # noqa: BLE001 - whatever it is, everything is looked at now and then
            words = getattr(error, "strerror", None) or str(error) or type(error).__name__
            if words not in self._told:
                self._told.add(words)
                self._on_note(f"the system does not tell of changes: {words}")

    def _take(self, names: list[str]) -> None:
        with self._lock:
            for name in names:
                self._names[name] = None
            if len(self._names) > _MOST:
                self._names.clear()
                self._is_too_much = True

    def taken(self) -> tuple[list[str], bool]:
        """The names that were changed, absolute if the directories were, and whether there were more."""
        with self._lock:
            names, too_much = list(self._names), self._is_too_much
            self._names.clear()
            self._is_too_much = False
        return names, too_much

    def stop(self) -> None:
        """Returns within a second or so."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(4 * _WAIT)
            self._thread = None


def identity(directory: str) -> tuple[int, int] | None:
    """Which directory it is; None: there is none, or it cannot be looked at."""
    try:
        status = os.stat(directory)  # noqa: PTH116
    except OSError:
        return None
    return status.st_dev, status.st_ino
