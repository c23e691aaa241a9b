"""What identifies a finding when lines are added or removed above it: path, rule and the text of its line.

For baselines, and for the fingerprints by which code scanning services follow a finding from one run to the next.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import NamedTuple

from asprofile.lint.finding import Finding
from asprofile.lint.run import LintReport
from asprofile.text import Source


class FindingIdentity(NamedTuple):
    """``line`` is the text of the line on which the finding begins, without blanks around it; ``number`` counts from 0
    those that are the same otherwise, in the order of the findings.
    """

    path: str
    code: str
    line: str
    number: int

    def digest(self) -> str:
        """Hexadecimal digits for a service that needs a fingerprint; no two findings of a run have the same."""
        # Not needed for the formats that people read.
        from hashlib import sha256

        text = "\0".join((self.path, self.code, self.line, str(self.number)))
        return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]


def identified(
    reports: Iterable[LintReport], name: Callable[[str], str] = str
) -> list[tuple[LintReport, list[tuple[FindingIdentity, Finding]]]]:
    """Each report with its findings and what they are known by; ``name`` makes the identity's path of a report's."""
    seen: Counter[tuple[str, str, str]] = Counter()
    found = []
    for report in reports:
        path = name(report.source.path)
        pairs = []
        for finding in report.findings:
            key = (path, finding.code, _line(report.source, finding))
            pairs.append((FindingIdentity(*key, seen[key]), finding))
            seen[key] += 1
        found.append((report, pairs))
    return found


def _line(source: Source, finding: Finding) -> str:
    """The text of the finding's line; "" for an empty place at the start or the end, which means the whole file."""
    start, end = finding.span
    if start == end and start in (0, len(source.data)):
        return ""
    return source.line_text(source.line_of(start)).strip()
