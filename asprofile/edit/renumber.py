"""New numbers for the entries of numbered lists: those that DCMTK reads keep theirs, those that it never reached
follow. Lines stay where they are; only numbers change.
"""

from __future__ import annotations

import re

from asprofile.model.document import Document, Section
from asprofile.model.words import NUMBERED_KEYS
from asprofile.syntax import Entry

_DIGITS_AND_BLANKS = b"0123456789 \t"
_ASCII_DIGITS = re.compile(r"[0-9]+")


def renumbered_keys(document: Document) -> dict[int, bytes]:
    """For each entry that gets another number: the offset of its start in the file, and its key as it shall be written.

    Entries after a gap, or with leading zeros, follow those that are read, in the order of their numbers. The
    second of two equal keys, which DCMTK ignores, goes with the first and stays ignored.
    """
    keys: dict[int, bytes] = {}
    for name, prefix in NUMBERED_KEYS.items():
        supersection = document.supersection(name)
        for section in supersection.sections if supersection else ():
            keys.update(_renumbered(section, prefix))
    return keys


def _renumbered(section: Section, prefix: str) -> dict[int, bytes]:
    numbered = [entry for entry in section.entries if _number(entry, prefix)]
    read = [entry.key for entry in section.numbered(prefix)]
    lost = dict.fromkeys(entry.key for entry in numbered)
    for key in read:
        del lost[key]
    order = sorted(lost, key=lambda key: _magnitude(key.removeprefix(prefix)))
    numbers = {key: number for number, key in enumerate(order, start=len(read) + 1)}
    return {
        entry.span.start: _with_number(entry, numbers[entry.key])
        for entry in numbered
        if entry.key in numbers and entry.key != f"{prefix}{numbers[entry.key]}"
    }


def _number(entry: Entry, prefix: str) -> str:
    """The digits of a numbered key, empty for any other."""
    if not entry.key.startswith(prefix):
        return ""
    match = _ASCII_DIGITS.fullmatch(entry.key, len(prefix))
    return match.group() if match else ""


def _magnitude(digits: str) -> tuple[int, str]:
    """A sort key that orders digits of any length as numbers, without converting them."""
    significant = digits.lstrip("0")
    return len(significant), significant


def _with_number(entry: Entry, number: int) -> bytes:
    written = entry.data[entry.key_span.start : entry.key_span.end]
    stem = written.rstrip(_DIGITS_AND_BLANKS)
    blanks = len(written) - len(written[len(stem) :].lstrip(b" \t"))
    return written[:blanks] + str(number).encode("ascii")
