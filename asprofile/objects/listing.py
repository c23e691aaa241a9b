"""The sorted names in a directory of any size.

Belongs here: reading a directory to its end, sorting, and keeping what was read small. Does not belong here: what is
done with the names (``scan``).

Names are read in runs. Where there are several, each is sorted and kept compressed, and they are merged as they are
read again: a directory of two million files takes some 50 MB, and one of a few thousand costs nothing for that.
"""

from __future__ import annotations

import os
import zlib
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FILE_TYPE: Final = "f"
DIRECTORY: Final = "d"
OTHER_TYPE: Final = "?"
"""Neither of the two according to the directory, or unknown: a link, a device, or anything else."""

_RUN: Final = 50_000
"""Names that are kept as they are, some 6 MB."""
_PIECE: Final = 1 << 14
"""Bytes that are decompressed at a time, of each run."""


def listed(path: str, *, run: int = _RUN) -> Iterator[tuple[str, str]]:
    """The names in a directory, sorted by code point, each with what it is: FILE, DIRECTORY or OTHER.

    The directory is read to its end before the first comes, and closed. Raises OSError if that fails.
    """
    with os.scandir(path) as entries:
        names = map(_known, entries)
        first = sorted(islice(names, run))
        runs = [] if len(first) < run else [_packed(first), *_runs(names, run)]
    return _apart(merge(*map(_unpacked, runs)) if runs else iter(first))


def _known(entry: os.DirEntry[str]) -> str:
    """Name and kind in one; sorted as the names are, because no name has a NUL."""
    try:
        if entry.is_file(follow_symlinks=False):
            return f"{entry.name}\0{FILE_TYPE}"
        kind = DIRECTORY if entry.is_dir(follow_symlinks=False) else OTHER_TYPE
    except OSError:
        kind = OTHER_TYPE
    return f"{entry.name}\0{kind}"


def _apart(names: Iterable[str]) -> Iterator[tuple[str, str]]:
    for name in names:
        yield name[:-2], name[-1]


def _runs(names: Iterator[str], run: int) -> Iterator[bytes]:
    while one := sorted(islice(names, run)):
        yield _packed(one)


def _packed(names: list[str]) -> bytes:
    """Names have lone surrogates for bytes that are not UTF-8."""
    return zlib.compress("/".join(names).encode("utf-8", "surrogatepass"), 1)


def _unpacked(packed: bytes) -> Iterator[str]:
    inflating = zlib.decompressobj()
    rest, waiting = b"", packed
    while waiting or not inflating.eof:
        data = inflating.decompress(waiting, _PIECE)
        waiting = inflating.unconsumed_tail
        *complete, rest = (rest + data).split(b"/")
        for name in complete:
            yield name.decode("utf-8", "surrogatepass")
        if not data and not waiting:
            break
    yield rest.decode("utf-8", "surrogatepass")
