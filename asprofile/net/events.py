"""What happens on an association, as values, which ``association`` makes from the bytes of a peer."""

from __future__ import annotations

from asprofile.errors import ProtocolError
from asprofile.negotiate.negotiation import Negotiation
from asprofile.negotiate.request import AssociateRequest
from asprofile.net import dimse, wire
from asprofile.value import Value


class AssociateRequested(Value):
    """Acceptor: answer with ``accept`` or ``reject``."""

    request: AssociateRequest


class Associated(Value):
    """Requestor: the peer accepted the association; whether any context is usable is another question."""

    negotiation: Negotiation


class Rejected(Value):
    """Requestor: the peer rejected the association. Closed."""

    reject: wire.AssociateReject


class CommandReceived(Value):
    """A complete command set; DataFragments follow if ``command.has_data_set``."""

    context_id: int
    command: dimse.CommandSet


class DataFragment(Value):
    """A piece of the data set that belongs to the last CommandReceived; nothing is accumulated. ``data`` is for the
    caller to keep, and may be empty.
    """

    context_id: int
    data: memoryview
    last: bool


class ReleaseRequested(Value):
    """The peer asks for release: answer with ``release_response``."""


class ReleaseCollision(Value):
    """Both sides asked for release at once; send ``reply`` and wait for Released."""

    reply: bytes


class Released(Value):
    """The association ended in good order. Closed; send ``reply`` if there is one."""

    reply: bytes = b""


class Aborted(Value):
    """The peer aborted. Closed."""

    abort: wire.Abort


class PeerBroke(Value):
    """The peer broke the protocol. Closed; send ``reply``, an A-ABORT."""

    error: ProtocolError
    reply: bytes


class ConnectionLost(Value):
    """The peer closed the transport connection without release or abort. Closed."""


Event = (
    AssociateRequested
    | Associated
    | Rejected
    | CommandReceived
    | DataFragment
    | ReleaseRequested
    | ReleaseCollision
    | Released
    | Aborted
    | PeerBroke
    | ConnectionLost
)
