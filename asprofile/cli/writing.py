"""Replacing the content of a file as a whole: whoever reads it sees the old bytes or the new ones, never a part.

Bytes are written as they are given. Which files are written, and with what, is the commands' business.
"""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

import click

from asprofile.errors import AsprofileError


class Unwritable(AsprofileError):
    """A file that cannot be replaced; it is as it was, and nothing is left beside it."""


def replace_file(name: str, data: bytes) -> None:
    """Put ``data`` in place of the content of an existing file; raises Unwritable.

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
        _replace(target, data, status)
    except OSError as error:
        raise _unwritable(name, error) from None


def _unwritable(name: str, error: Exception) -> Unwritable:
    reason = error.strerror if isinstance(error, OSError) else None
    return Unwritable(f"{name}: not written, and left as it was: {reason or error}")


def _replace(target: Path, data: bytes, status: os.stat_result) -> None:
    # In the same directory, because only within a file system is a renaming atomic.
    handle, temporary = tempfile.mkstemp(prefix=".asprofile-", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            _take_over(target, file.fileno(), status)
            os.fsync(file.fileno())
        Path(temporary).replace(target)
    except BaseException:
        # An interruption (Ctrl+C) leaves nothing behind either.
        with suppress(OSError):
            Path(temporary).unlink()
        raise
    _sync_directory(target.parent)


def _take_over(target: Path, handle: int, status: os.stat_result) -> None:
    """Owner first: giving a file away clears bits of its mode."""
    if hasattr(os, "fchown"):
        for owner, group in ((status.st_uid, -1), (-1, status.st_gid)):
            # Only root may give a file away; the group is kept by any member of it.
            with suppress(PermissionError):
                os.fchown(handle, owner, group)
    if hasattr(os, "listxattr"):
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


def create_file(name: str, data: bytes) -> None:
    """Make a file that does not exist yet, whole or not at all; raises Unwritable, also where it does exist."""
    path = Path(name)
    try:
        with path.open("xb") as file:
            try:
                file.write(data)
            except BaseException:
                with suppress(OSError):
                    path.unlink()
                raise
    except FileExistsError:
        raise Unwritable(f"{name}: exists already, and was left as it is") from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise Unwritable(f"{name}: not written: {reason or error}") from None


def check_output(name: str | None, *, force: bool) -> None:
    """Before anything is done for it: that a file ``--output`` may be made. Raises UsageError or Unwritable."""
    if name is None:
        if force:
            raise click.UsageError("--force goes with --output")
    elif not force and Path(name).exists():
        raise Unwritable(f"{name}: exists already; --force writes over it, or give another name")


def write_file(name: str, data: bytes, *, force: bool) -> None:
    """Make a file; with ``force`` also where there is one, which is replaced. Raises Unwritable."""
    if force and Path(name).exists():
        replace_file(name, data)
    else:
        create_file(name, data)
