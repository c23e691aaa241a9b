"""What an editor can fold: supersections, sections, and several comment lines in a row. Lines count from 1."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from asprofile.editor.opened import OpenFile
from asprofile.syntax import Entry, Header, Space

_COMMENT = re.compile(rb"(?:(?<=[\r\n])|\A)#")


@dataclass(frozen=True, slots=True)
class Fold:
    """Lines ``first`` to ``last``, more than one."""

    first: int
    last: int
    is_comment: bool = False


def folds(file: OpenFile) -> list[Fold]:
    """In the order of their first lines. No two begin in one line; each two are apart, or one is in the other."""
    if not file.is_profile:
        return []
    found: dict[int, Fold] = {}
    for fold in [*_parts(file), *_comments(file)]:
        known = found.get(fold.first)
        if fold.first < fold.last and (known is None or known.last < fold.last):
            found[fold.first] = fold
    return _nested(sorted(found.values(), key=lambda fold: (fold.first, -fold.last)))


def _parts(file: OpenFile) -> Iterator[Fold]:
    """From each header to the last line of what DCMTK takes as its entries."""
    line_of = file.source.line_of
    # What is open: at most a supersection and a section in it, as levels and first lines.
    opened: list[tuple[int, int]] = []
    last = 1
    for item in file.subject.items:
        if isinstance(item, Space):
            continue
        if isinstance(item, Header):
            while opened and opened[-1][0] <= item.level:
                yield Fold(opened.pop()[1], last)
            opened.append((item.level, line_of(item.span.start)))
        last = line_of(max(_end(item) - 1, item.span.start))
    yield from (Fold(first, last) for _, first in opened)


def _end(item: Header | Entry) -> int:
    """Where its text ends: without the comments and blank lines in front of the next item."""
    return item.span.end if isinstance(item, Header) else max(item.raw_key.end, item.value_span.end)


def _comments(file: OpenFile) -> Iterator[Fold]:
    first, last = 0, -1
    for match in _COMMENT.finditer(file.data):
        line = file.source.line_of(match.start())
        if line != last + 1:
            yield Fold(first, last, is_comment=True)
            first = line
        last = line
    yield Fold(first, last, is_comment=True)


def _nested(ordered: list[Fold]) -> list[Fold]:
    """Without those that begin in one and end outside of it, as where several headers are in one line."""
    kept: list[Fold] = []
    around: list[Fold] = []
    for fold in ordered:
        while around and around[-1].last < fold.first:
            around.pop()
        if not around or fold.last <= around[-1].last:
            kept.append(fold)
            around.append(fold)
    return kept
