"""What is open while a walk goes through a data set, and what it is called in a message.

Belongs here: levels, their names and where they are. Does not belong here: the walk (``whole``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.objects.forms import DELIMITER_WORDS, UNDEFINED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asprofile.objects.forms import Form


class Level:
    """What is open: the data set or an item; a sequence, or fragments.

    ``end`` is where it has to be over: its own end, or that of what it is in, if that comes earlier (``is_cut``) or if
    its length is undefined. ``number`` counts the items begun. ``is_guess``: Implicit VR, and it may be no sequence.
    """

    __slots__ = ("end", "form", "is_cut", "is_fragments", "is_guess", "is_sequence", "number", "tag", "undefined")

    def __init__(self, tag: int, form: Form, pos: int, length: int, limit: int, *, is_sequence: bool) -> None:
        self.tag = tag
        self.form = form
        self.is_sequence = is_sequence
        self.undefined = length == UNDEFINED
        self.is_cut = not self.undefined and pos + length > limit
        self.end = limit if self.undefined or self.is_cut else pos + length
        self.is_fragments = self.is_guess = False
        self.number = 0

    @property
    def has_own_end(self) -> bool:
        return not (self.undefined or self.is_cut)


def within(levels: Sequence[Level]) -> str:
    """After what is in the last of the levels."""
    found = path(levels, len(levels) - levels[-1].is_sequence)
    return f" in {found}" if found else ""


def path(levels: Sequence[Level], count: int) -> str:
    """Where the last of the first ``count`` levels is: sequences with the numbers of items, from 0."""
    steps = [
        f"({level.tag >> 16:04X},{level.tag & 0xFFFF:04X})" + (f"[{level.number - 1}]" if level.number else "")
        for level in levels[1:count]
        if level.is_sequence
    ]
    return ".".join(steps if len(steps) < 6 else [*steps[:2], "...", *steps[-2:]])


def named(tag: int) -> str:
    """A tag with the standard's keyword."""
    from pydicom.datadict import keyword_for_tag  # for those few that are refused

    return f"({tag >> 16:04X},{tag & 0xFFFF:04X}) {keyword_for_tag(tag)}".rstrip()


def what_is(tag: int) -> str:
    return DELIMITER_WORDS.get(tag, f"({tag >> 16:04X},{tag & 0xFFFF:04X})")


def is_sequence(tag: int) -> bool:
    """Whether the standard's dictionary says so."""
    from pydicom.datadict import dictionary_VR

    try:
        return dictionary_VR(tag) == "SQ"
    except KeyError:
        return False
