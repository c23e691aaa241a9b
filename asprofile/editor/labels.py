"""Labels: where lists and profiles are named and where they are referred to; renaming one everywhere.

A label is the same wherever DCMTK takes it as the same: letter case does not count, in a reference white space neither,
and sections of one name are one list. References in entries that DCMTK does not read (after a gap, a second key) count
here too: they mean the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from asprofile.lint.outline import SectionPart
from asprofile.lint.subject import Subject
from asprofile.model.words import LIST_OF, PRESENTATION_CONTEXTS, PROFILE_KEYS, PROFILES, TRANSFER_SYNTAXES, label_of
from asprofile.syntax import Entry
from asprofile.text import Edit, Span

_WHITE_SPACE = b" \t\n\v\f\r"
_CONTEXT = re.compile(r"PRESENTATIONCONTEXT[0-9]+")
_ALLOWED = re.compile(r"[A-Za-z0-9_-]+")
_NOT_ALLOWED = re.compile(r"[^A-Za-z0-9_-]")
_LINE_END = re.compile(rb"[\r\n]")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A label in the file, in a header or in a reference to one.

    ``supersection`` is the one in which the list is, ``label`` how DCMTK knows it (upper case), ``span`` the text
    without blanks around it. ``is_read`` is false in a second supersection of a name, at which DCMTK never looks.
    """

    supersection: str
    label: str
    span: Span
    is_header: bool
    is_read: bool = True

    def same_as(self, other: Occurrence) -> bool:
        return (self.supersection, self.label) == (other.supersection, other.label)


@dataclass(frozen=True, slots=True)
class CannotRename:
    """``reason`` says what is in the way and what to do instead."""

    reason: str


class Labels:
    """The labels of a file."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self.occurrences = tuple(sorted(_occurrences(subject), key=lambda found: found.span))

    def at(self, offset: int) -> Occurrence | None:
        """The label at an offset; the offset right after it is still at it."""
        return next((found for found in self.occurrences if found.span.start <= offset <= found.span.end), None)

    def definitions(self, offset: int) -> list[Span]:
        """The headers of the list that the label at ``offset`` means: several when sections of one name are joined."""
        headers = [found for found in self._same(offset) if found.is_header]
        return [found.span for found in headers if found.is_read] or [found.span for found in headers]

    def references(self, offset: int, *, headers: bool = True) -> list[Span]:
        """Every place of the label at ``offset``; with ``headers`` also where its list is."""
        return [found.span for found in self._same(offset) if headers or not found.is_header]

    def renaming(self, offset: int, name: str) -> tuple[Edit, ...] | CannotRename:
        """The edits that give the list or profile whose label is at ``offset`` another name, in all its headers and in
        all references, so that DCMTK loads the same under the new name.
        """
        same = self._same(offset)
        reason = _unfit_name(name) if same else "there is no label here; put the cursor on one"
        reason = reason or self._taken(same, name) or self._unfit_places(same)
        if reason:
            return CannotRename(reason)
        return tuple(Edit(found.span, name.encode("ascii")) for found in same)

    def _same(self, offset: int) -> list[Occurrence]:
        here = self.at(offset)
        return [found for found in self.occurrences if found.same_as(here)] if here else []

    def _taken(self, same: list[Occurrence], name: str) -> str | None:
        """Two lists of one name would be joined. References to nothing, though, may be made references to a list."""
        first = same[0]
        if name.upper() == first.label or not any(found.is_header for found in same):
            return None
        for other in self.occurrences:
            if (other.supersection, other.label) == (first.supersection, name.upper()):
                what = LIST_OF[first.supersection]
                if other.is_header:
                    return f"there is a {what} {name} already, and DCMTK would take the two as one"
                return f"there are references to a {what} {name} that is not there; they would find this one"
        return None

    def _unfit_places(self, same: list[Occurrence]) -> str | None:
        for found in same:
            if _LINE_END.search(self._subject.data, *found.span):
                line = self._subject.source.line_of(found.span.start)
                return f"the label in line {line} is written over several lines; write it on one first"
        return None


def _unfit_name(name: str) -> str | None:
    if _ALLOWED.fullmatch(name):
        return None
    if not name:
        return "a label cannot be empty"
    dropped = "".join(dict.fromkeys(_NOT_ALLOWED.findall(name)))
    shown = f"`{dropped}`" if dropped.isprintable() and dropped.strip() else "blanks"
    return (
        f"DCMTK drops {shown} from a name in a header, so no reference would find it: use letters, digits, `-` and `_`"
    )


def _occurrences(subject: Subject) -> Iterator[Occurrence]:
    for supersection in subject.outline.supersections:
        if supersection.name not in LIST_OF:
            continue
        is_read = subject.outline.supersection(supersection.name) is supersection
        for section in supersection.sections:
            span = stripped(subject.data, section.header.raw_name)
            if section.name:
                yield Occurrence(supersection.name, section.name, span, is_header=True, is_read=is_read)
            if supersection.name == PRESENTATION_CONTEXTS:
                yield from _in_contexts(section)
            elif supersection.name == PROFILES:
                yield from _in_profile(section)


def _in_contexts(section: SectionPart) -> Iterator[Occurrence]:
    for entry in section.entries:
        name, backslash, _ = entry.value.partition(b"\\")
        if backslash and _CONTEXT.fullmatch(entry.key):
            yield from _reference(TRANSFER_SYNTAXES, entry, len(name) + 1)


def _in_profile(section: SectionPart) -> Iterator[Occurrence]:
    for entry in section.entries:
        if entry.key in PROFILE_KEYS:
            yield from _reference(entry.key, entry, 0)


def _reference(supersection: str, entry: Entry, start: int) -> Iterator[Occurrence]:
    text = entry.value[start:]
    label = label_of(text)
    if label:
        start += len(text) - len(text.lstrip(_WHITE_SPACE))
        span = entry.part(start, len(entry.value.rstrip(_WHITE_SPACE)))
        yield Occurrence(supersection, label, span, is_header=False)


def stripped(data: bytes, span: Span) -> Span:
    """The span without the white space at its ends."""
    text = data[span.start : span.end]
    if not text.strip(_WHITE_SPACE):
        return Span(span.start, span.start)
    start = span.start + len(text) - len(text.lstrip(_WHITE_SPACE))
    return Span(start, start + len(text.strip(_WHITE_SPACE)))
