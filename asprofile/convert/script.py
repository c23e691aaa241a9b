"""A Python program that negotiates exactly what a profile says, with pynetdicom.

It is only written: reading one would mean running it. The programs are in ``data``; this module fills in their tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from asprofile.convert import losses, room
from asprofile.convert.exchange import ConversionLoss, ConversionTarget, Exchange, ExchangeProfile, Written
from asprofile.convert.words import ascii_only, named
from asprofile.errors import ConversionError
from asprofile.model.words import AssociationRole, Role
from asprofile.names import uids

_DATA = Path(__file__).resolve().parent / "data"
_MAX_UID = 64
# Whether the requestor may be SCU, and SCP.
_ROLES: dict[Role, tuple[bool, bool]] = {"scu": (True, False), "scp": (False, True), "both": (True, True)}


def write(exchange: Exchange, target: ConversionTarget) -> Written:
    """The program; raises ProposalError for more contexts than a request has room for."""
    (profile,) = exchange.profiles
    room.check(profile, exchange.role)
    _check(profile)
    text = (_DATA / f"{exchange.role}.py.txt").read_text("utf-8")
    text = text.replace("@SOURCE@", _inside(target.source)).replace("@NAME@", _inside(profile.name))
    for mark, lines in {
        "CONTEXTS": _contexts(profile),
        "ROLES": _roles(profile),
        "EXTENDED": _extended(profile),
        "PRIVATE": _private(profile, exchange.role),
    }.items():
        text = text.replace(f"    # {mark}\n", "".join(f"    {line}\n" for line in lines))
    return Written(text, tuple(_losses(profile)))


def _inside(text: str) -> str:
    """Text that is safe in a string of Python and in a text of argparse: it ends neither."""
    return re.sub(r"[^A-Za-z0-9_ .,/:-]", "_", text)


def _check(profile: ExchangeProfile) -> None:
    for context in profile.contexts:
        for uid in (context.abstract_syntax, *context.transfer_syntaxes):
            if len(uid) > _MAX_UID:
                raise ConversionError(f"{uid} has {len(uid)} characters, and pynetdicom takes {_MAX_UID} of a UID")


def _losses(profile: ExchangeProfile) -> Iterator[ConversionLoss]:
    yield from losses.of_repeated(profile.contexts)


def _contexts(profile: ExchangeProfile) -> Iterator[str]:
    for context in profile.contexts:
        yield f'("{context.abstract_syntax}", {_tuple(context.transfer_syntaxes)}),{_comment(context.abstract_syntax)}'


def _roles(profile: ExchangeProfile) -> Iterator[str]:
    for uid, role in profile.roles.items():
        yield f'"{uid}": {_ROLES[role]},{_comment(uid)}'


def _extended(profile: ExchangeProfile) -> Iterator[str]:
    for item in profile.extended:
        yield f'"{item.sop_class}": bytes.fromhex("{item.data.hex()}"),{_comment(item.sop_class)}'


def _private(profile: ExchangeProfile, role: AssociationRole) -> Iterator[str]:
    """What pynetdicom would not take for storage by itself."""
    if role == "acceptor":
        for uid in profile.lists:
            info = uids.describe(uid)
            if info is None or info.status == "private":
                yield f'"{uid}",{_comment(uid)}'


def _tuple(found: tuple[str, ...]) -> str:
    words = ", ".join(f'"{uid}"' for uid in found)
    return f"({words},)" if len(found) == 1 else f"({words})"


def _comment(uid: str) -> str:
    name = named(uid)
    return f"  # {ascii_only(name)}" if name != uid else ""
