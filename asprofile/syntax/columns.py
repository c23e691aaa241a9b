"""How the ``=`` of entries are aligned."""

from __future__ import annotations

from collections.abc import Iterable

from asprofile.syntax.tree import Entry


def is_aligned(entries: Iterable[Entry]) -> bool:
    """Whether the ``=`` are in one column although the keys differ in length, or after blanks that pad the keys."""
    lengths, columns, padded = set(), set(), False
    for entry in entries:
        start, end = entry.key_span
        sign = entry.raw_key.end
        lengths.add(end - start)
        columns.add(sign - start)
        padded = padded or sign - end > 1
    return len(columns) == 1 and (len(lengths) > 1 or padded)
