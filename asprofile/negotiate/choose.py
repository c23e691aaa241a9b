"""Which presentation context carries which object, and why none does.

An object goes out in its own SOP class and its own transfer syntax wherever a context takes it so; only where none
does, in one of the transfer syntaxes that the caller says it can be converted to. Does not belong here: the decision of
an acceptor (``answer``), what is said of a refusal (``advice``), conversion itself, which
contexts to propose for given objects (``fitting``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.negotiate.advice import Adviser, NoContext
from asprofile.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asprofile.negotiate.request import AssociateAccept, AssociateRequest, ProposedContext, RoleItem


class NegotiatedContext(Value):
    """A proposed context and what became of it.

    ``result`` is the peer's (PS3.8 Table 9-18), None if the answer does not mention the context.
    ``transfer_syntax`` is None unless the context can be used, that is: accepted with one of the proposed
    transfer syntaxes. ``scu`` and ``scp`` are the requestor's roles.
    """

    id: int
    abstract_syntax: str
    proposed: tuple[str, ...]
    result: int | None
    transfer_syntax: str | None
    scu: bool
    scp: bool


class AcceptedContext(Value):
    """The context that carries an object."""

    id: int
    abstract_syntax: str
    transfer_syntax: str


class Negotiation(Value):
    """Request and answer, joined: one NegotiatedContext for each that was proposed, in the order of the
    request.
    """

    request: AssociateRequest
    accept: AssociateAccept
    contexts: tuple[NegotiatedContext, ...]

    @property
    def usable(self) -> dict[int, NegotiatedContext]:
        """The contexts in which messages may be exchanged, by id."""
        return {context.id: context for context in self.contexts if context.transfer_syntax is not None}

    @property
    def window(self) -> int:
        """How many operations the requestor may have open at a time: 1 unless both sides say otherwise (PS3.7
        D.3.3.3), 0 is no limit. A peer that grants more than was asked for grants that.
        """
        asked, granted = self.request.window, self.accept.window
        if asked is None or granted is None:
            return 1
        return min(asked.invoked or granted.invoked, granted.invoked or asked.invoked)


def negotiated(request: AssociateRequest, accept: AssociateAccept) -> Negotiation:
    """Join a request with its answer.

    What the answer says of contexts that were not proposed is left out, of two results for a context the
    first counts, and a context accepted with a transfer syntax that was not proposed cannot be used.
    """
    results = {result.id: result for result in reversed(accept.results)}
    contexts = []
    for proposed in request.contexts:
        found = results.get(proposed.id)
        usable = found is not None and found.accepted and found.transfer_syntax in proposed.transfer_syntaxes
        scu, scp = _roles(proposed.abstract_syntax, request.roles, accept.roles)
        contexts.append(
            NegotiatedContext(
                id=proposed.id,
                abstract_syntax=proposed.abstract_syntax,
                proposed=proposed.transfer_syntaxes,
                result=None if found is None else found.result,
                transfer_syntax=found.transfer_syntax if found is not None and usable else None,
                scu=scu,
                scp=scp,
            )
        )
    return Negotiation(request, accept, tuple(contexts))


def plan(
    request: AssociateRequest,
    sop_class: str,
    transfer_syntax: str,
    targets: tuple[str, ...] = (),
    adviser: Adviser = Adviser(),  # noqa: B008 - a value that nothing changes
) -> ProposedContext | NoContext:
    """The first proposed context that could carry the object, before anything is sent; NoContext if there is
    none.

    ``targets`` are transfer syntaxes that the object can be converted to; a context for its own comes first.
    """
    of_class = [context for context in request.contexts if context.abstract_syntax == sop_class]
    if not of_class:
        return adviser.class_not_proposed(sop_class, transfer_syntax)
    for wanted in (transfer_syntax, *targets):
        for context in of_class:
            if wanted in context.transfer_syntaxes:
                return context
    proposed = [uid for context in of_class for uid in context.transfer_syntaxes]
    return adviser.syntax_not_proposed(sop_class, transfer_syntax, proposed)


def choose(
    negotiation: Negotiation,
    sop_class: str,
    transfer_syntax: str,
    targets: tuple[str, ...] = (),
    adviser: Adviser = Adviser(),  # noqa: B008 - a value that nothing changes
) -> AcceptedContext | NoContext:
    """The first accepted context with this SOP class in which we are SCU: with exactly this transfer syntax, or else
    with the first of ``targets`` that has one. If there is none: why.

    The reasons, in this order: the class is not proposed; not with that transfer syntax; the role; the peer
    rejected the contexts that would fit; the peer accepted them with another transfer syntax.
    """
    planned = plan(negotiation.request, sop_class, transfer_syntax, targets, adviser)
    if isinstance(planned, NoContext):
        return planned
    of_class = [context for context in negotiation.contexts if context.abstract_syntax == sop_class]
    wanted = (transfer_syntax, *targets)
    exact = sorted(
        (context for context in of_class if context.transfer_syntax in wanted),
        key=lambda context: wanted.index(context.transfer_syntax or ""),
    )
    for context in exact:
        if context.scu:
            return AcceptedContext(context.id, sop_class, context.transfer_syntax or "")
    if exact:
        return adviser.wrong_role(sop_class)
    fitting = [context for context in of_class if not set(wanted).isdisjoint(context.proposed)]
    others = [c.transfer_syntax for c in fitting if c.transfer_syntax is not None]
    if others:
        return adviser.other_syntax(sop_class, transfer_syntax, others, of_class)
    return adviser.rejected(sop_class, transfer_syntax, fitting, of_class)


def _roles(sop_class: str, proposed: Iterable[RoleItem], answered: Iterable[RoleItem]) -> tuple[bool, bool]:
    """The requestor's roles (SCU, SCP): the default unless both sides name the class; the acceptor can only
    take away.
    """
    offer = next((item for item in proposed if item.sop_class == sop_class), None)
    answer = next((item for item in answered if item.sop_class == sop_class), None)
    if offer is None or answer is None:
        return True, False
    return offer.scu and answer.scu, offer.scp and answer.scp
