"""Edits on numbered lists: entries taken out or added, so that the numbers stay without a gap and nothing else changes.

A list that has entries DCMTK does not read (after a gap, twice) is left alone: other numbers would bring them to
life. So every function gives None where it cannot keep that promise.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import chain

from asprofile.lint.fixes.conflicts import FixEdits
from asprofile.lint.fixes.edits import with_number
from asprofile.lint.outline import SectionPart
from asprofile.lint.slips.numbers import number_of
from asprofile.lint.subject import Subject
from asprofile.model import uid
from asprofile.model.inference import has_class_twice
from asprofile.model.words import NUMBERED_KEYS, PRESENTATION_CONTEXTS, PROFILES, is_limited
from asprofile.names.well_known import MAX_CONTEXTS
from asprofile.syntax import Entry
from asprofile.text import Edit, Span, encode

_SEPARATOR = re.compile(r"([ \t]*)=[ \t]*")


def removal(subject: Subject, supersection: str, label: str, spans: Collection[Span]) -> FixEdits | None:
    """Take the entries with these spans out of a list and renumber the others; None if no entry would be left."""
    edits: list[Edit] = []
    left = 0
    for section in _sections(subject, supersection, label):
        entries = list(section.numbered(NUMBERED_KEYS[supersection]))
        kept = [entry for entry in entries if entry.span not in spans]
        left += len(kept)
        if len(kept) == len(entries):
            continue
        if not _is_sound(section, entries):
            return None
        edits += [Edit(_lines(subject, entry), b"") for entry in entries if entry.span in spans]
        aligned = section.is_aligned
        for number, entry in enumerate(kept, start=1):
            numbered = _numbered(subject, entry, number, aligned)
            if numbered is None:
                return None
            if number_of(entry.key)[1] != str(number):
                edits += numbered
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
            gone = Edit(_lines(subject, entries[place]), b"")
            found[entries[place].span] = (gone, *chain.from_iterable(lowered[place + 1 :]))
    return found if left > 1 else {}


def _lowered(subject: Subject, section: SectionPart, entries: list[Entry]) -> list[FixEdits]:
    """The edits that give each entry the number of the one before it: the same for all removals in front of it, and
    for all rules that have some. Fewer than there are entries where one cannot be given another number.
    """
    found = subject.lowered.get(section.header.span)
    if found is None:
        aligned = section.is_aligned
        lowered = (_numbered(subject, entry, place, aligned) for place, entry in enumerate(entries))
        found = subject.lowered[section.header.span] = [edits for edits in lowered if edits is not None]
    return found


def _numbered(subject: Subject, entry: Entry, number: int, aligned: bool) -> FixEdits | None:
    """The edits that give an entry another number; None where the file has something between the digits."""
    digits = number_of(entry.key)[1].encode("ascii")
    end = entry.key_span.end
    start = end - len(digits)
    return with_number(Span(start, end), number, aligned=aligned) if subject.data[start:end] == digits else None


def addition(subject: Subject, supersection: str, label: str, values: Sequence[str]) -> FixEdits | None:
    """Add entries with these values after the last one of a list, written as that one is.

    None also where a side that takes a list of contexts as it is would no longer, unless the user said that it is the
    other's.
    """
    sections = _sections(subject, supersection, label)
    entries = list(sections[-1].numbered(NUMBERED_KEYS[supersection])) if sections else []
    if not entries or not _is_sound(sections[-1], entries):
        return None
    if supersection == PRESENTATION_CONTEXTS and not _stays_usable(subject, label, values):
        return None
    last = entries[-1]
    key = subject.text(last.key_span)
    digits = number_of(last.key)[1]
    separator = _SEPARATOR.fullmatch(subject.text(Span(last.key_span.end, last.value_span.start)))
    if not key.endswith(digits) or separator is None:
        return None
    lines = []
    for number, value in enumerate(values, start=len(entries) + 1):
        # Aligned signs stay aligned when the number gets longer.
        grown = len(str(number)) - len(digits)
        between = separator.group()[grown:] if len(separator.group(1)) > grown else separator.group()
        lines.append(f"{key.removesuffix(digits)}{number}{between}{value}")
    return (_behind(subject, last, lines),)


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


def without_reference(subject: Subject, profile: str, key: str) -> FixEdits | None:
    """Take ``key`` (upper case) out of a profile."""
    for section in _sections(subject, PROFILES, profile):
        if len(section.by_key) < len(section.entries):
            return None
        entry = section.by_key.get(key)
        if entry is not None:
            return (Edit(_lines(subject, entry), b""),)
    return None


def profile_entry(subject: Subject, profile: str, key: str) -> Entry | None:
    """The entry that a profile has under ``key`` (upper case)."""
    return next((section.by_key.get(key) for section in _sections(subject, PROFILES, profile)), None)


def _sections(subject: Subject, supersection: str, label: str) -> Sequence[SectionPart]:
    return subject.outline.by_name(supersection).get(label, ())


def _is_sound(section: SectionPart, read: list[Entry]) -> bool:
    return len(section.entries) == len(read)


def _lines(subject: Subject, entry: Entry) -> Span:
    """The lines of an entry; without the line end if something is in front of it on its first line."""
    start, end = entry.key_span.start, entry.value_span.end
    lines = subject.source.whole_lines(Span(start, end))
    if subject.data[lines.start : start].strip(b" \t"):
        return Span(start, subject.source.line_span(subject.source.line_of(max(start, end - 1))).end)
    return lines


def _behind(subject: Subject, entry: Entry, lines: list[str]) -> Edit:
    source = subject.source
    line = source.line_of(entry.value_span.end)
    end = source.line_span(line).end
    behind = source.whole_lines(Span(end, end)).end
    line_end = subject.data[end:behind]
    if line_end:
        return Edit(Span(behind, behind), b"".join(encode(text) + line_end for text in lines))
    line_end = b"\r\n" if b"\r\n" in subject.data else b"\n"
    return Edit(Span(end, end), b"".join(line_end + encode(text) for text in lines))
