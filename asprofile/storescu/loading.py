"""A file as a release of DCMTK reads it: its header, the transfer syntax it counts as, whether it is whole.

Belongs here: what DCMTK's programs find when they load a file, and their condition when they cannot. Does not belong
here: what becomes of it on an association (``objects``), finding files (``files``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asprofile.errors import ObjectError
from asprofile.names.dcmtk import transfer_syntaxes
from asprofile.objects.dataset import DataSetFile
from asprofile.objects.flaws import BrokenObject
from asprofile.objects.header import ObjectHeader, Unreadable, examine
from asprofile.objects.leading import guess_transfer_syntax
from asprofile.value import replaced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asprofile.objects.flaws import Flaw
    from asprofile.objects.header import HeaderReading

_START: Final = 6
"""Bytes of a data set that tell how it is encoded."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What went wrong, with DCMTK's number for it."""

    code: str
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.text}"


_CANNOT_BE_READ: Final = "0001:0012"
"""DCMTK's condition for the system's error on a file."""
NO_MEMORY: Final = Condition("0000:0002", "Virtual Memory exhausted")
PREMATURE_END: Final = Condition("0001:000a", "I/O suspension or premature end of stream")
_CONDITIONS: Final[Mapping[Flaw, Condition]] = {
    "empty": Condition("0001:0005", "End of stream"),
    "value": Condition("0001:0004", "Invalid stream"),
    "element in item": Condition("0001:001b", "Length of element larger than explicit length of surrounding item"),
    "sequence end": Condition("0001:0022", "Sequence Delimitation Item missing"),
    "item end": Condition("0001:0026", "Item Delimitation Item missing"),
    "tag": Condition("0001:0001", "Invalid tag"),
    "deflated": Condition("0001:0010", "ZLib Error: the data set cannot be inflated"),
    "undefined length": Condition(
        "0001:0033", "Illegal element with OB or OW Value Representation and undefined length encountered"
    ),
    "native pixels": Condition(
        "0001:0035", "Pixel data in top level dataset in compressed Transfer Syntax uses explicit length"
    ),
}
"""DCMTK 3.6.7's messages for what is wrong with a file; for everything else it says that the stream ends too early."""


@dataclass(frozen=True, slots=True)
class LoadedObject:
    """A file that DCMTK loads: ``header`` with the transfer syntax it reads it in, ``told`` what the file says of that.
    ``writable`` is false where it finds out in writing only that the pixel data do not fit.
    """

    header: ObjectHeader
    told: str
    writable: bool = True


@dataclass(frozen=True, slots=True)
class Unloaded:
    """A file that gives no object: why, and DCMTK's message; no condition if DCMTK loads it but misses UIDs."""

    reason: str
    condition: Condition | None


def load(name: str, reading: HeaderReading, release: str) -> LoadedObject | Unloaded:
    """Load a file, all of it, as that release does."""
    try:
        return _loaded(name, reading, release)
    except MemoryError:
        return Unloaded("there is not enough memory for it", NO_MEMORY)


def _loaded(name: str, reading: HeaderReading, release: str) -> LoadedObject | Unloaded:
    header = examine(name, reading=reading)
    if isinstance(header, Unreadable):
        _, unreadable, words = header.reason.partition("cannot be read: ")
        condition = Condition(_CANNOT_BE_READ, words) if unreadable else _condition(header.flaw)
        return Unloaded(header.reason, condition)
    told = header.transfer_syntax
    try:
        header = _as_read(header, release)
        _check_whole(header)
    except ObjectError as error:
        flaw: Flaw = getattr(error, "flaw", "")
        if flaw != "compressed pixels":
            return Unloaded(error.reason if isinstance(error, BrokenObject) else str(error), _condition(flaw))
        return LoadedObject(header, told, writable=False)
    return LoadedObject(header, told)


def _condition(flaw: Flaw) -> Condition | None:
    return None if flaw == "no object" else _CONDITIONS.get(flaw, PREMATURE_END)


def _check_whole(header: ObjectHeader) -> None:
    """DCMTK reads all of a file before it looks for a context, and zeros after the last element as elements."""
    source = DataSetFile(header)
    try:
        source.measure()
        if source.filler % 8:
            raise BrokenObject(f"after its last element are {source.filler:,} zeros, which make no whole elements")
    finally:
        source.close()


def _as_read(header: ObjectHeader, release: str) -> ObjectHeader:
    """The object as that release reads it: in a transfer syntax that it does not know, by what the data set looks like.

    Raises ObjectError if the file cannot be read any more.
    """
    entry = transfer_syntaxes().get(header.transfer_syntax)
    if entry is not None and entry.known_to(release):
        return header
    source = DataSetFile(header)
    try:
        start = next(source.pieces(memoryview(bytearray(_START))))
    finally:
        source.close()
    return replaced(header, transfer_syntax=guess_transfer_syntax(bytes(start)).decode("ascii"))
