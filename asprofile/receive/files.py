"""Files that are being received: whole under their final name, or not there.

Belongs here: temporary names, writing, renaming without writing over anything, what is needed to survive a loss of
power. Does not belong here: which name an object gets (``naming``), what is done if there is such a file (``placing``).
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asprofile.regular import BINARY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Buffer = bytes | memoryview

PARTIAL_PREFIX: Final = ".incoming-"
PARTIAL_SUFFIX: Final = ".part"

_FLAGS: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY | getattr(os, "O_NOFOLLOW", 0)
_MOST_BUFFERS: Final = 1000
"""Buffers given to one writev; most systems take 1,024."""
_numbers = itertools.count()


def left_over(directory: str) -> int:
    """How many partial files are there, of processes that ended before an object was complete."""
    with contextlib.suppress(OSError):
        return sum(_is_left_over(path.name) for path in Path(directory).iterdir())
    return 0


def _is_left_over(name: str) -> bool:
    if not (name.startswith(PARTIAL_PREFIX) and name.endswith(PARTIAL_SUFFIX)):
        return False
    process = name.removeprefix(PARTIAL_PREFIX).partition("-")[0]
    return process.isdecimal() and not _is_running(int(process))


def _is_running(process: int) -> bool:
    if os.name == "nt" or process == os.getpid():
        return process == os.getpid()
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


class PartialFile:
    """A file in ``directory`` that has a temporary name until ``commit`` or ``replace``. Its mode follows the umask.
    Every method but ``discard`` may raise OSError.
    """

    __slots__ = ("_descriptor", "_path")

    def __init__(self, directory: str) -> None:
        self._path: str | None = f"{directory}{os.sep}{_own_prefix}{next(_numbers)}{PARTIAL_SUFFIX}"
        self._descriptor = os.open(self._path, _FLAGS, 0o666)

    @property
    def path(self) -> str:
        """Its temporary name."""
        assert self._path is not None, "it is neither committed nor discarded"
        return self._path

    def write(self, buffers: Sequence[Buffer]) -> None:
        """Write all of them after what is there."""
        if len(buffers) > _MOST_BUFFERS:
            for start in range(0, len(buffers), _MOST_BUFFERS):
                self.write(buffers[start : start + _MOST_BUFFERS])
            return
        left = -_write(self._descriptor, buffers)
        for buffer in buffers:
            left += len(buffer)
        if left:
            _write_rest(self._descriptor, memoryview(b"".join(buffers))[-left:])

    def close(self, *, durable: bool = False) -> None:
        """Close it; with ``durable`` all that was written is on the disk afterwards. Where the disk is in the network,
        a write that failed may be reported only now.
        """
        descriptor, self._descriptor = self._descriptor, -1
        try:
            if durable:
                os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def commit(self, target: str) -> None:
        """Give it its name, once it is closed. Raises FileExistsError if there is anything of that name."""
        rename_new(self.path, target)
        self._path = None

    def replace(self, target: str) -> None:
        """The same, in the place of what is there."""
        Path(self.path).replace(target)
        self._path = None

    def discard(self) -> None:
        """Remove it unless it is committed. Never raises."""
        if self._descriptor >= 0:
            with contextlib.suppress(OSError):
                self.close()
        if self._path is not None:
            with contextlib.suppress(OSError):
                Path(self._path).unlink()
            self._path = None


def _new_prefix() -> str:
    """What our temporary names begin with: no other process has our number now, and a random part tells us from those
    before.
    """
    return f"{PARTIAL_PREFIX}{os.getpid()}-{os.urandom(4).hex()}-"


def _renew_prefix() -> None:
    global _own_prefix
    _own_prefix = _new_prefix()


_own_prefix = _new_prefix()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_prefix)


def _joined(descriptor: int, buffers: Sequence[Buffer]) -> int:
    return os.write(descriptor, b"".join(buffers))


_write: Final = getattr(os, "writev", _joined)


def _write_rest(descriptor: int, rest: memoryview) -> None:
    """A full disk takes a part, and fails only when it is given the rest."""
    while rest:
        rest = rest[os.write(descriptor, rest) :]


# --- names


def _renameat2() -> Callable[[str, str], None] | None:
    """Linux's renameat2 with RENAME_NOREPLACE; None where the system has no such thing."""
    if sys.platform != "linux":
        return None
    # Not in ``os``; not needed elsewhere.
    import ctypes

    try:
        function = ctypes.CDLL(None, use_errno=True).renameat2
    except (OSError, AttributeError):
        return None
    # Integers and bytes are what they should be without ``argtypes``, which take half of the time of a call.
    here, no_replace = -100, 1  # AT_FDCWD, RENAME_NOREPLACE (fcntl.h, stdio.h)

    encoding, errors = sys.getfilesystemencoding(), sys.getfilesystemencodeerrors()

    def rename(source: str, target: str) -> None:
        if function(here, source.encode(encoding, errors), here, target.encode(encoding, errors), no_replace):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), source, None, target)

    return rename


_UNKNOWN: Final = {errno.ENOSYS, errno.EINVAL, errno.EPERM, getattr(errno, "EOPNOTSUPP", 0), errno.EMLINK, errno.EXDEV}
"""The errors of a system or a file system for a call that it does not support."""
_one_at_a_time = threading.Lock()


def rename_new(source: str, target: str) -> None:
    """Rename a file; FileExistsError if there is anything named ``target``, which is never written over.

    Where neither the system nor the disk can do that in one step, two processes that know nothing of each other may
    still take the same name at the same moment.
    """
    for rename in _RENAMES:
        try:
            return rename(source, target)
        except OSError as error:
            if error.errno not in _UNKNOWN:
                raise
    _rename_unless_there(source, target)
    return None


def _link(source: str, target: str) -> None:
    os.link(source, target)
    Path(source).unlink()


def _rename_unless_there(source: str, target: str) -> None:
    with _one_at_a_time:
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), target)
        Path(source).rename(target)  # of Windows: raises FileExistsError itself


_RENAMES: Final = [rename for rename in (_renameat2(), _link if hasattr(os, "link") else None) if rename is not None]


# --- on the disk


class _Syncing:
    """The state of a directory: how often writing it through was begun and done, and who waits."""

    __slots__ = ("begun", "done", "error", "users")

    def __init__(self) -> None:
        self.begun = self.done = self.users = 0
        self.error: OSError | MemoryError | None = None
        """Of the last time."""


class DirectorySync:
    """Writes directories through to the disk; several that wait for the same one wait together.

    A thread that comes while a directory is being written waits for the next time, which serves all that came
    meanwhile.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._known: dict[str, _Syncing] = {}

    def sync(self, directory: str) -> None:
        """Come back when all that was renamed in ``directory`` before is on the disk. Raises OSError, MemoryError."""
        with self._changed:
            state = self._known.setdefault(directory, _Syncing())
            state.users += 1
            wanted = state.begun + 1
            while state.begun > state.done:
                self._changed.wait()
                if state.done >= wanted:
                    break
            leads = state.done < wanted
            state.begun += leads
        # Whatever goes wrong: the others are waiting for the end.
        error = _sync_directory(directory) if leads else None
        with self._changed:
            if leads:
                state.done, state.error = wanted, error
                self._changed.notify_all()
            error = state.error
            state.users -= 1
            if not state.users:
                del self._known[directory]
        if error is not None:
            raise error


def sync_file(path: str) -> None:
    """Write a file through to the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDWR | BINARY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync_directory(directory: str) -> OSError | MemoryError | None:
    if os.name == "nt":
        return None  # no directory can be opened there
    try:
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
    except (OSError, MemoryError) as error:
        return error
    return None
