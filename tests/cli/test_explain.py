"""``asprofile explain``. What each rule says is the rules' business; here, that all of it is shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from asprofile.lint.rules import all_rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    from asprofile.lint.rule import Rule

    Run = Callable[..., Result]


def test_all_rules_are_listed(run: Run) -> None:
    result = run("explain")
    assert (result.status, result.err) == (0, "")
    listed = re.findall(r"^  (AP\d{3})  ", result.out, re.MULTILINE)
    assert listed == [rule.code for rule in all_rules()]


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_every_rule_has_an_explanation(run: Run, rule: Rule) -> None:
    result = run("explain", rule.code)
    assert (result.status, result.err) == (0, "")
    words = " ".join(result.out.split())
    assert words.startswith(" ".join(f"{rule.code} {rule.name} ({rule.severity}) {rule.summary}.".split()))
    assert words.endswith(" ".join(f"See {rule.reference}.".split()))
    for part in ("\nBad (DCMTK ", "\nGood:"):
        assert result.out.count(part) == len(rule.examples)
    assert " ".join(rule.why.split()) in words


@pytest.mark.parametrize("columns", [50, 80, 100, 300])
def test_prose_is_as_wide_as_the_terminal(run: Run, monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    for rule in all_rules():
        out = run("explain", rule.code).out
        prose = [line for line in out.splitlines() if not line.startswith((" ", "-", "|"))]
        assert max(map(len, prose)) <= max(min(columns, 100), max(map(len, out.split())))
    listed = run("explain").out.splitlines()
    assert max(map(len, listed)) <= max(min(columns, 100), 90)


def test_colour(run: Run) -> None:
    out = run("explain", "AP201", "--color", "always").out
    assert out.startswith("\x1b[1mAP201 numbering-gap\x1b[0m (\x1b[31merror\x1b[0m)\n")
    assert "\x1b[32mGood:\x1b[0m" in out
    assert re.sub(r"\x1b\[\d+m", "", out) == run("explain", "AP201").out
    assert re.sub(r"\x1b\[\d+m", "", run("explain", "--color", "always").out) == run("explain").out


def test_a_rule_by_its_name_in_any_case(run: Run) -> None:
    assert run("explain", "Numbering-Gap", "ap201").out.count("AP201 numbering-gap (") == 2


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("AP2O1", "asprofile: no rule 'AP2O1'; did you mean AP201"),
        ("qqq\x1b", "asprofile: no rule 'qqq\\x1b'; `asprofile explain` lists them\n"),
    ],
)
def test_an_unknown_rule(run: Run, code: str, message: str) -> None:
    result = run("explain", "AP201", code)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(message)
