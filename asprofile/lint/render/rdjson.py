"""Findings in reviewdog's Diagnostic Format, as one object (rdjson). Columns count bytes of UTF-8, an end is exclusive.

Names of files in the reports are to be relative to the root of the repository (see ``paths``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from asprofile.lint.finding import Finding
from asprofile.lint.hit import Fix
from asprofile.lint.render.look import Look
from asprofile.lint.run import LintReport
from asprofile.printing import printable, visible
from asprofile.program import HOME, RULE_PAGE
from asprofile.text import Edit, Source, Span, apply_edits


def render(reports: Iterable[LintReport], _: Look) -> Iterator[str]:
    """The object, indented."""
    found = [_diagnostic(report.source, finding) for report in reports for finding in report.findings]
    yield json.dumps({"source": {"name": "asprofile", "url": HOME}, "diagnostics": found}, indent=2)


def _diagnostic(source: Source, finding: Finding) -> dict[str, Any]:
    found: dict[str, Any] = {
        "message": printable(finding.message),
        "location": {"path": visible(source.path), "range": _range(source, finding.span)},
        "severity": finding.severity.upper(),
        "code": {"value": finding.code, "url": RULE_PAGE.format(code=finding.code.lower())},
    }
    suggestion = None if finding.fix is None else _suggestion(source, finding.fix)
    if suggestion is not None:
        found["suggestions"] = [suggestion]
    return found


def _suggestion(source: Source, fix: Fix) -> dict[str, Any] | None:
    """All edits as one: suggestions are alternatives there. None when the text is not UTF-8."""
    span = Span(min(edit.span.start for edit in fix.edits), max(edit.span.end for edit in fix.edits))
    shifted = (
        Edit(Span(edit.span.start - span.start, edit.span.end - span.start), edit.replacement) for edit in fix.edits
    )
    try:
        text = apply_edits(source.data[span.start : span.end], shifted).decode("utf-8")
    except UnicodeDecodeError:
        return None
    return {"range": _range(source, span), "text": text}


def _range(source: Source, span: Span) -> dict[str, dict[str, int]]:
    return {"start": _position(source, span.start), "end": _position(source, span.end)}


def _position(source: Source, offset: int) -> dict[str, int]:
    line = source.line_of(offset)
    return {"line": line, "column": offset - source.line_starts[line - 1] + 1}
