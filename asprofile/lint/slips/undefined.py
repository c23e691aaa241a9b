"""References to lists that are not there: one value for each label, however often it is referenced, with what was
probably meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

from asprofile.lint.fixes.edits import likeness
from asprofile.lint.outline import Outline, SectionPart
from asprofile.lint.references import ListReference, references
from asprofile.model.words import LIST_OF, NUMBERED_KEYS, SPELLED
from asprofile.syntax.reading import kept_characters
from asprofile.text import Edit, Span, decode
from asprofile.value import Value

Reason = Literal[
    "empty",  # the section is there and has no entry that is read
    "characters",  # but for characters that headers drop, and references do not
    "backslash",  # a second backslash in the value
    "two",  # the names of several lists
    "elsewhere",  # there is such a list, in another supersection
    "misspelt",  # a list of a like name is there
    "none",
]


# What people write between the names of two lists.
_SEPARATOR = re.compile(rb"[\\,;/|&+]")

# Looking for what was meant takes milliseconds, and so many suggestions are not read.
_MAX_SUGGESTIONS = 50


class Undefined(Value):
    """``reference`` is the first of ``count`` to this label.

    ``near`` are labels that may have been meant, as they are written; ``section`` is the list, or what would be one,
    that the reason speaks of.
    """

    reason: Reason
    reference: ListReference
    count: int
    near: tuple[str, ...] = ()
    section: SectionPart | None = None
    elsewhere: str = ""
    mend: tuple[Edit, ...] = ()

    @property
    def renames_header(self) -> bool:
        """Whether the slip is rather in the header than in the references."""
        return bool(self.mend and self.section and self.mend[0].span == self.section.header.raw_name)

    @property
    def what(self) -> str:
        return LIST_OF[self.reference.supersection]


def undefined(outline: Outline, spans: Iterable[Span], data: bytes) -> Iterator[Undefined]:
    """The labels at ``spans`` that DCMTK says are undefined, in its order."""
    wanted = set(spans)
    lists = {name: _lists(outline, name) for name in NUMBERED_KEYS}
    groups: dict[tuple[str, str], list[ListReference]] = {}
    used: set[tuple[str, str]] = set()
    for reference in references(outline):
        used.add((reference.supersection, reference.label))
        if reference.span in wanted:
            groups.setdefault((reference.supersection, reference.label), []).append(reference)
    for number, group in enumerate(groups.values()):
        there = lists[group[0].supersection]
        yield _explained(outline, there, group, used, data, number < _MAX_SUGGESTIONS)


def _lists(outline: Outline, supersection: str) -> dict[str, SectionPart]:
    """The first section of each name, where it makes a list."""
    first = {name: sections[0] for name, sections in outline.by_name(supersection).items()}
    prefix = NUMBERED_KEYS[supersection]
    return {name: section for name, section in first.items() if next(section.numbered(prefix), None) is not None}


def _explained(
    outline: Outline,
    lists: dict[str, SectionPart],
    group: list[ListReference],
    used: set[tuple[str, str]],
    data: bytes,
    suggest: bool,
) -> Undefined:
    first, count = group[0], len(group)
    sections = outline.by_name(first.supersection)
    same = sections.get(first.label)
    if same is not None:
        return Undefined("empty", first, count, section=same[0])
    parts = [part for part in first.text.split(b"\\") if part.strip()]
    several = [lists[name] for part in _SEPARATOR.split(first.text) if (name := kept_characters(part)) in lists]
    count_of_names = sum(bool(part.strip()) for part in _SEPARATOR.split(first.text))
    if len(several) == count_of_names > 1 or (several and count_of_names > 1 and b"\\" not in first.text):
        names = (decode(data[slice(*section.header.raw_name)].strip()) for section in several)
        return Undefined("two", first, count, tuple(dict.fromkeys(names)))
    if b"\\" in first.text:
        known = len(parts) == 1 and kept_characters(parts[0]) in lists
        return Undefined("backslash", first, count, mend=_rewritten(group, parts[0].strip()) if known else ())
    kept = lists.get(kept_characters(first.text))
    if kept is not None:
        written = data[slice(*kept.header.raw_name)].strip()
        return Undefined("characters", first, count, (decode(written),), kept, mend=_rewritten(group, written))
    elsewhere = _elsewhere(outline, first)
    if elsewhere:
        return Undefined("elsewhere", first, count, elsewhere=elsewhere)
    return _misspelt(first, group, lists if suggest else {}, used, data)


def _elsewhere(outline: Outline, reference: ListReference) -> str:
    for name in SPELLED:
        if name != reference.supersection and reference.label in outline.by_name(name):
            return name
    return ""


def _misspelt(
    first: ListReference,
    group: list[ListReference],
    lists: dict[str, SectionPart],
    used: set[tuple[str, str]],
    data: bytes,
) -> Undefined:
    from asprofile.names.suggest import nearest

    near = [lists[name] for name in nearest(first.label, lists)]
    written = tuple(decode(data[slice(*section.header.raw_name)].strip()) for section in near)
    if not near:
        return Undefined("none", first, len(group))
    best = near[0]
    if len(near) == 1 and likeness(first.label, best.name) >= 0.75:
        if (first.supersection, best.name) not in used and len(group) > 1:
            # Nobody asks for the list and many ask for this label: the slip is in the header.
            mend: tuple[Edit, ...] = (Edit(best.header.raw_name, first.text.strip()),)
        else:
            mend = _rewritten(group, data[slice(*best.header.raw_name)].strip())
        return Undefined("misspelt", first, len(group), written, best, mend=mend)
    return Undefined("misspelt", first, len(group), written, best)


def _rewritten(group: list[ListReference], text: bytes) -> tuple[Edit, ...]:
    return tuple(Edit(reference.span, text) for reference in group)
