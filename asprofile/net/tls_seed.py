"""Random seed files, as DCMTK's tools read and write them (--seed, --write-seed).

Belongs here: mixing such a file into OpenSSL's random numbers, and writing a new one. OpenSSL takes enough chance from
the system by itself; a seed file adds to it and never takes its place.
"""

from __future__ import annotations

import errno
import os
import ssl
import stat
from typing import TYPE_CHECKING, Final

from asprofile.errors import ConfigurationError
from asprofile.regular import NO_TERMINAL, NO_WAITING

if TYPE_CHECKING:
    from pathlib import Path

SEED_SIZE: Final = 1024
"""Bytes that are written, as OpenSSL's RAND_write_file does."""
_MAX_READ: Final = 1 << 20


def mix_in_seed(path: Path) -> None:
    """Add the content of a file (its first MiB) to OpenSSL's random numbers, counted as no chance at all.

    Raises ConfigurationError if it cannot be read.
    """
    try:
        with os.fdopen(_opened(path, os.O_RDONLY), "rb") as file:
            data = file.read(_MAX_READ) or b""
    except OSError as error:
        raise ConfigurationError(f"{path}: random seed: {(error.strerror or str(error)).lower()}") from None
    ssl.RAND_add(data, 0.0)


def write_seed(path: Path) -> None:
    """Write SEED_SIZE random bytes, readable for the user alone; a file whole or not at all, a device such as
    /dev/urandom as it is. Raises ConfigurationError if it cannot.
    """
    try:
        if path.exists() and not path.is_file():
            _write(path, os.O_WRONLY)
            return
        path = path.resolve()
        temporary = path.with_name(f".asprofile-{os.getpid()}-{os.urandom(6).hex()}.tmp")
        try:
            _write(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise ConfigurationError(f"{path}: random seed: {(error.strerror or str(error)).lower()}") from None


def _write(path: Path, how: int) -> None:
    with os.fdopen(_opened(path, how), "wb") as file:
        file.write(ssl.RAND_bytes(SEED_SIZE))


def _opened(path: Path, how: int) -> int:
    """A file or a device; a pipe, on which opening and reading may wait for ever, raises OSError."""
    descriptor = os.open(path, how | NO_WAITING | NO_TERMINAL, 0o600)
    if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "is a pipe, not a file")
    return descriptor
