"""Findings for people: place, severity, code, message, and the line with what is meant underlined; then a count."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from asprofile.lint.finding import Finding
from asprofile.lint.hit import SEVERITIES, Severity
from asprofile.lint.render.look import Look
from asprofile.lint.run import LintReport
from asprofile.model.inference import Inference, in_words
from asprofile.printing import Style, plain, plural, printable, visible
from asprofile.text import Source, Span, decode

COLOURS: dict[Severity, str] = {"error": "red", "warning": "yellow", "info": "cyan"}
_MAX_WIDTH = 160


def render(reports: Iterable[LintReport], look: Look) -> Iterator[str]:
    """Lines without line ends: of each finding what it is, and the text it is about."""
    for report in reports:
        for finding in report.findings:
            yield headline(report.source, finding, look.style)
            yield from _excerpt(report.source, finding.span, look.style, COLOURS[finding.severity])


def judgements(reports: Iterable[LintReport], *, verbose: bool = False) -> Iterator[str]:
    """A line for each file that has findings, on who was taken to load it; where that is open, only for findings of one
    side. ``verbose``: for all files.
    """
    for report in reports:
        found = report.inferred
        if found is None:
            continue
        is_open = found.role is None and not found.is_mixed
        if verbose or (any(one.only_for for one in report.findings) if is_open else report.findings):
            yield f"{visible(report.source.path)}: {printable(taken_for(found))}"


def taken_for(found: Inference) -> str:
    """Who the file was taken to be for, why, and how to say otherwise on a command line."""
    return f"{in_words(found)}; {_otherwise(found)}"


def _otherwise(found: Inference) -> str:
    if found.role is not None:
        return f"--role {'requestor' if found.role == 'acceptor' else 'acceptor'} for the other"
    if found.is_mixed:
        return "--role requestor or acceptor for one side alone"
    return "--role acceptor or requestor says it"


def summary(reports: Iterable[LintReport], *, fixes: bool = True, left: str = "") -> str:
    """One line: how much of what was found where; with ``fixes``, for how much of it there is a fix. ``left`` is what
    to say of findings where others have been fixed: "left", or "would be left".
    """
    reports = list(reports)
    files = len(reports)
    suppressed = sum(report.suppressed for report in reports)
    checked = f"{plural(files, 'file')} checked"
    silenced = f"; {suppressed} suppressed" if suppressed else ""
    counts = [(sum(report.count(severity) for report in reports), severity) for severity in SEVERITIES]
    parts = [f"{count} {severity}{'s' * (count != 1 and severity != 'info')}" for count, severity in counts if count]
    if not parts:
        return f"{checked}, nothing {left or 'found'}{silenced}"
    return f"{checked}: {', '.join(parts)}{f' {left}' if left else ''}{_fixable(reports) if fixes else ''}{silenced}"


def _fixable(reports: list[LintReport]) -> str:
    fixes = [finding.fix for report in reports for finding in report.findings if finding.fix is not None]
    safe = sum(fix.safe for fix in fixes)
    unsafe = len(fixes) - safe
    if not safe:
        return f"; {unsafe} can be fixed with --unsafe-fixes" if unsafe else ""
    return f"; {safe} can be fixed safely" + (f", {unsafe} more with --unsafe-fixes" if unsafe else "")


def headline(source: Source, finding: Finding, style: Style) -> str:
    position = source.position(finding.span.start)
    place = style(f"{visible(source.path)}:{position.line}:{position.column}:", "bold")
    # As compilers write it, so that editors and CI that read their lines know an error from a warning.
    severity = style(f"{finding.severity}:", COLOURS[finding.severity])
    return f"{place} {severity} {finding.code} {printable(finding.message)} [{finding.rule.name}]"


def located(source: Source, span: Span, message: str, style: Style = plain) -> Iterator[str]:
    """A message about a place in a file, with the line and the part that is meant."""
    position = source.position(span.start)
    yield style(f"{visible(source.path)}:{position.line}:{position.column}:", "bold") + f" {printable(message)}"
    yield from _excerpt(source, span, style, "red")


def _excerpt(source: Source, span: Span, style: Style, colour: str) -> Iterator[str]:
    start = source.position(span.start)
    line_span = source.line_span(start.line)
    if line_span.start == line_span.end and span.start == span.end:
        return
    line = source.line_text(start.line)
    end = min(span.end, line_span.end)
    width = max(1, len(decode(source.data[span.start : end])))
    first = start.column - 1
    cut = max(0, first + min(width, _MAX_WIDTH // 2) - _MAX_WIDTH)
    shown = line[cut : cut + _MAX_WIDTH]
    # A tab stays a tab in the line of marks, so that the marks are right whatever the terminal's tab stops are.
    indent = "".join("\t" if character == "\t" else " " for character in shown[: first - cut])
    marks = "^" * min(width, max(1, _MAX_WIDTH - (first - cut)))
    number = f"{start.line:>5}"
    yield style(f"{number} | ", "dim") + visible(shown)
    yield style("      | ", "dim") + indent + style(marks, colour)
