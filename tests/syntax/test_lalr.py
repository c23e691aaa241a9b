"""The parser is held against lark's own: the same grammar, the same tokens, the same tree, whatever the bytes."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lark import Lark, Token, Tree

from asprofile.errors import BrokenReader
from asprofile.syntax import lalr, parse, table

ROOT = Path(__file__).resolve().parents[2]

FRAGMENTS = st.sampled_from(
    [b"[", b"[[", b"]", b"]]", b"=", b"#", b"\n", b"\r", b"\r\n", b" ", b"\t", b"\0", b"\xff", b"\\", b"a", b"B-_"]
)
PIECES = st.lists(FRAGMENTS, max_size=4).map(b"".join)
# What is repeated more often than a token has pieces makes an item of several tokens.
MANY = st.tuples(PIECES, PIECES, PIECES).map(lambda parts: parts[0] + 250 * parts[1] + parts[2])
FILES = st.one_of(st.binary(max_size=60), st.lists(FRAGMENTS, max_size=60).map(b"".join), MANY)

EVERYTHING = {name: lambda children, name=name: (name, children) for name, _, _ in table.RULES}


@cache
def by_lark() -> Lark:
    text = (ROOT / "grammars" / "asconfig.lark").read_text("ascii")
    return Lark(text, parser="lalr", lexer="contextual", maybe_placeholders=False, keep_all_tokens=True)


def flat(node: Any) -> list[Any]:
    """A tree as one list, in order and without nesting: interpreters compare nested tuples only to some depth."""
    found: list[Any] = []
    waiting = [node]
    while waiting:
        this = waiting.pop()
        if isinstance(this, Tree):
            this = (str(this.data), this.children)
        elif isinstance(this, Token):
            this = (this.type, this.start_pos, this.end_pos)
        if isinstance(this, tuple) and len(this) == 2:
            name, children = this
            found.append((name, len(children)))
            waiting += reversed(children)
        else:
            found.append(this)
    return found


@settings(max_examples=500)
@given(FILES)
@example(b"")
@example(b"[a]]=b")
@example(b"[[a] \n] x] ")
@example(b"a=b\n\xff")
@example(b"[[[")
@example(b"[" * 5000)
@example(b"[ [\n#]\n[ a]#\n] x")
@example(b"[" + b"\n#" * 1000 + b"\n a" + b"\n#" * 1000 + b"\nb]")
@example(b"a" + b"\n#=" * 1000 + b"\nb=c" + b"\n#" * 1000 + b"\n d" + b"\n#" * 1000 + b"\n\xff\n e")
def test_what_lark_makes_of_it(data: bytes) -> None:
    assert flat(lalr.run(data, EVERYTHING, frozenset())) == flat(by_lark().parse(data.decode("latin-1")))


@pytest.mark.parametrize("file", sorted((ROOT / "sample_profiles").glob("*.cfg")), ids=lambda file: file.name)
def test_files_as_people_have_them(file: Path) -> None:
    data = file.read_bytes()
    assert flat(lalr.run(data, EVERYTHING, frozenset())) == flat(by_lark().parse(data.decode("latin-1")))


def test_tokens_that_are_not_wanted_are_none() -> None:
    found = lalr.run(b"[a]", EVERYTHING, frozenset({"OPEN", "CLOSE"}))
    assert found == ("start", [("header", [("nothing", []), ("innermost", [None, ("text", [("TEXT", 1, 2)]), None])])])


@given(FILES)
@example(b"[[a\n#\n#\nb] \n#\n#\n ]" + b"a\n#=\n#=\nb=c\n#\n#\n d\n#\n#\n\xff\n e")
def test_how_many_pieces_a_token_may_have_makes_no_difference(data: bytes) -> None:
    expected = parse(data)
    with pytest.MonkeyPatch.context() as patch:
        for name, pattern in table.TERMINALS.items():
            patch.setitem(table.TERMINALS, name, pattern.replace(b"{1,200}", b"{1,1}").replace(b"{0,200}", b"{0,0}"))
        assert b"200" not in b"".join(table.TERMINALS.values())
        lalr.forget()
        try:
            assert list(parse(data)) == list(expected)
        finally:
            patch.undo()
            lalr.forget()


@pytest.fixture
def changed_terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, bytes], None]]:
    """``changed_terminal(name, pattern)``: as if this interpreter took the expression of a terminal for another one."""

    def change(name: str, pattern: bytes) -> None:
        monkeypatch.setitem(table.TERMINALS, name, pattern)
        lalr.forget()

    yield change
    monkeypatch.undo()
    lalr.forget()


EVERY_TERMINAL = b" [[a\n#\n] ]\nb\n#\nc = d\n e\n[f]\n" + b"g" + 250 * b"\n#\n" + b"h=i" + 250 * b"\n\tk"


@pytest.mark.parametrize("terminal", table.TERMINALS)
def test_an_empty_token_is_an_error_and_no_loop(terminal: str, changed_terminal: Callable[[str, bytes], None]) -> None:
    changed_terminal(terminal, b"")
    with pytest.raises(BrokenReader, match="no fault of the file") as caught:
        parse(EVERY_TERMINAL)
    assert 0 <= caught.value.offset < len(EVERY_TERMINAL)


@pytest.mark.parametrize("terminal", table.TERMINALS)
def test_a_token_that_is_not_found_is_no_loop(terminal: str, changed_terminal: Callable[[str, bytes], None]) -> None:
    changed_terminal(terminal, b"(?!)")
    with suppress(BrokenReader):
        assert parse(EVERY_TERMINAL).to_bytes() == EVERY_TERMINAL


def test_no_symbol_comes_of_itself_alone() -> None:
    """Reductions could go round for ever then, without a token."""
    rules: Any = by_lark().rules
    empty = {rule.origin for rule in rules if not rule.expansion}
    alone: dict[Any, set[Any]] = {rule.origin: set() for rule in rules}
    for rule in rules:
        for at, symbol in enumerate(rule.expansion):
            if empty.issuperset(rule.expansion[:at] + rule.expansion[at + 1 :]):
                alone[rule.origin].add(symbol)
    TopologicalSorter(alone).prepare()


def test_every_step_of_the_table_leads_somewhere() -> None:
    states = range(len(table.ACTIONS))
    symbols = {symbol for _, symbol, _ in table.RULES}
    for state in states:
        assert set(table.LEXERS[state]) | {table.END} >= set(table.ACTIONS[state])
        for step in table.ACTIONS[state].values():
            assert step in states if step >= 0 else ~step in range(len(table.RULES))
        assert set(table.GOTO[state]) <= symbols
        assert set(table.GOTO[state].values()) <= set(states)


def test_the_table_is_what_the_grammar_gives() -> None:
    command = [sys.executable, str(ROOT / "scripts" / "table"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
