"""A file that is open in an editor, read and linted once for each state of its text and settings."""

from __future__ import annotations

from functools import cached_property

from asprofile.editor.labels import Labels
from asprofile.lint.finding import Finding
from asprofile.lint.fixes.rounds import fix
from asprofile.lint.run import LintOptions, lint
from asprofile.lint.subject import Subject
from asprofile.syntax.recognise import has_more_items, is_meant, why_no_profile
from asprofile.text import Source, Span

# Sixty times the largest file that comes with DCMTK, and twenty times as many headers and entries as it has. Beyond,
# linting at every key would be felt.
MAX_OPENED_SIZE = 1024 * 1024
MAX_OPENED_ITEMS = 10_000


class OpenFile:
    """One state of a file: ``source`` its text, ``settings`` how it is linted."""

    def __init__(self, source: Source, settings: LintOptions | None = None) -> None:
        self.source = source
        self.settings = settings or LintOptions()

    @property
    def data(self) -> bytes:
        return self.source.data

    @property
    def release(self) -> str:
        """The DCMTK release that shall load the file."""
        return self.settings.release

    @cached_property
    def is_too_large(self) -> bool:
        """Whether the file is too large to be linted while it is written."""
        return len(self.data) > MAX_OPENED_SIZE or has_more_items(self.data, MAX_OPENED_ITEMS)

    @cached_property
    def is_profile(self) -> bool:
        """Whether the file has to do with association profiles: many programs have files of this name and look."""
        return not self.is_too_large and is_meant(self.data)

    @cached_property
    def may_be_changed(self) -> bool:
        """Whether it is a profile, and not a document that quotes one: only then edits are offered."""
        return self.is_profile and why_no_profile(self.data) is None

    @cached_property
    def subject(self) -> Subject:
        return Subject(self.source, self.settings.release, self.settings.role)

    @cached_property
    def labels(self) -> Labels:
        return Labels(self.subject)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """The linter's findings in it; none for a file that is not a profile."""
        return lint(self.source, self.settings).findings if self.is_profile else ()

    @cached_property
    def fixed(self) -> bytes:
        """The file with all safe fixes applied."""
        if not self.may_be_changed or not any(finding.fix and finding.fix.safe for finding in self.findings):
            return self.data
        return fix(self.source, self.settings).report.source.data

    def findings_at(self, span: Span) -> list[Finding]:
        """The findings that touch the span."""
        return [found for found in self.findings if found.span.start <= span.end and span.start <= found.span.end]
