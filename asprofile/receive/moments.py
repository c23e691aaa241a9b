"""Dates and times in a layout: ``{StudyDate:%Y}``, ``{received:%H%M}``.

Belongs here: parts of a date, of an element's value or of the clock, and how a format puts them together. Only digits
come out, whatever the language of the system.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Final

_PARTS: Final = "YmdHMS"
_LETTERS: Final = {"date": "Yymdj", "time": "HMS", "datetime": "YymdjHMS"}
_DATE: Final = re.compile(r"([0-9]{4})[.-]?(?:([0-9]{2})(?:[.-]?([0-9]{2}))?)?")
_TIME: Final = re.compile(r"([0-9]{2})(?::?([0-9]{2})(?::?([0-9]{2})(?:\.[0-9]{1,6})?)?)?")
_ZONE: Final = re.compile(r"[+-][0-9]{2}:?[0-9]{2}")
_DIRECTIVE: Final = re.compile(r"%(.?)", re.DOTALL)

Parts = dict[str, str]
"""By the letters of strftime: Y, m, d, H, M, S; what is not known is not there."""


def fault_of_format(form: str, kind: str) -> tuple[int, str] | None:
    """Where, and why, a format is none; None if it is one."""
    for found in _DIRECTIVE.finditer(form):
        if not found[1] or found[1] not in _LETTERS[kind]:
            return found.start(), f"{found[0]!r} is no part of a {kind}: there is %{', %'.join(_LETTERS[kind])}"
    return None


def parts_of_moment(moment: datetime) -> Parts:
    return dict(zip(_PARTS, moment.strftime("%Y %m %d %H %M %S").split(), strict=True)) | {"Y": f"{moment.year:04}"}


def parts_of_value(text: str, kind: str) -> Parts | None:
    """None for what is no such value (PS3.5 section 6.2, and dates with dots or hyphens)."""
    if kind == "time":
        found = _TIME.fullmatch(text)
        return None if found is None else _checked(_named("HMS", found.groups()))
    days = _DATE.match(text)
    if days is None:
        return None
    parts = _named("Ymd", days.groups())
    rest = text[days.end() :]
    if kind == "date":
        return None if rest or "d" not in parts else _checked(parts)
    rest = _ZONE.sub("", rest, count=1) if _ZONE.fullmatch(rest[-5:]) or _ZONE.fullmatch(rest[-6:]) else rest
    if not rest:
        return _checked(parts)
    found = _TIME.fullmatch(rest)
    return None if found is None or "d" not in parts else _checked({**parts, **_named("HMS", found.groups())})


def _named(letters: str, values: tuple[str | None, ...]) -> Parts:
    return {letter: value for letter, value in zip(letters, values, strict=True) if value is not None}


def _checked(parts: Parts) -> Parts | None:
    """None if there is no such moment."""
    try:
        if "Y" in parts:
            date(int(parts["Y"]), int(parts.get("m", 1)), int(parts.get("d", 1)))
    except ValueError:
        return None
    is_time = parts.get("H", "00") <= "23" and parts.get("M", "00") <= "59" and parts.get("S", "00") <= "60"
    return parts if is_time else None


def formatted(form: str, parts: Parts) -> str:
    """Empty if a part is not known."""
    known = dict(parts)
    if "Y" in parts:
        known["y"] = parts["Y"][2:]
        if "d" in parts:
            known["j"] = f"{date(int(parts['Y']), int(parts['m']), int(parts['d'])).timetuple().tm_yday:03}"
    pieces = _DIRECTIVE.split(form)
    if any(letter not in known for letter in pieces[1::2]):
        return ""
    return "".join(known[piece] if place % 2 else piece for place, piece in enumerate(pieces))
