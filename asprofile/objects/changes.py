"""Attributes that are set while sending: from ``KEYWORD=VALUE`` to what is written into a data set.

Belongs here: reading such an assignment, refusing what would break the object, encoding the value in the VR and in
the character set of the data set. Does not belong here: finding the place in the data set (``rewriting``).
"""

from __future__ import annotations

import re
import struct
import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asprofile.errors import ConfigurationError, ObjectError
from asprofile.objects.encoding import CHARACTER_SET, SOP_CLASS, TEXT_VRS
from asprofile.objects.rules import Changes
from asprofile.objects.vrs import PIXEL_REPRESENTATION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from asprofile.objects.header import ObjectHeader
    from asprofile.objects.rules import ElementChange
    from asprofile.objects.vrs import Scope

_STEP: Final = re.compile(
    r"(?:\(?([0-9A-Fa-f]{4}),([0-9A-Fa-f]{4})\)?|([A-Za-z][A-Za-z0-9]*))(?:\[(\d+|\*)\])?(?:\.|$)"
)
_FORMATS: Final = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "FL": "f", "FD": "d", "SV": "q", "UV": "Q"}
_IN_CHARACTER_SET: Final = frozenset(("LO", "LT", "PN", "SH", "ST", "UC", "UT"))
_ONE_VALUE: Final = frozenset(("LT", "ST", "UR", "UT"))

# The attributes that describe the pixel data (PS3.3 section C.7.6.3), and those that have to agree with them.
_OF_PIXELS: Final = frozenset(
    (0x00280002, 0x00280004, 0x00280006, 0x00280008, 0x00280010, 0x00280011, 0x00280100, 0x00280101, 0x00280102)
) | {0x00280103}


@dataclass(frozen=True, slots=True)
class Assignment:
    """A value for an element, and the sequences it is in, each with the number of the item from 0, None for all."""

    path: tuple[tuple[int, int | None], ...]
    tag: int
    vr: str
    value: str


@dataclass(frozen=True, slots=True)
class SetValue:
    """A change (``rules.Change``) that puts a value, whether there is one or not. ``vr`` is the dictionary's,
    empty if it does not know the element.
    """

    name: str
    vr: str
    text: str

    @property
    def uid(self) -> str:
        return self.text

    def value(self, vr: str | None, length: int | None, scope: Scope) -> tuple[str, bytes] | None:  # noqa: ARG002
        chosen = self._chosen(vr, scope)
        if chosen in _IN_CHARACTER_SET and not self.text.isascii():
            value = _in_character_set(self.name, self.text, chosen, scope.character_set)
        else:
            try:
                value = encode_plain(chosen, self.text)
            except ValueError as error:
                raise ObjectError(f"{self.name} cannot be set: {error}") from None
        return chosen, value + (b"\0" if chosen == "UI" else b" ") * (len(value) % 2)

    def _chosen(self, vr: str | None, scope: Scope) -> str:
        if self.vr == "US or SS":
            return vr if vr in ("US", "SS") else ("SS" if scope.number(PIXEL_REPRESENTATION) == 1 else "US")
        chosen = self.vr or vr or "UN"
        if chosen not in TEXT_VRS and chosen not in _FORMATS and chosen != "AT":
            raise ObjectError(f"{self.name} cannot be set: its VR is {chosen}; name a dictionary that knows it")
        return chosen


def read_assignment(text: str) -> Assignment:
    """The meaning of ``KEYWORD=VALUE``; ``(gggg,eeee)`` may stand for the keyword, and sequences in front of it:
    ``RequestAttributesSequence[0].ScheduledProcedureStepID=A1``, ``[*]`` or nothing for all items.

    Raises ConfigurationError for what is no assignment, is not known, must not be set or does not fit its VR.
    """
    place, equals, value = text.partition("=")
    if not equals:
        raise ConfigurationError(f"{text!r} sets nothing; write KEYWORD=VALUE, such as PatientID=A1")
    steps = _steps(place.strip(), text)
    *path, (tag, item) = steps
    if item is not None:
        raise ConfigurationError(
            f"{text!r} ends in an item; write what to set in it, such as {place.strip()}.CodeValue"
        )
    vr = _vr_of(tag)
    _refuse(tag, vr, place)
    if any(_vr_of(sequence) not in ("SQ", "") for sequence, _ in path):
        raise ConfigurationError(f"{text!r} goes through something that is no sequence")
    if vr and vr != "US or SS":
        _check_value(place, vr, value)
    return Assignment(tuple((sequence, number if number != -1 else None) for sequence, number in path), tag, vr, value)


def _steps(place: str, text: str) -> list[tuple[int, int | None]]:
    """Tags, and numbers of items: None where there is none, -1 for all."""
    steps: list[tuple[int, int | None]] = []
    at = 0
    while at < len(place):
        match = _STEP.match(place, at)
        if match is None:
            raise ConfigurationError(f"{text!r} is no assignment; write KEYWORD=VALUE or (gggg,eeee)=VALUE")
        group, element, keyword, item = match.groups()
        tag = _tag_of(keyword) if keyword else int(group, 16) << 16 | int(element, 16)
        steps.append((tag, None if item is None else -1 if item == "*" else int(item)))
        at = match.end()
    if not steps or place.endswith("."):
        raise ConfigurationError(f"{text!r} says no element; write KEYWORD=VALUE or (gggg,eeee)=VALUE")
    return steps


def _tag_of(keyword: str) -> int:
    from pydicom.datadict import keyword_dict, tag_for_keyword

    from asprofile.names.suggest import nearest

    tag = tag_for_keyword(keyword)
    if tag is None:
        near = " or ".join(nearest(keyword, keyword_dict))
        hint = f"; did you mean {near}?" if near else "; (gggg,eeee) works as well"
        raise ConfigurationError(f"{keyword!r} is no keyword of a DICOM attribute{hint}")
    return int(tag)


def _vr_of(tag: int) -> str:
    """The dictionary's VR, empty if it has none."""
    from pydicom.datadict import dictionary_VR

    try:
        return dictionary_VR(tag)
    except KeyError:
        return ""


def _refuse(tag: int, vr: str, place: str) -> None:
    group = tag >> 16
    if group <= 2 or group in (4, 6) or group == 0xFFFE:
        raise ConfigurationError(f"{place} is not part of the data set that is sent, and cannot be set")
    if tag & 0xFFFF == 0:
        raise ConfigurationError(f"{place} is a group length; it is kept right by itself")
    if tag == SOP_CLASS:
        raise ConfigurationError(f"{place} decides on the presentation context, and cannot be set")
    if tag == CHARACTER_SET:
        raise ConfigurationError(f"{place} cannot be set: the texts would still be in the other character set")
    if tag in _OF_PIXELS or group == 0x7FE0:
        raise ConfigurationError(f"{place} says how the pixels lie, and cannot be set")
    if vr == "SQ":
        raise ConfigurationError(f"{place} is a sequence; set what is in its items, such as {place}[0].CodeValue=...")
    if vr and vr not in TEXT_VRS and vr not in _FORMATS and vr not in ("AT", "US or SS"):
        raise ConfigurationError(f"{place} has VR {vr}, for which there is no way to write a value")


def _check_value(place: str, vr: str, value: str) -> None:
    """Whether the value fits the VR, checked before any object is read."""
    from pydicom.config import RAISE
    from pydicom.valuerep import validate_value

    try:
        if vr not in _IN_CHARACTER_SET:
            encode_plain(vr, value)
        if vr in TEXT_VRS:
            for one in [value] if vr in _ONE_VALUE else value.split("\\"):
                validate_value(vr, one, RAISE)
    except ValueError as error:
        raise ConfigurationError(f"{place}={value}: {str(error).rstrip('.')} (VR {vr})") from None


def encode_plain(vr: str, text: str) -> bytes:
    """A value that no character set decides on, in little endian; ValueError if it does not fit the VR."""
    if vr in _FORMATS:
        kind = float if vr in ("FL", "FD") else int
        try:
            return b"".join(struct.pack("<" + _FORMATS[vr], kind(one)) for one in text.split("\\") if text)
        except (struct.error, OverflowError) as error:
            raise ValueError(f"{text!r} is out of range") from error
        except ValueError:
            raise ValueError(f"{text!r} is no number") from None
    if vr == "AT":
        return b"".join(_attribute_tag(one) for one in text.split("\\") if text)
    if not text.isascii():
        raise ValueError(f"{text!r} has characters beyond ASCII")
    return text.encode("ascii")


def _attribute_tag(text: str) -> bytes:
    match = re.fullmatch(r"\(?([0-9A-Fa-f]{4}),?([0-9A-Fa-f]{4})\)?", text.strip())
    if match is None:
        raise ValueError(f"{text!r} is no tag, such as 0018,1063")
    return struct.pack("<HH", int(match[1], 16), int(match[2], 16))


def _in_character_set(name: str, text: str, vr: str, character_set: bytes) -> bytes:
    """The text as the data set's Specific Character Set (0008,0005) writes it (PS3.5 section 6.1)."""
    from pydicom.charset import convert_encodings, encode_string
    from pydicom.valuerep import PersonName

    terms = [term.strip() for term in character_set.decode("latin-1").strip("\0 ").split("\\")]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # pydicom's way to say that it puts question marks
            encodings = convert_encodings(terms)
            if vr == "PN":
                return b"\\".join(PersonName(one).encode(encodings) for one in text.split("\\"))
            return encode_string(text, encodings)
    except (UnicodeError, LookupError, ValueError, Warning):
        known = character_set.decode("latin-1").strip("\0 ") or "the default repertoire (ASCII)"
        raise ObjectError(f"{name} cannot be set: {text!r} cannot be written in its character set, {known}") from None


def changes_of(assignments: Iterable[Assignment]) -> Changes:
    """All assignments together; if two are for the same element, the later one counts."""
    root = _Branch({}, {})
    for assignment in assignments:
        branch = root
        for sequence, item in assignment.path:
            branch = branch.within.setdefault(sequence, {}).setdefault(item, _Branch({}, {}))
        name = f"({assignment.tag >> 16:04X},{assignment.tag & 0xFFFF:04X})"
        branch.elements[assignment.tag] = SetValue(name, assignment.vr, assignment.value)
    return root.changes()


@dataclass(frozen=True, slots=True)
class _Branch:
    elements: dict[int, ElementChange]
    within: dict[int, dict[int | None, _Branch]]

    def changes(self) -> Changes:
        within: Mapping[int, Mapping[int | None, Changes]] = {
            tag: {item: branch.changes() for item, branch in items.items()} for tag, items in self.within.items()
        }
        return Changes(self.elements, within)


def together(invent: Callable[[ObjectHeader], Changes], settings: Changes) -> Callable[[ObjectHeader], Changes]:
    """What is made up, and what is set, which counts more."""

    def change(header: ObjectHeader) -> Changes:
        made_up = invent(header)
        return Changes({**made_up.elements, **settings.elements}, settings.within)

    return change
