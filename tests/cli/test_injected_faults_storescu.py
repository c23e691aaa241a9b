"""The same as ``test_injected_faults`` for ``asprofile storescu``, of which a sample of the steps fails.

What holds whatever happens: what it calls a success is at the peer, whole; without --no-halt, exit status 0 means that
everything is; and no descriptor, thread or file is left behind.
"""

from __future__ import annotations

import gc
import io
import re
import signal
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest
from fault_bench import COUNT, made_objects, status_of, what_is_there
from faults import FAULTS, Injector
from recording_peer import RecordingPeer

from asprofile.cli import start
from asprofile.send import control

if TYPE_CHECKING:
    from collections.abc import Iterator

INTERRUPTED: Final = 130
PER_FAULT: Final = 5
CASES: Final = [(kind, fault) for kind, faults in FAULTS.items() for fault in faults]


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
    stored: list[tuple[str, str]]
    broken_off: int

    @property
    def told(self) -> dict[str, str]:
        """Of each file that was begun, what was said of it last."""
        parts = re.split(r"^I: Sending file: (.*)\n", self.err, flags=re.MULTILINE)[1:]
        return dict(zip(parts[::2], parts[1::2], strict=True))

    @property
    def successes(self) -> list[str]:
        return [name for name, said in self.told.items() if "I: Received Store Response (Success)" in said]


class Bench:
    """Runs ``asprofile storescu`` again and again."""

    def __init__(
        self, peer: RecordingPeer, objects: dict[str, tuple[str, str]], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.objects = objects
        self._directory = str(Path(next(iter(objects))).parent)
        self._peer = peer
        self._monkeypatch = monkeypatch
        real = control.Control
        monkeypatch.setattr(control, "Control", lambda: real(sleep=lambda _: None))
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
                status = status_of(
                    "storescu", "-v", *options, "+sd", "127.0.0.1", str(self._peer.port), self._directory
                )
        out.close()
        said.seek(0)
        err = said.read()
        stored = self._peer.take()
        now = what_is_there()
        if now != before:
            gc.collect()  # an exception may hold what it came through
            now = what_is_there()
        if not may_leak:
            assert now == before, err
        return Ran(status, err, stored, self._peer.broken_off)

    def check(self, ran: Ran, *, halts: bool) -> None:
        """What holds whatever happened."""
        assert "Traceback" not in ran.err
        assert "internal error" not in ran.err
        instances = {instance for instance, _ in ran.stored}
        for name in ran.successes:
            assert self.objects[name][0] in instances, name
        assert set(ran.stored) <= set(self.objects.values()), "whole and unchanged"
        if ran.status == 0 and halts:
            assert len(ran.successes) == COUNT, ran.err
        elif ran.status not in (0, INTERRUPTED):
            assert re.search("^[EFW]: |asprofile: out of memory", ran.err, re.MULTILINE), "it says why"
            if ran.told:
                assert "asprofile:" not in ran.err, "which it cannot do once it sends"
        if not halts and ran.told and ran.status != INTERRUPTED:
            assert len(ran.told) >= COUNT - 1, "one bad file does not end the run"


@pytest.fixture
def bench(
    peer: RecordingPeer, objects: dict[str, tuple[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Bench:
    monkeypatch.chdir(tmp_path)
    return Bench(peer, objects, monkeypatch)


def sample(calls: int, count: int) -> list[int]:
    """So many of the numbers from 1 to ``calls``, or all, the first and the last among them."""
    return sorted({1 + place * (calls - 1) // max(1, count - 1) for place in range(count)}) if calls else []


@pytest.fixture
def counts(bench: Bench) -> dict[str, int]:
    """How often each kind of call is made when nothing fails."""
    ran = bench.send()
    bench.check(ran, halts=True)
    assert (ran.status, len(ran.stored), ran.broken_off) == (0, COUNT, 0)
    return {**bench.injector.counts, "all": bench.injector.total}


def test_enough_faults(counts: dict[str, int]) -> None:
    assert set(counts) - {"all"} <= set(FAULTS), "no call of a kind that never fails"
    assert sum(len(sample(counts.get(kind, 0), PER_FAULT)) for kind, _ in CASES) + 3 * 40 >= 300


@pytest.mark.parametrize("halts", [True, False])
def test_a_call_fails_once(bench: Bench, counts: dict[str, int], halts: bool) -> None:
    for kind, fault in CASES:
        for number in sample(counts.get(kind, 0), PER_FAULT)[(0 if halts else 1) :: 2]:
            bench.injector.fault(kind, number, fault)
            ran = bench.send(*([] if halts else ["-nh"]))
            bench.check(ran, halts=halts)
            if not halts and ran.told:
                assert len({instance for instance, _ in ran.stored}) >= COUNT - 1, "it costs one object"


def test_a_call_fails_from_then_on(bench: Bench, counts: dict[str, int]) -> None:
    for kind, faults in FAULTS.items():
        for number in sample(counts.get(kind, 0), 2):
            bench.injector.fault(kind, number, faults[0], persistent=True)
            bench.check(bench.send("-nh"), halts=False)


SIGNALS: Final = tuple(signal.Signals[name] for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # a socket made as the signal came
@pytest.mark.parametrize("times", [1, 2, 3])
def test_a_signal_at_a_step(bench: Bench, counts: dict[str, int], times: int) -> None:
    """Once finishes the object, twice aborts, which the peer is told; the third ends at once."""
    for number in sample(counts["all"], 40):
        came: list[Any] = []

        def stop(number: int = number, came: list[Any] = came) -> None:
            if signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:  # before, nothing is sent yet
                came.append(True)
                for _ in range(times):
                    signal.raise_signal(SIGNALS[number % 3] if times == 1 else signal.SIGINT)

        bench.injector.at(number, stop, behind=bool(number % 4 >= 2))
        ran = bench.send(may_leak=times == 3)
        if ran.status != 0:
            assert came
        if times != 3:
            assert ran.broken_off == 0
        bench.check(ran, halts=True)
        if times == 1:
            assert len(ran.successes) == len(ran.stored), "nothing is broken off"
            if ran.status != INTERRUPTED:
                assert len(ran.stored) == COUNT
