"""Comments in a file that silence findings.

``# asprofile: ignore[AP501] reason`` speaks of the next item, a header or an entry; ``# asprofile: ignore-file[AP501,
AP4] reason`` of the whole file. A comment stands on a line of its own, because ``#`` begins one only there. Codes are
those of rules or prefixes of them.
"""

from __future__ import annotations

import re

from asprofile.syntax import Space
from asprofile.syntax.tree import Item
from asprofile.text import Span
from asprofile.value import Value

_COMMENT = re.compile(rb"(?<![^\r\n])#[ \t]*asprofile:[ \t]*([^\r\n]*)")
_FORM = re.compile(rb"(ignore|ignore-file)\[([^\]\r\n]*)\]")
_CODE = re.compile(rb"[^\s,]+")


class SuppressedCode(Value):
    """One code of a suppression comment.

    ``scope`` is the part of the file it speaks of, None for a comment at the end with no item behind it.
    """

    code: str
    span: Span
    comment: Span
    scope: Span | None

    def covers(self, rule: str, span: Span) -> bool:
        """Whether a finding of the rule at this place is silenced."""
        if self.scope is None or not rule.startswith(self.code.upper()):
            return False
        return self.scope.start <= span.start < self.scope.end or span == self.scope


class Suppressions(Value):
    """The suppression comments of a file; ``malformed`` are those that begin right and cannot be read."""

    codes: tuple[SuppressedCode, ...]
    malformed: tuple[Span, ...]

    def cover(self, rule: str, span: Span) -> bool:
        """Whether any comment silences a finding of the rule at this place."""
        return any(code.covers(rule, span) for code in self.codes)


def suppressions(data: bytes, items: tuple[Item, ...]) -> Suppressions:
    """Every suppression comment, in file order."""
    codes: list[SuppressedCode] = []
    malformed: list[Span] = []
    for match in _COMMENT.finditer(data) if b"asprofile:" in data else ():
        form = _FORM.match(match.group(1))
        found = list(_CODE.finditer(form.group(2))) if form else []
        if form is None or not found:
            malformed.append(Span(*match.span()))
            continue
        whole_file = form.group(1) == b"ignore-file"
        scope = Span(0, len(data) + 1) if whole_file else _next_item(items, match.end())
        base = match.start(1) + form.start(2)
        for code in found:
            span = Span(base + code.start(), base + code.end())
            codes.append(SuppressedCode(code.group().decode("utf-8", "replace"), span, Span(*match.span()), scope))
    return Suppressions(tuple(codes), tuple(malformed))


def _next_item(items: tuple[Item, ...], offset: int) -> Span | None:
    return next((item.span for item in items if item.span.start >= offset and not isinstance(item, Space)), None)
