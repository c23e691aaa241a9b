"""What a rule says of a place in a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from asprofile.text import Edit, Span

if TYPE_CHECKING:
    from asprofile.lint.rule import Rule

Severity = Literal["error", "warning", "info"]

# From the worst down; a lower rank is worse.
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


def at_least(severity: Severity, threshold: Severity) -> bool:
    """Whether ``severity`` is as bad as ``threshold`` or worse."""
    return SEVERITIES.index(severity) <= SEVERITIES.index(threshold)


@dataclass(frozen=True, slots=True)
class Fix:
    """Edits that mend a finding.

    ``safe``: every release that loaded the file loads the same model afterwards, or one that gains only what was lost
    by a slip that admits one reading.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """What a rule's check yields: where, what is there, what DCMTK does with it, what to write; ``severity`` if not
    the rule's own.
    """

    span: Span
    message: str
    fix: Fix | None = None
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A hit of a rule in a file, as reported."""

    rule: Rule
    severity: Severity
    span: Span
    message: str
    fix: Fix | None

    @property
    def code(self) -> str:
        return self.rule.code
