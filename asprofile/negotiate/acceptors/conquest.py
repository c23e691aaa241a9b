"""Conquest with dgatesop.lst.

All its transfer syntaxes hold for all its SOP classes; of several the first of the proposal is taken. The roles of the
request are sent back as they came (since 1.5.0d). Source: dgate, ``pdu.cxx``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.negotiate.acceptors.acceptor import Accepting, AcceptorProgram, accept
from asprofile.negotiate.request import ContextResult
from asprofile.negotiate.results import ABSTRACT_SYNTAX_NOT_SUPPORTED, ACCEPTED, TRANSFER_SYNTAXES_NOT_SUPPORTED

if TYPE_CHECKING:
    from asprofile.negotiate.request import AssociateAccept, AssociateRequest


def _answer(request: AssociateRequest, accepting: Accepting) -> AssociateAccept:
    classes = {entry.abstract_syntax for entry in accepting.profile.contexts}
    syntaxes = {uid for entry in accepting.profile.contexts for uid in entry.transfer_syntaxes}
    results: list[ContextResult] = []
    for context in request.contexts:
        chosen = next((uid for uid in context.transfer_syntaxes if uid in syntaxes), None)
        result = ACCEPTED if chosen is not None else TRANSFER_SYNTAXES_NOT_SUPPORTED
        if context.abstract_syntax not in classes:
            result = ABSTRACT_SYNTAX_NOT_SUPPORTED
        results.append(ContextResult(context.id, result, chosen or context.transfer_syntaxes[0]))
    return accept(request, results, request.roles)


ACCEPTOR = AcceptorProgram("conquest", "Conquest", "", "the first of the proposal that dgatesop.lst has", _answer)
