"""Files of very many items: every command ends, and the linter says how far it has looked."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from asprofile.api.files import MAX_ITEMS, UnreadableFile, read_one
from asprofile.lint.extent import MOST_FOR_ALL, MOST_FOR_READING, MOST_FOR_RULES, TOO_MANY_ENTRIES
from asprofile.lint.run import LintOptions, LintReport, lint
from asprofile.names.releases import LATEST
from asprofile.text import Source

GOOD = b"""[[TransferSyntaxes]]
[U]
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[C]
PresentationContext1 = VerificationSOPClass\\U
[[Profiles]]
[P]
PresentationContexts = C
"""


def linted(data: bytes, *ignore: str) -> LintReport:
    return lint(Source(data), LintOptions(ignore=ignore))


@pytest.mark.parametrize("unit", [b"[A]", b"[", b"a=b\n"])
def test_too_many_are_refused_but_by_the_linter(unit: bytes, tmp_path: Path) -> None:
    file = tmp_path / "it.cfg"
    file.write_bytes(b"[[Profiles]]\n" + unit * (MOST_FOR_READING + 1))
    with pytest.raises(UnreadableFile, match="60,000 headers and entries"):
        read_one(str(file))
    done = subprocess.run(
        [sys.executable, "-m", "asprofile", "lint", "--format", "concise", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "AP608" in done.stdout
    assert f"DCMTK {LATEST} refuses it, no supersection [[TRANSFERSYNTAXES]]" in done.stdout


def test_there_is_a_limit(tmp_path: Path) -> None:
    file = tmp_path / "it.cfg"
    file.write_bytes(GOOD + b"key = value\n" * MAX_ITEMS)
    with pytest.raises(UnreadableFile, match="60,000 headers and entries"):
        read_one(str(file))
    file.write_bytes(b"key = value\n" * MAX_ITEMS)
    assert read_one(str(file)).data == file.read_bytes()


def test_what_stands_in_comments_is_no_item(tmp_path: Path) -> None:
    file = tmp_path / "it.cfg"
    file.write_bytes(b"[[Profiles]]\n" + b"# ====================\n" * (MAX_ITEMS // 10))
    assert read_one(str(file)).data == file.read_bytes()


def test_all_rules_look_at_what_people_write() -> None:
    many = b"key = value\n" * (MOST_FOR_ALL - 20)
    assert TOO_MANY_ENTRIES not in {finding.code for finding in linted(GOOD + many).findings}


def test_of_more_all_rules_look_at_them_and_nothing_has_a_fix() -> None:
    report = linted(
        GOOD.replace(b"LittleEndianImplicit", b"BigEndianExplicit") + b"PresentationContexts = C\n" * MOST_FOR_ALL
    )
    codes = {finding.code for finding in report.findings}
    assert {TOO_MANY_ENTRIES, "AP203", "AP411"} <= codes
    assert not any(finding.fix for finding in report.findings)
    (said,) = [finding for finding in report.findings if finding.code == TOO_MANY_ENTRIES]
    assert said.severity == "info"
    assert f"beyond {MOST_FOR_ALL:,}, nothing has a fix" in said.message


def test_of_still_more_it_is_said_which_rules_did_not_run() -> None:
    many = b"[Q]\nPresentationContexts = D\n" * (MOST_FOR_RULES // 2)
    report = linted(GOOD + many)
    codes = {finding.code for finding in report.findings}
    assert {TOO_MANY_ENTRIES, "AP108"} <= codes
    assert max(code for code in codes if code != TOO_MANY_ENTRIES) < "AP300"
    assert not any(finding.fix for finding in report.findings)
    (said,) = [finding for finding in report.findings if finding.code == TOO_MANY_ENTRIES]
    assert said.severity == "warning"
    assert "the others (AP301 to AP999) were not" in said.message
    assert TOO_MANY_ENTRIES not in {finding.code for finding in linted(GOOD + many, TOO_MANY_ENTRIES).findings}


def test_it_is_said_whatever_is_selected() -> None:
    many = b"[Q]\nPresentationContexts = C\n" * (MOST_FOR_RULES // 2)
    report = lint(Source(GOOD + many), LintOptions(select=("AP301",)))
    assert [finding.code for finding in report.findings] == [TOO_MANY_ENTRIES]


def test_of_very_many_only_whether_they_load() -> None:
    many = b"key = value\n" * MOST_FOR_READING
    (said,) = linted(GOOD + many).findings
    assert said.severity == "warning"
    assert f"DCMTK {LATEST} loads it" in said.message
    (said,) = linted(GOOD.replace(b"Contexts = C", b"Contexts = D") + many).findings
    assert said.severity == "error"
    assert "refuses it, no presentation context list `D`" in said.message
    assert said.span.start == GOOD.index(b"= C\n") + 2


def test_of_very_many_contexts_for_whom_they_load() -> None:
    contexts = b"".join(b"PresentationContext%d = 1.2.3.%d\\U\n" % (n, n) for n in range(2, MOST_FOR_READING + 2))
    (said,) = linted(GOOD.replace(b"\\U\n", b"\\U\n" + contexts)).findings
    assert "loads it for an acceptor; for a requestor it has more than 128 presentation contexts" in said.message


def test_a_slip_that_hides_very_many_entries_is_told() -> None:
    hidden = b"".join(b"  [P%d]\n  PresentationContexts = C\n" % n for n in range(MOST_FOR_RULES))
    assert "AP106" in {finding.code for finding in linted(GOOD + hidden).findings}
