"""What is offered to be changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from strategies import PROPERTY, profile_files

from asprofile.edit.fmt import FormatRefusal, Formatted, format_document
from asprofile.editor.actions import all_safe_fixes, formatting, quick_fixes
from asprofile.editor.opened import MAX_OPENED_SIZE, OpenFile
from asprofile.lint.fixes.rounds import fix
from asprofile.lint.run import LintOptions
from asprofile.text import Source, Span, apply_edits

if TYPE_CHECKING:
    from collections.abc import Callable

    At = Callable[..., tuple[OpenFile, int]]


def test_fixes_at_a_place_the_safe_ones_first(at: At, plain: str) -> None:
    file, offset = at(file=plain.replace("TransferSyntax2 = L", "Transfer|Syntax3 = L"))
    (found,) = quick_fixes(file, Span(offset, offset))
    assert found.title.startswith("AP201: renumber ")
    assert found.is_safe
    assert apply_edits(file.data, found.edits).decode() == plain
    everywhere = quick_fixes(file, Span(0, len(file.data)))
    assert [each.is_safe for each in everywhere] == sorted((each.is_safe for each in everywhere), reverse=True)
    assert quick_fixes(file, Span(0, 0)) == []
    for each in everywhere:
        if not each.is_safe:
            assert each.title.endswith("(changes what DCMTK loads)")


def test_all_safe_fixes_are_those_of_the_linter(at: At, plain: str) -> None:
    file, _ = at(file="|" + plain.replace("TransferSyntax2 = L", "TransferSyntax3 = L"))
    assert apply_edits(file.data, all_safe_fixes(file)) == fix(file.source, file.settings).report.source.data
    sound, _ = at(file="|" + plain)
    assert all_safe_fixes(sound) == ()


def test_formatting_is_that_of_the_rewriter(at: At, plain: str) -> None:
    file, _ = at(file="|" + plain)
    wanted = format_document(file.subject.document)
    assert isinstance(wanted, Formatted)
    edits = formatting(file)
    assert not isinstance(edits, FormatRefusal)
    assert apply_edits(file.data, edits) == wanted.data
    refused, _ = at(file="|" + plain + "  # indented\n")
    assert isinstance(formatting(refused), FormatRefusal)
    other, _ = at(file="|[a]\nb=c\n")
    assert formatting(other) == ()


def test_nothing_of_files_that_are_too_large(plain: str) -> None:
    file = OpenFile(Source(plain.replace("Syntax2", "Syntax3").encode() + b"#" * MAX_OPENED_SIZE), LintOptions())
    assert file.is_too_large
    assert file.findings == ()
    assert formatting(file) == ()
    assert all_safe_fixes(file) == ()


@PROPERTY
@given(profile_files())
def test_the_edits_of_every_fix_can_be_made_at_once(data: bytes) -> None:
    file = OpenFile(Source(data))
    for each in quick_fixes(file, Span(0, len(data))):
        apply_edits(data, each.edits)
