"""``asprofile storescu`` where things end badly: a lost association, a signal, a log that cannot be written."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from factories import write_ct
from storescu_peer import Peer
from storescu_real import ours

from asprofile.net import dimse, wire
from asprofile.send import control
from asprofile.send.control import Control
from asprofile.testing import ScriptedPeer, Wire, data_pdu

ROOT = Path(__file__).resolve().parents[2]
FULL = Path("/dev/full")


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Six objects; their instances are 1.2.3.0 to 1.2.3.5."""
    monkeypatch.chdir(tmp_path)
    return [str(write_ct(Path(f"{number}.dcm"), f"1.2.3.{number}")) for number in range(6)]


def stored(peer: Peer, associations: int) -> list[list[str]]:
    """The instances that each association brought."""
    return [
        [command[0x1000].rstrip(b"\0").decode()[-1] for command in peer.next().commands] for _ in range(associations)
    ]


class TestALostAssociation:
    def test_is_opened_again_with_no_halt(self, files: list[str]) -> None:
        with Peer(poison=("1.2.3.1", "1.2.3.4")) as peer:
            said = ours("-nh", "+rn", "127.0.0.1", str(peer.port), *files)
            assert stored(peer, 3) == [["0"], ["2", "3"], ["5"]]
        assert said.status == 1
        assert sorted(path.name for path in Path().glob("*.bad")) == ["1.dcm.bad", "4.dcm.bad"]
        assert len(list(Path().glob("*.done"))) == 4
        assert said.err.count("W: The association is over; requesting another for the files that are left") == 2

    def test_ends_the_run_without(self, files: list[str]) -> None:
        with Peer(poison=("1.2.3.1",)) as peer:
            said = ours("-v", "127.0.0.1", str(peer.port), *files)
            assert stored(peer, 1) == [["0"]]
        assert said.status == 10
        assert said.err.endswith("I: Peer Aborted Association\n")

    def test_of_the_last_file_needs_no_other(self, files: list[str]) -> None:
        with Peer(poison=("1.2.3.5",)) as peer:
            said = ours("-nh", "127.0.0.1", str(peer.port), *files)
            assert stored(peer, 1) == [["0", "1", "2", "3", "4"]]
        assert said.status == 1
        assert "requesting another" not in said.err

    def test_a_peer_that_is_away_is_waited_for(self, files: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        waited: list[float] = []
        monkeypatch.setattr(control, "Control", lambda: Control(sleep=waited.append))
        with Peer(("accept", "reject", "close", "none", "accept"), poison=("1.2.3.1",)) as peer:
            said = ours("-nh", "127.0.0.1", str(peer.port), *files)
            assert stored(peer, 5) == [["0"], [], [], [], ["2", "3", "4", "5"]]
        assert said.status == 1
        assert len(waited) == 3
        assert said.err.count("trying again in ") == 3

    def test_and_given_up_in_the_end(self, files: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
        waited: list[float] = []
        monkeypatch.setattr(control, "Control", lambda: Control(sleep=waited.append))
        with Peer(("accept", "reject"), poison=("1.2.3.1",)) as peer:
            said = ours("-nh", "+rn", "127.0.0.1", str(peer.port), *files)
        assert said.status == 1
        assert 100 < sum(waited) <= 120
        assert len(list(Path().glob("*.done"))) == 1
        assert len(list(Path().glob("*.bad"))) == 5
        assert "E: Association Rejected:\n" in said.err


class Held:
    """A peer that answers the first object, or does not, when it is told to."""

    def __init__(self, *, answers: bool = True) -> None:
        self.answers = answers
        self.got, self.go_on = threading.Event(), threading.Event()
        self.ended = ""

    def __call__(self, peer: Wire) -> None:
        peer.accept()
        command, _, context_id = peer.read_object()
        self.got.set()
        assert self.go_on.wait(60)
        if self.answers:
            peer.write(data_pdu(context_id, dimse.response(command, 0)))
        try:
            kind, _ = peer.read_pdu()
        except EOFError:
            self.ended = "closed"
            raise
        if kind == wire.RELEASE_RQ:
            peer.write(wire.encode(wire.ReleaseResponse()))
        self.ended = {wire.RELEASE_RQ: "released", wire.ABORT: "aborted"}.get(kind, str(kind))


def started(*arguments: str, **streams: Any) -> subprocess.Popen[bytes]:
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return subprocess.Popen(
        [sys.executable, "-m", "asprofile", "storescu", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        **streams,
    )


@pytest.mark.skipif(os.name == "nt", reason="POSIX signals")
class TestSignals:
    @pytest.mark.parametrize("name", [one for one in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, one)])
    def test_the_first_ends_in_good_order(self, files: list[str], name: str) -> None:
        held = Held()
        with ScriptedPeer(held) as peer, started("+rn", "127.0.0.1", str(peer.port), *files) as process:
            assert held.got.wait(60)
            process.send_signal(getattr(signal, name))
            assert b"finishing what is being sent" in read_until(process, b"aborts\n")
            held.go_on.set()
            _, err = process.communicate(timeout=60)
        assert process.returncode == 130
        assert held.ended == "released"
        assert b"W: Interrupted: 5 files were not sent, from 1.dcm on" in err
        assert sorted(path.name for path in Path().glob("*.done")) == ["0.dcm.done"]
        assert len(list(Path().glob("*.dcm"))) == 5

    def test_the_second_aborts(self, files: list[str]) -> None:
        held = Held(answers=False)
        with ScriptedPeer(held) as peer, started("127.0.0.1", str(peer.port), *files) as process:
            assert held.got.wait(60)
            held.go_on.set()
            process.send_signal(signal.SIGINT)
            read_until(process, b"aborts\n")
            process.send_signal(signal.SIGINT)
            _, err = process.communicate(timeout=60)
        assert process.returncode == 130
        # Within a PDU no A-ABORT can be said, and the peer may have the last byte before our call for it has come back.
        assert held.ended in {"aborted", "closed"}
        assert b"E: Store Failed, file: 0.dcm:" in err
        assert b"Interrupted, and aborted by us" in err


def read_until(process: subprocess.Popen[bytes], end: bytes) -> bytes:
    assert process.stderr is not None
    said = b""
    while not said.endswith(end):
        piece = os.read(process.stderr.fileno(), 1)
        assert piece, said
        said += piece
    return said


class TestTroubleWithOutput:
    @pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
    @pytest.mark.parametrize(
        ("streams", "level"), [(("stdout",), "-v"), (("stderr",), "-d"), (("stdout", "stderr"), "-v")]
    )
    def test_a_full_disk(self, files: list[str], streams: tuple[str, ...], level: str) -> None:
        with Peer() as peer, FULL.open("wb") as full:
            with started("-v", "127.0.0.1", str(peer.port), *files, **dict.fromkeys(streams, full)) as process:
                process.communicate(timeout=60)
            heard = peer.next()
        assert process.returncode == 0
        assert (len(heard.commands), heard.end) == (6, "released")

    @pytest.mark.skipif(os.name == "nt", reason="a shell")
    @pytest.mark.parametrize("closed", ["<&- >&- 2>&-", "2>&1 | head -c 1"])
    def test_streams_that_are_closed(self, files: list[str], closed: str) -> None:
        with Peer() as peer:
            command = f'"{sys.executable}" -m asprofile storescu -v 127.0.0.1 {peer.port} {" ".join(files)} {closed}'
            subprocess.run(
                ["/bin/sh", "-c", command], env={**os.environ, "PYTHONPATH": str(ROOT)}, check=True, timeout=60
            )
            heard = peer.next()
        assert (len(heard.commands), heard.end) == (6, "released")

    @pytest.mark.skipif(not FULL.exists(), reason="needs /dev/full")
    def test_a_wrong_command_line(self) -> None:
        with FULL.open("wb") as full, started("--nothing", stderr=full) as process:
            assert process.wait(60) == 1
