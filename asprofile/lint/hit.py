"""What a rule reports for a place in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from asprofile.text import Edit, Span
from asprofile.value import Value

if TYPE_CHECKING:
    from asprofile.model.words import AssociationRole

Severity = Literal["error", "warning", "info"]

# From the worst down; a lower rank is worse.
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


def at_least(severity: Severity, threshold: Severity) -> bool:
    """Whether ``severity`` is as bad as ``threshold`` or worse."""
    return SEVERITIES.index(severity) <= SEVERITIES.index(threshold)


class Fix(Value):
    """Edits that fix a finding.

    ``safe``: every release that loaded the file loads the same model afterwards, or one that gains only what a mistake
    with a single possible meaning had lost.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool


class Hit(Value):
    """What a rule's check yields: where, what is there, what DCMTK does with it, what to write; ``severity`` if not
    the rule's own.

    ``only_for``: the side for which alone it holds, where either may load the file. Then it is no more than an info.
    """

    span: Span
    message: str
    fix: Fix | None = None
    severity: Severity | None = None
    only_for: AssociationRole | None = None
