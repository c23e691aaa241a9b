"""Verification as an SCU: whether a peer answers, how fast, and what it says about itself (PS3.4 annex A).

Belongs here: one association with C-ECHO requests, one after the other. Does not belong here: its dialogue
(``session``), how it is shown.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from asprofile.errors import AssociationError
from asprofile.names.well_known import IMPLICIT_VR_LITTLE_ENDIAN, VERIFICATION
from asprofile.negotiate.request import AssociateRequest, ProposedContext, check
from asprofile.send.session import open_session

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.negotiate.negotiation import Negotiation
    from asprofile.negotiate.request import UserIdentity
    from asprofile.send.options import SendOptions
    from asprofile.send.peer import Peer
    from asprofile.send.session import Session


@dataclass(frozen=True, slots=True)
class Echo:
    """An answer: its status (0 is success), the peer's comment, and seconds from the request to it."""

    status: int
    comment: str
    seconds: float


@dataclass(frozen=True, slots=True)
class EchoReport:
    """The result.

    ``negotiation`` is None without an association, ``associating`` the seconds until there was one (connection, TLS and
    negotiation), ``security`` TLS version and cipher suite, empty without TLS. ``error`` is why there was no
    association or why it ended early; None if it was released.
    """

    negotiation: Negotiation | None
    associating: float
    security: str
    echoes: tuple[Echo, ...]
    error: AssociationError | None

    @property
    def verified(self) -> bool:
        """The peer accepted the Verification SOP class."""
        return self.negotiation is not None and bool(self.negotiation.usable)

    @property
    def all_well(self) -> bool:
        return self.error is None and bool(self.echoes) and all(echo.status == 0 for echo in self.echoes)


def verification_request(
    *, called_ae: str, calling_ae: str, max_pdu: int, user_identity: UserIdentity | None = None
) -> AssociateRequest:
    """A request for the Verification SOP class alone, in Implicit VR Little Endian. Raises ProposalError."""
    request = AssociateRequest(
        called_ae,
        calling_ae,
        (ProposedContext(1, VERIFICATION, (IMPLICIT_VR_LITTLE_ENDIAN,)),),
        max_pdu=max_pdu,
        user_identity=user_identity,
    )
    check(request)
    return request


def echo(
    request: AssociateRequest,
    peer: Peer,
    options: SendOptions,
    count: int = 1,
    on_echo: Callable[[Echo], None] | None = None,
) -> EchoReport:
    """Associate, ask ``count`` times, release. Raises ConfigurationError if the files for TLS cannot be used."""
    started = time.monotonic()
    echoes: list[Echo] = []
    try:
        session = open_session(request, peer, options)
    except AssociationError as error:
        return EchoReport(None, time.monotonic() - started, "", (), error)
    associating = time.monotonic() - started
    failure: AssociationError | None = None
    try:
        if session.negotiation.usable:
            _ask(session, count, echoes, on_echo)
        session.release()
    except AssociationError as error:
        failure = error
    except BaseException:
        session.abort()
        raise
    return EchoReport(session.negotiation, associating, session.security, tuple(echoes), failure)


def _ask(session: Session, count: int, echoes: list[Echo], on_echo: Callable[[Echo], None] | None) -> None:
    context_id = next(iter(session.negotiation.usable))
    for _ in range(count):
        asked = time.monotonic()
        answer = session.echo(context_id)
        # The decoder refuses a response without a status.
        found = Echo(answer.status or 0, answer.comment, time.monotonic() - asked)
        echoes.append(found)
        if on_echo is not None:
            on_echo(found)
