"""What is said where a connection is tried again: why it is, once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.cli.exits import typed
from asprofile.printing import printable

if TYPE_CHECKING:
    from asprofile.errors import AssociationError


class Retries:
    """Knows what it said last; a reason that stays is not repeated."""

    def __init__(self) -> None:
        self._said = ""

    def line(self, error: AssociationError, seconds: float, more: str = "") -> str:
        """That it is tried again after so many seconds; ``more`` follows."""
        reason, before, self._said = typed(error), self._said, typed(error)
        why = "the same" if reason == before else printable(reason)
        return f"{why}; trying again in {seconds:.3g} s{more}"
