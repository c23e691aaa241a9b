"""Abstract syntaxes that are offered with lossy transfer syntaxes only, and their siblings that are not.

For AP509 and AP513, which must not both report the same offer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.lint.profiles import info
from asprofile.names import transfer_syntaxes, uids

if TYPE_CHECKING:
    from asprofile.lint.contexts import Offer
    from asprofile.lint.subject import Subject
    from asprofile.model.config import ContextList

_PAIR = ("ForPresentation", "ForProcessing")


def is_lossy(uid: str) -> bool:
    """Whether every image in the transfer syntax has lost something."""
    known = transfer_syntaxes.get(uid)
    return known is not None and known.fidelity == "lossy"


def may_lose(uid: str) -> bool:
    """Whether something is lost, may be lost, or that is not known."""
    known = transfer_syntaxes.get(uid)
    return known is None or not known.lossless_only


def is_jpip(uid: str) -> bool:
    """Whether an object in it carries a URL in place of its pixels (PS3.5 10.8)."""
    known = transfer_syntaxes.get(uid)
    return known is not None and known.family == "jpip"


def has_lossless_sibling(subject: Subject, contexts: ContextList, offer: Offer) -> bool:
    """Whether the offer is lossy only, while the same images For Processing (or For Presentation) are offered without a
    loss.
    """
    # JPIP carries no image at all; it is AP404's.
    carried = [uid for uid in offer.uids if not is_jpip(uid)]
    if not offer.complete or not carried or not all(map(is_lossy, carried)):
        return False
    sibling = _sibling(offer.abstract_syntax)
    return any(
        other.abstract_syntax == sibling and not all(may_lose(uid) or is_jpip(uid) for uid in other.uids)
        for other in subject.negotiations.offers(contexts)
    )


def _sibling(uid: str) -> str | None:
    known = info(uid)
    for one, other in (_PAIR, _PAIR[::-1]):
        if known is not None and known.keyword.endswith(one):
            return uids.uid_of_keyword(known.keyword.removesuffix(one) + other)
    return None
