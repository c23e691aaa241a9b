"""What an acceptor with a profile answers, as DCMTK's storescp and dcmrecv do (3.6.7 to 3.7.0).

Belongs here: the decision for each proposed presentation context, the roles and the extended negotiation that
go back. Does not belong here: whether the association as a whole is rejected (``receive``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from asprofile.names.well_known import IMPLICIT_VR_LITTLE_ENDIAN
from asprofile.negotiate.request import (
    DEFAULT_MAX_PDU,
    IMPLEMENTATION_CLASS_UID,
    IMPLEMENTATION_VERSION_NAME,
    AssociateAccept,
    AssociateRequest,
    ContextResult,
    ExtendedItem,
    ProposedContext,
    RoleItem,
)
from asprofile.negotiate.results import (
    ABSTRACT_SYNTAX_NOT_SUPPORTED,
    ACCEPTED,
    NO_REASON,
    TRANSFER_SYNTAXES_NOT_SUPPORTED,
)

if TYPE_CHECKING:
    from asprofile.model.words import Role
    from asprofile.negotiate.request import ContextSource, ProfileSource


@dataclass(frozen=True, slots=True)
class _Decision:
    """What becomes of the contexts of one id."""

    abstract_syntax: str
    result: ContextResult
    offer: RoleItem | None
    role: Role

    @property
    def granted(self) -> RoleItem | None:
        """The role item of the answer, if there is one."""
        if not self.result.accepted or self.offer is None or self.role == "default":
            return None
        return _granted(self.offer, self.role)


def answer(
    request: AssociateRequest,
    profile: ProfileSource,
    *,
    max_pdu: int = DEFAULT_MAX_PDU,
    always_accept_default_role: bool = False,
    implementation_class_uid: str = IMPLEMENTATION_CLASS_UID,
    implementation_version_name: str = IMPLEMENTATION_VERSION_NAME,
) -> AssociateAccept:
    """The A-ASSOCIATE-AC of a DCMTK acceptor that was given this profile.

    The first entry of a SOP class counts, and the first transfer syntax of its list, in the profile's order, that was
    proposed is accepted. A profile role of SCP refuses a requestor that proposes no role, unless
    ``always_accept_default_role``. Extended negotiation is sent back for every accepted SOP class of the profile's
    list, whether or not the requestor sent any.

    Ids that no requestor may use are answered as DCMTK answers them: even ones as others; of several contexts with one
    id there is one answer, which is that to the last of them, and stands for the SOP class of the first; a SOP class
    whose first accepted context has id 0 has no extended negotiation.
    """
    entries: dict[str, ContextSource] = {}
    for entry in profile.contexts:
        entries.setdefault(entry.abstract_syntax, entry)
    offered = {item.sop_class: item for item in reversed(request.roles)}
    decided: dict[int, _Decision] = {}
    for context in request.contexts:
        found = entries.get(context.abstract_syntax)
        # What has the id of one before is that one again, with another wish.
        first = decided.get(context.id)
        abstract_syntax = context.abstract_syntax if first is None else first.abstract_syntax
        offer = offered.get(abstract_syntax)
        result = _decide(context, found, offer, always_accept_default_role)
        decided[context.id] = _Decision(abstract_syntax, result, offer, "default" if found is None else found.role)
    first_of_class: dict[str, int] = {}
    for one in decided.values():
        if one.result.accepted:
            first_of_class.setdefault(one.abstract_syntax, one.result.id)
    return AssociateAccept(
        called_ae=request.called_ae,
        calling_ae=request.calling_ae,
        results=tuple(one.result for one in decided.values()),
        roles=tuple(role for one in decided.values() if (role := one.granted) is not None),
        extended=tuple(ExtendedItem(e.sop_class, e.data) for e in profile.extended if first_of_class.get(e.sop_class)),
        max_pdu=max_pdu,
        implementation_class_uid=implementation_class_uid,
        implementation_version_name=implementation_version_name,
    )


def _decide(
    context: ProposedContext,
    entry: ContextSource | None,
    offer: RoleItem | None,
    always_accept_default_role: bool,
) -> ContextResult:
    if entry is None:
        return _refuse(context, ABSTRACT_SYNTAX_NOT_SUPPORTED)
    chosen = next((uid for uid in entry.transfer_syntaxes if uid in context.transfer_syntaxes), None)
    if chosen is None:
        return _refuse(context, TRANSFER_SYNTAXES_NOT_SUPPORTED)
    if offer is None and entry.role == "scp" and not always_accept_default_role:
        return _refuse(context, NO_REASON)
    return ContextResult(context.id, ACCEPTED, chosen)


def _refuse(context: ProposedContext, result: int) -> ContextResult:
    # A rejection has a transfer syntax too, though it means nothing: without one some peers are confused.
    return ContextResult(context.id, result, IMPLICIT_VR_LITTLE_ENDIAN)


def _granted(offer: RoleItem, role: Role) -> RoleItem:
    """The roles granted to the requestor: those it proposed that the profile allows.

    A proposal of neither role counts as one of both, as in DCMTK.
    """
    neither = not offer.scu and not offer.scp
    scu = (offer.scu or neither) and role in ("scu", "both")
    scp = (offer.scp or neither) and role in ("scp", "both")
    return RoleItem(offer.sop_class, scu, scp)
