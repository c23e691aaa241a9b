"""Signals that come when a command has all but ended, in processes of their own: each moment has the same answer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="has no signals for others")

LIMIT = 60
"""Seconds in which anything happens, however busy the machine is."""

PROGRAM = """
import atexit, importlib, os, signal, sys
from asprofile.cli import interrupts, main

first, second, apart = sys.argv[1:4]
interrupts._ONE_AND_THE_SAME = float(apart)
sys.argv[1:4] = []

def signal_at(place):
    module, _, path = place.partition(":")
    *owners, name = path.split(".")
    owner = importlib.import_module(module)
    for one in owners:
        owner = getattr(owner, one)
    real = getattr(owner, name)

    def wrapped(*given, **named):
        setattr(owner, name, real)
        os.kill(os.getpid(), signal.SIGTERM)
        return real(*given, **named)

    setattr(owner, name, wrapped)

signal_at(first)
signal_at(second)
atexit.register(print, "taken apart")
main()
"""
LISTENS = "asprofile.net.listening:Listener.accept"
COMMANDS = {
    "receive": (LISTENS, ["receive", "127.0.0.1:0", "--into", "in", "--isolated"]),
    "storescp": (LISTENS, ["storescp", "-od", "in", "PORT"]),
    "dcmrecv": (LISTENS, ["dcmrecv", "-od", "in", "PORT"]),
    "migrate": ("asprofile.cli.migrate:watch", ["migrate", "j", "--from", "in", "--to", "127.0.0.1:1", "--watch"]),
}
PLACES = {
    "the command is over": "asprofile.cli.root:done",
    "the output is written": "asprofile.cli.start:_written",
    "the process ends": "asprofile.cli.start:_end",
}
CASES = [
    *(("receive", place) for place in PLACES),
    *((command, "the output is written") for command in COMMANDS if command != "receive"),
]


def ended(tmp_path: Path, port: int, command: str, second: str, apart: float) -> subprocess.CompletedProcess[str]:
    (tmp_path / "in").mkdir()
    first, arguments = COMMANDS[command]
    if second == PLACES["the command is over"]:
        second = f"asprofile.cli.{command if command in ('receive', 'migrate') else 'standing_in'}:done"
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, first, second, str(apart)]
        + [str(port) if word == "PORT" else word for word in arguments],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        timeout=LIMIT,
        check=False,
    )


@pytest.mark.parametrize(("command", "place"), CASES)
def test_the_second_is_the_end_whenever_it_comes(tmp_path: Path, free_port: int, command: str, place: str) -> None:
    """With the status of an abort, not with that of a process that a signal has killed."""
    done = ended(tmp_path, free_port, command, PLACES[place], -1)
    assert done.returncode == 130, done.stderr
    assert "Traceback" not in done.stderr
    assert "taken apart" not in done.stdout


@pytest.mark.parametrize("place", PLACES)
def test_the_first_come_twice_is_the_first(tmp_path: Path, free_port: int, place: str) -> None:
    """As ``timeout`` sends it."""
    done = ended(tmp_path, free_port, "receive", PLACES[place], LIMIT)
    assert done.returncode == 0, done.stderr
    assert "taken apart" not in done.stdout
