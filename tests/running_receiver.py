"""``asprofile receive`` in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import IO, Any

LIMIT = 60
"""Seconds in which anything happens, however busy the machine is."""


class Running:
    """The command in a process of its own, with ``--format jsonl``; ``before``: Python that is run there first."""

    def __init__(
        self, *arguments: str, stdout: int | IO[bytes] = subprocess.PIPE, before: str = "", **more: str
    ) -> None:
        program = (
            [sys.executable, "-c", f"{before}\nfrom asprofile.cli import main\nmain()"]
            if before
            else [sys.executable, "-m", "asprofile"]
        )
        command = [*program, "receive", "127.0.0.1:0", "--into", "inbox", *arguments]
        self.process = subprocess.Popen(
            [*command, "--format", "jsonl", "--isolated"],
            stdout=stdout,
            stderr=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1]), **more},
        )
        self.events: list[dict[str, Any]] = []
        self.begun = self.next()
        self.port: int = self.begun["port"]

    def next(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert line, self.process.communicate()[1].decode()
        self.events.append(json.loads(line))
        return self.events[-1]

    def until(self, event: str) -> dict[str, Any]:
        while self.next()["event"] != event:
            pass
        return self.events[-1]

    def hear(self) -> bytes:
        """The next bytes that it says to its user."""
        assert self.process.stderr is not None
        return os.read(self.process.stderr.fileno(), 1000)

    def end(self) -> tuple[int, str]:
        out, err = self.process.communicate(timeout=LIMIT)
        self.events += map(json.loads, out.splitlines())
        assert "Traceback" not in err.decode()
        return self.process.returncode, err.decode()
