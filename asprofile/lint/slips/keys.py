"""The keys of a numbered list that are not asked for, each with its one cause.

For ``losses``, which has the other reasons for which an entry is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from asprofile.edit.numbering import MAX_DIGITS, key_edits, number_in, number_of, spelled_key
from asprofile.lint.fixes.edits import most_like
from asprofile.lint.outline import SectionPart
from asprofile.lint.slips.loss import Loss, LossCause
from asprofile.model.words import PROFILE_KEYS, SPELLED_KEYS
from asprofile.syntax import Entry
from asprofile.text import Span, without_lines
from asprofile.value import replaced

_FAR_BEYOND = 10**9  # no list has so many entries: a number like that is followed by no other

DIGITS = re.compile(r"[0-9]+")
_KEYS = {*SPELLED_KEYS, *PROFILE_KEYS}


class LostKeys:
    """The keys of a numbered list that are not asked for, in file order, each with the number it should have.

    That is the one after the number of the entry above it, if the number is free; what is given to one is not given
    to another. ``count`` is how many entries are read.
    """

    def __init__(self, supersection: str, section: SectionPart, prefix: str, count: int, data: bytes) -> None:
        self.supersection = supersection
        self.section = section
        self.prefix = prefix
        self.data = data
        self.taken = set(section.by_key)
        self.highest = max((number for number in section.by_number(prefix) if number < _FAR_BEYOND), default=0)
        self.place = 0
        self.missing = count + 1

    def losses(self) -> Iterator[Loss]:
        for entry in self.section.entries:
            number = number_in(entry, self.prefix)
            if number is not None and self.section.by_key[entry.key] is entry:
                self.place = number if number < _FAR_BEYOND else self.place
                continue
            loss = self._loss(entry)
            if loss.meant:
                self.place = int(number_of(loss.meant.upper())[1])
                self.highest = max(self.highest, self.place)
                self.taken.add(loss.meant.upper())
            yield loss

    def _loss(self, entry: Entry) -> Loss:
        letters, digits = number_of(entry.key)
        if letters != self.prefix or not digits:
            return self._unknown(entry)
        if len(digits) > MAX_DIGITS:
            return Loss(entry, "misspelt key", self.supersection, self.section)
        first = self.section.by_key[entry.key]
        if first is entry:
            return self._renamed("leading zero", entry, int(digits))
        if entry.value == first.value:
            mend = (without_lines(self.data, Span(entry.key_span.start, entry.value_span.end)),)
            return Loss(entry, "duplicate", self.supersection, self.section, first=first, mend=mend)
        number = self.place + 1
        if f"{self.prefix}{number}" in self.taken or int(digits) != self.place:
            number = self.highest + 1
        return replaced(self._renamed("duplicate", entry, number), first=first)

    def _renamed(self, cause: LossCause, entry: Entry, number: int) -> Loss:
        key = f"{self.prefix}{number}"
        if key in self.taken or number == 0:
            return Loss(entry, cause, self.supersection, self.section, first=self.section.by_key.get(key))
        meant = spelled_key(self.prefix, number)
        mend = tuple(key_edits(entry, self.prefix, number))
        return Loss(entry, cause, self.supersection, self.section, meant=meant, mend=mend)

    def _unknown(self, entry: Entry) -> Loss:
        letters = DIGITS.sub("", entry.key)
        digits = DIGITS.findall(entry.key)
        alike = self._is_alike(letters)
        if letters in SPELLED_KEYS if digits else entry.key in PROFILE_KEYS:
            is_other = letters != self.prefix
        else:
            is_other = letters in _KEYS and bool(digits) and not alike
        if is_other:
            return Loss(entry, "other key", self.supersection, self.section)
        if not alike and not self._takes_a_place(entry, digits):
            return Loss(entry, "foreign key", self.supersection, self.section)
        if not digits:
            return self._renamed("misspelt key", entry, self.place + 1)
        if len(digits) == 1 and len(digits[0]) <= MAX_DIGITS:
            return self._renamed("misspelt key", entry, int(digits[0]))
        return Loss(entry, "misspelt key", self.supersection, self.section)

    def _takes_a_place(self, entry: Entry, digits: list[str]) -> bool:
        """Whether its number is the one that is missing, and its value what an entry of the list has: `PC2`."""
        if digits != [str(self.missing)] or self.highest <= self.missing:
            return False
        return (b"\\" in entry.value) == (self.prefix != "TRANSFERSYNTAX") and b" " not in entry.value.strip()

    def _is_alike(self, letters: str) -> bool:
        """Whether the letters of a key are like those that belong here. `SCPSCURoleSelection1` is, too."""
        if letters.strip("-_") == self.prefix or (self.prefix == "ROLE" and "ROLE" in letters):
            return True
        return most_like(letters, [self.prefix]) is not None
