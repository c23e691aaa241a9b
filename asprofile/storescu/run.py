"""What storescu does from the first look at the files to its exit status.

Belongs here: the order of things on one association, and what DCMTK's program says and returns for each way it can end
(DCMTK 3.7.0, storescu). Does not belong here: what is decided about a single file (``objects``), what is
proposed (``proposal``).

The next file is read while the peer works on the last; the log tells of it when it is its turn.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from asprofile.errors import (
    AssociationAborted,
    AssociationError,
    AssociationRejected,
    ConnectionFailed,
    HostUnknown,
    IdentityNotConfirmed,
    ObjectError,
    TlsFailed,
)
from asprofile.names.dcmtk import modality_of
from asprofile.net.transport import Link
from asprofile.send.options import SendOptions
from asprofile.send.peer import Peer
from asprofile.send.session import Session, open_session
from asprofile.storescu.dumps import (
    accepted,
    keyword,
    rejected,
    requested,
    status_text,
    store_request,
    store_response,
)
from asprofile.storescu.files import Halt, checked, input_files, rename
from asprofile.storescu.loading import Condition
from asprofile.storescu.log import Log, Progress
from asprofile.storescu.objects import SEND_FAILED, Hopeless, Objects, Ready
from asprofile.storescu.proposal import request_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from asprofile.negotiate.request import AssociateRequest
    from asprofile.net.dimse import Command
    from asprofile.storescu.settings import Secure, Settings
    from asprofile.storescu.tls import Outside

NETWORK_FAILED: Final = 10
"""Exit status when the association was lost and no status of the peer says more."""
_HEADERS: Final = 12
"""Bytes in front of the data in a P-DATA-TF PDU."""
_LONGEST_PDU: Final = 131072
_LAST_MESSAGE: Final = 65535

PEER_ABORTED: Final = Condition("0006:0317", "Peer aborted Association (or never connected)")
PEER_RELEASED: Final = Condition("0006:0319", "DUL Peer Requested Release")
NO_ANSWER: Final = Condition("0006:0207", "DIMSE No data available (timeout in non-blocking mode)")
READ_TIMEOUT: Final = Condition("0006:031a", "DUL network read timeout")
NO_MORE: Final = Condition("0006:0303", "DUL Finite State Machine Error: the association is over")


def run(settings: Settings, log: Log, release: str, outside: Outside) -> int:
    """Send the files; the exit status."""
    try:
        names, classes = checked(input_files(settings, log), settings, log, release)
        options = _options(settings, log, outside)
        request = request_for(settings, classes, log, release)
        session = _associated(settings, request, options, log, release)
        try:
            sender = _Sender(settings, log, release, session)
            status = sender.end(sender.send(names))
        finally:
            session.abort()  # nothing, if it is over
    except Halt:
        return 1
    _finish_tls(settings.tls, log, outside)
    return status


def _associated(settings: Settings, request: AssociateRequest, options: SendOptions, log: Log, release: str) -> Session:
    """The association. Raises Halt if it cannot be had, or no presentation context was accepted."""
    level = "info" if settings.verbose_contexts else "debug"
    if log.shows(level):
        log.say(level, f"Request Parameters:\n{requested(request, release)}")
    log.info("Requesting Association")
    try:
        session = open_session(request, Peer(settings.peer, settings.port), options)
    except IdentityNotConfirmed:
        log.error("User Identity Negotiation failed: Positive response requested but none received")
        log.fatal("0006:0108 ASC User Identification Negotiation failed")
        raise Halt from None
    except AssociationRejected as error:
        log.fatal(f"Association Rejected:\n{rejected(error)}")
        raise Halt from None
    except AssociationError as error:
        log.fatal(f"Association Request Failed: {_no_association(error, settings.peer)}")
        raise Halt from None
    if log.shows(level):
        log.say(level, f"Association Parameters Negotiated:\n{accepted(session.negotiation, release)}")
    if not session.negotiation.usable:
        session.abort()
        log.fatal("No Acceptable Presentation Contexts")
        raise Halt
    longest = session.negotiation.accept.max_pdu
    if longest % 2:
        log.warn(f"ASSOC: PDV send length {longest} is odd (using {longest - 1})")
    log.info(f"Association Accepted (Max Send PDV: {_room(session)})")
    return session


def _no_association(error: AssociationError, host: str) -> Condition:
    """DCMTK's condition for an association that could not be had; what we know beyond it stands behind."""
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


def _finish_tls(secure: Secure | None, log: Log, outside: Outside) -> None:
    if secure is not None:
        from asprofile.storescu.tls import finish

        finish(secure, log, outside)


def _options(settings: Settings, log: Log, outside: Outside) -> SendOptions:
    """Time limits and the connection. Without --dimse-timeout an answer has as long as the socket has."""
    tls = None
    if settings.tls is not None:
        from asprofile.storescu.tls import prepared

        tls = prepared(settings.tls, log, outside)
    answer = settings.socket_timeout if settings.answer_timeout is None else settings.answer_timeout
    return SendOptions(
        connect_timeout=settings.connect_timeout,
        acse_timeout=settings.acse_timeout,
        dimse_timeout=answer,
        link=Link(tls=tls, ip=settings.ip),
        retries=0,
        max_send_pdu=settings.max_send_pdu or 0,
    )


def _room(session: Session) -> int:
    """Bytes that the peer takes in a PDU, without headers; DCMTK never sends more than fits its own longest PDU."""
    theirs = session.negotiation.accept.max_pdu & ~1 or _LONGEST_PDU
    return min(theirs, _LONGEST_PDU) - _HEADERS


class _Sender:
    """Sends the files of one run over its association."""

    def __init__(self, settings: Settings, log: Log, release: str, session: Session) -> None:
        self._settings = settings
        self._log = log
        self._release = release
        self._session = session
        self._objects = Objects(settings, session.negotiation, release)
        self._over = False
        self._number = 0
        self._unsuccessful = False
        self._last_status = 0
        longest = settings.max_send_pdu or _LONGEST_PDU
        self._room = min(_room(session), longest - _HEADERS)
        self._buffer = memoryview(bytearray(session.chunk_size))

    # --- one file after the other

    def send(self, names: list[str]) -> Condition | None:
        """What ended the sending, None if all was done, or nothing more is to be sent after a failure status."""
        queue = self._queue(names)
        # What is renamed is not there for the next time, and must not be read before.
        ahead = not (self._settings.rename and self._settings.repeat > 1)
        current = next(queue, None)
        while current is not None:
            read: list[Ready | Hopeless | None] = []
            condition = self._one(current, lambda: read.append(next(queue, None)) if ahead else None)  # noqa: B023
            if self._settings.halt and (condition is not None or self._unsuccessful):
                _close(*read)
                return condition
            upcoming = read[0] if read else next(queue, None)
            if condition is not None:
                # What is left of the repetitions of this file is left out.
                while upcoming is not None and upcoming.time > 1:
                    _close(upcoming)
                    upcoming = next(queue, None)
            current = upcoming
        return None

    def _queue(self, names: list[str]) -> Iterator[Ready | Hopeless]:
        for name in names:
            for time in range(1, self._settings.repeat + 1):
                yield self._objects.prepare(name, time)

    def _one(self, item: Ready | Hopeless, meanwhile: Callable[[], None]) -> Condition | None:
        """Send one file; ``meanwhile`` is called while the peer works on it. What went wrong, None if it has an answer,
        whatever that says.
        """
        self._unsuccessful = True
        self._log.info(f"Sending file: {item.name}")
        for level, text in item.lines:
            self._log.say(level, text)
        if isinstance(item, Hopeless):
            self._give_up(item)
            return item.condition
        with closing(item.source):
            condition, answer = self._exchange(item, meanwhile)
        if condition is None and answer is not None:
            self._answered(item, answer)
        else:
            self._rename(item.name, ".bad")
            self._log.error(f"Store Failed, file: {item.name}:\n{condition}")
        return condition

    def _give_up(self, item: Hopeless) -> None:
        self._session.skip_message()
        self._number = self._number % _LAST_MESSAGE + 1
        if item.announced:
            self._log.info(self._sending(item.announced))
            self._log.progress("XMIT: ")
        for level, text in item.failure:
            self._log.say(level, text)
        self._rename(item.name, ".bad")

    def _exchange(self, item: Ready, meanwhile: Callable[[], None]) -> tuple[Condition | None, Command | None]:
        header, context = item.source.header, item.context
        self._number = self._number % _LAST_MESSAGE + 1
        self._announce(item)
        progress = Progress(self._log, self._room)
        progress.begin()
        if self._over:
            progress.end()
            return Condition(SEND_FAILED.code, f"{SEND_FAILED.text}\n{NO_MORE}"), None
        try:
            pieces = _counted(item.source.pieces(self._buffer), progress)
            message_id = self._session.send_object(context, header.sop_instance, pieces, item.source.length)
            progress.end()
            meanwhile()
            return None, self._session.await_answer(message_id)
        except ObjectError as error:
            # Half an object is at the peer, and nothing takes it back but an abort.
            self._session.abort()
            self._over = True
            return Condition(SEND_FAILED.code, f"{SEND_FAILED.text}\n{error}"), None
        except AssociationError as error:
            self._over = True
            return self._lost(error), None

    def _announce(self, item: Ready) -> None:
        header, context = item.source.header, item.context
        self._log.info(self._sending(header.sop_class))
        if self._log.shows("debug"):
            what = f"{keyword(header.sop_class)} with {keyword(context.transfer_syntax)} transfer syntax"
            self._log.debug(f"  using Presentation Context ID {context.id} = {what}")
            self._log.debug(store_request(header.sop_class, header.sop_instance, self._number, self._release))

    def _sending(self, sop_class: str) -> str:
        return f"Sending Store Request (MsgID {self._number}, {modality_of(sop_class) or 'OT'})"

    def _lost(self, error: AssociationError) -> Condition:
        """DCMTK's condition for an association that ended before its time."""
        if not isinstance(error, AssociationAborted):
            return Condition("0006:0307", f"DUL Illegal or ill-formed PDU: {error}")
        if error.how == "release":
            return PEER_RELEASED
        if error.how == "silence" and self._settings.answer_timeout is not None:
            return NO_ANSWER
        return PEER_ABORTED

    def _answered(self, item: Ready, answer: Command) -> None:
        status = answer.status or 0
        self._last_status = status
        self._unsuccessful = not (status == 0 or _is_warning(status))
        self._rename(item.name, ".bad" if self._unsuccessful else ".done")
        if self._log.shows("debug"):
            self._log.info("Received Store Response")
            self._log.debug(store_response(answer, item.context.id, self._release))
        else:
            self._log.info(f"Received Store Response ({status_text(status)})")

    def _rename(self, name: str, suffix: str) -> None:
        if self._settings.rename:
            rename(name, suffix, self._log)

    # --- the end

    def end(self, condition: Condition | None) -> int:
        """End the association as it has to be ended; the exit status."""
        if condition is None:
            if not self._released():
                return 1
        elif condition == PEER_RELEASED:
            self._log.error("Protocol Error: Peer requested release (Aborting)")
            self._log.info("Aborting Association")
            self._session.abort()
        elif condition == PEER_ABORTED:
            self._log.info("Peer Aborted Association")
        else:
            self._log.error(f"Store SCU Failed: {condition}")
            self._log.info("Aborting Association")
            self._session.abort()
            return 1
        if not (self._settings.halt and self._unsuccessful):
            return 0
        return self._last_status >> 8 if self._last_status else NETWORK_FAILED

    def _released(self) -> bool:
        if self._settings.abort:
            self._log.info("Aborting Association")
            self._session.abort()
            return True
        self._log.info("Releasing Association")
        if self._over:
            self._log.error(f"Association Release Failed: {NO_MORE}")
            return False
        try:
            self._session.release()
        except AssociationError as error:
            self._log.error(f"Association Release Failed: {self._lost(error)}")
            return False
        return True


def _counted(pieces: Iterator[memoryview], progress: Progress) -> Iterator[memoryview]:
    for piece in pieces:
        yield piece
        progress.sent(len(piece))


def _close(*items: Ready | Hopeless | None) -> None:
    for item in items:
        if isinstance(item, Ready):
            item.source.close()


def _is_warning(status: int) -> bool:
    """As DCMTK counts: PS3.7 annex C, and 0001H, 0107H and 0116H."""
    return status & 0xF000 == 0xB000 or status in (0x0001, 0x0107, 0x0116)
