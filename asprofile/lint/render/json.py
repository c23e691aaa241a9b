"""Findings as one versioned JSON object; its schema is ``docs/schema/lint.json``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from asprofile.lint.finding import Finding
from asprofile.lint.hit import Fix
from asprofile.lint.render.look import Look
from asprofile.lint.run import LintReport
from asprofile.program import RULE_PAGE
from asprofile.text import Edit, Source

LINT_JSON_VERSION = 1


def render(reports: Iterable[LintReport], _: Look) -> Iterator[str]:
    """The object, indented."""
    reports = list(reports)
    found = [_finding(report.source, finding) for report in reports for finding in report.findings]
    counts = {f"{severity}s": sum(report.count(severity) for report in reports) for severity in ("error", "warning")}
    summary = {
        "files": len(reports),
        **counts,
        "infos": sum(report.count("info") for report in reports),
        "suppressed": sum(report.suppressed for report in reports),
    }
    # ASCII only: bytes of a file that are not UTF-8 are lone surrogates, which no UTF-8 stream takes.
    files = [_file(report) for report in reports]
    yield json.dumps({"version": LINT_JSON_VERSION, "files": files, "findings": found, "summary": summary}, indent=2)


def _file(report: LintReport) -> dict[str, Any]:
    """Whose the file was taken for."""
    inferred = report.inferred
    return {
        "path": report.source.path,
        "role": report.role if inferred is None else inferred.role,
        "inferred": inferred is not None,
        "reason": None if inferred is None else inferred.reason,
        "lists": {} if inferred is None else dict(inferred.lists),
    }


def _finding(source: Source, finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code,
        "name": finding.rule.name,
        "severity": finding.severity,
        "message": finding.message,
        "only_for": finding.only_for,
        "path": source.path,
        "start": _position(source, finding.span.start),
        "end": _position(source, finding.span.end),
        "url": RULE_PAGE.format(code=finding.code.lower()),
        "fix": None if finding.fix is None else _fix(source, finding.fix),
    }


def _fix(source: Source, fix: Fix) -> dict[str, Any]:
    return {"title": fix.title, "safe": fix.safe, "edits": [_edit(source, edit) for edit in fix.edits]}


def _edit(source: Source, edit: Edit) -> dict[str, Any]:
    return {
        "start": _position(source, edit.span.start),
        "end": _position(source, edit.span.end),
        "replacement": edit.replacement.decode("utf-8", "surrogateescape"),
    }


def _position(source: Source, offset: int) -> dict[str, int]:
    position = source.position(offset)
    return {"line": position.line, "column": position.column, "offset": position.offset}
