"""The result of a negotiation: the request joined with the peer's answer.

Belongs here: the values, and joining them. Does not belong here: which context carries an object (``choose``), the
words for a refusal (``results``, ``advice``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.value import Value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asprofile.negotiate.request import AssociateAccept, AssociateRequest, RoleItem


class NegotiatedContext(Value):
    """A proposed context and its result.

    ``result`` is the peer's (PS3.8 Table 9-18), None if the answer does not mention the context.
    ``transfer_syntax`` is None unless the context can be used, that is, was accepted with one of the proposed transfer
    syntaxes. ``scu`` and ``scp`` are the requestor's roles.
    """

    id: int
    abstract_syntax: str
    proposed: tuple[str, ...]
    result: int | None
    transfer_syntax: str | None
    scu: bool
    scp: bool


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
        """How many operations the requestor may have open at a time: 1 unless both sides say otherwise (PS3.7 D.3.3.3);
        0 means no limit. If a peer grants more than was asked for, the asked number counts.
        """
        asked, granted = self.request.window, self.accept.window
        if asked is None or granted is None:
            return 1
        return min(asked.invoked or granted.invoked, granted.invoked or asked.invoked)


def negotiated(request: AssociateRequest, accept: AssociateAccept) -> Negotiation:
    """Join a request with its answer.

    Answers to contexts that were not proposed are ignored, the first of two results for a context counts, and a context
    accepted with a transfer syntax that was not proposed cannot be used.
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


def _roles(sop_class: str, proposed: Iterable[RoleItem], answered: Iterable[RoleItem]) -> tuple[bool, bool]:
    """The requestor's roles (SCU, SCP): the default unless both sides name the class; the acceptor can only
    take away.
    """
    offer = next((item for item in proposed if item.sop_class == sop_class), None)
    answer = next((item for item in answered if item.sop_class == sop_class), None)
    if offer is None or answer is None:
        return True, False
    return offer.scu and answer.scu, offer.scp and answer.scp
