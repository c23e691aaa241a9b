"""From a file and what shall become of it to edits line by line, so that an editor keeps cursors and folds."""

from __future__ import annotations

import re
from difflib import SequenceMatcher

from asprofile.text import Edit, Span

_LINE = re.compile(rb"[^\r\n]*(?:\r\n?|\n|\Z)")


def line_edits(before: bytes, after: bytes) -> tuple[Edit, ...]:
    """The edits that make ``after`` of ``before``, in order; each replaces whole lines."""
    old, new = _lines(before), _lines(after)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    # Lines that repeat very often are no landmarks; to compare each with each takes cubic time.
    matcher = SequenceMatcher(None, old, new)
    return tuple(
        Edit(Span(starts[first], starts[last]), b"".join(new[start:end]))
        for tag, first, last, start, end in matcher.get_opcodes()
        if tag != "equal"
    )


def _lines(data: bytes) -> list[bytes]:
    return [line for line in _LINE.findall(data) if line]
