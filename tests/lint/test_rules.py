"""Every rule's examples are its tests: what is bad is reported where it says, what is good is clean, the fix leads
from one to the other.
"""

from __future__ import annotations

import re

import pytest

from asprofile.errors import LoadError
from asprofile.lint.extent import TOO_MANY_ENTRIES
from asprofile.lint.finding import Finding
from asprofile.lint.rule import RULE_GROUPS, Example, Rule
from asprofile.lint.rules import all_rules
from asprofile.lint.run import LintOptions, lint
from asprofile.model.loader import load
from asprofile.text import Source, apply_edits, decode

CASES = [
    pytest.param(rule, example, id=f"{rule.code}-{number}")
    for rule in all_rules()
    for number, example in enumerate(rule.examples, start=1)
]


def found(rule: Rule, example: Example, text: str) -> list[Finding]:
    settings = LintOptions(release=example.release, role=example.role)
    report = lint(Source(example.file(text)), settings)
    return [finding for finding in report.findings if finding.code == rule.code]


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_bad_is_reported_at_the_place(rule: Rule, example: Example) -> None:
    findings = found(rule, example, example.bad)
    assert findings, "the bad example has no finding"
    span = findings[0].span
    assert decode(example.file(example.bad)[span.start : span.end]) == example.at


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_good_is_clean(rule: Rule, example: Example) -> None:
    settings = LintOptions(release=example.release, role=example.role)
    findings = lint(Source(example.file(example.good)), settings).findings
    assert [f"{finding.code} {finding.message}" for finding in findings if finding.severity != "info"] == []
    assert rule.code not in {finding.code for finding in findings}


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_good_loads(rule: Rule, example: Example) -> None:
    load(example.file(example.good), example.release, example.role or "requestor")


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_fix_makes_bad_good(rule: Rule, example: Example) -> None:
    fixes = [finding.fix for finding in found(rule, example, example.bad) if finding.fix]
    if not example.fixed:
        assert not fixes, "the example says that there is no fix"
        return
    assert fixes
    edits = {edit for fix in fixes for edit in fix.edits}
    assert apply_edits(example.file(example.bad), edits) == example.file(example.good)


@pytest.mark.parametrize(("rule", "example"), CASES)
def test_safe_fix_keeps_what_loaded(rule: Rule, example: Example) -> None:
    for finding in found(rule, example, example.bad):
        if finding.fix is None or not finding.fix.safe:
            continue
        before, after = example.file(example.bad), apply_edits(example.file(example.bad), finding.fix.edits)
        try:
            old = load(before, example.release, example.role or "requestor")
        except LoadError:
            continue
        new = load(after, example.release, example.role or "requestor")
        for name, profile in old.profiles.items():
            # What a fix may add is after what there was, in lists of either kind.
            for was, now in zip(profile.contexts, new.profiles[name].contexts, strict=False):
                assert now.abstract_syntax == was.abstract_syntax
                assert now.transfer_syntaxes[: len(was.transfer_syntaxes)] == was.transfer_syntaxes
            assert len(new.profiles[name].contexts) >= len(profile.contexts)


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_form(rule: Rule) -> None:
    assert re.fullmatch(r"AP[0-9]{3}", rule.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
    assert rule.group in RULE_GROUPS.values()
    assert rule.check.__module__.rpartition(".")[2] == f"{rule.code.lower()}_{rule.name.replace('-', '_')}"
    assert rule.summary and not rule.summary.endswith(".")
    assert rule.why.strip() and rule.reference
    if rule.code != TOO_MANY_ENTRIES:
        assert rule.examples


def test_codes_and_names_are_unique() -> None:
    rules = all_rules()
    assert len({rule.code for rule in rules}) == len({rule.name for rule in rules}) == len(rules)
