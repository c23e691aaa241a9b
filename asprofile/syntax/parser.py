"""The parser: ``grammars/asconfig.lark`` run by lark, its reductions collected into a :class:`SyntaxTree`.

Nothing is decided here: which bytes are what is said by the grammar, and by it alone.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple, TypeAlias, cast

from lark import Lark, Token

from asprofile.syntax.grammar import compiled
from asprofile.syntax.tree import Rows, SyntaxTree
from asprofile.text import Span


class _Header(NamedTuple):
    """A header under construction, from the innermost pair of brackets outwards; ``end`` is None at the end of the
    file.
    """

    name: Span | None
    brackets: int
    end: int | None


_Parsed: TypeAlias = tuple[Rows, _Header | None]


class _Collect:
    """What lark calls at each reduction, in the order of the file; the method names are the grammar's.

    Brackets leave nothing on the parser's stack but their count, so a million of them cost little.
    """

    @staticmethod
    def OPEN(_: Token) -> None:  # noqa: N802 - the terminal's name
        return None

    @staticmethod
    def nothing(_: list[None]) -> Rows:
        return Rows()

    @staticmethod
    def space(children: tuple[Rows, Token]) -> Rows:
        rows, space = children
        rows.add_space(_end(space))
        return rows

    @staticmethod
    def entry(children: list[Rows | Token]) -> Rows:
        rows, key = children[0], children[1]
        assert isinstance(rows, Rows)
        assert isinstance(key, Token)
        end = _end(key)
        key_end = end - 1 if key.endswith("=") else end
        value = children[2] if len(children) > 2 else key
        assert isinstance(value, Token)
        rows.add_entry(_end(value), key_end, end)
        return rows

    @staticmethod
    def innermost(children: list[Token | None]) -> _Header:
        text = closer = None
        for token in children[1:]:
            assert token is not None
            if token.type == "TEXT":
                text = token
            else:
                closer = token
        name = None
        if text is not None:
            name = Span(_start(text), _end(text))
        elif closer is not None:
            name = Span(_start(closer), _start(closer))
        return _Header(name, 1, None if closer is None else _end(closer))

    @staticmethod
    def outer(children: list[_Header | Token | None]) -> _Header:
        inner, last = children[1], children[-1]
        assert isinstance(inner, _Header)
        closed = isinstance(last, Token) and last.type == "CLOSE"
        return _Header(inner.name, inner.brackets + 1, _end(last) if closed and isinstance(last, Token) else None)

    @staticmethod
    def header(children: tuple[Rows, _Header]) -> Rows:
        rows, header = children
        assert header.name is not None
        assert header.end is not None
        rows.add_header(header.end, header.name, header.brackets)
        return rows

    @staticmethod
    def start(children: list[Rows | _Header]) -> _Parsed:
        rows = children[0]
        assert isinstance(rows, Rows)
        unclosed = children[1] if len(children) > 1 else None
        assert not isinstance(unclosed, Rows)
        return rows, unclosed


def parse(data: bytes) -> SyntaxTree:
    """The tree of any bytes. Never fails: every sequence of bytes is in the language."""
    # One character a byte: an offset into the text is an offset into the file.
    rows, unclosed = cast(_Parsed, _parser().parse(data.decode("latin-1")))
    if unclosed is not None:
        rows.add_unclosed(len(data), unclosed.name or Span(len(data), len(data)), unclosed.brackets)
    return SyntaxTree(data, rows)


@cache
def _parser() -> Lark:
    return compiled(_Collect())


def _start(token: Token) -> int:
    assert token.start_pos is not None
    return token.start_pos


def _end(token: Token) -> int:
    assert token.end_pos is not None
    return token.end_pos
