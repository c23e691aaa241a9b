"""dcm4che's ApplicationEntity with transfer capabilities, as its storescp and dcm4chee-arc have them.

Of several transfer syntaxes the first of the proposal that the capability has is taken (a capability that prefers some
takes these first, which a profile cannot say). A role is granted for which there is a capability of the SOP class. Of a
SOP class without a capability, that of a related general SOP class counts, of its service class, or of ``*``: they come
with SOP class common extended negotiation (PS3.7 D.3.3.6), which a profile cannot say either. Extended negotiation is
answered only if it was asked for. Source: dcm4che-net, ``ApplicationEntity.java`` (5.x).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.negotiate.acceptors.acceptor import Accepting, AcceptorProgram, accept
from asprofile.negotiate.request import ContextResult, RoleItem
from asprofile.negotiate.results import ABSTRACT_SYNTAX_NOT_SUPPORTED, ACCEPTED, TRANSFER_SYNTAXES_NOT_SUPPORTED

if TYPE_CHECKING:
    from asprofile.negotiate.request import AssociateAccept, AssociateRequest

    Capabilities = dict[str, tuple[str, ...]]


def _answer(request: AssociateRequest, accepting: Accepting) -> AssociateAccept:
    of_scp: Capabilities = {}
    of_scu: Capabilities = {}
    for entry in accepting.profile.contexts:
        if entry.role != "scp":
            of_scp.setdefault(entry.abstract_syntax, entry.transfer_syntaxes)
        if entry.role in ("scp", "both"):
            of_scu.setdefault(entry.abstract_syntax, entry.transfer_syntaxes)
    offered = {item.sop_class: item for item in reversed(request.roles)}
    granted: dict[str, RoleItem] = {}
    results: list[ContextResult] = []
    for context in request.contexts:
        uid = context.abstract_syntax
        as_scp, as_scu = (_capability(some, uid, accepting) for some in (of_scp, of_scu))
        found, offer = as_scp, offered.get(uid)
        if offer is not None:
            scu, scp = offer.scu and as_scp is not None, offer.scp and as_scu is not None
            granted[uid] = RoleItem(uid, scu, scp)
            found = as_scp if scu else as_scu if offer.scp else None
        if found is None:
            results.append(ContextResult(context.id, ABSTRACT_SYNTAX_NOT_SUPPORTED, context.transfer_syntaxes[0]))
            continue
        chosen = next((one for one in context.transfer_syntaxes if one in found), None)
        if chosen is None:
            results.append(ContextResult(context.id, TRANSFER_SYNTAXES_NOT_SUPPORTED, context.transfer_syntaxes[0]))
        else:
            results.append(ContextResult(context.id, ACCEPTED, chosen))
    return accept(request, results, granted.values())


def _capability(some: Capabilities, uid: str, accepting: Accepting) -> tuple[str, ...] | None:
    wanted = (uid, *accepting.related.get(uid, ()))
    return next((some[one] for one in wanted if one in some), None)


ACCEPTOR = AcceptorProgram(
    "dcm4che", "dcm4che and dcm4chee-arc", "", "the first of the proposal that the capability has", _answer
)
