"""``-o FILE`` of commands that show something: what they print goes to the file, whole or not at all.

What they say on standard error stays there. ``writing`` says over what nothing is written.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, Final, cast

import click

from asprofile.cli.files import STDIN
from asprofile.cli.writing import check_output, is_stream, write_file
from asprofile.printing import printable

_IN_MEMORY: Final = 1 << 22


def checked(output: str | None, *, force: bool, values: dict[str, Any]) -> bool:
    """Whether there is a file to be written; before anything is done for it, that it may be, and that it is none of the
    files among ``values``, those of the command's arguments and options. Raises UsageError or Unwritable.
    """
    check_output(output, force=force, inputs=_files(values) if output is not None else ())
    return output is not None and output != STDIN


def _files(values: dict[str, Any]) -> Iterator[str]:
    for value in values.values():
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, (str, Path)) and str(one) and (name := str(one)) != STDIN:
                yield name
                yield name.rpartition(":")[0] or name


@contextmanager
def written(output: str, *, force: bool, quiet: bool) -> Iterator[None]:
    """What is printed meanwhile goes to the file in the end, also when the exit status is that of something found."""
    held = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - closed with the command, which may still flush it
    # A spooled file is all that a buffer has to be, which its type does not say.
    stream = TextIOWrapper(cast("Any", held), "utf-8", errors="backslashreplace", newline="", write_through=True)
    before, sys.stdout = sys.stdout, stream

    def end() -> None:
        sys.stdout = before
        stream.detach()
        held.close()

    click.get_current_context().call_on_close(end)
    try:
        yield
    except click.exceptions.Exit:
        _write(output, stream, force=force, quiet=quiet)
        raise
    else:
        _write(output, stream, force=force, quiet=quiet)
    finally:
        sys.stdout = before


def _write(output: str, stream: TextIOWrapper, *, force: bool, quiet: bool) -> None:
    stream.flush()
    stream.seek(0)
    data = bytes(stream.buffer.read())
    if not data:
        return
    write_file(output, data, force=force)
    if not quiet and not is_stream(output):
        click.echo(f"{printable(output)}: written, {len(data):,} bytes", err=True)
