from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from asprofile.lint.render.look import Look
from asprofile.lint.render.sarif import render
from asprofile.lint.rule import Rule
from asprofile.lint.rules import all_rules
from asprofile.lint.run import LintOptions, LintReport, lint
from asprofile.text import Source

Schema = Callable[[str], Draft202012Validator]


def rendered(reports: list[LintReport]) -> dict[str, Any]:
    found = json.loads("\n".join(render(reports, Look())))
    assert isinstance(found, dict)
    return found


def results(*reports: LintReport) -> list[dict[str, Any]]:
    found = rendered(list(reports))["runs"][0]["results"]
    assert isinstance(found, list)
    return found


def test_golden(reports: list[LintReport], golden: Callable[[str, str], None], schema: Schema) -> None:
    text = "\n".join(render(reports, Look()))
    golden("sarif.json", text)
    schema("sarif").validate(json.loads(text))


def test_only_ascii_so_that_no_stream_and_no_reader_stumbles(reports: list[LintReport]) -> None:
    text = "\n".join(render(reports, Look()))
    assert text.isascii()
    assert "\\ud" not in text, "half of a surrogate pair is no character"
    assert "\\u001b" not in text


def test_nothing_found_is_a_whole_log(schema: Schema) -> None:
    log = rendered([])
    schema("sarif").validate(log)
    assert log["runs"][0]["results"] == []


def test_every_result_points_to_its_rule(reports: list[LintReport]) -> None:
    run = rendered(reports)["runs"][0]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["AP201", "AP603", "AP908"]
    assert all(rules[result["ruleIndex"]] == result["ruleId"] for result in run["results"])


def test_text_that_is_not_utf_8_is_inserted_as_bytes(reports: list[LintReport]) -> None:
    change = results(*reports)[3]["fixes"][0]["artifactChanges"][0]
    assert base64.b64decode(change["replacements"][0]["insertedContent"]["binary"]) == b"# \xff\xc3\n"


def test_fingerprints_are_unique_and_outlive_lines_above() -> None:
    data = b"[[TransferSyntaxes]]\n[A]\nTransferSyntax2 = x\nTransferSyntax2 = x\n[A]\nTransferSyntax2 = x\n"
    before = [result["partialFingerprints"] for result in results(lint(Source(data, "a.cfg")))]
    after = [result["partialFingerprints"] for result in results(lint(Source(b"# new\n\n" + data, "a.cfg")))]
    assert len(before) > 3
    assert sorted(map(str, before)) == sorted(map(str, after))
    assert len(set(map(str, before))) == len(before)
    assert before != [result["partialFingerprints"] for result in results(lint(Source(data, "b.cfg")))]


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_findings_of_every_rule_keep_the_schema(rule: Rule, schema: Schema) -> None:
    for example in rule.examples:
        source = Source(example.file(example.bad), "a.cfg")
        report = lint(source, LintOptions(release=example.release, role=example.role, select=(rule.code,)))
        schema("sarif").validate(rendered([report]))


def test_the_schema_refuses_what_is_wrong(reports: list[LintReport], schema: Schema) -> None:
    log = rendered(reports)
    for path, value in ((("version",), "2.0.0"), (("runs", 0, "results", 0, "level"), "info")):
        broken: Any = json.loads(json.dumps(log))
        *parents, last = path
        place = broken
        for step in parents:
            place = place[step]
        place[last] = value
        with pytest.raises(ValidationError):
            schema("sarif").validate(broken)
