"""Migrations that are killed, each in a fork of a process that has imported everything.

As a program it reads a line of JSON, the arguments of ``asprofile``, forks and runs them; it prints the process id of
the fork, and after its end how that was, as ``os.waitstatus_to_exitcode`` has it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1])]

if TYPE_CHECKING:
    from types import TracebackType


class Migrating:
    """The process, seen from the test; a context manager."""

    def __init__(self) -> None:
        command = [sys.executable, __file__]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )

    def run(self, arguments: list[str], on_start: Callable[[int], None] = lambda _: None) -> int:
        """How it ended; ``on_start`` gets its process id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(arguments) + "\n")
        self._process.stdin.flush()
        on_start(int(self._process.stdout.readline()))
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def __enter__(self) -> Migrating:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._process.communicate(timeout=60)


def main() -> None:
    import asprofile.cli.migrate
    import asprofile.cli.migrating
    import asprofile.migrate.asking
    import asprofile.migrate.fetching
    import asprofile.objects.as_it_is  # noqa: F401
    from asprofile.cli import start

    out = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    for line in iter(sys.stdin.readline, ""):
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.read(reading, 1)
            status = 70
            try:
                start.main(json.loads(line))
            except SystemExit as ended:
                status = ended.code if isinstance(ended.code, int) else 71
            finally:
                os._exit(status)
        print(child, file=out, flush=True)
        sys.stdin.readline()
        os.write(writing, b"x")
        os.close(reading)
        os.close(writing)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), file=out, flush=True)


if __name__ == "__main__":
    main()
