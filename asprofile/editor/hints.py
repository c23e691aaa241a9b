"""What an editor writes beside the text: the name behind a UID, the ID of a presentation context, how much of the room
a profile uses; and above a profile what it amounts to.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from asprofile.edit.numbering import number_of
from asprofile.editor.opened import OpenFile
from asprofile.lint.outline import SectionPart
from asprofile.model.uid import is_number
from asprofile.model.words import (
    MAX_CONTEXTS,
    NUMBERED_KEYS,
    PRESENTATION_CONTEXTS,
    PROFILES,
    TRANSFER_SYNTAXES,
    is_limited,
)
from asprofile.names import uids
from asprofile.negotiate.proposal_size import request_size
from asprofile.printing import brief, plural
from asprofile.syntax import Entry
from asprofile.text import Span, decode

_LONGEST_UID = 128


@dataclass(frozen=True, slots=True)
class Hint:
    """``text`` to be shown behind the byte before ``offset``; it is not in the file."""

    offset: int
    text: str
    tooltip: str


@dataclass(frozen=True, slots=True)
class Lens:
    """``text`` to be shown above the line of ``span``, the header of the profile ``profile`` (as DCMTK knows it)."""

    span: Span
    text: str
    profile: str


def hints(file: OpenFile, within: Span | None = None) -> list[Hint]:
    """In the order of the file those that touch ``within`` (None: all)."""
    if not file.is_profile:
        return []
    found = sorted((*_names(file), *_context_ids(file), *_room(file)), key=lambda hint: hint.offset)
    return [hint for hint in found if within is None or within.start <= hint.offset <= within.end]


def lenses(file: OpenFile) -> list[Lens]:
    """One above each profile that DCMTK loads; above the first header of each where it refuses the file."""
    if not file.is_profile:
        return []
    return [
        Lens(section.header.span, _amount(file, section.name), section.name)
        for section in _profiles(file)
        if section.name
    ]


def _profiles(file: OpenFile) -> Iterator[SectionPart]:
    """The first section of each name."""
    return (sections[0] for sections in file.subject.outline.by_name(PROFILES).values())


def _amount(file: OpenFile, name: str) -> str:
    subject = file.subject
    profile = subject.config.profiles.get(name)
    if not subject.loads or profile is None:
        return f"DCMTK {file.release} refuses this file"
    contexts = plural(len(profile.contexts), "context")
    if subject.loading.role == "acceptor":
        return f"{contexts}, of an acceptor"
    size, refusal = request_size(profile, subject.loading.role)
    return brief(f"{contexts}, {refusal}") if size is None else f"{contexts}, request of {size:,} bytes"


# --- hints


def _names(file: OpenFile) -> Iterator[Hint]:
    """Behind each UID that is known, its name."""
    for supersection in file.subject.outline.supersections:
        prefix = NUMBERED_KEYS.get(supersection.name)
        for section in supersection.sections if prefix else ():
            for entry in section.entries:
                if number_of(entry.key)[0] == prefix:
                    yield from _name(entry, is_all=supersection.name == TRANSFER_SYNTAXES)


def _name(entry: Entry, *, is_all: bool) -> Iterator[Hint]:
    text = entry.value if is_all else entry.value.partition(b"\\")[0]
    uid = decode(text.rstrip())
    if not is_number(text) or len(uid) > _LONGEST_UID:
        return
    name = uids.display_name(uid)
    if name != uid:
        yield Hint(entry.part(0, len(text.rstrip())).end, name, uid)


def _context_ids(file: OpenFile) -> Iterator[Hint]:
    """Behind the key of each context that DCMTK reads, its ID (PS3.8 Table 9-13), where a requestor loads the file."""
    if file.subject.loading.role == "acceptor":
        return
    for entry, number in context_numbers(file).items():
        if number <= MAX_CONTEXTS:
            context_id = 2 * number - 1
            yield Hint(entry.end, f"ID {context_id}", f"proposed as presentation context {context_id}")


def context_numbers(file: OpenFile) -> Mapping[Span, int]:
    """By the span of its key each entry of a context list that DCMTK reads, and which one of the list it is, from 1."""
    prefix = NUMBERED_KEYS[PRESENTATION_CONTEXTS]
    return {
        entry.key_span: number
        for sections in file.subject.outline.by_name(PRESENTATION_CONTEXTS).values()
        for number, entry in enumerate((entry for section in sections for entry in section.numbered(prefix)), start=1)
    }


def _room(file: OpenFile) -> Iterator[Hint]:
    """Behind the header of a profile, how many contexts it has of those that a request can have."""
    if not file.subject.loads:
        return
    for section in _profiles(file):
        profile = file.subject.config.profiles.get(section.name)
        if profile is None:
            continue
        if is_limited(file.subject.loading.role, file.release):
            text = f"{len(profile.contexts)} of {MAX_CONTEXTS} contexts"
            tooltip = f"DCMTK {file.release} takes at most {MAX_CONTEXTS} in a list"
        else:
            text, tooltip = plural(len(profile.contexts), "context"), "an acceptor may have any number of them"
        yield Hint(section.header.span.end, text, tooltip)
