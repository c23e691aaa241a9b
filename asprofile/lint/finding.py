"""What is reported for a place in a file: a rule's hit with the rule."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.lint.hit import Fix, Severity
from asprofile.lint.rule import Rule
from asprofile.text import Span
from asprofile.value import Value

if TYPE_CHECKING:
    from asprofile.model.words import AssociationRole


class Finding(Value):
    """A hit of a rule in a file, as reported; ``only_for`` as in the hit."""

    rule: Rule
    severity: Severity
    span: Span
    message: str
    fix: Fix | None
    only_for: AssociationRole | None = None

    @property
    def code(self) -> str:
        return self.rule.code
