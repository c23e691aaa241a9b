"""Edits on numbered lists: entries taken out or added, so that the numbers stay without a gap and nothing else changes.

A list that has entries DCMTK does not read (after a gap, twice) is left alone: other numbers would bring them to
life. So every function gives None where it cannot keep that promise.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import chain

from asprofile.edit.numbering import entry_like, new_lines, numbered_as, taken_out, without
from asprofile.lint.fixes.conflicts import FixEdits
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.outline import SectionPart
from asprofile.lint.subject import Subject
from asprofile.model import uid
from asprofile.model.inference import has_class_twice
from asprofile.model.words import NUMBERED_KEYS, PRESENTATION_CONTEXTS, PROFILES, is_limited
from asprofile.names.well_known import MAX_CONTEXTS
from asprofile.syntax import Entry
from asprofile.text import Edit, Span, encode, next_line


def removal(subject: Subject, supersection: str, label: str, spans: Collection[Span]) -> FixEdits | None:
    """Take the entries with these spans out of a list and renumber the others; None if no entry would be left."""
    edits: list[Edit] = []
    left = 0
    prefix = NUMBERED_KEYS[supersection]
    for section in _sections(subject, supersection, label):
        entries = list(section.numbered(prefix))
        kept = sum(entry.span not in spans for entry in entries)
        left += kept
        if kept < len(entries):
            found = taken_out(subject.data, section, prefix, spans) if _is_sound(section, entries) else None
            if found is None:
                return None
            edits += found
    return tuple(edits) if left and edits else None


def single_removals(subject: Subject, supersection: str, label: str, spans: Collection[Span]) -> dict[Span, FixEdits]:
    """For each of these entries the edits of ``removal`` for it alone: for the many findings in a long list."""
    found: dict[Span, FixEdits] = {}
    left = 0
    for section in _sections(subject, supersection, label):
        entries = list(section.numbered(NUMBERED_KEYS[supersection]))
        left += len(entries)
        wanted = [place for place, entry in enumerate(entries) if entry.span in spans]
        if not wanted:
            continue
        lowered = _lowered(subject, section, entries)
        if not _is_sound(section, entries) or len(lowered) < len(entries):
            return {}
        for place in wanted:
            gone = without(subject.data, entries[place])
            found[entries[place].span] = (gone, *chain.from_iterable(lowered[place + 1 :]))
    return found if left > 1 else {}


def _lowered(subject: Subject, section: SectionPart, entries: list[Entry]) -> list[FixEdits]:
    """The edits that give each entry the number of the one before it: the same for all removals in front of it, and
    for all rules that have some. Fewer than there are entries where one cannot be given another number.
    """
    found = subject.lowered.get(section.header.span)
    if found is None:
        aligned = section.is_aligned
        lowered = (numbered_as(entry, place, aligned=aligned) for place, entry in enumerate(entries))
        found = subject.lowered[section.header.span] = [tuple(edits) for edits in lowered if edits is not None]
    return found


def addition(subject: Subject, supersection: str, label: str, values: Sequence[str]) -> FixEdits | None:
    """Add entries with these values after the last one of a list, written as that one is.

    None also where a side that takes a list of contexts as it is would no longer, unless the user said that it is the
    other's.
    """
    sections = _sections(subject, supersection, label)
    prefix = NUMBERED_KEYS[supersection]
    entries = list(sections[-1].numbered(prefix)) if sections else []
    if not entries or not _is_sound(sections[-1], entries):
        return None
    if supersection == PRESENTATION_CONTEXTS and not _stays_usable(subject, label, values):
        return None
    last = entries[-1]
    aligned = sections[-1].is_aligned
    if numbered_as(last, 1, aligned=False) is None:
        return None
    numbered = enumerate(map(encode, values), start=len(entries) + 1)
    lines = [
        entry_like(last, NUMBERED_KEYS[supersection], number, value, aligned=aligned) for number, value in numbered
    ]
    return (new_lines(subject.data, next_line(subject.data, last.value_span.end), lines),)


def _stays_usable(subject: Subject, label: str, values: Sequence[str]) -> bool:
    contexts = subject.config.context_lists[label]
    grown = len(contexts.items) + len(values)
    limited = is_limited(subject.given_role, subject.release)
    if limited and len(contexts.items) <= MAX_CONTEXTS < grown:
        return False
    if subject.given_role == "requestor" or has_class_twice(contexts):
        return True
    new = [uid.resolve(encode(value).partition(b"\\")[0], subject.release) for value in values]
    return len({*new, *(item.abstract_syntax for item in contexts.items)}) == grown


def unwanted(subject: Subject, profile: str, key: str, message: str, title: str) -> Iterator[Hit]:
    """A hit for the entry of a profile that names a list which it should not have; the fix takes the entry out."""
    entry = profile_entry(subject, profile, key)
    if entry is not None:
        edits = without_reference(subject, profile, key)
        yield Hit(entry.value_span, message, Fix(title, edits, safe=False) if edits else None)


def without_reference(subject: Subject, profile: str, key: str) -> FixEdits | None:
    """Take ``key`` (upper case) out of a profile."""
    for section in _sections(subject, PROFILES, profile):
        if len(section.by_key) < len(section.entries):
            return None
        entry = section.by_key.get(key)
        if entry is not None:
            return (without(subject.data, entry),)
    return None


def profile_entry(subject: Subject, profile: str, key: str) -> Entry | None:
    """The entry that a profile has under ``key`` (upper case)."""
    return next((section.by_key.get(key) for section in _sections(subject, PROFILES, profile)), None)


def _sections(subject: Subject, supersection: str, label: str) -> Sequence[SectionPart]:
    return subject.outline.by_name(supersection).get(label, ())


def _is_sound(section: SectionPart, read: list[Entry]) -> bool:
    return len(section.entries) == len(read)
