"""What is in a file and is never read by DCMTK, each with its one cause.

One place decides, so that no loss is reported twice and none by two rules; the rules of group 2 say what to do about
each cause. What the lines of the file hide from this (text that is glued or swallowed) is in ``lines``.
"""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.edit.numbering import key_edits, number_of, spelled_key
from asprofile.lint.fixes.edits import most_like
from asprofile.lint.outline import Outline, SectionPart, SupersectionPart
from asprofile.lint.references import undefined_labels
from asprofile.lint.slips.keys import DIGITS, LostKeys
from asprofile.lint.slips.loss import Loss, LossCause
from asprofile.model.words import (
    NUMBERED_IN,
    NUMBERED_KEYS,
    PRESENTATION_CONTEXTS,
    PROFILE_KEYS,
    PROFILES,
    SPELLED,
    SPELLED_KEYS,
)
from asprofile.syntax import Entry, Header
from asprofile.text import Edit, Span, encode, line_end, line_start, next_line, without_lines


def losses(outline: Outline, data: bytes) -> Iterator[Loss]:
    """Every loss: those outside, then in file order within each supersection."""
    yield from _outside(outline, data)
    seen: dict[str, SupersectionPart] = {}
    for supersection in outline.supersections:
        name = supersection.name
        if name in seen:
            if name in SPELLED:
                first = seen[name]
                mend = _moved_behind(data, first, supersection)
                yield Loss(supersection.header, "second supersection", name, first=first.header, mend=mend)
            else:
                yield Loss(supersection.header, "foreign supersection", name)
        elif name in SPELLED:
            for section in supersection.sections:
                yield from _unread(name, section, data)
        else:
            yield _unknown_supersection(outline, supersection)
        seen.setdefault(name, supersection)


# -- places


def _outside(outline: Outline, data: bytes) -> Iterator[Loss]:
    for item, supersection in outline.outside:
        if supersection is None or not isinstance(item, Entry):
            yield Loss(item, "outside")
            continue
        first = item is supersection.orphans[0]
        meant, mend = _header_for(outline, data, supersection) if first else ("", ())
        yield Loss(item, "outside", supersection.name, meant=meant, mend=mend)


def _header_for(outline: Outline, data: bytes, supersection: SupersectionPart) -> tuple[str, tuple[Edit, ...]]:
    """The one list that is referenced and not there, if the entries without a section can be its."""
    first = supersection.orphans[0]
    prefix = NUMBERED_KEYS.get(supersection.name)
    if (
        prefix is None
        or number_of(first.key)[0] != prefix
        or outline.supersection(supersection.name) is not supersection
    ):
        return "", ()
    labels = undefined_labels(outline, supersection.name)
    if len(labels) != 1:
        return "", ()
    start = line_start(data, first.key_span.start)
    return labels[0], (Edit(Span(start, start), b"[" + encode(labels[0]) + b"]" + line_end(data)),)


def _moved_behind(data: bytes, first: SupersectionPart, second: SupersectionPart) -> tuple[Edit, ...]:
    """The sections of a second supersection put after those of the first."""
    removed = Edit(Span(second.header.span.start, next_line(data, second.header.span.end)), b"")
    if second.number == first.number + 1:
        return (removed,)
    here = end_of(data, first)
    block = Span(removed.span.end, end_of(data, second))
    if block.end <= block.start:
        return (removed,)
    text = data[block.start : block.end]
    text = text if text.endswith((b"\n", b"\r")) else text + line_end(data)
    return (Edit(Span(here, here), text), removed, Edit(block, b""))


def end_of(data: bytes, supersection: SupersectionPart) -> int:
    """Where the line begins after the last line of the supersection that holds anything."""
    last: Entry | Header = supersection.header
    if supersection.sections:
        section = supersection.sections[-1]
        last = section.entries[-1] if section.entries else section.header
    end = last.value_span.end if isinstance(last, Entry) else last.span.end
    return next_line(data, end)


def _unknown_supersection(outline: Outline, supersection: SupersectionPart) -> Loss:
    name = supersection.name
    like = most_like(name, SPELLED) or kind_of(supersection.sections)
    if like is None:
        return Loss(supersection.header, "foreign supersection", name)
    there = outline.supersection(like)
    if there is not None:
        cause: LossCause = "misspelt supersection" if most_like(name, [like], 0.85) else "foreign supersection"
        return Loss(supersection.header, cause, name, first=there.header, meant=like)
    edit = Edit(supersection.header.raw_name, SPELLED[like].encode("ascii"))
    certain = kind_of(supersection.sections) == like
    return Loss(supersection.header, "misspelt supersection", name, meant=like, mend=(edit,), certain=certain)


def kind_of(sections: list[SectionPart]) -> str | None:
    """The supersection whose keys are in the sections, if they are all of one kind."""
    kinds = {kind for section in sections if (kind := kind_of_section(section)) is not None}
    return kinds.pop() if len(kinds) == 1 else None


def kind_of_section(section: SectionPart) -> str | None:
    """The supersection that a section belongs to by its keys."""
    for key in section.by_key:
        letters, digits = number_of(key)
        if digits:
            if letters in NUMBERED_IN:
                return NUMBERED_IN[letters]
        elif key == PRESENTATION_CONTEXTS:
            return PROFILES
    return None


# -- keys and numbers


def _unread(supersection: str, section: SectionPart, data: bytes) -> Iterator[Loss]:
    prefix = NUMBERED_KEYS.get(supersection)
    if prefix is None:
        yield from _unread_in_profile(section, data)
        return
    count = sum(1 for _ in section.numbered(prefix))
    if len(section.entries) != count:
        yield from _behind_gap(supersection, section, prefix, count)
        yield from LostKeys(supersection, section, prefix, count, data).losses()


def _behind_gap(supersection: str, section: SectionPart, prefix: str, count: int) -> Iterator[Loss]:
    """The entries whose number is not reached, in the order of their numbers; ``meant`` are the numbers that close
    the gap, as ``renumber`` gives them: 0 comes after what is read, which stays what it is.
    """
    numbers = section.by_number(prefix)
    lost = sorted(number for number in numbers if not 1 <= number <= count)
    aligned = bool(lost) and section.is_aligned
    for new, number in enumerate(lost, start=count + 1):
        entry = numbers[number]
        mend = tuple(key_edits(entry, prefix, new, aligned=aligned))
        yield Loss(entry, "gap", supersection, section, missing=count + 1, meant=spelled_key(prefix, new), mend=mend)


def _unread_in_profile(section: SectionPart, data: bytes) -> Iterator[Loss]:
    taken = set(section.by_key)
    for entry in section.entries:
        key = entry.key
        first = section.by_key[key]
        if key in PROFILE_KEYS:
            if first is not entry:
                same = entry.value == first.value
                span = Span(entry.key_span.start, entry.value_span.end)
                mend = (without_lines(data, span),) if same else ()
                yield Loss(entry, "duplicate", PROFILES, section, first=first, mend=mend)
            continue
        letters = DIGITS.sub("", key)
        like = most_like(letters, PROFILE_KEYS)
        if like is None:
            cause: LossCause = "other key" if letters in SPELLED_KEYS and letters != key else "foreign key"
            yield Loss(entry, cause, PROFILES, section)
        elif like in taken:
            yield Loss(entry, "misspelt key", PROFILES, section, first=section.by_key.get(like))
        else:
            taken.add(like)
            meant = SPELLED[like]
            yield Loss(
                entry,
                "misspelt key",
                PROFILES,
                section,
                meant=meant,
                mend=(Edit(entry.key_span, meant.encode("ascii")),),
            )
