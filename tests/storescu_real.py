"""DCMTK's own storescu, to be asked what is right; and ours beside it, in this process."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
from dataclasses import dataclass
from functools import cache

import pytest
from programs import need

from asprofile.cli.storescu import main

SHORT = 60
"""Seconds after which a run is no run but a hang."""


@dataclass(frozen=True)
class Said:
    """What a run did."""

    status: int
    out: str
    err: str


@cache
def release() -> str:
    """The release of the storescu that is installed."""
    found = re.search(r"storescu v(\d+\.\d+\.\d+)", real("--version").out)
    assert found is not None
    return found[1]


@cache
def knows(option: str) -> bool:
    """Whether the storescu that is installed has this option."""
    return re.search(rf"(?<!\S){re.escape(option)}(?!\S)", real("--help").out) is not None


def real(*arguments: str, cwd: str | None = None) -> Said:
    """DCMTK's. Skips where it is not installed, or is too old to know an option."""
    program = need("storescu", "dcmtk")
    done = subprocess.run(
        [program, *arguments],
        capture_output=True,
        timeout=SHORT,
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        check=False,
        env={**os.environ, "TCP_NODELAY": "1"},  # 44 ms an object otherwise
    )
    return Said(done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace"))


def skip_unless_known(*options: str) -> None:
    """Skip what the installed release does not have; a newer one will be asked."""
    for option in options:
        if option[:1] in "+-" and not option[1:2].isdigit() and not knows(option):
            pytest.skip(f"storescu {release()} has no {option}")


def ours(*arguments: str, as_release: str | None = None) -> Said:
    """Ours, standing in for the release that is installed, or for another."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(list(arguments), as_release or release())
    return Said(status, out.getvalue(), err.getvalue())
