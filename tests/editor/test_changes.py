"""Line by line from one text to another."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asprofile.editor.changes import line_edits
from asprofile.text import Edit, Span, apply_edits

_files = st.lists(st.sampled_from((b"a", b"bb\n", b"c\r\n", b"\r", b"\n", b"[x]\n")), max_size=12).map(b"".join)


@pytest.mark.parametrize(
    ("before", "after", "edits"),
    [
        (b"a\nb\n", b"a\nb\n", ()),
        (b"a\nb\nc\n", b"a\nB\nc\n", (Edit(Span(2, 4), b"B\n"),)),
        (b"a\nc\n", b"a\nb\nc\n", (Edit(Span(2, 2), b"b\n"),)),
        (b"a\nb", b"a\n", (Edit(Span(2, 3), b""),)),
        (b"", b"a", (Edit(Span(0, 0), b"a"),)),
    ],
)
def test_only_lines_that_differ(before: bytes, after: bytes, edits: tuple[Edit, ...]) -> None:
    assert line_edits(before, after) == edits


@given(_files, _files)
def test_the_edits_make_the_one_of_the_other(before: bytes, after: bytes) -> None:
    assert apply_edits(before, line_edits(before, after)) == after


def test_many_equal_lines_end() -> None:
    """To compare each line with each took cubic time: a minute for this one."""
    before = b"[A]\n" * 1000
    after = b"[A]\n\n" * 1000
    assert apply_edits(before, line_edits(before, after)) == after
