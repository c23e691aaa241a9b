"""A file of another kind where a profile, another description of a negotiation or a log is asked for: it is named."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import write_ct

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]

NOBODY = "127.0.0.1:1"
GOOD = Path(__file__).resolve().parents[2] / "sample_profiles" / "acceptor.cfg"
# Where the file stands in each command that reads a profile, or what may stand for one.
PROFILES: dict[str, list[str]] = {
    "show": ["show", "X"],
    "show, a name": ["show", "X:NAME"],
    "releases": ["releases", "X"],
    "diff": ["diff", "X", str(GOOD)],
    "diff, the other": ["diff", str(GOOD), "X"],
    "simulate": ["simulate", "X", str(GOOD)],
    "simulate, the acceptor": ["simulate", str(GOOD), "X"],
    "plan": ["plan", "--profile", "X", "."],
    "plan, a name": ["plan", "--profile", "X:NAME", "."],
    "generate": ["generate", "--profile", "X"],
    "convert": ["convert", "X", "--to", "json"],
    "send": ["send", "--profile", "X", NOBODY, "."],
    "probe": ["probe", "--profile", "X", NOBODY],
    "receive": ["receive", "--profile", "X:", "--into", "in", "0"],
}
LOGS: dict[str, list[str]] = {
    "trace": ["trace", "X"],
    "generate --from-log": ["generate", "--from-log", "X"],
}
FILES = {
    "ct.dcm": ("a DICOM object", "--from-files"),
    "study.zip": ("a zip archive", "unzip -p"),
    "storescp.log.gz": ("a gzip archive", "zcat"),
    "screen.png": ("a PNG image", ""),
    "manual.pdf": ("a PDF document", ""),
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_ct(tmp_path / "ct.dcm")
    with zipfile.ZipFile(tmp_path / "study.zip", "w") as archive:
        archive.writestr("ct.cfg", GOOD.read_bytes())
    (tmp_path / "storescp.log.gz").write_bytes(gzip.compress(b"D: Presentation Contexts:\n"))
    (tmp_path / "screen.png").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    (tmp_path / "manual.pdf").write_bytes(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("command", PROFILES)
@pytest.mark.usefixtures("folder")
def test_in_place_of_a_profile(command: str, name: str, run: Run) -> None:
    kind, way_out = FILES[name]
    done = run(*(word.replace("X", name) for word in PROFILES[command]))
    assert (done.status, done.out) == (2, "")
    assert f"{name}: it is {kind}, and " in done.err
    assert way_out in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("name", ["ct.dcm", "screen.png", "manual.pdf"])
@pytest.mark.parametrize("command", LOGS)
@pytest.mark.usefixtures("folder")
def test_in_place_of_a_log(command: str, name: str, run: Run) -> None:
    done = run(*(word.replace("X", name) for word in LOGS[command]))
    assert (done.status, done.out) == (2, "")
    assert f"{name}: it is {FILES[name][0]}, and no log and no capture" in done.err


@pytest.mark.usefixtures("folder")
def test_the_way_out_is_one(run: Run) -> None:
    assert run("plan", "--profile", f"{GOOD}:", "ct.dcm").status == 0
    assert "CTImageStorage" in run("generate", "--from-files", "ct.dcm", "--name", "It").out
