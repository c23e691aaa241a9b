"""The regular expressions of the package: right on every Python."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

# `(...)++`, `(...)*+`, `(...)?+`, `{...}+` and `(?>...)`. That of one character or set, `[...]*+`, is sound everywhere.
_POSSESSIVE = re.compile(r"(?<!\()\)[*+?]\+|\)\{[0-9,]+\}\+|\(\?>")


def strings(program: str) -> list[str]:
    constants = [node.value for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Constant)]
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
    texts |= {file: strings(file.read_text("utf-8")) for file in sorted((ROOT / "asprofile").rglob("*.py"))}
    assert [str(file) for file, found in texts.items() if any(_POSSESSIVE.search(text) for text in found)] == []
