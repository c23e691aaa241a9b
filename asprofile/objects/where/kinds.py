"""What is compared with what: the kinds of values that VRs have, and how a value is read.

Belongs here: from bytes of an element, or a text of the expression, to values. Does not belong here: where the bytes
are (``elements``), what ``<`` means for values (``comparing``), what follows for an object (``judge``).

A date, a time and a date-time is the span of all moments that it may mean: 2020 in a DT is a year. Of two such, one is
less than the other if all of it is, and equal if it lies within the other as it was written in the expression.
"""

from __future__ import annotations

import re
import struct
import warnings
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal, NamedTuple

from asprofile.objects.encoding import TEXT_VRS

ValueKind = Literal["text", "person", "date", "time", "datetime", "number", "tag", "bytes", "sequence"]

VALUE_KINDS: Final[dict[str, ValueKind]] = {
    **dict.fromkeys(["AE", "AS", "CS", "LO", "LT", "SH", "ST", "UC", "UI", "UR", "UT"], "text"),
    "PN": "person",
    "DA": "date",
    "TM": "time",
    "DT": "datetime",
    **dict.fromkeys(["DS", "IS", "US", "SS", "UL", "SL", "UV", "SV", "FL", "FD", "US or SS"], "number"),
    "AT": "tag",
    "SQ": "sequence",
}
"""Of all other VRs, values are bytes."""

LONGEST_VALUE: Final = 16 << 20
"""The longest value that is read, in bytes."""

_ONE_VALUE: Final = frozenset(("LT", "ST", "UR", "UT"))
_IN_CHARACTER_SET: Final = frozenset(("LO", "LT", "PN", "SH", "ST", "UC", "UT"))
_NUMBERS: Final = {"US": "H", "SS": "h", "UL": "I", "SL": "i", "UV": "Q", "SV": "q", "FL": "f", "FD": "d"}
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,9})?")
_DATE: Final = re.compile(r"([0-9]{4})(?:([-.]?)([0-9]{2})(?:\2([0-9]{2}))?)?")
_TIME: Final = re.compile(r"([0-9]{2})(?:(:?)([0-9]{2})(?:\2([0-9]{2})(?:\.([0-9]{1,6}))?)?)?")
_OFFSET: Final = re.compile(r"([+-])([0-9]{2}):?([0-9]{2})")
_TAG: Final = re.compile(r"\(?([0-9A-Fa-f]{4}),?([0-9A-Fa-f]{4})\)?")
_DAY: Final = 86_400_000_000


class Unfit(Exception):
    """A text of the expression that cannot be compared with values of a kind, or a value that is invalid for its
    kind.
    """


class Single(float):
    """A number of VR FL, which is near the one that was written."""


class _Tag(int):
    """A value of VR AT."""


class Whole(str):
    """All values of an element in one text, with a backslash between them."""

    __slots__ = ()


class Element(NamedTuple):
    """An element that was found: its VR, its bytes, little endian or not, and the character set where it is (the value
    of (0008,0005)). ``items``: of a sequence, how many.
    """

    vr: str
    data: bytes
    little: bool
    character_set: bytes
    items: int = 0

    @property
    def has_value(self) -> bool:
        if self.vr == "SQ":
            return self.items > 0
        if self.vr in TEXT_VRS:
            return bool(self.data.strip(b" \0\\"))
        return bool(self.data)


def kind_of(vr: str) -> ValueKind:
    return VALUE_KINDS.get(vr, "bytes")


# --- Values -----------------------------------------------------------------------------------------------------------


def values(element: Element, kind: ValueKind) -> Iterator[Any]:
    """The values, each as a test of the kind takes it; an Unfit in place of an invalid one. None for no value."""
    if kind == "number" and element.vr in _NUMBERS:
        yield from _binary(element)
        return
    if kind == "tag" and element.vr == "AT":
        yield from _tags(element)
        return
    read = READERS.get(kind)
    if read is None:
        yield Unfit(f"its VR is {element.vr}, which cannot be compared")
        return
    try:
        found = texts(element)
    except Unfit as unfit:
        yield unfit
        return
    for text in found:
        try:
            if text and (kind == "text" or type(text) is str):
                yield read(text) if type(text) is str else text
        except Unfit as unfit:
            yield unfit


def texts(element: Element) -> list[str]:
    """The values as they are written, without padding; of several, in the end all in one. Raises Unfit."""
    if element.vr in _NUMBERS or element.vr == "AT":
        return list(map(_as_text, _binary(element) if element.vr in _NUMBERS else _tags(element)))
    text = _whole_text(element)
    if element.vr in _ONE_VALUE or "\\" not in text:
        return [text.strip(" \0")]
    found = [one.strip(" \0") for one in text.split("\\")]
    return [*found, Whole("\\".join(found))]


def _as_text(value: Any) -> str:
    if isinstance(value, Unfit):
        raise value
    return f"{value:08X}" if isinstance(value, _Tag) else repr(float(value)) if isinstance(value, float) else str(value)


def _whole_text(element: Element) -> str:
    """All values in one, with a backslash between them. Raises Unfit."""
    if element.vr not in TEXT_VRS:
        raise Unfit(f"its VR is {element.vr}, which is no text")
    if len(element.data) > LONGEST_VALUE:
        raise Unfit(f"its value has {len(element.data):,} bytes, which is more than is looked at")
    data = element.data.rstrip(b" \0")
    if data.isascii() and (b"\x1b" not in data or element.vr not in _IN_CHARACTER_SET):
        return data.decode("ascii")
    if element.vr not in _IN_CHARACTER_SET:
        return data.decode("latin-1")
    return _decoded(data, element)


def _decoded(data: bytes, element: Element) -> str:
    # Only for texts beyond ASCII.
    from pydicom.charset import convert_encodings, decode_bytes

    terms = [term.strip() for term in element.character_set.decode("latin-1").strip("\0 ").split("\\")]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # pydicom's way to say that it does not know better
            encodings = convert_encodings(terms)
            delimiters = {"\\", "^", "="} if element.vr == "PN" else {"\\", "\r", "\n", "\t", "\f"}
            text: str = decode_bytes(data, encodings, {ord(one) for one in delimiters})
    except (UnicodeError, LookupError, ValueError, Warning):
        known = "\\".join(terms) or "the default repertoire (ASCII)"
        raise Unfit(f"its text cannot be read in its character set, {known}") from None
    return text.rstrip(" \0")


def _binary(element: Element) -> Iterator[Any]:
    letter = _NUMBERS[element.vr]
    form = struct.Struct(("<" if element.little else ">") + letter)
    if len(element.data) % form.size:
        yield Unfit(f"its {len(element.data)} bytes are no numbers of VR {element.vr}")
        return
    for (value,) in form.iter_unpack(element.data):
        yield Single(value) if letter == "f" else value


def _tags(element: Element) -> Iterator[Any]:
    if len(element.data) % 4:
        yield Unfit(f"its {len(element.data)} bytes are no tags")
        return
    for group, number in struct.iter_unpack("<HH" if element.little else ">HH", element.data):
        yield _Tag(group << 16 | number)


def _number(text: str) -> Decimal:
    if _NUMBER.fullmatch(text) is None:
        raise Unfit(f"{shown(text)} is no number")
    return Decimal(text)


def _person(text: str) -> tuple[str, ...]:
    """The name as a whole and its groups, without regard to case and to parts that are empty at an end."""
    groups = [_group(group) for group in text.split("=")]
    while groups and not groups[-1]:
        groups.pop()
    return tuple(dict.fromkeys(("=".join(groups), *(group for group in groups if group))))


def _group(text: str) -> str:
    return "^".join(part.strip() for part in text.split("^")).rstrip("^").casefold()


def date_span(text: str) -> tuple[int, int]:
    """The first and the last moment, in microseconds from the day before 0001-01-01."""
    found = _DATE.fullmatch(text)
    if found is None:
        raise Unfit(f"{shown(text)} is no date")
    year, _, month, day = found.groups()
    try:
        first = date(int(year), int(month or 1), int(day or 1)).toordinal()
        if day:
            last = first
        elif month in (None, "12"):
            last = date(int(year), 12, 31).toordinal()
        else:
            last = date(int(year), int(month) + 1, 1).toordinal() - 1
    except ValueError:
        raise Unfit(f"{shown(text)} is no date") from None
    return first * _DAY, (last + 1) * _DAY - 1


def _whole_date(text: str) -> tuple[int, int]:
    """A date of a data set, which has all its parts (PS3.5 section 6.2; with dots up to 1993)."""
    if len(text) < 8:
        raise Unfit(f"{shown(text)} is no date")
    return date_span(text)


def _time(text: str) -> tuple[int, int]:
    """The first and the last moment, in microseconds from midnight."""
    found = _TIME.fullmatch(text)
    if found is None:
        raise Unfit(f"{shown(text)} is no time")
    hour, _, minute, second, fraction = found.groups()
    if hour > "23" or (minute or "0") > "59" or (second or "0") > "60":
        raise Unfit(f"{shown(text)} is no time")
    first = ((int(hour) * 60 + int(minute or 0)) * 60 + int(second or 0)) * 1_000_000
    if fraction:
        length = 10 ** (6 - len(fraction))
        first += int(fraction) * length
    else:
        length = 1_000_000 if second else 60_000_000 if minute else 3_600_000_000
    return first, first + length - 1


def _datetime(text: str) -> tuple[int, int, int | None]:
    """The first and the last moment, and the minutes that it is ahead of UTC if it says so."""
    rest, offset = text, None
    zone = _OFFSET.fullmatch(text[-5:]) or _OFFSET.fullmatch(text[-6:])
    if zone is not None:
        rest = text[: -len(zone[0])]
        offset = (int(zone[2]) * 60 + int(zone[3])) * (-1 if zone[1] == "-" else 1)
        if not -12 * 60 <= offset <= 14 * 60 or zone[3] > "59":
            raise Unfit(f"{shown(text)} is no date and time")
    days, hours = (rest[:10], rest[10:]) if rest[4:5] == "-" else (rest[:8], rest[8:])
    first, last = date_span(days)
    if hours:
        since, until = _time(hours.removeprefix("T"))
        first, last = first + since, first + until
    return first, last, offset


def _tag(text: str) -> int:
    found = _TAG.fullmatch(text)
    if found is None:
        raise Unfit(f"{shown(text)} is no tag")
    return int(found[1], 16) << 16 | int(found[2], 16)


READERS: Final[dict[ValueKind, Callable[[str], Any]]] = {
    "text": str,
    "person": _person,
    "date": _whole_date,
    "time": _time,
    "datetime": _datetime,
    "number": _number,
    "tag": _tag,
}


def shown(text: str) -> str:
    return ascii(text if len(text) <= 40 else f"{text[:40]}...")
