"""Comments in a file that silence findings.

``# asprofile: ignore[AP501] reason`` applies to the next item, a header or an entry; ``# asprofile: ignore-file[AP501,
AP4] reason`` to the whole file. A comment is on a line of its own, because ``#`` begins one only there. Codes are those
of rules or prefixes of them.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Callable

from asprofile.syntax import Space
from asprofile.syntax.tree import Item
from asprofile.text import Span
from asprofile.value import Value

_COMMENT = rb"(?<![^\r\n])#[ \t]*asprofile:[ \t]*([^\r\n]*)"
_FORM = rb"(ignore|ignore-file)\[([^\]\r\n]*)\]"
_CODE = rb"[^\s,]+"


class SuppressedCode(Value):
    """One code of a suppression comment.

    ``scope`` is the part of the file it applies to, None for a comment at the end with no item after it.
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


class Covering:
    """Which findings they silence, in a time that does not grow with their number."""

    def __init__(self, found: Suppressions) -> None:
        # By what is in the comment and the scope: one comment is seldom like another, but a file may say it often.
        self._by_scope: dict[Span, dict[str, list[int]]] = {}
        for number, code in enumerate(found.codes):
            if code.scope is not None:
                self._by_scope.setdefault(code.scope, {}).setdefault(code.code.upper(), []).append(number)
        self._whole = [scope for scope in self._by_scope if scope.start == 0]
        self._scopes = sorted(self._by_scope)
        self._used: set[tuple[Span, str]] = set()

    def covers(self, rule: str, span: Span) -> bool:
        """Whether any code silences a finding of the rule at this place; those that do count as used."""
        place = bisect_right(self._scopes, (span.start, sys.maxsize))
        near = self._scopes[max(0, place - 2) : place]
        keys = [
            (scope, rule[:length])
            for scope in {*near, *self._whole}
            if scope.start <= span.start < scope.end or span == scope
            for length in range(len(rule) + 1)
            if rule[:length] in self._by_scope[scope]
        ]
        self._used.update(keys)
        return bool(keys)

    @property
    def used(self) -> set[int]:
        """The numbers of the codes that have silenced anything."""
        return {number for scope, code in self._used for number in self._by_scope[scope][code]}


def suppressions(data: bytes, items: tuple[Item, ...]) -> Suppressions:
    """Every suppression comment, in file order."""
    codes: list[SuppressedCode] = []
    malformed: list[Span] = []
    if b"asprofile:" not in data:
        return Suppressions((), ())
    next_item = _next_items(items)
    for match in re.finditer(_COMMENT, data):
        form = re.match(_FORM, match.group(1))
        found = list(re.finditer(_CODE, form.group(2))) if form else []
        if form is None or not found:
            malformed.append(Span(*match.span()))
            continue
        whole_file = form.group(1) == b"ignore-file"
        scope = Span(0, len(data) + 1) if whole_file else next_item(match.end())
        base = match.start(1) + form.start(2)
        for code in found:
            span = Span(base + code.start(), base + code.end())
            codes.append(SuppressedCode(code.group().decode("utf-8", "replace"), span, Span(*match.span()), scope))
    return Suppressions(tuple(codes), tuple(malformed))


def _next_items(items: tuple[Item, ...]) -> Callable[[int], Span | None]:
    """The header or entry that begins at an offset or is the first after it."""
    spans = [item.span for item in items if not isinstance(item, Space)]
    starts = [span.start for span in spans]

    def next_item(offset: int) -> Span | None:
        number = bisect_left(starts, offset)
        return spans[number] if number < len(spans) else None

    return next_item
