"""What our receiver answers to a peer that brings objects by C-MOVE.

Such a peer chooses its contexts itself. One that proposes an object's own transfer syntax beside others in one context
can send only what suits the one that is accepted; which that is may differ from one retrieval to the next.

Not here: what is asked for again (``fetching``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from asprofile.names.well_known import EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN
from asprofile.receive.policy import ProfilePolicy
from asprofile.value import replaced

if TYPE_CHECKING:
    from asprofile.negotiate.request import AssociateAccept, AssociateRequest
    from asprofile.net.wire import AssociateReject
    from asprofile.receive.options import ReceiveOptions

_FIRST: Final = (EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN)


class MovePolicy(ProfilePolicy):
    """Everything is accepted, in the order of the peer's transfer syntaxes; with ``uncompressed_first`` these come
    before them.
    """

    def __init__(self, options: ReceiveOptions) -> None:
        super().__init__(None, options)
        self.uncompressed_first = False

    def answer(self, request: AssociateRequest, peer: str) -> AssociateAccept | AssociateReject:
        """See AcceptorPolicy."""
        if self.uncompressed_first:
            contexts = tuple(
                replaced(one, transfer_syntaxes=tuple(sorted(one.transfer_syntaxes, key=_place)))
                for one in request.contexts
            )
            request = replaced(request, contexts=contexts)
        return super().answer(request, peer)


def _place(syntax: str) -> int:
    return _FIRST.index(syntax) if syntax in _FIRST else len(_FIRST)
