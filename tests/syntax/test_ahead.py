"""What is recognised without the table is what the table makes of it, whatever the bytes."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from asprofile.syntax import parser
from asprofile.syntax.tree import Rows
from asprofile.text import Span

WHOLE_ITEMS = [
    b"[A]",
    b"[[B]]",
    b"[ A]\n",
    b"k=v\n",
    b"k\n=v\n c\n",
    b"#x]=[\n",
    b"[" * 9,
    b"]" * 9,
    b"[ \n#[\n" * 4,
    b"\n\n ",
]
PIECES = [b"[", b"]", b"=", b"a", b"\n", b"\r", b"\r\n", b"#", b" ", b"\0", b"\xff"]
FILES = st.lists(st.sampled_from(PIECES + WHOLE_ITEMS), max_size=30).map(b"".join)


def rows(data: bytes, *, ahead: bool) -> tuple[object, ...]:
    found, unclosed = parser._parsed(data, 0 if ahead else len(data) + 1)
    if unclosed is not None:
        found.add_unclosed(len(data), unclosed.name or Span(len(data), len(data)), unclosed.brackets)
    return tuple(getattr(found, name) for name in Rows.__slots__)


@pytest.mark.parametrize("length", range(5))
def test_all_small_files(length: int) -> None:
    for pieces in product([b"[", b"]", b"=", b"a", b"\n", b"#", b" "], repeat=length):
        data = b"".join(pieces)
        assert rows(data, ahead=True) == rows(data, ahead=False), data


@settings(max_examples=500)
@given(FILES)
@example(b"[[A]\n]b=c\n\xffd=e")
@example(b"a=\n\n# b\n\xffc")
def test_any_file(data: bytes) -> None:
    assert rows(data, ahead=True) == rows(data, ahead=False)


@pytest.mark.parametrize("piece", [*WHOLE_ITEMS, b"a\n", b"=\n ", b"a\n#\n", b"[a\n", b"=b\n#\n", b"]\n"])
@pytest.mark.parametrize("around", [(b"", b""), (b"[", b"]"), (b"k", b"=v\n"), (b"k=", b"\nx=y"), (b"[[a]", b"]")])
def test_one_thing_many_times(piece: bytes, around: tuple[bytes, bytes]) -> None:
    """Among them more lines than a piece of the expression or a token of the table takes."""
    for count in (19, 20, 21, 22, 450):
        data = around[0] + piece * count + around[1]
        assert rows(data, ahead=True) == rows(data, ahead=False)


def test_it_takes_all_of_what_there_may_be_most() -> None:
    """A million of these by the table's steps would take half a minute."""
    from asprofile.syntax import ahead

    for piece in (b"[A]", b"[ A ]\n", b"[[A]x]", b"[a\n]", b"[[[A]]]", b"a=b\n", b"a\n=b\n c\n", b"=\n", b"# a\n"):
        found = Rows()
        assert ahead.take(piece * 3000, 0, found) == 3000 * len(piece)
    assert ahead.take(b"[" * 100_000, 0, Rows()) == 100_000
