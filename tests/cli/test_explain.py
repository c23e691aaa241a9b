"""``asprofile explain``. What each rule says is the rules' business; here, that all of it is shown."""

from __future__ import annotations

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
    listed = [line.split()[0] for line in result.out.splitlines() if line.startswith("  ")]
    assert listed == [rule.code for rule in all_rules()]


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_every_rule_has_an_explanation(run: Run, rule: Rule) -> None:
    result = run("explain", rule.code)
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith(f"{rule.code} {rule.name} ({rule.severity})\n\n{rule.summary}.\n\n")
    assert result.out.endswith(f"See {rule.reference}.\n")
    for part in ("\nBad (DCMTK ", "\nGood:"):
        assert result.out.count(part) == len(rule.examples)
    assert rule.why.strip() in result.out


def test_a_rule_by_its_name_in_any_case(run: Run) -> None:
    assert run("explain", "Numbering-Gap", "ap201").out.count("AP201 numbering-gap (") == 2


@pytest.mark.parametrize(
    ("code", "message"),
    [("AP2O1", "asprofile: no rule 'AP2O1'; did you mean AP201"), ("qqq\x1b", "asprofile: no rule 'qqq\\x1b'\n")],
)
def test_an_unknown_rule(run: Run, code: str, message: str) -> None:
    result = run("explain", "AP201", code)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(message)
