"""Real DICOM programs: found or installed, started on 127.0.0.1, stopped."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom
from tempfile import gettempdir

import pytest

IN_CI = os.environ.get("CI") == "true"
"""Whether what a test needs must be there. The variable itself is taken from the tests' environment."""


@dataclass(frozen=True)
class Server:
    """A running peer: where it listens, where it stores."""

    port: int
    directory: Path
    http_port: int = 0


def _ports() -> range:
    """Those that the system gives to nobody by itself: no other connection takes one before its server has it."""
    given = Path("/proc/sys/net/ipv4/ip_local_port_range")
    first = int(given.read_text().split()[0]) if given.exists() else 32768
    return range(10000, first) if first > 20000 else range(40000, 60000)


def free_tcp_port() -> int:
    """A TCP port of 127.0.0.1 on which nothing listens; by chance another one in each process of tests."""
    while True:
        with socket.socket() as sock:
            try:
                sock.bind(("127.0.0.1", _CHANCE.choice(_PORTS)))
            except OSError:
                continue
            return int(sock.getsockname()[1])


_PORTS = _ports()
_CHANCE = SystemRandom()


def _where(program: str) -> str | None:
    return shutil.which(program, path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")


def need(program: str, package: str) -> str:
    """The path of a program; installs its package when run by root, skips (fails in CI) if there is none."""
    found = _where(program)
    if found is None and hasattr(os, "geteuid") and shutil.which("apt-get") and os.geteuid() == 0:
        from fcntl import LOCK_EX, flock

        # Several processes of tests may want one at the same time; only one of them can install.
        with (Path(gettempdir()) / "packages-for-tests.lock").open("w") as lock:
            flock(lock, LOCK_EX)
            found = _where(program) or _install(program, package)
    if found is None:
        message = f"{program} is not installed (package {package})"
        if IN_CI:
            pytest.fail(message)
        pytest.skip(message)
    return found


def _install(program: str, package: str) -> str | None:
    install = ["apt-get", "install", "-y", "--no-install-recommends", package]
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # A new machine may have no lists of packages yet, or old ones.
    for command in (install, ["apt-get", "update"], install):
        done = subprocess.run(command, check=False, capture_output=True, timeout=600, env=environment)
        if done.returncode == 0 and command is install:
            break
    return _where(program)


def _surroundings(directory: Path) -> dict[str, str]:
    """The environment, with a directory for settings that the program may fill: a browser does."""
    return {**os.environ, "XDG_CONFIG_HOME": str(directory / "settings")}


class Programs:
    """Programs started by a test, ended with it."""

    def __init__(self) -> None:
        self._running: list[subprocess.Popen[bytes]] = []
        self._log = Path()

    def start(self, arguments: list[str], port: int, directory: Path) -> None:
        """Start a server and wait until it listens; what it prints goes to ``directory``.log."""
        self._log = directory.with_suffix(".log")
        with self._log.open("wb") as output:
            process = subprocess.Popen(
                arguments, stdout=output, stderr=subprocess.STDOUT, cwd=directory, env=_surroundings(directory)
            )
        self._running.append(process)
        self.await_port(port)

    def await_port(self, port: int, seconds: float = 60.0) -> None:
        """Wait until the program started last listens on this port."""
        process = self._running[-1]
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if process.poll() is not None:
                break
            with socket.socket() as sock:
                if sock.connect_ex(("127.0.0.1", port)) == 0:
                    return
            time.sleep(0.02)
        pytest.fail(f"{process.args!r} does not listen: {self._log.read_text(errors='replace')}")

    def stop(self, *, kill: bool = False) -> None:
        """End them; ``kill``: without what they do at their end, where nobody asks for it (Orthanc takes seconds)."""
        for process in self._running:
            if kill:
                process.kill()
            else:
                process.terminate()
        for process in self._running:
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
