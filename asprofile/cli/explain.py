"""``asprofile explain``."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterable
from typing import Any

import click

from asprofile.cli import options
from asprofile.cli.root import done
from asprofile.cli.terminal import style_for
from asprofile.cli.wide import folded, width
from asprofile.errors import AsprofileError
from asprofile.lint.render.text import COLOURS
from asprofile.lint.rule import Rule
from asprofile.lint.rules import all_rules, by_code
from asprofile.lint.select import near
from asprofile.printing import Style
from asprofile.program import RULE_PAGE

JSON_VERSION = 1
_BEFORE_NAME = 18
"""Columns in front of a rule's name in the list."""
_NARROWEST = 30


@options.command(
    summary="Explain a rule.",
    examples=("asprofile explain AP201", "asprofile explain numbering-gap --json"),
)
@options.argument("codes", nargs=-1, metavar="[CODE...]")
@options.report("explain")
@options.colour
def command(codes: tuple[str, ...], form: str, colour: str) -> None:
    """Explain rules: why each is there, what is bad and what is good. Without CODE, list all rules.

    CODE is a code such as AP201, or a rule's name such as numbering-gap.
    """
    if not codes:
        if form == "json":
            _print(all_rules())
        else:
            _list(style_for(colour))
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
    style = style_for(colour)
    click.echo("\n\n".join(_explained(rule, style) for rule in rules if rule is not None))


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


def _list(style: Style) -> None:
    group = ""
    longest = max(len(rule.name) for rule in all_rules())
    indent = " " * (_BEFORE_NAME + longest + 2)
    for rule in all_rules():
        if rule.group != group:
            click.echo(("\n" if group else "") + style(rule.group, "bold"))
            group = rule.group
        severity = style(f"{rule.severity:<7}", COLOURS[rule.severity])
        summary = folded(rule.summary, max(width() - len(indent), _NARROWEST)).replace("\n", f"\n{indent}")
        click.echo(f"  {rule.code}  {severity}  {rule.name:<{longest}}  {summary}")


def _explained(rule: Rule, style: Style) -> str:
    severity = style(rule.severity, COLOURS[rule.severity])
    parts = [f"{style(f'{rule.code} {rule.name}', 'bold')} ({severity})"]
    parts += [_prose(part) for part in (f"{rule.summary}.", *rule.why.strip().split("\n\n"))]
    for example in rule.examples:
        loaded = "" if example.role is None else f", {example.role}"
        parts += (style(f"Bad (DCMTK {example.release}{loaded}):", "red"), _indented(example.bad))
        parts += (style("Good:", "green"), _indented(example.good))
    parts.append(_prose(f"See {rule.reference}."))
    return "\n\n".join(parts)


def _prose(paragraph: str) -> str:
    """Folded to the terminal; a list, a table and what is indented stay as they are."""
    is_prose = not any(re.match(r"\s|[-*|>]|\d+\. ", line) for line in paragraph.split("\n"))
    return folded(paragraph, width()) if is_prose else paragraph


def _indented(text: str) -> str:
    return textwrap.indent(text.rstrip("\n"), "    ", lambda _: True)
