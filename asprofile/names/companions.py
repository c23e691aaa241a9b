"""What an application that supports a SOP class shall also support (PS3.4, "shall also support").

Supporting both is not the same as negotiating both in one profile: the linter decides what follows from a row. Transfer
syntaxes that need others are in ``TransferSyntax.companions``.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, cast

from asprofile.names import _tables
from asprofile.value import Value

CompanionRole = Literal["any", "scp", "both"]

_LEVEL_2 = "level-2"


class Companion(Value):
    """What an application that supports ``uid`` must support too.

    ``requires``: SOP classes of which at least one shall be supported too. It is empty where ``level_2`` is set: then
    the device shall be a level 2 Storage SCP (PS3.4 B.4.1). ``role``: for whom this holds: any application, an SCP
    only, or a device that is SCU and SCP (both). ``ref``: section of PS3.4.
    """

    uid: str
    requires: tuple[str, ...]
    level_2: bool
    role: CompanionRole
    ref: str


@cache
def companions() -> tuple[Companion, ...]:
    """All of them, in the numeric order of the SOP classes."""
    return tuple(_companion(row) for row in _tables.rows("companions"))


def companions_of(uid: str) -> tuple[Companion, ...]:
    """Those of one SOP class."""
    return tuple(companion for companion in companions() if companion.uid == uid)


def _companion(row: list[str]) -> Companion:
    uid, requires, role, ref = row
    level_2 = requires == _LEVEL_2
    return Companion(uid, () if level_2 else tuple(requires.split("|")), level_2, cast("CompanionRole", role), ref)
