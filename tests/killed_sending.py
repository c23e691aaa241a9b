"""Sendings that are killed at a step, each in a fork of a process that is small: that of the tests is not, and to fork
it takes longer than to send.

As a program, in the directory for output and report, it is given the arguments of ``asprofile send``. For each line on
standard input, a number, it sends and is killed at the call of that number; it prints how the run ended, as
``os.waitstatus_to_exitcode`` has it. Before that it sends once itself: what is imported then is there in each fork.
"""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

import pytest
from fault_bench import status_of
from faults import Injector

from asprofile.cli import start
from asprofile.send.control import Control

if TYPE_CHECKING:
    from types import TracebackType


class KilledSending:
    """The process, seen from the test; a context manager. Output and report are in the current directory."""

    def __init__(self, arguments: list[str]) -> None:
        command = [sys.executable, __file__, *arguments]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._ended() == 0

    def at(self, number: int) -> bool:
        """Send, and be killed at this call; False where there are not so many, and all went well."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"%d\n" % number)
        self._process.stdin.flush()
        ended = self._ended()
        assert ended in (0, -signal.SIGKILL)
        return ended != 0

    def _ended(self) -> int:
        assert self._process.stdout is not None
        return int(self._process.stdout.readline())

    def __enter__(self) -> KilledSending:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._process.communicate(timeout=60)


def sent(injector: Injector) -> int:
    with (
        Path("out").open("w") as out,
        Path(os.devnull).open("w") as err,
        redirect_stdout(out),
        redirect_stderr(err),
        injector,
    ):
        return status_of("send", *sys.argv[1:])


def main() -> None:
    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr("asprofile.cli.send.Control", lambda: Control(sleep=lambda _: None))
    monkeypatch.setattr(start, "_occupy_standard_streams", lambda: None)
    injector = Injector(monkeypatch)
    print(sent(injector), flush=True)
    gc.freeze()
    for line in sys.stdin:
        injector.at(int(line), lambda: os.kill(os.getpid(), signal.SIGKILL))
        child = os.fork()
        if not child:
            status = 70
            try:
                status = sent(injector)
            finally:
                os._exit(status)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


if __name__ == "__main__":
    main()
