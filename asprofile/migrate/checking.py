"""Before a migration: what of it the peer would take, asked by associations in which nothing is sent.

Belongs here: each kind of object in the journal against what the peer accepts. Does not belong here: which context
carries an object (``negotiate.choose``), what is said of it (``cli``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from asprofile.negotiate.advice import Adviser, NoContext
from asprofile.negotiate.choose import choose
from asprofile.send.conversions import conversions
from asprofile.send.session import open_session

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from asprofile.migrate.journal_sums import KindCount
    from asprofile.negotiate.negotiation import Negotiation
    from asprofile.negotiate.request import AssociateRequest
    from asprofile.objects.preparing import Preparer
    from asprofile.send.control import Control
    from asprofile.send.options import SendOptions
    from asprofile.send.peer import Peer

KindFate = Literal["as it is", "converted", "refused"]
"""What would become of the objects of a kind."""


@dataclass(frozen=True, slots=True)
class KindCheck:
    """Objects of one SOP class and transfer syntax, and in which one they would go (``sent_as``, empty if they would
    be refused; then ``reason`` says why, and ``way_out`` what to do).
    """

    kind: KindCount
    sent_as: str = ""
    reason: str = ""
    way_out: str = ""

    @property
    def fate(self) -> KindFate:
        if not self.sent_as:
            return "refused"
        return "as it is" if self.sent_as == self.kind.transfer_syntax else "converted"


def negotiations(
    requests: Iterable[AssociateRequest], peer: Peer, options: SendOptions, control: Control
) -> list[Negotiation]:
    """What the peer answers to each request; nothing is sent. Raises AssociationError."""
    found = []
    for request in requests:
        session = open_session(request, peer, options, control)
        try:
            found.append(session.negotiation)
            session.release()
        finally:
            control.forget(session)
            session.abort()
    return found


def check_kinds(
    kinds: Iterable[KindCount], negotiated: Sequence[Negotiation], preparer: Preparer, *, fitted: bool
) -> tuple[KindCheck, ...]:
    """What would become of each kind; of several associations the one that carries it counts, or else the last that
    proposes its SOP class.
    """
    adviser = Adviser(conversions, fitted)
    return tuple(_checked(kind, negotiated, preparer, adviser) for kind in kinds)


def _checked(kind: KindCount, negotiated: Sequence[Negotiation], preparer: Preparer, adviser: Adviser) -> KindCheck:
    targets = preparer.targets(kind.sop_class, kind.transfer_syntax)
    refused: NoContext | None = None
    for negotiation in negotiated:
        found = choose(negotiation, kind.sop_class, kind.transfer_syntax, targets, adviser)
        if not isinstance(found, NoContext):
            return KindCheck(kind, found.transfer_syntax)
        if refused is None or any(one.abstract_syntax == kind.sop_class for one in negotiation.request.contexts):
            refused = found
    assert refused is not None, "something was proposed"
    return KindCheck(kind, "", refused.reason, refused.way_out)
