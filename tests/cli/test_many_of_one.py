"""Some of the matrix, smaller: each command ends well on files in which one thing stands thousands of times."""

from __future__ import annotations

from pathlib import Path

import pytest
from many_of_one import run, write

CASES = [
    ("lint", "[[Profiles]]"),
    ("lint sarif", "a long undefined name"),
    ("releases", "profiles"),
    ("merge into", "profiles"),
    ("show", "indented"),
    ("add unknown", "profiles"),
    ("generate --from-log", "comments"),
]


@pytest.mark.parametrize(("command", "file"), CASES)
def test_it_ends_well(command: str, file: str, tmp_path: Path) -> None:
    found = run(command, write(file, 1000, tmp_path))
    assert found.status in (0, 1, 2), found.error
    assert "Traceback" not in found.error
