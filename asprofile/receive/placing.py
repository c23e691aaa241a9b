"""What to do if an object has a file already: the same bytes are kept once, others next to it or in its place.

Belongs here: telling the same object from another one, names that are free. Does not belong here: how a name is made of
an object (``naming``), how a file gets it (``files``).
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asprofile.errors import ObjectError
from asprofile.objects.header import ObjectHeader, read_header
from asprofile.value import made_often

if TYPE_CHECKING:
    from asprofile.receive.events import FilePlacing
    from asprofile.receive.files import PartialFile
    from asprofile.receive.options import OnDuplicate

_BLOCK: Final = 1 << 20
_DIGITS: Final = (16, 64)
"""Digits of the digest in the name of a file next to another: enough in practice, and all of them."""


_GROUP_LENGTH: Final = b"DICM\2\0\0\0UL\4\0"
"""What is in front of the length of a header (PS3.10 section 7.1)."""
_ELEMENTS: Final = 144
"""Bytes in front of the elements of a header that have that length."""
_LONGEST_HEADER: Final = 1 << 16


class DuplicateRefused(Exception):
    """There is a file of this object with other bytes, and it is wanted that such are refused."""


@made_often
@dataclass(frozen=True, slots=True)
class PlacedFile:
    """Where an object is, how it came there, and the study that it is of, if somebody looked."""

    path: str
    placing: FilePlacing
    study: str = ""


@made_often
@dataclass(frozen=True, slots=True)
class WholeObject:
    """An object that has come: its UIDs, and where in its file the data set begins, in bytes."""

    sop_instance: str
    transfer_syntax: str
    offset: int


def place(file: PartialFile, target: str, whole: WholeObject, on_duplicate: OnDuplicate) -> PlacedFile:
    """Give a closed file its name, ``target`` or one next to it. Raises DuplicateRefused, OSError.

    The time for it is that of looking at two files, however many there are.
    """
    try:
        file.commit(target)
    except FileExistsError:
        return _beside(file, target, whole, on_duplicate)
    return PlacedFile(target, "new")


def _beside(file: PartialFile, target: str, whole: WholeObject, on_duplicate: OnDuplicate) -> PlacedFile:
    there = _header(target)
    if _is_same(file.path, whole, there) if there is not None else _is_same_unread(file.path, whole, target):
        return _kept_once(file, target)
    if there is not None and there.sop_instance == whole.sop_instance:
        # Of another instance that only has the same name nothing is ever taken away.
        if on_duplicate == "refuse":
            raise DuplicateRefused
        if on_duplicate == "replace":
            file.replace(target)
            return PlacedFile(target, "replaced")
    digest = _digest(file.path, whole)
    wanted = Path(target)
    for digits in _DIGITS:
        name = str(wanted.with_name(f"{wanted.stem}-{digest[:digits]}{wanted.suffix}"))
        try:
            file.commit(name)
        except FileExistsError:
            there = _header(name)
            if _is_same(file.path, whole, there) if there is not None else _is_same_unread(file.path, whole, name):
                return _kept_once(file, name)
        else:
            return PlacedFile(name, "beside")
    raise FileExistsError(f"{name} is no such file as we would have given that name")


def _kept_once(file: PartialFile, target: str) -> PlacedFile:
    file.discard()
    return PlacedFile(target, "same")


def _header(path: str) -> ObjectHeader | None:
    """None for what is no object that can be read."""
    try:
        return read_header(path)
    except ObjectError:
        return None


def _is_same(path: str, whole: WholeObject, there: ObjectHeader) -> bool:
    """The same data set in the same transfer syntax. The header in front of it says who wrote the file; another program
    or another sender does not make it another object.
    """
    if whole.transfer_syntax != there.transfer_syntax:
        return False
    return _equal(Path(path), whole.offset, there.path, there.dataset_offset)


def _is_same_unread(path: str, whole: WholeObject, other: str) -> bool:
    """The same for a data set that cannot be read, and that its sender sends again: only the header is looked at."""
    if not Path(other).is_file():
        return False
    with Path(other).open("rb") as file:
        begin = file.read(_ELEMENTS)
        size = int.from_bytes(begin[-4:], "little")
        if not begin.endswith(_GROUP_LENGTH, 0, -4) or size > _LONGEST_HEADER:
            return False
        syntax = whole.transfer_syntax.encode("utf-8", "replace")
        syntax += b"\0" * (len(syntax) % 2)
        element = b"\2\0\x10\0UI" + len(syntax).to_bytes(2, "little") + syntax
        if element not in file.read(size):
            return False
    return _equal(Path(path), whole.offset, Path(other), _ELEMENTS + size)


def _equal(path: Path, offset: int, other_path: Path, other_offset: int) -> bool:
    with path.open("rb", 0) as ours, other_path.open("rb", 0) as other:
        if os.fstat(ours.fileno()).st_size - offset != os.fstat(other.fileno()).st_size - other_offset:
            return False
        ours.seek(offset)
        other.seek(other_offset)
        # Both are read a block at a time; a file on disk gives less than a block only at its end.
        while block := ours.read(_BLOCK):
            if block != other.read(len(block)):
                return False
    return True


def _digest(path: str, whole: WholeObject) -> str:
    """Of the data set and its transfer syntax, in hexadecimal digits."""
    digest = hashlib.sha256(whole.transfer_syntax.encode("utf-8", "replace") + b"\0")
    with Path(path).open("rb", 0) as file:
        file.seek(whole.offset)
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
