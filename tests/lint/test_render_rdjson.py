from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from jsonschema import Draft202012Validator

from asprofile.lint.finding import Finding
from asprofile.lint.render.look import Look
from asprofile.lint.render.rdjson import render
from asprofile.lint.rules import all_rules
from asprofile.lint.run import LintOptions, LintReport, lint
from asprofile.text import Edit, Source, Span, apply_edits


def diagnostics(*reports: LintReport) -> list[dict[str, Any]]:
    found = json.loads("\n".join(render(reports, Look())))["diagnostics"]
    assert isinstance(found, list)
    return found


def test_golden(
    reports: list[LintReport], golden: Callable[[str, str], None], schema: Callable[[str], Draft202012Validator]
) -> None:
    text = "\n".join(render(reports, Look()))
    golden("rdjson.json", text)
    schema("rdjson").validate(json.loads(text))


def test_columns_count_bytes(reports: list[LintReport]) -> None:
    found = diagnostics(*reports)[0]["location"]["range"]
    assert found == {"start": {"line": 2, "column": 1}, "end": {"line": 3, "column": 5}}
    source = Source("ä = [b]\n".encode(), "a.cfg")
    start = source.data.index(b"[b]")
    report = LintReport(source, (Finding(all_rules()[0], "info", Span(start, start + 3), "there", None),), 0)
    assert diagnostics(report)[0]["location"]["range"]["start"] == {"line": 1, "column": 6}


def test_what_is_not_text_is_no_suggestion(reports: list[LintReport]) -> None:
    assert ["suggestions" in found for found in diagnostics(*reports)] == [False, False, True, False, False]


def test_a_suggestion_made_as_one_replacement_is_the_fix() -> None:
    made = 0
    for rule in all_rules():
        for example in rule.examples:
            source = Source(example.file(example.bad), "a.cfg")
            report = lint(source, LintOptions(release=example.release, role=example.role, select=(rule.code,)))
            for finding, found in zip(report.findings, diagnostics(report), strict=True):
                if finding.fix is None:
                    assert "suggestions" not in found
                    continue
                if "suggestions" not in found:
                    continue
                (suggestion,) = found["suggestions"]
                edit = Edit(_span(source, suggestion["range"]), suggestion["text"].encode("utf-8"))
                assert apply_edits(source.data, [edit]) == apply_edits(source.data, finding.fix.edits)
                made += 1
    assert made > 20


def _span(source: Source, found: dict[str, dict[str, int]]) -> Span:
    return Span(*(source.line_starts[found[end]["line"] - 1] + found[end]["column"] - 1 for end in ("start", "end")))
