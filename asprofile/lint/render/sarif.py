"""Findings as a SARIF 2.1.0 log (OASIS), as code scanning services want it.

Names of files in the reports are to be relative to the root of the repository (see ``paths``). Columns count code
points, an end column is exclusive. The fingerprint is of the tool's own kind: services that compute theirs still do.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator
from typing import Any

from asprofile import __version__
from asprofile.lint.finding import Finding
from asprofile.lint.hit import Fix, Severity
from asprofile.lint.identity import FindingIdentity, identified
from asprofile.lint.render.look import Look
from asprofile.lint.render.paths import uri
from asprofile.lint.rule import Rule
from asprofile.lint.run import LintReport
from asprofile.model.inference import in_words
from asprofile.printing import printable, visible
from asprofile.program import HOME, RULE_PAGE
from asprofile.text import Edit, Source, Span

SARIF_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"

_LEVELS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "note"}
_PROBLEM_SEVERITIES: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "recommendation"}


def render(reports: Iterable[LintReport], _: Look) -> Iterator[str]:
    """The log, indented."""
    reports = list(reports)
    found = identified(reports)
    rules = sorted({finding.code: finding.rule for _, pairs in found for _, finding in pairs}.items())
    index = {code: number for number, (code, _) in enumerate(rules)}
    driver = {
        "name": "asprofile",
        "semanticVersion": __version__,
        "informationUri": HOME,
        "rules": [_rule(rule) for _, rule in rules],
    }
    results = [
        _result(report.source, finding, identity, index[finding.code])
        for report, pairs in found
        for identity, finding in pairs
    ]
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        "results": results,
    }
    said = _notifications(reports)
    if said:
        run["invocations"] = [{"executionSuccessful": True, "toolExecutionNotifications": said}]
    yield json.dumps({"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _notifications(reports: Iterable[LintReport]) -> list[dict[str, Any]]:
    """For each file whose side is inferred, what it was taken for and why."""
    return [
        {
            "level": "note",
            "message": {"text": printable(in_words(report.inferred))},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(report.source)}}],
        }
        for report in reports
        if report.inferred is not None
    ]


def _rule(rule: Rule) -> dict[str, Any]:
    url = RULE_PAGE.format(code=rule.code.lower())
    return {
        "id": rule.code,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": f"{rule.summary}."},
        "fullDescription": {"text": _paragraphs(rule.why)},
        "help": {"text": f"{_paragraphs(rule.why)}\n\nSee {rule.reference}.", "markdown": _markdown(rule, url)},
        "helpUri": url,
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": [rule.group],
            "precision": "very-high",
            "problem.severity": _PROBLEM_SEVERITIES[rule.severity],
        },
    }


def _paragraphs(text: str) -> str:
    """Text without the line ends of its source; what is between empty lines stays apart."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in text.split("\n\n")).strip()


def _markdown(rule: Rule, url: str) -> str:
    parts = [f"**{rule.summary}.**", rule.why.strip()]
    for example in rule.examples[:1]:
        parts += ("Bad:", f"```ini\n{example.bad.rstrip()}\n```", "Good:", f"```ini\n{example.good.rstrip()}\n```")
    return _visible_lines("\n\n".join((*parts, f"See {rule.reference}, and [{rule.code}]({url}).")))


def _visible_lines(text: str) -> str:
    """Text of several lines that every reader of JSON takes."""
    return "\n".join(visible(line) for line in text.split("\n"))


def _result(source: Source, finding: Finding, identity: FindingIdentity, rule_index: int) -> dict[str, Any]:
    result = {
        "ruleId": finding.code,
        "ruleIndex": rule_index,
        "level": _LEVELS[finding.severity],
        "message": {"text": printable(finding.message)},
        "locations": [
            {"physicalLocation": {"artifactLocation": _artifact(source), "region": _region(source, finding.span)}}
        ],
        "partialFingerprints": {"asprofileFinding/v1": identity.digest()},
    }
    if finding.fix is not None:
        result["fixes"] = [_fix(source, finding.fix)]
    return result


def _artifact(source: Source) -> dict[str, str]:
    found = uri(source.path)
    return {"uri": found} if found.startswith("file:") else {"uri": found, "uriBaseId": ROOT}


def _region(source: Source, span: Span) -> dict[str, int]:
    start, end = source.position(span.start), source.position(span.end)
    return {"startLine": start.line, "startColumn": start.column, "endLine": end.line, "endColumn": end.column}


def _fix(source: Source, fix: Fix) -> dict[str, Any]:
    title = printable(fix.title) if fix.safe else f"{printable(fix.title)} (may change what is meant)"
    replacements = [_replacement(source, edit) for edit in sorted(fix.edits, key=lambda edit: edit.span)]
    change = {"artifactLocation": _artifact(source), "replacements": replacements}
    return {"description": {"text": title}, "artifactChanges": [change]}


def _replacement(source: Source, edit: Edit) -> dict[str, Any]:
    found: dict[str, Any] = {"deletedRegion": _region(source, edit.span)}
    if edit.replacement:
        try:
            found["insertedContent"] = {"text": edit.replacement.decode("utf-8")}
        except UnicodeDecodeError:
            found["insertedContent"] = {"binary": base64.b64encode(edit.replacement).decode("ascii")}
    return found
