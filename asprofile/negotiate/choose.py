"""Which presentation context carries which object, or why none does.

An object is sent in its own transfer syntax if a context of its SOP class accepts that; only if none does, in one of
the transfer syntaxes that the caller says it can be converted to. Does not belong here: the decision of an acceptor
(``answer``), advice on a refusal (``advice``), conversion itself, which contexts to propose for given objects
(``fitting``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.negotiate.advice import Adviser, NoContext
from asprofile.value import Value

if TYPE_CHECKING:
    from asprofile.negotiate.negotiation import Negotiation
    from asprofile.negotiate.request import AssociateRequest, ProposedContext


class AcceptedContext(Value):
    """The context that carries an object."""

    id: int
    abstract_syntax: str
    transfer_syntax: str


def plan(
    request: AssociateRequest,
    sop_class: str,
    transfer_syntax: str,
    targets: tuple[str, ...] = (),
    adviser: Adviser = Adviser(),  # noqa: B008 - a value that nothing changes
) -> ProposedContext | NoContext:
    """The first proposed context that could carry the object, before anything is sent; NoContext if there is
    none.

    ``targets`` are transfer syntaxes that the object can be converted to; a context with its own is preferred.
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
    with the first of ``targets`` that has a context. If there is none: why.

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
