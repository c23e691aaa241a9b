"""The objects that a DICOMDIR lists (PS3.3 annex F, PS3.10 section 8).

Belongs here: reading its records one after the other, and finding the files they mean on file systems that write names
in their own way. Does not belong here: what these files say (``header``).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asprofile.errors import ObjectError
from asprofile.objects.elements import Head, Window, read_head, read_item, skip
from asprofile.objects.encoding import EXPLICIT_LITTLE, ITEM_END, SEQUENCE_END, UNDEFINED
from asprofile.objects.header import Unreadable, describe_os_error, examine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asprofile.objects.header import HeaderReading, Judge, ObjectHeader

_RECORDS: Final = 0x00041220
_IN_USE: Final = 0x00041410
_FILE_ID: Final = 0x00041500
_NAME: Final = "DICOMDIR"


def listed_objects(
    dicomdir: Path | str, *, reading: HeaderReading = "part10", where: Judge | None = None
) -> Iterator[ObjectHeader | Unreadable]:
    """The objects that a DICOMDIR (or the one in a directory) lists, in the order of its records.

    A file that is not there, and a DICOMDIR that cannot be read or ends too early, is yielded as an Unreadable; so is
    a DICOMDIR that lists none. Records that are not in use, and those without a file, are left out.
    """
    path = Path(dicomdir)
    if path.is_dir():
        path = _found_in(path, _NAME, {}) or path / _NAME
    names: dict[Path, dict[str, str]] = {}
    listed = 0
    try:
        for file_id in _file_ids(path):
            listed += 1
            found = _find(path.parent, file_id, names)
            if found is None:
                wanted = "/".join(file_id)
                yield Unreadable(
                    path.parent.joinpath(*file_id), f"is listed in {path} as {wanted}, but missing", "unreadable"
                )
            else:
                yield examine(os.fspath(found), reading=reading, where=where)
    except ObjectError as error:
        yield Unreadable(path, str(error), "damaged")
    except OSError as error:
        yield Unreadable(path, describe_os_error(error), "unreadable")
    else:
        if not listed:
            yield Unreadable(path, "lists no files", "dicomdir")


def _file_ids(path: Path) -> Iterator[tuple[str, ...]]:
    """The components of each Referenced File ID; the records are read in file order, independent of their hierarchy."""
    with path.open("rb", buffering=0) as file:
        window = Window(file, os.fstat(file.fileno()).st_size)
        if window.end < 140 or window.value(128, 4) != b"DICM":
            raise ObjectError("is no DICOMDIR (no 'DICM' at byte 128)")
        pos = 132
        while pos < window.end:
            head = read_head(window, pos, EXPLICIT_LITTLE, window.end)
            if head.tag == _RECORDS:
                yield from _records(window, head)
                return
            pos = skip(window, head, EXPLICIT_LITTLE)
        raise ObjectError("is no DICOMDIR (no Directory Record Sequence)")


def _records(window: Window, head: Head) -> Iterator[tuple[str, ...]]:
    pos = head.start
    end = window.end if head.length == UNDEFINED else head.start + head.length
    while head.length == UNDEFINED or pos < end:
        item = read_item(window, pos, EXPLICIT_LITTLE, end)
        if item.tag == SEQUENCE_END:
            return
        undefined = item.length == UNDEFINED
        pos, item_end = item.start, end if undefined else item.start + item.length
        in_use, file_id = True, b""
        while undefined or pos < item_end:
            element = read_head(window, pos, EXPLICIT_LITTLE, item_end)
            pos = skip(window, element, EXPLICIT_LITTLE)
            if element.tag == ITEM_END:
                break
            if element.tag == _FILE_ID and element.length != UNDEFINED:
                file_id = window.value(element.start, element.length)
            elif element.tag == _IN_USE and element.length == 2:
                in_use = window.value(element.start, 2) != b"\0\0"
        if in_use and file_id.strip(b"\0 "):
            yield tuple(part.strip("\0 ") for part in file_id.decode("latin-1").split("\\"))


def _find(root: Path, file_id: tuple[str, ...], names: dict[Path, dict[str, str]]) -> Path | None:
    """The file, component by component; None if there is none, or if the ID leads out of the medium."""
    found: Path | None = root
    for component in file_id:
        if found is None or component in ("", ".", "..") or "/" in component or os.sep in component:
            return None
        found = _found_in(found, component, names)
    return found


def _found_in(directory: Path, name: str, names: dict[Path, dict[str, str]]) -> Path | None:
    """A name in a directory: as it is, or as an operating system may have written it."""
    exact = directory / name
    if exact.exists():
        return exact
    if directory not in names:
        try:
            names[directory] = {_plain(entry): entry for entry in sorted(os.listdir(directory), reverse=True)}  # noqa: PTH208
        except OSError:
            names[directory] = {}
    other = names[directory].get(_plain(name))
    return None if other is None else directory / other


def _plain(name: str) -> str:
    """Without what ISO 9660 adds (a version, a dot at the end), and in capital letters, as file IDs are."""
    return name.partition(";")[0].rstrip(".").upper()
