"""One association of storescp or dcmrecv: what each message leads to, in DCMTK's order and with its words.

Belongs here: answering, and how it ends. Does not belong here: listening (``run``), whom to accept (``acceptance``),
files (``storing``). Unlike our own receiver, these programs end an association over whatever they do not understand.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asprofile.dcmtk_cli.dumps import acknowledged, incoming, received, status_text
from asprofile.dcmtk_cli.log import one_line
from asprofile.errors import AssociationError
from asprofile.net import association as protocol
from asprofile.net import dimse, events
from asprofile.net.deadline import Deadline
from asprofile.net.states import AssociationState
from asprofile.net.tcp import RECEIVE_SIZE
from asprofile.receive.policy import flaw
from asprofile.storescp.acceptance import Refusal
from asprofile.storescp.commands import Caller, filled_in
from asprofile.storescp.incoming import IncomingData
from asprofile.storescp.names import modality
from asprofile.storescp.storing import UnreadableDataSet
from asprofile.storescp.studies import numbered

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.dcmtk_cli.log import Log
    from asprofile.negotiate.negotiation import NegotiatedContext
    from asprofile.negotiate.request import AssociateRequest
    from asprofile.net.transport import Transport
    from asprofile.send.control import Control
    from asprofile.storescp.acceptance import ProviderPolicy
    from asprofile.storescp.running import CommandRunner
    from asprofile.storescp.settings import ProviderSettings
    from asprofile.storescp.storing import ObjectStore, StoredFile
    from asprofile.storescp.studies import EndedStudy

_SLICE: Final = 0.1
"""Seconds after which a wait looks whether it is still wanted."""
_HEADERS: Final = 12
_LONGEST_PDU: Final = 131072


@dataclass(frozen=True, slots=True)
class ProviderParts:
    """What all associations of a run have in common."""

    settings: ProviderSettings
    log: Log
    release: str
    acceptance: ProviderPolicy
    runner: CommandRunner
    control: Control


class _Over(Exception):
    """The association ends with an abort; the message is what DCMTK says of it."""


@dataclass
class _Object:
    """An object that is being received."""

    context: NegotiatedContext
    command: dimse.CommandSet
    data: IncomingData
    name: str


class StudyEvents:
    """What is done when a study is over, and how long ago the last object came; see ``Studies``."""

    def __init__(self, parts: ProviderParts, store: ObjectStore) -> None:
        self._parts = parts
        self._store = store
        self._last = time.monotonic()
        self.caller = Caller("", "", "")

    def renew(self) -> None:
        """Something came."""
        self._last = time.monotonic()

    def look(self) -> None:
        """A study may be over because nothing came for so long."""
        limit = self._parts.settings.commands.timeout
        if limit is not None and time.monotonic() - self._last >= limit:
            self.renew()
            self.ended(self._store.studies.silence())
            if self._parts.settings.commands.rename:
                self._store.last_name = ""

    def ended(self, study: EndedStudy | None) -> None:
        """This study is over, if it is one."""
        if study is None:
            return
        commands = self._parts.settings.commands
        if commands.rename:
            self._rename(study)
        if commands.on_study is not None:
            self._tell_strange()
            self._parts.runner.run(filled_in(commands.on_study, {"#p": study.directory, **self.caller.values()}))

    def stored(self, file: StoredFile | None) -> None:
        """An object is stored, or is not wanted."""
        command = self._parts.settings.commands.on_object
        if command is None:
            return
        values = self.caller.values()
        if file is not None:
            values |= {"#p": file.directory, "#f": file.name}
        self._tell_strange()
        self._parts.runner.run(filled_in(command, values))

    def _tell_strange(self) -> None:
        for what, before, after in self.caller.strange():
            text = f"Sanitized unusual characters in {what}, converted from {before} to {after}."
            self._parts.log.warn(one_line(text))

    def _rename(self, study: EndedStudy) -> None:
        by_time = self._parts.settings.naming == "time"
        for before, after in numbered(study.files, by_time=by_time):
            self._store.rename(study.directory, before, after)


class StorageProvider:
    """One connection, from its request on until it is over."""

    def __init__(
        self, parts: ProviderParts, transport: Transport, host: str, store: ObjectStore, study_events: StudyEvents
    ) -> None:
        self._parts = parts
        self._settings = parts.settings
        self._log = parts.log
        self._transport = transport
        self._host = host
        self._store = store
        self._events = study_events
        self._association = protocol.Association.acceptor(parts.settings.max_pdu)
        self._deadline = Deadline(parts.settings.acse_timeout)
        self._request: AssociateRequest | None = None
        self._usable: dict[int, NegotiatedContext] = {}
        self._object: _Object | None = None
        self._buffer = memoryview(bytearray(RECEIVE_SIZE))

    def run(self) -> None:
        """Until the association is over. Never raises AssociationError."""
        try:
            self._serve()
        except _Over as error:
            self._failed(str(error))
            self._abort()
        except AssociationError as error:
            self._failed(f"0006:0317 {error}")
        finally:
            if self._object is not None:
                self._object.data.discard()
                self._object = None

    def _serve(self) -> None:
        association = self._association
        while association.state is not AssociationState.CLOSED:
            event = association.next_event()
            if event is not None:
                self._handle(event)
                continue
            association.receive_data(self._buffer[: self._receive()])

    def _receive(self) -> int:
        """Take in what comes next: how many bytes. Raises _Over when the time is up, or the run ends."""
        control = self._parts.control
        while True:
            # Not only when nothing comes: a peer may go on talking for ever.
            if control.aborting or (control.finishing and self._object is None):
                raise _Over("0006:0317 Interrupted, and aborted by us")
            count = self._transport.receive_into(self._buffer, self._deadline.slice(_SLICE))
            if count is not None:
                self._events.renew()
                return count
            if self._object is None and self._settings.commands.timeout is not None and self._request is not None:
                self._events.look()
            elif self._deadline.is_over:
                raise _Over(f"0006:031a DUL network read timeout: nothing came for {self._deadline.seconds:g} seconds")

    def _handle(self, event: events.Event) -> None:
        match event:
            case events.CommandReceived(context_id, command):
                self._handle_command(context_id, command)
            case events.DataFragment(_, data, last):
                self._deadline.progress(len(data))
                self._take(data, last=last)
            case events.AssociateRequested(request):
                self._answer_request(request)
            case events.ReleaseRequested():
                self._log.info("Association Release" if self._is_storescp else "Received Association Release Request")
                self._send(self._association.release_response())
            case events.PeerBroke(error, reply):
                self._failed(f"0006:0307 DUL Illegal or ill-formed PDU: {error}")
                self._send(reply)
            case events.Aborted():
                self._log.info("Association Aborted" if self._is_storescp else "Received Association Abort Request")
            case events.ConnectionLost():
                self._failed("0006:0316 DUL network closed")

    def _failed(self, condition: str) -> None:
        condition = one_line(condition)
        if self._request is None:
            what = "Receiving Association failed" if self._is_storescp else "Could not receive association request"
            self._log.error(f"{what}: {condition}")
        elif self._is_storescp:
            self._log.error(f"DIMSE failure (aborting association): {condition}")
        else:
            self._log.debug(f"DIMSE Error, detail (if available): {condition}")

    @property
    def _is_storescp(self) -> bool:
        return self._settings.program == "storescp"

    # --- the request

    def _answer_request(self, request: AssociateRequest) -> None:
        self._request = request
        if self._is_storescp:
            self._log.info("Association Received")
        else:
            titles = f"{request.calling_ae} -> {request.called_ae}"
            self._log.info(one_line(f"Association Received {self._host}: {titles}"))
        title = "Parameters" if self._is_storescp else "Incoming Association Request"
        self._dump(lambda: f"{title}:\n{received(request, self._settings.max_pdu, self._parts.release)}")
        answer = self._parts.acceptance.answer(request)
        if isinstance(answer, Refusal):
            self._log.info(answer.text)
            self._send(self._association.reject(answer.reject))
            return
        if reason := flaw(request):
            raise _Over(f"0006:0313 DUL Illegal parameter: {reason}")
        accepted = self._association.accept(answer)
        negotiation = self._association.negotiation
        assert negotiation is not None, "just accepted"
        self._usable = negotiation.usable
        self._send(accepted)
        room = min(request.max_pdu & ~1 or _LONGEST_PDU, _LONGEST_PDU) - _HEADERS
        self._log.info(f"Association Acknowledged (Max Send PDV: {room})")
        if not self._usable and self._is_storescp:
            self._log.info("    (but no valid presentation contexts)")
        self._dump(lambda: acknowledged(negotiation, self._parts.release))
        self._events.caller = Caller(request.calling_ae, request.called_ae, self._host)
        self._deadline = Deadline(self._settings.socket_timeout)

    def _dump(self, text: Callable[[], str]) -> None:
        level = "info" if self._settings.verbose_contexts else "debug"
        if self._log.shows(level):
            self._log.say(level, text())

    # --- messages

    def _handle_command(self, context_id: int, command: dimse.CommandSet) -> None:
        self._deadline.renew()
        if command.field == dimse.C_ECHO_RQ and not command.has_data_set:
            self._echo(context_id, command)
        elif command.field == dimse.C_STORE_RQ:
            self._begin(context_id, command)
        else:
            code = f"0x{command.field:04x}"
            self._log.error(
                f"Expected C-ECHO or C-STORE request but received DIMSE command {code}"
                if self._is_storescp
                else f"cannot handle this kind of DIMSE command ({code}), we are a Storage SCP only"
            )
            raise _Over("0006:0201 DIMSE Bad command type")

    def _echo(self, context_id: int, command: dimse.CommandSet) -> None:
        what = "Echo" if self._is_storescp else "C-ECHO"
        if self._log.shows("debug"):
            self._log.info(f"Received {what} Request")
            self._log.debug(incoming("C-ECHO", command, context_id, self._parts.release))
        else:
            self._log.info(f"Received {what} Request (MsgID {command.message_id})")
        if not self._is_storescp:
            self._log.info("Sending C-ECHO Response (Success)")
        self._respond(context_id, command, 0)

    def _begin(self, context_id: int, command: dimse.CommandSet) -> None:
        # dcmrecv names a file that it converts only after all of the object has come.
        name = ""
        if not self._settings.ignore and (self._is_storescp or self._settings.writing.exact):
            name = self._store.name_for(command)
            self._store.announce(name)
        detailed = self._log.shows("debug")
        if self._is_storescp:
            short = modality(command.sop_class, self._parts.release, "OT")
            behind = "" if detailed else f" (MsgID {command.message_id}, {short})"
            self._log.info(f"Received Store Request{behind}")
        else:
            self._log.info(f"Received C-STORE Request{'' if detailed else f' (MsgID {command.message_id})'}")
        if detailed:
            self._log.debug(incoming("C-STORE", command, context_id, self._parts.release))
        if not command.has_data_set:
            if not self._is_storescp:
                self._log.error("Received C-STORE request but no dataset announced, aborting")
            raise _Over("0006:0203 DIMSE Bad message")
        context = self._usable[context_id]
        data = self._store.begin(context, command, self._request.calling_ae if self._request else "")
        self._object = _Object(context, command, data, name)
        self._sleep(self._settings.sleep_during)
        self._progress("RECV: ")
        self._deadline = Deadline(_shorter(self._settings.socket_timeout, self._settings.dimse_timeout))

    def _take(self, data: bytes | memoryview, *, last: bool) -> None:
        current = self._object
        if current is None:
            return
        current.data.write(data)
        if self._settings.abort == "during":
            self._abort_by_order()
        self._sleep(self._settings.sleep_during)
        self._progress(".")
        if not last:
            return
        if self._settings.abort == "after":
            self._abort_by_order()
        self._sleep(self._settings.sleep_during)
        self._progress("\n")
        self._object = None
        self._deadline = Deadline(self._settings.socket_timeout)
        self._finish(current)

    def _finish(self, current: _Object) -> None:
        command = current.command
        calling_ae = self._request.calling_ae if self._request else ""
        name = current.name
        if not name and not self._settings.ignore:
            name = self._store.name_for(command)
        try:
            status, file = self._store.finish(current.data, current.context, command, calling_ae, name)
        except UnreadableDataSet as error:
            what = "Store SCP Failed" if self._is_storescp else "Unable to receive C-STORE dataset"
            self._log.error(one_line(f"{what}: 0006:020d DIMSE Failed to receive message: {error}"))
            raise _Over("0006:020d DIMSE Failed to receive message") from None
        if not self._is_storescp:
            if file is not None:
                self._log.info(f"Stored received object to file: {file.directory}/{file.name}")
            self._log.info(f"Sending C-STORE Response ({status_text(status)})")
        self._respond(current.context.id, command, status)
        if file is not None or (self._settings.ignore and not status):
            self._events.stored(file)
        self._events.ended(self._store.studies.over())
        self._sleep(self._settings.sleep_after)
        self._events.renew()
        if self._parts.control.finishing:
            raise _Over("0006:0317 Interrupted, and aborted by us")

    def _abort_by_order(self) -> None:
        self._log.info("ABORT initiated (due to command line options)")
        self._log.error("Store SCP Failed: 0006:020e DIMSE Failed to send message")
        raise _Over("0006:020e DIMSE Failed to send message")

    def _progress(self, text: str) -> None:
        if self._is_storescp:
            self._log.progress(text)

    def _sleep(self, seconds: int) -> None:
        if seconds:
            self._parts.control.pause(float(seconds))

    # --- sending

    def _respond(self, context_id: int, command: dimse.CommandSet, status: int) -> None:
        for batch in self._association.message(context_id, dimse.response(command, status)):
            self._transport.send(batch, self._settings.socket_timeout)
        self._deadline.renew()

    def _send(self, pdu: bytes) -> None:
        self._transport.send([pdu], self._settings.acse_timeout)

    def _abort(self) -> None:
        try:
            self._transport.send([self._association.abort()], 0.0)
        except AssociationError:
            return


def _shorter(one: float | None, other: float | None) -> float | None:
    return min((seconds for seconds in (one, other) if seconds is not None), default=None)
