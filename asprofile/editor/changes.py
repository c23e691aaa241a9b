"""From a file and what shall become of it to edits line by line, so that an editor keeps cursors and folds."""

from __future__ import annotations

import re

from asprofile.linediff import opcodes
from asprofile.text import Edit, Span

_LINE = re.compile(rb"[^\r\n]*(?:\r\n?|\n|\Z)")


def line_edits(before: bytes, after: bytes) -> tuple[Edit, ...]:
    """The edits that make ``after`` of ``before``, in order; each replaces whole lines."""
    old, new = _lines(before), _lines(after)
    starts = [0]
    for line in old:
        starts.append(starts[-1] + len(line))
    return tuple(
        Edit(Span(starts[first], starts[last]), b"".join(new[start:end]))
        for tag, first, last, start, end in opcodes(old, new)
        if tag != "equal"
    )


def _lines(data: bytes) -> list[bytes]:
    return [line for line in _LINE.findall(data) if line]
