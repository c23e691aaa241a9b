"""The parser is held against lark's own: the same grammar, the same tokens, the same tree, whatever the bytes."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lark import Lark, Token, Tree

from asprofile.syntax import lalr, table

ROOT = Path(__file__).resolve().parents[2]

FRAGMENTS = st.sampled_from(
    [b"[", b"[[", b"]", b"]]", b"=", b"#", b"\n", b"\r", b"\r\n", b" ", b"\t", b"\0", b"\xff", b"\\", b"a", b"B-_"]
)
FILES = st.one_of(st.binary(max_size=60), st.lists(FRAGMENTS, max_size=60).map(b"".join))

EVERYTHING = {name: lambda children, name=name: (name, children) for name, _, _ in table.RULES}


@cache
def by_lark() -> Lark:
    text = (ROOT / "grammars" / "asconfig.lark").read_text("ascii")
    return Lark(text, parser="lalr", lexer="contextual", maybe_placeholders=False, keep_all_tokens=True)


def plain(node: Tree[Token] | Token) -> Any:
    """lark's tree in the form of ours."""
    if isinstance(node, Token):
        return (node.type, node.start_pos, node.end_pos)
    return (str(node.data), [plain(child) for child in node.children])


@settings(max_examples=500)
@given(FILES)
@example(b"")
@example(b"[a]]=b")
@example(b"[[a] \n] x] ")
@example(b"a=b\n\xff")
@example(b"[[[")
@example(b"[ [\n#]\n[ a]#\n] x")
def test_what_lark_makes_of_it(data: bytes) -> None:
    assert lalr.run(data, EVERYTHING, frozenset()) == plain(by_lark().parse(data.decode("latin-1")))


@pytest.mark.parametrize("file", sorted((ROOT / "sample_profiles").glob("*.cfg")), ids=lambda file: file.name)
def test_files_as_people_have_them(file: Path) -> None:
    data = file.read_bytes()
    assert lalr.run(data, EVERYTHING, frozenset()) == plain(by_lark().parse(data.decode("latin-1")))


def test_tokens_that_are_not_wanted_are_none() -> None:
    found = lalr.run(b"[a]", EVERYTHING, frozenset({"OPEN", "CLOSE"}))
    assert found == ("start", [("header", [("nothing", []), ("innermost", [None, ("TEXT", 1, 2), None])])])


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
