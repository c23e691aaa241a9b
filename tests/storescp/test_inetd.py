"""``asprofile storescp --inetd``: one association over standard input, and nothing else goes to the peer."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from asprofile.negotiate.request import AssociateRequest, ProposedContext
from asprofile.net import dimse, wire

CT = "1.2.840.10008.5.1.4.1.1.2"
LIMIT = 60

pytestmark = pytest.mark.skipif(os.name == "nt", reason="has no inetd")


def read_pdu(sock: socket.socket) -> bytes:
    with sock.makefile("rb") as stream:
        head = stream.read(6)
        return head + stream.read(int.from_bytes(head[2:], "big"))


@pytest.mark.parametrize("words", [(), ("-v",)])
def test_an_object_over_standard_input(tmp_path: Path, words: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "asprofile", "storescp", "--inetd", "-dhl", "+B", "-od", str(tmp_path), *words]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sock = socket.create_connection(listener.getsockname(), timeout=LIMIT)
        accepted, _ = listener.accept()
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with sock:
        with accepted:
            process = subprocess.Popen(command, stdin=accepted, stdout=accepted, stderr=accepted, env=environment)
        context = ProposedContext(1, CT, ("1.2.840.10008.1.2.1",))
        sock.sendall(wire.encode(AssociateRequest("YOU", "ME", (context,))))
        assert read_pdu(sock)[0] == 2
        said = dimse.store_request(CT, "1.2.3", 1)
        sock.sendall(wire.data_header(1, len(said), command=True, last=True) + said)
        sock.sendall(wire.data_header(1, 4, command=False, last=True) + b"abcd")
        assert dimse.decode(read_pdu(sock)[12:]).status == 0
        sock.sendall(wire.encode(wire.ReleaseRequest()))
        assert read_pdu(sock)[0] == 6
        sock.shutdown(socket.SHUT_WR)
        assert sock.recv(1) == b""
    assert process.wait(LIMIT) == 0
    assert (tmp_path / "CT.1.2.3").read_bytes().endswith(b"abcd")


@pytest.mark.parametrize(
    "words",
    [
        ("--nonsense",),
        ("-id", "--fork"),
        ("-td", "soon"),
        ("-od", "nowhere/at/all"),
        ("-xf", "none.cfg", "None"),
        ("-lc", "none.cfg"),
        ("--release", "9.9"),
        ("--help",),
        ("--arguments", "-d", "+tls", "none.pem", "none.pem"),
    ],
)
def test_nothing_that_is_wrong_reaches_the_peer(words: tuple[str, ...], tmp_path: Path) -> None:
    """It would take it for DICOM."""
    command = [sys.executable, "-m", "asprofile", "storescp", "--inetd", "-dhl", *words]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    with socket.create_server(("127.0.0.1", 0)) as listener:
        sock = socket.create_connection(listener.getsockname(), timeout=LIMIT)
        accepted, _ = listener.accept()
    with sock:
        with accepted:
            process = subprocess.Popen(
                command, stdin=accepted, stdout=accepted, stderr=accepted, env=environment, cwd=tmp_path
            )
        assert sock.recv(1000) == b""
    assert process.wait(LIMIT) == (0 if words == ("--help",) else 1)


def test_standard_input_that_is_no_connection(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "asprofile", "storescp", "--inetd", "-od", str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 1
    assert "standard input is no connection" in done.stderr
    assert "Traceback" not in done.stderr
