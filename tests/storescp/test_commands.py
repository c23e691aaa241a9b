"""Placeholders: each is filled in once, and nothing of a peer's reaches the shell."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asprofile.storescp.commands import Caller, filled_in

CALLER = Caller("MOD 1", "PACS", "host.example")


@pytest.mark.parametrize(
    ("command", "filled"),
    [
        ("echo #p/#f", "echo /data/CT.1"),
        ("echo #a #c #r", 'echo "MOD 1" "PACS" "host.example"'),
        ("echo ##p #x #", "echo #/data #x #"),
        ("true", "true"),
    ],
)
def test_placeholders(command: str, filled: str) -> None:
    assert filled_in(command, {"#p": "/data", "#f": "CT.1", **CALLER.values()}) == filled


def test_what_is_put_in_is_not_looked_at_again() -> None:
    assert filled_in("#p #f", {"#p": "/a#f", "#f": "x"}) == "/a#f x"


def test_a_placeholder_without_a_value_stays() -> None:
    assert filled_in("#p #a", CALLER.values()) == '#p "MOD 1"'


HOSTILE = ('"; touch x; "', "$(touch x)", "`touch x`", "a\nb", "a'b", "\\", "x\0y", "../..", "|&<>*?", "%PATH%")


@pytest.mark.parametrize("value", HOSTILE)
def test_no_title_is_a_command(value: str) -> None:
    caller = Caller(value, value, value)
    command = filled_in("printf '%s\\n' #a #c #r", caller.values())
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout == (caller.values()["#a"].strip('"') + "\n") * 3
    assert [what for what, _, _ in caller.strange()] == [
        "calling aetitle",
        "called aetitle",
        "calling presentation address",
    ]


@given(st.text())
def test_any_title_is_one_word_in_quotation_marks(value: str) -> None:
    word = Caller(value, "", "").values()["#a"]
    assert word[0] == word[-1] == '"'
    assert not set(word[1:-1]) & set("\"'`$\\\n;|&<>*?/()")
