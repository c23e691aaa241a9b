"""Reading the files that a user or a project names: a pipe or a device would keep us waiting, or never end.

Auxiliary files (settings, keys, tickets, baselines) must be regular files of sensible size.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from typing import BinaryIO, Final

MAX_SETTINGS = 1 << 20
"""Bytes of a file with settings, a key or a secret; what is larger is something else."""

IMPOSSIBLE_NAME = "not a possible file name"
"""The reason of a name that the system cannot be asked for: with a NUL, or of characters that no file name has."""

BINARY: Final = getattr(os, "O_BINARY", 0)
"""For ``os.open``: bytes as they are, also on Windows."""
NO_TERMINAL: Final = getattr(os, "O_NOCTTY", 0)
"""For ``os.open``: a terminal that is opened does not become ours. Windows has no such thing."""
NO_WAITING: Final = getattr(os, "O_NONBLOCK", 0)
"""For ``os.open``: a pipe without anybody at its other end is not waited for. Windows has no such thing."""

_KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}
# Already opened by the calling process.
_INHERITED = ("/dev/fd/", "/dev/stdin", "/proc/self/fd/")


def open_named(path: str) -> BinaryIO:
    """A named file, or what a shell hands over under a name (``<(...)``, ``/dev/stdin``). Any other pipe, a device or a
    socket is refused at once: to open it could wait for ever, to read it could never end. Raises OSError.
    """
    inherited = path.startswith(_INHERITED)
    # Somebody may have put a pipe there since it was looked at.
    flags = os.O_RDONLY | (0 if inherited else NO_WAITING) | BINARY
    try:
        if not inherited:
            _refuse_special(os.stat(path))  # noqa: PTH116
        handle = os.open(path, flags)
    except ValueError:
        raise OSError(errno.EINVAL, IMPOSSIBLE_NAME, path) from None
    file = _file(handle)
    try:
        if not inherited:
            _refuse_special(os.fstat(handle))
    except OSError:
        file.close()
        raise
    return file


def _file(handle: int) -> BinaryIO:
    """Of what was opened, which is closed if it cannot be one: the system opens a directory, too."""
    try:
        return open(handle, "rb")
    except (OSError, MemoryError):
        os.close(handle)
        raise


def _refuse_special(status: os.stat_result) -> None:
    kind = _KINDS.get(stat.S_IFMT(status.st_mode))
    if kind is not None and not stat.S_ISDIR(status.st_mode):
        raise OSError(errno.EINVAL, f"is {kind}, not a file; to pass on what comes out of it, name `-` and redirect")


def read_regular(name: str | os.PathLike[str], limit: int = MAX_SETTINGS, *, handed: bool = False) -> bytes:
    """The content of a regular file of at most ``limit`` bytes. Never waits; raises OSError, with the reason in its
    ``strerror``, for all that is none. With ``handed`` also what a shell hands over under a name, which can be read
    once: a secret that is in no file.
    """
    path = os.fspath(name)
    if handed and path.startswith(_INHERITED):
        return _read_inherited(path, limit)
    try:
        _check(os.stat(path), path, limit)  # noqa: PTH116 - those who have no such file need no pathlib
        # Somebody may have put a pipe there since.
        handle = os.open(path, os.O_RDONLY | NO_WAITING | BINARY)
    except ValueError:
        raise OSError(errno.EINVAL, IMPOSSIBLE_NAME, path) from None
    with _file(handle) as file:
        _check(os.fstat(handle), path, limit)
        data = file.read(limit + 1)
    if len(data) > limit:
        raise _too_large(path, limit)
    return data


def _read_inherited(path: str, limit: int) -> bytes:
    with open(path, "rb") as file:  # noqa: PTH123
        data = file.read(limit + 1)
    if len(data) > limit:
        raise _too_large(path, limit)
    return data


def _check(status: os.stat_result, path: str, limit: int) -> None:
    kind = stat.S_IFMT(status.st_mode)
    if kind == stat.S_IFDIR:
        raise IsADirectoryError(errno.EISDIR, "is a directory, not a file", path)
    if kind != stat.S_IFREG:
        raise OSError(errno.EINVAL, f"is {_KINDS.get(kind, 'something else')}, not a regular file", path)
    if status.st_size > limit:
        raise _too_large(path, limit)


def _too_large(path: str, limit: int) -> OSError:
    return OSError(errno.EFBIG, f"is larger than {limit >> 20} MiB" if limit >> 20 else "is too large", path)


def open_stream(name: str) -> int:
    """A pipe, a terminal or a device, open for writing: its descriptor. A pipe that nobody reads from is not waited
    for. Raises OSError.
    """
    handle = os.open(name, os.O_WRONLY | NO_WAITING | NO_TERMINAL | BINARY)
    if sys.platform != "win32":
        os.set_blocking(handle, True)
    return handle
