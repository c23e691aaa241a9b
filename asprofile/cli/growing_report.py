"""``--report FILE``: a text that grows with each result, so that it says all up to then whatever ends the run.

A file is made again, and only over a report of ours. Trouble with it stops nothing: it is said once, the file is cut
back to its last whole piece, and each further result tries again; what is missing is counted in its place.
"""

from __future__ import annotations

import os
import stat
import sys
from typing import Final

import click

from asprofile.cli.locking import Unwritable
from asprofile.printing import printable
from asprofile.regular import BINARY, NO_TERMINAL, open_named, open_stream
from asprofile.report.send.file import START


def check(name: str, *, goes_on: bool = False) -> None:
    """Before anything is sent, so that a name that cannot be written is noticed then."""
    if goes_on:
        _check_start(name)
        return
    from asprofile.cli.writing import writable_later

    try:
        writable_later(name, protection)
    except Unwritable as error:
        raise click.BadParameter(str(error), param_hint="--report") from None


_GO_ON: Final = os.O_WRONLY | os.O_APPEND | NO_TERMINAL | BINARY


def _check_start(name: str) -> None:
    """That a report is there to be continued."""
    try:
        with open_named(name) as file:
            start = file.read(len(START))
        os.close(os.open(name, _GO_ON))
    except OSError as error:
        raise click.BadParameter(f"{name}: {error.strerror or error}", param_hint="--report") from None
    if kind := protection(start):
        raise click.BadParameter(f"{name}: not continued, because it is {kind}", param_hint="--report")


def protection(data: bytes) -> str | None:
    return None if data.startswith(START.encode()) else "no report of `asprofile send`"


class GrowingReport:
    """Made with its head; ``add`` writes a piece. ``goes_on``: after what is in the file."""

    def __init__(self, name: str, head: str, *, goes_on: bool = False) -> None:
        self._goes_on = goes_on
        self._name = name
        self._missing = 0
        self._has_said = False
        self._handle: int | None = None
        try:
            self._handle = self._opened(_bytes(head))
        except (Unwritable, OSError, MemoryError) as error:
            self._trouble(error)

    @property
    def is_whole(self) -> bool:
        """A file that has all that was added."""
        if self._handle is None or self._has_said:
            return False
        try:
            return stat.S_ISREG(os.fstat(self._handle).st_mode)
        except (OSError, MemoryError):
            return False

    def add(self, text: str) -> None:
        """Write it, or count it as missing."""
        if self._handle is None:
            return
        try:
            gap = (
                f"\n({self._missing:,} results are missing here: they could not be written)\n" if self._missing else ""
            )
            self._write(_bytes(gap + text))
        except (OSError, MemoryError) as error:
            self._missing += 1
            self._trouble(error)
        else:
            self._missing = 0

    def close(self) -> None:
        handle, self._handle = self._handle, None
        if handle is not None and handle > 2:
            try:
                os.close(handle)
            except OSError as error:  # some file systems tell of a full disk only now
                self._trouble(error)

    def _opened(self, head: bytes) -> int:
        from asprofile.cli.writing import is_stream, write_file

        if self._name == "-":
            sys.stdout.flush()
            handle = 1
        elif is_stream(self._name):
            handle = open_stream(self._name)
        elif self._goes_on:
            handle = os.open(self._name, _GO_ON)
            head = b"\n" + head  # the last line may have been cut when the run before was killed
        else:
            write_file(self._name, head, force=True, protected=protection)
            return os.open(self._name, _GO_ON)
        self._handle = handle
        self._write(head)
        return handle

    def _write(self, data: bytes) -> None:
        assert self._handle is not None, "it is open"
        status = os.fstat(self._handle)
        left = memoryview(data)
        try:
            while left:
                left = left[os.write(self._handle, left) :]
        except (OSError, MemoryError):
            if stat.S_ISREG(status.st_mode) and self._handle > 2:
                os.ftruncate(self._handle, status.st_size)
            raise

    def _trouble(self, error: Exception) -> None:
        if not self._has_said:
            self._has_said = True
            reason = str(error)
            if isinstance(error, OSError | MemoryError):
                reason = f"{self._name}: {getattr(error, 'strerror', None) or error or 'out of memory'}"
            click.echo(f"asprofile: {printable(reason)}; the sending goes on", err=True)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
