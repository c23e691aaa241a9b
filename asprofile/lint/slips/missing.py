"""Required supersections that are missing, each with what is in its place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from asprofile.lint.fixes.edits import most_like
from asprofile.lint.outline import Outline
from asprofile.lint.slips.losses import kind_of, kind_of_section
from asprofile.model.words import LIST_OF, PRESENTATION_CONTEXTS, PROFILES, SPELLED
from asprofile.syntax import Header
from asprofile.text import Edit, Span, line_end, line_start
from asprofile.value import Value

MANDATORY = {1050: "TRANSFERSYNTAXES", 1051: PRESENTATION_CONTEXTS, 1060: PROFILES}
Clue = Literal["misspelt", "single brackets", "sections", "none"]


class Missing(Value):
    """A supersection without which DCMTK refuses the file; ``span`` is where it was probably meant to be.

    ``mend`` are the edits that make it so, ``certain`` says that no other reading is likely.
    """

    name: str
    clue: Clue
    span: Span
    item: Header | None = None
    mend: tuple[Edit, ...] = ()
    certain: bool = True

    @property
    def spelled(self) -> str:
        return SPELLED[self.name]

    @property
    def what(self) -> str:
        return LIST_OF[self.name]


def missing_supersections(outline: Outline, data: bytes) -> Iterator[Missing]:
    """The supersections that must be there and are not, in the order in which DCMTK misses them."""
    there = {supersection.name for supersection in outline.supersections}
    claimed: set[int] = set()
    for name in MANDATORY.values():
        if name not in there:
            found = _misspelt(outline, name, claimed) or _single(outline, name) or _headless(outline, data, name)
            if found and found.item:
                claimed.add(found.item.span.start)
            yield found or Missing(name, "none", Span(0, 0))


def _misspelt(outline: Outline, name: str, claimed: set[int]) -> Missing | None:
    unknown = [
        found for found in outline.supersections if found.name not in SPELLED and found.header.span.start not in claimed
    ]
    like = most_like(name, [found.name for found in unknown])
    for found in unknown:
        if found.name == like or kind_of(found.sections) == name:
            header = found.header
            edit = Edit(header.raw_name, SPELLED[name].encode("ascii"))
            certain = kind_of(found.sections) == name
            return Missing(name, "misspelt", header.raw_name, header, (edit,), certain)
    return None


def _single(outline: Outline, name: str) -> Missing | None:
    """A section of this name and without entries is a supersection that lacks its second pair of brackets."""
    sections = [*outline.loose, *(section for part in outline.supersections for section in part.sections)]
    empty = [section for section in sections if not section.entries]
    like = most_like(name, [section.name for section in empty], 0.85)
    for section in empty:
        header = section.header
        if section.name == like and header.closed:
            opened = header.span.start
            edits = [Edit(Span(opened, opened), b"["), Edit(Span(header.span.end, header.span.end), b"]")]
            if section.name != name:
                edits.append(Edit(header.raw_name, SPELLED[name].encode("ascii")))
            return Missing(name, "single brackets", header.span, header, tuple(edits), section.name == name)
    return None


def _headless(outline: Outline, data: bytes, name: str) -> Missing | None:
    """The first section with the keys of the missing supersection."""
    sections = [*outline.loose, *(section for part in outline.supersections for section in part.sections)]
    for section in sections:
        if kind_of_section(section) == name:
            start = line_start(data, section.header.span.start)
            text = b"[[" + SPELLED[name].encode("ascii") + b"]]" + line_end(data)
            return Missing(name, "sections", section.header.span, section.header, (Edit(Span(start, start), text),))
    return None
