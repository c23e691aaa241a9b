"""What is at an offset of a file: a name or UID, a label, a key, a role, a header.

Where it is and what DCMTK takes it for; what to say of it belongs in ``hover``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from asprofile.edit.numbering import number_of
from asprofile.editor.labels import Labels, Occurrence, stripped
from asprofile.lint.outline import SectionPart, SupersectionPart
from asprofile.lint.subject import Subject
from asprofile.model.words import EXTENDED_NEGOTIATION, NUMBERED_KEYS, ROLE_SELECTION, TRANSFER_SYNTAXES
from asprofile.syntax import Entry
from asprofile.text import Span

EntryPartKind = Literal["key", "name", "role", "data"]


@dataclass(frozen=True, slots=True)
class SupersectionName:
    """The name in a supersection's header."""

    span: Span
    supersection: SupersectionPart


@dataclass(frozen=True, slots=True)
class EntryPart:
    """A part of an entry: its key, the name or UID, the role, the hex digits. (The label is an ``Occurrence``.)"""

    span: Span
    part: EntryPartKind
    supersection: str
    section: SectionPart
    entry: Entry


Place = SupersectionName | EntryPart | Occurrence


def place_at(subject: Subject, labels: Labels, offset: int) -> Place | None:
    """What is at an offset; the offset right after it is still at it. None for comments, blanks and whatever DCMTK
    does not take for an entry.
    """
    label = labels.at(offset)
    if label is not None:
        return label
    for supersection in reversed(subject.outline.supersections):
        if supersection.header.span.start <= offset:
            return next((place for place in _places(subject, supersection, offset) if _holds(place.span, offset)), None)
    return None


def _places(subject: Subject, supersection: SupersectionPart, offset: int) -> Iterator[SupersectionName | EntryPart]:
    yield SupersectionName(stripped(subject.data, supersection.header.raw_name), supersection)
    for section in supersection.sections:
        for entry in section.entries:
            if _holds(entry.span, offset):
                yield from _parts(supersection.name, section, entry)


def _parts(supersection: str, section: SectionPart, entry: Entry) -> Iterator[EntryPart]:
    yield EntryPart(entry.key_span, "key", supersection, section, entry)
    if number_of(entry.key)[0] != NUMBERED_KEYS.get(supersection):
        return
    name, backslash, _ = entry.value.partition(b"\\")
    if supersection == TRANSFER_SYNTAXES:
        yield EntryPart(entry.value_span, "name", supersection, section, entry)
        return
    yield EntryPart(entry.part(0, len(name)), "name", supersection, section, entry)
    part = _RIGHT.get(supersection)
    if backslash and part is not None:
        yield EntryPart(entry.part(len(name) + 1, len(entry.value)), part, supersection, section, entry)


_RIGHT: dict[str, EntryPartKind] = {ROLE_SELECTION: "role", EXTENDED_NEGOTIATION: "data"}


def _holds(span: Span, offset: int) -> bool:
    return span.start <= offset <= span.end
