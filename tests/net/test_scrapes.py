"""The page for Prometheus: whoever asks, however, is answered or let go, and never waited for."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator

import pytest

from asprofile.errors import ConnectionFailed
from asprofile.net import scrapes
from asprofile.net.scrapes import LONGEST_REQUEST, MOST_WAITING, ScrapeServer

LIMIT = 60.0


@pytest.fixture
def server() -> Iterator[ScrapeServer]:
    made = ScrapeServer("127.0.0.1", 0, lambda: b"a 1\n")
    yield made
    made.close()


def connected(server: ScrapeServer, said: bytes = b"") -> socket.socket:
    sock = socket.create_connection(server.address, timeout=LIMIT)
    sock.sendall(said)
    return sock


def answered(server: ScrapeServer, sock: socket.socket) -> bytes:
    """All that comes until the server has closed, or has said as much as it announced."""
    sock.settimeout(0.01)
    end, came = time.monotonic() + LIMIT, b""
    while time.monotonic() < end:
        server.look()
        try:
            data = sock.recv(65536)
        except TimeoutError:
            continue
        except ConnectionResetError:
            return came
        came += data
        head, _, body = came.partition(b"\r\n\r\n")
        if not data or (b"Content-Length: %d\r\n" % len(body)) in head + b"\r\n":
            return came
    raise AssertionError(came)


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"GET /metrics HTTP/1.1", b"200 OK"),
        (b"GET /metrics?x=1 HTTP/1.0", b"200 OK"),
        (b"GET / HTTP/1.1", b"404 Not Found"),
        (b"GET /../etc/passwd HTTP/1.1", b"404 Not Found"),
        (b"POST /metrics HTTP/1.1", b"405 Method Not Allowed"),
        (b"\x16\x03\x01", b"400 Bad Request"),
        (b"GET /metrics", b"400 Bad Request"),
        (b"GET /metrics HTTP/2", b"400 Bad Request"),
    ],
)
def test_answers(server: ScrapeServer, request_line: bytes, status: bytes) -> None:
    with connected(server, request_line + b"\r\nHost: x\r\n\r\n") as sock:
        answer = answered(server, sock)
    assert answer.startswith(b"HTTP/1.1 " + status + b"\r\n")
    assert answer.endswith(b"\r\n\r\na 1\n") == (status == b"200 OK")


def test_head_has_no_body(server: ScrapeServer) -> None:
    with connected(server, b"HEAD /metrics HTTP/1.1\r\n\r\n") as sock:
        sock.settimeout(LIMIT)
        while not server._scrapers:
            server.look()
        answer = sock.recv(65536)
    assert (answer[:15], answer[-4:]) == (b"HTTP/1.1 200 OK", b"\r\n\r\n")
    assert b"Content-Length: 4\r\n" in answer


def test_a_request_in_pieces(server: ScrapeServer) -> None:
    with connected(server) as sock:
        for piece in (b"GET /met", b"rics HTTP/1.1\r\n", b"Host: x\r\n\r", b"\n"):
            server.look()
            sock.sendall(piece)
        assert answered(server, sock).endswith(b"a 1\n")


def test_one_that_never_ends_its_request(server: ScrapeServer) -> None:
    with connected(server, b"GET /metrics HTTP/1.1\r\n" + b"X: y\r\n" * (LONGEST_REQUEST // 6 + 1)) as sock:
        assert answered(server, sock).startswith(b"HTTP/1.1 431 ")


def test_who_says_nothing_is_let_go(server: ScrapeServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrapes, "_PATIENCE", 0.0)
    with connected(server) as sock:
        assert answered(server, sock) == b""


def test_those_that_only_come_displace_each_other(server: ScrapeServer) -> None:
    """One look never takes more than a few of them, and who asks gets an answer among them."""
    idle = [connected(server) for _ in range(3 * MOST_WAITING)]  # fewer than may wait to be accepted
    with connected(server, b"GET /metrics HTTP/1.1\r\n\r\n") as sock:
        assert answered(server, sock).endswith(b"a 1\n")
        assert len(server._scrapers) <= MOST_WAITING
    for one in idle:
        one.close()
    for _ in range(10):
        server.look()


def test_the_text_is_made_once_for_all_that_ask_together() -> None:
    made = []
    server = ScrapeServer("127.0.0.1", 0, lambda: made.append(1) or b"")  # type: ignore[func-returns-value]
    asking = [connected(server, b"GET /metrics HTTP/1.1\r\n\r\n") for _ in range(10)]
    while len(server._scrapers) < 10:
        server.look()
    assert len(made) <= 10
    before = len(made)
    for one in asking:
        one.sendall(b"GET /metrics HTTP/1.1\r\n\r\n")  # a second one in the same connection is not answered
    server.look()
    assert len(made) == before
    server.close()
    for one in asking:
        one.close()


def test_a_port_that_is_taken(server: ScrapeServer) -> None:
    with pytest.raises(ConnectionFailed, match="cannot listen on 127"):
        ScrapeServer(*server.address, lambda: b"")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="cannot fork")
@pytest.mark.filterwarnings("ignore:This process")
def test_a_process_that_is_forked_off_keeps_no_connection(server: ScrapeServer) -> None:
    with connected(server, b"GET /metrics HTTP/1.1\r\n\r\n") as sock:
        answered(server, sock)
        ours, its = os.pipe()
        process = os.fork()
        if not process:
            os.close(its)
            os.read(ours, 1)  # until the parent is through
            os._exit(0)
        try:
            server.close()
            sock.settimeout(LIMIT)  # the other process may take its time
            assert sock.recv(1) == b""
        finally:
            os.close(its)
            os.close(ours)
            os.waitpid(process, 0)
