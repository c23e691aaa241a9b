"""One editor of a file at a time: between reading and writing it, no other process of ours may write it.

The lock is the system's on the file itself, so nothing is left behind, and it ends with the process that has it. Where
there is none (Windows, some network file systems), ``atomic.replace_file`` still compares what is there with what was
read. Programs that know nothing of the lock are noticed by that alone.
"""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

from asprofile.errors import AsprofileError
from asprofile.regular import NO_WAITING

fcntl: Any
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

WAIT = 60.0
"""In seconds: so long another edit of the same file is waited for. One takes less than a second."""
_PAUSE = 0.02

_held: set[str] = set()


class Unwritable(AsprofileError):
    """A file that cannot be written; it is unchanged, and no temporary file is left."""


@contextmanager
def held(name: str) -> Iterator[None]:
    """Have the file to ourselves. A file that cannot be locked is not: whoever reads or writes it says what is wrong.

    May be nested. Raises Unwritable after WAIT seconds.
    """
    path = os.path.realpath(name)
    if path in _held:
        yield
        return
    handle = _locked(path, name)
    _held.add(path)
    try:
        yield
    finally:
        _held.discard(path)
        if handle is not None:
            os.close(handle)


def _locked(path: str, name: str) -> int | None:
    """An open file with the lock; closing it gives the lock back. None where there are no locks."""
    until = time.monotonic() + WAIT
    while (handle := _opened(path)) is not None:
        found = _try(handle, path)
        if found == "taken":
            return handle
        os.close(handle)
        if found == "none":
            break
        if found == "busy":
            if time.monotonic() > until:
                raise Unwritable(f"{name}: not written: another program has been changing it for {WAIT:g} s; try again")
            time.sleep(_PAUSE)
    return None


def _try(handle: int, path: str) -> Literal["taken", "busy", "replaced", "none"]:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        # Whoever had it before may have put another file in its place.
        return "taken" if os.path.samestat(os.fstat(handle), os.stat(path)) else "replaced"  # noqa: PTH116
    except BlockingIOError:
        return "busy"
    except FileNotFoundError:
        return "replaced"
    except OSError:
        return "none"


def _opened(path: str) -> int | None:
    """For writing where that is allowed: network file systems want it for a lock that excludes others."""
    if fcntl is None:
        return None
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116
            return None
    except (OSError, ValueError):
        return None
    for access in (os.O_RDWR, os.O_RDONLY):
        try:
            return os.open(path, access | NO_WAITING)
        except OSError:
            continue
    return None
