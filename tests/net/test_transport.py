"""Sockets: what is sent arrives, time limits are kept, errors say what to do."""

from __future__ import annotations

import socket
import threading

import pytest
from scripted_peer import ScriptedPeer, Wire

from asprofile.errors import AssociationAborted, ConnectionFailed
from asprofile.net.transport import Link, Listener, TcpTransport, connect, describe_address


def test_many_small_buffers_arrive_in_order():
    received = bytearray()

    def read_all(peer: Wire) -> None:
        while data := peer.sock.recv(1 << 16):
            received.extend(data)

    buffers = [bytes([i % 256]) * (i % 700 + 1) for i in range(5000)]
    with ScriptedPeer(read_all) as peer:
        transport = connect("127.0.0.1", peer.port, 5)
        assert transport.send(list(map(memoryview, buffers)), 5)
        transport.finish(5)
    assert received == b"".join(buffers)


def test_the_callers_list_is_left_alone():
    with ScriptedPeer(Wire.hang) as peer:
        transport = connect("127.0.0.1", peer.port, 5)
        batch = [b"a", b"b"]
        transport.send(batch, 5)
        transport.close()
    assert batch == [b"a", b"b"]


@pytest.mark.skipif(not hasattr(socket, "TCP_NOTSENT_LOWAT"), reason="this system cannot limit what waits to be sent")
def test_little_waits_in_the_systems_buffer():
    with ScriptedPeer(Wire.hang) as peer:
        transport = connect("127.0.0.1", peer.port, 5)
        assert isinstance(transport, TcpTransport)
        assert transport._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT) == 1 << 16
        transport.close()


def test_last_words_go_behind_what_waits():
    """An A-ABORT must get into the system's buffer although the peer has not taken what is there."""
    may_read = threading.Event()
    received = bytearray()

    def read_late(peer: Wire) -> None:
        may_read.wait(20)
        while data := peer.sock.recv(1 << 16):
            received.extend(data)

    with ScriptedPeer(read_late) as peer:
        transport = connect("127.0.0.1", peer.port, 5)
        with pytest.raises(AssociationAborted, match="took nothing"):
            transport.send([bytes(1 << 25)], 0.2)
        assert transport.send([b"last"], 0.0)
        may_read.set()
        transport.finish(20)
    assert received.endswith(b"\0last")


def test_refused(free_port):
    with pytest.raises(ConnectionFailed, match=r"connection refused by 127\.0\.0\.1:\d+: is the peer running"):
        connect("127.0.0.1", free_port, 5)


def test_unknown_host(monkeypatch):
    def unknown(*_, **__):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(ConnectionFailed, match="cannot find the address of aaa"):
        connect("a" * 70, 104, 5)  # no name: a label has at most 63 characters
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(ConnectionFailed, match="cannot find the address of no-such-host: name or service not known"):
        connect("no-such-host", 104, 5)


def test_connecting_takes_no_longer_than_it_may():
    # A listener whose queue is full does not answer any more.
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        waiting = []
        try:
            for _ in range(4):
                sock = socket.socket()
                sock.setblocking(False)
                sock.connect_ex(("127.0.0.1", port))
                waiting.append(sock)
            with pytest.raises(ConnectionFailed, match=r"within 0\.2 seconds"):
                connect("127.0.0.1", port, 0.2)
        finally:
            for sock in waiting:
                sock.close()


def test_receive_has_a_time_limit():
    with ScriptedPeer(Wire.hang) as peer:
        transport = connect("127.0.0.1", peer.port, 5)
        assert transport.receive(0.05) is None
        transport.close()


def test_end_of_stream_and_reset():
    def reset(peer: Wire) -> None:
        peer.read(1)
        peer.reset()

    with ScriptedPeer(lambda peer: None, reset) as peer:
        transport = connect("127.0.0.1", peer.port, 5)
        assert transport.receive(5) == b""
        transport.close()
        transport = connect("127.0.0.1", peer.port, 5)
        transport.send([b"x"], 5)
        with pytest.raises(AssociationAborted, match="lost: connection reset"):
            transport.receive(5)
        transport.close()


def test_a_peer_that_takes_nothing():
    stop = threading.Event()
    with ScriptedPeer(lambda peer: stop.wait(20) and None) as peer:
        transport = connect("127.0.0.1", peer.port, 5)
        with pytest.raises(AssociationAborted, match="took nothing for 0"):
            transport.send([bytes(1 << 26)], 0.2)
        transport.close()
        stop.set()


def test_what_the_peer_says_while_it_takes_nothing():
    said = []
    stop = threading.Event()

    def interrupting(peer: Wire) -> None:
        peer.read(1)
        peer.write(b"stop")
        stop.wait(20)

    def listen(data: bytes) -> bool:
        said.append(data)
        return False

    with ScriptedPeer(interrupting) as peer:
        transport = connect("127.0.0.1", peer.port, 5)
        assert transport.send([bytes(1 << 26)], 10, listen) is False
        transport.close()
        stop.set()
    assert said == [b"stop"]


def test_the_last_words_before_a_broken_connection_are_heard():
    said = []

    def listen(data: bytes) -> bool:
        said.append(data)
        return True

    def last_words(peer: Wire) -> None:
        peer.write(b"last words")

    with ScriptedPeer(last_words) as peer:
        transport = connect("127.0.0.1", peer.port, 5)
        with pytest.raises(AssociationAborted):
            for _ in range(1000):
                transport.send([bytes(1 << 16)], 5, listen)
        transport.close()
    assert b"".join(said).startswith(b"last words")


def test_interrupt_from_another_thread():
    with ScriptedPeer(Wire.hang) as peer:
        transport = connect("127.0.0.1", peer.port, 5)
        timer = threading.Timer(0.05, transport.interrupt)
        timer.start()
        assert transport.receive(20) == b""
        timer.join()
        transport.close()


def test_no_delay_is_set():
    with ScriptedPeer(Wire.hang) as peer:
        transport = connect("127.0.0.1", peer.port, 5)
        assert transport._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        transport.close()


def test_listener():
    listener = Listener("127.0.0.1", 0)
    assert listener.accept(0.01) is None
    ours = connect("127.0.0.1", listener.port, 5)
    theirs = listener.accept(5)
    assert theirs is not None
    ours.send([b"hello"], 5)
    assert theirs.receive(5) == b"hello"
    with pytest.raises(ConnectionFailed, match="cannot listen on"):
        Listener("127.0.0.1", listener.port)
    for end in (ours, theirs, listener):
        end.close()


def test_ipv6_if_the_system_has_it():
    try:
        listener = Listener("::1", 0)
    except ConnectionFailed:
        pytest.skip("no IPv6 here")
    ours = connect("::1", listener.port, 5)
    theirs = listener.accept(5)
    assert theirs is not None
    assert theirs.peer.startswith("[::1]:")
    for end in (ours, theirs, listener):
        end.close()


def test_describe_address():
    assert describe_address("::1", 104) == "[::1]:104"
    assert describe_address("pacs", 104) == "pacs:104"


@pytest.mark.parametrize(("host", "version"), [("127.0.0.1", "6"), ("::1", "4")])
def test_only_addresses_of_one_ip_version_are_tried(host, version):
    with pytest.raises(ConnectionFailed, match=rf"cannot find the IPv{version} address of {host}: "):
        connect(host, 104, 5, Link(ip=version))


@pytest.mark.parametrize(("version", "family"), [("auto", "AF_UNSPEC"), ("4", "AF_INET"), ("6", "AF_INET6")])
def test_the_system_is_asked_for_one_ip_version(monkeypatch, version, family):
    asked = []

    def nobody(host, port, family=0, kind=0):
        asked.append(family)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    with pytest.raises(ConnectionFailed):
        connect("pacs", 104, 5, Link(ip=version))
    assert asked == [getattr(socket, family)]


def test_a_plain_connection_has_no_security():
    with ScriptedPeer(Wire.hang) as peer:
        transport = connect("127.0.0.1", peer.port, 5, Link(ip="4"))
        assert transport.security == ""
        transport.close()
