"""Rules as a list, or explained: why each is there, what is bad and what is good."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from asprofile.lint.render.text import COLOURS
from asprofile.render.columns import NARROWEST, folded

if TYPE_CHECKING:
    from asprofile.api.explaining import ExplainedRules
    from asprofile.lint.rule import Rule
    from asprofile.printing import Style
    from asprofile.render.look import ReportLook

_BEFORE_NAME = 18
"""Columns before a rule's name in the list."""


def render(found: ExplainedRules, look: ReportLook) -> Iterator[str]:
    if found.is_list:
        yield from _listed(found.rules, look)
    else:
        yield "\n\n".join(_explained(rule, look.style, look.columns) for rule in found.rules)


def _listed(rules: Sequence[Rule], look: ReportLook) -> Iterator[str]:
    group, style = "", look.style
    longest = max(len(rule.name) for rule in rules)
    indent = " " * (_BEFORE_NAME + longest + 2)
    for rule in rules:
        if rule.group != group:
            yield ("\n" if group else "") + style(rule.group, "bold")
            group = rule.group
        severity = style(f"{rule.severity:<7}", COLOURS[rule.severity])
        summary = folded(rule.summary, max(look.columns - len(indent), NARROWEST)).replace("\n", f"\n{indent}")
        yield f"  {rule.code}  {severity}  {rule.name:<{longest}}  {summary}"


def _explained(rule: Rule, style: Style, columns: int) -> str:
    severity = style(rule.severity, COLOURS[rule.severity])
    parts = [f"{style(f'{rule.code} {rule.name}', 'bold')} ({severity})"]
    parts += [_prose(part, columns) for part in (f"{rule.summary}.", *rule.why.strip().split("\n\n"))]
    for example in rule.examples:
        loaded = "" if example.role is None else f", {example.role}"
        parts += (style(f"Bad (DCMTK {example.release}{loaded}):", "red"), _indented(example.bad))
        parts += (style("Good:", "green"), _indented(example.good))
    parts.append(_prose(f"See {rule.reference}.", columns))
    return "\n\n".join(parts)


def _prose(paragraph: str, columns: int) -> str:
    """Folded; a list, a table and what is indented stay as they are."""
    is_prose = not any(re.match(r"\s|[-*|>]|\d+\. ", line) for line in paragraph.split("\n"))
    return folded(paragraph, columns) if is_prose else paragraph


def _indented(text: str) -> str:
    return textwrap.indent(text.rstrip("\n"), "    ", lambda _: True)
