"""Where an object comes from, and what its path is made of, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """What is known of an object beside its elements: the UIDs of its request, who sent it to whom, the number of the
    association, and when it began to come.
    """

    sop_class: str
    sop_instance: str
    calling_ae: str
    called_ae: str
    host: str
    association: int
    received: datetime


NamedValues = Sequence[Sequence[str]]
"""The values of each element that a layout asks for."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, to whom, and the number of the association."""

    calling_ae: str = ""
    called_ae: str = ""
    host: str = ""
    association: int = 0
