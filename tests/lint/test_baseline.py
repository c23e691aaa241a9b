from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from asprofile.errors import ConfigurationError
from asprofile.lint.baseline import BASELINE_VERSION, Known, parsed, written
from asprofile.lint.run import LintReport, lint
from asprofile.text import Source

TEXT = b"[[TransferSyntaxes]]\n[A]\nTransferSyntax2 = x\nTransferSyntax2 = x\n[B]\nTransferSyntax2 = \xff\n"


def report(data: bytes = TEXT, path: str = "a.cfg") -> LintReport:
    return lint(Source(data, path))


def new(before: LintReport, after: LintReport) -> list[str]:
    """What is said of ``after`` when the findings of ``before`` are known."""
    (left,), _ = parsed(written([before])).without_known([after])
    return [f"{left.source.line_of(finding.span.start)} {finding.code}" for finding in left.findings]


def test_golden(reports: list[LintReport], golden: Callable[[str, str], None]) -> None:
    golden("baseline.json", written(reports).removesuffix("\n"))


def test_what_is_known_is_silent_and_counts_as_suppressed() -> None:
    found = report()
    assert len(found.findings) > 3
    (left,), stale = parsed(written([found])).without_known([found])
    assert left.findings == ()
    assert left.suppressed == len(found.findings)
    assert stale == {}


def test_lines_above_and_blanks_around_do_not_matter() -> None:
    moved = b"# new\n\n" + TEXT.replace(b"TransferSyntax2 = x\n", b"TransferSyntax2 = x \n")
    assert [found for found in new(report(), report(moved)) if "AP2" in found] == []


def test_another_line_another_file_and_one_more_of_the_same_are_new() -> None:
    assert new(report(), report(TEXT.replace(b"[B]\nTransferSyntax2", b"[B]\nTransferSyntax3")))
    assert len(new(report(), report(path="b.cfg"))) == len(report().findings)
    one_more = new(report(), report(TEXT.replace(b"x\n[B]", b"x\nTransferSyntax2 = x\n[B]")))
    assert [found.split()[0] for found in one_more] == ["5"]


def test_what_is_gone_is_stale() -> None:
    _, stale = parsed(written([report()])).without_known([report(TEXT.replace(b"TransferSyntax2 = x\n", b"", 1))])
    assert stale
    assert {known.line for known in stale} == {"TransferSyntax2 = x"}
    _, all_stale = parsed(written([report()])).without_known([])
    assert sum(all_stale.values()) == len(report().findings)


def test_paths_are_those_that_the_caller_gives() -> None:
    text = written([report()], lambda path: f"x/{path}")
    assert {row["path"] for row in json.loads(text)["findings"]} == {"x/a.cfg"}
    (left,), stale = parsed(text).without_known([report()], lambda path: f"x/{path}")
    assert (left.findings, stale) == ((), {})


def test_sorted_whatever_the_order_of_the_files() -> None:
    both = [report(), report(path="b.cfg")]
    assert written(both) == written(reversed(both))
    assert written(both).isascii()


def row(**changes: Any) -> dict[str, Any]:
    return {"path": "a", "code": "AP201", "line": "x", "count": 2} | changes


def test_rows_that_are_the_same_are_added_up() -> None:
    text = json.dumps({"version": BASELINE_VERSION, "findings": [row(), row(count=1)]})
    assert parsed(text).counts == {Known("a", "AP201", "x"): 3}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "no version"),
        ("{}", "no version"),
        ('{"version": 2, "findings": []}', "version 2, but this asprofile knows version 1"),
        ('{"version": 1}', "no list of findings"),
        ('{"version": 1, "findings": [1]}', "finding 1"),
        (json.dumps({"version": 1, "findings": [row(), row(line=None)]}), "finding 2"),
        (json.dumps({"version": 1, "findings": [row(count=0)]}), "finding 1"),
        (json.dumps({"version": 1, "findings": [row(count=True)]}), "finding 1"),
    ],
)
def test_what_is_no_baseline_is_refused(text: str | bytes, says: str) -> None:
    with pytest.raises(ConfigurationError, match=says):
        parsed(text)
