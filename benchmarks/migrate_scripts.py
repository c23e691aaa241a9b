#!/usr/bin/env python3
"""`asprofile migrate` beside what people write themselves: storescu or C-MOVE, a study at a time, into an Orthanc.

    python benchmarks/migrate_scripts.py                        2,000 small objects in studies of 25, three rounds
    python benchmarks/migrate_scripts.py --objects 500 --rounds 1

From a directory: storescu for each directory of a study, as installed and with TCP_NODELAY=1 in its environment. From
DCMTK's dcmqrscp: movescu for each study, whose UIDs are known beforehand, straight to the Orthanc; `asprofile migrate`
asks for them, and takes the objects with C-GET. Its time is that of the whole command, scan and journal included. Each
run has an Orthanc without objects; medians of the objects a second that it has then, and ratios. Needs Orthanc and
DCMTK. Exit status 1 if something did not arrive, or, with ``--check``, the bar is missed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from migrate_proof import Orthanc, command_of, free_port, running
from mixed_archive import IN_A_STUDY, KINDS, Archive, study_uid

BAR = 3.0
"""Times the objects a second of a script."""
NODELAY = {"TCP_NODELAY": "1"}


@dataclass(frozen=True)
class Mover:
    """How objects are moved to a target: ``command(target)`` for each study, or one for all; with a journal in that
    directory.
    """

    name: str
    commands: Callable[[Orthanc, Path], list[list[str]]]
    environment: dict[str, str]


def from_files(folder: Path, count: int) -> list[Mover]:
    archive = Archive(folder / "unused", KINDS)
    for number in range(count):
        archive.write(number, folder / "files" / f"{number // IN_A_STUDY:06}" / f"{number:08}.dcm")
    studies = sorted((folder / "files").iterdir())

    def storescu(target: Orthanc, _: Path) -> list[list[str]]:
        # -xs: with what is in JPEG Lossless, too.
        send = ["storescu", "-R", "-xs", "+sd", "-aec", "ORTHANC", "127.0.0.1", str(target.port)]
        return [[*send, str(study)] for study in studies]

    def migrate(target: Orthanc, scratch: Path) -> list[list[str]]:
        options = ("-q", "--isolated", "--associations", "1", str(scratch / "journal"))
        return [command_of("migrate", *options, "--from", str(folder / "files"), "--to", target.peer)]

    scripts = [Mover("storescu", storescu, {}), Mover("storescu-nodelay", storescu, NODELAY)]
    return [Mover("asprofile", migrate, {}), *scripts]


def from_dcmqrscp(folder: Path, count: int, stack: ExitStack, back: int) -> list[Mover]:
    """Only what is not compressed: with C-MOVE dcmqrscp proposes one transfer syntax that is."""
    area = folder / "AREA"
    archive = Archive(folder / "none", tuple(kind for kind in KINDS if not kind.is_compressed))
    for number in range(count):
        archive.write(number, area / f"{number:08}.dcm")
    subprocess.run(["dcmqridx", str(area), *sorted(map(str, area.glob("*.dcm")))], check=True)
    port = free_port()
    (folder / "dcmqrscp.cfg").write_text(
        "MaxPDUSize = 16384\nMaxAssociations = 16\nHostTable BEGIN\n"
        f"target = (ORTHANC, 127.0.0.1, {back})\nHostTable END\nVendorTable BEGIN\nVendorTable END\n"
        f"AETable BEGIN\nAREA {area} RW (500, 1024mb) ANY\nAETable END\n"
    )
    stack.enter_context(running(["dcmqrscp", "-c", str(folder / "dcmqrscp.cfg"), str(port)], port, folder))
    studies = [study_uid(number) for number in range(-(-count // IN_A_STUDY))]

    def movescu(*_: object) -> list[list[str]]:
        move = ["movescu", "-S", "-aec", "AREA", "-aem", "ORTHANC", "127.0.0.1", str(port)]
        keys = ["-k", "QueryRetrieveLevel=STUDY", "-k"]
        return [[*move, *keys, f"StudyInstanceUID={study}"] for study in studies]

    def migrate(target: Orthanc, scratch: Path) -> list[list[str]]:
        options = ("-q", "--isolated", "--associations", "1", str(scratch / "journal"))
        return [command_of("migrate", *options, "--from", f"AREA@127.0.0.1:{port}", "--to", target.peer)]

    return [Mover("asprofile", migrate, {}), Mover("movescu", movescu, {}), Mover("movescu-nodelay", movescu, NODELAY)]


def rate_of(mover: Mover, folder: Path, port: int, count: int) -> float:
    """Objects a second, with an Orthanc on that port."""
    folder.mkdir()
    with Orthanc.started(folder / "target", port) as target:
        began = time.perf_counter()
        for command in mover.commands(target, folder):
            done = subprocess.run(command, check=False, capture_output=True, env={**os.environ, **mover.environment})
            if done.returncode:
                raise SystemExit(f"{command}: {done.stdout + done.stderr!r}")
        seconds = time.perf_counter() - began
        if target.count() != count:
            raise SystemExit(f"{mover.name}: {target.count()} of {count} arrived")
    shutil.rmtree(folder)
    return count / seconds


def show(name: str, movers: list[Mover], folder: Path, port: int, options: argparse.Namespace) -> bool:
    rates: dict[str, list[float]] = {mover.name: [] for mover in movers}
    for number in range(options.rounds):
        first = number % len(movers)
        for mover in movers[first:] + movers[:first]:
            rates[mover.name].append(rate_of(mover, folder / "run", port, options.objects))
    medians = {script: statistics.median(some) for script, some in rates.items()}
    print(f"\n{options.objects:,} objects from {name} to Orthanc")
    good = True
    ours = medians.pop("asprofile")
    print(f"  {'asprofile':18} {ours:8.0f} objects a second")
    for script, rate in medians.items():
        met = ours / rate >= BAR
        good = good and met
        bar = f"{ours / rate:.1f}x (bar {BAR:g}: {'met' if met else 'MISSED'})"
        print(f"  {script:18} {rate:8.0f} objects a second  {bar}", flush=True)
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--objects", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--check", action="store_true", help="exit with 1 if the bar is missed")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="asprofile-bench-")))
        port = free_port()
        good = show("a directory", from_files(folder, options.objects), folder, port, options)
        movers = from_dcmqrscp(folder, options.objects, stack, port)
        good = show("dcmqrscp", movers, folder, port, options) and good
    return 1 if options.check and not good else 0


if __name__ == "__main__":
    sys.exit(main())
