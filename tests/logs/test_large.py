"""Logs in which one thing is very long, or is very many times: read in time that is in proportion to them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HEAD = "I: ===== BEGIN A-ASSOCIATE-RQ =====\n"
END = "I: ===== END A-ASSOCIATE-RQ =====\n"
# Three times what the slowest takes on a slow machine; by the square of the length it is minutes.
SECONDS = 60
MEMORY = 1 << 30
N = 100_000


def context(number: int, name: str = "=CTImageStorage", syntaxes: str = "D:       =LittleEndianImplicit\n") -> str:
    return (
        f"D:   Context ID:        {number} (Proposed)\nD:     Abstract Syntax: {name}\n"
        f"D:     Proposed SCP/SCU Role: Default\nD:     Proposed Transfer Syntax(es):\n{syntaxes}"
    )


def listed(unit: str) -> str:
    return "".join(unit.format(n) for n in range(N // 4))


# What the log is, and how the command ends.
LOGS: dict[str, tuple[Callable[[], str], int]] = {
    "transfer syntaxes": (lambda: HEAD + context(1, syntaxes=listed("D:       1.2.3.4.{}\n")) + END, 2),
    "names that nobody knows": (lambda: HEAD + context(1, syntaxes=listed("D:       =No{}\n")) + END, 2),
    "a context line with blanks": (lambda: HEAD + context(1).replace("(es):", "(es):" + " " * 3 * N + "x") + END, 2),
    "an extended item with blanks": (
        lambda: HEAD + context(1) + "D:   Requested Extended Negotiation:" + " " * 3 * N + "x\n" + END,
        0,
    ),
    "a name of 300 kB": (lambda: HEAD + context(1, "=" + "A" * 3 * N) + context(3) + END, 1),
    "a context of dicom-rs that does not end": (
        lambda: "PresentationContextProposed { \n" + "id: 1 PresentationContextProposed {\n" * (N // 4),
        2,
    ),
    "NULs in front": (lambda: "\0" * 200 * N + HEAD + context(1) + END, 0),
    "one line": (lambda: "x msg=" + '"\\"' * N + "\n" + HEAD + context(1) + END, 0),
}


def limits() -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no limits there")
@pytest.mark.parametrize("what", LOGS)
def test_it_ends(what: str, tmp_path: Path) -> None:
    make, status = LOGS[what]
    (tmp_path / "log").write_text(make())
    words = [sys.executable, "-m", "asprofile", "generate", "--from-log", "log"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False, preexec_fn=limits)
    assert done.returncode == status, done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stderr.splitlines()
    assert len(lines) < 30
    assert all(len(line) < 1000 for line in lines)
