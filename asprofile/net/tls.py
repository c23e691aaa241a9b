"""A TLS connection: the methods of Transport over a TCP connection.

Belongs here: handshake, encrypting what is sent and decrypting what comes. Does not belong here: sockets and their time
limits (``transport``), keys and suites (``tls_context``), what failures mean (``tls_errors``).

OpenSSL reads and writes bytes in memory, so that waiting, sending in parts and receiving while the peer takes nothing
work as without TLS.
"""

from __future__ import annotations

import contextlib
import ssl
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from asprofile.errors import AsprofileError, AssociationAborted, ConfigurationError, ConnectionFailed, TlsFailed
from asprofile.net.deadline import SLICE, Deadline, check_wanted
from asprofile.net.tls_context import client_context
from asprofile.net.tls_errors import (
    FOR_ANOTHER,
    NO_TLS_HERE,
    NO_TLS_THERE,
    alert_of,
    describe,
    is_lasting,
    looks_like_tls,
    refused_name,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from asprofile.net.tcp import Buffer, TcpTransport
    from asprofile.net.tls_options import TlsOptions

_RECORD: Final = 1 << 14
"""Most bytes that one TLS record carries (RFC 8446 section 5.1)."""
_AT_ONCE: Final = 4 * _RECORD
"""Bytes that are encrypted before they are sent: as few as are worth a system call, so that the peer has something to
decrypt meanwhile, and that the memory for them is not fetched from the system each time.
"""

_ALL: Final = 1 << 62

_FOR_NAMES: Final = 10.0
"""Seconds at most for the connection that tells whose a refused certificate is."""


def secure(
    tcp: TcpTransport,
    context: ssl.SSLContext,
    options: TlsOptions,
    host: str,
    timeout: float | None,
    is_wanted: Callable[[], bool],
) -> TlsTransport:
    """The TLS connection to ``host`` over ``tcp``, which is closed if there is none within ``timeout`` seconds.

    Raises ConnectionFailed, TlsFailed where trying again does not help, AssociationAborted if it is not wanted any
    more, ConfigurationError for a name that is none.
    """
    name = _asked(options, host)
    try:
        transport = TlsTransport(tcp, context, name, server=False)
        transport.handshake(timeout, is_wanted)
    except ValueError as error:
        tcp.close()
        raise ConfigurationError(f"TLS: {name!r} is no name of a host: {error}") from None
    except BaseException:
        tcp.close()
        raise
    return transport


def with_names(
    error: TlsFailed,
    connect: Callable[..., TcpTransport],
    options: TlsOptions,
    host: str,
    timeout: float | None,
    is_wanted: Callable[[], bool],
) -> TlsFailed:
    """The same error; where the certificate is for another name, with the names that it is for.

    They are had over a connection of its own, on which the certificate is checked in all but the name, as it is with
    ``verify`` ``certificate``, and nothing is sent: of a certificate that it refuses, ``ssl`` hands out nothing.
    """
    cause = error.__cause__
    if not isinstance(cause, ssl.SSLCertVerificationError) or cause.verify_code not in FOR_ANOTHER:
        return error
    within = _FOR_NAMES if timeout is None else min(timeout, _FOR_NAMES)
    try:
        context = client_context(replace(options, verify="certificate"))
        transport = secure(connect(timeout=within, is_wanted=is_wanted), context, options, host, within, is_wanted)
        certificate = transport.certificate()
        transport.close()
    except AsprofileError:
        return error
    return TlsFailed(f"no TLS with {transport.peer}: {refused_name(_asked(options, host), certificate)}")


def _asked(options: TlsOptions, host: str) -> str | None:
    """The name that the peer is asked for, and that its certificate must have where that is checked."""
    return options.sni if isinstance(options.sni, str) else host.partition("%")[0] if options.sni else None


def secure_accepted(tcp: TcpTransport, context: ssl.SSLContext, timeout: float | None) -> TlsTransport:
    """The TLS connection that a peer opened over ``tcp``; see ``secure``. On an error ``tcp`` is left open, so that the
    peer can still be told by ``finish``.
    """
    transport = TlsTransport(tcp, context, None, server=True)
    transport.handshake(timeout)
    return transport


class TlsTransport:
    """A TLS connection over ``tcp``; ``name`` is what the peer is asked for and, where the context checks it, what its
    certificate must be for.
    """

    def __init__(self, tcp: TcpTransport, context: ssl.SSLContext, name: str | None, *, server: bool) -> None:
        self.peer = tcp.peer
        self.security = ""
        """TLS version and cipher suite, for people; kept, because OpenSSL forgets them with an error."""
        self._tcp = tcp
        self._name = name
        self._is_server = server
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=server, server_hostname=name)
        self._failure: ConnectionFailed | AssociationAborted | None = None
        """Until the end only: its traceback has frames that have us."""
        # A record that went out in part: whatever followed would be no TLS.
        self._cut = False
        # A ``send`` that ended before everything was sent: whatever followed would be taken for the rest.
        self._is_amid = False
        self._unsent = memoryview(b"")
        """What has not been encrypted of the last ``send``."""
        self._ended = False
        self._heard = False
        self._served = False

    def handshake(self, timeout: float | None, is_wanted: Callable[[], bool] = lambda: True) -> None:
        """Agree on keys and let each side prove itself. Raises ConnectionFailed, AssociationAborted."""
        deadline = Deadline(timeout)
        while True:
            try:
                self._tls.do_handshake()
                self._flush(deadline.left())
            except ssl.SSLWantReadError:
                self._flush(deadline.left())
                self._hear_handshake(deadline, is_wanted)
            except ssl.SSLError as error:
                with contextlib.suppress(ConnectionFailed):
                    self._flush(0.0)  # the alert that tells the peer why
                raise self._refused(error) from error
            else:
                cipher = self._tls.cipher()
                self.security = f"{self._tls.version()}, {cipher[0]}" if cipher else ""
                return

    def _flush(self, timeout: float | None) -> None:
        """Send what OpenSSL has to say in a handshake."""
        try:
            self._send_encrypted(timeout, None)
        except AssociationAborted as error:
            raise ConnectionFailed(f"{error} (TLS handshake)") from error

    def _hear_handshake(self, deadline: Deadline, is_wanted: Callable[[], bool]) -> None:
        no_tls = NO_TLS_THERE if self._is_server else NO_TLS_HERE
        hint = "it broke off without saying why" if self._heard else no_tls
        data = None
        try:
            while data is None and not deadline.is_over:
                data = self._tcp.receive(deadline.slice(SLICE))
                if not is_wanted():
                    break
        except AssociationAborted as error:
            raise ConnectionFailed(f"{error} in the TLS handshake: {hint}") from error
        check_wanted(is_wanted)
        if data is None:
            within = "" if deadline.seconds is None else f" within {deadline.seconds:g} seconds"
            what = "end" if self._heard else "answer"
            raise ConnectionFailed(f"{self.peer} did not {what} the TLS handshake{within}: {hint}")
        if not data:
            raise ConnectionFailed(f"{self.peer} closed the connection in the TLS handshake: {hint}")
        if not self._heard and not looks_like_tls(data[0]):
            raise TlsFailed(f"no TLS with {self.peer}: {no_tls}")
        self._heard = True
        self._incoming.write(data)

    def certificate(self) -> Mapping[str, Any]:
        """The peer's certificate, in the form of ``ssl``; empty if it showed none, or it was not checked."""
        return self._tls.getpeercert() or {}

    def _refused(self, error: ssl.SSLError) -> ConnectionFailed:
        kind = TlsFailed if is_lasting(error) else ConnectionFailed
        return kind(f"no TLS with {self.peer}: {self._described(error)}")

    def _described(self, error: ssl.SSLError) -> str:
        return describe(error, self._name, server=self._is_server)

    def send(
        self,
        buffers: list[Buffer],
        timeout: float | None,
        on_data: Callable[[bytes], bool] | None = None,
        is_wanted: Callable[[], bool] | None = None,
    ) -> bool:
        """Send everything; see TcpTransport.send. Raises TlsFailed, too, for what the peer says of our certificate
        only now.
        """
        if on_data is not None and self._incoming.pending and not self._pass_on(on_data):
            return False
        heard = None if on_data is None else self._hearing(on_data)
        # A record for each small buffer would cost more than to copy it.
        data = memoryview(buffers[0] if len(buffers) == 1 else b"".join(buffers))
        if self._cut or self._is_amid:
            raise AssociationAborted(f"connection to {self.peer} lost in the middle of what was sent")
        self._is_amid = True
        for start in range(0, len(data), _AT_ONCE):
            self._encrypt(data[start : start + _AT_ONCE])
            self._unsent = data[start + _AT_ONCE :]
            if not self._send_encrypted(timeout, heard, is_wanted):
                return False
        self._is_amid = False
        return True

    @property
    def unsent(self) -> int | None:
        """Bytes that have not been encrypted of the last ``send``; see TcpTransport.unsent."""
        return None if self._tcp.unsent is None else len(self._unsent)

    def go_on(self, count: int) -> None:
        """Send what is left of a record, and so many bytes of what is ``unsent``; see TcpTransport.go_on."""
        encrypted = self._tcp.unsent
        assert encrypted is not None, "nothing was interrupted"
        following = self._unsent[:count]
        self._tcp.go_on(encrypted)
        self._cut = self._is_amid = False
        if following:
            self.send([following], 0.0)

    def _encrypt(self, portion: memoryview) -> None:
        written = 0
        try:
            while written < len(portion):
                written += self._tls.write(portion[written:])
        except ssl.SSLError as error:
            raise self._broken(error) from error

    def _send_encrypted(
        self,
        timeout: float | None,
        on_data: Callable[[bytes], bool] | None,
        is_wanted: Callable[[], bool] | None = None,
    ) -> bool:
        data = self._outgoing.read()
        if not data:
            return True
        try:
            complete = self._tcp.send([data], timeout, on_data, is_wanted)
        except AssociationAborted as error:
            self._cut = True
            # What the peer said before it went, an alert for instance, explains more than how the system saw it.
            if self._failure is None:
                raise
            raise self._failure from error
        except BaseException:
            self._cut = True
            raise
        self._cut = not complete
        return complete

    def _hearing(self, on_data: Callable[[bytes], bool]) -> Callable[[bytes], bool]:
        def decrypted(data: bytes) -> bool:
            self._take(data)
            return self._pass_on(on_data)

        return decrypted

    def _pass_on(self, on_data: Callable[[bytes], bool]) -> bool:
        plain = self._decrypt()
        if plain and not on_data(plain):
            return False
        return on_data(b"") if self._ended else True

    def receive(self, timeout: float | None) -> bytes | None:
        """The next bytes of the peer; see TcpTransport.receive. Raises TlsFailed, too, for what the peer says of our
        certificate only now.
        """
        return self._receive(timeout, _ALL)

    def _receive(self, timeout: float | None, most: int) -> bytes | None:
        deadline = Deadline(timeout)
        # What came together with the end of the handshake, or was more than was wanted.
        if self._incoming.pending or self._tls.pending():
            plain = self._decrypt(most)
            if plain:
                return plain
        is_late = False
        while not self._ended:
            # A peer can send much that is nothing to read.
            data = None if is_late else self._tcp.receive(deadline.left())
            if data is None:
                return None
            is_late = deadline.is_over
            self._take(data)
            plain = self._decrypt(most)
            if plain:
                return plain
        return b""

    def receive_into(self, buffer: memoryview, timeout: float | None) -> int | None:
        """The same into memory of the caller; see TcpTransport.receive_into."""
        data = self._receive(timeout, len(buffer))
        if data is None:
            return None
        buffer[: len(data)] = data
        return len(data)

    def _take(self, data: bytes) -> None:
        """Keep what came; nothing is the end of the stream."""
        self._ended = self._ended or not data
        self._incoming.write(data)

    def _decrypt(self, most: int = _ALL) -> bytes:
        """What there is to read of what came, at most so many bytes; sets ``_ended`` at the end of the stream."""
        parts: list[bytes] = []
        try:
            # To read until nothing is left would cost an exception for each answer.
            while most and (self._incoming.pending or self._tls.pending()):
                part = self._tls.read(min(_RECORD, most))
                if not part:
                    self._ended = True
                    break
                parts.append(part)
                most -= len(part)
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self._ended = True
        except ssl.SSLError as error:
            if not parts:
                raise self._broken(error) from error
            self._failure = self._broken(error)
            self._ended = True
        self._served = self._served or bool(parts)
        return b"".join(parts)

    def _broken(self, error: ssl.SSLError) -> ConnectionFailed | AssociationAborted:
        """With TLS 1.3 a peer refuses our certificate only after we hold the handshake complete."""
        if alert_of(error) and self.security.startswith("TLSv1.3") and not self._served:
            self._failure = self._refused(error)
        else:
            self._failure = AssociationAborted(f"connection to {self.peer} lost: TLS: {self._described(error)}")
        return self._failure

    @property
    def is_nearby(self) -> bool:
        """Both ends are on one machine."""
        return self._tcp.is_nearby

    @property
    def distance(self) -> float:
        """Seconds that TCP took to connect; see Transport."""
        return self._tcp.distance

    def interrupt(self) -> None:
        """End the stream in both directions, from any thread."""
        self._tcp.interrupt()

    def finish(self, timeout: float) -> None:
        """Close after the peer did, at the latest after ``timeout`` seconds; see TcpTransport.finish."""
        self._say_goodbye()
        self._failure = None
        self._tcp.finish(timeout)

    def close(self) -> None:
        """Give the connection up. May be called twice."""
        self._say_goodbye()
        self._failure = None
        self._tcp.close()

    def _say_goodbye(self) -> None:
        """Tell the peer that nothing follows (close_notify), if it can be told at once."""
        if self._cut:
            return
        with contextlib.suppress(ssl.SSLError):
            self._tls.unwrap()
        with contextlib.suppress(AssociationAborted, ConnectionFailed):
            self._send_encrypted(0.0, None)
        self._cut = True
