"""How large the request is that proposes a profile, or why there can be none."""

from __future__ import annotations

from asprofile.errors import ProposalError
from asprofile.model.config import Profile
from asprofile.model.size import associate_request
from asprofile.model.words import AssociationRole
from asprofile.negotiate.request import propose


def request_size(profile: Profile, role: AssociationRole) -> tuple[int | None, str | None]:
    """The size in bytes of the A-ASSOCIATE-RQ with which DCMTK proposes the profile, or why there can be none.

    AE titles do not matter, their fields are fixed. Neither for an acceptor, which proposes nothing.
    """
    if profile.refusal is not None:
        return None, f"DCMTK will not use it: {profile.refusal.message}"
    if role == "acceptor":
        return None, None
    try:
        propose(profile)
    except ProposalError as error:
        return None, f"no association request can carry it: {error}"
    return associate_request(profile), None
