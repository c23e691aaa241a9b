"""Findings as annotations of GitHub Actions: workflow commands, one a line, which the runner takes from the log.

Names of files in the reports are to be relative to the root of the repository (see ``paths``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from asprofile.lint.finding import Finding
from asprofile.lint.hit import SEVERITIES, Severity
from asprofile.lint.render.look import Look
from asprofile.lint.run import LintReport
from asprofile.printing import visible
from asprofile.text import Source

_COMMANDS: dict[Severity, str] = {"error": "error", "warning": "warning", "info": "notice"}


def render(reports: Iterable[LintReport], _: Look) -> Iterator[str]:
    """Lines without line ends; errors first, because GitHub shows only the first ten of a kind and step."""
    found = [(report.source, finding) for report in reports for finding in report.findings]
    for severity in SEVERITIES:
        for source, finding in found:
            if finding.severity == severity:
                yield _annotation(source, finding)


def _annotation(source: Source, finding: Finding) -> str:
    start, end = source.position(finding.span.start), source.position(finding.span.end)
    places: dict[str, object] = {"file": source.path, "line": start.line, "endLine": end.line}
    if start.line == end.line:
        # GitHub takes columns only within one line.
        places = {
            "file": source.path,
            "line": start.line,
            "col": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        }
    places["title"] = f"{finding.code} {finding.rule.name}"
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in places.items())
    return f"::{_COMMANDS[finding.severity]} {properties}::{_data(finding.message)}"


def _data(text: str) -> str:
    escaped = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return visible(escaped)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
