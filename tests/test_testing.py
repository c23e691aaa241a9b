"""The scripted peer that others may use: each step is what it says, and what goes wrong in a script comes out."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import write_ct

import asprofile
from asprofile import testing
from asprofile.testing import ScriptedPeer, ScriptError, Wire, store_all

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[1]
GUIDE = ROOT / "docs" / "testing.md"
OPTIONS = asprofile.SendOptions(retries=0, wait=0)


def sent(folder: Path, *scripts: Callable[[Wire], None]) -> asprofile.Sent:
    write_ct(folder / "ct.dcm")
    with ScriptedPeer(*scripts) as peer:
        return asprofile.send(f"127.0.0.1:{peer.port}", folder / "ct.dcm", options=OPTIONS)


def test_the_public_names() -> None:
    names = ["ScriptError", "ScriptedPeer", "Wire", "data_pdu", "store_all", "store_until_release"]
    assert testing.__all__ == names
    assert all(getattr(testing, name).__doc__ for name in names)


def test_the_example_in_the_guide(tmp_path: Path) -> None:
    name, text = re.findall(r'```python title="(\S+)"\n(.*?)```', GUIDE.read_text("utf-8"), re.S)[0]
    (tmp_path / name).write_text(text)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(tmp_path), name]
    environment = {"PYTHONPATH": str(ROOT), "PATH": ""}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert (done.returncode, "3 passed" in done.stdout) == (0, True), done.stdout + done.stderr


def test_every_step_is_in_the_guide() -> None:
    steps = [name for name in vars(Wire) if not name.startswith("_")]
    text = GUIDE.read_text("utf-8")
    assert [name for name in steps if f"`{name}(" not in text and name != "read_request"] == []


def test_it_stores(tmp_path: Path) -> None:
    assert sent(tmp_path, store_all).all_stored


def test_it_rejects(tmp_path: Path) -> None:
    error = sent(tmp_path, lambda wire: wire.reject(1, 1, 7)).report.error
    assert isinstance(error, asprofile.AssociationError)
    assert (error.result, error.source, error.reason) == (1, 1, 7)  # type: ignore[attr-defined]


def test_it_aborts(tmp_path: Path) -> None:
    def script(wire: Wire) -> None:
        wire.accept()
        wire.read_object()
        wire.abort()

    result = sent(tmp_path, script).report.results[0]
    assert result.outcome is asprofile.Outcome.UNKNOWN


def test_it_drips(tmp_path: Path) -> None:
    def script(wire: Wire) -> None:
        wire.accept()
        command, _, context = wire.read_object()
        answer = testing.data_pdu(context, asprofile_response(command))
        wire.drip(answer, 0)
        wire.release()

    assert sent(tmp_path, script).all_stored


def asprofile_response(command: object) -> bytes:
    from asprofile.net.dimse import response

    return response(command, 0)  # type: ignore[arg-type]


def test_what_a_script_does_not_wait_for_comes_out(tmp_path: Path) -> None:
    def script(wire: Wire) -> None:
        wire.accept()
        wire.release()

    with pytest.raises(ScriptError, match="a release request was waited for, and a PDU of type 04H came"):
        sent(tmp_path, script)


def test_connections_are_counted_and_the_last_script_goes_on() -> None:
    seen: list[str] = []

    def script(name: str) -> Callable[[Wire], None]:
        return lambda wire: seen.append(name)

    before = threading.active_count()
    with ScriptedPeer(script("first"), script("last")) as peer:
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", peer.port), timeout=20) as connection:
                assert connection.recv(1) == b""
    assert (seen, peer.connections) == (["first", "last", "last"], 3)
    assert threading.active_count() == before
