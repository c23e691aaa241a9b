"""Suppression comments for all findings of a report, so that a repository can start clean and hear of new ones only.

A comment is a line of its own, which DCMTK drops before it looks at anything else, so none of this changes what is
loaded. Pure; see ``suppress`` for what the comments mean.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Collection

from asprofile.lint.run import UNUSED_SUPPRESSION, LintOptions, LintReport, lint
from asprofile.syntax import Space, parse
from asprofile.text import Edit, Source, Span, apply_edits, line_end, line_start

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

# Where a comment for the whole file goes.
_TOP = -1


def ignores(report: LintReport, settings: LintOptions | None = None) -> tuple[Edit, ...]:
    """Insertions of comment lines that silence the findings of the report, which was made with these settings.

    Above the item on which a finding begins; at the top, for the whole file, where no comment can speak of the item
    alone: it begins after another one on its line, or the finding is about no item. No comment is written for an
    unused suppression, which none can silence, nor above a byte-order mark, which has to go first.
    """
    settings = settings or LintOptions()
    others = _codes(lint(report.source, settings)) - _codes(report)
    for_all: set[str] = set()
    while True:
        edits = _edits(report, for_all)
        after = lint(Source(apply_edits(report.source.data, edits), report.source.path), settings)
        # What is about a file may be said of its first line, whichever that is, and escape a comment above it.
        left = set(_codes(after) - others) - for_all
        if not left:
            return edits
        for_all |= left


def _codes(report: LintReport) -> Counter[str]:
    return Counter(finding.code for finding in report.findings if finding.code != UNUSED_SUPPRESSION)


def _edits(report: LintReport, for_all: Collection[str]) -> tuple[Edit, ...]:
    """One insertion for each place; the codes in ``for_all`` are ignored in the whole file."""
    data = report.source.data
    items = [item.span for item in parse(data) if not isinstance(item, Space)]
    starts = [span.start for span in items]
    codes = {_TOP: set(for_all)}
    for finding in report.findings:
        if finding.code != UNUSED_SUPPRESSION:
            codes.setdefault(_place(finding.span.start, data, items, starts), set()).add(finding.code)
    if data.startswith(_BYTE_ORDER_MARK):
        # Nothing can be in front of it, and after it no line begins.
        codes.pop(_TOP, None)
        codes.pop(0, None)
    everywhere = codes.pop(_TOP, set())
    edits = [_comment(0, "ignore-file", everywhere, data)]
    edits += (_comment(place, "ignore", found - everywhere, data) for place, found in sorted(codes.items()))
    return tuple(edit for edit in edits if edit is not None)


def _place(offset: int, data: bytes, items: list[Span], starts: list[int]) -> int:
    """The beginning of the line above which a comment speaks of the item at ``offset``, or ``_TOP``."""
    number = bisect_right(starts, offset) - 1
    if number < 0 or offset >= items[number].end:
        return _TOP
    start = line_start(data, starts[number])
    is_first_on_its_line = bisect_right(starts, start - 1) == number
    return start if is_first_on_its_line else _TOP


def _comment(place: int, kind: str, codes: Collection[str], data: bytes) -> Edit | None:
    if not codes:
        return None
    return Edit(Span(place, place), f"# asprofile: {kind}[{', '.join(sorted(codes))}]".encode("ascii") + line_end(data))
