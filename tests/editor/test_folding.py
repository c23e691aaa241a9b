"""What can be folded."""

from __future__ import annotations

import pytest

from asprofile.editor.folding import folds
from asprofile.editor.opened import OpenFile
from asprofile.text import Source

TEXT = """\
# Two lines
# of comment
[[TransferSyntaxes]]
[A]
TransferSyntax1 = LittleEndianExplicit
# alone
TransferSyntax2 = LittleEndianImplicit

# of the next
# section
[B]
TransferSyntax1 =
  JPEGBaseline

[[PresentationContexts]]
[C]
"""


def folded(text: str) -> list[tuple[int, int, str]]:
    return [
        (fold.first, fold.last, "comment" if fold.is_comment else "part")
        for fold in folds(OpenFile(Source(text.encode())))
    ]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_sections_and_comments(line_end: str) -> None:
    assert folded(TEXT.replace("\n", line_end)) == [
        (1, 2, "comment"),
        (3, 13, "part"),
        (4, 7, "part"),
        (9, 10, "comment"),
        (11, 13, "part"),
        (15, 16, "part"),
    ]


def test_several_headers_in_a_line() -> None:
    assert folded("[[TransferSyntaxes]] [A] TransferSyntax1 = x\n[B] TransferSyntax1 = x\nTransferSyntax2 = y\n") == [
        (1, 3, "part"),
        (2, 3, "part"),
    ]


def test_a_header_that_is_never_closed() -> None:
    assert folded("[[TransferSyntaxes]]\n[A\nTransferSyntax1 = x\n") == [(1, 3, "part"), (2, 3, "part")]


def test_nothing_of_what_is_no_profile() -> None:
    assert folded("[a]\nx = 1\n") == []
