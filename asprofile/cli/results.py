"""``-o FILE`` of commands that show something: what they print goes to the file, whole or not at all.

What they say on standard error stays there. ``writing`` says over what nothing is written.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Final, cast

import click

from asprofile.api.files import STDIN
from asprofile.cli.writing import Unwritable, check_output, is_stream, say_content, writable_later, write_file
from asprofile.printing import printable
from asprofile.syntax.recognise import for_other

_IN_MEMORY: Final = 1 << 22
_NOT_DONE: Final = 2
"""Exit status of a command that could not do its job."""


def checked(output: str | None, *, force: bool, values: dict[str, Any]) -> bool:
    """Whether there is a file to be written; before anything is done for it, that it may be, and that it is none of the
    files among ``values``, those of the command's arguments and options. Raises UsageError or Unwritable.
    """
    check_output(output, force=force, inputs=_files(values) if output is not None else ())
    if output is None or output == STDIN:
        return False
    writable_later(output, for_other)
    return True


def _files(values: dict[str, Any]) -> Iterator[str]:
    for value in values.values():
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, (str, Path)) and str(one) and (name := str(one)) != STDIN:
                yield name
                yield name.rpartition(":")[0] or name


@contextmanager
def written(output: str, *, force: bool, quiet: bool, keeps_status: bool = False) -> Iterator[None]:
    """What is printed meanwhile goes to the file in the end, also when the exit status is that of something found. If
    that cannot be done, or the command breaks off, it goes to standard output: some of it cannot be had again. With
    ``keeps_status`` the trouble is told and the exit status stays.
    """
    spooled = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed with the command, which may still flush it
    # It is all that a file has to be, which its type does not say.
    held = cast("BinaryIO", spooled)
    stream = TextIOWrapper(held, "utf-8", errors="backslashreplace", newline="", write_through=True)
    before, sys.stdout = sys.stdout, stream

    def end() -> None:
        sys.stdout = before
        stream.detach()
        held.close()

    click.get_current_context().call_on_close(end)
    try:
        yield
    except click.exceptions.Exit as ending:
        sys.stdout = before
        stream.flush()
        if not _size(held) and ending.exit_code == _NOT_DONE:
            raise
        try:
            _write(output, held, force=force, quiet=quiet)
        except Unwritable as error:
            if not keeps_status:
                raise
            click.echo(f"asprofile: {printable(str(error))}", err=True)
        raise
    except BaseException:
        sys.stdout = before
        stream.flush()
        say_content(held)
        raise
    else:
        sys.stdout = before
        stream.flush()
        _write(output, held, force=force, quiet=quiet)


def _size(held: BinaryIO) -> int:
    """Bytes that were printed."""
    return held.seek(0, os.SEEK_END)


def _write(output: str, held: BinaryIO, *, force: bool, quiet: bool) -> None:
    try:
        write_file(output, held, force=force)
    except Unwritable:
        say_content(held)
        raise
    if not quiet and not is_stream(output):
        click.echo(f"{printable(output)}: written, {_size(held):,} bytes", err=True)
