"""The layout of a file's lines: where blank lines are, and how wide the keys of a section are.

Lines in, lines out; which lines a file has, and which text cannot be laid out, is decided in ``fmt``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_TO_LINTER = re.compile(rb"#[ \t]*asprofile:")


@dataclass(frozen=True, slots=True)
class Blank:
    """An empty line."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment line, ``text`` from its ``#`` on."""

    text: bytes


@dataclass(frozen=True, slots=True)
class HeaderLine:
    """``[name]`` or ``[[name]]``, brackets included."""

    text: bytes


@dataclass(frozen=True, slots=True)
class EntryLine:
    """``key = value``; blanks at the end belong to the value."""

    key: bytes
    value: bytes


LayoutLine = Blank | Comment | HeaderLine | EntryLine


def laid_out(lines: Iterable[LayoutLine]) -> list[bytes]:
    """The lines in canonical form, without line ends: one blank line in front of each section with its comments, no
    blank line between a header and its first entry, elsewhere one where there were any; ``=`` aligned in each section.
    """
    rows = _spaced(lines)
    texts: list[bytes] = []
    for section in _sections(rows):
        width = max((len(line.key) for line in section if isinstance(line, EntryLine)), default=0)
        texts += (_text(line, width) for line in section)
    return texts


def _spaced(lines: Iterable[LayoutLine]) -> list[LayoutLine]:
    rows: list[LayoutLine] = []
    for line in lines:
        if isinstance(line, Blank) and (not rows or isinstance(rows[-1], Blank)):
            continue
        if isinstance(line, HeaderLine):
            _separate(rows)
        elif isinstance(line, EntryLine) and [type(row) for row in rows[-2:]] == [HeaderLine, Blank]:
            rows.pop()
        rows.append(line)
    if rows and isinstance(rows[-1], Blank):
        rows.pop()
    return rows


def _separate(rows: list[LayoutLine]) -> None:
    """A blank line in front of the comments that are directly above the coming header, unless they begin the file.

    Comments directly below another header stay with that one, up to a suppression comment, which is about what follows.
    """
    start = len(rows)
    while start and isinstance(rows[start - 1], Comment):
        start -= 1
    if start and isinstance(rows[start - 1], HeaderLine):
        rows.insert(next((n for n in range(start, len(rows)) if _speaks_to_linter(rows[n])), len(rows)), Blank())
    elif start and isinstance(rows[start - 1], EntryLine):
        rows.insert(start, Blank())


def _speaks_to_linter(line: LayoutLine) -> bool:
    return isinstance(line, Comment) and _TO_LINTER.match(line.text) is not None


def _sections(rows: list[LayoutLine]) -> Iterator[list[LayoutLine]]:
    """The lines from each header to before the next one; first those in front of all headers."""
    section: list[LayoutLine] = []
    for line in rows:
        if isinstance(line, HeaderLine):
            yield section
            section = []
        section.append(line)
    yield section


def _text(line: LayoutLine, width: int) -> bytes:
    if isinstance(line, EntryLine):
        # A blank after the `=` of an empty value would do no harm, but nothing needs it.
        return line.key.ljust(width) + (b" = " + line.value if line.value else b" =")
    return b"" if isinstance(line, Blank) else line.text
