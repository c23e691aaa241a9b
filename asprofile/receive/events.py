"""What a receiver tells of itself, as values: every association and every object has its end told."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

FilePlacing = Literal["new", "same", "beside", "replaced"]
"""How an object came to its file: there was none of its name; there was one with the same bytes, which stays the only
one; there was one with others, and this is beside it; or this took its place.
"""
AssociationEnding = Literal["released", "rejected", "aborted", "lost", "broke", "silent", "stopped", "failed"]
"""How an association ended: in good order; rejected by us; aborted by the peer; its connection lost; aborted by us
because the peer broke the protocol, because it was silent or slow, because we stop, or because we cannot go on.
"""


@dataclass(frozen=True, slots=True)
class AssociationAccepted:
    """An association that was accepted. ``number`` counts connections from 1; ``accepted`` of ``proposed`` contexts."""

    number: int
    peer: str
    calling_ae: str
    called_ae: str
    accepted: int
    proposed: int
    security: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """An object that was stored in ``file``; ``size`` is the data set's, in bytes. ``association`` is the number of
    AssociationAccepted.
    """

    file: str
    sop_class: str
    sop_instance: str
    transfer_syntax: str
    calling_ae: str
    called_ae: str
    size: int
    peer: str = ""
    association: int = 0
    placing: FilePlacing = "new"

    @property
    def path(self) -> Path:
        """The file."""
        return Path(self.file)


@dataclass(frozen=True, slots=True)
class NotStored:
    """An object that came and was not stored: what was answered, and why. ``size`` is what came of it, in bytes."""

    sop_class: str
    sop_instance: str
    transfer_syntax: str
    calling_ae: str
    called_ae: str
    size: int
    status: int
    reason: str
    peer: str = ""
    association: int = 0


@dataclass(frozen=True, slots=True)
class AssociationEnded:
    """A connection that is over, whatever became of it. ``reason`` is empty where it ended in good order; ``objects``
    and ``size`` (bytes of their data sets) are what was stored, ``seconds`` since it was opened.
    """

    number: int
    peer: str
    calling_ae: str
    called_ae: str
    ending: AssociationEnding
    reason: str
    objects: int
    failed: int
    size: int
    seconds: float


ReceiveEvent = AssociationAccepted | Received | NotStored | AssociationEnded
