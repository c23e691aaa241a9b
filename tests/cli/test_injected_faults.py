"""Each system call of a sending fails, and a signal comes at each step: nothing is lost, nothing untrue is claimed.

What holds whatever happens, of each of the 20 objects and as far as the output reached: it has one state; that is true
by the peer's own record; the exit status is that of the states; and no descriptor, thread or file is left behind.
"""

from __future__ import annotations

import gc
import io
import json
import re
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from fault_bench import COUNT, made_objects, status_of, what_is_there
from faults import FAULTS, SHORT, Injector
from killed_sending import KilledSending
from recording_peer import RecordingPeer

from asprofile.cli import start
from asprofile.send.control import Control

if TYPE_CHECKING:
    from collections.abc import Iterator

OUTCOMES: Final = {
    "stored": "stored",
    "refused before sending": "refused",
    "failed": "failed",
    "not sent": "not-sent",
    "sent without an answer": "unknown",
}


@pytest.fixture(scope="module")
def peer() -> Iterator[RecordingPeer]:
    with RecordingPeer() as running:
        yield running


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str]]:
    return made_objects(tmp_path_factory.mktemp("faults") / "objects")


@dataclass
class Ran:
    """What a run said, and what the peer has."""

    status: int
    err: str
    out: str
    report: str
    stored: list[tuple[str, str]]
    broken_off: int
    """Associations that ended without a release or an A-ABORT."""

    @property
    def results(self) -> list[tuple[str, str]]:
        """Path and outcome of each object that standard output tells of; a line that is not complete tells nothing."""
        return [(one["path"], one["outcome"]) for one in self._lines if one["type"] == "object"]

    @property
    def summary(self) -> dict[str, Any] | None:
        return next((one for one in self._lines if one["type"] == "summary"), None)

    @property
    def _lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines(keepends=True) if line.endswith("\n")]

    @property
    def reported(self) -> list[tuple[str, str]]:
        """The same of the report."""
        found = re.findall(r"^(\S.*)\n  outcome: +(.*)\n", self.report, re.MULTILINE)
        return [(path, OUTCOMES[words]) for path, words in found]


class Bench:
    """Runs ``asprofile send`` again and again."""

    def __init__(
        self, peer: RecordingPeer, objects: dict[str, tuple[str, str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.objects = objects
        self.directory = str(Path(next(iter(objects))).parent)
        self._peer = peer
        self._monkeypatch = monkeypatch
        monkeypatch.setattr("asprofile.cli.send.Control", lambda: Control(sleep=lambda _: None))
        monkeypatch.setattr(gc, "freeze", lambda: None)
        monkeypatch.setattr(start, "_occupy_standard_streams", lambda: None)
        self.injector = Injector(monkeypatch)

    def send(self, *options: str, may_leak: bool = False) -> Ran:
        before = what_is_there()
        out = self.injector.output("out")
        said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)
        with self._monkeypatch.context() as streams:
            streams.setattr(sys, "stdout", out)
            streams.setattr(sys, "stderr", said)
            with self.injector:
                status = status_of("send", *options, f"127.0.0.1:{self._peer.port}", self.directory)
        out.close()
        said.seek(0)
        err = said.read()
        report = Path("report.txt")
        found = report.read_text() if report.exists() else ""
        report.unlink(missing_ok=True)
        stored = self._peer.take()
        now = what_is_there()
        if now[:2] != before[:2]:
            gc.collect()  # an exception may hold what it came through
            now = what_is_there()
        left = {name for name in now[2] - before[2] if self.injector.kind != "unlink" or not name.endswith(".tmp")}
        if not may_leak:
            assert (now[:2], left) == (before[:2], set()), err
        return Ran(status, err, Path("out").read_text(), found, stored, self._peer.broken_off)

    def killing(self) -> KilledSending:
        return KilledSending([*WAYS, f"127.0.0.1:{self._peer.port}", self.directory])

    def left_behind(self) -> Ran:
        """What a run that was killed told until then."""
        report = Path("report.txt")
        stored = self._peer.take()
        found = report.read_text() if report.exists() else ""
        return Ran(-9, "", Path("out").read_text(), found, stored, self._peer.broken_off)

    def check(self, ran: Ran, *, lost_output: bool = False, lost_report: bool = False) -> None:
        """What holds whatever happened."""
        assert "Traceback" not in ran.err
        assert "internal error" not in ran.err
        if ran.status == 2 and not ran.out:
            assert (ran.stored, ran.err.count("\n") > 0) == ([], True), "it could not be begun, and says why"
            return
        if ran.results == [(self.directory, "refused")]:
            assert (ran.stored, ran.status) == ([], 1), "nothing was found in it"
            return
        for told, is_lost in ((ran.results, lost_output), (ran.reported, lost_report)):
            assert len({path for path, _ in told}) == len(told), "an object has one state"
            if not is_lost:
                assert len(told) == COUNT, ran.err
            self.check_true(dict(told), ran)
        if not lost_output:
            self._check_status(ran)

    def check_true(self, told: dict[str, str], ran: Ran) -> None:
        """By the peer's own record."""
        instances = [instance for instance, _ in ran.stored]
        for path, outcome in told.items():
            instance, digest = self.objects[path]
            if outcome == "stored":
                assert instance in instances, path
            elif outcome != "unknown":
                assert instance not in instances, (path, outcome)
            if (instance, digest) not in ran.stored:
                assert instance not in instances, "whole and unchanged"

    def _check_status(self, ran: Ran) -> None:
        summary = ran.summary
        assert summary is not None
        counted = {outcome: summary[outcome] for outcome in OUTCOMES.values()}
        told = [outcome for _, outcome in ran.results]
        assert counted == {outcome: told.count(outcome) for outcome in OUTCOMES.values()}
        if summary["interrupted"]:
            assert ran.status == 130
        elif summary["error"] is not None and not summary["associations"]:
            assert ran.status == 2
        else:
            assert ran.status == (0 if counted["stored"] == COUNT and summary["error"] is None else 1)


@pytest.fixture
def bench(
    peer: RecordingPeer, objects: dict[str, tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Bench:
    monkeypatch.chdir(tmp_path)
    return Bench(peer, objects, monkeypatch)


# More associations would be opened where a machine is slow.
WAYS: Final = ("--associations", "1", "--format", "jsonl", "--report", "report.txt")
# What is read and written, and what else the report needs.
INPUT: Final = ("open", "close", "read", "seek", "fstat", "stat", "scandir")
REPORT: Final = ("write", "buffered", "fsync", "rename", "unlink", "open", "close", "stat", "fstat")
NETWORK: Final = ("socket", "connect", "send", "recv", "poll", "setsockopt", "shutdown")
CASES: Final = [(kind, fault) for kind, faults in FAULTS.items() for fault in faults]


def test_without_faults(bench: Bench) -> None:
    """And there are enough calls to fail."""
    ran = bench.send(*WAYS)
    bench.check(ran)
    assert (ran.status, len(ran.stored)) == (0, COUNT)
    counts = bench.injector.counts
    assert set(counts) <= set(FAULTS), "no call of a kind that never fails"
    assert sum(counts.get(kind, 0) for kind, _ in CASES) + 4 * bench.injector.total > 2000


@pytest.mark.parametrize(("kind", "fault"), CASES)
def test_each_call_fails_once(bench: Bench, kind: str, fault: Any) -> None:
    for number in range(1, 1000):
        bench.injector.fault(kind, number, fault)
        ran = bench.send(*WAYS)
        if not bench.injector.hits:
            if number <= 1:
                assert kind in ("shutdown", "poll"), "there are such calls"
            return
        bench.check(ran, lost_output=kind == "output", lost_report=kind in REPORT)
        stored = len({instance for instance, _ in ran.stored})
        if ran.status == 2:
            assert not stored, "it could not be begun"
        elif fault is SHORT or kind in NETWORK or kind not in INPUT:
            assert stored == COUNT, "what the network does is tried again, what the output does hinders nothing"
            if ran.status != 0:
                assert kind in NETWORK
        else:
            if stored < COUNT - 1:
                assert ran.results == [(bench.directory, "refused")], "it costs one object"
    pytest.fail("no end of calls")


@pytest.mark.parametrize("kind", FAULTS)
def test_each_call_fails_from_then_on(bench: Bench, kind: str) -> None:
    fault = FAULTS[kind][0]
    for number in range(1, 1000, 5):
        bench.injector.fault(kind, number, fault, persistent=True)
        ran = bench.send("--retries", "1", "--wait", "5", *WAYS)
        if not bench.injector.hits:
            return
        bench.check(ran, lost_output=kind == "output", lost_report=kind in REPORT)
    pytest.fail("no end of calls")


def test_four_associations_and_failing_calls(bench: Bench) -> None:
    """Which call is the n-th differs from run to run; what is checked holds for all."""
    for kind in ("open", "read", "socket", "connect", "send", "recv", "poll", "output"):
        for number in range(1, 24):
            fault = FAULTS[kind][number % len(FAULTS[kind])]
            bench.injector.fault(kind, number, fault)
            ran = bench.send(*WAYS, "--associations", "4")
            bench.check(ran, lost_output=kind == "output", lost_report=kind in REPORT)


SIGNALS: Final = tuple(signal.Signals[name] for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a socket made as the signal came
@pytest.mark.parametrize("times", [1, 2])
def test_a_signal_at_each_step(bench: Bench, times: int) -> None:
    """Once finishes the object, and twice aborts, which the peer is told."""
    for number in range(1, 1000, times):
        ran, came = signalled(bench, number, times)
        if ran is None:
            return
        assert ran.broken_off == 0
        if not came:
            assert ran.status == 0
            continue
        assert ran.status == 130
        bench.check(ran)
        if times != 2:
            assert {outcome for _, outcome in ran.results} <= {"stored", "not-sent"}, "nothing is broken off"
    pytest.fail("no end of calls")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_exception_at_any_step(bench: Bench) -> None:
    """The third signal ends at once. What is said is true; what is being opened in that moment, Python loses."""
    for number in range(1, 1000, 3):
        ran, came = signalled(bench, number, 3, may_leak=True)
        if ran is None:
            return
        assert ran.status == (130 if came else 0)
        bench.check_true(dict(ran.results), ran)
        bench.check_true(dict(ran.reported), ran)
    pytest.fail("no end of calls")


def signalled(bench: Bench, number: int, times: int, *, may_leak: bool = False) -> tuple[Ran | None, bool]:
    """Run with so many signals around the call of this number, and whether they came; None if there is no such call."""
    came = []

    def stop() -> None:
        if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:  # before, nothing is sent yet
            came.append(True)
            for _ in range(times):
                signal.raise_signal(SIGNALS[number % len(SIGNALS)] if times == 1 else signal.SIGINT)

    bench.injector.at(number, stop, behind=bool(number % 4 >= 2))
    ran = bench.send(*WAYS, may_leak=may_leak)
    return (ran if bench.injector.total >= number else None), bool(came)


def test_killed_at_each_step(bench: Bench) -> None:
    """What was answered until then is told, but for the object in hand."""
    with bench.killing() as killing:
        assert len(bench.left_behind().stored) == COUNT
        for number in range(1, 1000):
            Path("report.txt").unlink(missing_ok=True)
            if not killing.at(number):
                return
            ran = bench.left_behind()
            for told in (ran.results, ran.reported):
                bench.check_true(dict(told), ran)
                assert len(ran.stored) - 1 <= len(told) <= len(ran.stored)
                assert [path for path, _ in told] == list(bench.objects)[: len(told)]
    pytest.fail("no end of calls")
