"""What is said where there is no connection: once, and with what to type instead."""

from __future__ import annotations

import re
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from factories import CT_PROFILE, write_ct

from asprofile.net.tls_options import TlsOptions
from asprofile.receive.engine import Receiver
from asprofile.receive.options import ReceiveOptions
from asprofile.send import probe

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result
    from tls_files import TlsFiles

    Run = Callable[..., Result]

# What the certificate is for; what the message names, and what it says to type.
CERTIFICATES = {
    "several": ("DNS:pacs.example,DNS:archive.example,IP:10.1.2.3", "pacs.example, archive.example, 10.1.2.3"),
    "an address": ("IP:10.1.2.3", "10.1.2.3"),
    "wildcard": ("DNS:*.example.org", "*.example.org"),
    "common name alone": ("", "common-name-alone"),
    "many": (",".join(f"DNS:n{n}.example" for n in range(20)), "n5.example and 14 more"),
}


@contextmanager
def receiver(tmp_path: Path, tls: TlsOptions) -> Iterator[int]:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    with Receiver(CT_PROFILE, inbox, ReceiveOptions(tls=tls)) as peer:
        yield peer.port


def ours(files: TlsFiles) -> list[str]:
    key, certificate = str(files.client.key), str(files.client.certificate)
    return ["--tls-ca", str(files.authority.certificate), "--tls-key", key, "--tls-cert", certificate]


@pytest.mark.parametrize("kind", CERTIFICATES)
def test_whose_a_refused_certificate_is(kind: str, run: Run, tmp_path: Path, tls_files: TlsFiles) -> None:
    names, shown = CERTIFICATES[kind]
    party = tls_files.authority.party(kind.replace(" ", "-"), names, key=tls_files.client.key)
    server = TlsOptions(party.key, party.certificate, ca_files=(tls_files.authority.certificate,))
    with receiver(tmp_path, server) as port:
        arguments = [*ours(tls_files), f"127.0.0.1:{port}"]
        result = run("echo", *arguments)
        assert result.status == 2
        assert result.err.count("its certificate is refused") == 1
        assert f"{shown}, and not for 127.0.0.1; " in result.err
        typed = re.search(r"\(--tls-name ([^ )]+)\)", result.err)
        name = typed[1] if typed else "pacs.example.org"
        assert run("echo", "--tls-name", name, *arguments).status == 0


@pytest.mark.parametrize("command", ["send", "echo", "probe"])
def test_every_command_says_it_once(command: str, run: Run, tmp_path: Path, tls_files: TlsFiles) -> None:
    server = TlsOptions(
        tls_files.elsewhere.key, tls_files.elsewhere.certificate, ca_files=(tls_files.authority.certificate,)
    )
    write_ct(tmp_path / "ct.dcm")
    with receiver(tmp_path, server) as port:
        more = ["ct.dcm"] if command == "send" else []
        result = run(command, *ours(tls_files), f"localhost:{port}", *more)
    assert result.status == 2
    assert (result.out + result.err).count("it is for elsewhere.example, and not for localhost") == 1


@contextmanager
def resetting() -> Iterator[int]:
    """A server that hangs up on everybody with a reset."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                connection.recv(10)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.close()

        thread = threading.Thread(target=serve)
        thread.start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def looked_up(host: str, port: int, family: Any, flags: int = 0) -> Any:
    """As the system does it, but that it knows at once that nobody has a name in `invalid` (RFC 6761)."""
    if host.endswith(".invalid"):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
    return socket.getaddrinfo(host, port, family, socket.SOCK_STREAM, flags=flags)


# Nobody listens at port 1.
FAILURES = {
    "refused": ("127.0.0.1", 1, "refused"),
    "unknown": ("no-such-host.invalid", 104, "no-such-host.invalid"),
    "reset": ("127.0.0.1", 0, "reset by peer"),
}


@pytest.mark.parametrize("tls", [False, True], ids=["plain", "TLS"])
@pytest.mark.parametrize("what", FAILURES)
@pytest.mark.parametrize("command", ["send", "echo", "probe", "storescu"])
def test_a_failure_is_said_once(
    command: str, what: str, tls: bool, run: Run, tmp_path: Path, tls_files: TlsFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(probe, "delay", lambda _: 0.0)
    monkeypatch.setattr("asprofile.net.lookup._ask", looked_up)
    write_ct(tmp_path / "ct.dcm")
    host, port, _ = FAILURES[what]
    with resetting() as other:
        port = port or other
        if command == "storescu":
            result = run("storescu", *(["+tla", "-ic"] if tls else []), host, str(port), "ct.dcm")
        else:
            more = ["--wait", "0", "ct.dcm"] if command == "send" else []
            options = ["--tls-ca", str(tls_files.authority.certificate)] if tls else []
            result = run(command, *options, f"{host}:{port}", *more)
    assert result.status == (1 if command == "storescu" else 2)
    said = [line for line in (result.out + result.err).splitlines() if "to send what is left" not in line]
    reasons = ("refused", "cannot find the address", "unknown host", "reset", "Peer aborted", "TLS handshake")
    told = [line for line in said if any(reason in line for reason in reasons)]
    # What is tried again says why when it begins, and in the end.
    again = any("trying again" in line for line in told)
    assert len(told) == (2 if again else 1), said
    if not again:
        assert [line for line in said if "the same; trying again" in line] == []
