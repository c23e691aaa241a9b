"""Transport connections: the only module of ``net`` with sockets and clocks.

Belongs here: connecting, listening, sending batches, receiving with a time limit, and what the operating
system's errors mean to a user. Does not belong here: what the bytes mean (``association``). A TLS connection
is another class with the methods of Transport.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import socket
import time
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, Protocol, get_args

from asprofile.errors import AssociationAborted, ConnectionFailed, HostUnknown, TlsFailed
from asprofile.net.deadline import SLICE, Deadline, check_wanted
from asprofile.net.lookup import look_up
from asprofile.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.net.tls_options import TlsOptions

    Buffer = bytes | memoryview

RECEIVE_SIZE: Final = 1 << 18
_MAX_BUFFERS: Final = 1000
"""Buffers given to one sendmsg; most systems take 1,024."""
_UNSENT: Final = 1 << 16
_UNSENT_AFAR: Final = 1 << 18
"""Bytes that may wait in the system's buffer without being on their way yet, where that can be limited. Otherwise it
is megabytes, and what waits that long has left the processor's cache when an acceptor on the same machine gets it: that
costs the acceptor a seventh of its time. What is on its way is not limited. For another machine it is what a link of
100 Mbit/s takes in 20 ms: so long a thread may wait for its turn, with other threads and programs in front of it.
"""
_UNLIMITED: Final = (1 << 31) - 1


IpVersion = Literal["auto", "4", "6"]
"""Which addresses of a host are tried; ``auto``: all that it has, in the order in which the system gives them."""
IP_VERSIONS: Final[tuple[IpVersion, ...]] = get_args(IpVersion)


class Link(Value):
    """What a connection is made over: IP version, and TLS unless ``tls`` is None."""

    tls: TlsOptions | None = None
    ip: IpVersion = "auto"


class Transport(Protocol):
    """A connected byte stream."""

    @property
    def peer(self) -> str:
        """Address of the peer, for messages."""

    def send(
        self, buffers: list[Buffer], timeout: float | None, on_data: Callable[[bytes], bool] | None = None
    ) -> bool:
        """Send everything; see TcpTransport.send."""

    def receive(self, timeout: float | None) -> bytes | None:
        """What the peer sent; see TcpTransport.receive."""

    @property
    def security(self) -> str:
        """TLS version and cipher suite, for people; empty without TLS."""

    @property
    def is_nearby(self) -> bool:
        """Both ends are on one machine."""

    @property
    def distance(self) -> float:
        """Seconds that TCP took to connect: there and back, in the peer's system alone; 0 if the peer connected."""

    def interrupt(self) -> None:
        """End the stream in both directions, from any thread."""

    def finish(self, timeout: float) -> None:
        """Close after the peer did, at the latest after ``timeout`` seconds; see TcpTransport.finish."""

    def close(self) -> None:
        """Give the connection up. May be called twice."""


def describe_address(host: str, port: int) -> str:
    """``host:port``, an IPv6 address in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def connect(
    host: str,
    port: int,
    timeout: float | None,
    link: Link | None = None,
    is_wanted: Callable[[], bool] = lambda: True,
) -> Transport:
    """Connect to the first address of ``host`` that answers; ``timeout`` is for all of them, and for the TLS handshake
    once more, in seconds. ``is_wanted`` is asked every SLICE seconds.

    Raises ConnectionFailed; AssociationAborted if it is not wanted any more; ConfigurationError if the files of
    ``link.tls`` cannot be used.
    """
    link = link or Link()
    if link.tls is None:
        return _connect_tcp(host, port, timeout, link.ip, is_wanted)
    # Not needed, and not waited for, without TLS.
    from asprofile.net.tls import secure, with_names
    from asprofile.net.tls_context import client_context

    tls, ip = link.tls, link.ip
    context = client_context(tls)  # what is wrong with the files is said before anybody is called
    try:
        return secure(_connect_tcp(host, port, timeout, ip, is_wanted), context, tls, host, timeout, is_wanted)
    except TlsFailed as error:
        raise with_names(error, partial(_connect_tcp, host, port, ip=ip), tls, host, timeout, is_wanted) from error


def _connect_tcp(
    host: str, port: int, timeout: float | None, ip: IpVersion, is_wanted: Callable[[], bool]
) -> TcpTransport:
    name = describe_address(host, port)
    deadline = Deadline(timeout)
    try:
        addresses = look_up(host, port, _FAMILIES[ip], deadline, is_wanted)
    except (OSError, UnicodeError) as error:
        version = "" if ip == "auto" else f"IPv{ip} "
        raise HostUnknown(f"cannot find the {version}address of {host}: {_words(error)}") from error
    failure: OSError | MemoryError = TimeoutError()
    for family, kind, protocol, _, address in addresses:
        if deadline.is_over:
            break
        sock: socket.socket | None = None
        try:
            sock = socket.socket(family, kind, protocol)
            began = time.monotonic()
            _connect_socket(sock, address, deadline, is_wanted)
            return TcpTransport(sock, name, time.monotonic() - began)
        except (OSError, MemoryError) as error:
            failure = error
            if sock is not None:
                _close(sock)
        except BaseException:
            if sock is not None:
                _close(sock)
            raise
    raise ConnectionFailed(_describe_failure(failure, name, timeout)) from failure


def _connect_socket(
    sock: socket.socket, address: tuple[str, int], deadline: Deadline, is_wanted: Callable[[], bool]
) -> None:
    """Raises OSError, MemoryError; AssociationAborted if it is not wanted any more."""
    sock.setblocking(False)
    try:
        sock.connect(address)
    except BlockingIOError:
        while not any(_wait(sock, read=False, write=True, timeout=deadline.slice(SLICE))):
            check_wanted(is_wanted)
            if deadline.is_over:
                raise TimeoutError from None
        if failure := sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise OSError(failure, os.strerror(failure)) from None


_FAMILIES: Final = {"auto": socket.AF_UNSPEC, "4": socket.AF_INET, "6": socket.AF_INET6}


def _describe_failure(error: OSError | MemoryError, name: str, timeout: float | None) -> str:
    if isinstance(error, ConnectionRefusedError):
        return f"connection refused by {name}: is the peer running and is this its DICOM port?"
    if isinstance(error, TimeoutError):
        within = "" if timeout is None else f" within {timeout:g} seconds"
        return f"no connection to {name}{within}: is the address right, and does a firewall let it through?"
    if isinstance(error, OSError) and error.errno in (errno.EHOSTUNREACH, errno.ENETUNREACH):
        return f"no route to {name}: is the address right, and is the network up?"
    return f"no connection to {name}: {_words(error)}"


def _words(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "out of memory"
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).lower()


class TcpTransport:
    """A TCP connection without Nagle's delay."""

    security = ""

    def __init__(self, sock: socket.socket, peer: str, distance: float = 0.0) -> None:
        self.peer = peer
        self.distance = distance
        self._socket = sock
        sock.setblocking(False)
        # Without this each side waits some 40 ms for the other's delayed acknowledgement, per object.
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.is_nearby = _is_nearby(sock)
        """Both ends have the same address."""
        self._is_limited = _limit_unsent(sock, _UNSENT if self.is_nearby else _UNSENT_AFAR)
        self._is_cut = False
        self._poller = _reading(sock)

    def send(
        self, buffers: list[Buffer], timeout: float | None, on_data: Callable[[bytes], bool] | None = None
    ) -> bool:
        """Send everything in ``buffers``; True when done.

        ``timeout`` is how long the peer may take for it, in seconds; again so long with every LEAST_PROGRESS bytes, and
        whatever it sends meanwhile. With 0, for last words, more may wait to be sent than otherwise. If the peer sends
        something while it does not take ours, that goes to ``on_data`` (b"" at the end of its stream), which returns
        whether to go on; False comes back if it did not. Raises AssociationAborted if the connection is lost
        (``on_data`` has then had what the peer had sent before) or the time is up.

        After a ``send`` that ended in the middle of ``buffers`` nothing is sent any more: what followed would be taken
        for the rest of them.
        """
        if self._is_cut:
            raise AssociationAborted(f"connection to {self.peer} lost in the middle of what was sent")
        pending, deadline, has_begun = buffers, None, False
        while pending:
            self._is_cut = True  # whatever interrupts us now
            try:
                sent = _write(self._socket, pending)
            except BlockingIOError:
                self._is_cut = has_begun
                deadline = deadline or Deadline(timeout)
                if timeout == 0 and self._is_limited:
                    # Last words, an A-ABORT for instance, need not wait until what is in front of them is gone.
                    self._is_limited = not _limit_unsent(self._socket, _UNLIMITED)
                elif not self._await_room(deadline, on_data):
                    return False
            except (OSError, MemoryError) as error:
                if on_data is not None and not self._drain(on_data):
                    return False
                raise self._lost(error) from error
            else:
                has_begun = True
                if sent == sum(map(len, pending)):
                    break
                # Only now is there anything to wait for, and a list to be shortened.
                deadline = deadline or Deadline(timeout)
                deadline.progress(sent)
                pending = list(pending) if pending is buffers else pending
                _drop(pending, sent)
        self._is_cut = False
        return True

    def _await_room(self, deadline: Deadline, on_data: Callable[[bytes], bool] | None) -> bool:
        """Wait until the peer takes more, or says something; False if ``on_data`` wants to stop."""
        readable, writable = False, False
        if not deadline.is_over:
            readable, writable = self._wait(read=on_data is not None, write=True, timeout=deadline.left())
        if not readable and not writable:
            raise AssociationAborted(f"{self.peer} took nothing for {deadline.seconds:g} seconds")
        if readable and on_data is not None:
            data = self._read()
            return data is None or on_data(data)
        return True

    def _drain(self, on_data: Callable[[bytes], bool]) -> bool:
        """Hand over what came before the connection broke, an A-ABORT for instance; False if that explains
        the end.
        """
        with contextlib.suppress(AssociationAborted):
            while data := self._read():
                if not on_data(data):
                    return False
        return True

    def receive(self, timeout: float | None) -> bytes | None:
        """The next bytes of the peer: b"" at the end of its stream, None if nothing came within ``timeout``
        seconds.

        Raises AssociationAborted if the connection is lost.
        """
        if timeout == 0:
            return None if self._is_quiet() else self._read()
        data = self._read()  # often it is there: the next object was looked for meanwhile
        if data is not None:
            return data
        _acknowledge_at_once(self._socket)
        readable, _ = self._wait(read=True, write=False, timeout=timeout)
        return self._read() if readable else None

    def _wait(self, *, read: bool, write: bool, timeout: float | None) -> tuple[bool, bool]:
        try:
            return _wait(self._socket, read=read, write=write, timeout=timeout)
        except (OSError, MemoryError) as error:
            raise self._lost(error) from error

    def _is_quiet(self) -> bool:
        """Surely nothing is there; to ask takes a quarter of the time that reading in vain does."""
        try:
            return self._poller is not None and not self._poller.poll(0)
        except (OSError, MemoryError) as error:
            raise self._lost(error) from error

    def _read(self) -> bytes | None:
        """What is there, None if nothing is."""
        try:
            return self._socket.recv(RECEIVE_SIZE)
        except BlockingIOError:
            return None
        except (OSError, MemoryError) as error:
            raise self._lost(error) from error

    def _lost(self, error: OSError | MemoryError) -> AssociationAborted:
        return AssociationAborted(f"connection to {self.peer} lost: {_words(error)}")

    def interrupt(self) -> None:
        """End the stream in both directions: a ``receive`` or ``send`` in another thread comes back."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def finish(self, timeout: float) -> None:
        """Close after the peer closed, or after ``timeout`` seconds, so that what was sent last still reaches
        it.

        A close with unread data resets the connection, and a reset takes what the peer has not read yet with
        it.
        """
        with contextlib.suppress(OSError, AssociationAborted):
            self._socket.shutdown(socket.SHUT_WR)
            deadline = Deadline(timeout)
            while not deadline.is_over and self.receive(deadline.left()):
                pass
        self.close()

    def close(self) -> None:
        _close(self._socket)


class Listener:
    """A listening socket; ``port`` 0 takes a free one. Raises ConnectionFailed if it cannot listen there."""

    def __init__(self, host: str, port: int, backlog: int = 128) -> None:
        name = describe_address(host, port)
        self._socket: socket.socket | None = None
        try:
            family, _, _, _, address = socket.getaddrinfo(
                host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
            )[0]
            self._socket = socket.create_server(address[:2], family=family, backlog=backlog)
        except (OSError, UnicodeError) as error:
            raise ConnectionFailed(f"cannot listen on {name}: {_words(error)}") from error
        self._socket.setblocking(False)
        self.host: str = self._socket.getsockname()[0]
        self.port: int = self._socket.getsockname()[1]

    def accept(self, timeout: float | None) -> TcpTransport | None:
        """The next connection, None if there is none within ``timeout`` seconds or it vanished again."""
        if self._socket is None:
            return None
        readable, _ = _wait(self._socket, read=True, write=False, timeout=timeout)
        if not readable:
            return None
        try:
            sock, address = self._socket.accept()
        except OSError:
            return None
        return TcpTransport(sock, describe_address(address[0], address[1]))

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None


def _close(sock: socket.socket) -> None:
    """What the system says of it then changes nothing: the connection is given up."""
    with contextlib.suppress(OSError):
        sock.close()


def _is_nearby(sock: socket.socket) -> bool:
    with contextlib.suppress(OSError):
        return bool(sock.getsockname()[:1] == sock.getpeername()[:1])
    return False


def _limit_unsent(sock: socket.socket, size: int) -> bool:
    """Let no more than ``size`` bytes wait to be sent; False where the system has no such limit."""
    if not hasattr(socket, "TCP_NOTSENT_LOWAT"):
        return False
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, size)
    except OSError:
        return False
    return True


def _write(sock: socket.socket, buffers: list[Buffer]) -> int:
    """Send as much of ``buffers`` as the system takes; bytes sent."""
    if hasattr(sock, "sendmsg"):
        return sock.sendmsg(buffers[:_MAX_BUFFERS])
    return sock.send(b"".join(buffers[:_MAX_BUFFERS]))


def _drop(buffers: list[Buffer], sent: int) -> None:
    """Take ``sent`` bytes off the front."""
    done = 0
    for buffer in buffers:
        if sent < len(buffer):
            break
        sent -= len(buffer)
        done += 1
    del buffers[:done]
    if sent:
        buffers[0] = memoryview(buffers[0])[sent:]


def _acknowledge_at_once(sock: socket.socket) -> None:
    """Ask for acknowledgement without delay, which a peer with Nagle's algorithm waits for; Linux forgets it
    soon.
    """
    if hasattr(socket, "TCP_QUICKACK"):
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)


def _reading(sock: socket.socket) -> select.poll | None:
    """What tells whether something came; None where the system has no such thing."""
    if not hasattr(select, "poll"):
        return None
    poller = select.poll()
    poller.register(sock, select.POLLIN)
    return poller


def _wait(sock: socket.socket, *, read: bool, write: bool, timeout: float | None) -> tuple[bool, bool]:
    """Wait until the socket is readable or writable: which of the two it is, neither if the time is up.

    A socket in error is both: the call that follows tells the error.
    """
    if not hasattr(select, "poll"):
        ready = select.select([sock] if read else [], [sock] if write else [], [sock], timeout)
        return bool(ready[0] or ready[2]), bool(ready[1] or ready[2])
    poller = select.poll()
    poller.register(sock, (select.POLLIN if read else 0) | (select.POLLOUT if write else 0))
    found = poller.poll(None if timeout is None else max(0, timeout * 1000))
    if not found:
        return False, False
    flags = found[0][1]
    broken = bool(flags & (select.POLLERR | select.POLLHUP | select.POLLNVAL))
    return bool(flags & select.POLLIN) or broken, bool(flags & select.POLLOUT) or broken
