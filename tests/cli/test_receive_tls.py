"""``asprofile receive`` with TLS: a client that is wrong gets the alert that says why, and one line in the log."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from running_receiver import LIMIT, Running
from tls_files import Party, TlsFiles

from asprofile.negotiate.request import AssociateRequest, ProposedContext, UserIdentity
from asprofile.net import wire

pytestmark = pytest.mark.skipif(os.name == "nt", reason="has no signals for others")
REQUESTED = (ProposedContext(1, "1.2.840.10008.1.1", ("1.2.840.10008.1.2",)),)
REQUEST = wire.encode(AssociateRequest("YOU", "ME", REQUESTED))


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Running]]:
    monkeypatch.chdir(tmp_path)
    running: list[Running] = []

    def begin(*arguments: object) -> Running:
        running.append(Running(*map(str, arguments)))
        return running[-1]

    yield begin
    for one in running:
        one.process.kill()
        one.process.communicate()


def client(files: TlsFiles, party: Party | None, version: ssl.TLSVersion | None = None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(files.authority.certificate)
    if party is not None:
        context.load_cert_chain(party.certificate, party.key)
    if version is not None:
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
    return context


def said(port: int, context: ssl.SSLContext) -> str:
    """What a client is told: an answer to its request, or the alert."""
    with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as sock:
        try:
            with context.wrap_socket(sock) as secure:
                secure.sendall(REQUEST)
                return f"PDU {secure.recv(1)[0]}"
        except ssl.SSLError as error:
            return str(error.reason)
        except (OSError, IndexError) as error:
            return type(error).__name__


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1 is deprecated")
def test_wrong_clients(start: Callable[..., Running], tls_files: TlsFiles, processes: int) -> None:
    server = tls_files.server
    running = start(
        "--processes", processes, "--tls-key", server.key, "--tls-cert", server.certificate,
        "--tls-ca", tls_files.authority.certificate,
    )  # fmt: skip
    told = {
        "right": said(running.port, client(tls_files, tls_files.client)),
        "none": said(running.port, client(tls_files, None)),
        "stranger": said(running.port, client(tls_files, tls_files.stranger)),
        "expired": said(running.port, client(tls_files, tls_files.expired)),
        "old": said(running.port, client(tls_files, tls_files.client, ssl.TLSVersion.TLSv1)),
    }
    with socket.create_connection(("127.0.0.1", running.port), timeout=LIMIT) as sock:
        sock.sendall(REQUEST)
        with contextlib.suppress(ConnectionResetError):
            while sock.recv(1000):
                pass
    ends = sorted((running.until("end") for _ in range(6)), key=lambda end: int(end["association"]))
    running.process.send_signal(signal.SIGTERM)
    assert running.end()[0] == 0
    assert told == {
        "right": "PDU 2",
        "none": "TLSV13_ALERT_CERTIFICATE_REQUIRED",
        "stranger": "TLSV1_ALERT_UNKNOWN_CA",
        "expired": "SSLV3_ALERT_CERTIFICATE_EXPIRED",
        "old": "TLSV1_ALERT_PROTOCOL_VERSION",
    }
    wanted = (
        ("lost", "closed the connection"),
        ("failed", "it showed no certificate"),
        ("failed", "its issuer is not among the certification authorities that are trusted"),
        ("failed", "it has expired"),
        ("failed", "it is too old for our security profile"),
        ("failed", "it does not speak TLS, without which nobody is let in"),
    )
    for end, (state, reason) in zip(ends, wanted, strict=True):
        assert (end["state"], reason in end["reason"], "\n" in end["reason"]) == (state, True, False), end
    assert sum(one["event"] == "end" for one in running.events) == len(wanted)


@pytest.mark.parametrize("processes", [1, 2])
def test_tls_where_none_is_spoken(start: Callable[..., Running], tls_files: TlsFiles, processes: int) -> None:
    running = start("--processes", processes)
    assert said(running.port, client(tls_files, None)) in ("WRONG_VERSION_NUMBER", "ConnectionResetError", "PDU 7")
    end = running.until("end")
    assert (end["state"], end["calling_ae"]) == ("broke", "")
    running.process.send_signal(signal.SIGTERM)
    assert running.end()[0] == 0


@pytest.mark.parametrize("processes", [1, 2])
def test_users_over_tls(start: Callable[..., Running], tls_files: TlsFiles, processes: int) -> None:
    """Whichever process has the association; a file that changes counts for all of them."""
    Path("users").write_text("me:\n")
    server = tls_files.server
    running = start(
        "--processes", processes, "--tls-key", server.key, "--tls-cert", server.certificate, "--tls-verify", "none",
        "--identities", "users",
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.load_verify_locations(tls_files.authority.certificate)
    answers = [named(running.port, context, name) for name in (b"me", b"you", b"")]
    Path("users").write_text("you:\n")
    answers += [named(running.port, context, name) for name in (b"me", b"you")]
    assert answers == [2, 3, 3, 3, 2]
    running.process.send_signal(signal.SIGTERM)
    assert running.end()[0] == 0


def named(port: int, context: ssl.SSLContext, name: bytes) -> int:
    """The type of the PDU that answers a user of that name; an empty one: a request without a user."""
    identity = UserIdentity(1, name) if name else None
    request = AssociateRequest("YOU", "ME", REQUESTED, user_identity=identity)
    with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as sock, context.wrap_socket(sock) as secure:
        secure.sendall(wire.encode(request))
        return secure.recv(1)[0]
