"""What the tests of the sender have in common: objects, and that nothing is left behind."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from factories import write_ct

from asprofile.objects.header import read_header


@pytest.fixture
def three(tmp_path):
    """Headers of three CT images that fit the profile."""
    return [read_header(write_ct(tmp_path / f"{i}.dcm", f"1.2.3.{i}")) for i in range(3)]


@pytest.fixture
def large(tmp_path):
    """Three objects that no socket buffer takes at once."""
    paths = [write_ct(tmp_path / f"large{i}.dcm", f"1.2.4.{i}", side=3000) for i in range(3)]
    return [read_header(path) for path in paths]


@pytest.fixture(autouse=True)
def nothing_left_behind():
    """No thread and no file descriptor outlives a test."""
    before = threading.active_count(), open_files()
    yield
    assert (threading.active_count(), open_files()) == before


def open_files() -> int:
    """File descriptors of this process, where the system tells."""
    directory = Path("/proc/self/fd")
    return len(list(directory.iterdir())) if directory.is_dir() else 0
