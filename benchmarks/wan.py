#!/usr/bin/env python3
"""How fast are objects sent over a distance, beside storescu? Prints seconds and ratios.

    python benchmarks/wan.py                                   everything, as the bars want it (half an hour)
    python benchmarks/wan.py --small 50 --ct 10 --rounds 1     the same ways with less data
    python benchmarks/wan.py --round-trips 100 --rate 100      one link, of 100 Mbit/s

Each link has a round trip of so many milliseconds and no loss. As root on Linux it lies between two network namespaces
(``link.c``: the senders' TCP meets it as it would any network), else it is a delay line between sockets in this
process (``--line``), in which TCP itself meets no distance. netem is not needed. The senders take turns; medians of
``--rounds``. Acceptors: asprofile's own, which grants an asynchronous operations window, and storescp --fork, which
does not. Exit status 1 if something was not stored, or, with ``--check``, a ratio is under its bar.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from send import COMPILED, CT, EXPLICIT, NODELAY, PATH, Data, Sender, make_data, run_process

if TYPE_CHECKING:
    from collections.abc import Iterator

HERE = Path(__file__).resolve().parent
THERE, US = "10.78.53.2", "10.78.53.1"
"""The two ends of the link."""
PORT = 11112
BARS = {
    # acceptor, data, milliseconds: storescu's time divided by ours
    ("asprofile", "small", 100): 15.0,
    ("asprofile", "ct", 100): 4.0,
    ("storescp", "small", 100): 3.5,
    ("storescp", "ct", 100): 3.0,
    ("storescp", "small", 20): 3.5,
    ("storescp", "ct", 20): 3.0,
}
LEAST_OF_BEST = 0.97
"""Of the best fixed number of associations, that `--associations auto` reaches."""

RECEIVER = f"""
import sys, threading
from pathlib import Path
from asprofile.receive.options import ReceiveOptions
from asprofile.receive.engine import Receiver
from asprofile.value import Value

class Context(Value):
    id: int
    abstract_syntax: str
    transfer_syntaxes: tuple
    role: str

class Profile(Value):
    contexts: tuple
    extended: tuple

profile = Profile((Context(1, "{CT}", ("{EXPLICIT}",), "default"),), ())
with Receiver(profile, Path(sys.argv[3]), ReceiveOptions(sys.argv[1], int(sys.argv[2]))):
    print("up", flush=True)
    threading.Event().wait()
"""


# --- the link


class Link(NamedTuple):
    """Where the acceptor listens, where senders find it, and how programs are started on either side."""

    listen: tuple[str, int]
    peer: tuple[str, int]
    here: tuple[str, ...] = ()
    there: tuple[str, ...] = ()


@contextlib.contextmanager
def namespaces(directory: Path, milliseconds: float, rate: float) -> Iterator[Link]:
    """Two network namespaces with a link of ours between them; ``rate`` in Mbit/s, 0 for no limit."""
    program = directory / "link"
    if not program.exists():
        subprocess.run(["cc", "-O2", "-o", str(program), str(HERE / "link.c")], check=True)
    names = [f"asprofile-{os.getpid()}-{side}" for side in ("here", "there")]
    with contextlib.ExitStack() as stack:
        for name in names:
            subprocess.run(["ip", "netns", "add", name], check=True)
            stack.callback(subprocess.run, ["ip", "netns", "del", name], check=False)
        one_way = str(round(milliseconds * 500))
        link = subprocess.Popen([program, *names, one_way, str(rate * 1e6)], stdout=subprocess.PIPE)
        stack.callback(link.wait)
        stack.callback(link.kill)
        assert link.stdout is not None
        if not link.stdout.readline():
            raise SystemExit("the link does not come up")
        for name, address in zip(names, (US, THERE), strict=True):
            ip = ["ip", "-n", name]
            subprocess.run([*ip, "addr", "add", f"{address}/24", "dev", "wan0"], check=True)
            subprocess.run([*ip, "link", "set", "wan0", "up", "txqueuelen", "20000"], check=True)
            subprocess.run([*ip, "link", "set", "lo", "up"], check=True)
        inside = [("ip", "netns", "exec", name) for name in names]
        yield Link((THERE, PORT), (THERE, PORT), inside[0], inside[1])


class Line:
    """One direction of a connection: bytes go on ``delay`` seconds after they came, at ``rate`` bytes a second."""

    MOST = 1 << 25
    """Bytes on their way."""

    def __init__(self, source: socket.socket, target: socket.socket, delay: float, rate: float) -> None:
        self._source, self._target = source, target
        self._delay, self._rate = delay, rate
        self._on_the_way: deque[tuple[float, bytes]] = deque()
        self._size = 0
        self._changed = threading.Condition()
        for work in (self._take, self._deliver):
            threading.Thread(target=work, daemon=True).start()

    def _take(self) -> None:
        left = 0.0
        data = b"?"
        while data:
            try:
                data = self._source.recv(1 << 16)
            except OSError:
                data = b""
            left = max(left, time.monotonic()) + (len(data) / self._rate if self._rate else 0)
            with self._changed:
                self._on_the_way.append((left + self._delay, data))
                self._size += len(data)
                self._changed.notify()
                self._changed.wait_for(lambda: self._size < self.MOST)

    def _deliver(self) -> None:
        data = b"?"
        while data:
            with self._changed:
                self._changed.wait_for(lambda: self._on_the_way)
                due, data = self._on_the_way.popleft()
            time.sleep(max(0.0, due - time.monotonic()))
            with contextlib.suppress(OSError):
                if data:
                    self._target.sendall(data)
                else:
                    self._target.shutdown(socket.SHUT_WR)
            with self._changed:
                self._size -= len(data)
                self._changed.notify()


@contextlib.contextmanager
def line(milliseconds: float, rate: float) -> Iterator[Link]:
    """A delay line in this process, in front of an acceptor on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_server(("127.0.0.1", 0)) as free:
        behind = int(free.getsockname()[1])
        free.close()

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    ours, _ = listener.accept()
                    theirs = socket.create_connection(("127.0.0.1", behind))
                    for one in (ours, theirs):
                        one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                    Line(ours, theirs, milliseconds / 2000, rate * 1e6 / 8)
                    Line(theirs, ours, milliseconds / 2000, rate * 1e6 / 8)

        threading.Thread(target=serve, daemon=True).start()
        yield Link(("127.0.0.1", behind), ("127.0.0.1", int(listener.getsockname()[1])))


# --- what is run


@contextlib.contextmanager
def acceptor(name: str, link: Link, directory: Path) -> Iterator[None]:
    directory.mkdir()
    host, port = link.listen
    if name == "asprofile":
        command = [sys.executable, "-c", RECEIVER, host, str(port), str(directory)]
    else:
        command = ["storescp", "--fork", "-od", str(directory), str(port)]
    process = subprocess.Popen(
        [*link.there, *command],
        env={**os.environ, **NODELAY, "PATH": PATH},
        stdout=subprocess.PIPE if name == "asprofile" else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        if process.stdout is not None and not process.stdout.readline():
            raise SystemExit(f"{name} does not start")
        time.sleep(0.5)
        yield
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(directory)


def senders(link: Link, *, fixed: bool) -> list[Sender]:
    def asprofile(*extra: str) -> Sender:
        command = [*link.here, sys.executable, "-m", "asprofile", "send", "--isolated", "-q", *extra]
        name = " ".join(("asprofile", *extra))
        return Sender(name, lambda port, path: [*command, f"{link.peer[0]}:{port}", str(path)], COMPILED)

    def storescu(port: int, path: Path) -> list[str]:
        return [*link.here, "storescu", "-R", "+sd", link.peer[0], str(port), str(path)]

    others = [asprofile("--window", "1", "--associations", number) for number in ("1", "4")] if fixed else []
    return [Sender("storescu", storescu, NODELAY), asprofile(), *others]


def measure(link: Link, name: str, data: Data, directory: Path, options: argparse.Namespace) -> dict[str, float]:
    """The median of each sender, in seconds."""
    chosen = senders(link, fixed=name == "storescp" and not options.no_fixed)
    times: dict[str, list[float]] = {sender.name: [] for sender in chosen}
    with acceptor(name, link, directory / "received"):
        for number in range(options.rounds):
            first = number % len(chosen)
            for sender in chosen[first:] + chosen[:first]:
                run = run_process(sender.command(link.peer[1], data.directory), sender.environment)
                times[sender.name].append(run.seconds)
    return {sender: statistics.median(seconds) for sender, seconds in times.items()}


def show(name: str, data: Data, milliseconds: int, medians: dict[str, float]) -> bool:
    """Seconds and ratios; False if one is under its bar."""
    ours = medians["asprofile"]
    bar = BARS.get((name, data.name, milliseconds))
    ratio = medians["storescu"] / ours
    good = bar is None or ratio >= bar
    print(f"\n{data.count} {data.name} to {name}, {milliseconds} ms there and back")
    for sender, seconds in medians.items():
        print(f"  {sender:38} {seconds:8.2f} s  {seconds / ours:6.2f}x asprofile's time")
    if bar is not None:
        print(f"  storescu's time is {ratio:.1f} of asprofile's (bar {bar:g}: {'met' if good else 'MISSED'})")
    fixed = [seconds for sender, seconds in medians.items() if "--associations" in sender]
    if fixed:
        of_best = min(fixed) / ours
        met = of_best >= LEAST_OF_BEST
        good = good and met
        print(f"  {of_best:.2f} of the best fixed number (bar {LEAST_OF_BEST}: {'met' if met else 'MISSED'})")
    sys.stdout.flush()
    return good


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--ct", type=int, default=100, help="how many objects of 525 kB")
    parser.add_argument("--small", type=int, default=500, help="how many objects of 9 kB")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--round-trips", nargs="+", type=int, default=[100, 20], metavar="MS")
    parser.add_argument("--rate", type=float, default=0.0, metavar="MBIT", help="Mbit/s of the link; 0: no limit")
    parser.add_argument("--data", nargs="+", choices=["ct", "small"], default=["small", "ct"])
    parser.add_argument("--acceptors", nargs="+", choices=["asprofile", "storescp"], default=["asprofile", "storescp"])
    parser.add_argument("--no-fixed", action="store_true", help="leave out fixed numbers of associations")
    parser.add_argument("--line", action="store_true", help="a delay line in this process, also for root")
    parser.add_argument("--check", action="store_true", help="exit with 1 if a bar is missed")
    options = parser.parse_args()
    options.large = 0
    inside = not options.line and hasattr(os, "geteuid") and os.geteuid() == 0 and Path("/dev/net/tun").exists()
    inside = inside and all(shutil.which(program, path=PATH) for program in ("ip", "cc"))
    print(f"link: {'between two network namespaces' if inside else 'a delay line between sockets'}", flush=True)
    good = True
    with tempfile.TemporaryDirectory(prefix="asprofile-bench-") as temporary:
        directory = Path(temporary)
        for data in list(make_data(directory, options)):
            for milliseconds in options.round_trips:
                for name in options.acceptors:
                    if name == "storescp" and shutil.which("storescp", path=PATH) is None:
                        print("\nstorescp is not installed")
                        continue
                    made = (
                        namespaces(directory, milliseconds, options.rate)
                        if inside
                        else line(milliseconds, options.rate)
                    )
                    with made as link:
                        good = show(name, data, milliseconds, measure(link, name, data, directory, options)) and good
    return 1 if options.check and not good else 0


if __name__ == "__main__":
    sys.exit(main())
