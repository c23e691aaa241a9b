"""An expression of ``--where`` as a value, and as text again: ``parsed(text_of(tree)) == tree``.

Belongs here: what was written, with names resolved. Does not belong here: what it means for an object (``kinds``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

FactName = Literal["Path", "Size", "SOPClass", "TransferSyntax"]
Operator = Literal["=", "<", "<=", ">", ">="]
AbsentState = Literal["null", "missing", "empty"]

FACTS: Final[tuple[FactName, ...]] = ("Path", "Size", "SOPClass", "TransferSyntax")
DEEPEST_EXPRESSION: Final = 100
"""Levels of ``and``, ``or`` and ``not`` within each other."""

_PLAIN: Final = re.compile(r"[-+]?\.?[0-9][0-9A-Za-z.:+\-]*")


@dataclass(frozen=True, slots=True)
class PathStep:
    """An element: its tag, and its keyword if the dictionary has one. With a ``creator`` (of a private element), the
    tag has only the last two digits of the element: the block depends on the object (PS3.5 section 7.8.1).
    """

    tag: int
    keyword: str = ""
    creator: str | None = None

    def __str__(self) -> str:
        if self.creator is not None:
            return f"({self.tag >> 16:04X},{_quoted(self.creator)},{self.tag & 0xFF:02X})"
        return self.keyword or f"({self.tag >> 16:04X},{self.tag & 0xFFFF:04X})"


@dataclass(frozen=True, slots=True)
class Attribute:
    """An element of the data set or the File Meta Information; with several steps, one in the items of sequences."""

    steps: tuple[PathStep, ...]

    def __str__(self) -> str:
        return ".".join(map(str, self.steps))


@dataclass(frozen=True, slots=True)
class Fact:
    """What is known of an object without looking at more of it."""

    name: FactName

    def __str__(self) -> str:
        return self.name


Name = Attribute | Fact


@dataclass(frozen=True, slots=True)
class Operand:
    """What something is compared with, as it was written; ``is_quoted`` says how."""

    text: str
    is_quoted: bool = True

    def __str__(self) -> str:
        return self.text if not self.is_quoted and _PLAIN.fullmatch(self.text) else _quoted(self.text)


@dataclass(frozen=True, slots=True)
class Compared:
    """``name operator value``; ``!=`` is a Not of ``=``."""

    name: Name
    operator: Operator
    value: Operand


@dataclass(frozen=True, slots=True)
class Among:
    """``name in (values)``."""

    name: Name
    values: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class Like:
    """``name like "pattern"``: ``*`` is any text, ``?`` any character."""

    name: Name
    pattern: str


@dataclass(frozen=True, slots=True)
class InState:
    """``name is state``."""

    name: Name
    state: AbsentState


@dataclass(frozen=True, slots=True)
class Not:
    """``not test``; two of them are none (``negated``)."""

    test: Tree


@dataclass(frozen=True, slots=True)
class All:
    """``a and b and ...``: two at least, none of them an All (``all_of``)."""

    tests: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """``a or b or ...``: two at least, none of them an Any (``any_of``)."""

    tests: tuple[Tree, ...]


Leaf = Compared | Among | Like | InState
Tree = Leaf | Not | All | Any


def negated(test: Tree) -> Tree:
    return test.test if isinstance(test, Not) else Not(test)


def all_of(tests: Iterable[Tree]) -> Tree:
    found = tuple(_flat(tests, All))
    return found[0] if len(found) == 1 else All(found)


def any_of(tests: Iterable[Tree]) -> Tree:
    found = tuple(_flat(tests, Any))
    return found[0] if len(found) == 1 else Any(found)


def _flat(tests: Iterable[Tree], kind: type[All] | type[Any]) -> Iterator[Tree]:
    for test in tests:
        if isinstance(test, kind):
            yield from test.tests
        else:
            yield test


def parts_of(tree: Tree) -> tuple[Tree, ...]:
    """The tests directly within; none of a leaf."""
    if isinstance(tree, Not):
        return (tree.test,)
    return tree.tests if isinstance(tree, All | Any) else ()


def leaves(tree: Tree) -> Iterator[Leaf]:
    """From left to right, however deep it is."""
    waiting: list[Tree] = [tree]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Not | All | Any):
            waiting += reversed(parts_of(one))
        else:
            yield one


def is_too_deep(tree: Tree) -> bool:
    """Whether it has more than DEEPEST_EXPRESSION levels."""
    level: list[Tree] = [tree]
    for _ in range(DEEPEST_EXPRESSION + 1):
        level = [part for one in level for part in parts_of(one)]
    return bool(level)


def text_of(tree: Tree) -> str:
    """The expression, in the form in which it is shown; of a tree that is not too deep."""
    if isinstance(tree, Not):
        if isinstance(tree.test, Leaf):
            return _leaf(tree.test, "not ")
        return f"not {_within(tree.test, All | Any)}"
    if isinstance(tree, All):
        return " and ".join(_within(one, Any) for one in tree.tests)
    if isinstance(tree, Any):
        return " or ".join(map(text_of, tree.tests))
    return _leaf(tree)


def _within(tree: Tree, weaker: object) -> str:
    text = text_of(tree)
    return f"({text})" if isinstance(tree, weaker) else text  # type: ignore[arg-type]


def _leaf(leaf: Leaf, no: str = "") -> str:
    if isinstance(leaf, Compared):
        if no and leaf.operator == "=":
            return f"{leaf.name} != {leaf.value}"
        return f"{no}{leaf.name} {leaf.operator} {leaf.value}"
    if isinstance(leaf, Among):
        return f"{leaf.name} {no}in ({', '.join(map(str, leaf.values))})"
    if isinstance(leaf, Like):
        return f"{leaf.name} {no}like {_quoted(leaf.pattern)}"
    return f"{leaf.name} is {no}{leaf.state}"


def _quoted(text: str) -> str:
    if '"' in text and "'" not in text:
        return f"'{text}'"
    return '"' + text.replace('"', '""') + '"'
