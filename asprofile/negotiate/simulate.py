"""The outcome of a negotiation between two profiles, without a network: what a requestor with the first proposes, and
what an acceptor with the second answers, context by context, with the reason.

The decision itself is in ``answer`` and, for other programs than DCMTK, in ``acceptors``; which context carries an
object, in ``choose``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from asprofile.errors import ProposalError
from asprofile.model.words import answered_syntaxes
from asprofile.names.releases import LATEST
from asprofile.names.uids import display_name
from asprofile.negotiate.acceptors import acceptors
from asprofile.negotiate.acceptors.acceptor import Accepting
from asprofile.negotiate.advice import names
from asprofile.negotiate.negotiation import Negotiation, negotiated
from asprofile.negotiate.request import propose
from asprofile.negotiate.results import NO_REASON, TRANSFER_SYNTAXES_NOT_SUPPORTED
from asprofile.negotiate.roles import role_failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asprofile.model.words import Role
    from asprofile.negotiate.negotiation import NegotiatedContext
    from asprofile.negotiate.request import AssociateRequest, ContextSource, ExtendedItem, ProfileSource


Program = Literal["storescp", "dcmrecv"]
"""DCMTK's program that answers: they decide in the same way, but dcmrecv rejects an association if it accepts none of
its contexts.
"""

DCMTK: Final = "dcmtk"


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
    requestor: ProfileSource,
    acceptor: ProfileSource,
    release: str = LATEST,
    program: Program = "storescp",
    *,
    behaves: str = DCMTK,
    any_class: bool = False,
    related: Mapping[str, tuple[str, ...]] | None = None,
) -> Simulation:
    """The answer that storescu with the first profile gets from an acceptor with the second: from DCMTK's program of
    that release, or from another one of ``acceptors``, which is named in ``behaves``. ``any_class`` and ``related``: as
    in ``Accepting``.

    Up to DCMTK 3.6.0 an acceptor whose profile requires the role SCP accepts a requestor that proposes no role; from
    3.6.2 on it refuses. Raises ProposalError if there can be no answer: the profile cannot be proposed, or the acceptor
    cannot handle it.
    """
    request = propose(requestor)
    if behaves == DCMTK:
        _check_length(request, release)
    found_answer = acceptors()[behaves].answer(request, Accepting(acceptor, release, any_class, related or {}))
    negotiation = negotiated(request, found_answer)
    known = {context.abstract_syntax: context for context in reversed(acceptor.contexts)}
    proposed = zip(negotiation.contexts, requestor.contexts, strict=True)
    found = tuple(
        _outcome(negotiation, context, source.role, known.get(context.abstract_syntax)) for context, source in proposed
    )
    nothing = not any(outcome.accepted for outcome in found)
    return Simulation(negotiation, found, rejected=program == "dcmrecv" and nothing)


def _check_length(request: AssociateRequest, release: str) -> None:
    most = answered_syntaxes(release)
    for context in request.contexts:
        count = len(context.transfer_syntaxes)
        if count > most:
            raise ProposalError(
                f"presentation context {context.id} ({display_name(context.abstract_syntax)}) proposes {count} "
                f"transfer syntaxes; an acceptor of DCMTK {release} takes {most}, and gives no answer to the whole "
                "request: shorten the list"
            )


def _outcome(
    negotiation: Negotiation, context: NegotiatedContext, role: Role, entry: ContextSource | None
) -> ContextOutcome:
    failure = role_failure(negotiation, context)
    return ContextOutcome(context, role, failure or _reason(context, entry), failure)


def _reason(context: NegotiatedContext, entry: ContextSource | None) -> str:
    if context.transfer_syntax is not None:
        return "" if context.scu else "not for sending: the requestor is SCP here"
    if entry is None:
        if context.result == TRANSFER_SYNTAXES_NOT_SUPPORTED:
            return "the acceptor takes it with other transfer syntaxes only"
        return "the acceptor has no context for this SOP class"
    if set(entry.transfer_syntaxes).isdisjoint(context.proposed):
        return f"the acceptor takes it only with {names(entry.transfer_syntaxes)}"
    if context.result == NO_REASON:
        return "the acceptor takes it only with the role SCP for the requestor, which proposes no role"
    if context.result == TRANSFER_SYNTAXES_NOT_SUPPORTED:
        return "the acceptor takes it with other transfer syntaxes only"
    return "the acceptor grants none of the roles that the requestor proposes"
