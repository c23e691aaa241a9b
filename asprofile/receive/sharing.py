"""One thread for all associations that bring small objects, as soon as there are two of them.

Belongs here: which of them has something to read, and whose turn it is to work with an association. Does not belong
here: what it does then (``acceptor``).

A small object is a handful of system calls with a little Python between them. At each of these calls Python lets
another thread run, and threads that all want to run wake each other and wait for each other several times an object,
which takes longer than the object. One thread that asks the system who has sent something waits for nobody.

Each association has a thread of its own nevertheless, which waits meanwhile. It goes on by itself where more is to be
done than to take what has come, to store it and to answer, where it has to end, and where the shared thread is held up
by another association, whose disk does not answer for instance.
"""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, Final, Protocol

from asprofile.net.readiness import IS_POSSIBLE, Readiness

if TYPE_CHECKING:
    from collections.abc import Callable

_CHECK: Final = 0.25
"""Seconds between two looks of an association's own thread whether it has to go on by itself."""
_HELD_UP: Final = 0.1
"""Seconds with one association after which the others go on by themselves."""
_AMID: Final = 0.002
"""Seconds of silence in the middle of a message after which the peer may be one that waits for an acknowledgement."""


class Shareable(Protocol):
    """An association, as far as it can be shared."""

    def fileno(self) -> int:
        """Of its connection."""

    def serve(self) -> bool:
        """Take what has come and answer it, without waiting for the peer; False: it has to go on by itself. May raise
        anything.
        """

    @property
    def is_amid(self) -> bool:
        """A message has come in part."""

    def acknowledge(self, *, is_silent: bool) -> None:
        """In the middle of a message, and again where the peer then ``is_silent``: see TcpTransport.acknowledge."""


class _Shared:
    """An association that the thread has. Whoever works with it holds ``hand``."""

    __slots__ = ("error", "hand", "is_back", "is_given", "number", "one")

    def __init__(self, one: Shareable) -> None:
        self.one = one
        self.number = one.fileno()
        self.hand = threading.Lock()
        self.is_given = True
        self.is_back = threading.Event()
        self.error: BaseException | None = None


class SharedThread:
    """That of one process; there is a thread only while it has associations."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._candidates = 0
        self._shared: dict[int, _Shared] = {}
        self._thread: threading.Thread | None = None
        self._ready: Readiness | None = None
        self._busy_since = 0.0
        self._is_broken = False

    def enter(self) -> None:
        """An association would gain from it, until it leaves."""
        with self._lock:
            self._candidates += 1

    def leave(self) -> None:
        """It would not any more."""
        with self._lock:
            self._candidates -= 1

    @property
    def is_wanted(self) -> bool:
        """There is more than one that would gain from it."""
        return self._candidates > 1 and IS_POSSIBLE and not (self._is_broken or self._is_held_up)

    @property
    def _is_held_up(self) -> bool:
        began = self._busy_since
        return bool(began) and time.monotonic() - began > _HELD_UP

    def have(self, one: Shareable, has_to_go_on: Callable[[], bool]) -> bool:
        """Give an association to the thread, and wait until it has to go on by itself: because ``serve`` says so, or
        ``has_to_go_on``, which is asked now and then, or because the thread is held up. False at once if the system has
        nothing left for a thread. Raises what ``serve`` raises.
        """
        shared = _Shared(one)
        if not self._add(shared):
            return False
        while not shared.is_back.wait(_CHECK):
            with shared.hand:
                if shared.is_given and (has_to_go_on() or self._is_held_up):
                    self._give_back(shared)
        error, shared.error = shared.error, None
        try:
            if error is not None:
                raise error
        finally:
            error = None  # its traceback has this frame
        return True

    def _add(self, shared: _Shared) -> bool:
        """False if the system has no thread or descriptor for it."""
        with self._lock:
            try:
                self._ready = self._ready or self._begin()
                self._ready.add(shared.number)
            except (OSError, RuntimeError, MemoryError):
                return False
            self._shared[shared.number] = shared
        return True

    def _begin(self) -> Readiness:
        ready = Readiness()
        try:
            self._thread = threading.Thread(target=self._run, args=(ready,), name="asprofile-shared", daemon=True)
            self._thread.start()
        except BaseException:
            ready.close()
            raise
        return ready

    def _give_back(self, shared: _Shared) -> None:
        """It has to go on by itself; whoever says so holds its ``hand``."""
        with self._lock, contextlib.suppress(OSError):
            if self._ready is not None and self._shared.pop(shared.number, None) is not None:
                self._ready.remove(shared.number)
                if not self._shared:
                    self._ready.wake()
        shared.is_given = False
        shared.is_back.set()

    def join(self, timeout: float | None) -> None:
        """Wait for the end of the thread once all associations are over."""
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)

    # --- the thread

    def _run(self, ready: Readiness) -> None:
        try:
            amid: dict[_Shared, float] = {}
            while self._shared or self._end() is None:
                self._look(ready, amid)
        except (OSError, MemoryError):  # the system has nothing left for us: everybody goes on by himself
            self._is_broken = True
            for shared in self._end(with_all=True) or ():
                with shared.hand:
                    self._give_back(shared)

    def _end(self, *, with_all: bool = False) -> tuple[_Shared, ...] | None:
        """Those that the thread had; None, and it has to go on, if there are any that it is not to lose."""
        with self._lock:
            if self._shared and not with_all:
                return None
            left = tuple(self._shared.values())
            self._shared.clear()
            ready, self._ready = self._ready, None
            assert ready is not None, "nobody else ends it"
            ready.close()
            return left

    def _look(self, ready: Readiness, amid: dict[_Shared, float]) -> None:
        """Serve who has sent something."""
        for number in ready.wait(_AMID if amid else None):
            shared = self._shared.get(number)
            if shared is not None:
                with shared.hand:
                    self._serve(shared, amid)
        now = time.monotonic() if amid else 0.0
        for shared in [one for one, since in amid.items() if now - since >= _AMID]:
            del amid[shared]
            with shared.hand:
                if shared.is_given:
                    shared.one.acknowledge(is_silent=True)

    def _serve(self, shared: _Shared, amid: dict[_Shared, float]) -> None:
        if not shared.is_given:
            return
        amid.pop(shared, None)
        self._busy_since = time.monotonic()
        try:
            if not shared.one.serve():
                self._give_back(shared)
            elif shared.one.is_amid:
                amid[shared] = self._busy_since
                shared.one.acknowledge(is_silent=False)
        except BaseException as error:  # noqa: BLE001 - raised again in the association's own thread
            shared.error = error
            self._give_back(shared)
        finally:
            self._busy_since = 0.0
