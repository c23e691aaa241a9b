"""One association of a receiver: what each message leads to.

Belongs here: answering, and how it ends. Does not belong here: listening and threads (``engine``), whom to accept
(``policy``), files (``incoming``).
"""

from __future__ import annotations

import contextlib
import math
import time
from typing import TYPE_CHECKING, Final

from asprofile.errors import AssociationError
from asprofile.negotiate.request import AssociateAccept
from asprofile.net import association as protocol
from asprofile.net import dimse, events
from asprofile.net.deadline import Deadline
from asprofile.net.tcp import RECEIVE_SIZE
from asprofile.net.transport import host_of
from asprofile.net.wire import AssociateReject
from asprofile.receive.arrival import Sender
from asprofile.receive.events import (
    AssociationAccepted,
    AssociationEnded,
    AssociationEnding,
    AssociationRequested,
    NotStored,
    Received,
    RequestRejected,
)
from asprofile.receive.incoming import Incoming
from asprofile.receive.part10 import HeaderForm
from asprofile.receive.policy import LIMIT_EXCEEDED, TOO_LARGE, flaw, is_too_large, why_rejected
from asprofile.value import replaced

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.negotiate.negotiation import NegotiatedContext
    from asprofile.negotiate.request import AssociateAccept, AssociateRequest
    from asprofile.net.tcp import Buffer
    from asprofile.net.transport import Transport
    from asprofile.receive.events import ReceiveEvent
    from asprofile.receive.identities import IdentityVerdict
    from asprofile.receive.options import ReceiveOptions
    from asprofile.receive.places import AssociationPlace
    from asprofile.receive.placing import PlacedFile
    from asprofile.receive.policy import AcceptorPolicy
    from asprofile.receive.storing import Storage

_NO_REASON: Final = AssociateReject(1, 1, 1)
"""For a user identity that is not accepted (PS3.7 section D.3.3.7 has no reason of its own)."""
_SLICE: Final = 0.5
"""Seconds between two checks whether we are to finish."""
_MOST_ANSWERS: Final = 64
"""Buffers of answers that are sent together."""
_FIRST_READ: Final = 1 << 14
"""Bytes of memory for a connection that has not said who it is."""


class Acceptor:
    """The connection ``number``, from its request on until it is over."""

    def __init__(
        self,
        number: int,
        transport: Transport,
        options: ReceiveOptions,
        policy: AcceptorPolicy,
        storage: Storage,
        report: Callable[[ReceiveEvent], None],
        is_finishing: Callable[[], bool] = lambda: False,
        place: AssociationPlace | None = None,
        is_stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        """``place`` is asked whether there is one for an association; None: there is. A connection that is lost while
        ``is_stopping`` was ended by us.
        """
        self._number = number
        self._transport = transport
        self._options = options
        self._policy = policy
        self._storage = storage
        self._report = report
        self._is_finishing = is_finishing
        self._place = place
        self._is_stopping = is_stopping
        self._association = protocol.Association.acceptor(options.max_pdu)
        self._deadline = Deadline(options.acse_timeout)
        self._usable: dict[int, NegotiatedContext] = {}
        self._forms: dict[int, HeaderForm] = {}
        self._answers: list[Buffer] = []
        self._incoming: Incoming | None = None
        self._buffer = memoryview(bytearray(_FIRST_READ))
        self._began = time.monotonic()
        self._latest_of_all = self._latest = self._began + (options.max_association_time or math.inf)
        self._calling_ae = self._called_ae = ""
        self._sender = Sender()
        self._object_began = 0.0
        self._objects = self._failed = self._size = 0
        self._ending: AssociationEnding = "lost"
        self._reason = ""

    def run(self) -> None:
        """Until the association is over, and its end is reported."""
        try:
            self._run()
        except AssociationError as error:
            self._lost(str(error))
        except Exception as error:  # noqa: BLE001 - what one peer brings about ends its association, and is told
            self._end("failed", f"{type(error).__name__}: {error}")
        finally:
            if self._incoming is not None:
                self._lose(self._incoming)
            self._report(
                AssociationEnded(
                    self._number,
                    self._transport.peer,
                    self._calling_ae,
                    self._called_ae,
                    self._ending,
                    self._reason,
                    self._objects,
                    self._failed,
                    self._size,
                    time.monotonic() - self._began,
                )
            )

    def _run(self) -> None:
        association = self._association
        parts: list[memoryview] = []
        while not association.is_closed:
            # The usual case, without events: it is most of the traffic.
            if association.is_used_up:
                self._await_more()
            elif self._incoming is not None:
                if not self._take_data(self._incoming, parts):
                    self._handle_next()
            elif (message := association.take_message()) is not None:
                self._handle_message(*message)
            elif (taken := association.take_command()) is not None:
                self._handle_command(*taken)
            else:
                self._handle_next()
        if self._answers:
            with contextlib.suppress(AssociationError):
                self._send_answers(0.0)  # the peer may have gone, and then needs none

    def _handle_next(self) -> None:
        """The next event, or more bytes if it needs them."""
        if self._association.is_used_up:
            return
        event = self._association.next_event()
        if event is not None:
            self._handle(event)
        else:
            self._await_more()

    def _await_more(self) -> None:
        """Bytes, unless we stop, or the peer is silent for too long: then it is told."""
        if self._incoming is None and self._is_finishing():
            self._end("stopped", "we are stopping")
        elif reason := self._receive():
            self._end("silent", reason)
        else:
            return
        self._say(self._association.abort())

    def _take_data(self, incoming: Incoming, parts: list[memoryview]) -> bool:
        """What has come of an object; True if that is its end."""
        is_over = self._association.take_data(parts)
        if parts:
            size = incoming.write(parts)
            parts.clear()
            if not is_over:
                self._deadline.progress(size)
        if is_over:
            self._finish(incoming)
        return is_over

    def _receive(self) -> str:
        """Read more bytes, if some come soon. Returns why to stop when a time limit is over, whatever was read."""
        if self._answers:
            self._send_answers(self._options.idle_timeout)
        timeout = self._deadline.slice(_SLICE)
        if not timeout:
            return "nothing came for too long"
        if time.monotonic() >= self._latest:
            return self._too_long()
        count = self._transport.receive_into(self._buffer, timeout)
        if count is not None:
            self._association.receive_data(self._buffer[:count])
        return ""

    def _too_long(self) -> str:
        if time.monotonic() >= self._latest_of_all:
            return f"the association took more than {self._options.max_association_time:g} seconds"
        return f"an object took more than {self._options.max_object_time:g} seconds"

    def _handle(self, event: events.Event) -> None:
        match event:
            case events.CommandReceived(context_id, command):
                self._handle_command(context_id, command)
            case events.DataFragment(_, data, last):
                if self._incoming is not None:  # else the data set of a response nobody asked for
                    self._deadline.progress(len(data))
                    self._incoming.write((data,))
                    if last:
                        self._finish(self._incoming)
            case events.AssociateRequested(request):
                self._answer_request(request)
                self._deadline = Deadline(self._options.idle_timeout)
            case events.ReleaseRequested():
                self._say(self._association.release_response())
                self._end("released", "")
            case events.PeerBroke(error, reply):
                # First: a peer that breaks the protocol is often gone before the answer, which is another complaint.
                self._end("broke", f"broke the protocol: {error}")
                self._say(reply)
            case events.Aborted(abort):
                self._end("aborted", f"aborted the association {abort.text}")
            case events.ConnectionLost():
                self._lost("closed the connection without releasing the association")

    def _end(self, ending: AssociationEnding, reason: str) -> None:
        """The first reason counts: those that follow are its consequences."""
        if self._ending == "lost" and not self._reason:
            self._ending, self._reason = ending, reason

    def _lost(self, reason: str) -> None:
        if self._place is not None and self._place.is_displaced:
            self._end("silent", "asked for no association, and had to make room for other connections")
        if self._is_stopping():
            self._end("stopped", "we are stopping")
        self._end("lost", reason)

    def _answer(self, request: AssociateRequest) -> AssociateAccept | AssociateReject:
        if self._place is not None and not self._place.admit():
            return LIMIT_EXCEEDED
        if is_too_large(request, self._options):
            return TOO_LARGE
        return self._policy.answer(request, self._transport.peer)

    def _answer_request(self, request: AssociateRequest) -> None:
        self._calling_ae, self._called_ae = request.calling_ae.strip(" "), request.called_ae.strip(" ")
        who = (self._number, self._transport.peer, self._calling_ae, self._called_ae)
        self._report(AssociationRequested(*who, request, self._transport.security))
        self._sender = Sender(self._calling_ae, self._called_ae, host_of(self._transport.peer), self._number)
        answer = self._answer(request)
        why = ""
        if isinstance(answer, AssociateAccept) and self._options.identities is not None:
            verdict = self._options.identities.check(request.user_identity, self._sender)
            answer, why = _identified(answer, request, verdict)
        if isinstance(answer, AssociateReject):
            text = f"rejected permanently: {why}" if why else why_rejected(answer, request)
            self._end("rejected", text)
            self._report(RequestRejected(*who, answer.result, answer.source, answer.reason, text))
            self._say(self._association.reject(answer))
            return
        if reason := flaw(request):
            self._end("broke", f"broke the protocol: {reason}")
            self._say(self._association.abort())
            return
        accepted = self._association.accept(answer)
        negotiation = self._association.negotiation
        assert negotiation is not None, "just accepted"
        self._usable = negotiation.usable
        self._buffer = memoryview(bytearray(RECEIVE_SIZE))
        self._report(
            AssociationAccepted(
                *who, len(self._usable), len(request.contexts), self._transport.security, negotiation.contexts
            )
        )
        self._say(accepted)

    def _handle_command(self, context_id: int, command: dimse.CommandSet) -> None:
        if command.is_response or command.field == dimse.C_CANCEL_RQ:
            return  # nothing was asked, nothing is going on that could be cancelled: no reason to wait longer
        self._deadline.renew()
        if command.has_data_set:
            self._object_began = time.monotonic()
            end = self._object_began + (self._options.max_object_time or math.inf)
            self._latest = min(self._latest_of_all, end)
        if command.field == dimse.C_STORE_RQ and command.has_data_set:
            self._incoming = self._begin_store(context_id, command)
            return
        if command.field == dimse.C_ECHO_RQ:
            status, comment = 0x0000, ""
        elif command.field == dimse.C_STORE_RQ:
            status, comment = dimse.CANNOT_UNDERSTAND, "no data set"
        else:
            status, comment = dimse.UNRECOGNIZED_OPERATION, f"only C-STORE and C-ECHO, not {command.field:04X}H"
        if command.has_data_set:
            self._incoming = Incoming(self._usable[context_id], command, status=status, comment=comment)
        else:
            self._respond(context_id, command, status, comment)

    def _handle_message(self, context_id: int, command: dimse.CommandSet, data: memoryview) -> None:
        """A command and all of its data set: ``_handle_command`` and what follows it, in less time."""
        if command.field != dimse.C_STORE_RQ:
            self._handle_command(context_id, command)
            incoming = self._incoming
            if incoming is None:
                return  # the data set of a response nobody asked for
        else:
            self._object_began = time.monotonic()
            # Whatever goes wrong from here on, it is discarded and reported.
            incoming = self._incoming = self._begin_store(context_id, command)
        incoming.write((data,))
        self._finish(incoming)

    def _begin_store(self, context_id: int, command: dimse.CommandSet) -> Incoming:
        context = self._usable[context_id]
        if command.sop_class != context.abstract_syntax:
            comment = "SOP class is not that of the presentation context"
            return Incoming(context, command, status=dimse.DOES_NOT_MATCH, comment=comment)
        if not command.sop_instance:
            return Incoming(context, command, status=dimse.INVALID_INSTANCE, comment="no SOP instance UID")
        form = self._forms.get(context_id)
        if form is None:
            form = HeaderForm(context.abstract_syntax, context.transfer_syntax or "", self._calling_ae)
            self._forms[context_id] = form
        return Incoming(context, command, self._storage, form, self._sender)

    def _finish(self, incoming: Incoming) -> None:
        self._incoming = None
        self._latest = self._latest_of_all
        placed = incoming.finish()
        self._deadline.renew()
        # Reported before it is answered: when the peer hears of success, we know of the object too.
        if placed is not None:
            self._objects += 1
            self._size += incoming.size
            if self._options.tell_objects:
                self._report(self._received(incoming, placed))
        elif incoming.status:
            self._report(self._not_stored(incoming))
        self._respond(incoming.context.id, incoming.command, incoming.status, incoming.comment)

    def _lose(self, incoming: Incoming) -> None:
        """The association is over, and an object is not complete."""
        incoming.discard()
        if not incoming.status:
            incoming.comment = "the association ended before all of it had come"
        self._report(self._not_stored(incoming))

    def _received(self, incoming: Incoming, placed: PlacedFile) -> Received:
        return Received(
            file=placed.path,
            sop_class=incoming.command.sop_class,
            sop_instance=incoming.command.sop_instance,
            transfer_syntax=incoming.context.transfer_syntax or "",
            calling_ae=self._calling_ae,
            called_ae=self._called_ae,
            size=incoming.size,
            peer=self._transport.peer,
            association=self._number,
            placing=placed.placing,
            study=placed.study,
            seconds=time.monotonic() - self._object_began,
        )

    def _not_stored(self, incoming: Incoming) -> NotStored:
        self._failed += 1
        return NotStored(
            sop_class=incoming.command.sop_class,
            sop_instance=incoming.command.sop_instance,
            transfer_syntax=incoming.context.transfer_syntax or "",
            calling_ae=self._calling_ae,
            called_ae=self._called_ae,
            size=incoming.size,
            status=incoming.status,
            reason=incoming.comment,
            peer=self._transport.peer,
            association=self._number,
            seconds=time.monotonic() - self._object_began,
        )

    def _respond(self, context_id: int, command: dimse.CommandSet, status: int, comment: str) -> None:
        """Send the answers before waiting for more: requests that came together are answered together."""
        response = dimse.response(command, status, comment)
        if (whole := self._association.command(context_id, response)) is not None:
            self._answers.append(whole)
        else:
            for batch in self._association.message(context_id, response):
                self._answers += batch
        if len(self._answers) >= _MOST_ANSWERS:
            self._send_answers(self._options.idle_timeout)

    def _send_answers(self, timeout: float | None) -> None:
        answers, self._answers = self._answers, []
        self._transport.send(answers, timeout)

    def _say(self, pdu: bytes) -> None:
        self._answers.append(pdu)
        self._send_answers(self._options.acse_timeout)


def _identified(
    answer: AssociateAccept, request: AssociateRequest, verdict: IdentityVerdict
) -> tuple[AssociateAccept | AssociateReject, str]:
    """The answer once it is known whether the user may associate, and why it is a rejection."""
    if verdict.reason:
        return _NO_REASON, verdict.reason
    if request.user_identity is not None and request.user_identity.response_requested:
        return replaced(answer, identity_response=verdict.response), ""
    return answer, ""
