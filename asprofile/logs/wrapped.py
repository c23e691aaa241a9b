"""Joins lines that a terminal or a mail program has broken at a column.

Only where it is clear: most lines of the log begin with a logger's prefix, the line is as long as lines of this log can
be, and the next line begins without a prefix.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice, pairwise

LOOKED_AT = 400
"""Lines by which it is decided."""
_SHORTEST, _LONGEST = 32, 250
_FRONT = re.compile(
    r"\s*(?:[A-Z]: |(?:DEBUG|INFO|WARN|ERROR|TRACE)\b|\[?\d{4}[-/.]\d\d|\[?\d\d[:.]\d\d[:.]\d\d|<\d{1,3}>|"
    r"[A-Z][a-z]{2} [ \d]\d |[A-Za-z0-9_.-]{1,40} *\| )"
)
# This many of a hundred lines must begin so, and this many must have the full length.
_PLAIN, _LEAST_FULL = 30, 3


def unwrapped(lines: Iterable[str]) -> Iterator[str]:
    """The lines, without line ends."""
    every = iter(lines)
    head = list(islice(every, LOOKED_AT))
    width, at_blanks = _break(head)
    every = chain(head, every)
    return every if width is None else _joined(every, width, at_blanks)


def is_broken(head: list[str]) -> bool:
    """Whether the log that begins so has lines that were broken."""
    return _break(head)[0] is not None


def _break(head: list[str]) -> tuple[int | None, bool]:
    """The column at which lines are broken, and whether between words only; None where they are not."""
    longest = max(map(len, head), default=0)
    begun = sum(1 for line in head if _FRONT.match(line))
    if not _SHORTEST <= longest <= _LONGEST or begun * 100 < len(head) * _PLAIN:
        return None, False
    broken = [
        (line, following)
        for line, following in pairwise(head)
        if _full(line, following, longest) and following.strip() and not _FRONT.match(following)
    ]
    # A terminal breaks anywhere, so that some lines go on with a blank; a mail program drops that.
    at_blanks = any(len(line) < longest for line, _ in broken) and not any(after[0] == " " for _, after in broken)
    return longest if len(broken) >= _LEAST_FULL else None, at_blanks


def _full(line: str, following: str, width: int) -> bool:
    """Whether nothing more of the following line had room: no character, or not its first word."""
    if len(line) >= width:
        return True
    word = following.split(maxsplit=1)
    return bool(word) and len(line.rstrip()) + 1 + len(word[0]) > width


def _joined(lines: Iterable[str], width: int, at_blanks: bool) -> Iterator[str]:
    whole: str | None = None
    last = ""
    for line in lines:
        # After the mark of a level there are blanks, which a mail program may count as a word.
        goes_on = line.strip() and not _FRONT.match(line) and (_full(last, line, width) or last.endswith((":", "-")))
        if whole is not None and goes_on:
            whole += f" {line.lstrip()}" if at_blanks or len(last) < width else line
        else:
            if whole is not None:
                yield whole
            whole = line
        last = line
    if whole is not None:
        yield whole
