"""``asprofile lint --fix``, ``--unsafe-fixes`` and ``--diff``: what is written, shown, said, and how it ends."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from surroundings import assert_mode

from asprofile.lint import run as run_of_rules
from asprofile.lint.hit import Fix, Hit
from asprofile.lint.rules import by_code
from asprofile.text import Edit, Span
from asprofile.value import replaced

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]


@pytest.fixture
def gap(clean: str) -> str:
    """A file with a numbering gap (AP201, a safe fix)."""
    return clean.replace("PresentationContext3", "PresentationContext4")


@pytest.fixture
def twice(clean: str) -> str:
    """A file with a context twice (AP601, an unsafe fix)."""
    return clean.replace("= MRImageStorage", "= CTImageStorage")


@pytest.fixture
def file() -> Path:
    return Path("a.cfg")


def test_safe_fixes_are_written_and_a_clean_file_is_0(run: Run, file: Path, gap: str, clean: str) -> None:
    file.write_text(gap)
    result = run("lint", "--fix", "a.cfg")
    assert (result.status, result.out) == (0, "")
    assert result.err == "1 file checked, nothing left\nfixed 1 finding in 1 file\n"
    assert file.read_text() == clean


def test_nothing_to_fix_leaves_the_file_alone(run: Run, file: Path, clean: str) -> None:
    file.write_text(clean)
    os.utime(file, (1, 1))
    result = run("lint", "--fix", "a.cfg")
    assert (result.status, result.err) == (0, "1 file checked, nothing found\n")
    assert file.stat().st_mtime == 1


def test_what_is_left_is_reported_and_counts(run: Run, file: Path, gap: str) -> None:
    file.write_text(gap.replace("VerificationSOPClass", "NoSuchClass"))
    result = run("lint", "--fix", "a.cfg")
    assert result.status == 1
    assert "NoSuchClass" in result.out
    assert "AP201" not in result.out
    assert "PresentationContext3 = MRImageStorage" in file.read_text()


def test_unsafe_fixes_only_when_asked_for(run: Run, file: Path, twice: str) -> None:
    file.write_text(twice)
    result = run("lint", "--fix", "a.cfg")
    assert result.status == 1
    assert "AP601" in result.out
    assert "1 more with --unsafe-fixes, which change what is proposed or accepted\n" in result.err
    assert file.read_text() == twice
    result = run("lint", "--fix", "--unsafe-fixes", "a.cfg")
    assert (result.status, result.out) == (0, "")
    assert file.read_text() == twice.replace("PresentationContext3 = CTImageStorage\\Uncompressed\n", "")


def test_unsafe_fixes_alone_are_a_mistake(run: Run, file: Path, twice: str) -> None:
    file.write_text(twice)
    result = run("lint", "--unsafe-fixes", "a.cfg")
    assert result.status == 2
    assert "--unsafe-fixes goes with --fix" in result.err
    assert file.read_text() == twice


def test_diff_shows_and_writes_nothing(run: Run, file: Path, gap: str) -> None:
    file.write_text(gap)
    result = run("lint", "--diff", "a.cfg")
    assert result.status == 1
    assert result.out.startswith("--- a.cfg\n+++ a.cfg\n@@ -8,7 +8,7 @@\n")
    assert "\n-PresentationContext4 = MRImage" in result.out
    assert "\n+PresentationContext3 = MRImage" in result.out
    assert result.err == "1 file checked, nothing would be left\nwould fix 1 finding in 1 file\n"
    assert file.read_text() == gap


@pytest.mark.parametrize("options", [["--diff"], ["--diff", "--fix"]])
def test_diff_without_a_difference(run: Run, file: Path, clean: str, twice: str, options: list[str]) -> None:
    file.write_text(clean)
    assert run("lint", *options, "-q", "a.cfg").status == 0
    file.write_text(twice)
    result = run("lint", *options, "-q", "a.cfg")
    # What cannot be fixed counts all the same; standard output is for the diff.
    assert (result.status, result.out) == (1, "")
    assert "AP601" in result.err
    result = run("lint", *options, "--unsafe-fixes", "-q", "a.cfg")
    assert (result.status, result.err) == (1, "")
    assert "-PresentationContext3" in result.out
    assert file.read_text() == twice


def test_standard_input_is_fixed_to_standard_output(run: Run, gap: str, clean: str, twice: str) -> None:
    result = run("lint", "--fix", "-q", "-", stdin=gap.encode())
    assert (result.status, result.out, result.err) == (0, clean, "")
    result = run("lint", "--fix", "--stdin-filename", "n.cfg", "-", stdin=twice.encode())
    assert (result.status, result.out) == (1, twice)
    assert result.err.startswith("n.cfg:11:")


def test_json_of_what_is_left(run: Run, file: Path, twice: str) -> None:
    file.write_text(twice.replace("TransferSyntax2", "TransferSyntax3"))
    result = run("lint", "--fix", "--format", "json", "a.cfg")
    assert [finding["code"] for finding in result.json["findings"]] == ["AP601"]
    result = run("lint", "--fix", "--format", "json", "-q", "-", stdin=twice.encode())
    assert result.out == twice
    assert [finding["code"] for finding in json.loads(result.err)["findings"]] == ["AP601"]


def test_line_ends_bytes_mode_and_a_missing_last_line_end_stay(run: Run, file: Path, gap: str) -> None:
    data = gap.rstrip().replace("\n", "\r\n").encode() + b"\r\n# \xe4\xff"
    file.write_bytes(data)
    file.chmod(0o640)
    assert run("lint", "--fix", "a.cfg").status == 0
    assert file.read_bytes() == data.replace(b"Context4", b"Context3")
    assert_mode(file, 0o640)


def test_selection_decides_what_is_fixed(run: Run, file: Path, gap: str) -> None:
    file.write_text(gap)
    assert run("lint", "--fix", "--ignore", "AP201", "a.cfg").status == 0
    assert file.read_text() == gap


def test_a_fix_that_is_not_safe_though_it_is_said_to_be_is_withheld(
    run: Run, file: Path, clean: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(_: object) -> list[Hit]:
        place = clean.index("Verification")
        return [Hit(Span(place, place), "wrong", Fix("", (Edit(Span(place, place), b"No"),), safe=True))]

    rule = replaced(by_code()["AP201"], check=check)
    monkeypatch.setattr(run_of_rules, "selected", lambda *_: (rule,))
    file.write_text(clean)
    result = run("lint", "--fix", "a.cfg")
    assert result.status == 1
    withheld = "not every fix of AP201 was applied: it would have changed, or broken, what DCMTK loads today\n"
    assert withheld in result.err
    assert file.read_text() == clean


def test_a_file_that_cannot_be_written_is_2_and_reported_as_it_is(
    run: Run, file: Path, gap: str, clean: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(gap)
    Path("b.cfg").write_text(gap)
    monkeypatch.setattr(os, "access", lambda path, _: Path(path).name != "a.cfg")
    result = run("lint", "--fix", "a.cfg", "b.cfg")
    assert result.status == 2
    assert "asprofile: a.cfg: not written, because it is read-only" in result.err
    assert result.out.startswith("a.cfg:11:1: error: AP201 ")
    assert "fixed 1 finding in 1 file\n" in result.err
    assert (file.read_text(), Path("b.cfg").read_text()) == (gap, clean)


def test_a_file_named_twice_is_done_once(run: Run, file: Path, gap: str, clean: str) -> None:
    file.write_text(gap)
    names = ("a.cfg", "./a.cfg", ".", str(file.absolute()))
    assert run("lint", *names).err == "1 file checked: 1 error; 1 can be fixed safely\n"
    assert run("lint", "--fix", *names).err == "1 file checked, nothing left\nfixed 1 finding in 1 file\n"
    assert file.read_text() == clean
    file.write_text(clean.replace(" = ", "="))
    assert run("fmt", *names).err == "formatted: a.cfg\nfiles: 1 formatted\n"
