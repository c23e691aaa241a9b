"""The plain ``asprofile lint FILE...`` goes its own way, which must lead to the same place."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from asprofile.cli import start
from asprofile.program import DEBUG_VARIABLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _files(clean: str) -> None:
    Path("clean.cfg").write_text(clean)
    Path("gap.cfg").write_text(clean.replace("PresentationContext3", "PresentationContext4"))
    Path("directory").mkdir()


@pytest.mark.parametrize(
    "names",
    [
        ("clean.cfg",),
        ("gap.cfg", "clean.cfg"),
        ("-",),
        ("directory",),
        (".",),
        ("missing.cfg", "gap.cfg"),
        ("",),
        ("a\0b",),
    ],
)
def test_both_ways_lead_to_the_same(run: Run, names: tuple[str, ...]) -> None:
    stdin = Path("gap.cfg").read_bytes()
    plain = run("lint", *names, stdin=stdin)
    assert plain == run("lint", "--color", "auto", *names, stdin=stdin)
    assert plain == run("lint", "--", *names, stdin=stdin)


def test_settings_count_on_both(run: Run) -> None:
    Path("asprofile.toml").write_text('[lint]\nignore = ["AP201"]\n')
    assert run("lint", "gap.cfg").status == 0
    Path("asprofile.toml").write_text("[lint]\nignored = 1\n")
    assert run("lint", "gap.cfg") == run("lint", "--color", "auto", "gap.cfg")


@pytest.mark.parametrize(
    "arguments", [[], ["lint"], ["lint", "-q", "a"], ["lint", "a", "--fix"], ["show", "a"], ["--version"]]
)
def test_everything_else_is_read_with_its_options(arguments: list[str]) -> None:
    assert not start._is_plain_lint(arguments)


@pytest.mark.parametrize("names", [["clean.cfg"], ["gap.cfg"], ["missing.cfg"]])
def test_the_plain_one_imports_no_library_for_options(names: list[str]) -> None:
    code = (
        "import sys\nfrom asprofile.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "finally: print(sorted({'click', 'rich', 'pydicom', 'tomllib', 'json'} & set(sys.modules)))"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code, "lint", *names]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("names", [["clean.cfg"], ["gap.cfg", "clean.cfg"], ["missing.cfg", "gap.cfg"]])
def test_nothing_is_lost_by_ending_at_once(run: Run, names: list[str]) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    results = []
    for debug in ("", "1"):
        done = subprocess.run(
            [sys.executable, "-m", "asprofile", "lint", *names],
            env={**environment, DEBUG_VARIABLE: debug},
            capture_output=True,
            text=True,
            timeout=60,
        )
        results.append((done.returncode, done.stdout, done.stderr))
    expected = run("lint", *names)
    assert results == [(expected.status, expected.out, expected.err)] * 2


def test_a_reader_that_has_gone(clean: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-m", "asprofile", "lint", "gap.cfg"],
        stdout=writing,
        stderr=subprocess.PIPE,
        env=environment,
        timeout=60,
    )
    os.close(writing)
    assert done.returncode == start.READER_GONE
    assert b"Traceback" not in done.stderr
    assert b"Broken" not in done.stderr
