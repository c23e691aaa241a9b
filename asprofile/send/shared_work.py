"""What all workers of a ``send`` have in common, as one value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asprofile.negotiate.request import AssociateRequest
    from asprofile.objects.header import ObjectHeader
    from asprofile.objects.preparing import Preparer
    from asprofile.send.control import Control
    from asprofile.send.options import SendOptions
    from asprofile.send.outcome import SendEvent
    from asprofile.send.patience import Patience
    from asprofile.send.peer import Peer


class SharedWork(Value):
    """``on_event`` and ``on_begin`` may be called from any thread."""

    requests: Sequence[AssociateRequest]
    peer: Peer
    options: SendOptions
    preparer: Preparer
    control: Control
    patience: Patience
    on_event: Callable[[SendEvent], None]
    on_begin: Callable[[ObjectHeader], None] | None = None
