"""``-o FILE`` and its like: where a result goes, and what it may be written over.

``-`` is standard output; a pipe, a terminal and /dev/null get the bytes as they are. A file is made whole or not at
all. An existing file is overwritten only with --force, and never if it has data, keys or settings.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from asprofile.api.files import MAX_SIZE, STDIN
from asprofile.cli.atomic import blocks, create_file
from asprofile.cli.atomic import replace_file as replace_file
from asprofile.cli.locking import Unwritable as Unwritable
from asprofile.regular import open_stream
from asprofile.syntax.recognise import for_other

if TYPE_CHECKING:
    from asprofile.cli.atomic import Content

Protection = Callable[[bytes], str | None]
"""What a content is that must not be written over, to be put after "it is"; None if it may."""

_SETTINGS = ("asprofile.toml", "pyproject.toml")
_DEVICES = ("/dev/null", "/dev/full", "/dev/tty", "/dev/random", "/dev/urandom")


def check_output(
    name: str | None, *, force: bool, protected: Protection = for_other, inputs: Iterable[str] = ()
) -> None:
    """Before anything is done for it: that a file ``--output`` may be made, and is none of the ``inputs``. Raises
    UsageError or Unwritable.
    """
    if name is None:
        if force:
            raise click.UsageError("--force goes with --output")
    elif not is_stream(name):
        if any(one != STDIN and same_file(name, one) for one in inputs):
            raise click.UsageError(f"--output {name} is a file that is read for it; give another name")
        if os.path.lexists(name):
            if not force:
                raise Unwritable(f"{name}: exists already; --force writes over it, or give another name")
            check_over(name, protected)
        else:
            _check_directory(name)


def write_file(name: str, data: Content, *, force: bool, protected: Protection = for_other) -> None:
    """Make a file; with ``force`` also where there is one that is not ``protected``, which is replaced. ``-`` and
    streams get the bytes. Raises Unwritable.
    """
    if name == STDIN or _is_standard_output(name):
        say_content(data)
        sys.stdout.flush()
    elif is_stream(name):
        _into_stream(name, data)
    elif force and os.path.lexists(name):
        replace_file(name, data, check_over(name, protected))
    else:
        create_file(name, data)


def say_content(data: Content) -> None:
    """Print it as it is."""
    for block in blocks(data):
        click.echo(block, nl=False)


def check_over(name: str, protected: Protection) -> bytes | None:
    """That a file which exists may be written over: what is in it, None if it is too large to be compared later.

    Raises Unwritable.
    """
    try:
        if not stat.S_ISREG(os.stat(name).st_mode):  # noqa: PTH116
            raise Unwritable(f"{name}: not written, because it is not a regular file")
        with open(name, "rb") as file:  # noqa: PTH123
            data = file.read(MAX_SIZE + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise Unwritable(f"{name}: not written: what is there cannot be looked at: {reason or error}") from None
    kind = "one of the settings" if os.path.basename(name) in _SETTINGS else protected(data) if data else None  # noqa: PTH119
    if kind is None and len(data) > MAX_SIZE:
        kind = f"over {MAX_SIZE >> 20} MiB, and nothing that this command writes"
    if kind is not None:
        raise Unwritable(f"{name}: not written over, because it is {kind}; give another name, or remove it yourself")
    return data


def same_file(one: str, other: str) -> bool:
    """Whether two names, neither of which is ``-``, lead to one file that exists."""
    try:
        return os.path.samefile(one, other)  # noqa: PTH121
    except (OSError, ValueError):
        return False


def _check_directory(name: str) -> None:
    directory = os.path.dirname(os.path.abspath(name))  # noqa: PTH100, PTH120
    try:
        os.stat(directory)  # noqa: PTH116
        with suppress(FileNotFoundError):
            os.lstat(name)  # a name may be too long
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise Unwritable(f"{name}: not written: {reason or error}") from None


def _is_standard_output(name: str) -> bool:
    """Whether a name such as /dev/stdout leads to what standard output is, be it a file."""
    if not name.startswith(("/dev/", "/proc/")) or sys.stdout is None:
        return False
    try:
        return os.path.samestat(os.stat(name), os.fstat(sys.stdout.fileno()))  # noqa: PTH116
    except (OSError, ValueError):
        return False


def is_stream(name: str) -> bool:
    if name == STDIN or _is_standard_output(name):
        return True
    try:
        mode = os.stat(name).st_mode  # noqa: PTH116
    except (OSError, ValueError):
        return False
    return stat.S_ISFIFO(mode) or (stat.S_ISCHR(mode) and _is_harmless(name))


def _is_harmless(name: str) -> bool:
    path = os.path.realpath(name)
    return path in _DEVICES or path.startswith(("/dev/pts/", "/dev/tty"))


def _into_stream(name: str, data: Content) -> None:
    try:
        with os.fdopen(open_stream(name), "wb") as stream:
            for block in blocks(data):
                stream.write(block)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Unwritable(f"{name}: not written: {error.strerror or error}") from None


def writable_later(name: str, protected: Protection) -> None:
    """Before a long job: that its result can be written to the file in the end. Raises Unwritable."""
    if is_stream(name):
        return
    if os.path.lexists(name):
        check_over(name, protected)
        name = os.path.realpath(name)
    probe = Path(name).parent / f".asprofile-{os.getpid()}-{os.urandom(6).hex()}.tmp"
    try:
        handle = os.open(probe, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.close(handle)
        finally:
            probe.unlink()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise Unwritable(f"{name}: {reason or error}") from None
