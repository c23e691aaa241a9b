"""What an editor offers to change: the fixes of findings, all safe ones at once, the canonical form of the file."""

from __future__ import annotations

from dataclasses import dataclass

from asprofile.edit.fmt import FormatRefusal, format_document
from asprofile.editor.changes import line_edits
from asprofile.editor.opened import OpenFile
from asprofile.lint.finding import Finding
from asprofile.text import Edit, Span


@dataclass(frozen=True, slots=True)
class QuickFix:
    """A finding's fix: ``title`` to be shown, ``edits`` that mend it; ``is_safe`` as in ``lint.hit.Fix``."""

    title: str
    edits: tuple[Edit, ...]
    finding: Finding
    is_safe: bool


def quick_fixes(file: OpenFile, span: Span) -> list[QuickFix]:
    """The fixes of the findings that touch the span, the safe ones first."""
    if not file.may_be_changed:
        return []
    fixes = [
        QuickFix(_title(finding.code, fix.title, fix.safe), fix.edits, finding, fix.safe)
        for finding in file.findings_at(span)
        if (fix := finding.fix) is not None
    ]
    return sorted(fixes, key=lambda fix: not fix.is_safe)


def all_safe_fixes(file: OpenFile) -> tuple[Edit, ...]:
    """The edits that apply every safe fix of the file; none if there is nothing to be fixed."""
    return line_edits(file.data, file.fixed)


def formatting(file: OpenFile) -> tuple[Edit, ...] | FormatRefusal:
    """The edits that bring the file to its canonical form; none if it has it, or is no profile."""
    if not file.may_be_changed:
        return ()
    formatted = format_document(file.subject.document)
    return formatted if isinstance(formatted, FormatRefusal) else line_edits(file.data, formatted.data)


def _title(code: str, title: str, is_safe: bool) -> str:
    return f"{code}: {title}" if is_safe else f"{code}: {title} (changes what DCMTK loads)"
