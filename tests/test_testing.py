"""The scripted peer that others may use: each step is what it says, and what goes wrong in a script comes out."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import write_ct
from programs import need

import asprofile
from asprofile import testing
from asprofile.net import dimse, wire
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


def run_guide(folder: Path, file: str, words: str, path: str = "") -> str:
    """What pytest says of a test file of the guide."""
    files = dict(re.findall(r'```python title="(\S+)"\n(.*?)```', GUIDE.read_text("utf-8"), re.S))
    (folder / file).write_text(files.pop(file))
    pytest_here = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder)]
    environment = {"PYTHONPATH": str(ROOT), "PATH": path}
    command = [*pytest_here, "-k", words, file]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(("file", "count"), [("test_sender.py", 3), ("test_archive.py", 2)])
def test_the_examples_in_the_guide(tmp_path: Path, file: str, count: int) -> None:
    assert f"{count} passed" in run_guide(tmp_path, file, "not storescu")


@pytest.mark.peer
def test_the_example_with_storescu(tmp_path: Path) -> None:
    need("storescu", "dcmtk")
    assert "1 passed" in run_guide(tmp_path, "test_archive.py", "storescu", os.environ["PATH"])


def test_every_step_is_in_the_guide() -> None:
    steps = [name for name in vars(Wire) if not name.startswith("_")]
    text = GUIDE.read_text("utf-8")
    assert [name for name in steps if f"`{name}(" not in text and name != "read_request"] == []


def test_it_stores(tmp_path: Path) -> None:
    assert sent(tmp_path, store_all).all_stored


def accepts_pieces(size: int) -> Callable[[Wire], None]:
    def script(wire: Wire) -> None:
        wire.accept(max_pdu=size)
        testing.store_until_release(wire)

    return script


def answers_pieces(size: int) -> Callable[[Wire], None]:
    def script(wire: Wire) -> None:
        wire.accept(max_pdu=size)
        wire.answer()
        wire.release()

    return script


@pytest.mark.parametrize("size", [32, 100, 128, 4096])
@pytest.mark.parametrize("script", [accepts_pieces, answers_pieces])
def test_a_message_in_many_pieces_is_one(
    tmp_path: Path, script: Callable[[int], Callable[[Wire], None]], size: int
) -> None:
    assert sent(tmp_path, script(size)).all_stored


def pieces(data: bytes, size: int, *, command: bool) -> list[bytes]:
    return [
        wire.data_header(1, len(part), command=command, last=start + size >= len(data))[6:] + part
        for start in range(0, len(data), size)
        if (part := data[start : start + size])
    ]


@pytest.mark.parametrize("size", [1, 7, 100, 10_000])
@pytest.mark.parametrize("at_once", [1, 3, 1_000_000])
def test_messages_are_told_apart_however_they_are_cut(size: int, at_once: int) -> None:
    """Two objects and an echo, in values of ``size`` bytes, of which ``at_once`` are in a PDU."""
    stores = [dimse.store_request("1.2.840.10008.5.1.4.1.1.2", f"1.2.{number}", number) for number in (1, 2)]
    values = [
        *pieces(stores[0], size, command=True),
        *pieces(b"first", size, command=False),
        *pieces(dimse.echo_request(3), size, command=True),
        *pieces(stores[1], size, command=True),
        *pieces(b"second", size, command=False),
    ]
    bodies = [b"".join(values[start : start + at_once]) for start in range(0, len(values), at_once)]
    stream = b"".join(wire.HEADER.pack(wire.P_DATA_TF, len(body)) + body for body in bodies)

    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(20)
        ours.sendall(stream + wire.encode(wire.ReleaseRequest()))
        testing.store_until_release(Wire(theirs))
        answers = Wire(ours)
        seen = [answers.read_pdu()[1] for _ in range(3)]
        assert answers.read_pdu()[0] == wire.RELEASE_RP
    decoded = [dimse.decode(bytes(next(wire.data_values(memoryview(body))).data)) for body in seen]
    assert [(one.field, one.responded_to, one.status) for one in decoded] == [
        (0x8001, 1, 0),
        (0x8030, 3, 0),
        (0x8001, 2, 0),
    ]

    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.settimeout(20)
        ours.sendall(stream)
        script = Wire(theirs)
        assert script.read_object()[1:] == (b"first", 1)
        with pytest.raises(ScriptError, match=r"a message without one came \(0030H\)"):
            script.read_object()
        assert script.read_object()[1:] == (b"second", 1)


def test_it_echoes() -> None:
    with ScriptedPeer(store_all) as peer:
        assert asprofile.echo(f"127.0.0.1:{peer.port}").all_well


def test_without_a_script_it_is_no_peer() -> None:
    with pytest.raises(TypeError, match="give one or more"):
        ScriptedPeer()


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
