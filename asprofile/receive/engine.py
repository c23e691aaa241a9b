"""The C-STORE SCP: listens, answers with an acceptor profile, writes what it receives.

Belongs here: threads, and what each DIMSE request leads to. Does not belong here: which contexts are accepted
(``negotiate.answer``), the form of the files (``part10``).
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asprofile.errors import AssociationError, ConfigurationError
from asprofile.names.well_known import APPLICATION_CONTEXT
from asprofile.negotiate.answer import answer
from asprofile.negotiate.request import OperationsWindow
from asprofile.net import association as protocol
from asprofile.net import dimse, events
from asprofile.net.deadline import Deadline
from asprofile.net.listening import Listener
from asprofile.net.states import AssociationState
from asprofile.net.wire import AssociateReject
from asprofile.printing import of_peer
from asprofile.receive.options import Received, ReceiveOptions, ReceiveProblem
from asprofile.receive.part10 import file_header
from asprofile.receive.store import Store
from asprofile.value import replaced

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from asprofile.negotiate.request import AssociateRequest, ProfileSource
    from asprofile.net.tcp import TcpTransport
    from asprofile.net.tls_options import TlsOptions
    from asprofile.net.transport import Transport

_DOES_NOT_MATCH: Final = 0xA900
_INVALID_INSTANCE: Final = 0x0117
_UNRECOGNIZED_OPERATION: Final = 0x0211

_APPLICATION_CONTEXT_NOT_SUPPORTED: Final = AssociateReject(1, 1, 2)
_CALLING_AE_NOT_RECOGNIZED: Final = AssociateReject(1, 1, 3)
_CALLED_AE_NOT_RECOGNIZED: Final = AssociateReject(1, 1, 7)
_LIMIT_EXCEEDED: Final = AssociateReject(2, 3, 2)

_POLL: Final = 0.1
"""Seconds after which the listening thread looks whether it shall stop."""
_REJECTED_AT_ONCE: Final = 8
"""Connections beyond twice the limit of associations that are still told that it is reached."""
_LINGER: Final = 2.0
"""Seconds a peer has to close after its association ended."""


class Receiver:
    """An acceptor with a profile that stores into ``directory``; a context manager.

    ``on_received`` and ``on_problem`` are called from the thread of an association, one call at a time.
    ``start`` raises ConnectionFailed if it cannot listen, and ConfigurationError if the directory is none or the files
    for TLS cannot be used.
    """

    def __init__(
        self,
        profile: ProfileSource,
        directory: Path,
        options: ReceiveOptions | None = None,
        on_received: Callable[[Received], None] | None = None,
        on_problem: Callable[[ReceiveProblem], None] | None = None,
    ) -> None:
        self._profile = profile
        self._directory = Path(directory)
        self._options = options or ReceiveOptions()
        self._on_received = on_received
        self._on_problem = on_problem
        self._listener: Listener | None = None
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._callback_lock = threading.Lock()
        self._active: dict[threading.Thread, TcpTransport] = {}
        self._secure: Callable[[TcpTransport], Transport] | None = None

    @property
    def port(self) -> int:
        """The port it listens on, once started."""
        if self._listener is None:
            raise ConfigurationError("the receiver is not started")
        return self._listener.port

    def start(self) -> None:
        """Listen; comes back at once."""
        if not self._directory.is_dir():
            raise ConfigurationError(f"{self._directory} is not a directory to store into: create it first")
        if self._options.tls is not None:
            self._secure = _tls(self._options.tls, self._options.acse_timeout)
        self._listener = Listener(self._options.host, self._options.port)
        self._stopping.clear()
        self._thread = threading.Thread(target=self._listen, args=(self._listener,), name="asprofile-receiver")
        self._thread.start()

    def stop(self) -> None:
        """Stop listening, end all associations, wait for their threads. Objects that are not complete are
        discarded.
        """
        self._stopping.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        with self._lock:
            active = dict(self._active)
        for transport in active.values():
            transport.interrupt()
        for thread in active:
            thread.join()
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def __enter__(self) -> Receiver:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _listen(self, listener: Listener) -> None:
        while not self._stopping.is_set():
            transport = listener.accept(_POLL)
            if transport is None:
                continue
            with self._lock:
                if len(self._active) > 2 * self._options.max_associations + _REJECTED_AT_ONCE:
                    transport.close()  # a flood: no thread even for saying no
                    continue
                full = len(self._active) >= self._options.max_associations
                thread = threading.Thread(
                    target=self._serve, args=(transport, full), name=f"asprofile-{transport.peer}"
                )
                self._active[thread] = transport
            thread.start()

    def _serve(self, tcp: TcpTransport, full: bool) -> None:
        transport: Transport = tcp
        try:
            if self._secure is not None:
                transport = self._secure(tcp)
            _Acceptor(self, transport).run(full)
        except AssociationError as error:
            self.report(ReceiveProblem(transport.peer, str(error)))
        finally:
            transport.finish(0.0 if self._stopping.is_set() else _LINGER)
            with self._lock:
                del self._active[threading.current_thread()]

    @property
    def profile(self) -> ProfileSource:
        return self._profile

    @property
    def directory(self) -> Path:
        return self._directory

    @property
    def options(self) -> ReceiveOptions:
        return self._options

    def report(self, what: Received | ReceiveProblem) -> None:
        """Tell whoever listens."""
        with self._callback_lock:
            if isinstance(what, Received):
                if self._on_received is not None:
                    self._on_received(what)
            elif self._on_problem is not None:
                self._on_problem(what)


def _tls(options: TlsOptions, timeout: float) -> Callable[[TcpTransport], Transport]:
    """What makes a TLS connection of one that was accepted. Raises ConfigurationError."""
    # Not needed, and not waited for, without TLS.
    from asprofile.net.tls import secure_accepted
    from asprofile.net.tls_context import server_context

    context = server_context(options)
    return lambda tcp: secure_accepted(tcp, context, timeout)


def _granted(asked: OperationsWindow | None, most: int) -> OperationsWindow | None:
    """The answer to a window: no more than was asked for, and nothing that we would invoke."""
    if asked is None or most == 1:
        return None
    return OperationsWindow(invoked=min(asked.invoked or most, most or asked.invoked), performed=1)


class _Acceptor:
    """One association."""

    def __init__(self, receiver: Receiver, transport: Transport) -> None:
        self._receiver = receiver
        self._transport = transport
        self._options = receiver.options
        self._association = protocol.Association.acceptor(self._options.max_pdu)
        self._deadline = Deadline(self._options.acse_timeout)
        self._store: Store | None = None

    def run(self, full: bool) -> None:
        """Until the association is over. Raises AssociationError if the connection is lost on our side."""
        try:
            while self._association.state is not AssociationState.CLOSED:
                event = self._association.next_event()
                if event is not None:
                    self._handle(event, full)
                elif not self._receive():
                    self._complain("aborted: nothing came for too long")
                    self._say(self._association.abort())
        finally:
            if self._store is not None:
                self._store.discard()

    def _receive(self) -> bool:
        """Take in more bytes; False if the time for what is waited for is up, whatever else came meanwhile."""
        data = None if self._deadline.is_over else self._transport.receive(self._deadline.left())
        if data is not None:
            self._association.receive_data(data)
        return data is not None

    def _handle(self, event: events.Event, full: bool) -> None:
        match event:
            case events.AssociateRequested(request):
                self._answer_request(request, full)
                self._deadline = Deadline(self._options.idle_timeout)
            case events.CommandReceived(context_id, command):
                self._handle_command(context_id, command)
                self._deadline.renew()
            case events.DataFragment(_, data, last):
                self._handle_data(data, last)
                self._deadline.renew() if last else self._deadline.progress(len(data))
            case events.ReleaseRequested():
                self._say(self._association.release_response())
            case events.PeerBroke(error, reply):
                # First: a peer that breaks the protocol is often gone before the answer, which is another complaint.
                self._complain(f"broke the protocol: {error}")
                self._say(reply)
            case events.Aborted(abort):
                self._complain(f"aborted the association {abort.text}")
            case events.ConnectionLost():
                self._complain("closed the connection without releasing the association")

    def _answer_request(self, request: AssociateRequest, full: bool) -> None:
        reject: AssociateReject | None = None
        if full:
            reject = _LIMIT_EXCEEDED
        elif request.application_context != APPLICATION_CONTEXT:
            reject = _APPLICATION_CONTEXT_NOT_SUPPORTED
        elif self._options.ae_title not in (None, request.called_ae) or not request.called_ae.isascii():
            reject = _CALLED_AE_NOT_RECOGNIZED
        elif not request.calling_ae.isascii():
            reject = _CALLING_AE_NOT_RECOGNIZED
        if reject is not None:
            self._say(self._association.reject(reject))
        else:
            accept = answer(request, self._receiver.profile, max_pdu=self._options.max_pdu)
            window = _granted(request.window, self._options.window)
            self._say(self._association.accept(replaced(accept, window=window)))

    def _handle_command(self, context_id: int, command: dimse.CommandSet) -> None:
        if command.is_response or command.field == dimse.C_CANCEL_RQ:
            return  # nothing was asked, nothing is going on that could be cancelled
        if command.field == dimse.C_STORE_RQ and command.has_data_set:
            self._store = self._begin_store(context_id, command)
            return
        if command.field == dimse.C_ECHO_RQ:
            status, comment = 0x0000, ""
        else:
            status, comment = _UNRECOGNIZED_OPERATION, f"only C-STORE and C-ECHO, not {command.field:04X}H"
        if command.has_data_set:
            self._store = Store(context_id, command, status, comment)
        else:
            self._respond(context_id, command, status, comment)

    def _begin_store(self, context_id: int, command: dimse.CommandSet) -> Store:
        negotiation = self._association.negotiation
        assert negotiation is not None, "a command came, so the association is established"
        context = negotiation.usable[context_id]
        if command.sop_class != context.abstract_syntax:
            return Store(context_id, command, _DOES_NOT_MATCH, "SOP class is not that of the presentation context")
        if not command.sop_instance:
            return Store(context_id, command, _INVALID_INSTANCE, "no SOP instance UID")
        store = Store(context_id, command)
        calling_ae = negotiation.request.calling_ae
        store.open(
            self._receiver.directory,
            file_header(command.sop_class, command.sop_instance, context.transfer_syntax or "", calling_ae),
        )
        return store

    def _handle_data(self, data: memoryview, last: bool) -> None:
        store = self._store
        if store is None:
            return  # the data set of a response nobody asked for
        store.write(data)
        if not last:
            return
        self._store = None
        path = store.finish()
        if path is not None:
            # Reported before it is answered: when the peer hears of success, we know of the object too.
            self._receiver.report(self._received(store, path))
        elif store.status:
            self._complain(f"object {of_peer(store.command.sop_instance)} not stored: {store.comment}")
        self._respond(store.context_id, store.command, store.status, store.comment)

    def _received(self, store: Store, path: Path) -> Received:
        negotiation = self._association.negotiation
        assert negotiation is not None, "an object came, so the association is established"
        return Received(
            path=path,
            sop_class=store.command.sop_class,
            sop_instance=store.command.sop_instance,
            transfer_syntax=negotiation.usable[store.context_id].transfer_syntax or "",
            calling_ae=negotiation.request.calling_ae,
            called_ae=negotiation.request.called_ae,
            size=store.size,
        )

    def _respond(self, context_id: int, command: dimse.CommandSet, status: int, comment: str) -> None:
        for batch in self._association.message(context_id, dimse.response(command, status, comment)):
            self._transport.send(batch, self._options.idle_timeout)

    def _say(self, pdu: bytes) -> None:
        self._transport.send([pdu], self._options.acse_timeout)

    def _complain(self, message: str) -> None:
        self._receiver.report(ReceiveProblem(self._transport.peer, message))
