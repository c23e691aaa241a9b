"""pynetdicom's AE with supported contexts (3.0, ``presentation.negotiate_as_acceptor``).

The first transfer syntax of the acceptor's own list that is proposed is taken. Roles are answered only for a SOP class
that has both of them set; a context of which neither role is left is rejected by the user, result 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asprofile.names.well_known import IMPLICIT_VR_LITTLE_ENDIAN
from asprofile.negotiate.acceptors.acceptor import Accepting, AcceptorProgram, accept
from asprofile.negotiate.request import ContextResult, RoleItem
from asprofile.negotiate.results import ABSTRACT_SYNTAX_NOT_SUPPORTED, ACCEPTED, TRANSFER_SYNTAXES_NOT_SUPPORTED

if TYPE_CHECKING:
    from asprofile.model.words import Role
    from asprofile.negotiate.request import AssociateAccept, AssociateRequest, ContextSource, ProposedContext

_USER_REJECTION: Final = 1


def _answer(request: AssociateRequest, accepting: Accepting) -> AssociateAccept:
    entries: dict[str, ContextSource] = {}
    for entry in accepting.profile.contexts:
        entries.setdefault(entry.abstract_syntax, entry)
    offered = {item.sop_class: item for item in request.roles}
    results: list[ContextResult] = []
    roles: list[RoleItem] = []
    for context in request.contexts:
        found, offer = entries.get(context.abstract_syntax), offered.get(context.abstract_syntax)
        result = _decide(context, found, offer)
        results.append(result)
        if found is not None and offer is not None and result.accepted and found.role != "default":
            scu, scp = _allowed(found.role)
            roles.append(RoleItem(context.abstract_syntax, offer.scu and scu, offer.scp and scp))
    return accept(request, results, roles)


def _decide(context: ProposedContext, entry: ContextSource | None, offer: RoleItem | None) -> ContextResult:
    if entry is None:
        return ContextResult(context.id, ABSTRACT_SYNTAX_NOT_SUPPORTED, context.transfer_syntaxes[0])
    chosen = next((uid for uid in entry.transfer_syntaxes if uid in context.transfer_syntaxes), None)
    if chosen is None:
        return ContextResult(context.id, TRANSFER_SYNTAXES_NOT_SUPPORTED, context.transfer_syntaxes[0])
    if entry.role != "default" and offer is not None and not _is_left(entry.role, offer):
        return ContextResult(context.id, _USER_REJECTION, chosen)
    return ContextResult(context.id, ACCEPTED, chosen or IMPLICIT_VR_LITTLE_ENDIAN)


def _is_left(role: Role, offer: RoleItem) -> bool:
    scu, scp = _allowed(role)
    return (offer.scu and scu) or (offer.scp and scp)


def _allowed(role: Role) -> tuple[bool, bool]:
    """The roles that the requestor may have."""
    return role in ("scu", "both"), role in ("scp", "both")


ACCEPTOR = AcceptorProgram(
    "pynetdicom",
    "pynetdicom's AE",
    "pynetdicom 3.0",
    "the first of the acceptor's list that is proposed",
    _answer,
)
