"""From the text of ``--where`` to a tree, by the grammar in grammars/where.lark.

Belongs here: lark, and the messages for a text that is not an expression. lark is imported when there is an expression.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final, cast

from asprofile.errors import WhereError
from asprofile.objects.where.attributes import fact_or_step, step_of_private, step_of_tag
from asprofile.objects.where.tree import (
    DEEPEST_EXPRESSION,
    Among,
    Attribute,
    Compared,
    Fact,
    InState,
    Like,
    Operand,
    all_of,
    any_of,
    is_too_deep,
    negated,
)
from asprofile.resources import directory

if TYPE_CHECKING:
    from collections.abc import Callable

    from lark import Lark, Token

    from asprofile.objects.where.tree import AbsentState, FactName, Name, Operator, PathStep, Tree

LONGEST_EXPRESSION: Final = 1 << 16
"""Characters of an expression."""

_AFTER_NAME: Final = "=, !=, <, <=, >, >=, in, like or is"
# What people write of other languages, and what it is here.
_ELSEWHERE: Final = {
    "&&": "and",
    "&": "and",
    "||": "or",
    "|": "or",
    "!": "not",
    "=>": ">=",
    "=<": "<=",
    "=~": 'like "*text*"',
    "~": 'like "*text*"',
    "===": "=",
    "\N{LEFT DOUBLE QUOTATION MARK}": 'straight quotation marks, "text"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": 'straight quotation marks, "text"',
    "\N{LEFT SINGLE QUOTATION MARK}": "straight quotation marks, 'text'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "straight quotation marks, 'text'",
    "[": "( and ), for a list",
    "{": "( and ), for a list",
}
_STATES: Final = {"null": "null", "none": "null", "nil": "null", "missing": "missing", "empty": "empty"}
_ODD: Final = re.compile(r"===|=>|=<|=~|&&|\|\||\S")
_WORDS: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_^=]*")


def parsed(text: str) -> tuple[Tree, dict[int, int]]:
    """The tree, and where each leaf of it begins, by its place among the leaves. Raises WhereError."""
    # Nothing else needs it, and it is not quick to import.
    from lark.exceptions import UnexpectedInput, VisitError

    if len(text) > LONGEST_EXPRESSION:
        raise WhereError(f"the expression has {len(text):,} characters; it may have {LONGEST_EXPRESSION:,}", "", 0)
    if not text.strip():
        raise WhereError('there is no expression; write for example Modality = "CT"', "", 0)
    builder = _Builder(text)
    try:
        tree = cast("Tree", _lark(builder).parse(text))
    except UnexpectedInput as error:
        raise _unexpected(error, text) from None
    except VisitError as error:
        if isinstance(error.orig_exc, WhereError):
            raise error.orig_exc from None
        raise
    if is_too_deep(tree):
        raise WhereError(f"and, or and not are nested more than {DEEPEST_EXPRESSION} deep", "", 0)
    return tree, dict(enumerate(builder.places))


@cache
def _grammar() -> str:
    return (directory("grammars") / "where.lark").read_text("ascii")


def _lark(builder: _Builder) -> Lark:
    from lark import Lark, Transformer

    rules = {name: getattr(builder, name) for name in dir(builder) if not name.startswith("_") and name != "places"}
    transformer = type("Rules", (Transformer,), {name: _called(rule) for name, rule in rules.items()})()
    return Lark(
        _grammar(),
        parser="lalr",
        lexer="contextual",
        maybe_placeholders=False,
        transformer=transformer,
        cache=False,
    )


def _called(rule: Callable[..., Any]) -> Callable[..., Any]:
    return lambda _, children: rule(*children)


class _Builder:
    """A method for each rule of the grammar: from its children to a part of the tree."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.places: list[int] = []
        """Where each leaf begins; leaves are complete from left to right."""

    def start(self, tree: Tree) -> Tree:
        return tree

    def either_of(self, *parts: Any) -> Tree:
        return any_of(parts[::2])

    def all_of(self, *parts: Any) -> Tree:
        return all_of(parts[::2])

    def negated(self, _: Token, test: Tree) -> Tree:
        return negated(test)

    def in_parentheses(self, _: Token, tree: Tree, __: Token) -> Tree:
        return tree

    def compared(self, name: _Placed, operator: Token, value: Operand) -> Tree:
        self._leaf(name)
        if operator in ("!=", "<>"):
            return negated(Compared(name.name, "=", value))
        return Compared(name.name, "=" if operator == "==" else cast("Operator", str(operator)), value)

    def among(self, name: _Placed, _: Token, values: tuple[Operand, ...]) -> Tree:
        self._leaf(name)
        return Among(name.name, values)

    def not_among(self, name: _Placed, _: Token, __: Token, values: tuple[Operand, ...]) -> Tree:
        return negated(self.among(name, _, values))

    def like(self, name: _Placed, _: Token, pattern: Token) -> Tree:
        self._leaf(name)
        return Like(name.name, _unquoted(pattern))

    def not_like(self, name: _Placed, _: Token, __: Token, pattern: Token) -> Tree:
        return negated(self.like(name, _, pattern))

    def in_state(self, name: _Placed, _: Token, state: Token) -> Tree:
        self._leaf(name)
        return InState(name.name, cast("AbsentState", state.lower()))

    def not_in_state(self, name: _Placed, _: Token, __: Token, state: Token) -> Tree:
        return negated(self.in_state(name, _, state))

    def list(self, *parts: Any) -> tuple[Operand, ...]:
        return parts[1:-1:2]

    def name(self, *parts: Any) -> _Placed:
        steps: list[_Step] = list(parts[::2])
        first = steps[0]
        if isinstance(first.found, str):
            if len(steps) > 1:
                raise WhereError(f"{first.found} is no sequence: nothing comes after a dot", self._text, first.place)
            return _Placed(Fact(cast("FactName", first.found)), first.place)
        for one in steps:
            if isinstance(one.found, str):
                raise WhereError(f"{one.found} is nothing that a sequence has", self._text, one.place)
        return _Placed(Attribute(tuple(cast("PathStep", one.found) for one in steps)), first.place)

    def keyword(self, word: Token) -> _Step:
        place = _place(word)
        return _Step(fact_or_step(str(word), self._text, place), place)

    def tag(self, token: Token) -> _Step:
        return _Step(step_of_tag(str(token)), _place(token))

    def private(self, token: Token) -> _Step:
        return _Step(step_of_private(str(token), self._text, _place(token)), _place(token))

    def quoted(self, token: Token) -> Operand:
        return Operand(_unquoted(token))

    def plain(self, token: Token) -> Operand:
        return Operand(str(token), is_quoted=False)

    def _leaf(self, name: _Placed) -> None:
        self.places.append(name.place)


class _Step:
    def __init__(self, found: Any, place: int) -> None:
        self.found = found
        self.place = place


class _Placed:
    def __init__(self, name: Name, place: int) -> None:
        self.name = name
        self.place = place


def _place(token: Token) -> int:
    return token.start_pos or 0


def _unquoted(token: str) -> str:
    mark = token[0]
    return token[1:-1].replace(mark * 2, mark)


def _unexpected(error: Any, text: str) -> WhereError:
    """What is wrong, and what could be there."""
    token = getattr(error, "token", None)
    at_end = token is not None and token.type == "$END"
    place = len(text.rstrip()) if at_end else getattr(error, "pos_in_stream", None)
    if place is None:
        place = len(text.rstrip())
    wanted = set(getattr(error, "accepts", None) or getattr(error, "expected", None) or error.allowed or ())
    if text[place - 1 : place + 1] in ("=>", "=<"):
        place -= 1
    rest = "" if at_end else text[place:]
    there = "" if at_end else (_ODD.match(rest) or [""])[0]
    return WhereError(_said(there, rest, wanted, text[:place]), text, place)


def _said(there: str, rest: str, wanted: set[str], before: str) -> str:
    if there in ('"', "'"):
        if "STRING" in wanted and rest.count(there) % 2:
            return f"a text that does not end: its {there} is missing"
        if not wanted & {"STRING", "PLAIN"}:
            return f"a text is where {_wanted(wanted)} should be"
    if there in _ELSEWHERE and not (there == "[" and "OPEN" not in wanted and "AND" not in wanted):
        return f"write {_ELSEWHERE[there]} instead of {there}"
    word = _WORDS.match(rest)
    if wanted == {"OPEN"} and word is not None:
        return f'what is looked for is in parentheses: ("{word[0]}", ...)'
    if "PLAIN" in wanted and word is not None and word[0].lower() in _STATES:
        return f"write is {_STATES[word[0].lower()]}, or is not {_STATES[word[0].lower()]}, instead of the comparison"
    if wanted & {"STRING", "PLAIN"} and word is not None:
        return f'put text in quotation marks: "{word[0]}"'
    if "STATE" in wanted and word is not None:
        return f"{word[0]!r} is no state: write null (no value), missing (not there) or empty (there, without a value)"
    if "OPERATOR" in wanted and word is not None and word[0].lower() in ("contains", "matches", "startswith"):
        return f'write like "*text*" instead of {word[0]}'
    if (rest and not rest[0].isprintable()) or rest[:1].isspace():
        return f"a character that is not to be seen, {_character(rest[0])}: leave it out, or type a blank"
    if not there:
        return f"it ends where {_wanted(wanted)} should come"
    if there == ")" and before.count("(") <= before.count(")"):
        return "this ) has no ("
    return f"here should be {_wanted(wanted)}"


def _character(character: str) -> str:
    """Its name, or its number where it has none."""
    # Only this needs it.
    from unicodedata import name

    return name(character, f"U+{ord(character):04X}")


def _wanted(wanted: set[str]) -> str:
    if "OPERATOR" in wanted:
        return _AFTER_NAME
    if wanted & {"STRING", "PLAIN"}:
        return "a value" if "PLAIN" in wanted else 'a pattern, "*text*"'
    if "STATE" in wanted:
        return "null, missing or empty"
    if "WORD" in wanted:
        return "an attribute, such as Modality or (0008,0060)"
    if "COMMA" in wanted and "AND" not in wanted:
        return "a comma or )"
    if "CLOSE" in wanted:
        return "and, or, or )"
    if "AND" in wanted:
        return "and, or, or the end"
    if "OPEN" in wanted:
        return '( with a list: ("CT", "MR")'
    return "something else"
