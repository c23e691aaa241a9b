"""A rule is one file, a format of ``convert`` too, and a recipe of ``generate`` one table of a file: nothing else lists
them.

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
FORMAT = """\
from asprofile.convert.exchange import Exchange, ExchangeContext, ExchangeProfile, Reading
from asprofile.convert.formats.form import Format

def read(source):
    made_up, *classes = source.text.split()
    contexts = tuple(ExchangeContext(uid, ("1.2.840.10008.1.2",)) for uid in classes)
    return Reading(Exchange("acceptor", (ExchangeProfile(source.name, contexts),)))

FORMAT = Format(
    "made-up", "a made-up format", "acceptor", False, read, None, (), lambda text: text.startswith("MADE-UP")
)
"""
PROGRAM = """\
import sys
from importlib import import_module
package = import_module(sys.argv.pop(1))
package.__path__[:] = [sys.argv[1]]
if hasattr(package, "CONVERT_FORMATS"):
    package.CONVERT_FORMATS = package._formats()

from asprofile.cli.start import main
sys.argv[1:] = sys.argv[2:]
main()
"""


def with_folder(package: str, folder: Path, *arguments: str) -> str:
    """What a command says where that package is the folder."""
    program = [sys.executable, "-c", PROGRAM, package, str(folder), *arguments]
    return subprocess.run(program, cwd=folder.parent, capture_output=True, text=True, timeout=120).stdout


def test_a_rule_is_one_file(tmp_path: Path) -> None:
    folder = shutil.copytree(ROOT / "asprofile" / "lint" / "rules", tmp_path / "rules")
    (folder / "ap999_made_up.py").write_text(RULE)
    (tmp_path / "it.cfg").write_bytes(next((ROOT / "sample_profiles").glob("ct*.cfg")).read_bytes())

    def told(*arguments: str) -> str:
        return with_folder("asprofile.lint.rules", folder, *arguments)

    assert "it.cfg:1:1: info: AP999 made up [made-up]" in told("lint", "--select", "AP999", "it.cfg").splitlines()
    assert told("explain", "made-up").startswith("AP999 made-up (info)\n\nMade up.\n")


def test_a_format_is_one_file(tmp_path: Path) -> None:
    """It is recognised, read by every command that takes a profile, and named by ``--from``."""
    folder = shutil.copytree(ROOT / "asprofile" / "convert" / "formats", tmp_path / "formats")
    (folder / "made_up.py").write_text(FORMAT)
    (tmp_path / "it.txt").write_text("MADE-UP 1.2.840.10008.1.1 1.2.840.10008.5.1.4.1.1.2\n")

    def told(*arguments: str) -> str:
        return with_folder("asprofile.convert.formats", folder, *arguments)

    for more in ([], ["--from", "made-up"]):
        assert "CTImageStorage" in told("convert", "it.txt", "--to", "profile", *more)
        assert "2 SOP classes" in told("show", "it.txt", *more)
    assert told("diff", "it.txt", "it.txt", "--json").count('"equal": true') == 2


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
