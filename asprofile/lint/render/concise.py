"""A line for each finding, without the text it is about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from asprofile.lint.render.look import Look
from asprofile.lint.render.text import headline
from asprofile.lint.run import LintReport


def render(reports: Iterable[LintReport], look: Look) -> Iterator[str]:
    """Lines without line ends."""
    return (headline(report.source, finding, look.style) for report in reports for finding in report.findings)
