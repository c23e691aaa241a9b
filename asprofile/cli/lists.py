"""``--files-from``: names of files and directories from a list, as rsync and tar take them.

A name is what is in a line, or with ``-0`` what ends with a NUL, as ``find -print0`` writes it. Blank lines are
left out, a carriage return at the end of a line and a byte order mark belong to no name; nothing else has a meaning,
so that each name can be written.

A list is read twice (what there is, then one after the other), and may have millions of names: it stays in its file.
One that can be read only once, such as a pipe, goes into a temporary file first.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import chain
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Final

from asprofile.errors import ConfigurationError
from asprofile.printing import printable
from asprofile.regular import open_named

STDIN: Final = "-"
_AT_ONCE: Final = 1 << 16
_LONGEST: Final = 1 << 16
"""Bytes of a name; systems take 4,096 at most."""


class Names:
    """The names of a command line and, after them, those of its lists; may be gone through again and again, by one at
    a time.
    """

    def __init__(self, given: Sequence[str], lists: Sequence[IO[bytes]] = (), *, separator: bytes = b"\n") -> None:
        self._given = given
        self._lists = lists
        self._separator = separator

    def __iter__(self) -> Iterator[str]:
        return chain(self._given, *(_names(file, self._separator) for file in self._lists))


def opened(given: Sequence[str], lists: Sequence[str], stack: ExitStack, *, nul: bool) -> Names:
    """The names that a command line is about; ``stack`` closes the lists. Raises ConfigurationError for a list that
    cannot be read or is none.
    """
    files = []
    for name in lists:
        shown = "standard input" if name == STDIN else printable(name)
        try:
            file = stack.enter_context(_opened(name))
            _check(file, shown, nul=nul)
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            raise ConfigurationError(f"{shown}: the list cannot be read: {reason or error}") from None
        files.append(file)
    return Names(given, files, separator=b"\0" if nul else b"\n")


def _opened(name: str) -> IO[bytes]:
    """A file that can be read again."""
    if name == STDIN:
        if sys.stdin is None:
            raise ValueError("it is closed")
        return _copied(sys.stdin.buffer)
    file = open_named(name)
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    with file:
        return _copied(file)


def _copied(stream: IO[bytes]) -> IO[bytes]:
    file: IO[bytes] = TemporaryFile()  # noqa: SIM115 - the caller closes it
    try:
        copyfileobj(stream, file)
    except BaseException:
        file.close()
        raise
    return file


def _check(file: IO[bytes], shown: str, *, nul: bool) -> None:
    """That it is a list of names, before anything is done with them."""
    longest, length, ends = 0, 0, 0
    separator = b"\0" if nul else b"\n"
    file.seek(0)
    while data := file.read(_AT_ONCE):
        if not nul and b"\0" in data:
            raise ConfigurationError(
                f"{shown}: the list has a NUL in it, which no name has; if NULs end its names, give -0 as well"
            )
        first, *more = data.split(separator)
        longest = max(longest, length + len(first), *map(len, more))
        length = len(more[-1]) if more else length + len(first)
        ends += len(more)
    if nul and not ends and length:
        raise ConfigurationError(f"{shown}: no name of the list ends with a NUL; leave out -0 if lines are names")
    if longest > _LONGEST:
        raise ConfigurationError(f"{shown}: is no list of names: one would have {longest:,} bytes")


def _names(file: IO[bytes], separator: bytes) -> Iterator[str]:
    file.seek(0)
    rest, is_first = b"", True
    while data := file.read(_AT_ONCE):
        *complete, rest = (rest + data).split(separator)
        for name in complete:
            if text := _name(name, separator, is_first=is_first):
                yield text
            is_first = False
    if text := _name(rest, separator, is_first=is_first):
        yield text


def _name(data: bytes, separator: bytes, *, is_first: bool) -> str:
    if separator == b"\n":
        data = data.removesuffix(b"\r")
        if is_first:
            data = data.removeprefix(b"\xef\xbb\xbf")
    return os.fsdecode(data)
