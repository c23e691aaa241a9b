"""``scripts/*.ps1`` do for Windows what the scripts of the same names do elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

SCRIPTS = Path(__file__).resolve().parents[1] / "scripts"
PAIRS = ["demo", "test", "venv"]


def code(name: str) -> str:
    """A script without its comments, in what is spelled alike in both languages."""
    lines = (SCRIPTS / name).read_text("utf-8").splitlines()
    text = "\n".join(line for line in lines if not line.lstrip().startswith("#"))
    for strange, common in (("-and", "&&"), ('"', ""), ("'", ""), ("@(", ""), (",", " "), ("`", "")):
        text = text.replace(strange, common)
    return text


def words(name: str) -> set[str]:
    """The long options, locks and directories that a script names."""
    return set(re.findall(r"--[a-z][a-z-]+|[\w-]+\.(?:lock|toml)|\.venv-?\w*|\.stamp", code(name)))


@pytest.mark.parametrize("name", PAIRS)
def test_both_say_the_same_to_python_pip_uv_and_pytest(name: str) -> None:
    assert words(name) == words(f"{name}.ps1")


@pytest.mark.parametrize("name", PAIRS)
def test_every_script_of_windows_has_its_like(name: str) -> None:
    assert sorted(path.stem for path in SCRIPTS.glob("*.ps1")) == PAIRS
    # It is run from anywhere, and so is what it starts.
    assert "cd $(dirname $0)/.." in code(name)
    assert re.search(r"Join-Path \$PSScriptRoot (\.\.|venv\.ps1)", code(f"{name}.ps1"))


def test_both_take_the_same_python_and_say_the_same_where_there_is_none() -> None:
    scripts = [(SCRIPTS / name).read_text("utf-8") for name in ("venv", "venv.ps1")]
    for text in scripts:
        assert re.search(r"sys\.exit\(sys\.version_info < \(3, 11\)\)", text)
        assert "needs Python 3.11 or later; say where it is with" in text
        assert re.search(r"^\s*exit 2$", text, re.MULTILINE)
    # What an environment is known by, and which package lines are counted, are the same Python and the same pattern.
    for pattern in (r"import hashlib.*?hexdigest\(\)\)", r"\^\[a-z\]", r"setting up \$venv with"):
        found = [
            re.search(pattern, text.replace('\\"', "'").replace('b""', "b''").replace('"rb"', "'rb'"))
            for text in scripts
        ]
        assert found[0] is not None
        assert found[1] is not None
        assert found[0][0] == found[1][0]
    variables = [set(re.findall(r"\$(?:env:|\{)?(PYTHON|VENV)\b", text)) for text in scripts]
    assert variables[0] == variables[1] == {"PYTHON", "VENV"}


def test_an_error_of_a_step_ends_each() -> None:
    for name in PAIRS:
        assert "set -eu" in (SCRIPTS / name).read_text("utf-8")
        assert '$ErrorActionPreference = "Stop"' in (SCRIPTS / f"{name}.ps1").read_text("utf-8")
    for name in ("demo.ps1", "test.ps1"):
        assert code(name).rstrip().endswith("exit $LASTEXITCODE"), "the status is that of what was run"
