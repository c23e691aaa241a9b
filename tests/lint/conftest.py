"""What the tests of the output formats share: reports with everything that is odd, and golden files."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from asprofile import __version__
from asprofile.lint.finding import Finding
from asprofile.lint.hit import Fix
from asprofile.lint.rule import Example, Rule
from asprofile.lint.run import LintReport
from asprofile.text import Edit, Source, Span

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent

GAP = Rule(
    "AP201",
    "numbering-gap",
    "error",
    "A number is missing, so DCMTK reads nothing after it",
    "DCMTK stops at the first number\nthat is missing.\n\nNumber from 1.\n",
    "DCMTK asconfig.txt, 2.1",
    (Example("TransferSyntax2 = \udcff\n", "TransferSyntax1 = x\n", "TransferSyntax2"),),
    lambda _: (),
)
LIMIT = Rule("AP603", "large-request", "warning", "Too much", "Why <b>&.", "PS3.8 9.3.2", (), lambda _: ())
HINT = Rule("AP908", "retired-sop-class", "info", "Retired", "It is gone.", "PS3.6", (), lambda _: ())

# Line ends of each kind, a tab, two bytes for one character, and a byte that is no UTF-8.
DATA = b"[[A]]\r\n[\xc3\xa4\t]\rKey1 = b\n[\xff]\nKey3 = b\nKey3 = b\n"
ODD_PATH = "sub dir/\xe4 100%,a:b#\udcff\x1b.cfg"


def made(rule: Rule, text: bytes, message: str, fix: Fix | None = None, nth: int = 0) -> Finding:
    start = -1
    for _ in range(nth + 1):
        start = DATA.index(text, start + 1)
    return Finding(rule, rule.severity, Span(start, start + len(text)), message, fix)


@pytest.fixture
def reports() -> list[LintReport]:
    """A clean file, and one with an odd name, odd bytes and odd findings."""
    first, second = DATA.index(b"Key3"), DATA.index(b"Key3", DATA.index(b"Key3") + 1)
    renumber = Fix(
        "number from 2",
        (Edit(Span(first + 3, first + 4), b"2"), Edit(Span(second + 3, second + 4), b"")),
        safe=True,
    )
    no_text = Fix("keep \xfc", (Edit(Span(first, first), b"# \xff\xc3\n"),), safe=False)
    findings = (
        made(LIMIT, b"[\xc3\xa4\t]\rKey1", "over, two: lines"),
        made(HINT, b"\xff", "a byte \udcff that is no character, and \x1b[31m that steers"),
        made(GAP, b"Key3", 'Key2 is missing: 100% <&"> lost\nsecond line', renumber),
        made(GAP, b"Key3", "the same in a line that is the same", no_text, nth=1),
        Finding(HINT, "warning", Span(len(DATA), len(DATA)), "at the end", None),
    )
    return [LintReport(Source(b"", "clean.cfg"), (), 0), LintReport(Source(DATA, ODD_PATH), findings, 1)]


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """``golden("sarif.json", text)``: the text is the file's. With UPDATE_GOLDEN=1 it becomes so."""

    def check(name: str, text: str) -> None:
        file = HERE / "golden" / name
        text = text.replace(f'"{__version__}"', '"VERSION"') + "\n"
        if os.environ.get("UPDATE_GOLDEN"):
            file.write_text(text, "utf-8")
        assert text == file.read_text("utf-8")

    return check


@pytest.fixture
def schema() -> Callable[[str], Draft202012Validator]:
    """``schema("sarif")``: what the format requires, in the parts that are used."""

    def load(name: str) -> Draft202012Validator:
        found: Any = json.loads((HERE / "schemas" / f"{name}.json").read_text("utf-8"))
        Draft202012Validator.check_schema(found)
        return Draft202012Validator(found)

    return load
