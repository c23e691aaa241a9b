"""A rule is one file, and a recipe of ``generate`` one table of a file: nothing else lists them.

One that does not exist is added in each, and found by the commands.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from asprofile.generate import recipes

ROOT = Path(__file__).resolve().parents[1]
RULE = """\
from asprofile.lint.hit import Hit
from asprofile.lint.rule import Example, Rule
from asprofile.text import Span

def check(subject):
    yield Hit(Span(0, 1), "made up")

RULE = Rule("AP999", "made-up", "info", "Made up", "It is made up.\\n", "none", (), check)
"""
PROGRAM = """\
import sys
from asprofile.lint import rules
rules.__path__[:] = [sys.argv[1]]

from asprofile.cli.start import main
sys.argv[1:] = sys.argv[2:]
main()
"""


def test_a_rule_is_one_file(tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "asprofile" / "lint" / "rules", tmp_path / "rules")
    (folder / "ap999_made_up.py").write_text(RULE)
    (tmp_path / "it.cfg").write_bytes(next((ROOT / "sample_profiles").glob("ct*.cfg")).read_bytes())

    def told(*arguments: str) -> str:
        program = [sys.executable, "-c", PROGRAM, str(folder), *arguments]
        return subprocess.run(program, cwd=tmp_path, capture_output=True, text=True, timeout=120).stdout

    assert "it.cfg:1:1: info: AP999 made up [made-up]" in told("lint", "--select", "AP999", "it.cfg").splitlines()
    assert told("explain", "made-up").startswith("AP999 made-up (info)\n\nMade up.\n")


def test_a_recipe_is_one_table(monkeypatch: pytest.MonkeyPatch) -> None:
    text = recipes.text_of
    made = """
[[recipe]]
name = "made-up"
profile = "MadeUp"
whom = "For a test."
[[recipe.part]]
comment = "Images"
classes = "CTImageStorage"
"""
    monkeypatch.setattr(recipes, "text_of", lambda name: text(name) + made)
    recipes._by_name.cache_clear()
    try:
        assert recipes.recipe("made-up").profile == "MadeUp"
        assert "made-up" in [one.name for one in recipes.recipes()]
    finally:
        recipes._by_name.cache_clear()
