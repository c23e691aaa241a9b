"""The plain ``asprofile lint`` goes its own way, which must lead to the same place."""

from __future__ import annotations

import os
import re
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
    Path("other.txt").write_text("a = 1\n")
    Path("directory").mkdir()


NAMES = [
    (),
    ("clean.cfg",),
    ("gap.cfg", "clean.cfg"),
    ("gap.cfg", "gap.cfg", "./gap.cfg"),
    ("-",),
    ("directory",),
    (".",),
    ("missing.cfg", "gap.cfg"),
    ("other.txt", "gap.cfg"),
    ("other.txt",),
    ("",),
    ("a\0b",),
    ("help",),
    ("--quiet",),
]
FLAGS = [(), ("--quiet",), ("-q", "--quiet"), ("--skip-others",), ("--quiet", "--skip-others")]


@pytest.mark.parametrize("flags", FLAGS, ids=" ".join)
@pytest.mark.parametrize("names", NAMES, ids=repr)
def test_both_ways_lead_to_the_same(run: Run, names: tuple[str, ...], flags: tuple[str, ...]) -> None:
    """The same output and status as click's way, for all that the hook, the action and people type."""
    stdin = Path("gap.cfg").read_bytes()
    by_click = run("lint", "--color", "auto", *flags, "--", *names, stdin=stdin)
    ways = [(*flags, "--", *names)]
    if "--quiet" not in names:
        ways += [(*flags, *names), (*names, *flags)]
    for given in ways:
        assert start._plain_lint(["lint", *given]) is not None
        assert run("lint", *given, stdin=stdin) == by_click


def test_a_file_with_the_name_of_an_option_is_refused_on_both(run: Run) -> None:
    Path("--quiet").write_bytes(Path("gap.cfg").read_bytes())
    assert run("lint", "--quiet", "gap.cfg") == run("lint", "--color", "auto", "--quiet", "gap.cfg")
    assert run("lint", "--", "--quiet") == run("lint", "--color", "auto", "--", "--quiet")


def test_what_the_hook_and_the_action_call_is_plain() -> None:
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text("utf-8")
    entry = re.search(r"(?m)^  entry: asprofile (lint .*)$\n(?:.*\n)*?  args: \[(.*)\]$", hooks)
    assert entry is not None
    assert start._plain_lint([*entry[1].split(), entry[2], "a.cfg"]) == (
        ("a.cfg",),
        {"quiet": True, "skip_others": True},
    )
    assert start._plain_lint(["lint", "--", "."]) == ((".",), {})


def test_settings_count_on_both(run: Run) -> None:
    Path("asprofile.toml").write_text('[lint]\nignore = ["AP201"]\n')
    assert run("lint", "gap.cfg").status == 0
    Path("asprofile.toml").write_text("[lint]\nignored = 1\n")
    assert run("lint", "gap.cfg") == run("lint", "--color", "auto", "gap.cfg")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["lint", "-v", "a"],
        ["lint", "a", "--fix"],
        ["lint", "--quie", "a"],
        ["lint", "-qv"],
        ["show"],
        ["--version"],
    ],
)
def test_everything_else_is_read_with_its_options(arguments: list[str]) -> None:
    assert start._plain_lint(arguments) is None


@pytest.mark.parametrize(
    "names", [["clean.cfg"], ["gap.cfg"], ["missing.cfg"], ["--quiet", "--skip-others", "--", "clean.cfg"]]
)
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


_OTHERS = ("asprofile.convert.", "asprofile.logs", "asprofile.trace", "pynetdicom")
_WITH_A_PROFILE = [["show", "clean.cfg"], ["plan", "--profile", "clean.cfg:", "."], ["send", "127.0.0.1:1", "."]]


@pytest.mark.parametrize("words", _WITH_A_PROFILE, ids=" ".join)
def test_a_profile_file_loads_no_other_format(words: list[str]) -> None:
    """Nor what reads logs and captures."""
    code = (
        "import sys\nfrom asprofile.cli import main\n"
        f"try: main(sys.argv[1:])\nfinally: print([name for name in sys.modules if name.startswith({_OTHERS})])"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, timeout=60)
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
