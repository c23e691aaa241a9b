"""New numbers for the entries of numbered lists: those that DCMTK reads keep theirs, those that it never reached
follow. Lines stay where they are; only numbers change.
"""

from __future__ import annotations

from asprofile.edit.numbering import number_of
from asprofile.model.document import Document, Section
from asprofile.model.words import NUMBERED_KEYS
from asprofile.syntax import Entry


def new_numbers(document: Document) -> dict[int, int]:
    """For each entry that gets another number: the offset of its start in the file, and that number.

    Entries after a gap, or with leading zeros, follow those that are read, in the order of their numbers. The
    second of two equal keys, which DCMTK ignores, goes with the first and stays ignored.
    """
    numbers: dict[int, int] = {}
    for name, prefix in NUMBERED_KEYS.items():
        supersection = document.supersection(name)
        for section in supersection.sections if supersection else ():
            numbers.update(_new_numbers(section, prefix))
    return numbers


def _new_numbers(section: Section, prefix: str) -> dict[int, int]:
    numbered = [entry for entry in section.entries if _is_numbered(entry, prefix)]
    read = [entry.key for entry in section.numbered(prefix)]
    lost = dict.fromkeys(entry.key for entry in numbered)
    for key in read:
        del lost[key]
    order = sorted(lost, key=lambda key: _magnitude(key.removeprefix(prefix)))
    numbers = {key: number for number, key in enumerate(order, start=len(read) + 1)}
    return {
        entry.span.start: numbers[entry.key]
        for entry in numbered
        if entry.key in numbers and entry.key != f"{prefix}{numbers[entry.key]}"
    }


def _is_numbered(entry: Entry, prefix: str) -> bool:
    letters, digits = number_of(entry.key)
    return letters == prefix and digits != ""


def _magnitude(digits: str) -> tuple[int, str]:
    """A sort key that orders digits of any length as numbers, without converting them."""
    significant = digits.lstrip("0")
    return len(significant), significant
