"""``asprofile migrate --watch`` in a process of its own: killed, begun again, ended, and asked how it goes."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import write_ct
from prometheus_client.parser import text_string_to_metric_families

import asprofile
from asprofile.migrate.journal import Journal

if TYPE_CHECKING:
    from conftest import Result

    Run = Callable[..., Result]

LIMIT = 60
"""Seconds in which anything happens, however busy the machine is."""

needs_signals = pytest.mark.skipif(os.name == "nt", reason="has no signals for others")


_STARTED: list[subprocess.Popen[str]] = []


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    """Whatever a test found, its processes are over after it."""
    yield
    while _STARTED:
        with _STARTED.pop() as process:
            process.kill()


class Watching:
    """The command, and what it says."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "asprofile", "migrate", "j", *arguments],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
        _STARTED.append(self.process)
        self.said = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said += line

    def until(self, is_so: Callable[[], bool]) -> None:
        end = time.monotonic() + LIMIT
        while not is_so():
            assert time.monotonic() < end, self.said
            assert self.process.poll() is None, self.said
            time.sleep(0.02)

    def end(self, signum: int) -> int:
        self.process.send_signal(signum)
        self.process.wait(LIMIT)
        self._reader.join(LIMIT)
        assert self.process.stderr is not None
        self.process.stderr.close()
        assert "Traceback" not in self.said
        return self.process.returncode


@pytest.fixture
def peer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[asprofile.Receiving]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    with asprofile.receive(None, tmp_path / "inbox") as receiving:
        yield receiving


def came(peer: asprofile.Receiving) -> list[str]:
    return sorted(one.sop_instance for one in peer.events if isinstance(one, asprofile.Received))


def put(*numbers: int) -> None:
    """As others do: under another name, then renamed."""
    for number in numbers:
        write_ct(Path(f"in/{number}.part"), f"1.2.3.{number}", side=8)
        Path(f"in/{number}.part").rename(f"in/{number}.dcm")


@needs_signals
def test_killed_begun_again_asked_and_ended(peer: asprofile.Receiving, run: Run) -> None:
    put(1, 2)
    data = Path("in/2.dcm").read_bytes()
    Path("in/slow.dcm").write_bytes(data[:-100].replace(b"1.2.3.2", b"1.2.3.7"))
    first = Watching(
        "--from", "in", "--to", str(peer.address), "--watch", "--quiet-for", "0.2", "--rescan", "1", "--metrics", "0",
    )  # fmt: skip
    first.until(lambda: came(peer) == ["1.2.3.1", "1.2.3.2"])
    assert first.end(signal.SIGKILL) == -signal.SIGKILL
    put(3)
    again = Watching("--in-doubt", "send")
    again.until(lambda: "1.2.3.3" in came(peer))
    put(4)
    with Path("in/slow.dcm").open("ab") as file:
        file.write(data[-100:])
    again.until(lambda: {"1.2.3.4", "1.2.3.7"} <= set(came(peer)))
    url = re.findall(r"metrics: (http://\S+)", again.said)[0]

    def counts() -> dict[str, float]:
        with urllib.request.urlopen(url, timeout=LIMIT) as answer:
            text = answer.read().decode()
        samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
        return {sample.name + "".join(sample.labels.values()): sample.value for sample in samples}

    again.until(lambda: counts()["asprofile_migrate_objectsstored"] == 5)
    assert counts()["asprofile_migrate_objects_ended_totalstored"] >= 3
    assert counts()["asprofile_migrate_peer_away"] == 0
    assert again.end(signal.SIGTERM) == 0
    assert "finishing what is being done" in again.said
    with Journal("j", writes=False) as journal:
        assert {state.words: count for state, (count, _) in journal.counts().items()} == {"stored": 5}
    assert set(came(peer)) == {f"1.2.3.{number}" for number in (1, 2, 3, 4, 7)}
    # Without it, it ends by itself.
    assert run("migrate", "j", "--no-watch").status == 0


@needs_signals
def test_ended_while_the_peer_is_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    put(1)
    watching = Watching("--from", "in", "--to", "127.0.0.1:1", "--watch", "--quiet-for", "0")
    watching.until(lambda: "trying again" in watching.said)
    assert watching.end(signal.SIGINT) == 0
    with Journal("j", writes=False) as journal:
        assert {state.words: count for state, (count, _) in journal.counts().items()} == {"found": 1}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("j", "--from", "in/1.dcm", "--watch"), "is no directory; what is watched is a directory"),
        (("j", "--from", "nowhere", "--watch"), "there is no such directory"),
        (("j", "--files-from", "list", "--watch"), "--watch is for directories"),
        (("j", "--from", "in", "--metrics", "9276", "--rescan", "5"), "--metrics, --rescan: only --watch takes it"),
        (("scan", "j", "--from", "in", "--watch"), "--watch: the step scan does not take it"),
        (("j", "--from", "in", "--watch", "--rescan", "0"), "--rescan"),
        (("j", "--from", "in", "--watch", "--metrics", "nonsense"), "--metrics"),
    ],
)
def test_what_is_wrong_is_said(run: Run, peer: asprofile.Receiving, arguments: tuple[str, ...], words: str) -> None:
    put(1)
    Path("list").write_text("in/1.dcm\n")
    to = ("--to", str(peer.address)) if arguments[0] == "j" else ()
    result = run("migrate", *arguments, *to)
    assert result.status == 2
    assert words in result.err


@needs_signals
def test_thousands_of_files_at_once(peer: asprofile.Receiving, tmp_path: Path) -> None:
    """A directory of them is moved in while it is watched, and files come one after the other meanwhile."""
    many = 2000
    made = write_ct(tmp_path / "made.dcm", "1.2.3.9000000", side=8).read_bytes()
    (tmp_path / "many").mkdir()
    for number in range(many):
        (tmp_path / "many" / f"{number}.dcm").write_bytes(made.replace(b"9000000", b"%d" % (9_000_001 + number)))
    watching = Watching("--from", "in", "--to", str(peer.address), "--watch", "--quiet-for", "0.2", "--rescan", "2")
    put(1)
    watching.until(lambda: bool(peer.events) and "1.2.3.1" in came(peer))
    (tmp_path / "many").rename("in/many")
    put(*range(2, 12))
    inbox = tmp_path / "inbox"
    watching.until(lambda: len(list(inbox.iterdir())) >= many + 11)
    assert watching.end(signal.SIGTERM) == 0
    assert len(came(peer)) == len(set(came(peer))) == many + 11
    with Journal("j", writes=False) as journal:
        assert {state.words: count for state, (count, _) in journal.counts().items()} == {"stored": many + 11}
