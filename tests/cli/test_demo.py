"""``asprofile demo``."""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]


def test_everything_arrives(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    started = time.monotonic()
    result = run("demo")
    assert (result.status, result.err) == (0, "")
    assert time.monotonic() - started < 300  # a machine may be busy; what must not be is waiting for a time limit
    for name, profile in {
        "ct.dcm": "BreastTomosynthesis",
        "breast-tomosynthesis.dcm": "BreastTomosynthesis",
        "endoscopic-video.dcm": "MPEG4",
        "siemens-csa.dcm": "PrivateSiemens",
    }.items():
        part = result.out.partition(f"asprofile send --profile {profile} ")[2].partition("asprofile show")[0]
        assert re.search(rf"{re.escape(name)} +stored, context \d+\n", part), part
    arrived = result.out.partition("What arrived\n")[2]
    for title in (
        "CT Image Storage",
        "Breast Tomosynthesis Image Storage",
        "Video Endoscopic Image Storage",
        "Siemens CSA Non-Image Storage",
    ):
        assert f"  {title} " in arrived
    assert list(tmp_path.iterdir()) == []


def test_what_does_not_arrive_is_1(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("asprofile.cli.demo.PROFILES", ("MPEG4",))
    result = run("demo")
    assert result.status == 1
    assert (
        "siemens-csa.dcm            refused: the profile does not propose Siemens CSA Non-Image Storage" in result.out
    )


def test_the_samples_have_no_findings_that_count(run: Run) -> None:
    line = run("demo").out.partition("asprofile lint: the sample profiles\n")[2].partition("\n")[0]
    assert re.fullmatch(r"  \d+ files checked(, nothing found|: \d+ info.*)", line), line
