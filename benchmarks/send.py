#!/usr/bin/env python3
"""How fast are objects sent, beside storescu, dcmsend and pynetdicom? Prints seconds, memory and ratios.

    python benchmarks/send.py                                          everything, as the bars want it (an hour or more)
    python benchmarks/send.py --ct 100 --small 500 --large 50          the same ways with less data
    python benchmarks/send.py --acceptors sink storescp --data small   only these
    python benchmarks/send.py --auto                                   --associations auto beside fixed numbers

Whole processes on this machine, one after the other, each sender in turn in each round: medians of ``--rounds``. An
acceptor is started once for each data set; the files are in the page cache. ``nodelay`` behind a program's name: run
with TCP_NODELAY=1 in its environment, which is what turns Nagle's algorithm off in DCMTK. ``tls``: over TLS, with a key
made for the occasion, from the senders that can, which verify nothing. Programs that are not
installed are left out. Exit status 1 if something was not stored, or, with ``--check``, a ratio is under its bar.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PATH = os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin"
CT = "1.2.840.10008.5.1.4.1.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
ROOT = "2.25.329800735698586629295641978511506172918"
NODELAY = {"TCP_NODELAY": "1"}
COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}
"""For Python's programs: compiled modules are part of every installation."""
LEAST_OF_BEST = 0.97
"""Of the best fixed number of associations, that `--associations auto` reaches."""
FIXED = ("1", "2", "4")
MOST_MEMORY = 120.0
"""Peak resident memory of asprofile, in MB."""


# --- data


def element(group: int, number: int, vr: str, value: bytes) -> bytes:
    value += b"\0" * (len(value) % 2) if vr in ("UI", "OW") else b" " * (len(value) % 2)
    head = struct.pack("<HH2s", group, number, vr.encode())
    return head + (struct.pack("<xxI" if vr == "OW" else "<H", len(value))) + value


def write_object(path: Path, instance: str, rows: int, columns: int, frames: int = 1) -> None:
    """A CT image of 16 bit, each with a patient, study and series, so that any archive takes it."""
    meta = b"".join(
        (
            element(2, 2, "UI", CT.encode()),
            element(2, 3, "UI", instance.encode()),
            element(2, 0x10, "UI", EXPLICIT.encode()),
            element(2, 0x12, "UI", ROOT.encode()),
        )
    )
    numbers = ((0x10, rows), (0x11, columns), (0x100, 16), (0x101, 16), (0x102, 15), (0x103, 0))
    frame = os.urandom(columns * 2) * rows
    with path.open("wb") as file:
        file.write(bytes(128) + b"DICM" + element(2, 0, "UL", struct.pack("<I", len(meta))) + meta)
        for group, number, vr, value in (
            (8, 0x16, "UI", CT),
            (8, 0x18, "UI", instance),
            (8, 0x20, "DA", "20240229"),
            (8, 0x60, "CS", "CT"),
            (0x10, 0x10, "PN", "Bench^Mark"),
            (0x10, 0x20, "LO", "B1"),
            (0x20, 0xD, "UI", f"{ROOT}.1"),
            (0x20, 0xE, "UI", f"{ROOT}.1.1"),
            (0x28, 2, "US", struct.pack("<H", 1)),
            (0x28, 4, "CS", "MONOCHROME2"),
            (0x28, 8, "IS", str(frames)),
        ):
            file.write(element(group, number, vr, value if isinstance(value, bytes) else value.encode()))
        for number, size in numbers:
            file.write(element(0x28, number, "US", struct.pack("<H", size)))
        file.write(struct.pack("<HH2sxxI", 0x7FE0, 0x10, b"OW", len(frame) * frames))
        for _ in range(frames):
            file.write(frame)


@dataclass(frozen=True)
class Data:
    """A directory of objects."""

    name: str
    directory: Path
    count: int
    size: int


def make_data(directory: Path, options: argparse.Namespace) -> Iterator[Data]:
    """The three data sets: 525 kB each, 9 kB each, one large one."""
    shapes = {
        "ct": (options.ct, 512, 512, 1),
        "small": (options.small, 66, 64, 1),
        "large": (1 if options.large else 0, 512, 512, max(1, round(options.large * 1e6 / (512 * 512 * 2)))),
    }
    for name in options.data:
        count, rows, columns, frames = shapes[name]
        if not count:
            continue
        target = directory / name
        target.mkdir()
        for index in range(count):
            write_object(target / f"{index:06}.dcm", f"{ROOT}.2.{len(name)}.{index}", rows, columns, frames)
        size = sum(path.stat().st_size for path in target.iterdir())
        print(f"{name}: {count:,} objects, {size / 1e6:,.1f} MB", flush=True)
        yield Data(name, target, count, size)


# --- acceptors


@dataclass(frozen=True)
class Acceptor:
    """How a peer is started: ``command(port, directory)``."""

    name: str
    program: str
    command: Callable[[int, Path], list[str]]
    environment: dict[str, str]
    tls: bool = False


def orthanc(port: int, directory: Path) -> list[str]:
    settings = {
        "StorageDirectory": str(directory / "storage"),
        "IndexDirectory": str(directory / "index"),
        "Plugins": [],
        "HttpServerEnabled": False,
        "DicomPort": port,
        "DicomCheckCalledAet": False,
        "DicomAlwaysAllowStore": True,
        "OverwriteInstances": True,
    }
    configuration = directory / "orthanc.json"
    configuration.write_text(json.dumps(settings))
    return ["Orthanc", str(configuration)]


def acceptors(sink: str | None) -> list[Acceptor]:
    def storescp(port: int, directory: Path) -> list[str]:
        return ["storescp", "-od", str(directory), str(port)]

    def storescp_fork(port: int, directory: Path) -> list[str]:
        return ["storescp", "--fork", "-od", str(directory), str(port)]

    def storescp_tls(port: int, directory: Path) -> list[str]:
        key, certificate = make_key(directory)
        return ["storescp", "+tls", key, certificate, "-ic", "-od", str(directory), str(port)]

    def dcmrecv(port: int, directory: Path) -> list[str]:
        # Without a profile it accepts nothing but Verification.
        return ["dcmrecv", "-xf", "/etc/dcmtk/storescp.cfg", "Default", "-od", str(directory), str(port)]

    return [
        Acceptor("sink", sink or "sink", lambda port, _: [sink or "sink", str(port)], {}),
        Acceptor("storescp", "storescp", storescp, {}),
        Acceptor("storescp-nodelay", "storescp", storescp, NODELAY),
        Acceptor("storescp-fork-nodelay", "storescp", storescp_fork, NODELAY),
        Acceptor("dcmrecv", "dcmrecv", dcmrecv, {}),
        Acceptor("orthanc", "Orthanc", orthanc, {}),
        Acceptor("storescp-tls", "storescp", storescp_tls, {}, tls=True),
        Acceptor("storescp-tls-nodelay", "storescp", storescp_tls, NODELAY, tls=True),
    ]


def make_key(directory: Path) -> tuple[str, str]:
    """The files of a new private key and of its certificate."""
    key, certificate = str(directory / "key.pem"), str(directory / "certificate.pem")
    made = ["-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate]
    about = ["-days", "2", "-subj", "/CN=localhost"]
    subprocess.run(["openssl", "req", "-x509", *made, *about], check=True, stderr=subprocess.DEVNULL)
    return key, certificate


def build_sink(directory: Path) -> str | None:
    """The acceptor that stores nothing, compiled; None without a compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    if compiler is None:
        return None
    subprocess.run([compiler, "-O2", "-w", "-o", str(directory / "sink"), str(HERE / "sink.c")], check=True)
    return str(directory / "sink")


@contextmanager
def running(acceptor: Acceptor, directory: Path) -> Iterator[int]:
    """Its port, while it runs."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port = int(sock.getsockname()[1])
    directory.mkdir()
    command = acceptor.command(port, directory)
    program = shutil.which(command[0], path=PATH)
    assert program is not None
    process = subprocess.Popen(
        [program, *command[1:]],
        env={**os.environ, **acceptor.environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=directory,
    )
    try:
        for _ in range(600):
            with socket.socket() as sock:
                if sock.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        else:
            raise SystemExit(f"{acceptor.name} does not listen")
        yield port
    finally:
        process.terminate()
        process.wait(60)
        shutil.rmtree(directory, ignore_errors=True)


# --- senders


@dataclass(frozen=True)
class Sender:
    """How a sender is run: ``command(port, directory)``."""

    name: str
    command: Callable[[int, Path], list[str]]
    environment: dict[str, str]


def senders(*, tls: bool = False, auto: bool = False) -> list[Sender]:
    """All of them; with ``tls`` those that send over TLS, without verifying the peer; with ``auto`` asprofile alone,
    with each number of associations.
    """

    def asprofile(*extra: str) -> Callable[[int, Path], list[str]]:
        secure = ["--tls", "--tls-verify", "none"] if tls else []
        return lambda port, directory: [
            sys.executable, "-m", "asprofile", "send", "--isolated", *secure, *extra,
            f"127.0.0.1:{port}", str(directory),
        ]  # fmt: skip

    def storescu(port: int, directory: Path) -> list[str]:
        secure = ["+tla", "-ic"] if tls else []
        return ["storescu", *secure, "-R", "+sd", "127.0.0.1", str(port), str(directory)]

    def dcmsend(port: int, directory: Path) -> list[str]:
        return ["dcmsend", "+sd", "127.0.0.1", str(port), str(directory)]

    def pynetdicom(port: int, directory: Path) -> list[str]:
        return [sys.executable, "-m", "pynetdicom", "storescu", "-q", "127.0.0.1", str(port), str(directory)]

    if auto:
        fixed = [Sender(f"asprofile-{number}", asprofile("--associations", number), COMPILED) for number in FIXED]
        return [Sender("asprofile", asprofile(), COMPILED), *fixed]
    both = [
        Sender("asprofile", asprofile(), COMPILED),
        Sender("asprofile-2", asprofile("--associations", "2"), COMPILED),
        Sender("storescu", storescu, {}),
        Sender("storescu-nodelay", storescu, NODELAY),
    ]
    if tls:
        return both
    return [
        *both,
        Sender("dcmsend", dcmsend, {}),
        Sender("dcmsend-nodelay", dcmsend, NODELAY),
        Sender("pynetdicom", pynetdicom, COMPILED),
    ]


@dataclass(frozen=True)
class Run:
    """One run of a process: seconds, and peak resident memory in MB."""

    seconds: float
    memory: float


def run_process(command: list[str], environment: dict[str, str]) -> Run:
    started = time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.stderr.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}: {said.decode(errors='replace')[-500:]}")
    return Run(seconds, usage.ru_maxrss / (1e6 if sys.platform == "darwin" else 1e3))


# --- what is compared

Times = dict[str, list[Run]]


@dataclass(frozen=True)
class Bar:
    """asprofile is to be at least ``ratio`` times as fast as ``sender`` with this acceptor and data."""

    acceptor: str
    data: str
    sender: str
    ratio: float


BARS = (
    Bar("storescp", "ct", "storescu", 30),
    Bar("storescp", "small", "storescu", 20),
    Bar("sink", "ct", "storescu-nodelay", 1.6),
    Bar("sink", "small", "storescu-nodelay", 1.1),
    Bar("sink", "large", "storescu-nodelay", 1.4),
    Bar("orthanc", "small", "storescu", 10),
    Bar("orthanc", "small", "storescu-nodelay", 10),
    Bar("sink", "small", "pynetdicom", 30),
    *(
        Bar(acceptor, data, "storescu-nodelay", 0.95)
        for acceptor in ("storescp", "storescp-nodelay", "dcmrecv", "orthanc")
        for data in ("ct", "small", "large")
    ),
    Bar("storescp-tls", "ct", "storescu-nodelay", 1.0),
    Bar("storescp-tls-nodelay", "ct", "storescu-nodelay", 1.0),
)


def measure(data: Data, acceptor: Acceptor, chosen: list[Sender], directory: Path, rounds: int) -> Times:
    times: Times = {sender.name: [] for sender in chosen}
    with running(acceptor, directory / f"{acceptor.name}-{data.name}") as port:
        # Not counted: who is first finds no files, and making them takes longer than writing over them.
        run_process(senders(tls=acceptor.tls)[0].command(port, data.directory), COMPILED)
        for number in range(rounds):
            # Each in turn is the first: what one has left to the disk, the next waits for.
            first = number % len(chosen)
            for sender in chosen[first:] + chosen[:first]:
                times[sender.name].append(run_process(sender.command(port, data.directory), sender.environment))
    return times


def show(data: Data, acceptor: Acceptor, times: Times) -> bool:
    """The medians and ratios; False if one is under its bar."""
    good = True
    medians = {name: statistics.median(run.seconds for run in runs) for name, runs in times.items()}
    ours = medians.get("asprofile")
    print(f"\n{data.name} to {acceptor.name}")
    for name, seconds in medians.items():
        memory = max(run.memory for run in times[name])
        ratio = "" if ours is None else f"  {seconds / ours:7.2f}x asprofile's time"
        line = f"  {name:18} {seconds:8.3f} s  {memory:7.0f} MB{ratio}"
        for bar in BARS:
            if ours is not None and (bar.acceptor, bar.data, bar.sender) == (acceptor.name, data.name, name):
                met = seconds / ours >= bar.ratio
                good = good and met
                line += f"  (bar {bar.ratio:g}: {'met' if met else 'MISSED'})"
        if name.startswith("asprofile") and memory > MOST_MEMORY:
            good = False
            line += f"  (more than {MOST_MEMORY:g} MB)"
        print(line, flush=True)
    fixed = [seconds for name, seconds in medians.items() if name.startswith("asprofile-")]
    if ours is not None and len(fixed) == len(FIXED):
        of_best = min(fixed) / ours
        good = good and of_best >= LEAST_OF_BEST
        verdict = "met" if of_best >= LEAST_OF_BEST else "MISSED"
        print(f"  {of_best:.3f} of the best fixed number (bar {LEAST_OF_BEST}: {verdict})", flush=True)
    return good


def show_start(directory: Path, sink: str | None, rounds: int) -> bool:
    """Sending one object, against importing pynetdicom."""
    if sink is None:
        return True
    target = directory / "one"
    target.mkdir()
    write_object(target / "one.dcm", f"{ROOT}.3.1", 66, 64)
    sending, importing = [], []
    sender = senders()[0]
    with running(acceptors(sink)[0], directory / "start") as port:
        for number in range(2 * rounds + 1):
            ours = run_process(sender.command(port, target), COMPILED)
            theirs = run_process([sys.executable, "-c", "import pynetdicom"], COMPILED)
            if number:  # the first writes the compiled modules
                sending.append(ours.seconds)
                importing.append(theirs.seconds)
    ours_median, theirs_median = statistics.median(sending), statistics.median(importing)
    ratio = ours_median / theirs_median
    print(
        f"\nsending one object: {ours_median:.3f} s; import pynetdicom: {theirs_median:.3f} s; {ratio:.2f}x (bar 1.3)"
    )
    return ratio <= 1.3


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--ct", type=int, default=1000, help="how many objects of 525 kB")
    parser.add_argument("--small", type=int, default=10000, help="how many objects of 9 kB")
    parser.add_argument("--large", type=int, default=557, metavar="MB", help="size of the one large object")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--data", nargs="+", choices=["ct", "small", "large"], default=["ct", "small", "large"])
    parser.add_argument("--acceptors", nargs="+", choices=[one.name for one in acceptors(None)])
    parser.add_argument("--senders", nargs="+", choices=[one.name for one in senders()])
    parser.add_argument("--auto", action="store_true", help="--associations auto beside fixed numbers, nothing else")
    parser.add_argument("--no-start", action="store_true", help="leave out starting up")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a bar is missed")
    options = parser.parse_args()
    good = True
    with tempfile.TemporaryDirectory(prefix="asprofile-bench-") as name:
        directory = Path(name)
        sink = build_sink(directory)
        if not (options.no_start or options.auto):
            good = show_start(directory, sink, options.rounds)
        for data in make_data(directory, options):
            for acceptor in acceptors(sink):
                if acceptor.name not in (options.acceptors or [acceptor.name]):
                    continue
                if shutil.which(acceptor.program, path=PATH) is None:
                    print(f"\n{acceptor.name} is not installed")
                    continue
                if acceptor.tls and shutil.which("openssl") is None:
                    print(f"\n{acceptor.name}: no openssl to make its key")
                    continue
                chosen = [
                    sender
                    for sender in senders(tls=acceptor.tls, auto=options.auto)
                    if sender.name in (options.senders or [sender.name])
                    and shutil.which(sender.command(0, directory)[0], path=PATH) is not None
                ]
                good = show(data, acceptor, measure(data, acceptor, chosen, directory, options.rounds)) and good
            shutil.rmtree(data.directory)
    return 1 if options.check and not good else 0


if __name__ == "__main__":
    sys.exit(main())
