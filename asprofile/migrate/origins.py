"""Peers that objects come from: how they and their objects are named in a journal.

Belongs here: names, as values. Does not belong here: what is asked (``listing``), what is taken (``fetching``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from asprofile.send.destination import Destination

PREFIX: Final = "peer:"
"""Of the path of each object that comes from a peer; paths of files are absolute."""


@dataclass(frozen=True, slots=True)
class Origin:
    """A peer that objects come from. ``name`` is in the paths of its objects: ``peer:`` and its address or name."""

    name: str
    to: Destination

    def place(self, *uids: str) -> str:
        """The path of a study, series or instance."""
        return "/".join((self.name, *uids))


def is_at_a_peer(path: str) -> bool:
    """Whether this is the path of an object of a peer."""
    return path.startswith(PREFIX)


def spool_name(number: int) -> str:
    """The file in the spool of the object with this number."""
    return f"{number}.dcm"
