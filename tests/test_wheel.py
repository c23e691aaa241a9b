"""What is installed from a wheel works without the source tree: the samples and the tables are in it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import pytest

import asprofile

ROOT = Path(__file__).resolve().parents[1]


def checked(*command: str, cwd: Path, **environment: str) -> str:
    """What a program prints; the test fails with what it says if it does not end with 0."""
    outside = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(command, cwd=cwd, env={**outside, **environment}, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def distributions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the source distribution, and the wheel that is made of it."""
    directory = tmp_path_factory.mktemp("dist")
    checked(sys.executable, "-m", "build", "--no-isolation", "--outdir", str(directory), str(ROOT), cwd=directory)
    return directory


@pytest.fixture(scope="module")
def wheel(distributions: Path) -> Path:
    (found,) = distributions.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of the programs of an environment that has the wheel, and only the dependencies from here."""
    environment = tmp_path_factory.mktemp("environment")
    checked(sys.executable, "-m", "venv", "--without-pip", str(environment), cwd=environment)
    programs = environment / ("Scripts" if os.name == "nt" else "bin")
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "--disable-pip-version-check"]
    checked(*pip, "install", "--quiet", "--no-deps", "--no-index", str(wheel), cwd=environment)
    (packages,) = environment.glob("[Ll]ib/**/site-packages")
    # Path files below a path from a path file are not read, so an editable installation stays out of sight.
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return programs


def below(directory: str, pattern: str) -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in (ROOT / directory).rglob(pattern)}


def test_the_wheel_is_complete(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    expected = (
        {f"asprofile/{name}" for name in below("sample_profiles", "*.cfg")}
        | below("asprofile", "*.py")
        | below("asprofile", "*.tsv")
        | {f"asprofile/report/{name}" for name in ("look.css", "migration.css", "page.css", "page.js", "paper.js")}
        | below("asprofile", "*.py.txt")
        | {"asprofile/py.typed"}
    )
    assert len([name for name in expected if name.endswith((".cfg", ".tsv"))]) > 15
    assert expected - names == set()
    whole = f"dicom_asprofile-{asprofile.__version__}"
    assert {name.split("/")[0] for name in names} == {"asprofile", f"{whole}.dist-info", f"{whole}.data"}
    manual = {f"{whole}.data/data/share/man/man1/{path.name}" for path in (ROOT / "man").iterdir()}
    assert {name for name in names if name.startswith(f"{whole}.data/")} == manual
    assert not [name for name in names if "__pycache__" in name]


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    information = f"dicom_asprofile-{asprofile.__version__}.dist-info"
    with zipfile.ZipFile(wheel) as archive:
        metadata = archive.read(f"{information}/METADATA").decode()
        scripts = archive.read(f"{information}/entry_points.txt").decode()
        assert archive.read(f"{information}/licenses/LICENSE") == (ROOT / "LICENSE").read_bytes()
    header = metadata.partition("\n\n")[0].splitlines()
    assert f"Version: {asprofile.__version__}" in header
    assert "License-Expression: MIT" in header
    assert "Requires-Python: >=3.11" in header
    required = sorted(
        line.split()[1].partition(">")[0]
        for line in header
        if line.startswith("Requires-Dist:") and "extra ==" not in line
    )
    assert required == ["click", "lark", "pydicom", "pynetdicom", "rich"]
    assert "asprofile = asprofile.cli:main" in scripts


def test_the_source_distribution_has_what_the_tests_need(distributions: Path) -> None:
    (found,) = distributions.glob("*.tar.gz")
    with tarfile.open(found) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for name in ("pyproject.toml", "LICENSE", "README.md", "grammars/asconfig.lark", "tests/test_wheel.py"):
        assert name in names
    assert below("docs/schema", "*.json") <= names
    assert below("sample_profiles", "*.cfg") <= names


def test_it_works_where_there_is_no_source_tree(installed: Path, tmp_path: Path) -> None:
    program = str(installed / "asprofile")
    place = checked(str(installed / "python"), "-c", "import asprofile; print(asprofile.__file__)", cwd=tmp_path)
    assert Path(place.strip()).is_relative_to(installed.parent)

    assert (installed.parent / "share" / "man" / "man1" / "asprofile-send.1").is_file()
    assert checked(program, "--version", cwd=tmp_path) == f"asprofile {asprofile.__version__}\n"
    (tmp_path / "mine.cfg").write_text(checked(program, "samples", "Uncompressed", cwd=tmp_path))
    assert (tmp_path / "mine.cfg").read_bytes() == (ROOT / "sample_profiles" / "uncompressed.cfg").read_bytes()
    assert set(re.findall(r": (\w+): AP", checked(program, "lint", "mine.cfg", cwd=tmp_path))) <= {"info"}
    assert "UNCOMPRESSED" in checked(program, "show", "mine.cfg", cwd=tmp_path)
    assert checked(program, "show", "mine.cfg", "--html", cwd=tmp_path).startswith("<!DOCTYPE html>\n")
    assert "AP201" in checked(program, "explain", cwd=tmp_path)
    assert "build_context" in checked(program, "convert", "mine.cfg", "--to", "pynetdicom", cwd=tmp_path)
    listed = checked(program, "samples", "--path", cwd=tmp_path).splitlines()
    assert len(listed) == len(below("sample_profiles", "*.cfg"))
    assert all(Path(name).is_relative_to(installed.parent) for name in listed)


def test_the_main_job_from_the_wheel(installed: Path, tmp_path: Path) -> None:
    assert "Siemens CSA Non-Image Storage" in checked(str(installed / "asprofile"), "demo", cwd=tmp_path)
    assert list(tmp_path.iterdir()) == []
