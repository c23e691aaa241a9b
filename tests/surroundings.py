"""Where a command runs in the tests: an empty directory, without the user's settings and environment."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _plain_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))
    for name in ("FORCE_COLOR", "NO_COLOR", "ASPROFILE_DEBUG", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)


def assert_mode(path: Path, wanted: int) -> None:
    """On Windows a mode says who may write, and no more."""
    if hasattr(os, "fchmod"):
        assert stat.S_IMODE(path.stat().st_mode) == wanted
