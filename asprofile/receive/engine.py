"""The C-STORE SCP: listens, and has a thread for each association, and one for those that bring small objects.

Belongs here: threads, and how many of them. Does not belong here: what goes on in an association (``acceptor``).
"""

from __future__ import annotations

import itertools
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asprofile.errors import AssociationError, ConfigurationError
from asprofile.net.listening import Listener
from asprofile.receive.acceptor import Acceptor
from asprofile.receive.events import AssociationEnded
from asprofile.receive.options import ReceiveOptions
from asprofile.receive.places import ConnectionPlaces
from asprofile.receive.policy import ProfilePolicy
from asprofile.receive.shared_acceptor import SharedAcceptor
from asprofile.receive.sharing import SharedThread
from asprofile.receive.storing import Storage

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from asprofile.negotiate.request import ProfileSource
    from asprofile.net.tcp import TcpTransport
    from asprofile.net.tls_options import TlsOptions
    from asprofile.net.transport import Transport
    from asprofile.receive.events import ReceiveEvent
    from asprofile.receive.places import AssociationPlace
    from asprofile.receive.policy import AcceptorPolicy

_POLL: Final = 0.1
"""Seconds between two checks of the listening thread whether it is to stop."""
BACKLOG: Final = 1024
"""Connections that may wait to be accepted, where the system allows so many."""
_LINGER: Final = 2.0
"""Seconds a peer has to close after its association ended."""


class Receiver:
    """An acceptor that stores into ``directory``; a context manager. It answers as DCMTK's acceptors do with
    ``profile``; without one it accepts all that can be stored. Another ``policy`` decides otherwise.

    ``on_event`` is called from the threads of associations, one call at a time. ``start`` raises ConnectionFailed if it
    cannot listen, and ConfigurationError if the directory is none or the files for TLS cannot be used.
    """

    def __init__(
        self,
        profile: ProfileSource | None,
        directory: Path,
        options: ReceiveOptions | None = None,
        on_event: Callable[[ReceiveEvent], None] | None = None,
        policy: AcceptorPolicy | None = None,
    ) -> None:
        self._options = options or ReceiveOptions()
        self._policy = policy or ProfilePolicy(profile, self._options)
        self._directory = Path(directory)
        self._storage = Storage(self._directory, self._options.store, self._options.processes)
        self._on_event = on_event
        self._listener: Listener | None = None
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._telling = threading.Lock()
        self._active: dict[threading.Thread, TcpTransport] = {}
        self._places = ConnectionPlaces(self._options.max_associations, self._options.max_per_host)
        self._finishing = threading.Event()
        self._numbers = itertools.count(1)
        # Who waits for the disk waits for long, and in groups.
        self._sharing = None if self._options.store.durable else SharedThread()
        self._secure: Callable[[TcpTransport], Transport] | None = None

    @property
    def port(self) -> int:
        """The port it listens on, once started."""
        if self._listener is None:
            raise ConfigurationError("the receiver is not started")
        return self._listener.port

    @property
    def addresses(self) -> tuple[tuple[str, int], ...]:
        """Hosts and ports that it listens on, once started."""
        if self._listener is None:
            raise ConfigurationError("the receiver is not started")
        return self._listener.addresses

    @property
    def host(self) -> str:
        """The address it listens on, once started; of all addresses, ``0.0.0.0`` or ``::``."""
        if self._listener is None:
            raise ConfigurationError("the receiver is not started")
        return self._listener.host

    def prepare(self) -> None:
        """All that ``start`` does before it listens. Raises ConfigurationError."""
        if not self._directory.is_dir():
            raise ConfigurationError(f"{self._directory} is not a directory to store into: create it first")
        if self._options.tls is not None:
            self._secure = _tls(self._options.tls, self._options.acse_timeout)

    def start(self) -> None:
        """Listen; comes back at once."""
        self.prepare()
        self._listener = Listener(
            self._options.host,
            self._options.port,
            BACKLOG,
            more=self._options.more,
            descriptors=self._options.descriptors,
        )
        self._stopping.clear()
        self._finishing.clear()
        # A program that wants a clean end stops it; no program hangs at its end because of us.
        self._thread = threading.Thread(
            target=self._listen, args=(self._listener,), name="asprofile-receiver", daemon=True
        )
        self._thread.start()

    def finish(self) -> None:
        """Take no more associations, and abort each as soon as the object that it is receiving is stored and answered;
        comes back at once. May be called in a signal handler.
        """
        self._finishing.set()

    def interrupt(self) -> None:
        """Take no more associations, and end those that there are in the middle of what they do; comes back at once.
        May be called in a signal handler.
        """
        self._finishing.set()
        self._stopping.set()
        for transport in tuple(self._active.values()):
            transport.interrupt()

    def wait(self, timeout: float) -> bool:
        """Wait, at most so many seconds, until it has finished; True if it has."""
        end = time.monotonic() + timeout
        if self._thread is not None:
            self._thread.join(timeout)
            if self._thread.is_alive():
                return False
        with self._lock:
            active = tuple(self._active)
        for thread in active:
            if thread is not threading.current_thread():
                thread.join(max(0.0, end - time.monotonic()))
        return not self._active

    def stop(self, timeout: float | None = None) -> bool:
        """Stop listening, end all associations, wait for their threads, at most so many seconds; True if all have
        ended. Objects that are not complete are discarded.
        """
        self._stopping.set()
        end = None if timeout is None else time.monotonic() + timeout
        # The listening thread first: it may just be beginning an association.
        if self._thread is not None:
            _join(self._thread, end)
        with self._lock:
            active = dict(self._active)
        for transport in active.values():
            transport.interrupt()
        for thread in active:
            _join(thread, end)
        if self._sharing is not None:
            self._sharing.join(None if end is None else max(0.0, end - time.monotonic()))
        if self._listener is not None:
            self._listener.close()
        return not any(thread.is_alive() for thread in (*active, *([self._thread] if self._thread else [])))

    def __enter__(self) -> Receiver:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _listen(self, listener: Listener) -> None:
        while not (self._stopping.is_set() or self._finishing.is_set()):
            transport = listener.accept(_POLL)
            if transport is not None:
                self._take(transport)
            elif listener.is_exhausted:
                self._places.make_room()
        listener.close()

    def _take(self, transport: TcpTransport) -> None:
        """Give a connection that came its thread."""
        self.take(transport, next(self._numbers), self._places.enter(transport))

    def take(self, transport: TcpTransport, number: int, place: AssociationPlace) -> None:
        """Give a connection its thread."""
        thread = threading.Thread(
            target=self._serve,
            args=(transport, number, place),
            name=f"asprofile-{transport.peer}",
            daemon=True,
        )
        with self._lock:
            self._active[thread] = transport
        try:
            thread.start()
        except (RuntimeError, MemoryError):  # the system has no more threads
            transport.close()
            place.leave()
            with self._lock:
                del self._active[thread]

    def _serve(self, tcp: TcpTransport, number: int, place: AssociationPlace) -> None:
        transport: Transport = tcp
        try:
            if self._secure is not None:
                transport = self._secure(tcp)
            given = (self._options, self._policy, self._storage, self.report, self._finishing.is_set, place)
            if transport is tcp and self._sharing is not None:
                SharedAcceptor(number, tcp, *given, self._stopping.is_set, sharing=self._sharing).run()
            else:
                Acceptor(number, transport, *given, self._stopping.is_set).run()
        except AssociationError as error:
            self.report(AssociationEnded(number, tcp.peer, "", "", "failed", str(error), 0, 0, 0, 0.0))
        finally:
            transport.finish(0.0 if self._stopping.is_set() or place.is_displaced else _LINGER)
            place.leave()
            with self._lock:
                del self._active[threading.current_thread()]

    def report(self, event: ReceiveEvent) -> None:
        """Call the listener."""
        if self._on_event is not None:
            with self._telling:
                self._on_event(event)


def _join(thread: threading.Thread, end: float | None) -> None:
    """Wait for it, until a point in time. From the thread itself: not at all."""
    if thread is not threading.current_thread():
        thread.join(None if end is None else max(0.0, end - time.monotonic()))


def _tls(options: TlsOptions, timeout: float | None) -> Callable[[TcpTransport], Transport]:
    """What makes a TLS connection of one that was accepted. Raises ConfigurationError."""
    # Not needed, and not waited for, without TLS.
    from asprofile.net.tls import secure_accepted
    from asprofile.net.tls_context import server_context

    context = server_context(options)
    return lambda tcp: secure_accepted(tcp, context, timeout)
