"""Lines set: blank lines and alignment, apart from where lines come from."""

from __future__ import annotations

import pytest

from asprofile.edit.layout import Blank, Comment, EntryLine, HeaderLine, LayoutLine, laid_out

_LETTERS: dict[str, LayoutLine] = {
    "_": Blank(),
    "#": Comment(b"#"),
    "h": HeaderLine(b"[A]"),
    "!": Comment(b"# asprofile: ignore[AP201] why"),
    "e": EntryLine(b"k", b"v"),
}
_BACK = {b"": "_", b"#": "#", b"# asprofile: ignore[AP201] why": "!", b"[A]": "h", b"k = v": "e"}


@pytest.mark.parametrize(
    ("lines", "set_"),
    [
        ("", ""),
        ("__", ""),
        ("_h_", "h"),
        ("hh", "h_h"),
        ("h__h", "h_h"),
        ("h_e", "he"),
        ("h_#e", "h_#e"),
        ("h#_e", "h#_e"),
        ("e__e", "e_e"),
        ("eh", "e_h"),
        ("e#h", "e_#h"),
        ("e##h", "e_##h"),
        ("e#_h", "e#_h"),
        ("e#__#h", "e#_#h"),
        ("h#h", "h#_h"),
        ("h#_#h", "h#_#h"),
        # A comment for the linter speaks of what comes next.
        ("h!h", "h_!h"),
        ("h#!#h", "h#_!#h"),
        ("#h", "#h"),
        ("#_h", "#_h"),
        ("e#__", "e#"),
    ],
)
def test_blank_lines(lines: str, set_: str) -> None:
    result = "".join(_BACK[text] for text in laid_out([_LETTERS[letter] for letter in lines]))
    assert result == set_
    assert "".join(_BACK[text] for text in laid_out([_LETTERS[letter] for letter in result])) == result


def test_each_section_is_aligned_on_its_own() -> None:
    lines: list[LayoutLine] = [
        EntryLine(b"first", b"1"),
        HeaderLine(b"[A]"),
        EntryLine(b"a", b"1"),
        Comment(b"# a much longer line"),
        EntryLine(b"a10", b""),
        HeaderLine(b"[B]"),
        EntryLine(b"b", b"1 "),
    ]
    assert laid_out(lines) == [
        b"first = 1", b"", b"[A]", b"a   = 1", b"# a much longer line", b"a10 =", b"", b"[B]", b"b = 1 ",
    ]  # fmt: skip
