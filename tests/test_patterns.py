"""The regular expressions of the package: right on every Python, and in linear time on whatever they are given."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from package_source import PACKAGE, ROOT, forget, nodes_of
from patterns import METHODS, Matcher, Pattern, modules, patterns, patterns_of, worst

pytestmark = pytest.mark.any_python

# `(...)++`, `(...)*+`, `(...)?+`, `{...}+` and `(?>...)`. That of one character or set, `[...]*+`, is sound everywhere.
_POSSESSIVE = re.compile(r"(?<!\()\)[*+?]\+|\)\{[0-9,]+\}\+|\(\?>")


@pytest.fixture(scope="module", autouse=True)
def _no_trees_kept() -> Iterator[None]:
    yield
    forget()


def strings(program: Path) -> list[str]:
    constants = [node.value for node in nodes_of(program) if isinstance(node, ast.Constant)]
    return [
        value.decode("latin-1") if isinstance(value, bytes) else value
        for value in constants
        if isinstance(value, str | bytes)
    ]


@pytest.mark.parametrize(
    ("pattern", "is_possessive"),
    [
        ("(?:a|b)++", True),
        ("(?:a|b)*+c", True),
        ("(a)?+", True),
        ("(?:a){2,}+", True),
        ("(?>a|b)", True),
        ("(?:a|b)+", False),
        ("[ab]*+c", False),
        ("()*+,;=", False),
    ],
)
def test_what_is_found(pattern: str, is_possessive: bool) -> None:
    assert bool(_POSSESSIVE.search(pattern)) is is_possessive


def test_no_group_is_possessive() -> None:
    """On Python 3.11.0 to 3.11.4 such a group may match nothing where it should match (CPython gh-106052): a reader
    that counts on it goes round for ever.
    """
    texts = {ROOT / "grammars" / "asconfig.lark": [(ROOT / "grammars" / "asconfig.lark").read_text("ascii")]}
    texts |= {file: strings(file) for file in sorted(PACKAGE.rglob("*.py"))}
    assert [str(file) for file, found in texts.items() if any(_POSSESSIVE.search(text) for text in found)] == []


# -- linear time

# What is looked for in a few characters only, which the caller cuts off, and may take their square.
OF_SHORT_TEXTS = {
    "asprofile.logs.lines:_END": "the last 40 characters of a line",
    "asprofile.logs.lines:_OF_END": "the last 200 characters of a line",
    "asprofile.logs.signs:_COMPLAINT": "the first 300 characters of a line",
}
# The same of modules with tables of them.
OF_SHORT_LINES = {
    "asprofile.logs.facts": "the first 200 characters of a line",
    "asprofile.logs.signs": "the first 500 characters of a line",
    "asprofile.logs.streams": "the first 200 characters of a line",
}

SLOW = [
    (r"(a+)+$", "match"),
    (r"(?:a|a)*b", "match"),
    (r"(?:a|ab|b)*c", "match"),
    (r"\s*\s*x", "match"),
    (r"(?:[a-z]+-?)*\d", "match"),
    (r"[ \t]+$", "search"),
    (r"[a-z]*=", "search"),
    (r".*x", "sub"),
    (r"\s(?=.*x)", "finditer"),
    (r"(?:\w+\s*)*:", "fullmatch"),
    # What was in the package once.
    (r"[A-Za-z0-9_\s-]*[A-Za-z0-9_-][A-Za-z0-9_\s-]*", "fullmatch"),
    (r"([^\r\n]*)[\r\n]+(\xff)?", "finditer"),
    (r'\(\s*[0-9]\s*(?:-\s*[0-9]\s*)?,\s*(?:"[^"]*"\s*,)?\s*[0-9]\)', "fullmatch"),
    (r"\s*\d+(?:\s*-\s*(?:\d*\s*n|\d+))?\s*", "fullmatch"),
]
LINEAR = [
    (r"(?<![ \t])[ \t]+$", "search"),
    (r"[ \t]+$", "match"),
    (r"(?:[a-z]+-)*\d", "match"),
    (r"([^\r\n]*)(?:[\r\n]+(\xff)?|\Z)", "finditer"),
    (r"(?:a|b)*c", "match"),
    (r"(a)\1*b", "fullmatch"),
    (r"[^\s,]+", "findall"),
    (r"(?s).*", "fullmatch"),
    (r"x{3,9}y*+", "match"),
    (r"^a*?b", "match"),
]


@pytest.mark.parametrize(("text", "method"), SLOW)
def test_what_is_slow_is_found(text: str, method: str) -> None:
    assert worst(Pattern("here", "", text, 0, frozenset((method,)))) is not None


@pytest.mark.parametrize(("text", "method"), LINEAR)
def test_what_is_linear_is_not(text: str, method: str) -> None:
    assert worst(Pattern("here", "", text, 0, frozenset((method,)))) is None


@pytest.mark.parametrize(("text", "method"), [*SLOW, *LINEAR])
def test_it_is_matched_as_python_does(text: str, method: str) -> None:
    """The matcher that counts finds what ``re`` finds."""
    matcher = Matcher(text, 0, 10_000)
    for given in ("", "a", "ab", "aab\n", "x", "xxx", "xxxy", " a = 1", "a-b-1", "1 - n", "(1,2)", '(1-2,"a",3)', "a:"):
        matcher.given = given
        for start in range(len(given) + 1):
            found = re.compile(text).match(given, start)
            assert matcher._run(matcher._program, start) == (found.end() if found else None), (given, start)


def test_each_is_known() -> None:
    every, unknown = patterns()
    assert unknown == []
    assert len(every) > 200
    assert OF_SHORT_TEXTS.keys() <= {pattern.known_as for pattern in every}
    assert all(pattern.methods <= METHODS for pattern in every)
    imports = [line for file in PACKAGE.rglob("*.py") for line in file.read_text("utf-8").splitlines()]
    assert not [line for line in imports if re.match(r"\s*(?:from re import|import re as)\b", line)]


@pytest.mark.parametrize("module", modules())
def test_each_takes_as_long_as_its_text(module: str) -> None:
    """Steps are counted, on texts made of what each expression repeats: see ``patterns``."""
    of_it, _ = patterns_of(module)
    if module in OF_SHORT_LINES:
        return
    found = {pattern.known_as: worst(pattern) for pattern in of_it if pattern.known_as not in OF_SHORT_TEXTS}
    assert {name: cost for name, cost in found.items() if cost is not None} == {}
