"""Some of the matrix of commands and files in which one thing stands very many times; ``many_of_one`` has all of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from many_of_one import BOUNDED, COMMANDS, PATHOLOGIES, run, write

MATRIX = Path(__file__).resolve().parents[1] / "many_of_one.py"

# Of all pairs of files and commands so that each file has one, and each command some.
EVERY = len(COMMANDS) - len(BOUNDED)

# Kinds of which there was one that took too long, or too much.
CASES = [
    ("lint", "[[Profiles]]"),
    ("lint sarif", "a long undefined name"),
    ("releases", "profiles"),
    ("merge into", "profiles"),
    ("show", "indented"),
    ("add unknown", "profiles"),
    ("generate --from-log", "comments"),
    ("fmt --diff", "lists"),
    ("show html", "profiles"),
    ("lint --fix", "contexts"),
    ("convert conquest", "context lists, all used"),
]
LARGE = [
    ("lint", "[A] on one line"),
    ("lint", "["),
    ("lint", "contexts"),
    ("lint", "profiles of undefined lists"),
    ("diff itself", "contexts by number"),
    ("merge into", "profiles"),
]

pytestmark = [pytest.mark.any_python, pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork there")]


@pytest.mark.parametrize(("command", "file"), CASES)
def test_it_ends_well(command: str, file: str, tmp_path: Path) -> None:
    found = run(command, write(file, 1000, tmp_path))
    assert found.status in (0, 1, 2), found.error
    assert "Traceback" not in found.error


@pytest.mark.parametrize(("command", "file"), LARGE)
def test_of_very_many_it_ends_in_a_minute_and_a_gigabyte(command: str, file: str, tmp_path: Path) -> None:
    """The limits are the child's: 60 seconds of its own processor time, three times what the slowest takes."""
    found = run(command, write(file, 100_000, tmp_path))
    assert found.status in (0, 1, 2), found.error
    assert "Traceback" not in found.error


def test_calls_grow_as_the_file_does() -> None:
    """In a process that has no threads, since each command runs in a fork of it. The counts are always the same."""
    done = subprocess.run(
        [sys.executable, str(MATRIX), "--steps", "20", "--every", str(EVERY)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONHASHSEED": "0", "NO_COLOR": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"{len(PATHOLOGIES)} pairs")


def test_the_sample_has_each_file_and_each_command() -> None:
    """A pair for each file, with a command that moves on: as many as there are is the step at which it comes round."""
    rows, columns = range(len(PATHOLOGIES)), range(EVERY)
    pairs = [(row, column) for row in rows for column in columns if (7 * row + column) % EVERY == 0]
    assert {row for row, _ in pairs} == set(rows)
    assert {column for _, column in pairs} == set(columns)
