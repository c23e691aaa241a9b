"""What the signs of an expression mean for a kind of values: ``<``, ``=``, ``like`` and so on, as tests of a value.

Belongs here: from a text of the expression to a test. How values are read is in ``kinds``.
"""

from __future__ import annotations

import operator
import re
import struct
from collections.abc import Callable
from decimal import Decimal
from typing import Any, Final

from asprofile.objects.where.kinds import READERS, Single, Unfit, ValueKind, date_span, shown

Test = Callable[[Any], bool]

_SIZE: Final = re.compile(r"([0-9]+(?:\.[0-9]+)?)([KMG])", re.IGNORECASE)
_COMPARE: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def test_of(kind: ValueKind, sign: str, text: str) -> Test:
    """Whether a value of the kind is ``sign`` (``=``, ``<``, ``<=``, ``>``, ``>=``) the text. Raises Unfit."""
    text = text.strip(" \0")
    if not text:
        raise Unfit("nothing is equal to an empty text; write is null, or is empty")
    if kind == "text":
        compare = _COMPARE[sign]
        return lambda value: (sign == "=" or type(value) is str) and bool(compare(value, text))
    if kind == "person":
        return _test_of_person(sign, text)
    if kind == "tag":
        if sign != "=":
            raise Unfit("tags have no order; write = or in")
        return _bound(_COMPARE[sign], READERS["tag"](text))
    if kind == "number":
        return _test_of_number(sign, READERS["number"](text))
    if kind == "date":
        return _test_of_span(sign, *_dates(text))
    if kind == "time":
        return _test_of_span(sign, *READERS["time"](text))
    if kind == "datetime":
        return _test_of_moment(sign, *READERS["datetime"](text))
    raise Unfit("it cannot be compared: ask with is null, is missing or is empty")


def size_of(text: str) -> str:
    """The number of bytes for a size such as ``10M``; any other text stays as it is."""
    found = _SIZE.fullmatch(text)
    return str(Decimal(found[1]) * (1 << 10 * " KMG".index(found[2].upper()))) if found else text


def _bound(compare: Callable[[Any, Any], Any], wanted: Any) -> Test:
    return lambda value: bool(compare(value, wanted))


def _test_of_person(sign: str, text: str) -> Test:
    whole = READERS["person"](text)
    if not any(whole):
        raise Unfit(f"{shown(text)} is nobody's name; write is null")
    wanted, compare = whole[0], _COMPARE[sign]
    return lambda value: any(compare(one, wanted) for one in value)


def _test_of_number(sign: str, exact: Decimal) -> Test:
    compare = _COMPARE[sign]
    double = float(exact)
    try:
        single = struct.unpack("<f", struct.pack("<f", double))[0]
    except OverflowError:
        single = double

    def test(value: Any) -> bool:
        wanted = single if type(value) is Single else double if type(value) is float else exact
        return bool(compare(value, wanted))

    return test


def _dates(text: str) -> tuple[int, int]:
    """A date, or all dates of a month or year."""
    first, hyphen, last = text.partition("-")
    if hyphen and (len(first), len(last)) in ((8, 8), (8, 0), (0, 8)):
        raise Unfit(f"{shown(text)} is a range; write two comparisons, one with >= and one with <=")
    return date_span(text)


def _test_of_span(sign: str, first: int, last: int) -> Test:
    return {
        "=": lambda value: first <= value[0] and value[1] <= last,
        "<": lambda value: value[1] < first,
        "<=": lambda value: value[1] <= last,
        ">": lambda value: value[0] > last,
        ">=": lambda value: value[0] >= first,
    }[sign]


def _test_of_moment(sign: str, first: int, last: int, offset: int | None) -> Test:
    """Offsets from UTC count where both have one; else the clock on the wall does."""
    local = _test_of_span(sign, first, last)
    if offset is None:
        return local
    ahead = offset * 60_000_000
    universal = _test_of_span(sign, first - ahead, last - ahead)

    def test(value: Any) -> bool:
        if value[2] is None:
            return local(value)
        return universal((value[0] - value[2] * 60_000_000, value[1] - value[2] * 60_000_000))

    return test


# --- Patterns ---------------------------------------------------------------------------------------------------------


def like(pattern: str) -> Callable[[str], bool]:
    """Whether a text fits a pattern as a whole: ``*`` is any text, ``?`` any character. Never goes back."""
    first, *rest = pattern.split("*")
    if not rest:
        return lambda text: len(text) == len(first) and _found(text, first, 0) == 0
    *middle, last = rest
    parts = [part for part in middle if part]

    def fits(text: str) -> bool:
        end = len(text) - len(last)
        if end < len(first) or _found(text[: len(first)], first, 0) != 0 or _found(text[end:], last, 0) != 0:
            return False
        at = len(first)
        for part in parts:
            at = _found(text, part, at, end)
            if at < 0:
                return False
            at += len(part)
        return True

    return fits


def _found(text: str, part: str, start: int, end: int | None = None) -> int:
    """Where the part begins, -1 if it is nowhere."""
    if "?" not in part:
        return text.find(part, start, end)
    limit = (len(text) if end is None else end) - len(part)
    for at in range(start, limit + 1):
        if all(one in ("?", text[at + place]) for place, one in enumerate(part)):
            return at
    return -1
