"""``asprofile explain``."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable
from typing import Any

import click

from asprofile.cli import options
from asprofile.cli.root import done
from asprofile.errors import AsprofileError
from asprofile.lint.rule import Rule
from asprofile.lint.rules import all_rules, by_code
from asprofile.lint.select import near
from asprofile.program import RULE_PAGE

JSON_VERSION = 1


@options.command(
    summary="Explain a rule.",
    examples=("asprofile explain AP201", "asprofile explain numbering-gap --json"),
)
@options.argument("codes", nargs=-1, metavar="[CODE...]")
@options.report("text", "json")
def command(codes: tuple[str, ...], form: str) -> None:
    """Explain rules: why each is there, what is bad and what is good. Without CODE, list all rules.

    CODE is a code such as AP201, or a rule's name such as numbering-gap.
    """
    if not codes:
        if form == "json":
            _print(all_rules())
        else:
            _list()
        done(0)
    names = {rule.name: rule for rule in all_rules()}
    rules = [by_code().get(code.upper()) or names.get(code.lower()) for code in codes]
    for code, rule in zip(codes, rules, strict=True):
        if rule is None:
            hint = near(code)
            raise AsprofileError(f"no rule {code!r}" + (f"; did you mean {' or '.join(hint)}?" if hint else ""))
    if form == "json":
        _print(rule for rule in rules if rule is not None)
        return
    click.echo("\n\n".join(_explained(rule) for rule in rules if rule is not None))


def _print(rules: Iterable[Rule]) -> None:
    click.echo(json.dumps({"version": JSON_VERSION, "rules": [_object(rule) for rule in rules]}, indent=2))


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


def _list() -> None:
    group = ""
    for rule in all_rules():
        if rule.group != group:
            click.echo(f"{'' if not group else chr(10)}{rule.group}")
            group = rule.group
        click.echo(f"  {rule.code}  {rule.severity:<7}  {rule.name:<30}  {rule.summary}")


def _explained(rule: Rule) -> str:
    parts = [f"{rule.code} {rule.name} ({rule.severity})", f"{rule.summary}.", rule.why.strip()]
    for example in rule.examples:
        loaded = "" if example.role is None else f", {example.role}"
        parts += (f"Bad (DCMTK {example.release}{loaded}):", _indented(example.bad), "Good:", _indented(example.good))
    parts.append(f"See {rule.reference}.")
    return "\n\n".join(parts)


def _indented(text: str) -> str:
    return textwrap.indent(text.rstrip("\n"), "    ", lambda _: True)
