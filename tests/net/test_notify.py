"""What a supervisor is told."""

from __future__ import annotations

import socket
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from asprofile.net.notify import READY, notify

pytestmark = pytest.mark.skipif(not hasattr(socket, "AF_UNIX"), reason="has no such sockets")


@pytest.mark.parametrize("abstract", [False, True])
def test_it_is_told(monkeypatch: pytest.MonkeyPatch, abstract: bool) -> None:
    with TemporaryDirectory() as directory, socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        name = str(Path(directory) / "notify")
        try:
            sock.bind(f"\0{name}" if abstract else name)
        except OSError:
            pytest.skip("the system has no such names")
        sock.settimeout(60)
        monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}" if abstract else name)
        assert notify(READY)
        assert sock.recv(100) == b"READY=1"


@pytest.mark.parametrize("address", ["", "/nowhere/at/all"])
def test_nobody_wants_to_know(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    assert not notify(READY)
