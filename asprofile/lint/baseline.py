"""A baseline: the present findings of a repository, which are no longer reported, so that only new ones count.

Findings are matched by path, code and text of the line, not by line number. Pure: reading and writing the file, and
resolving its paths, belong in ``cli``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from asprofile.errors import ConfigurationError
from asprofile.lint.identity import identified
from asprofile.lint.run import LintReport
from asprofile.value import Value, replaced

BASELINE_VERSION = 1


class Known(NamedTuple):
    """How a finding is recognised; ``line`` is the text of the line on which it begins, without blanks around it."""

    path: str
    code: str
    line: str


class Baseline(Value):
    """How often each finding is in the baseline."""

    counts: Mapping[Known, int]

    def without_known(
        self, reports: Iterable[LintReport], name: Callable[[str], str] = str
    ) -> tuple[list[LintReport], dict[Known, int]]:
        """The reports with only new findings, and the known findings that were not found (how often).

        A known finding counts as suppressed. ``name`` makes the baseline's path from a report's.
        """
        left = dict(self.counts)
        new = []
        for report, pairs in identified(reports, name):
            kept = []
            for identity, finding in pairs:
                known = Known(identity.path, identity.code, identity.line)
                if identity.number < self.counts.get(known, 0):
                    left[known] -= 1
                else:
                    kept.append(finding)
            gone = len(pairs) - len(kept)
            new.append(replaced(report, findings=tuple(kept), suppressed=report.suppressed + gone))
        return new, {known: count for known, count in left.items() if count}


def written(reports: Iterable[LintReport], name: Callable[[str], str] = str) -> str:
    """The text of a baseline with all findings of the reports: JSON, sorted, as it is kept under version control."""
    counts = Counter(
        Known(identity.path, identity.code, identity.line)
        for _, pairs in identified(reports, name)
        for identity, _ in pairs
    )
    findings = [{**known._asdict(), "count": count} for known, count in sorted(counts.items())]
    return json.dumps({"version": BASELINE_VERSION, "findings": findings}, indent=2) + "\n"


def parsed(text: str | bytes) -> Baseline:
    """The baseline that a text holds; raises ConfigurationError for one that :func:`written` has not made."""
    try:
        found: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise ConfigurationError("not a baseline: not JSON") from None
    version = found.get("version") if isinstance(found, dict) else None
    if version is None:
        raise ConfigurationError("not a baseline: it has no version")
    if version != BASELINE_VERSION:
        raise ConfigurationError(
            f"a baseline of version {version!r}, but this asprofile knows version {BASELINE_VERSION}"
        )
    findings = found.get("findings")
    if not isinstance(findings, list):
        raise ConfigurationError("not a baseline: it has no list of findings")
    counts: Counter[Known] = Counter()
    for number, row in enumerate(findings, start=1):
        known, count = _row(row, number)
        counts[known] += count
    return Baseline(counts)


def _row(row: object, number: int) -> tuple[Known, int]:
    if isinstance(row, dict):
        values = [row.get(field) for field in Known._fields]
        count = row.get("count", 1)
        if all(isinstance(value, str) for value in values) and type(count) is int and count > 0:
            return Known(*map(str, values)), count
    raise ConfigurationError(f"finding {number} of the baseline has no path, code and line, or no sound count")
