"""Orthanc 1.9.0 to 1.11.1, which has an order of its own for transfer syntaxes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.negotiate.acceptors import orthanc
from asprofile.negotiate.acceptors.acceptor import Accepting, AcceptorProgram

if TYPE_CHECKING:
    from asprofile.negotiate.request import AssociateAccept, AssociateRequest


def _answer(request: AssociateRequest, accepting: Accepting) -> AssociateAccept:
    return orthanc.answer(request, accepting, as_proposed=False)


ACCEPTOR = AcceptorProgram(
    "orthanc-1.10",
    "Orthanc 1.9.0 to 1.11.1",
    "Orthanc 1.10.1",
    "Explicit VR Little Endian, or the first of Orthanc's own order that is proposed",
    _answer,
)
