#!/usr/bin/env python3
"""How much do more workers bring? `asprofile migrate --worker`, one and four of them, over a link with a round trip.

    python benchmarks/workers.py                          4,000 objects, 40 ms there and back
    python benchmarks/workers.py --objects 400 --rounds 1     the same way with less data
    python benchmarks/workers.py --calculate 100000000    what so many objects would take, by figures of 100,000

The target takes one object at a time over each association, so what is measured is waiting, and the target is not the
limit. PostgreSQL (Debian's) is started by this program in a temporary directory. The time is that from the first object
that arrives to the last, so that the start of processes does not count; medians of ``--rounds``.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "tests"), str(HERE.parent)]

from factories import write_ct  # type: ignore[import-not-found]  # noqa: E402
from postgres_server import PostgresServer  # type: ignore[import-not-found]  # noqa: E402
from wan import line  # noqa: E402

import asprofile  # noqa: E402

BLOCK, MARKS = 500, 32
BYTES = 670
"""In PostgreSQL 15 for each object once it is stored, with indices: of 100,000 objects, without vacuum."""
LEDGER = 3300
"""Objects a second that one worker marked and recorded, without sending them."""
BAR = 3.0
"""What four workers should be of one."""
MIGRATE = [sys.executable, "-m", "asprofile", "migrate"]


class Arrivals:
    """When the first object came, and the last."""

    def __init__(self) -> None:
        self.count = 0
        self.first = self.last = 0.0
        self._lock = threading.Lock()

    def event(self, event: object) -> None:
        if isinstance(event, asprofile.Received):
            with self._lock:
                self.last = time.monotonic()
                self.first = self.first or self.last
                self.count += 1


def measure(url: str, archive: Path, directory: Path, workers: int, milliseconds: float) -> float:
    """Objects a second."""
    arrivals = Arrivals()
    with line(milliseconds, 0.0) as link:
        address = f"{link.listen[0]}:{link.listen[1]}"
        with asprofile.receive(None, directory, address=address, on_event=arrivals.event, keep_events=False):
            subprocess.run([*MIGRATE, "scan", url, "--from", str(archive), "--quiet"], check=True, stdout=sys.stderr)
            command = [*MIGRATE, url, "--worker", "--quiet", "--to", f"127.0.0.1:{link.peer[1]}", "--window", "1",
                       "--associations", str(workers)]  # fmt: skip
            running = [subprocess.Popen(command) for _ in range(workers)]
            assert [one.wait() for one in running] == [0] * workers
    return arrivals.count / (arrivals.last - arrivals.first)


def calculate(objects: int, senders: int, rate: float) -> None:
    """What so many objects would take, by what was measured of 100,000 of them."""
    together = senders * rate
    print(f"calculated, not measured: {objects:,} objects by {senders} senders of {rate:g} objects a second each")
    print(f"  {objects / together / 86400:.1f} days of sending")
    print(f"  {objects // BLOCK:,} blocks of {BLOCK}; {together / BLOCK:.1f} claims a second,")
    print(f"  {2 * together / MARKS:,.0f} commits a second for marks and answers")
    print(f"  {objects * BYTES / 1e9:.0f} GB in PostgreSQL at the end; at most {LEDGER:,} objects a second of a worker")


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--objects", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--round-trip", type=float, default=40.0, metavar="MS")
    parser.add_argument("--calculate", type=int, metavar="OBJECTS")
    parser.add_argument("--senders", type=int, default=10, help="for --calculate")
    parser.add_argument("--rate", type=float, default=44.0, help="objects a second of a sender, for --calculate")
    parser.add_argument("--check", action="store_true", help="exit with 1 if the bar is missed")
    options = parser.parse_args()
    if options.calculate:
        calculate(options.calculate, options.senders, options.rate)
        return 0
    found: dict[int, list[float]] = {1: [], 4: []}
    with tempfile.TemporaryDirectory(prefix="asprofile-bench-") as name, PostgresServer() as server:
        directory = Path(name)
        (directory / "archive").mkdir()
        for number in range(options.objects):
            write_ct(directory / "archive" / f"{number}.dcm", f"1.2.3.{number + 1}", side=8)
        for turn in range(options.rounds):
            for workers, rates in found.items():
                inbox = directory / f"inbox-{workers}-{turn}"
                rates.append(measure(server.fresh(), directory / "archive", inbox, workers, options.round_trip))
    one, four = (statistics.median(found[workers]) for workers in (1, 4))
    met = four >= BAR * one
    print(f"{options.objects:,} objects, {options.round_trip:g} ms there and back, one at a time an association")
    print(f"  1 worker {one:8.1f} a second\n  4 workers{four:8.1f} a second, {four / one:.2f}x (bar {BAR:g}: "
          f"{'met' if met else 'MISSED'})")  # fmt: skip
    return 1 if options.check and not met else 0


if __name__ == "__main__":
    sys.exit(main())
