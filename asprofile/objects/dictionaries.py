"""Data dictionaries in DCMTK's text format (``.dic``), as DCMDICTPATH names them.

Belongs here: reading them, and what VR they give to an element. Does not belong here: when a VR is needed (``vrs``).
The format: five fields with tabs between them, tag, VR, name, VM, version, of which VM and version may be missing;
``#`` in front of a comment line. A tag is ``(gggg,eeee)``, for a private element ``(gggg,"CREATOR",ee)``; group and
element may be ranges, ``gggg-gggg``, ``gggg-o-gggg`` (odd ones), ``-e-`` (even ones), ``-u-`` (all)
(DCMTK 3.7.0, dcmdata/libsrc/dcdict.cc).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asprofile.errors import ConfigurationError
from asprofile.objects.encoding import LONG_VRS, SHORT_VRS
from asprofile.regular import read_regular

_MAX_SIZE = 1 << 24
"""Bytes of a dictionary; DCMTK's own has a third of a million."""

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# DCMTK's names for VRs that other elements decide, and the names in the standard's dictionary.
_AMBIGUOUS: Final = {
    "ox": "OB or OW",
    "px": "OB or OW",
    "xs": "US or SS",
    "lt": "US or OW",
    "up": "UL",
    "na": "NONE",
}
_PART = r"([0-9A-Fa-f]{1,4})\s*(?:-\s*(?:([oOeEuU])\s*-\s*)?([0-9A-Fa-f]{1,4})\s*)?"
_TAG: Final = re.compile(rf'\s*\(\s*{_PART},\s*(?:"([^"]*)"\s*,\s*)?{_PART}\)\s*')
_VM: Final = re.compile(r"\s*\d+(?:\s*-\s*(?:(?:\d+\s*)?[nN]|\d+))?\s*")


@dataclass(frozen=True, slots=True)
class _Range:
    """Numbers from ``low`` to ``high``; ``step`` 'o' only odd, 'e' only even, 'u' all of them."""

    low: int
    high: int
    step: str

    def __contains__(self, number: int) -> bool:
        return self.low <= number <= self.high and (self.step == "u" or (self.step == "o") == bool(number & 1))


@dataclass(frozen=True, slots=True)
class _Repeating:
    """An entry for more than one tag."""

    groups: _Range
    elements: _Range
    creator: str
    vr: str


class Dictionaries:
    """What one or several dictionaries say together; the entry read last counts. Read-only, for any thread."""

    def __init__(self) -> None:
        self._single: dict[tuple[int, int, str], str] = {}
        self._repeating: list[_Repeating] = []

    def __len__(self) -> int:
        return len(self._single) + len(self._repeating)

    def vr(self, group: int, element: int, creator: str = "") -> str | None:
        """The VR, None if no dictionary knows the element; may be one of several, such as ``US or SS``.

        ``creator`` is the private creator of the block that a private element is in; its ``element`` is then looked
        up as it is and without the number of the block.
        """
        tries = (element, element & 0xFF) if creator else (element,)
        for number in tries:
            found = self._single.get((group, number, creator))
            if found is not None:
                return found
        for entry in reversed(self._repeating):
            if entry.creator == creator and group in entry.groups:
                for number in tries:
                    if number in entry.elements:
                        return entry.vr
        return None

    def read(self, path: Path | str) -> None:
        """Add what a file says.

        Raises ConfigurationError, with file and line, if it cannot be read or a line is wrong; DCMTK's tools go on
        without the dictionary then, and guess.
        """
        try:
            text = read_regular(path, _MAX_SIZE).decode("latin-1").replace("\r\n", "\n").replace("\r", "\n")
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise ConfigurationError(
                f"{path}: a dictionary (DCMDICTPATH) that cannot be read: {reason}; correct the path, or leave it out"
            ) from error
        for number, line in enumerate(text.split("\n"), 1):
            if line.strip() and not line.startswith("#"):
                try:
                    self._add(line.rstrip("\r").split("\t"))
                except _WrongLine as wrong:
                    raise ConfigurationError(f"{path}:{number}: {wrong}; mend the line, or make it a comment") from None

    def _add(self, fields: list[str]) -> None:
        if not 3 <= len(fields) <= 5:
            raise _WrongLine(f"a dictionary line has 3 to 5 fields with tabs between them, this one has {len(fields)}")
        if len(fields) > 3 and not _VM.fullmatch(fields[3]):
            raise _WrongLine(f"{fields[3].strip()!r} is no VM, such as 1, 2-3 or 1-n")
        match = _TAG.fullmatch(fields[0])
        if match is None:
            raise _WrongLine(f'{fields[0].strip()!r} is no tag, such as (0010,0010) or (0019,"CREATOR",10)')
        vr = fields[1].strip()
        if vr not in SHORT_VRS and vr not in LONG_VRS and vr not in _AMBIGUOUS:
            raise _WrongLine(f"{vr!r} is no VR")
        groups, elements = _range(*match.group(1, 2, 3)), _range(*match.group(5, 6, 7))
        creator, vr = match[4] or "", _AMBIGUOUS.get(vr, vr)
        if groups.low == groups.high and elements.low == elements.high:
            self._single[groups.low, elements.low, creator] = vr
        else:
            self._repeating.append(_Repeating(groups, elements, creator, vr))


class _WrongLine(Exception):
    """What is wrong with a line."""


def _range(low: str, step: str | None, high: str | None) -> _Range:
    """A range without a letter means even numbers, as DCMTK has it."""
    first = int(low, 16)
    if high is None:
        return _Range(first, first, "u")
    return _Range(first, int(high, 16), (step or "e").lower())


def read_dictionaries(paths: Iterable[Path | str]) -> Dictionaries:
    """All of these together. Raises ConfigurationError for one that cannot be read or has a wrong line."""
    dictionaries = Dictionaries()
    for path in paths:
        dictionaries.read(path)
    return dictionaries


def named_in(value: str, separator: str) -> Iterator[str]:
    """The files that a value of DCMDICTPATH names; ``separator`` is the system's (``os.pathsep``)."""
    return (path for path in value.split(separator) if path)
