"""DCMTK's storescp and dcmrecv with a profile: ``negotiate.answer``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.names.releases import at_least
from asprofile.negotiate.acceptors.acceptor import Accepting, AcceptorProgram
from asprofile.negotiate.answer import answer

if TYPE_CHECKING:
    from asprofile.negotiate.request import AssociateAccept, AssociateRequest


def _answer(request: AssociateRequest, accepting: Accepting) -> AssociateAccept:
    before_roles = not at_least(accepting.release, "3.6.2")
    return answer(request, accepting.profile, always_accept_default_role=before_roles)


ACCEPTOR = AcceptorProgram(
    "dcmtk",
    "DCMTK's storescp or dcmrecv",
    "storescp and dcmrecv 3.6.7 and later",
    "the first of the acceptor's list that is proposed",
    _answer,
)
