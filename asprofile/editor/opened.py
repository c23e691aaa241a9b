"""A file that is open in an editor, read and linted once for each state of its text and settings."""

from __future__ import annotations

from functools import cached_property

from asprofile.editor.labels import Labels
from asprofile.lint import Finding, Settings, lint
from asprofile.lint.fixes import fix
from asprofile.lint.subject import Subject
from asprofile.model import Document
from asprofile.model.loader import PRESENTATION_CONTEXTS, PROFILES, TRANSFER_SYNTAXES
from asprofile.syntax import Header
from asprofile.text import Source, Span

# Sixty times the largest file that comes with DCMTK. Beyond, linting at every key would be felt.
MAX_SIZE = 1024 * 1024


class OpenFile:
    """One state of a file: ``source`` its text, ``settings`` how it is linted."""

    def __init__(self, source: Source, settings: Settings | None = None) -> None:
        self.source = source
        self.settings = settings or Settings()

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
        return len(self.data) > MAX_SIZE

    @cached_property
    def is_profile(self) -> bool:
        """Whether the file has to do with association profiles: many programs have files of this name and look."""
        return not self.is_too_large and looks_like_profile(self.subject.document)

    @cached_property
    def subject(self) -> Subject:
        return Subject(self.source, self.settings.release, self.settings.role)

    @cached_property
    def labels(self) -> Labels:
        return Labels(self.subject)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What the linter says of it; nothing of a file that is no profile."""
        return lint(self.source, self.settings).findings if self.is_profile else ()

    @cached_property
    def fixed(self) -> bytes:
        """The file with all safe fixes applied."""
        if not any(finding.fix and finding.fix.safe for finding in self.findings):
            return self.data
        return fix(self.source, self.settings).report.source.data

    def findings_at(self, span: Span) -> list[Finding]:
        """The findings that touch the span."""
        return [found for found in self.findings if found.span.start <= span.end and span.start <= found.span.end]


def looks_like_profile(document: Document) -> bool:
    """Whether there is a header that only a profile file has, also one with a bracket too few."""
    return any(
        item.name in (TRANSFER_SYNTAXES, PRESENTATION_CONTEXTS) or (item.name == PROFILES and item.level == 2)
        for item in document.tree
        if isinstance(item, Header)
    )
