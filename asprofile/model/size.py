"""How many bytes DCMTK's A-ASSOCIATE-RQ for a profile has on the wire (PS3.8 9.3.2, PS3.7 annex D).

Only sizes; encoding belongs in ``net``. Every item's size includes its header of 4 bytes. UIDs count as DCMTK sends
them: not padded, and cut to 64 characters.
"""

from __future__ import annotations

from collections.abc import Iterable

from asprofile.model.config import PresentationContext, Profile

# The length field of an item has 16 bits; it does not count the header (PS3.8 9.3.2).
MAX_ITEM = 4 + 65535

_UID_ON_THE_WIRE = 64
# A-ASSOCIATE-RQ header and fixed fields, and the application context item (1.2.840.10008.3.1.1.1).
_FIXED = 74 + 4 + 21
# DCMTK's own, of every release so far: 1.2.276.0.7230010.3.0.3.7.0 and OFFIS_DCMTK_370.
_IMPLEMENTATION = 4 + 27 + 4 + 15
_MAXIMUM_LENGTH = 4 + 4


def context_item(abstract_syntax: str, transfer_syntaxes: Iterable[str]) -> int:
    """A presentation context item (20H)."""
    return 8 + _uid_item(abstract_syntax) + sum(map(_uid_item, transfer_syntaxes))


def user_information_item(profile: Profile) -> int:
    """The user information item (50H).

    It has a role item for each context with a role, as in DCMTK, and the extended negotiation items.
    """
    roles = sum(4 + 2 + _length(context.abstract_syntax) + 2 for context in profile.contexts if has_role(context))
    extended = sum(4 + 2 + len(item.sop_class) + len(item.data) for item in profile.extended)
    return 4 + _MAXIMUM_LENGTH + _IMPLEMENTATION + roles + extended


def associate_request(profile: Profile) -> int:
    """The whole PDU, its header of 6 bytes included; no user identity."""
    contexts = sum(context_item(context.abstract_syntax, context.transfer_syntaxes) for context in profile.contexts)
    return _FIXED + contexts + user_information_item(profile)


def has_role(context: PresentationContext) -> bool:
    """Whether DCMTK sends a role item for the context."""
    return context.role != "default"


def _uid_item(uid: str) -> int:
    return 4 + _length(uid)


def _length(uid: str) -> int:
    return min(len(uid), _UID_ON_THE_WIRE)
