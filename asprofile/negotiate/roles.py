"""Roles that a requestor asked for and did not get (PS3.7 D.3.3.4).

Belongs here: the missing role of an accepted context, and its consequences. Does not belong here: the decision of an
acceptor (``answer``), the roles that remain (``negotiation.negotiated``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.names import sop_classes

if TYPE_CHECKING:
    from asprofile.negotiate.negotiation import NegotiatedContext, Negotiation


def role_failure(negotiation: Negotiation, context: NegotiatedContext) -> str:
    """Which role was asked for in an accepted context and not granted, and what that means; "" if none is missing.

    An acceptor that does not answer the proposal of roles grants only the default, SCU.
    """
    asked = next((one for one in negotiation.request.roles if one.sop_class == context.abstract_syntax), None)
    if asked is None or context.transfer_syntax is None:
        return ""
    scu, scp = asked.scu and not context.scu, asked.scp and not context.scp
    missing = " and ".join(name for name, is_missing in (("SCU", scu), ("SCP", scp)) if is_missing)
    if not missing:
        return ""
    answered = any(one.sop_class == context.abstract_syntax for one in negotiation.accept.roles)
    how = "not granted" if answered else "not granted, the answer does not mention roles"
    storage = sop_classes.is_storage(context.abstract_syntax)
    effects = []
    if scu:
        effects.append("nothing can be sent in it")
    if scp and storage:
        effects.append("C-GET brings nothing of it (PS3.4 C.5.3)")
    elif scp:
        effects.append("we cannot be SCP of it")
    return f"role {missing} was asked for and {how}: {', and '.join(effects)}"
