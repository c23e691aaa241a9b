"""Associations of pynetdicom with the peer, for queries, retrieval and commitment.

Belongs here: address, titles, TLS and identity as the sender has them. Does not belong here: what is asked
(``asking``, ``committing``, ``retrieving``).
"""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pynetdicom import AE, build_role
from pynetdicom.pdu_primitives import UserIdentityNegotiation

from asprofile.migrate.checkpoints import put_checkpoint, release
from asprofile.net.tcp import acknowledge_at_once

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pynetdicom.association import Association

    from asprofile.send.destination import Destination
    from asprofile.send.options import SendOptions

_TCP: Final = 6
_NO_DELAY: Final = 1
"""IPPROTO_TCP and TCP_NODELAY, the same on all systems."""
_PIECE: Final = 1 << 18
"""Bytes; a PDU may say that it is 4 GB long."""


class CannotSay(Exception):
    """The peer cannot be asked, or does not say; the message is why."""


def associated(
    to: Destination,
    options: SendOptions,
    contexts: Iterable[tuple[str, Sequence[str] | None]],
    what: str,
    *,
    as_scp: Iterable[str] = (),
    handlers: Sequence[tuple[Any, ...]] = (),
) -> Association:
    """An association for ``what``, in which at least the first of ``contexts`` (SOP class and transfer syntaxes, None:
    the usual ones) is accepted; of those ``as_scp`` we are the provider. Raises CannotSay.
    """
    entity = AE(ae_title=to.calling_ae)
    entity.acse_timeout = entity.connection_timeout = options.acse_timeout
    entity.dimse_timeout = entity.network_timeout = options.dimse_timeout
    wanted = list(contexts)
    for sop_class, syntaxes in wanted:
        entity.add_requested_context(sop_class, *([list(syntaxes)] if syntaxes is not None else []))
    tls: Any = None
    if to.link.tls is not None:
        from asprofile.net.tls_context import client_context

        sni = to.link.tls.sni
        tls = (client_context(to.link.tls), sni if isinstance(sni, str) else to.peer.host if sni else None)
    negotiation: list[Any] = [build_role(uid, scp_role=True) for uid in as_scp]
    if to.identity is not None:
        negotiation.append(_identity(to))
    given: Any = negotiation or None
    try:
        association = entity.associate(
            to.peer.host,
            to.peer.port,
            ae_title=to.called_ae,
            tls_args=tls,
            ext_neg=given,
            evt_handlers=list(handlers) or None,
        )
    except (OSError, ValueError, RuntimeError, TypeError) as error:
        raise CannotSay(f"{to.peer} cannot be asked: {error}") from None
    if not association.is_established:
        raise CannotSay(f"{to.peer} cannot be asked: it took no association for {what}")
    put_checkpoint(association)
    without_delays(association)
    if not any(one.abstract_syntax == wanted[0][0] for one in association.accepted_contexts):
        release(association)
        raise CannotSay(f"{to.peer} cannot be asked: it does not offer {what}")
    return association


def without_delays(association: Association) -> None:
    """With Nagle's algorithm, a small packet is held back until the one before is acknowledged, which takes 40 ms. So
    what we say is sent at once; and what we hear is acknowledged as soon as it is there, by which DCMTK's programs and
    Orthanc go on: they write a PDU in two parts, and an object in two PDUs.
    """
    transport: Any = association.dul.socket
    connection = transport.socket if transport is not None else None
    if connection is None:
        return
    with suppress(OSError):
        connection.setsockopt(_TCP, _NO_DELAY, 1)
    transport.recv = partial(_received, connection)


def _received(connection: Any, size: int) -> bytearray:
    """So many bytes, fewer where the connection ends before. Raises OSError."""
    data = bytearray()
    while len(data) < size and (piece := connection.recv(min(size - len(data), _PIECE))):
        data += piece
        acknowledge_at_once(connection)
    return data


def _identity(to: Destination) -> UserIdentityNegotiation:
    assert to.identity is not None
    item = UserIdentityNegotiation()
    item.user_identity_type = to.identity.kind
    item.primary_field = to.identity.primary
    item.secondary_field = to.identity.secondary
    item.positive_response_requested = to.identity.response_requested
    return item
