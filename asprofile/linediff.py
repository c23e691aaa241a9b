"""What differs between two rows of lines, in time that is in proportion to them.

``difflib`` takes the square of their number where very many lines differ. So large rows are first cut at lines that
are once in either and in the same order; what is between two of these is compared if it is small, and replaced as a
whole if not. That is not always the shortest difference, and always a true one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

# What ``difflib`` calls it: "replace", "delete", "insert" or "equal", and the lines of either.
Opcode = tuple[str, int, int, int, int]

# Up to so many pairs of lines are compared each with each.
_FEW_PAIRS = 250_000


def opcodes(old: Sequence[bytes], new: Sequence[bytes]) -> list[Opcode]:
    """How to make ``new`` of ``old``, in order."""
    if len(old) * len(new) <= _FEW_PAIRS:
        return _compared(old, new)
    anchors = [(-1, -1), *_anchors(old, new), (len(old), len(new))]
    found: list[Opcode] = []
    for (first, start), (last, end) in pairwise(anchors):
        between = _between(old[first + 1 : last], new[start + 1 : end])
        for tag, i1, i2, j1, j2 in between:
            _add(found, (tag, first + 1 + i1, first + 1 + i2, start + 1 + j1, start + 1 + j2))
        if last < len(old):
            _add(found, ("equal", last, last + 1, end, end + 1))
    return found


def grouped(old: Sequence[bytes], new: Sequence[bytes], context: int = 3) -> Iterator[list[Opcode]]:
    """The same in groups, with so many equal lines around each difference."""
    matcher = SequenceMatcher[bytes](None, (), ())
    matcher.opcodes = opcodes(old, new)  # type: ignore[attr-defined]
    for group in matcher.get_grouped_opcodes(context):
        yield [(tag, i1, i2, j1, j2) for tag, i1, i2, j1, j2 in group]


def _compared(old: Sequence[bytes], new: Sequence[bytes]) -> list[Opcode]:
    return [(tag, i1, i2, j1, j2) for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new).get_opcodes()]


def _between(old: Sequence[bytes], new: Sequence[bytes]) -> list[Opcode]:
    if len(old) * len(new) <= _FEW_PAIRS // 100:
        return _compared(old, new)
    same = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        same += 1
    alike: list[Opcode] = [("equal", 0, same, 0, same)] if same else []
    if same < len(old) or same < len(new):
        tag = "replace" if same < min(len(old), len(new)) else "delete" if same < len(old) else "insert"
        alike.append((tag, same, len(old), same, len(new)))
    return alike


def _anchors(old: Sequence[bytes], new: Sequence[bytes]) -> list[tuple[int, int]]:
    """The most lines that are once in either and in one order: the longest rising row of their places."""
    once, once_new = Counter(old), Counter(new)
    places = {line: place for place, line in enumerate(new) if once_new[line] == 1}
    pairs = [(place, places[line]) for place, line in enumerate(old) if once[line] == 1 and line in places]
    ends: list[int] = []
    last: list[int] = []
    before: list[int | None] = []
    for number, (_, place) in enumerate(pairs):
        at = bisect_left(ends, place)
        before.append(last[at - 1] if at else None)
        ends[at : at + 1], last[at : at + 1] = [place], [number]
    row: list[tuple[int, int]] = []
    at_end = last[-1] if last else None
    while at_end is not None:
        row.append(pairs[at_end])
        at_end = before[at_end]
    return row[::-1]


def _add(found: list[Opcode], opcode: Opcode) -> None:
    """Add one, joined to the one before it if both are of the same kind."""
    if found and found[-1][0] == opcode[0]:
        tag, i1, _, j1, _ = found.pop()
        opcode = (tag, i1, opcode[2], j1, opcode[4])
    found.append(opcode)
