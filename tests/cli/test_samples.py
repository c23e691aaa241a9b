"""``asprofile samples``."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from asprofile.model.loader import load
from asprofile.names.releases import LATEST
from asprofile.resources import described, sample_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]


def test_the_list(run: Run) -> None:
    result = run("samples")
    assert (result.status, result.err) == (0, "")
    head, *lines = result.out.splitlines()
    assert head.split("  ")[0] == "Profile"
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == [
        described(file).name for file in sample_files()
    ]
    [place] = [at for at, line in enumerate(lines) if line.startswith("BreastTomosynthesis ")]
    assert re.match(r"BreastTomosynthesis +sending +91  3\.6\.2 +Breast tomosynthesis with", lines[place])
    assert lines[place + 1].startswith("        ")


@pytest.mark.parametrize("command", ["samples", "recipes"])
@pytest.mark.parametrize("columns", [90, 100, 300])
def test_a_table_is_as_wide_as_the_terminal(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: str, columns: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    lines = run(command).out.splitlines()
    assert max(map(len, lines)) <= min(columns, 100)
    assert run(command, "--color", "always").out.splitlines() == [f"\x1b[1m{lines[0]}\x1b[0m", *lines[1:]]


@pytest.mark.parametrize("file", sample_files(), ids=lambda file: file.stem)
def test_what_is_listed_is_what_loads(file: Path) -> None:
    sample = described(file)
    role = "acceptor" if sample.role == "acceptor" else "requestor"
    oldest = sample.needs.split()[0]
    for release in (oldest, LATEST):
        profile = load(file, release, role).use(sample.name)
        assert str(len(profile.contexts)) == sample.contexts
    assert sample.needs == f"{oldest} and later"
    assert sample.role in ("requestor", "acceptor")


@pytest.mark.parametrize(
    "name", ["BreastTomosynthesis", "breasttomosynthesis", "breast_tomosynthesis", "Breast_tomosynthesis.cfg"]
)
def test_a_sample_byte_for_byte(run: Run, name: str) -> None:
    (file,) = (file for file in sample_files() if file.name == "breast_tomosynthesis.cfg")
    result = run("samples", name)
    assert (result.status, result.err) == (0, "")
    assert result.out.encode() == file.read_bytes()
    assert run("samples", "--path", name).out == f"{file}\n"


def test_all_paths(run: Run) -> None:
    assert run("samples", "--path").out.splitlines() == [str(file) for file in sample_files()]


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mpeg5", "asprofile: no sample 'mpeg5'; did you mean MPEG2 or MPEG4?\n"),
        ("qqqqqq", "asprofile: no sample 'qqqqqq'; `asprofile samples` lists them\n"),
    ],
)
def test_an_unknown_sample(run: Run, name: str, message: str) -> None:
    result = run("samples", name)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(message)
