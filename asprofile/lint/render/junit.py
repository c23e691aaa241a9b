"""Findings as JUnit XML: a suite a file. A clean file is one case that passes.

A finding that is too mild for the exit status (``fail_on``) is a case that passes too, with the finding in its output,
so that the tests fail when the command does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from asprofile.lint.finding import Finding
from asprofile.lint.hit import Severity, at_least
from asprofile.lint.render.look import Look
from asprofile.lint.render.text import located
from asprofile.lint.render.xml import DECLARATION, tag, text
from asprofile.lint.run import LintReport
from asprofile.model.inference import in_words


def render(reports: Iterable[LintReport], look: Look) -> Iterator[str]:
    """Lines without line ends."""
    reports = list(reports)
    tests = sum(max(1, len(report.findings)) for report in reports)
    failures = sum(_failures(report, look.fail_on) for report in reports)
    yield DECLARATION
    yield f"<{tag('testsuites', name='asprofile', tests=tests, failures=failures, errors=0)}>"
    for report in reports:
        yield from _suite(report, look.fail_on)
    yield "</testsuites>"


def _failures(report: LintReport, fail_on: Severity) -> int:
    return sum(at_least(finding.severity, fail_on) for finding in report.findings)


def _suite(report: LintReport, fail_on: Severity) -> Iterator[str]:
    path = report.source.path
    tests, failures = max(1, len(report.findings)), _failures(report, fail_on)
    yield f"  <{tag('testsuite', name=path, tests=tests, failures=failures, errors=0, skipped=0, time=0)}>"
    if report.inferred is not None:
        about = tag("property", name="role", value=in_words(report.inferred))
        yield f"    <properties><{about}/></properties>"
    if not report.findings:
        yield f"    <{tag('testcase', name='clean', classname=path, file=path, time=0)}/>"
    for finding in report.findings:
        yield from _case(report, finding, fail_on)
    yield "  </testsuite>"


def _case(report: LintReport, finding: Finding, fail_on: Severity) -> Iterator[str]:
    source = report.source
    position = source.position(finding.span.start)
    name = f"{finding.code} {finding.rule.name} (line {position.line}, column {position.column})"
    yield f"    <{tag('testcase', name=name, classname=source.path, file=source.path, line=position.line, time=0)}>"
    shown = text("\n".join(located(source, finding.span, f"{finding.severity}: {finding.code} {finding.message}")))
    if at_least(finding.severity, fail_on):
        yield f"      <{tag('failure', message=finding.message, type=finding.severity)}>{shown}</failure>"
    else:
        yield f"      <system-out>{shown}</system-out>"
    yield "    </testcase>"
