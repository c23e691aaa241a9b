"""Runs the parsing table: an LALR(1) parser with a contextual lexer, in a loop without recursion.

It knows nothing of the language: that is in ``table``, and the caller supplies the reductions. The table is complete:
every sequence of bytes is a sentence, so a text cannot have a syntax error. Time is linear in the length of the text,
because no terminal matches the empty string and each token is shifted once. If an interpreter's regular expressions
ever match otherwise than the grammar says, that raises :class:`~asprofile.errors.BrokenReader`, and never ends in a
loop or in half a file.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from asprofile.errors import BrokenReader
from asprofile.syntax.table import ACTIONS, END, GOTO, LEXERS, RULES, START_STATE, START_SYMBOL, TERMINALS

# The terminal's name, and where the token starts and ends.
Token: TypeAlias = tuple[str, int, int]
# Makes a value from a rule's children: tokens, and the values of its nonterminals.
Reduction: TypeAlias = Callable[[list[Any]], Any]

# The terminal's name, "" where the name is that of the group that matched.
_Lexer: TypeAlias = Sequence[tuple[str, Callable[[bytes, int], re.Match[bytes] | None]]]

# From this many bytes on it pays to compile the terminals of a state as one expression.
_LARGE = 1 << 20


# From the text, an offset and a symbol's value to the offset where the rest of the text begins.
Ahead: TypeAlias = Callable[[bytes, int, Any], int]


def run(
    data: bytes,
    reductions: Mapping[str, Reduction],
    valueless: frozenset[str],
    ahead: tuple[str, Ahead] | None = None,
) -> Any:
    """Parse all of ``data``. Returns what the reduction of the start symbol gives.

    ``reductions`` have the names of the grammar's rules as keys and are called in the order of the text. Tokens of the
    ``valueless`` terminals are None among the children, which saves memory. Raises BrokenReader if a token is empty, or
    if no token matches before the end of the text.

    ``ahead`` is a symbol that the text begins with, into which more and more of the text is reduced, and a function.
    Wherever that symbol is alone on the stack, the function may add some of what follows to its value by itself.
    """
    waiting = -1 if ahead is None else GOTO[START_STATE][ahead[0]]
    calls = [(reductions[name], symbol, length) for name, symbol, length in RULES]
    states, values = [START_STATE], list[Any]()
    lexers: list[_Lexer | None] = [None] * len(LEXERS)
    offset, size = 0, len(data)
    while True:
        kind, end = END, offset
        state = states[-1]
        lexer = lexers[state]
        if lexer is None:
            lexer = lexers[state] = (_whole_lexer if size > _LARGE else _lexer)(LEXERS[state])
        for name, match in lexer:
            found = match(data, offset)
            if found is not None:
                kind, end = name or found.lastgroup or END, found.end()
                break
        if end == offset < size:
            raise BrokenReader(offset)
        while (step := ACTIONS[states[-1]][kind]) < 0:
            reduction, symbol, length = calls[~step]
            first = len(values) - length
            value = reduction(values[first:])
            if symbol == START_SYMBOL:
                return value
            del values[first:], states[first + 1 :]
            values.append(value)
            state = GOTO[states[-1]][symbol]
            states.append(state)
            if state == waiting and ahead is not None and (further := ahead[1](data, offset, value)) > offset:
                offset = further
                break
        else:
            states.append(step)
            values.append(None if kind in valueless else (kind, offset, end))
            offset = end


@cache
def _lexer(terminals: tuple[str, ...]) -> _Lexer:
    return tuple((name, _match(name)) for name in terminals)


@cache
def _whole_lexer(terminals: tuple[str, ...]) -> _Lexer:
    """The same in one expression: the first alternative that matches is the token."""
    whole = b"|".join(b"(?P<%s>%s)" % (name.encode("ascii"), TERMINALS[name]) for name in terminals)
    return (("", re.compile(whole).match),) if terminals else ()


@cache
def _match(terminal: str) -> Callable[[bytes, int], re.Match[bytes] | None]:
    """Compiled when first needed: many files do not use all of them."""
    return re.compile(TERMINALS[terminal]).match


def forget() -> None:
    """Look the terminals up again in the table, for tests that change it."""
    _lexer.cache_clear()
    _whole_lexer.cache_clear()
    _match.cache_clear()
