"""Words that a caller gives: one or several, and the role."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from asprofile.errors import ConfigurationError

if TYPE_CHECKING:
    from asprofile.model.words import AssociationRole

Words: TypeAlias = "str | Iterable[str]"
"""One, or several."""


def words_of(given: Words) -> tuple[str, ...]:
    """One or several, as several. Raises TypeError."""
    several: tuple[str, ...] = several_of(given, str, "a str or several")
    for one in several:
        if not isinstance(one, str):
            raise TypeError(f"a str or several, not {type(one).__name__}")
    return several


def several_of(given: Any, one: type | tuple[type, ...], expected: str) -> tuple[Any, ...]:
    """One or several, as several: bytes are neither. Raises TypeError for what is not ``expected``, in words."""
    if isinstance(given, one):
        return (given,)
    if isinstance(given, (bytes, bytearray, memoryview)) or not isinstance(given, Iterable):
        raise TypeError(f"{expected}, not {type(given).__name__}")
    return tuple(given)


def name_or_none(given: str | None) -> str | None:
    """A name as it is given, or None for none. Raises TypeError for anything else."""
    return None if given is None else name_of(given)


def name_of(given: str) -> str:
    """A name as it is given. Raises TypeError for what is no str."""
    if not isinstance(given, str):
        raise TypeError(f"a name is a str, not {type(given).__name__}")
    return given


def unheard(_: str) -> None:
    """Takes a note where nobody wants to hear it."""


def role_of(given: str | None) -> AssociationRole | None:
    """The role, or None for none. Raises ConfigurationError."""
    if given not in (None, "requestor", "acceptor"):
        raise ConfigurationError(f"@{{role}} is 'requestor' or 'acceptor', not {given!r}")
    return given  # type: ignore[return-value]
