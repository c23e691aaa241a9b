"""The outcome of a negotiation between two profiles, without a network: what a requestor with the first proposes, and
what a DCMTK acceptor with the second answers, context by context, with the reason.

The decision itself is in ``answer``; which context carries an object, in ``choose``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from asprofile.errors import ProposalError
from asprofile.model.words import answered_syntaxes
from asprofile.names.releases import LATEST, at_least
from asprofile.names.uids import display_name
from asprofile.negotiate.advice import names
from asprofile.negotiate.answer import answer
from asprofile.negotiate.negotiation import Negotiation, negotiated
from asprofile.negotiate.request import propose
from asprofile.negotiate.results import ABSTRACT_SYNTAX_NOT_SUPPORTED, NO_REASON, TRANSFER_SYNTAXES_NOT_SUPPORTED
from asprofile.negotiate.roles import role_failure

if TYPE_CHECKING:
    from asprofile.model.words import Role
    from asprofile.negotiate.negotiation import NegotiatedContext
    from asprofile.negotiate.request import ContextSource, ExtendedItem, ProfileSource


Program = Literal["storescp", "dcmrecv"]
"""The program that answers: they decide in the same way, but dcmrecv rejects an association if it accepts none of its
contexts.
"""


@dataclass(frozen=True, slots=True)
class ContextOutcome:
    """The result for a proposed context.

    ``role``: the role that the requestor's profile gives the SOP class. ``reason``: why it is refused, or why nothing
    can be sent in it; empty otherwise. ``role_failure``: the role that was not granted (``roles``); empty otherwise.
    """

    context: NegotiatedContext
    role: Role
    reason: str
    role_failure: str = ""

    @property
    def accepted(self) -> bool:
        return self.context.transfer_syntax is not None


@dataclass(frozen=True, slots=True)
class Simulation:
    """A simulated negotiation; ``outcomes`` are in the order of the proposal. ``rejected``: the whole association is
    rejected, because no context is accepted.
    """

    negotiation: Negotiation
    outcomes: tuple[ContextOutcome, ...]
    rejected: bool = False

    @property
    def extended(self) -> tuple[ExtendedItem, ...]:
        """The extended negotiation in the acceptor's answer."""
        return self.negotiation.accept.extended


def simulate(
    requestor: ProfileSource, acceptor: ProfileSource, release: str = LATEST, program: Program = "storescp"
) -> Simulation:
    """The answer that storescu with the first profile gets from the program of that release with the second.

    Up to DCMTK 3.6.0 an acceptor whose profile requires the role SCP accepts a requestor that proposes no role; from
    3.6.2 on it refuses. Raises ProposalError if there can be no answer: the profile cannot be proposed, or the acceptor
    cannot handle it.
    """
    request = propose(requestor)
    most = answered_syntaxes(release)
    for context in request.contexts:
        count = len(context.transfer_syntaxes)
        if count > most:
            raise ProposalError(
                f"presentation context {context.id} ({display_name(context.abstract_syntax)}) proposes {count} "
                f"transfer syntaxes; an acceptor of DCMTK {release} takes {most}, and gives no answer to the whole "
                "request: shorten the list"
            )
    before_roles = not at_least(release, "3.6.2")
    negotiation = negotiated(request, answer(request, acceptor, always_accept_default_role=before_roles))
    known = {context.abstract_syntax: context for context in reversed(acceptor.contexts)}
    proposed = zip(negotiation.contexts, requestor.contexts, strict=True)
    found = tuple(
        _outcome(negotiation, context, source.role, known.get(context.abstract_syntax)) for context, source in proposed
    )
    nothing = not any(outcome.accepted for outcome in found)
    return Simulation(negotiation, found, rejected=program == "dcmrecv" and nothing)


def _outcome(
    negotiation: Negotiation, context: NegotiatedContext, role: Role, entry: ContextSource | None
) -> ContextOutcome:
    failure = role_failure(negotiation, context)
    return ContextOutcome(context, role, failure or _reason(context, entry), failure)


def _reason(context: NegotiatedContext, entry: ContextSource | None) -> str:
    if context.result == ABSTRACT_SYNTAX_NOT_SUPPORTED or entry is None:
        return "the acceptor has no context for this SOP class"
    if context.result == TRANSFER_SYNTAXES_NOT_SUPPORTED:
        return f"the acceptor takes it only with {names(entry.transfer_syntaxes)}"
    if context.result == NO_REASON:
        return "the acceptor takes it only with the role SCP for the requestor, which proposes no role"
    if not context.scu:
        return "not for sending: the requestor is SCP here"
    return ""
