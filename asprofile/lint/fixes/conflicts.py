"""Which fixes get in each other's way, so that they cannot be applied to a file at the same time.

Two that change the same text do, and two that change keys, headers or whole entries of the same section: each of them
counts on the numbers that it sees. Those that change only values, or comments, do not.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator
from itertools import pairwise

from asprofile.model.document import Document
from asprofile.syntax import Header
from asprofile.text import Edit, Source, Span

FixEdits = tuple[Edit, ...]

_LINE_END = re.compile(rb"[\r\n]")


class Conflicts:
    """The edits that are chosen for a file so far."""

    def __init__(self, document: Document) -> None:
        self._data = document.data
        self._headers = [item.span.start for item in document.tree if isinstance(item, Header)]
        self._line_starts = Source(document.data).line_starts
        self._chosen: set[FixEdits] = set()
        # What was decided, by identity: thousands of findings may share one fix of thousands of edits, which takes
        # long to compare. The edits are kept, so that their identity stays theirs.
        self._decided: dict[int, tuple[FixEdits, bool]] = {}
        self._spans: list[Span] = []
        self._sections: set[int] = set()

    def add(self, edits: FixEdits) -> bool:
        """Choose these edits too if they can be; whether they were."""
        if not self.fits(edits):
            return False
        if not self._is_decided(edits):
            self._chosen.add(edits)
            for edit in edits:
                insort(self._spans, edit.span)
            self._sections.update(self._structural(edits))
            self._decided[id(edits)] = edits, True
        return True

    def fits(self, edits: FixEdits) -> bool:
        """Whether the edits can be made together with those that are chosen. The same edits once more can; edits that
        could not once never can, because what is chosen only grows.
        """
        if self._is_decided(edits):
            return self._decided[id(edits)][1]
        if edits in self._chosen:
            self._decided[id(edits)] = edits, True
            return True
        spans = sorted(edit.span for edit in edits)
        fits = (
            not any(_overlap(*pair) for pair in pairwise(spans))
            and not any(self._is_taken(span) for span in spans)
            and self._sections.isdisjoint(self._structural(edits))
        )
        if not fits:
            self._decided[id(edits)] = edits, False
        return fits

    def _is_decided(self, edits: FixEdits) -> bool:
        return id(edits) in self._decided

    def _is_taken(self, span: Span) -> bool:
        place = bisect_left(self._spans, span)
        return any(_overlap(before, span) for before in self._spans[max(0, place - 1) : place]) or any(
            _overlap(span, behind) for behind in self._spans[place : place + 1]
        )

    def _structural(self, edits: FixEdits) -> Iterator[int]:
        """The numbers of the sections whose keys, headers or entries change."""
        for edit in edits:
            if not self._is_value(edit) and not self._is_comment(edit):
                # What is inserted right in front of a header goes to the section before.
                first, last = (bisect_left(self._headers, offset) for offset in edit.span)
                yield from range(first, last + 1)

    def _is_value(self, edit: Edit) -> bool:
        """Whether the edit stays on its line, after an `=`."""
        replaced = self._data[edit.span.start : edit.span.end]
        if _LINE_END.search(replaced) or _LINE_END.search(edit.replacement):
            return False
        return b"=" in self._data[self._line_start(edit.span.start) : edit.span.start]

    def _is_comment(self, edit: Edit) -> bool:
        """Whether the edit replaces whole comment and empty lines by such lines."""
        start, end = edit.span
        if self._line_start(start) != start:
            return False
        return _is_comment_lines(self._data[start:end]) and _is_comment_lines(edit.replacement)

    def _line_start(self, offset: int) -> int:
        return self._line_starts[bisect_right(self._line_starts, offset) - 1]


def _overlap(first: Span, second: Span) -> bool:
    """Whether two spans, of which the second does not begin before the first, share text or begin at one place."""
    return second.start < first.end or second.start == first.start


def _is_comment_lines(text: bytes) -> bool:
    """Whether there are nothing but whole lines, each a comment or blank."""
    if text and not text.endswith((b"\r", b"\n")):
        return False
    return all(line.startswith(b"#") or not line.strip(b" \t") for line in text.splitlines())
