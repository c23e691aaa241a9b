"""Numbered keys: their letters and digits, and another number in their place."""

from __future__ import annotations

import re

from asprofile.lint.fixes.edits import with_number
from asprofile.model.words import SPELLED_KEYS
from asprofile.syntax import Entry
from asprofile.text import Edit, Span

MAX_DIGITS = 4000  # of a number in a key; int() takes 4,300

_NUMBER = re.compile(r"([A-Z_-]*?)([0-9]+)\Z")


def number_of(key: str) -> tuple[str, str]:
    """The letters and the digits of a numbered key; the digits are empty when it has none."""
    letters = key.rstrip("0123456789")
    if letters.isalpha():
        return letters, key[len(letters) :]
    match = _NUMBER.match(key)
    return (match.group(1), match.group(2)) if match else (key, "")


def number_in(entry: Entry, prefix: str) -> int | None:
    """The number of a key that DCMTK would ask for if it came so far (or 0)."""
    letters, digits = number_of(entry.key)
    if letters != prefix or not 0 < len(digits) <= MAX_DIGITS or (digits.startswith("0") and digits != "0"):
        return None
    return int(digits)


def number_edit(entry: Entry, prefix: str, number: int, *, aligned: bool = False) -> tuple[Edit, ...]:
    return new_key(entry, prefix, spelled_key(prefix, number), aligned=aligned)


def spelled_key(prefix: str, number: int) -> str:
    return f"{SPELLED_KEYS[prefix]}{number}"


def new_key(entry: Entry, prefix: str, meant: str, *, aligned: bool = False) -> tuple[Edit, ...]:
    """Only the renumber is written where the rest is right, so that the file keeps its spelling."""
    span = entry.key_span
    written = entry.data[span.start : span.end]
    letters, digits = number_of(entry.key)
    if digits and letters == prefix and written.endswith(digits.encode("ascii")):
        return with_number(Span(span.end - len(digits), span.end), int(meant[len(prefix) :]), aligned=aligned)
    return (Edit(span, meant.encode("ascii")),)
