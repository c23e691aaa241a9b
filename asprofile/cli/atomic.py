"""Files written as a whole: a reader sees the old bytes or the new ones, never a part.

Bytes are written as they are given. Which files are written, and with what, is the commands' business; what ``-o FILE``
may write over is in ``writing``.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from asprofile.cli.locking import Unwritable, held
from asprofile.regular import BINARY

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    Content = bytes | BinaryIO

_BLOCK = 1 << 20
# What systems say of file systems without hard links.
_NO_LINKS = {errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK}


def blocks(content: Content) -> Iterator[bytes]:
    """What a file gets, a part at a time: bytes, or all that is in another file."""
    if isinstance(content, bytes):
        yield content
        return
    content.seek(0)
    while block := content.read(_BLOCK):
        yield block


def replace_file(name: str, data: Content, before: bytes | None = None) -> None:
    """Put ``data`` in place of the content of an existing file; raises Unwritable.

    ``before`` is what ``data`` was made from: where the file is no longer that, somebody else has changed it, and it is
    not written.

    Mode and extended attributes stay, owner and group where this process may give them. A symbolic link stays one: the
    file that it leads to is written. Of a file with several hard links, only this name gets the new content.
    """
    try:
        target = Path(name).resolve(strict=True)
        status = target.stat()
    except (OSError, RuntimeError) as error:
        raise _unwritable(name, error) from None
    if not stat.S_ISREG(status.st_mode):
        raise Unwritable(f"{name}: not written, because it is not a regular file")
    if not os.access(target, os.W_OK):
        raise Unwritable(f"{name}: not written, because it is read-only; make it writable (chmod u+w) and try again")
    try:
        with held(str(target)):
            _replace(target, data, before)
    except _Changed:
        raise Unwritable(
            f"{name}: not written, because another program has changed it meanwhile; do the same again"
        ) from None
    except OSError as error:
        raise _unwritable(name, error) from None


def _unwritable(name: str, error: Exception) -> Unwritable:
    reason = error.strerror if isinstance(error, OSError) else None
    return Unwritable(f"{name}: not written, and left as it was: {reason or error}")


class _Changed(Exception):
    """The file is not what it was when it was read."""


def _replace(target: Path, data: Content, before: bytes | None) -> None:
    status = target.stat()
    # In the same directory, because only within a file system is a renaming atomic.
    handle, temporary = tempfile.mkstemp(prefix=".asprofile-", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            for block in blocks(data):
                file.write(block)
            file.flush()
            _take_over(target, file.fileno(), status)
            os.fsync(file.fileno())
        if before is not None and not _is_still(target, before):
            raise _Changed
        Path(temporary).replace(target)
    except BaseException:
        # An interruption (Ctrl+C) leaves nothing behind either.
        with suppress(OSError):
            Path(temporary).unlink()
        raise
    _sync_directory(target.parent)


def _is_still(target: Path, before: bytes) -> bool:
    with target.open("rb") as file:
        return file.read(len(before) + 1) == before


def _take_over(target: Path, handle: int, status: os.stat_result) -> None:
    """Owner first: giving a file away clears bits of its mode."""
    if hasattr(os, "fchown"):
        for owner, group in ((status.st_uid, -1), (-1, status.st_gid)):
            # Only root may give a file away; the group is kept by any member of it.
            with suppress(PermissionError):
                os.fchown(handle, owner, group)
    if sys.platform == "linux":
        # Access control lists and security labels; not every file system has them, and not every label may be set.
        with suppress(OSError):
            for attribute in os.listxattr(target):
                os.setxattr(handle, attribute, os.getxattr(target, attribute))
    if hasattr(os, "fchmod"):
        os.fchmod(handle, stat.S_IMODE(status.st_mode))


def _sync_directory(directory: Path) -> None:
    """So that the renaming too outlives a power failure; where that cannot be had, the file is right all the same."""
    with suppress(OSError):
        handle = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def create_file(name: str, data: Content) -> None:
    """Make a file that does not exist yet, whole or not at all; raises Unwritable, also where it does exist, or comes
    to exist meanwhile. Its mode is that of any new file.
    """
    try:
        _create(Path(name), data)
    except FileExistsError:
        raise Unwritable(f"{name}: exists already, and was left as it is") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise Unwritable(f"{name}: not written: {reason or error}") from None


def _create(path: Path, data: Content) -> None:
    temporary = _beside(path)
    # Not by mkstemp, whose files are for the user alone: so the system sees to the umask, and to a default ACL.
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, 0o666)
    try:
        with os.fdopen(handle, "wb") as file:
            for block in blocks(data):
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        _put(temporary, path)
    finally:
        with suppress(OSError):
            temporary.unlink()
    _sync_directory(path.parent)


def _beside(path: Path) -> Path:
    """The name of a temporary file in the same directory that nobody else has."""
    return path.parent / f".asprofile-{os.getpid()}-{os.urandom(6).hex()}.tmp"


def _put(temporary: Path, path: Path) -> None:
    """Give a complete file its name, unless something has that name; raises FileExistsError then."""
    if os.name == "nt":
        # Where a renaming does not write over what is there.
        temporary.rename(path)
        return
    try:
        os.link(temporary, path)
    except FileExistsError:
        raise
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
    else:
        return
    # The name is taken first, empty, and then filled in one step.
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    try:
        temporary.replace(path)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise
