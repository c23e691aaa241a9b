"""Words that a caller gives: one or several, and the role."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, TypeAlias

from asprofile.errors import ConfigurationError

if TYPE_CHECKING:
    from asprofile.model.words import AssociationRole

Words: TypeAlias = "str | Iterable[str]"
"""One, or several."""


def words_of(given: Words) -> tuple[str, ...]:
    """One or several, as several. Raises TypeError."""
    several = (given,) if isinstance(given, str) else tuple(given)
    wrong = next((one for one in several if not isinstance(one, str)), None)
    if wrong is not None:
        raise TypeError(f"a str or several, not {type(wrong).__name__}")
    return several


def unheard(_: str) -> None:
    """Takes a note where nobody wants to hear it."""


def role_of(given: str | None) -> AssociationRole | None:
    """The role, or None for none. Raises ConfigurationError."""
    if given not in (None, "requestor", "acceptor"):
        raise ConfigurationError(f"@{{role}} is 'requestor' or 'acceptor', not {given!r}")
    return given  # type: ignore[return-value]
