"""The peer that a caller names, and how to talk to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from asprofile.negotiate.request import DEFAULT_MAX_PDU
from asprofile.net.transport import Link
from asprofile.send.destination import Destination
from asprofile.send.peer import Peer, parse_peer

if TYPE_CHECKING:
    from asprofile.negotiate.request import UserIdentity
    from asprofile.net.tls_options import TlsOptions

PeerInput: TypeAlias = "str | Peer | Destination"
"""``"[AET@]HOST:PORT"``; an address; or an address with titles and all."""

CALLED_AE: Final = "ANY-SCP"
CALLING_AE: Final = "ASPROFILE"


def destination_of(
    peer: PeerInput,
    called: str | None = None,
    calling: str | None = None,
    tls: TlsOptions | None = None,
    identity: UserIdentity | None = None,
) -> Destination:
    """The peer with what is said of it; of a Destination, in place of what it says itself.

    Raises ConfigurationError for a text that is no address, TypeError.
    """
    if isinstance(peer, Destination):
        return Destination(
            peer.peer,
            called or peer.called_ae,
            calling or peer.calling_ae,
            peer.max_pdu,
            peer.link if tls is None else Link(tls, peer.link.ip),
            identity or peer.identity,
            peer.profile,
            peer.name,
        )
    if not isinstance(peer, (str, Peer)):
        raise TypeError(f"a peer is '[AET@]HOST:PORT', a Peer or a Destination, not {type(peer).__name__}")
    address = parse_peer(peer) if isinstance(peer, str) else peer
    title = called or address.ae_title or CALLED_AE
    return Destination(address, title, calling or CALLING_AE, DEFAULT_MAX_PDU, Link(tls), identity)
