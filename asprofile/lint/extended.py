"""What the service class application information of a SOP class must look like (PS3.7 D.3.3.5, PS3.4), for group 8.

Only the bytes: what they mean together with a role or in an acceptor's profile belongs in the rules. Private classes
may define their own, so they are never checked.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from asprofile.lint.subject import Subject
from asprofile.model.config import ExtendedList, ExtendedNegotiation
from asprofile.model.words import AssociationRole
from asprofile.names import sop_classes

# PS3.4 Table B.3-1: level of support, signature level, element coercion, and reserved bytes between them.
LEVEL, SIGNATURE, COERCION = 0, 2, 4
SCU_ONLY = 3
STORAGE_DEFAULT = bytes.fromhex("030000000200")
# The most that each byte may be.
STORAGE_MOST = (3, 0, 3, 0, 2, 0)


@lru_cache(maxsize=4096)
def form(sop_class: str) -> sop_classes.ExtendedForm | None:
    """What extended negotiation means for the SOP class; None if that is not known."""
    return sop_classes.extended_negotiation(sop_class)


def items(subject: Subject, *forms: str) -> Iterator[tuple[ExtendedList, ExtendedNegotiation]]:
    """The entries for SOP classes of these forms, each with its list, in file order."""
    for found in subject.config.extended_lists.values():
        for item in found.items:
            if form(item.sop_class) in forms:
                yield found, item


def is_acceptors(subject: Subject, found: ExtendedList) -> bool:
    """Whether a profile of an acceptor uses the list."""
    return "acceptor" in _roles(subject, found)


def is_open(subject: Subject, found: ExtendedList) -> bool:
    """Whether nothing shows which side uses the list."""
    return _roles(subject, found) <= {None}


def _roles(subject: Subject, found: ExtendedList) -> set[AssociationRole | None]:
    if subject.given_role is not None:
        return {subject.given_role}
    return {
        subject.role_of(profile.context_list)
        for profile in subject.config.profiles.values()
        if profile.extended_list is not None and profile.extended_list.label == found.label
    }


def is_storage(data: bytes) -> bool:
    """Whether the bytes have the form of PS3.4 Table B.3-1."""
    return len(data) == len(STORAGE_MOST) and all(map(int.__le__, data, STORAGE_MOST))


def contradiction(data: bytes) -> str:
    """What contradicts what in storage information of the right form; empty if nothing does."""
    level, signature, coercion = data[LEVEL], data[SIGNATURE], data[COERCION]
    if level == SCU_ONLY and signature:
        return f"level 3 says SCU only, signature level {signature} is an SCP's"
    if level == SCU_ONLY and coercion < 2:
        return f"level 3 says SCU only, element coercion {coercion} is an SCP's"
    if signature and level < 2:
        return f"signature level {signature} needs level 2, and the level is {level}"
    if level < SCU_ONLY and coercion == 2:
        return f"level {level} is an SCP's, element coercion 2 says SCU only"
    return ""
