"""Java's ``.properties`` files: keys and values with the lines that they are in.

Comments begin with ``#`` or ``!``; a key ends at ``=``, ``:`` or a blank that has no backslash in front; a backslash at
the end of a line joins it with the next one, whose indentation is dropped; ``\\uXXXX`` is a character. If a key is
there twice, Java keeps the last.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

from asprofile.convert.words import quoted
from asprofile.errors import ConversionError

_BLANK = " \t\f"
# A piece of a key at a time: a loop within the expression would keep memory for each of its rounds.
_OF_KEY = re.compile(r"[^\\=: \t\f]+|\\.", re.DOTALL)
_BETWEEN = re.compile(r"[ \t\f]*[=:]?[ \t\f]*")
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|u.{0,4}|.)", re.DOTALL)
_NAMED = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Property:
    """A key and its value, unescaped, and the line in which the key begins."""

    key: str
    value: str
    line: int


def parse(text: str) -> Iterator[Property]:
    """All properties in the order of the file; raises ConversionError for an escape that Java refuses."""
    return (_property(line, number) for number, line in _logical_lines(text) if line)


def _logical_lines(text: str) -> Iterator[tuple[int, str]]:
    parts: list[str] = []
    first = 0
    for number, raw in enumerate(StringIO(text, newline=None), start=1):
        line = raw.removesuffix("\n").lstrip(_BLANK)
        if not parts and (not line or line[0] in "#!"):
            continue
        first = first if parts else number
        backslashes = len(line) - len(line.rstrip("\\"))
        if backslashes % 2:
            parts.append(line[:-1])
            continue
        yield first, "".join((*parts, line))
        parts = []
    if parts:
        yield first, "".join(parts)


def _property(line: str, number: int) -> Property:
    end = 0
    while piece := _OF_KEY.match(line, end):
        end = piece.end()
    between = _BETWEEN.match(line, end)
    assert between is not None
    return Property(_unescaped(line[:end], number), _unescaped(line[between.end() :], number), number)


def _unescaped(text: str, line: int) -> str:
    def character(match: re.Match[str]) -> str:
        found = match[1]
        if found[0] != "u":
            return _NAMED.get(found, found)
        if len(found) != 5 or not all(one in "0123456789abcdefABCDEF" for one in found[1:]):
            raise ConversionError(f"{quoted(match[0])} is no character: \\u takes four hexadecimal digits", line, 1)
        return chr(int(found[1:], 16))

    return _ESCAPE.sub(character, text)
