"""Sockets: what is sent arrives, time limits are kept, errors say what to do."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from programs import free_tcp_port

from asprofile.errors import AssociationAborted, ConnectionFailed, HostUnknown
from asprofile.net import tcp
from asprofile.net.listening import Listener
from asprofile.net.tcp import TcpTransport
from asprofile.net.transport import Link, connect, describe_address
from asprofile.testing import ScriptedPeer, Wire


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


def read_late(received: bytearray, may_read: threading.Event):
    def script(peer: Wire) -> None:
        may_read.wait(20)
        while data := peer.sock.recv(1 << 16):
            received.extend(data)

    return script


def test_last_words_go_behind_what_waits():
    """An A-ABORT must get into the system's buffer although the peer has not taken what is there."""
    may_read, received = threading.Event(), bytearray()
    with ScriptedPeer(read_late(received, may_read)) as peer:
        transport = connect("127.0.0.1", peer.port, 5)
        assert isinstance(transport, TcpTransport)
        with pytest.raises(BlockingIOError):
            while True:
                transport._socket.send(bytes(1 << 16))
        with pytest.raises(AssociationAborted, match="took nothing"):
            transport.send([b"not yet"], 0.05)
        assert transport.send([b"last"], 0.0)
        may_read.set()
        transport.finish(20)
    assert received.endswith(b"\0last")


@pytest.mark.parametrize("how", ["time", "peer", "exception"])
def test_nothing_follows_what_was_sent_in_part(how):
    """An A-ABORT in the middle of a fragment would be stored as the end of the object."""
    may_read, received = threading.Event(), bytearray()

    class Stop(Exception):
        pass

    def on_data(_: bytes) -> bool:
        if how == "exception":
            raise Stop
        return False

    def script(peer: Wire) -> None:
        if how != "time":
            peer.write(b"stop")
        read_late(received, may_read)(peer)

    with ScriptedPeer(script) as peer:
        transport = connect("127.0.0.1", peer.port, 5)
        try:
            assert transport.send([bytes(1 << 25)], 0.3, on_data) is False
        except (AssociationAborted, Stop):
            assert how != "peer"
        with pytest.raises(AssociationAborted, match="in the middle of what was sent"):
            transport.send([b"last"], 0.0)
        may_read.set()
        transport.finish(20)
    assert 0 < len(received) < 1 << 25
    assert not any(received)


def test_traffic_of_the_peer_does_not_make_room_to_send():
    """A flood while it takes nothing does not make the time for taking longer."""
    stop = threading.Event()

    def flood(peer: Wire) -> None:
        while not stop.is_set():
            peer.write(bytes(1 << 12))

    with ScriptedPeer(flood) as peer:
        transport = connect("127.0.0.1", peer.port, 5)
        started = time.monotonic()
        with pytest.raises(AssociationAborted, match=r"took nothing for 0\.3 seconds"):
            transport.send([bytes(1 << 26)], 0.3, lambda _: True)
        assert time.monotonic() - started < 10
        stop.set()
        transport.close()


def test_looking_up_a_name_comes_to_an_end(monkeypatch):
    """The system's look-up knows no time limit; there is one of a kind at most, however often it is tried."""
    asked, answer = [], threading.Event()
    really = socket.getaddrinfo

    def slow(host, port, family=0, kind=0, flags=0):
        if flags & socket.AI_NUMERICHOST:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        asked.append(host)
        answer.wait(20)
        return really("127.0.0.1", port, family, kind)

    monkeypatch.setattr(socket, "getaddrinfo", slow)
    with ScriptedPeer(lambda peer: None) as peer:
        for _ in range(3):
            with pytest.raises(HostUnknown, match=r"address of slow\.example: no answer .* within 0\.05 seconds"):
                connect("slow.example", peer.port, 0.05)
        assert asked == [b"slow.example"]
        timer = threading.Timer(0.05, answer.set)
        timer.start()
        connect("slow.example", peer.port, 20).close()
        timer.join()
    assert asked == [b"slow.example"]


def test_an_address_needs_no_thread(monkeypatch):
    monkeypatch.setattr(threading, "Thread", None)
    with pytest.raises(ConnectionFailed, match="connection refused"):
        connect("127.0.0.1", free_tcp_port(), 5)


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
    with pytest.raises(ConnectionFailed, match="cannot listen on") as failed:
        Listener("127.0.0.1", listener.port)
    assert "attempting" not in str(failed.value)  # which is Python's way of saying where, for the second time
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

    def nobody(host, port, family=0, kind=0, flags=0):
        if not flags:
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


class Silences:
    """A connection to which something comes in the middle of each message after a wait of so many seconds; ``True``:
    it comes only after an acknowledgement.
    """

    def __init__(self, transport: TcpTransport, monkeypatch: pytest.MonkeyPatch, silences: list[float | bool]) -> None:
        self.acknowledged = 0
        self.waited = 0.0
        self._silences = iter(silences)
        self._silence = next(self._silences)
        self._is_acknowledged = False
        self.transport = transport
        monkeypatch.setattr(tcp, "acknowledge_at_once", self._acknowledge)
        monkeypatch.setattr(transport, "_is_readable", self._wait)
        monkeypatch.setattr(transport, "_read_into", lambda _: None)

    def _acknowledge(self, _: socket.socket) -> None:
        self.acknowledged += 1
        self._is_acknowledged = True

    def _wait(self, timeout: float | None) -> bool:
        if self._silence is True:
            if self._is_acknowledged:
                return True
            assert timeout is not None, "waits without end for who waits for us"
            self.waited += timeout
            return False
        if timeout is None or self._silence <= timeout:
            self.waited += self._silence
            return True
        self._silence -= timeout
        self.waited += timeout
        return False

    def wait(self, timeout: float | None) -> int:
        """Wait in the middle of a message; acknowledgements that were sent at once."""
        before, self._is_acknowledged = self.acknowledged, False
        self.transport.receive_into(memoryview(bytearray(1)), timeout)
        self._silence = next(self._silences, 0.0)
        return self.acknowledged - before


@pytest.fixture
def quiet_transport() -> Iterator[TcpTransport]:
    with ScriptedPeer(Wire.hang) as peer:
        transport = connect("127.0.0.1", peer.port, 5)
        assert isinstance(transport, TcpTransport)
        yield transport
        transport.close()


def test_who_goes_on_by_itself_gets_no_acknowledgement_at_once(quiet_transport, monkeypatch):
    peer = Silences(quiet_transport, monkeypatch, [0.0, 0.001] * 100)
    assert sum(peer.wait(0.5) for _ in range(200)) == 0


def test_who_waits_for_acknowledgements_gets_them_at_once(quiet_transport, monkeypatch):
    """With Nagle's algorithm the second part of a message is sent after the first is acknowledged, which our system
    would do after 40 ms."""
    peer = Silences(quiet_transport, monkeypatch, [True] * 1000)
    assert [peer.wait(0.5) for _ in range(1000)] == [1] * 1000
    assert peer.waited < 0.01, "found out a few times"


def test_a_slow_peer_is_not_taken_for_one_for_long(quiet_transport, monkeypatch):
    peer = Silences(quiet_transport, monkeypatch, [0.01, *[0.0] * 300])
    assert peer.wait(0.5) == 1
    assert sum(peer.wait(0.5) for _ in range(300)) < 260
    assert peer.wait(0.5) == 0


@pytest.mark.parametrize("timeout", [0.0, 0.001, 0.002, 0.01, 0.022, 0.5, 3.0])
def test_waiting_for_the_rest_of_a_message_has_a_time_limit(quiet_transport, monkeypatch, timeout):
    peer = Silences(quiet_transport, monkeypatch, [99.0])
    peer.wait(timeout)
    assert peer.waited == pytest.approx(timeout)


def test_waiting_for_the_rest_of_a_message_without_a_limit(quiet_transport, monkeypatch):
    peer = Silences(quiet_transport, monkeypatch, [99.0])
    peer.wait(None)
    assert peer.waited == pytest.approx(99.0)
