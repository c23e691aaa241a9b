"""Findings as the XML of Checkstyle, which many build servers and editors read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from asprofile.lint.render.look import Look
from asprofile.lint.render.xml import DECLARATION, tag
from asprofile.lint.run import LintReport


def render(reports: Iterable[LintReport], _: Look) -> Iterator[str]:
    """Lines without line ends; a file without findings is there too, empty."""
    yield DECLARATION
    yield '<checkstyle version="4.3">'
    for report in reports:
        source = report.source
        yield f"  <{tag('file', name=source.path)}>"
        for finding in report.findings:
            position = source.position(finding.span.start)
            error = tag(
                "error",
                line=position.line,
                column=position.column,
                severity=finding.severity,
                message=finding.message,
                source=f"asprofile.{finding.code}",
            )
            yield f"    <{error}/>"
        yield "  </file>"
    yield "</checkstyle>"
