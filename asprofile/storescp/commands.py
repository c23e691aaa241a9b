"""The commands of --exec-on-reception and --exec-on-eostudy: placeholders, and nothing of a peer's for the shell.

Belongs here: the text of a command. Does not belong here: running it (``running``). DCMTK gives a command to the shell,
and what users write relies on it. What a peer has a say in is put into it only after everything but letters, digits,
blanks and ``- . : @ _`` has become an underscore (DCMTK of May 2026).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asprofile.storescp.names import sanitized

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLACEHOLDER: Final = re.compile("#[pfacr]")


@dataclass(frozen=True, slots=True)
class Caller:
    """The titles and the address of an association, as they came."""

    calling_ae: str
    called_ae: str
    address: str

    def values(self) -> dict[str, str]:
        """The value of each placeholder, in quotation marks."""
        return {f"#{letter}": f'"{sanitized(value)}"' for letter, value, _ in self._parts()}

    def strange(self) -> Iterator[tuple[str, str, str]]:
        """What was changed: its name, what it was, what it became."""
        for _, value, what in self._parts():
            if sanitized(value) != value:
                yield what, f'"{value}"', f'"{sanitized(value)}"'

    def _parts(self) -> tuple[tuple[str, str, str], ...]:
        return (
            ("a", self.calling_ae, "calling aetitle"),
            ("c", self.called_ae, "called aetitle"),
            ("r", self.address, "calling presentation address"),
        )


def filled_in(command: str, values: dict[str, str]) -> str:
    """The command with its placeholders replaced, each once: what is put in is not looked at again. A placeholder
    without a value stays.
    """
    return _PLACEHOLDER.sub(lambda found: values.get(found[0], found[0]), command)
