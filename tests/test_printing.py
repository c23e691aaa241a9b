"""What is printed steers no terminal."""

from __future__ import annotations

import pytest

from asprofile.printing import plain, printable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain ä", "plain ä"),
        ("a\tb", "a\tb"),
        ("a\nb\x00", "a\u240ab\u2400"),
        ("\x1b]0;title\x07", "\u241b]0;title\u2407"),
        ("\x7f\x9b\u202e", "\ufffd\ufffd\ufffd"),  # delete, the one-byte CSI, text direction
        ("\udcff", "\ufffd"),
    ],
)
def test_nothing_printed_can_steer_a_terminal(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_the_plain_style_is_none() -> None:
    assert plain("a\x1bb", "red") == "a\x1bb"
