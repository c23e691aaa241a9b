"""README.md: as long as it may be, what it installs and starts is there, and its pictures are as drawn."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
TEXT = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)[^\n]*\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
INSTALLING, CLONE = [text.splitlines() for kind, text in BLOCKS if kind == "sh"]


def test_it_is_short() -> None:
    lines = TEXT.splitlines()
    assert len(lines) < 120
    assert [line for line in lines if len(line) > 100] == []


def test_every_block_is_of_a_kind_that_is_run() -> None:
    assert {kind for kind, _ in BLOCKS} <= {"console", "ini", "pycon", "sh"}


@pytest.mark.parametrize("line", INSTALLING)
def test_what_is_installed_is_this_program(line: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert re.search(rf" install (--user )?{project['name']}\b", line)


@pytest.mark.parametrize("line", CLONE)
def test_what_a_clone_has(line: str) -> None:
    for name in re.findall(r"scripts[/\\]\S+?(?=[ )])", line):
        path = ROOT / name.replace("\\", "/")
        assert path.is_file()
        if os.name != "nt" and path.suffix != ".ps1":
            assert os.access(path, os.X_OK)


def test_where_its_links_lead() -> None:
    targets = re.findall(r"\]\(([^)]+)\)", TEXT)
    assert len(targets) > 10
    assert [target for target in targets if not (ROOT / target).is_file()] == []


def test_its_pictures_are_as_their_script_draws_them() -> None:
    done = subprocess.run([sys.executable, ROOT / "scripts" / "pictures", "--check"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", sorted((ROOT / "docs" / "pictures").glob("*.svg")), ids=lambda path: path.name)
def test_a_picture_takes_nothing_from_elsewhere(path: Path) -> None:
    text = path.read_text("utf-8")
    assert re.findall(r"(?:href|src|url)\W", text) == []
    assert re.findall(r"https?://\S+", text) == ['http://www.w3.org/2000/svg"']
    assert "<title>" in text
