"""Listening for connections. Connections themselves belong in ``tcp``."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import sys
import time
from typing import TYPE_CHECKING, Final

from asprofile.errors import ConnectionFailed
from asprofile.net.tcp import TcpTransport, wait_any, words
from asprofile.net.transport import describe_address

if TYPE_CHECKING:
    from collections.abc import Sequence

_EXHAUSTED: Final = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_OTHER_DESCRIPTORS: Final = 256
"""Open files beside a connection and a file for each association."""
_REST: Final = 0.05
"""Seconds after which it is tried again where the system had nothing left."""


class Listener:
    """Listening sockets, of one address or several: ``host`` "" is all addresses, of IPv6 too where the system has it,
    ``port`` 0 a free one; ``more`` are further ones. Instead of them, ``descriptors`` are sockets that listen already.
    ``host`` and ``port`` are those of the first. Raises ConnectionFailed if it cannot listen there.
    """

    def __init__(
        self,
        host: str,
        port: int,
        backlog: int = 128,
        *,
        more: Sequence[tuple[str, int]] = (),
        descriptors: Sequence[int] = (),
    ) -> None:
        self._sockets: list[socket.socket] = []
        self._ready: list[socket.socket] = []
        self.is_exhausted = False
        """The system had no more descriptors, or memory, for the last connection, which still waits for us."""
        try:
            for number in descriptors:
                self._sockets.append(_inherited(number))
            for address in () if descriptors else ((host, port), *more):
                self._sockets.append(_bound(*address, backlog))
        except ConnectionFailed:
            self.close()
            raise
        for sock in self._sockets:
            sock.setblocking(False)
        self.addresses: tuple[tuple[str, int], ...] = tuple(sock.getsockname()[:2] for sock in self._sockets)
        """Where it listens: hosts and ports."""
        self.host, self.port = self.addresses[0]

    def accept(self, timeout: float | None) -> TcpTransport | None:
        """The next connection, None if there is none within ``timeout`` seconds, it vanished again, or the system has
        nothing left for it.
        """
        self.is_exhausted = False
        if not self._ready:
            sockets = {sock.fileno(): sock for sock in self._sockets}
            self._ready = [sockets[number] for number in wait_any(sockets, timeout)]
        if not self._ready:
            return None
        try:
            sock, address = self._ready.pop().accept()
        except (OSError, MemoryError) as error:
            if isinstance(error, MemoryError) or error.errno in _EXHAUSTED:
                # It is there again at once, and asking without end would take all of a processor.
                self.is_exhausted = True
                time.sleep(_REST if timeout is None else min(_REST, timeout))
            return None
        # An address of IPv4 on a socket for both is written as one of IPv6.
        return TcpTransport(sock, describe_address(address[0].removeprefix("::ffff:"), address[1]))

    @property
    def descriptors(self) -> tuple[int, ...]:
        """For who waits for others, too; none once closed."""
        return tuple(sock.fileno() for sock in self._sockets)

    @property
    def is_open(self) -> bool:
        return bool(self._sockets)

    def close(self) -> None:
        for sock in self._sockets:
            sock.close()
        self._sockets, self._ready = [], []


def _bound(host: str, port: int, backlog: int) -> socket.socket:
    """Raises ConnectionFailed."""
    try:
        return _listening(host, port, backlog)
    except (OSError, UnicodeError) as error:
        raise ConnectionFailed(f"cannot listen on {describe_address(host, port)}: {words(error)}") from error


def _inherited(number: int) -> socket.socket:
    """A descriptor as a socket that listens for TCP. Raises ConnectionFailed."""
    try:
        sock = socket.socket(fileno=number)
    except OSError as error:
        raise ConnectionFailed(f"the descriptor {number} that was passed in is no socket: {words(error)}") from error
    listens = not hasattr(socket, "SO_ACCEPTCONN") or sock.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN)
    if sock.type != socket.SOCK_STREAM or sock.family not in (socket.AF_INET, socket.AF_INET6) or not listens:
        sock.detach()
        raise ConnectionFailed(f"the descriptor {number} that was passed in is no socket that listens for TCP")
    return sock


class Inherited:
    """The connection that is this process's standard input, as inetd gives it: the only one there is. From now on
    standard input, output and error are nobody's, so that nothing but the association goes to the peer.

    Raises ConnectionFailed if standard input is no connection.
    """

    is_exhausted = False

    def __init__(self) -> None:
        try:
            sock = socket.socket(fileno=os.dup(0))
            address = sock.getpeername()
        except OSError as error:
            raise ConnectionFailed(f"standard input is no connection: {words(error)}") from error
        nobody = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nobody, descriptor)
        os.close(nobody)
        name = describe_address(address[0].removeprefix("::ffff:"), address[1]) if isinstance(address, tuple) else ""
        self._transport: TcpTransport | None = TcpTransport(sock, name)

    @property
    def is_taken(self) -> bool:
        """There was one, and no other comes."""
        return self._transport is None

    def accept(self, _: float | None) -> TcpTransport | None:
        """It; None after that."""
        transport, self._transport = self._transport, None
        return transport

    def close(self) -> None:
        """Nobody listens."""
        if self._transport is not None:
            self._transport.close()


def allow_descriptors(associations: int) -> bool:
    """Raise this process's limit of open files, as far as the system lets it, to what so many associations at a time
    take; False if that is too few.
    """
    if sys.platform == "win32":
        return True  # there is no such limit
    import resource

    wanted = 2 * associations + _OTHER_DESCRIPTORS
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft in (resource.RLIM_INFINITY, -1) or soft >= wanted:
        return True
    allowed = wanted if hard == resource.RLIM_INFINITY else min(hard, wanted)
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
        return allowed >= wanted
    return False


def _listening(host: str, port: int, backlog: int) -> socket.socket:
    """Raises OSError, UnicodeError."""
    if not host and socket.has_dualstack_ipv6():
        with contextlib.suppress(OSError):  # a system may have it, and no address of it
            return socket.create_server(("", port), family=socket.AF_INET6, backlog=backlog, dualstack_ipv6=True)
    found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = found[0]
    return socket.create_server(address[:2], family=family, backlog=backlog)
