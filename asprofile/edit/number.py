"""Renumbers the entries of all lists without a gap, in place, so that DCMTK reads what it never reached.

The numbers are chosen in ``renumber``.
"""

from __future__ import annotations

from asprofile.edit import entries
from asprofile.edit.draft import Edited
from asprofile.edit.fmt import FormatRefusal, formatted, is_formatted
from asprofile.edit.numbering import numbered_key
from asprofile.edit.renumber import new_numbers
from asprofile.errors import EditError
from asprofile.model.document import Document, Section, read
from asprofile.model.kept import Loadings, keeps_model
from asprofile.model.loader import Loading
from asprofile.model.loadings import loaded
from asprofile.program import command
from asprofile.syntax import Entry
from asprofile.text import Source, apply_edits, decode


def renumber_entries(document: Document, release: str) -> Edited:
    """The file with new numbers for the entries after a gap or with leading zeros.

    What was read stays as it is, and where it is; what was not read is added. Raises EditError if the release would
    refuse the file because of entries that it did not read before.
    """
    numbers = new_numbers(document)
    if not numbers:
        return Edited(document.data, ())
    source = Source(document.data)
    starts = {entry.span.start: entry for section in _sections(document) for entry in section.entries}
    done = tuple(
        f"line {source.line_of(starts[start].key_span.start)}: {decode(_key(starts[start]))} is now "
        f"{decode(numbered_key(starts[start], number))}"
        for start, number in sorted(numbers.items())
    )
    changed = read(apply_edits(document.data, entries.renumbered(document, numbers)))
    if is_formatted(document) and not isinstance(after := formatted(changed), FormatRefusal):
        changed = after
    _check(document, changed, release)
    return Edited(changed.data, done)


def _check(document: Document, changed: Document, release: str) -> None:
    if loaded(document, release, "requestor") and not loaded(changed, release, "requestor"):
        problem = Loading(changed, release, "requestor", most=1).problems[0]
        source = Source(changed.data)
        line = source.line_of(problem.span.start)
        raise EditError(
            f"DCMTK {release} would refuse the file with an entry that it does not read now (condition "
            f"{problem.code}): {problem.message}, in the line {source.line_text(line).strip()!r}"
        )
    if not keeps_model(Loadings(document), Loadings(changed)):
        raise EditError(f"new numbers would change what some DCMTK release loads today; `{command('lint')}` says more")


def _sections(document: Document) -> list[Section]:
    return [section for supersection in document.supersections for section in supersection.sections]


def _key(entry: Entry) -> bytes:
    return entry.data[entry.key_span.start : entry.key_span.end]
