"""Where a file refers to its lists: the labels in contexts and profiles, and what they find."""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.lint.outline import Outline
from asprofile.model.words import (
    EXTENDED_NEGOTIATION,
    PRESENTATION_CONTEXTS,
    PROFILES,
    ROLE_SELECTION,
    TRANSFER_SYNTAXES,
    label_of,
)
from asprofile.syntax import Entry
from asprofile.text import Span, decode
from asprofile.value import Value


class ListReference(Value):
    """A label in an entry that DCMTK reads: ``label`` as it asks for it, ``text`` as it is written, ``span`` of
    that.
    """

    supersection: str
    label: str
    text: bytes
    entry: Entry
    start: int

    @property
    def span(self) -> Span:
        return self.entry.part(self.start, len(self.entry.value))


def references(outline: Outline) -> Iterator[ListReference]:
    """Every reference that DCMTK looks up, in its order."""
    for section in outline.sections(PRESENTATION_CONTEXTS):
        for entry in section.numbered("PRESENTATIONCONTEXT"):
            _, backslash, text = entry.value.partition(b"\\")
            if backslash:
                yield ListReference(TRANSFER_SYNTAXES, label_of(text), text, entry, len(entry.value) - len(text))
    for section in outline.sections(PROFILES):
        for key in (PRESENTATION_CONTEXTS, ROLE_SELECTION, EXTENDED_NEGOTIATION):
            found = section.by_key.get(key)
            if found is not None:
                yield ListReference(key, label_of(found.value), found.value, found, 0)


def undefined_labels(outline: Outline, supersection: str) -> list[str]:
    """The labels, as first written, that are referenced and that no section of the supersection has."""
    there = {section.name for section in outline.sections(supersection)}
    found: dict[str, str] = {}
    for reference in references(outline):
        if reference.supersection == supersection and reference.label and reference.label not in there:
            found.setdefault(reference.label, decode(reference.text).strip())
    return list(found.values())
