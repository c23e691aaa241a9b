"""The parts of ``scripts/fuzz`` on the path, and DCMTK's reader."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))

from fuzzing import judge as judging
from programs import IN_CI


@pytest.fixture(scope="session")
def program() -> Path:
    """The compiled reader; skipped (failed in CI) where it cannot be had."""
    try:
        return judging.build()
    except judging.NoJudge as reason:
        if IN_CI:
            pytest.fail(str(reason))
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def judge(program: Path) -> Iterator[judging.Judge]:
    with judging.Judge(program) as running:
        yield running
