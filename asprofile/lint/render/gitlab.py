"""Findings as a GitLab Code Quality report.

Names of files in the reports are to be relative to the root of the repository (see ``paths``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from asprofile.lint.finding import Finding
from asprofile.lint.hit import Severity
from asprofile.lint.identity import FindingIdentity, identified
from asprofile.lint.render.look import Look
from asprofile.lint.run import LintReport
from asprofile.printing import printable, visible
from asprofile.text import Source

_SEVERITIES: dict[Severity, str] = {"error": "critical", "warning": "major", "info": "info"}


def render(reports: Iterable[LintReport], _: Look) -> Iterator[str]:
    """The array, indented. The fingerprints are unique and do not depend on line numbers."""
    issues = [
        _issue(report.source, finding, identity) for report, pairs in identified(reports) for identity, finding in pairs
    ]
    yield json.dumps(issues, indent=2)


def _issue(source: Source, finding: Finding, identity: FindingIdentity) -> dict[str, Any]:
    return {
        "description": f"{finding.code}: {printable(finding.message)}",
        "check_name": finding.rule.name,
        "fingerprint": identity.digest(),
        "severity": _SEVERITIES[finding.severity],
        "location": {
            "path": visible(source.path),
            "lines": {"begin": source.line_of(finding.span.start), "end": source.position(finding.span.end).line},
        },
    }
