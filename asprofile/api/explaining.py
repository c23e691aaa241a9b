"""The rules of the linter, as ``explain`` shows them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from asprofile.errors import AsprofileError
from asprofile.lint.rule import Rule
from asprofile.lint.rules import all_rules, by_code
from asprofile.lint.select import near
from asprofile.program import RULE_PAGE, command

JSON_VERSION = 1


@dataclass(frozen=True, slots=True)
class ExplainedRules:
    """Rules to be explained; with ``is_list`` all there are, a line for each."""

    rules: tuple[Rule, ...]
    is_list: bool

    def as_json(self) -> dict[str, Any]:
        """What ``asprofile explain --json`` prints (docs/schema/explain.json)."""
        return {"version": JSON_VERSION, "rules": [_object(rule) for rule in self.rules]}


def explained(codes: Sequence[str]) -> ExplainedRules:
    """The rules of these codes or names; all of them for none. Raises AsprofileError for what is no rule."""
    if not codes:
        return ExplainedRules(tuple(all_rules()), is_list=True)
    names = {rule.name: rule for rule in all_rules()}
    rules = []
    for code in codes:
        rule = by_code().get(code.upper()) or names.get(code.lower())
        if rule is None:
            hint = near(code)
            meant = f"did you mean {' or '.join(hint)}?" if hint else f"`{command('explain')}` lists them"
            raise AsprofileError(f"no rule {code!r}; {meant}")
        rules.append(rule)
    return ExplainedRules(tuple(rules), is_list=False)


def _object(rule: Rule) -> dict[str, Any]:
    return {
        "code": rule.code,
        "name": rule.name,
        "severity": rule.severity,
        "group": rule.group,
        "summary": rule.summary,
        "why": rule.why.strip(),
        "reference": rule.reference,
        "url": RULE_PAGE.format(code=rule.code.lower()),
        "examples": [
            {"bad": one.bad, "good": one.good, "release": one.release, "role": one.role} for one in rule.examples
        ],
    }
