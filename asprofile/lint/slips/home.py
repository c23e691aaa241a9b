"""Entries that are under the wrong supersection: where they belong, as far as that is sure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from asprofile.edit.numbering import number_in, number_of
from asprofile.lint.outline import Outline, SectionPart
from asprofile.lint.slips.loss import Loss
from asprofile.lint.slips.losses import end_of
from asprofile.model.words import NUMBERED_IN, NUMBERED_KEYS
from asprofile.syntax import Entry
from asprofile.text import Edit, Span, line_end, line_start, without_lines
from asprofile.value import replaced

# Every section of the other supersection is checked for each; more are not read.
_MOST = 50


def at_home(outline: Outline, losses: Iterable[Loss], data: bytes) -> Iterator[Loss]:
    """The losses; in each section, the first of the keys of another supersection moves all of them where they belong.

    A section that has nothing else goes as it is; a single entry goes where just its number is missing.
    """
    looked_at = 0
    for _, group in groupby(losses, key=lambda loss: id(loss.section)):
        found = list(group)
        others = [loss for loss in found if loss.cause == "other key"]
        section = others[0].section if others else None
        mend: tuple[Edit, ...] = ()
        if section is not None and looked_at < _MOST:
            looked_at += 1
            mend = _moved_home(outline, section, others, data)
        for loss in found:
            yield replaced(loss, mend=mend) if mend and loss is others[0] else loss


def _moved_home(outline: Outline, section: SectionPart, others: list[Loss], data: bytes) -> tuple[Edit, ...]:
    kinds = {number_of(loss.entry.key)[0] for loss in others}
    home = NUMBERED_IN.get(kinds.pop()) if len(kinds) == 1 else None
    part = outline.supersection(home) if home else None
    if home is None or part is None:
        return ()
    if len(others) == len(section.entries):
        is_taken = any(there.name == section.name for there in part.sections)
        last = section.entries[-1].value_span.end
        return () if is_taken else _moved_to(data, Span(section.header.span.start, last), end_of(data, part))
    entry = others[0].entry
    number = number_in(entry, NUMBERED_KEYS[home])
    if len(others) > 1 or number is None:
        return ()
    gaps = [after for there in part.sections if (after := _after_missing(there, NUMBERED_KEYS[home], number))]
    if len(gaps) != 1:
        return ()
    place = line_start(data, gaps[0].key_span.start)
    return _moved_to(data, Span(entry.key_span.start, entry.value_span.end), place)


def _after_missing(section: SectionPart, prefix: str, number: int) -> Entry | None:
    """The entry in front of which the one with this number is missing, if it is the next that DCMTK would ask for."""
    if sum(1 for _ in section.numbered(prefix)) != number - 1:
        return None
    there = section.by_number(prefix)
    following = min((other for other in there if other > number), default=None)
    return None if following is None else there[following]


def _moved_to(data: bytes, span: Span, place: int) -> tuple[Edit, ...]:
    """The lines of the span put in front of the line that begins at ``place``."""
    removed = without_lines(data, span)
    text = data[removed.span.start : removed.span.end]
    text = text if text.endswith((b"\n", b"\r")) else text + line_end(data)
    return (Edit(Span(place, place), text), removed)
