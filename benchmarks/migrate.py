#!/usr/bin/env python3
"""How much does a journal cost? `asprofile migrate` beside `asprofile send`, and a journal of millions of objects.

    python benchmarks/migrate.py                               everything, as the bars want it (an hour or more)
    python benchmarks/migrate.py --ct 500 --small 5000 --rows 100000    the same ways with less data
    python benchmarks/migrate.py --acceptors sink --data small          only these

Whole processes on this machine, one after the other, each in turn in each round: medians of ``--rounds``, with one
association and the same options. A migration has scanned before; `asprofile send` looks at its files itself, so the
time of scan and run together is printed, too. Processor time is that of the sender alone, and varies less than time
does on a machine that does other things. The rows of the large journal are made of headers in memory. Exit status 1 if
something was not stored, or, with ``--check``, a bar is missed.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import send

BARS = {"run": 0.97}
"""Of the speed of `asprofile send`."""
ROWS_A_SECOND = 100_000
MOST_MEMORY = 150.0
"""MB, for the rows."""


@dataclass(frozen=True)
class Measured:
    """Seconds, seconds of a processor, and MB."""

    seconds: float
    processor: float
    memory: float


def run_process(*arguments: str) -> Measured:
    started = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "asprofile", *arguments],
        env={**os.environ, **send.COMPILED},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{arguments} ended with {process.returncode}: {said.decode(errors='replace')[-500:]}")
    return Measured(seconds, usage.ru_utime + usage.ru_stime, megabytes(usage))


def megabytes(usage: resource.struct_rusage) -> float:
    return usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3)


# --- beside `asprofile send`


def measure(data: send.Data, acceptor: send.Acceptor, directory: Path, rounds: int) -> dict[str, list[Measured]]:
    times: dict[str, list[Measured]] = {"send": [], "scan": [], "run": []}
    with send.running(acceptor, directory / f"{acceptor.name}-{data.name}") as port:
        peer, options = f"127.0.0.1:{port}", ("--isolated", "-q", "--associations", "1")
        run_process("send", *options, peer, str(data.directory))
        for number in range(rounds):
            journal = str(directory / "journal")

            def sent() -> None:
                times["send"].append(run_process("send", *options, peer, str(data.directory)))

            def migrated(journal: str = journal) -> None:
                scan = ("migrate", "scan", "-q", "--isolated", journal, "--from", str(data.directory))
                times["scan"].append(run_process(*scan))
                times["run"].append(run_process("migrate", "run", *options, journal, "--to", peer))

            for step in (sent, migrated) if number % 2 else (migrated, sent):
                step()
            for path in directory.glob("journal*"):
                path.unlink()
    return times


def show(data: send.Data, acceptor: send.Acceptor, times: dict[str, list[Measured]]) -> bool:
    print(f"\n{data.name} to {acceptor.name}")
    middle = {name: statistics.median(one.seconds for one in runs) for name, runs in times.items()}
    processor = {name: statistics.median(one.processor for one in runs) for name, runs in times.items()}
    for name, seconds in middle.items():
        memory = max(one.memory for one in times[name])
        each = 1e6 * processor[name] / data.count
        print(f"  {name:6} {seconds:8.3f} s  {each:7.0f} microseconds of a processor an object  {memory:5.0f} MB")
    met = middle["send"] / middle["run"] >= BARS["run"]
    both, all_processor = middle["scan"] + middle["run"], processor["scan"] + processor["run"]
    print(
        f"  run: {middle['send'] / middle['run']:.2f} of the speed of send (bar {BARS['run']}: "
        f"{'met' if met else 'MISSED'}), {processor['run'] / processor['send']:.2f} of its processor time"
    )
    print(
        f"  scan and run: {middle['send'] / both:.2f} of the speed, {all_processor / processor['send']:.2f} of the "
        "processor time",
        flush=True,
    )
    return met


# --- a journal of millions

_ROWS = """
import resource, sys, time
from pathlib import Path
from asprofile.migrate.journal import Journal
from asprofile.migrate.scanning import take_in
from asprofile.objects.header import ObjectHeader
name, count = sys.argv[1], int(sys.argv[2])
def headers():
    for number in range(count):
        path = Path(f"/archive/2024/{number // 400:06}/{number:08}.dcm")
        yield ObjectHeader(path, "1.2.840.10008.5.1.4.1.1.2", f"2.25.3298007356985862956412.{number}",
                           "1.2.840.10008.1.2.1", 400, 526000, False, (1, number, number, number))
started = time.process_time()
sum(1 for _ in headers())
making = time.process_time() - started
with Journal.begun(name) as journal:
    started = time.process_time()
    take_in(journal, headers(), lambda _: None, lambda: True)
    print(time.process_time() - started - making, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def show_rows(directory: Path, count: int) -> bool:
    journal = directory / "rows"
    done = subprocess.run(
        [sys.executable, "-c", _ROWS, str(journal), str(count)], check=True, capture_output=True, text=True
    )
    seconds, memory = map(float, done.stdout.split())
    memory /= 1e6 if sys.platform == "darwin" else 1e3
    status = run_process("migrate", "status", str(journal))
    rate, size = count / seconds, journal.stat().st_size / count
    met = rate >= ROWS_A_SECOND and memory < MOST_MEMORY
    print(
        f"\n{count:,} objects into a journal: {rate:,.0f} a second of a processor with their indices "
        f"(bar {ROWS_A_SECOND:,}), "
        f"{memory:.0f} MB of memory (bar {MOST_MEMORY:.0f}), {size:.0f} bytes each: {'met' if met else 'MISSED'}"
    )
    print(f"its status: {status.seconds:.2f} s, {status.memory:.0f} MB")
    return met


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--ct", type=int, default=20_000, help="how many objects of 525 kB")
    parser.add_argument("--small", type=int, default=100_000, help="how many objects of 9 kB")
    parser.add_argument("--rows", type=int, default=5_000_000, help="how many objects in the large journal; 0: none")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", nargs="*", choices=["ct", "small"], default=["ct", "small"])
    parser.add_argument("--acceptors", nargs="+", choices=["sink", "orthanc"], default=["sink", "orthanc"])
    parser.add_argument("--check", action="store_true", help="exit with 1 if a bar is missed")
    options = parser.parse_args()
    options.large = 0
    good = True
    with tempfile.TemporaryDirectory(prefix="asprofile-bench-") as name:
        directory = Path(name)
        sink = send.build_sink(directory)
        if options.rows:
            good = show_rows(directory, options.rows)
        for data in send.make_data(directory, options):
            for acceptor in send.acceptors(sink):
                if acceptor.name not in options.acceptors:
                    continue
                if shutil.which(acceptor.program, path=send.PATH) is None:
                    print(f"\n{acceptor.name} is not installed")
                    continue
                good = show(data, acceptor, measure(data, acceptor, directory, options.rounds)) and good
            shutil.rmtree(data.directory)
    return 1 if options.check and not good else 0


if __name__ == "__main__":
    sys.exit(main())
