from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from asprofile.lint.finding import Finding
from asprofile.lint.hit import Fix
from asprofile.lint.render.json import LINT_JSON_VERSION, render
from asprofile.lint.render.look import Look
from asprofile.lint.rule import Rule
from asprofile.lint.rules import all_rules
from asprofile.lint.run import LintOptions, LintReport, lint
from asprofile.text import Edit, Source, Span, apply_edits

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "schema" / "lint.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

GAP = Rule("AP201", "numbering-gap", "error", "summary", "why", "reference", (), lambda _: ())


def rendered(*reports: LintReport) -> dict[str, Any]:
    found = json.loads("\n".join(render(reports, Look())))
    VALIDATOR.validate(found)
    assert isinstance(found, dict)
    return found


def report(data: bytes, *findings: Finding, suppressed: int = 0) -> LintReport:
    return LintReport(Source(data, "a.cfg"), findings, suppressed)


def test_the_schema_is_a_schema() -> None:
    VALIDATOR.check_schema(SCHEMA)
    assert SCHEMA["properties"]["version"]["const"] == LINT_JSON_VERSION


def test_golden() -> None:
    data = "Key1 = ä\r\nKey3 = b\r\n".encode()
    fix = Fix("number 1 entry from 2", (Edit(Span(14, 15), b"2"), Edit(Span(20, 20), b"# \xff")), safe=True)
    found = rendered(report(data, Finding(GAP, "warning", Span(11, 15), "Key2 is missing", fix), suppressed=3))
    assert found == {
        "version": 1,
        "files": [{"path": "a.cfg", "role": None, "inferred": False, "reason": None, "lists": {}}],
        "findings": [
            {
                "code": "AP201",
                "name": "numbering-gap",
                "severity": "warning",
                "message": "Key2 is missing",
                "only_for": None,
                "path": "a.cfg",
                "start": {"line": 2, "column": 1, "offset": 11},
                "end": {"line": 2, "column": 5, "offset": 15},
                "url": "https://asprofile.readthedocs.io/rules/ap201/",
                "fix": {
                    "title": "number 1 entry from 2",
                    "safe": True,
                    "edits": [
                        {
                            "start": {"line": 2, "column": 4, "offset": 14},
                            "end": {"line": 2, "column": 5, "offset": 15},
                            "replacement": "2",
                        },
                        {
                            "start": {"line": 2, "column": 10, "offset": 20},
                            "end": {"line": 2, "column": 10, "offset": 20},
                            "replacement": "# \udcff",
                        },
                    ],
                },
            }
        ],
        "summary": {"files": 1, "errors": 0, "warnings": 1, "infos": 0, "suppressed": 3},
    }


def test_nothing_found() -> None:
    assert rendered() == {
        "version": 1,
        "files": [],
        "findings": [],
        "summary": {"files": 0, "errors": 0, "warnings": 0, "infos": 0, "suppressed": 0},
    }


def test_a_finding_without_a_fix_has_null() -> None:
    assert rendered(report(b"a", Finding(GAP, "info", Span(0, 1), "there", None)))["findings"][0]["fix"] is None


def test_any_bytes_are_ascii_in_the_output() -> None:
    data = bytes(range(256))
    text = "\n".join(render([report(data, Finding(GAP, "error", Span(200, 256), "byte \udcff", None))], Look()))
    assert text.isascii()
    assert json.loads(text)["findings"][0]["message"] == "byte \udcff"


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_findings_of_every_rule_keep_the_schema(rule: Rule) -> None:
    for example in rule.examples:
        source = Source(example.file(example.bad), "a.cfg")
        found = rendered(lint(source, LintOptions(release=example.release, role=example.role)))
        assert rule.code in {finding["code"] for finding in found["findings"]}


def test_edits_can_be_made_from_the_output_alone() -> None:
    for rule in all_rules():
        for example in rule.examples:
            data = example.file(example.bad)
            result = lint(Source(data), LintOptions(release=example.release, role=example.role, select=(rule.code,)))
            for finding, written in zip(result.findings, rendered(result)["findings"], strict=True):
                if finding.fix is None:
                    continue
                edits = [
                    Edit(
                        Span(edit["start"]["offset"], edit["end"]["offset"]),
                        edit["replacement"].encode("utf-8", "surrogateescape"),
                    )
                    for edit in written["fix"]["edits"]
                ]
                assert apply_edits(data, edits) == apply_edits(data, finding.fix.edits)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"findings": None},
        {"more": 1},
        {"summary": {"files": 1}},
        {"findings": [{"code": "AP201"}]},
        {"summary": {"files": -1, "errors": 0, "warnings": 0, "infos": 0, "suppressed": 0}},
    ],
)
def test_the_schema_refuses_what_is_wrong(change: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(rendered() | change)
