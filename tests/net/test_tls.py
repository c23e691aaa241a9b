"""TLS over real sockets: what arrives, time limits, and what is said of every kind of failure."""

from __future__ import annotations

import random
import socket
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from narrow_socket import narrow_pair

from asprofile.errors import AssociationAborted, AssociationError, ConfigurationError, ConnectionFailed, TlsFailed
from asprofile.net.listening import Listener
from asprofile.net.tcp import TcpTransport
from asprofile.net.tls import TlsTransport, secure_accepted
from asprofile.net.tls_context import client_context, server_context
from asprofile.net.tls_options import TlsOptions
from asprofile.net.transport import Link, Transport, connect
from asprofile.testing import ScriptedPeer, Wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tls_files import Party, TlsFiles


def options(files: TlsFiles, party: Party | None, **changes: object) -> TlsOptions:
    trusted = TlsOptions(ca_files=(files.authority.certificate,))
    if party is not None:
        trusted = replace(trusted, key_file=party.key, certificate_file=party.certificate)
    return replace(trusted, **changes)


@contextmanager
def acceptor(
    tls: TlsOptions,
    script: Callable[[Transport], None] = lambda transport: None,
    host: str = "127.0.0.1",
    *,
    times: int = 1,
) -> Iterator[tuple[int, list[str]]]:
    """An acceptor's end in a thread: its port, and what went wrong with its connections, one after another."""
    listener = Listener(host, 0)
    problems: list[str] = []
    context = server_context(tls)

    def serve() -> None:
        for _ in range(times):
            serve_one()

    def serve_one() -> None:
        tcp = listener.accept(20)
        assert tcp is not None
        transport: Transport = tcp
        try:
            transport = secure_accepted(tcp, context, 20)
            script(transport)
        except AssociationError as error:
            problems.append(str(error))
        finally:
            transport.finish(20)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield listener.port, problems
    finally:
        thread.join()
        listener.close()


def read_to_end(into: bytearray) -> Callable[[Transport], None]:
    def read(transport: Transport) -> None:
        while data := transport.receive(20):
            into.extend(data)

    return read


@pytest.mark.parametrize("profile", ["bcp195-8996", "bcp195-extended"], ids=["tls1.3", "tls1.2"])
def test_what_is_sent_arrives(tls_files: TlsFiles, profile: str) -> None:
    received = bytearray()
    buffers = [bytes([i % 256]) * (i % 700 + 1) for i in range(3000)] + [memoryview(bytes(range(256)) * 4000)]
    ours = options(tls_files, tls_files.client, verify="full", sni=True, security_profile=profile)
    with acceptor(options(tls_files, tls_files.server), read_to_end(received)) as (port, problems):
        transport = connect("localhost", port, 20, Link(ours, "4"))
        assert transport.security.startswith("TLSv1.2" if "extended" in profile else "TLSv1.3")
        assert transport.send(buffers, 20)
        transport.finish(20)
    assert received == b"".join(buffers)
    assert problems == []


def test_answers_and_the_end_of_the_stream(tls_files: TlsFiles) -> None:
    def answer(transport: Transport) -> None:
        assert transport.receive(20) == b"question"
        transport.send([b"ans", b"wer"], 20)

    with acceptor(options(tls_files, tls_files.server), answer) as (port, _):
        transport = connect("127.0.0.1", port, 20, Link(options(tls_files, tls_files.client)))
        assert transport.receive(0.02) is None
        transport.send([b"question"], 20)
        assert transport.receive(20) == b"answer"
        assert transport.receive(20) == b""
        assert transport.receive(20) == b""
        transport.close()
        transport.close()


def test_a_peer_that_takes_nothing(tls_files: TlsFiles) -> None:
    stop = threading.Event()
    with acceptor(options(tls_files, tls_files.server), lambda _: stop.wait(20) and None) as (port, _):
        transport = connect("127.0.0.1", port, 20, Link(options(tls_files, tls_files.client)))
        with pytest.raises(AssociationAborted, match="took nothing for 0"):
            transport.send([bytes(1 << 26)], 0.2)
        with pytest.raises(AssociationAborted, match="in the middle of what was sent"):
            transport.send([b"what would be no TLS now"], 0.2)
        transport.close()
        stop.set()


@pytest.mark.parametrize("go_on", [True, False])
def test_what_the_peer_says_while_it_takes_nothing(tls_files: TlsFiles, go_on: bool) -> None:
    said = bytearray()
    heard = threading.Event()
    received = bytearray()

    def interrupting(transport: Transport) -> None:
        transport.send([b"one", b"two"], 20)
        heard.wait(20)
        if go_on:
            read_to_end(received)(transport)

    def listen(data: bytes) -> bool:
        said.extend(data)
        if said == b"onetwo":
            heard.set()
        return go_on

    data = bytes(1 << 25)
    with acceptor(options(tls_files, tls_files.server), interrupting) as (port, problems):
        transport = connect("127.0.0.1", port, 20, Link(options(tls_files, tls_files.client)))
        assert transport.send([data], 20, listen) is go_on
        transport.close()
        heard.set()
    assert said == b"onetwo"
    if go_on:
        assert received == data
        assert problems == []


@pytest.mark.parametrize("room", [0, 1, 30_000, 65_000, 65_700, 70_000, 100_000])
@pytest.mark.parametrize("count", [0, 1, 70_000])
def test_what_is_left_of_a_record_goes_first(tls_files: TlsFiles, room: int, count: int) -> None:
    """An interrupted ``send``: the peer gets what was encrypted, so much more as is wanted, and what is sent then."""
    ours, theirs = narrow_pair()
    received, wanted = bytearray(), [True]
    data = random.Random(1).randbytes(200_000)

    def full() -> None:
        wanted[0], ours.room = False, float("inf")

    def serve() -> None:
        with tls_server(theirs, tls_files) as transport:
            transport.send([b"ready"], 20)
            read_to_end(received)(transport)

    server = threading.Thread(target=serve)
    server.start()
    context = client_context(options(tls_files, tls_files.client, verify="certificate"))
    transport = TlsTransport(TcpTransport(ours, "peer"), context, None, server=False)
    transport.handshake(20)
    assert transport.receive(20) == b"ready"
    ours.room, ours.on_full = room, full
    with pytest.raises(AssociationAborted, match="interrupted"):
        transport.send([data], 20, None, lambda: wanted[0])
    assert transport.unsent is not None
    taken = len(data) - transport.unsent
    count = min(count, transport.unsent)
    transport.go_on(count)
    transport.send([b"the end"], 0.0)
    transport.close()
    server.join()
    assert received == data[: taken + count] + b"the end"


@contextmanager
def tls_server(sock: socket.socket, files: TlsFiles) -> Iterator[Transport]:
    transport = secure_accepted(TcpTransport(sock, "client"), server_context(options(files, files.server)), 20)
    try:
        yield transport
    finally:
        transport.close()


def test_interrupt_from_another_thread(tls_files: TlsFiles) -> None:
    with acceptor(options(tls_files, tls_files.server), read_to_end(bytearray())) as (port, _):
        transport = connect("127.0.0.1", port, 20, Link(options(tls_files, tls_files.client)))
        timer = threading.Timer(0.05, transport.interrupt)
        timer.start()
        # If the peer says something after the interruption, the system answers with a reset.
        with suppress(AssociationAborted):
            assert transport.receive(20) == b""
        timer.join()
        transport.close()


def test_one_byte_at_a_time(tls_files: TlsFiles) -> None:
    """Records and handshakes come in any pieces."""
    received = bytearray()
    with acceptor(options(tls_files, tls_files.server), read_to_end(received)) as (port, problems):
        relay = socket.create_server(("127.0.0.1", 0))
        thread = threading.Thread(target=_relay_bytewise, args=(relay, port))
        thread.start()
        ours = options(tls_files, tls_files.client)
        transport = connect("127.0.0.1", relay.getsockname()[1], 20, Link(ours))
        transport.send([b"in small pieces"], 20)
        transport.finish(20)
        thread.join()
        relay.close()
    assert received == b"in small pieces"
    assert problems == []


def _relay_bytewise(relay: socket.socket, port: int) -> None:
    near, _ = relay.accept()
    far = socket.create_connection(("127.0.0.1", port))

    def copy(source: socket.socket, target: socket.socket) -> None:
        while data := source.recv(1 << 16):
            for i in range(len(data)):
                target.sendall(data[i : i + 1])
        target.shutdown(socket.SHUT_WR)

    with near, far:
        for sock in (near, far):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        back = threading.Thread(target=copy, args=(far, near))
        back.start()
        copy(near, far)
        back.join()


# --- who is refused, and what is said of it


def refused(port: int, ours: TlsOptions, host: str = "127.0.0.1") -> str:
    """What a requestor says: at the handshake, or with TLS 1.3 when it first listens."""
    with pytest.raises(TlsFailed) as failure:
        transport: Transport = connect(host, port, 20, Link(ours, "4"))
        try:
            transport.receive(20)
        finally:
            transport.close()
    return str(failure.value)


def test_a_server_of_another_authority(tls_files: TlsFiles) -> None:
    with acceptor(options(tls_files, tls_files.stranger)) as (port, problems):
        said = refused(port, options(tls_files, tls_files.client))
    assert said == (
        f"no TLS with 127.0.0.1:{port}: its certificate is refused: its issuer is not among the certification "
        "authorities that are trusted: name the file of the right one"
    )
    assert "it does not trust the certification authority of our certificate" in problems[0]


def test_a_client_of_another_authority(tls_files: TlsFiles) -> None:
    with acceptor(options(tls_files, tls_files.server)) as (port, problems):
        said = refused(port, options(tls_files, tls_files.stranger))
    assert "it refuses TLS: it does not trust the certification authority of our certificate" in said
    assert "its certificate is refused: its issuer is not among" in problems[0]


def test_an_anonymous_client(tls_files: TlsFiles) -> None:
    with acceptor(options(tls_files, tls_files.server)) as (port, problems):
        said = refused(port, options(tls_files, None))
    assert "it wants a certificate of ours, and we showed none" in said
    assert "it showed no certificate" in problems[0]
    with acceptor(options(tls_files, tls_files.server, verify="none"), lambda t: t.send([b"hello"], 20)) as (port, _):
        transport = connect("127.0.0.1", port, 20, Link(options(tls_files, None)))
        assert transport.receive(20) == b"hello"
        transport.close()


@pytest.mark.parametrize("side", ["server", "client"])
def test_an_expired_certificate(tls_files: TlsFiles, side: str) -> None:
    parties = {"server": tls_files.server, "client": tls_files.client, side: tls_files.expired}
    with acceptor(options(tls_files, parties["server"])) as (port, problems):
        said = refused(port, options(tls_files, parties["client"]))
    here, there = (said, problems[0]) if side == "server" else (problems[0], said)
    assert "its certificate is refused: it has expired" in here
    assert "it refuses TLS: our certificate has expired" in there


def test_another_name(tls_files: TlsFiles) -> None:
    strict = options(tls_files, tls_files.client, verify="full", sni=True)
    server = options(tls_files, tls_files.elsewhere)
    for host in ("localhost", "127.0.0.1"):
        with acceptor(server, times=2) as (port, _):
            said = refused(port, strict, host)
        assert f"its certificate is refused: it is for elsewhere.example, and not for {host}" in said
    for ours in (replace(strict, sni="elsewhere.example"), replace(strict, verify="certificate")):
        with acceptor(server, lambda t: t.send([b"hello"], 20)) as (port, _):
            transport = connect("localhost", port, 20, Link(ours, "4"))
            assert transport.receive(20) == b"hello"
            transport.close()


def test_a_revoked_certificate(tls_files: TlsFiles) -> None:
    ours = options(tls_files, tls_files.client, crl_files=(tls_files.revocations,))
    with acceptor(options(tls_files, tls_files.revoked)) as (port, problems):
        assert "its certificate is refused: it has been revoked" in refused(port, ours)
    assert "our certificate has been revoked" in problems[0]
    with acceptor(options(tls_files, tls_files.server), lambda t: t.send([b"hello"], 20)) as (port, _):
        transport = connect("127.0.0.1", port, 20, Link(replace(ours, crl_check="all")))
        assert transport.receive(20) == b"hello"
        transport.close()
    with acceptor(options(tls_files, tls_files.server)) as (port, _):
        said = refused(port, replace(ours, crl_files=(), crl_check="leaf"))
    assert "there is no revocation list (CRL) of its issuer" in said


def test_nobody_is_verified(tls_files: TlsFiles) -> None:
    ours = TlsOptions(verify="none")
    server = options(tls_files, tls_files.expired, verify="none")
    with acceptor(server, lambda t: t.send([b"hello"], 20)) as (port, _):
        transport = connect("127.0.0.1", port, 20, Link(ours))
        assert transport.receive(20) == b"hello"
        transport.close()


def test_no_version_in_common(tls_files: TlsFiles) -> None:
    old = options(tls_files, tls_files.server, security_profile="null")
    with acceptor(old) as (port, _):
        said = refused(port, options(tls_files, tls_files.client))
    assert "it refuses TLS: no protocol version and cipher suite suits both sides" in said


def test_no_encryption_where_it_is_asked_for(tls_files: TlsFiles) -> None:
    old = options(tls_files, tls_files.server, security_profile="null")
    with acceptor(old, lambda t: t.send([b"hello"], 20)) as (port, _):
        ours = options(tls_files, tls_files.client, security_profile="null")
        transport = connect("127.0.0.1", port, 20, Link(ours))
        assert transport.security == "TLSv1.2, NULL-SHA"
        assert transport.receive(20) == b"hello"
        transport.close()


def read_record(peer: Wire) -> bytes:
    """The whole ClientHello: to close with unread data resets the connection."""
    return peer.read(int.from_bytes(peer.read(5)[3:], "big"))


@pytest.mark.parametrize(
    ("script", "says"),
    [
        (lambda peer: (read_record(peer), peer.write(bytes.fromhex("07000000000400000000"))), "no TLS with"),
        (lambda peer: read_record(peer), "closed the connection in the TLS handshake"),
        (lambda peer: (peer.read(1), peer.reset()), "lost: connection reset by peer in the TLS handshake"),
        (lambda peer: read_record(peer) and peer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "no TLS with"),
    ],
    ids=["abort", "close", "reset", "http"],
)
def test_a_peer_without_tls(tls_files: TlsFiles, script: Callable[[Wire], None], says: str) -> None:
    with ScriptedPeer(script) as peer, pytest.raises(ConnectionFailed, match=says) as failure:
        connect("127.0.0.1", peer.port, 20, Link(options(tls_files, tls_files.client)))
    assert "it does not speak TLS on this port" in str(failure.value)


def test_a_peer_that_says_nothing(tls_files: TlsFiles) -> None:
    with (
        ScriptedPeer(Wire.hang) as peer,
        pytest.raises(ConnectionFailed, match=r"handshake within 0\.2 seconds: it does"),
    ):
        connect("127.0.0.1", peer.port, 0.2, Link(options(tls_files, tls_files.client)))


def test_garbage_that_begins_like_tls(tls_files: TlsFiles) -> None:
    with (
        ScriptedPeer(lambda peer: read_record(peer) and peer.write(b"\x16\x03\x03\x00\x05abcde")) as peer,
        pytest.raises(TlsFailed),
    ):
        connect("127.0.0.1", peer.port, 20, Link(options(tls_files, tls_files.client)))


def test_garbage_in_the_middle(tls_files: TlsFiles) -> None:
    def spoil(transport: Transport) -> None:
        assert transport.receive(20) == b"x"
        tcp = transport._tcp  # type: ignore[attr-defined]
        assert isinstance(tcp, TcpTransport)
        tcp.send([b"\x17\x03\x03\x00\x20" + bytes(32)], 20)

    with acceptor(options(tls_files, tls_files.server), spoil) as (port, _):
        transport = connect("127.0.0.1", port, 20, Link(options(tls_files, tls_files.client)))
        transport.send([b"x"], 20)
        with pytest.raises(AssociationAborted, match="its data was changed on the way"):
            transport.receive(20)
        transport.close()


def test_a_plain_requestor(tls_files: TlsFiles) -> None:
    with acceptor(options(tls_files, tls_files.server)) as (port, problems):
        transport = connect("127.0.0.1", port, 20)
        transport.send([bytes.fromhex("0100000000cd0001")], 20)
        # An alert of TLS, or nothing where the connection is gone before it is read.
        assert (transport.receive(20) or b"")[:1] in (b"\x15", b"")
        transport.close()
    assert "it has to connect with TLS" in problems[0]


def test_ipv6_and_its_address_in_the_certificate(tls_files: TlsFiles) -> None:
    try:
        Listener("::1", 0).close()
    except ConnectionFailed:
        pytest.skip("no IPv6 here")
    with acceptor(options(tls_files, tls_files.server), lambda t: t.send([b"hello"], 20), "::1") as (port, _):
        ours = options(tls_files, tls_files.client, verify="full", sni=True)
        transport = connect("::1", port, 20, Link(ours, "6"))
        assert transport.receive(20) == b"hello"
        transport.close()


def test_a_name_that_is_none(tls_files: TlsFiles) -> None:
    with ScriptedPeer(Wire.hang) as peer, pytest.raises(ConfigurationError, match=r"'\.pacs' is no name of a host"):
        connect("127.0.0.1", peer.port, 20, Link(options(tls_files, None, sni=".pacs")))


def test_a_handshake_by_the_byte_comes_to_an_end(tls_files: TlsFiles) -> None:
    """Traffic that is no end of the handshake does not make the time for it longer."""

    def drip(peer: Wire) -> None:
        peer.write(bytes.fromhex("1603030400"))  # a record of handshake messages, 1,024 bytes long
        for _ in range(1000):
            peer.write(b"\x02")
            time.sleep(0.02)

    with ScriptedPeer(drip) as peer:
        started = time.monotonic()
        with pytest.raises(ConnectionFailed, match=r"did not end the TLS handshake within 0\.3 seconds"):
            connect("127.0.0.1", peer.port, 0.3, Link(options(tls_files, tls_files.client)))
        assert time.monotonic() - started < 15  # of 20, on a busy machine
