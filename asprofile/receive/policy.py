"""What an acceptor decides of an association: whom it takes, and in which contexts.

An engine asks its policy and does as it says; another program's ways are another policy. Does not belong here: what
becomes of an object (``incoming``), how a context is chosen (``negotiate.answer``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol

from asprofile.names.well_known import APPLICATION_CONTEXT
from asprofile.negotiate.answer import answer
from asprofile.negotiate.request import AssociateAccept, OperationsWindow
from asprofile.net.wire import AssociateReject
from asprofile.value import replaced

if TYPE_CHECKING:
    from asprofile.negotiate.request import AssociateRequest, ProfileSource
    from asprofile.receive.options import ReceiveOptions

_APPLICATION_CONTEXT_NOT_SUPPORTED: Final = AssociateReject(1, 1, 2)
_CALLING_AE_NOT_RECOGNIZED: Final = AssociateReject(1, 1, 3)
_CALLED_AE_NOT_RECOGNIZED: Final = AssociateReject(1, 1, 7)
LIMIT_EXCEEDED: Final = AssociateReject(2, 3, 2)


class AcceptorPolicy(Protocol):
    """Asked from the threads of associations, several at a time."""

    def answer(self, request: AssociateRequest, peer: str) -> AssociateAccept | AssociateReject:
        """What is answered to a request from ``peer``, an address; ``max_pdu`` is that of the options."""


class ProfilePolicy:
    """What DCMTK's acceptors answer with the profile, and the operations window that the options grant."""

    def __init__(self, profile: ProfileSource, options: ReceiveOptions) -> None:
        self._profile = profile
        self._options = options

    def answer(self, request: AssociateRequest, peer: str) -> AssociateAccept | AssociateReject:  # noqa: ARG002
        """See AcceptorPolicy."""
        if request.application_context != APPLICATION_CONTEXT:
            return _APPLICATION_CONTEXT_NOT_SUPPORTED
        if self._options.ae_title not in (None, request.called_ae) or not request.called_ae.isascii():
            return _CALLED_AE_NOT_RECOGNIZED
        if not request.calling_ae.isascii():
            return _CALLING_AE_NOT_RECOGNIZED
        accept = answer(request, self._profile, max_pdu=self._options.max_pdu)
        return replaced(accept, window=granted_window(request.window, self._options.window))


def granted_window(asked: OperationsWindow | None, most: int) -> OperationsWindow | None:
    """The answer to a window: no more than was asked for, and nothing that we would invoke."""
    if asked is None or most == 1:
        return None
    return OperationsWindow(invoked=min(asked.invoked or most, most or asked.invoked), performed=1)
