"""An hour, or a day, of abuse of receivers in processes of their own: plain, over TLS, and with ``--processes 2``.

Visitors of all kinds (``abusers``) come at once, some at a time from each of several threads. After each round they
stop, and what has to hold then is looked at: the process is up, and has as many threads and open files as before the
first; its memory stays within MOST_GROWTH; each file was told, and each object that was answered with success has
one; nothing temporary is left; an object that is sent then is stored; the metrics agree with what was told.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from fuzzing import abusers
from fuzzing.abusers import Visit
from fuzzing.receive import Broken

MOST_GROWTH: Final = 60
"""MB that a process may ever have more than before its first visitor."""
VISITORS: Final = 16
"""At a time."""
ROUND: Final = 60
"""Seconds from one look to the next."""
_ROOT: Final = Path(__file__).resolve().parents[2]
_LIMITS: Final = (
    "--idle-timeout",
    "4",
    "--acse-timeout",
    "4",
    "--max-object-time",
    "8",
    "--max-association-time",
    "20",
)
_SETTLED: Final = 120
"""Seconds after which all that is left of visitors has to be gone."""


@dataclass
class Told:
    """What a receiver said of the visitors of a round."""

    titles: set[str] = field(default_factory=set)
    """The calling AE titles that it heard; some were mutated on the way."""
    stored: Counter[str] = field(default_factory=Counter)
    """Of each title, how many objects."""
    files: set[str] = field(default_factory=set)


class Receiver:
    """One that runs, in a directory of its own."""

    def __init__(self, name: str, directory: Path, *options: str, tls: bool = False) -> None:
        directory.mkdir()
        self.name, self.directory = name, directory
        self.client = abusers.made_tls(directory) if tls else None
        keys = ("--tls-key", "store.key", "--tls-cert", "store.pem", "--tls-ca", "client.pem") if tls else ()
        command = [sys.executable, "-m", "asprofile", "receive", "127.0.0.1:0", "--into", "inbox", *_LIMITS, *options]
        command += ["--metrics", "0", "--format", "jsonl", "--isolated", *keys]
        surroundings = {**os.environ, "PYTHONPATH": str(_ROOT)}
        with (directory / "errors").open("wb") as errors:
            self.process = subprocess.Popen(
                command, cwd=directory, stdout=subprocess.PIPE, stderr=errors, env=surroundings
            )
        assert self.process.stdout is not None
        begun = json.loads(self.process.stdout.readline() or "{}")
        if "port" not in begun:
            raise Broken(f"{name} did not start: {(directory / 'errors').read_text()}")
        self.port, self.metrics = begun["port"], begun["metrics"]
        self.told, self.stored_in_all = Told(), 0
        self.states: Counter[str] = Counter()
        self._hearing = threading.Thread(target=self._hear, daemon=True)
        self._hearing.start()

    def _hear(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            event: dict[str, Any] = json.loads(line)
            if event["event"] == "stored":
                self.told.stored[event["calling_ae"]] += 1
                self.told.files.add(event["path"])
                self.stored_in_all += 1
            elif event["event"] == "requested":
                self.told.titles.add(event["calling_ae"])
            elif event["event"] == "end":
                self.states[event["state"]] += 1

    def measured(self) -> tuple[int, int, int, int]:
        """Threads, open files, and of the largest process its memory now and at most until now, in kB."""
        threads = files = memory = most = 0
        for pid in [self.process.pid, *_children(self.process.pid)]:
            status = dict(
                line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
            )
            threads += int(status["Threads"])
            files += sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
            memory = max(memory, int(status["VmRSS"].split()[0]))
            most = max(most, int(status["VmHWM"].split()[0]))
        return threads, files, memory, most

    def asked(self, metric: str) -> int:
        with urllib.request.urlopen(self.metrics, timeout=abusers.PATIENCE) as answer:
            lines = answer.read().decode().splitlines()
        return sum(int(float(line.split()[-1])) for line in lines if line.startswith(metric))

    def end(self) -> None:
        self.process.terminate()
        try:
            status = self.process.wait(timeout=_SETTLED)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Broken("does not end after SIGTERM") from None
        finally:
            self._hearing.join()
            assert self.process.stdout is not None
            self.process.stdout.close()
        if status:
            raise Broken(f"exit status {status} after SIGTERM")


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


class Run:
    """All of it; ``broken`` is what was found."""

    def __init__(self, receivers: list[Receiver], seed: int) -> None:
        self.receivers, self.seed = receivers, seed
        self.visits = 0
        self.kinds: Counter[str] = Counter()
        self.broken = 0
        self._lock = threading.Lock()
        self._heard: dict[str, Visit] = {}

    def find(self, where: str, what: str) -> None:
        self.broken += 1
        print(f"seed {self.seed}, {where}: {what}", flush=True)

    def round(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        threads = [threading.Thread(target=self._visitor, args=(until,)) for _ in range(VISITORS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _visitor(self, until: float) -> None:
        while time.monotonic() < until:
            with self._lock:
                number = self.visits
                self.visits += 1
            self.visit(number)

    def visit(self, number: int) -> None:
        """One; what it does follows from its number alone."""
        dice = random.Random(f"{self.seed} {number}")
        receiver = dice.choice(self.receivers)
        [kind] = dice.choices([*abusers.KINDS], [*abusers.KINDS.values()])
        title = f"V{number}"
        visit = Visit(dice, receiver.port, receiver.client, f"{title}.{zlib.crc32(title.encode()) & 0xFFFF:04X}")
        try:
            kind(visit)
        except TimeoutError:
            if kind is not abusers.deaf:
                self.find(f"visit {number}", f"{kind.__name__} of {receiver.name}: neither answered nor closed")
        except OSError:
            pass  # the receiver has closed, and may
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
            self.find(f"visit {number}", f"{kind.__name__} of {receiver.name}: {type(error).__name__}: {error}")
        with self._lock:
            self.kinds[kind.__name__] += 1
            self._heard[visit.title] = visit

    def look(self, first: dict[str, tuple[int, int, int, int]]) -> None:
        """What has to hold when no visitor is there."""
        heard, self._heard = self._heard, {}
        for receiver in self.receivers:
            try:
                self._settled(receiver, first[receiver.name])
                mine = [visit for visit in heard.values() if visit.port == receiver.port]
                _soon(partial(_check_files, receiver, mine))
                good = Visit(random.Random(), receiver.port, receiver.client, "GOOD")
                abusers.good(good)
                if not good.answered():
                    raise Broken("an object that was sent afterwards was not stored")
                self._settled(receiver, first[receiver.name])
                _soon(partial(_check_metrics, receiver))
            except (Broken, OSError) as error:
                self.find(f"after visit {self.visits - 1:,}", f"{receiver.name}: {error}")
            receiver.told = Told()
            for path in (receiver.directory / "inbox").iterdir():
                path.unlink()

    def _settled(self, receiver: Receiver, first: tuple[int, int, int, int]) -> None:
        deadline = time.monotonic() + _SETTLED
        while True:
            if receiver.process.poll() is not None:
                raise Broken(f"it ended with {receiver.process.returncode}")
            threads, files, _, memory = receiver.measured()
            if memory - first[2] > MOST_GROWTH << 10:
                raise Broken(f"{memory >> 10} MB, {first[2] >> 10} at first")
            if threads <= first[0] and files <= first[1]:
                return
            if time.monotonic() > deadline:
                raise Broken(f"{threads} threads and {files} open files are left, {first[0]} and {first[1]} at first")
            time.sleep(0.1)


def _check_files(receiver: Receiver, visits: list[Visit]) -> None:
    told = receiver.told
    there = {f"inbox/{path.name}" for path in (receiver.directory / "inbox").iterdir()}
    if there != told.files:
        raise Broken(f"files that were not told, or the other way round: {sorted(there ^ told.files)[:5]}")
    if (answered := sum(len(visit.answered()) for visit in visits)) > told.stored.total():
        raise Broken(f"{answered} answered with success, {told.stored.total()} stored")
    for visit in visits:
        answered, stored = len(visit.answered()), told.stored[visit.title]
        if visit.title not in told.titles:
            continue
        if answered > stored or (visit.complete and answered < stored):
            raise Broken(f"{visit.title}: {answered} answered with success, {stored} stored")


def _check_metrics(receiver: Receiver) -> None:
    stored = receiver.asked("asprofile_receive_objects_stored_total{")
    is_open = receiver.asked("asprofile_receive_associations_open")
    if (stored, is_open) != (receiver.stored_in_all, 0):
        raise Broken(f"metrics: {stored:,} stored of {receiver.stored_in_all:,}, {is_open} associations open")


def _soon(check: Callable[[], None]) -> None:
    """What is told, and how it is counted, may come a moment later."""
    deadline = time.monotonic() + _SETTLED
    while True:
        try:
            return check()
        except Broken:
            if time.monotonic() > deadline:
                raise
        time.sleep(0.1)


RECEIVERS: Final = ("plain", "tls", "processes")


def main(seconds: float, seed: int, names: Sequence[str] = RECEIVERS) -> int:
    """So long; the exit status. Prints a line a round, each promise that was not kept, and at last the sums."""
    with tempfile.TemporaryDirectory() as name:
        receivers = [
            Receiver(kind, Path(name, kind), *(("--processes", "2") if kind == "processes" else ()), tls=kind == "tls")
            for kind in names
        ]
        run = Run(receivers, seed)
        try:
            _rounds(run, seconds)
        finally:
            for receiver in receivers:
                try:
                    receiver.end()
                except Broken as error:
                    run.find("at the end", f"{receiver.name}: {error}")
                if b"Traceback" in (said := (receiver.directory / "errors").read_bytes()):
                    run.find("at the end", f"{receiver.name}: {said[-3000:].decode('utf-8', 'replace')}")
    return 1 if run.broken else 0


def _rounds(run: Run, seconds: float) -> None:
    for receiver in run.receivers:  # what is loaded at the first object counts as there at first
        abusers.good(Visit(random.Random(), receiver.port, receiver.client, "FIRST"))
        _soon(partial(_check_metrics, receiver))
    began = time.monotonic()
    time.sleep(min(2, seconds))
    first = {receiver.name: receiver.measured() for receiver in run.receivers}
    while (left := began + seconds - time.monotonic()) > 0:
        run.round(min(ROUND, left))
        run.look(first)
        print(f"{time.monotonic() - began:.0f} s: {run.visits:,} visits; {_told(run, first)}", flush=True)
    print(f"kinds: {_counted(run.kinds)}")
    for receiver in run.receivers:
        print(f"{receiver.name}: {receiver.stored_in_all:,} stored; ends: {_counted(receiver.states)}")
    print(f"{run.visits:,} visits; {run.broken:,} promises not kept")


def _told(run: Run, first: dict[str, tuple[int, int, int, int]]) -> str:
    parts = []
    for receiver in run.receivers:
        if receiver.process.poll() is None:
            threads, files, memory, most = receiver.measured()
            sizes = f"{memory >> 10} MB ({first[receiver.name][2] >> 10} at first, {most >> 10} at most)"
            parts.append(f"{receiver.name} {threads} threads, {files} files, {sizes}")
    return "; ".join(parts)


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in sorted(counts.items()))
