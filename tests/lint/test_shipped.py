"""The profile files that DCMTK ships, as Debian installs them, are the oracle: each finding in them is known."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from programs import need

from asprofile.lint.fixes.rounds import fix
from asprofile.lint.run import LintOptions, LintReport, lint
from asprofile.model.words import AssociationRole
from asprofile.text import Source

DIRECTORY = Path("/etc/dcmtk")
TESTED = "3.6.7"  # the release whose files the line numbers are of

# CT, Enhanced CT, MR, Grayscale Word SC, Single Bit SC twice, Ophthalmic 16 Bit, PET: no object of theirs fits.
IMPOSSIBLE = (68, 89, 101, 107, 110, 111, 119, 125)
STORESCU = [("AP411", 25), ("AP211", 44), ("AP502", 58), ("AP607", 58), ("AP504", 71), ("AP509", 196)]
STORESCP = [("AP307", 24), ("AP405", 35)]

pytestmark = pytest.mark.peer


def shipped(name: str) -> Source:
    """A file of the package dcmtk; skips (fails in CI) where that is not installed and cannot be."""
    need("storescu", "dcmtk")
    path = DIRECTORY / name
    if not path.exists():
        pytest.skip(f"this DCMTK has no {path}")
    return Source(path.read_bytes(), str(path))


def of_known_lines(name: str) -> Source:
    """The same, of the release that the line numbers are of."""
    source = shipped(name)
    answer = subprocess.run([need("storescu", "dcmtk"), "--version"], check=False, capture_output=True, text=True)
    if f"v{TESTED} " not in answer.stdout:
        pytest.skip(f"the lines are those of DCMTK {TESTED}")
    return source


def places(report: LintReport) -> list[tuple[str, int]]:
    return [(finding.code, report.source.line_of(finding.span.start)) for finding in report.findings]


@pytest.mark.parametrize("release", ["3.6.7", "3.7.0"])
@pytest.mark.parametrize(("name", "expected"), [("storescu.cfg", STORESCU), ("storescp.cfg", STORESCP)])
def test_every_finding_is_known(name: str, expected: list[tuple[str, int]], release: str) -> None:
    report = lint(of_known_lines(name), LintOptions(release=release))
    assert sorted(places(report), key=lambda found: found[1]) == expected


@pytest.mark.parametrize("name", ["storescu.cfg", "storescp.cfg"])
def test_no_errors_whatever_the_release_of_the_file(name: str) -> None:
    report = lint(shipped(name))
    assert [finding.message for finding in report.findings if finding.severity == "error"] == []


def test_storescu_as_it_comes_has_no_warnings_and_one_finding_of_its_impossible_pairs() -> None:
    report = lint(shipped("storescu.cfg"))
    assert [finding.code for finding in report.findings if finding.severity != "info"] == []
    assert [finding.code for finding in report.findings].count("AP502") == 1


def test_the_reason_is_told_in_the_words_of_the_standard() -> None:
    report = lint(of_known_lines("storescu.cfg"), LintOptions(select=("AP502",)))
    assert report.findings[0].message == (
        "8 contexts of this list can carry no object, in lines 68, 89, 101 and 5 more; of the first: "
        "CT Image Storage has 16 bits allocated (PS3.3 C.8.2.1.1.2-.6), JPEG Baseline (Process 1) codes 8 "
        "(PS3.5 8.2.1 Table 8.2.1-1): no object can use this context"
    )


@pytest.mark.parametrize(("role", "most"), [("requestor", 4), ("acceptor", 2)])
def test_an_acceptors_list_does_not_drown_the_reader_in_either_role(role: AssociationRole, most: int) -> None:
    report = lint(shipped("storescp.cfg"), LintOptions(role=role, select=("AP3", "AP4", "AP5")))
    assert len(report.findings) <= most


def test_fixing_takes_out_the_impossible_pairs_and_nothing_else() -> None:
    source = of_known_lines("storescu.cfg")
    fixed = fix(source, LintOptions(select=("AP502",)), unsafe=True)
    assert fixed.withheld == ()
    assert places(fixed.report) == []
    lines, left = source.data.splitlines(), fixed.data.splitlines()
    values = [line.partition(b"=")[2] for number, line in enumerate(lines, start=1) if number not in IMPOSSIBLE]
    assert [line.partition(b"=")[2] for line in left] == values
