"""The parser: the reductions of ``grammars/asconfig.lark`` collected into a :class:`SyntaxTree`.

Nothing is decided here: only the grammar says which bytes are what.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from asprofile.syntax import lalr
from asprofile.syntax.lalr import Ahead, Reduction, Token
from asprofile.syntax.tree import Rows, SyntaxTree
from asprofile.text import Span


class _Header(NamedTuple):
    """A header under construction, from the innermost pair of brackets outwards; ``end`` is None at the end of the
    file.
    """

    name: Span | None
    brackets: int
    end: int | None


def _nothing(_: list[Any]) -> Rows:
    return Rows()


def _space(children: list[Any]) -> Rows:
    rows: Rows
    space: Token
    rows, space = children
    rows.add_space(space[2])
    return rows


def _entry(data: bytes, rows: Rows, key: Token, *rest: Token) -> Rows:
    """``rest``: the last part of the key, if it has several, and the value or its last part."""
    value = None
    for token in rest:
        if token[0].startswith("VALUE"):
            value = token
        else:
            key = token
    end = key[2]
    key_end = end - 1 if data.startswith(b"=", end - 1) else end
    rows.add_entry(end if value is None else value[2], key_end, end)
    return rows


def _last(children: list[Token]) -> Token:
    """For an item in several tokens only its end is needed."""
    return children[-1]


def _text(children: list[Token]) -> Token:
    return ("TEXT", children[0][1], children[-1][2])


def _innermost(children: list[Token | None]) -> _Header:
    name = end = None
    for token in children:
        if token is not None and token[0] == "TEXT":
            name = Span(token[1], token[2])
        elif token is not None and token[0] == "CLOSE":
            end = token[2]
            name = name or Span(token[1], token[1])
    return _Header(name, 1, end)


def _outer(children: list[Any]) -> _Header:
    inner: _Header = children[1] if isinstance(children[1], _Header) else children[2]  # after a gap
    last: _Header | Token = children[-1]
    end = None if isinstance(last, _Header) or last[0] != "CLOSE" else last[2]
    return _Header(inner.name, inner.brackets + 1, end)


def _header(children: list[Any]) -> Rows:
    rows: Rows
    header: _Header
    rows, header = children
    assert header.name is not None
    assert header.end is not None
    rows.add_header(header.end, header.name, header.brackets)
    return rows


def _start(children: list[Any]) -> tuple[Rows, _Header | None]:
    return children[0], children[1] if len(children) > 1 else None


# By the names of the grammar's rules. Only the number of brackets is kept, so a million of them cost little.
_REDUCTIONS: dict[str, Reduction] = {
    "nothing": _nothing,
    "space": _space,
    "innermost": _innermost,
    "outer": _outer,
    "text": _text,
    "gap": _last,
    "more_key": _last,
    "more_value": _last,
    "header": _header,
    "start": _start,
}
# From this many bytes on it pays to compile the expression that recognises most items without the table.
LARGE_FILE = 1 << 16
_VALUELESS = frozenset({"OPEN"})


def _parsed(data: bytes, large: int = LARGE_FILE) -> tuple[Rows, _Header | None]:
    reductions: dict[str, Reduction] = {**_REDUCTIONS, "entry": lambda children: _entry(data, *children)}
    ahead: tuple[str, Ahead] | None = None
    if len(data) >= large:
        # Compiled only for large files.
        from asprofile.syntax.ahead import take

        ahead = ("items", take)
    rows, unclosed = lalr.run(data, reductions, _VALUELESS, ahead)
    return rows, unclosed


def parse(data: bytes) -> SyntaxTree:
    """The tree of any bytes. Never fails: every sequence of bytes is in the language."""
    rows, unclosed = _parsed(data)
    if unclosed is not None:
        rows.add_unclosed(len(data), unclosed.name or Span(len(data), len(data)), unclosed.brackets)
    return SyntaxTree(data, rows)
