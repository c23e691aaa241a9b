#!/usr/bin/env python3
"""How fast are objects received, beside storescp and dcmrecv? Prints seconds, processor time and ratios.

    python benchmarks/receive.py                                 everything, as the bars want it (half an hour)
    python benchmarks/receive.py --ct 100 --small 500 --rounds 3 the same ways with less data
    python benchmarks/receive.py --senders storescu --data small only these

Whole processes on this machine. The acceptors are started once for each data set with TCP_NODELAY=1 in their
environment, and take turns: each in turn is the first of a round, and its directory, on a disk in memory where there is
one (/dev/shm), is emptied before each sending. Medians of ``--rounds``; the processor time is that of the acceptor and
its children. Programs that are not installed are left out. Exit status 1 if something was not stored, or, with
``--check``, a ratio is under its bar.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from send import COMPILED, NODELAY, PATH, Acceptor, Data, Sender, make_data, run_process, running

if TYPE_CHECKING:
    from collections.abc import Iterator

MEMORY = Path("/dev/shm")
MORE_AT_ONCE = 4
CANNED = "canned-4"
"""Four associations that take next to no time of their own, and do not wait for answers."""
ONE_BY_ONE = "one-by-one-4"
"""The same, but each sends an object when the one before is answered: as storescu does, from machines of its own."""


def ours(*extra: str) -> list[str]:
    return [sys.executable, "-m", "asprofile", "receive", "--isolated", "--quiet", *extra]


def receive(*extra: str) -> Acceptor:
    """asprofile, with options."""
    name = "-".join(["asprofile", *(one.lstrip("-") for one in extra)])

    def command(port: int, directory: Path) -> list[str]:
        return ours(*extra, f"127.0.0.1:{port}", "--into", str(directory / "in"))

    return Acceptor(name, sys.executable, command, NODELAY | COMPILED)


def dcmtk(name: str, program: str, *options: str) -> Acceptor:
    def command(port: int, directory: Path) -> list[str]:
        return [program, *options, "-od", str(directory / "in"), str(port)]

    return Acceptor(name, program, command, NODELAY)


ACCEPTORS = [
    receive(),
    receive("--durable"),
    receive("--processes", "2"),
    dcmtk("storescp", "storescp", "+B"),
    dcmtk("storescp-fork", "storescp", "+B", "--fork"),
    # Without a profile it accepts nothing but Verification.
    dcmtk("dcmrecv", "dcmrecv", "+B", "-xf", "/etc/dcmtk/storescp.cfg", "Default"),
]


class Way(NamedTuple):
    """How many senders there are at once, and which."""

    name: str
    sender: Sender
    at_once: int


def ways() -> list[Way]:
    def send(port: int, directory: Path) -> list[str]:
        return [
            sys.executable, "-m", "asprofile", "send", "--isolated", "--associations", "1", f"127.0.0.1:{port}",
            str(directory),
        ]  # fmt: skip

    def storescu(port: int, directory: Path) -> list[str]:
        return ["storescu", "-R", "+sd", "127.0.0.1", str(port), str(directory)]

    program = str(Path(__file__).with_name("canned.py"))

    def canned(port: int, *directories: Path) -> list[str]:
        return [sys.executable, program, str(port), *map(str, directories)]

    def one_by_one(port: int, *directories: Path) -> list[str]:
        return [sys.executable, program, "--one-by-one", str(port), *map(str, directories)]

    asprofile, dcmtks = Sender("asprofile", send, COMPILED), Sender("storescu", storescu, NODELAY)
    return [
        Way("asprofile", asprofile, 1),
        Way("storescu", dcmtks, 1),
        Way("storescu-4", dcmtks, MORE_AT_ONCE),
        Way(ONE_BY_ONE, Sender(ONE_BY_ONE, one_by_one, COMPILED), MORE_AT_ONCE),
        Way(CANNED, Sender(CANNED, canned, COMPILED), MORE_AT_ONCE),
    ]


class Bar(NamedTuple):
    """asprofile is to be at least ``ratio`` times as fast as ``acceptor``, with this data sent in this way."""

    data: str
    way: str
    acceptor: str
    ratio: float


BARS = (
    *(
        Bar(data, way, acceptor, ratio)
        for data, ratio in (("ct", 1.3), ("small", 1.0))
        for way in ("asprofile", "storescu")
        for acceptor in ("storescp", "dcmrecv")
    ),
    *(Bar(data, "storescu-4", "storescp-fork", 1.5) for data in ("ct", "small")),
    # Of itself: 0.7 times as fast is 1 / 0.7 times the time.
    *(Bar(data, "asprofile", "asprofile-durable", 0.7) for data in ("ct", "small")),
)


class Measured(NamedTuple):
    """One sending: seconds, and seconds of a processor that the acceptor took."""

    seconds: float
    processor: float


class Started(NamedTuple):
    """An acceptor that listens on ``port``; what it stores is in ``inbox``."""

    acceptor: Acceptor
    port: int
    inbox: Path
    process: int


@contextmanager
def started(acceptor: Acceptor, directory: Path) -> Iterator[Started]:
    inbox = directory / "in"

    def command(port: int, _: Path) -> list[str]:
        inbox.mkdir()
        return acceptor.command(port, directory)

    before = children()
    with running(Acceptor(acceptor.name, acceptor.program, command, acceptor.environment), directory) as port:
        [process] = children() - before
        yield Started(acceptor, port, inbox, process)


def children() -> set[int]:
    """The processes that we started."""
    found = set()
    for tasks in Path("/proc/self/task").glob("*/children"):
        found |= set(map(int, tasks.read_text().split()))
    return found


def processor_time(process: int) -> float:
    """Seconds that a process, its children, and those that it waited for have taken."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    own = sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    tasks = Path(f"/proc/{process}/task").glob("*/children")
    return own + sum(processor_time(int(child)) for task in tasks for child in task.read_text().split())


def sending(data: Data, way: Way, to: Started) -> Measured:
    for path in to.inbox.iterdir():
        path.unlink()
    before = processor_time(to.process)
    command = way.sender.command(to.port, data.directory)
    if way.at_once == 1:
        seconds = run_process(command, way.sender.environment).seconds
        check(to, data.count)
    else:
        seconds = several(data, way, to)
    return Measured(seconds, processor_time(to.process) - before)


def several(data: Data, way: Way, to: Started) -> float:
    """Each sender has its own part of the objects; seconds until the last has ended."""
    parts = sorted(path for path in data.directory.parent.glob(f"{data.directory.name}-part*") if path.is_dir())
    if way.name in (CANNED, ONE_BY_ONE):
        done = subprocess.run(way.sender.command(to.port, *parts), capture_output=True, text=True, check=True)
        check(to, data.count)
        return float(done.stdout)
    script = ["import subprocess, sys", "running = [subprocess.Popen(c) for c in eval(sys.argv[1])]"]
    script.append("sys.exit(max(one.wait() for one in running))")
    commands = [way.sender.command(to.port, part) for part in parts]
    run = run_process([sys.executable, "-c", "\n".join(script), repr(commands)], way.sender.environment)
    check(to, data.count)
    return run.seconds


def check(to: Started, count: int) -> None:
    stored = sum(1 for _ in to.inbox.iterdir())
    if stored != count:
        raise SystemExit(f"{to.acceptor.name} stored {stored:,} of {count:,} objects")


def divided(data: Data) -> None:
    """The objects in as many directories as there are senders at once, as links."""
    for number in range(MORE_AT_ONCE):
        (data.directory.parent / f"{data.directory.name}-part{number}").mkdir()
    for number, path in enumerate(sorted(data.directory.iterdir())):
        part = data.directory.parent / f"{data.directory.name}-part{number % MORE_AT_ONCE}"
        (part / path.name).hardlink_to(path)


def takes(acceptor: Acceptor, way: Way) -> bool:
    """Those that take one association at a time would let the others wait, and storescp 3.6.7 stops in the middle of
    what a sender says that does not wait for answers.
    """
    if way.name == CANNED:
        return acceptor.name in ("asprofile", "asprofile-processes-2")
    return way.at_once == 1 or acceptor.name in ("asprofile", "asprofile-processes-2", "storescp-fork")


def measure(data: Data, way: Way, all_of_them: list[Started], rounds: int) -> dict[str, list[Measured]]:
    chosen = [one for one in all_of_them if takes(one.acceptor, way)]
    found: dict[str, list[Measured]] = {one.acceptor.name: [] for one in chosen}
    for one in chosen:
        sending(data, way, one)  # not counted: the first writes compiled modules, and fills caches
    for number in range(rounds):
        first = number % len(chosen)
        for one in chosen[first:] + chosen[:first]:
            found[one.acceptor.name].append(sending(data, way, one))
    return found


def show(data: Data, way: Way, found: dict[str, list[Measured]]) -> bool:
    """The medians and ratios; False if one is under its bar."""
    print(f"\n{data.name} from {way.name}")
    good = True
    medians = {name: statistics.median(one.seconds for one in runs) for name, runs in found.items()}
    own = medians.get("asprofile")
    for name, seconds in medians.items():
        processor = statistics.median(one.processor for one in found[name])
        line = f"  {name:18} {seconds:8.3f} s  {processor:8.2f} s of a processor"
        if own is not None and name != "asprofile":
            ratio = own / seconds if name.startswith("asprofile-") else seconds / own
            line += f"  {ratio:6.2f}"
            for bar in BARS:
                if bar[:3] == (data.name, way.name, name):
                    good = good and ratio >= bar.ratio
                    line += f"  (bar {bar.ratio:g}: {'met' if ratio >= bar.ratio else 'MISSED'})"
        print(line, flush=True)
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--ct", type=int, default=1000, help="how many objects of 525 kB")
    parser.add_argument("--small", type=int, default=10000, help="how many objects of 9 kB")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", nargs="+", choices=["ct", "small"], default=["ct", "small"])
    parser.add_argument("--acceptors", nargs="+", choices=[one.name for one in ACCEPTORS])
    parser.add_argument("--senders", nargs="+", choices=[way.name for way in ways()])
    parser.add_argument("--check", action="store_true", help="exit with 1 if a bar is missed")
    options = parser.parse_args()
    options.large = 0
    good = True
    where = MEMORY if os.access(MEMORY, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="asprofile-bench-", dir=where) as name:
        directory = Path(name)
        for data in make_data(directory, options):
            divided(data)
            with ExitStack() as stack:
                listening = [
                    stack.enter_context(started(acceptor, directory / f"{acceptor.name}-{data.name}"))
                    for acceptor in ACCEPTORS
                    if acceptor.name in (options.acceptors or [acceptor.name])
                    and shutil.which(acceptor.program, path=PATH) is not None
                ]
                for way in ways():
                    program = way.sender.command(0, directory)[0]
                    if way.name in (options.senders or [way.name]) and shutil.which(program, path=PATH) is not None:
                        good = show(data, way, measure(data, way, listening, options.rounds)) and good
            for path in directory.glob(f"{data.directory.name}*"):
                shutil.rmtree(path)
    return 1 if options.check and not good else 0


if __name__ == "__main__":
    sys.exit(main())
