"""Edits of the numbered lists of a document: entries put in, taken out, changed and numbered.

How that is done is in ``numbering``; here is what must not be done. The lines of sections are edited in ``lines``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

from asprofile.edit.lines import sections
from asprofile.edit.numbering import Edits, entry_like, key_edits, new_lines, number_of, numbered_as, taken_out
from asprofile.errors import EditError
from asprofile.model.document import Document, Section
from asprofile.model.words import NUMBERED_KEYS
from asprofile.program import command
from asprofile.syntax import Entry
from asprofile.syntax.columns import is_aligned
from asprofile.text import Edit, Source, Span, decode, encode, next_line


def inserted(document: Document, supersection: str, label: str, place: int, value: str, comment: str = "") -> Edits:
    """Make ``value`` the entry number ``place`` (from 0, and not the first) of a list; those after it move on by one.

    ``comment``: a line above it, without ``#``. Raises EditError if the new numbers would make DCMTK read entries that
    it does not read now.
    """
    section, entries, place = _section_of(document, supersection, label, place)
    before = entries[place - 1]
    aligned = is_aligned(section.entries)
    edits: Edits = []
    for number, entry in enumerate(entries[place:], place + 2):
        edits += _or_error(numbered_as(entry, number, aligned=aligned), [entry])
    data = document.data
    at = next_line(data, before.value_span.end)
    line = entry_like(before, NUMBERED_KEYS[supersection], place + 1, encode(value), aligned=aligned)
    lines = [b"# " + encode(comment), line] if comment else [line]
    return [*edits, new_lines(data, at, lines)]


def removed(document: Document, supersection: str, label: str, places: Collection[int]) -> Edits:
    """Remove the entries with these numbers (from 0) from a list and renumber the others. One has to stay."""
    edits: Edits = []
    first = 0
    prefix = NUMBERED_KEYS[supersection]
    for section in sections(document, supersection, label):
        read = list(section.numbered(prefix))
        gone = {read[place - first].span for place in places if first <= place < first + len(read)}
        first += len(read)
        if gone:
            entries = _sound(document, supersection, section)
            edits += _or_error(taken_out(document.data, section, prefix, gone), entries)
    return edits


def replaced(document: Document, supersection: str, label: str, place: int, value: str) -> Edits:
    """Give the entry with this number (from 0) another value."""
    entries = [
        entry
        for section in sections(document, supersection, label)
        for entry in section.numbered(NUMBERED_KEYS[supersection])
    ]
    return [Edit(entries[place].value_span, encode(value))]


def renumbered(document: Document, numbers: dict[int, int]) -> Edits:
    """Give entries other numbers, as ``renumber.new_numbers`` has them, by the offset of the entry."""
    edits: Edits = []
    for supersection in document.supersections:
        for section in supersection.sections:
            wanted = [entry for entry in section.entries if entry.span.start in numbers]
            aligned = bool(wanted) and is_aligned(section.entries)
            for entry in wanted:
                edits += key_edits(entry, number_of(entry.key)[0], numbers[entry.span.start], aligned=aligned)
    return edits


def _section_of(document: Document, supersection: str, label: str, place: int) -> tuple[Section, list[Entry], int]:
    """The section that gets the entry, its entries, and the place in it."""
    found: tuple[Section, int] | None = None
    first = 0
    for section in sections(document, supersection, label):
        count = sum(1 for _ in section.numbered(NUMBERED_KEYS[supersection]))
        if count and first < place:
            found = section, place - first
        first += count
    assert found is not None, "a list that is loaded has an entry"
    section, place = found
    entries = _sound(document, supersection, section)
    return section, entries, min(place, len(entries))


def _sound(document: Document, supersection: str, section: Section) -> list[Entry]:
    """The numbered entries of a section, all of which DCMTK reads."""
    prefix = NUMBERED_KEYS[supersection]
    read = list(section.numbered(prefix))
    spans = {entry.span for entry in read}
    for entry in section.entries:
        letters, digits = number_of(entry.key)
        if entry.span not in spans and letters == prefix and digits:
            line = Source(document.data).line_of(entry.key_span.start)
            raise EditError(
                f"DCMTK does not read {decode(_text(entry, entry.key_span))} in line {line} (a number before it is "
                f"missing or there twice, or it has a leading zero), and new numbers in [{section.name}] could bring "
                f"it to life: take it out, or let `{command('renumber')}` make it count"
            )
    return read


def _or_error(edits: Edits | None, entries: Iterable[Entry]) -> Edits:
    """The edits; raises EditError where one of the entries cannot be given another number."""
    if edits is None:
        key = next(_text(one, one.key_span) for one in entries if numbered_as(one, 1, aligned=False) is None)
        raise EditError(f"the key {decode(key)!r} has other characters between its digits: write it as DCMTK reads it")
    return edits


def _text(entry: Entry, span: Span) -> bytes:
    return entry.data[span.start : span.end]
