"""Every Python on this machine reads every tiny file, comes to an end, and finds what this one finds.

Regular expressions differ between releases: on 3.11.0 to 3.11.4 a possessive group may match nothing, and a file of two
headers with an empty line between them was read without end.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from interpreters import interpreters

pytestmark = pytest.mark.any_python

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(__file__).with_name("tiny_inputs.py")


@cache
def digest(interpreter: str) -> str:
    # -S: without what is installed for it, which asprofile's reader does not need.
    done = subprocess.run(
        [interpreter, "-S", "-B", str(PROGRAM)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_tiny_files_are_read_alike() -> None:
    """By all of them: to look for them starts each, which is not for the time when tests are collected."""
    found = {version: digest(interpreter) for version, interpreter in interpreters().items()}
    assert found == dict.fromkeys(found, digest(sys.executable)), f"Python {sys.version} reads otherwise"
