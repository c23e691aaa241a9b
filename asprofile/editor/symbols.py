"""The outline of a file: supersections, the sections in them, the entries in those."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from asprofile.editor.labels import stripped
from asprofile.lint.outline import Outline, SectionPart, SupersectionPart
from asprofile.lint.subject import Subject
from asprofile.model.words import LIST_OF
from asprofile.syntax import Entry, Header
from asprofile.text import Span, decode

DocumentSymbolKind = Literal["supersection", "section", "entry"]

_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class DocumentSymbol:
    """``name`` (never empty) and ``detail`` are to be shown; ``span`` is all of it, ``name_span`` a part of that.
    ``children`` are inside of ``span``.
    """

    name: str
    detail: str
    kind: DocumentSymbolKind
    span: Span
    name_span: Span
    children: tuple[DocumentSymbol, ...] = ()


def symbols(subject: Subject) -> tuple[DocumentSymbol, ...]:
    """The supersections of a file in order. What DCMTK drops because it has no place is left out."""
    outline = subject.outline
    ends = _ends(outline, len(subject.data))
    return tuple(_supersection(subject, part, ends) for part in outline.supersections)


def _ends(outline: Outline, end: int) -> dict[int, int]:
    """Where the part that begins with a header ends: the header's start -> the start of what follows it."""
    found = dict(pairwise([*(part.header.span.start for part in outline.supersections), end]))
    for part in outline.supersections:
        sections = [section.header.span.start for section in part.sections]
        found.update(pairwise([*sections, found[part.header.span.start]]))
    return found


def _supersection(subject: Subject, part: SupersectionPart, ends: dict[int, int]) -> DocumentSymbol:
    children = tuple(_section(subject, section, part.name, ends) for section in part.sections)
    return _symbol(subject, part.header, "", "supersection", ends, children)


def _section(subject: Subject, part: SectionPart, supersection: str, ends: dict[int, int]) -> DocumentSymbol:
    children = tuple(_entries(subject, part.entries))
    return _symbol(subject, part.header, LIST_OF.get(supersection, ""), "section", ends, children)


def _symbol(
    subject: Subject,
    header: Header,
    detail: str,
    kind: DocumentSymbolKind,
    ends: dict[int, int],
    children: tuple[DocumentSymbol, ...],
) -> DocumentSymbol:
    span = Span(header.span.start, ends[header.span.start])
    name_span = stripped(subject.data, header.raw_name)
    name = _one_line(subject.text(name_span)) or "[" * header.brackets + "]" * header.brackets
    return DocumentSymbol(name, detail, kind, span, name_span, children)


def _entries(subject: Subject, entries: Iterable[Entry]) -> Iterator[DocumentSymbol]:
    for entry in entries:
        key = entry.key_span
        name = _one_line(subject.text(key)) or "="
        end = max(entry.value_span.end, entry.raw_key.end)
        yield DocumentSymbol(name, _one_line(decode(entry.value)), "entry", Span(key.start, end), key)


def _one_line(text: str) -> str:
    return _BLANKS.sub(" ", text).strip()
