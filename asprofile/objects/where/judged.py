"""An object while an expression is asked of it, and what a part of the expression answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asprofile.objects.header import ObjectHeader
    from asprofile.objects.where.elements import FoundElements

WhereAnswer = bool | str
"""Whether the object fits; a sentence: why that cannot be decided."""
AskedOfObjects = Callable[["JudgedObject"], WhereAnswer]


class JudgedObject:
    """One object while it is asked: what is known of it, and its elements once they are wanted."""

    __slots__ = ("_found", "_look", "header")

    def __init__(self, header: ObjectHeader, look: Callable[[], FoundElements]) -> None:
        self.header = header
        self._look = look
        self._found: FoundElements | None = None

    @property
    def found(self) -> FoundElements:
        if self._found is None:
            self._found = self._look()
        return self._found
