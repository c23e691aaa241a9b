"""The associations of storescu: its one, and with --no-halt another when that was lost.

Belongs here: opening them, and the messages about that. Does not belong here: what is sent (``run``), what is proposed
(``proposal``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from asprofile.dcmtk_cli.dumps import accepted, rejected, requested
from asprofile.errors import (
    AssociationAborted,
    AssociationError,
    AssociationRejected,
    ConnectionFailed,
    HostUnknown,
    IdentityNotConfirmed,
    TlsFailed,
)
from asprofile.names.releases import at_least
from asprofile.net.transport import Link
from asprofile.send.options import SendOptions, duration
from asprofile.send.patience import Patience
from asprofile.send.peer import Peer
from asprofile.send.session import Session, open_session
from asprofile.storescu.files import Halt
from asprofile.storescu.loading import Condition

if TYPE_CHECKING:
    from asprofile.dcmtk_cli.log import Log
    from asprofile.dcmtk_cli.tls import CommandLineCalls
    from asprofile.negotiate.request import AssociateRequest
    from asprofile.send.control import Control
    from asprofile.storescu.settings import StorescuSettings

HEADERS: Final = 12
"""Bytes in front of the data in a P-DATA-TF PDU."""
LONGEST_PDU: Final = 131072

PEER_ABORTED: Final = Condition("0006:0317", "Peer aborted Association (or never connected)")
READ_TIMEOUT: Final = Condition("0006:031a", "DUL network read timeout")
_LOW: Final = 2


@dataclass
class StorescuAssociations:
    """Opens associations with one peer; one at a time."""

    settings: StorescuSettings
    log: Log
    release: str
    request: AssociateRequest
    options: SendOptions
    control: Control
    _patience: Patience = field(init=False)

    def __post_init__(self) -> None:
        self._patience = Patience(self.options, self.control.clock)

    def first(self) -> Session:
        """The association. Raises Halt if it cannot be had, or no presentation context was accepted."""
        session = self._opened()
        if isinstance(session, str):
            self.log.fatal(session)
            raise Halt
        self._patience.opened()
        return session

    def another(self) -> Session | None:
        """One more when the last was lost, after waiting for the peer if it is away; None if that did not help."""
        self._patience.closed()
        self.log.warn("The association is over; requesting another for the files that are left")
        times = 0
        while not self.control.finishing:
            session = self._opened()
            if not isinstance(session, str):
                self._patience.opened()
                return session
            times += 1
            pause = self._patience.away(times)
            if pause is None:
                self.log.error(session)
                return None
            waited = duration(self._patience.for_away)
            self.log.warn(f"{session}\ntrying again in {pause:.3g} s, for {waited} in all")
            self.control.pause(pause)
        return None

    def _opened(self) -> Session | str:
        """An association with at least one context, or DCMTK's message that there is none."""
        settings, log, release, request = self.settings, self.log, self.release, self.request
        level = "info" if settings.verbose_contexts else "debug"
        if log.shows(level):
            log.say(level, f"Request Parameters:\n{requested(request, release)}")
        log.info("Requesting Association")
        try:
            session = open_session(request, Peer(settings.peer, settings.port), self.options, self.control)
        except IdentityNotConfirmed:
            log.error("User Identity Negotiation failed: Positive response requested but none received")
            return "0006:0108 ASC User Identification Negotiation failed"
        except AssociationRejected as error:
            return f"Association Rejected:\n{rejected(error)}"
        except AssociationError as error:
            return f"Association Request Failed: {_no_association(error, settings.peer)}"
        if log.shows(level):
            log.say(level, f"Association Parameters Negotiated:\n{accepted(session.negotiation, release)}")
        if not session.negotiation.usable:
            session.abort()
            return "No Acceptable Presentation Contexts"
        longest = session.negotiation.accept.max_pdu
        if longest % 2:
            log.warn(f"ASSOC: PDV send length {longest} is odd (using {longest - 1})")
        log.info(f"Association Accepted (Max Send PDV: {room(session)})")
        return session


def _no_association(error: AssociationError, host: str) -> Condition:
    """DCMTK's condition for an association that could not be had; what we know beyond it follows."""
    if isinstance(error, TlsFailed):
        return Condition("0006:031e", f"DUL secure transport layer: {error}")
    cause = error.__cause__
    if isinstance(error, HostUnknown):
        return Condition("0006:0320", f"Attempt to connect to unknown host: {host}")
    if isinstance(error, ConnectionFailed):
        reason = cause.strerror if isinstance(cause, OSError) and cause.strerror else str(error)
        return Condition("0006:031c", f"TCP Initialization Error: {reason}")
    if isinstance(error, AssociationAborted):
        return READ_TIMEOUT if error.how == "silence" else PEER_ABORTED
    return Condition("0006:031f", f"Received unexpected PDU: {error}")


def options(settings: StorescuSettings, log: Log, release: str, outside: CommandLineCalls) -> SendOptions:
    """Time limits and the connection. Without --dimse-timeout an answer has as long as the socket has."""
    tls = None
    if settings.tls is not None:
        from asprofile.dcmtk_cli.tls import requestor_options

        tls = requestor_options(settings.tls, log, outside)
    answer = settings.socket_timeout if settings.answer_timeout is None else settings.answer_timeout
    return SendOptions(
        connect_timeout=settings.connect_timeout,
        acse_timeout=settings.acse_timeout,
        dimse_timeout=answer,
        link=Link(tls=tls, ip=settings.ip),
        retries=0,
        priority=0 if at_least(release, "3.6.3") else _LOW,
        max_send_pdu=settings.max_send_pdu or 0,
    )


def room(session: Session) -> int:
    """Bytes that the peer takes in a PDU, without headers; DCMTK never sends more than fits its own longest PDU."""
    theirs = session.negotiation.accept.max_pdu & ~1 or LONGEST_PDU
    return min(theirs, LONGEST_PDU) - HEADERS
