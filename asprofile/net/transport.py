"""Connections: what one is to whoever uses it, and how it is made.

Belongs here: the methods that a connection has (``Transport``), and calling a peer. Does not belong here: what these
methods do over TCP (``tcp``) and over TLS (``tls``), being called (``listening``), what the bytes mean
(``association``).
"""

from __future__ import annotations

import errno
import os
import socket
import time
from functools import partial
from typing import TYPE_CHECKING, Final, Literal, Protocol, get_args

from asprofile.errors import ConnectionFailed, HostUnknown, TlsFailed
from asprofile.net.deadline import SLICE, Deadline, check_wanted
from asprofile.net.lookup import look_up
from asprofile.net.tcp import TcpTransport, close_socket, wait, words
from asprofile.value import Value

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.net.tcp import Buffer
    from asprofile.net.tls_options import TlsOptions

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
        self,
        buffers: list[Buffer],
        timeout: float | None,
        on_data: Callable[[bytes], bool] | None = None,
        is_wanted: Callable[[], bool] | None = None,
    ) -> bool:
        """Send everything; see TcpTransport.send."""

    @property
    def unsent(self) -> int | None:
        """Bytes that are left of the last ``send``; see TcpTransport.unsent."""

    def go_on(self, count: int) -> None:
        """Send so many of them; see TcpTransport.go_on."""

    def receive(self, timeout: float | None) -> bytes | None:
        """What the peer sent; see TcpTransport.receive."""

    def receive_into(self, buffer: memoryview, timeout: float | None) -> int | None:
        """What the peer sent, into memory of the caller; see TcpTransport.receive_into."""

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


def host_of(address: str) -> str:
    """The host of what ``describe_address`` made."""
    return address.rpartition(":")[0].strip("[]")


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
        raise HostUnknown(f"cannot find the {version}address of {host}: {words(error)}") from error
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
                close_socket(sock)
        except BaseException:
            if sock is not None:
                close_socket(sock)
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
        while not any(wait(sock, read=False, write=True, timeout=deadline.slice(SLICE))):
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
    return f"no connection to {name}: {words(error)}"
