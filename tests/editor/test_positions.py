"""Places as editors count them, against Python's own encoders."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asprofile.editor.positions import ClientPosition, PositionEncoding, Positions, to_bytes
from asprofile.text import Source

ENCODINGS: tuple[PositionEncoding, ...] = get_args(PositionEncoding)
_UNITS = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}

_pieces = st.sampled_from(
    ("a", "=", " ", "\t", "ö", "€", "😀", "é", "\n", "\r\n", "\r", "\u2028", "\x0b", "\x85", "\0")
)
_texts = st.lists(_pieces, max_size=30).map("".join)


def units(text: str, encoding: PositionEncoding) -> int:
    codec, width = _UNITS[encoding]
    return len(text.encode(codec)) // width


@pytest.mark.parametrize(
    ("text", "encoding", "place", "offset"),
    [
        ("", "utf-16", (0, 0), 0),
        ("abc", "utf-16", (0, 2), 2),
        ("abc", "utf-16", (0, 99), 3),
        ("abc\n", "utf-16", (1, 0), 4),
        ("abc\n", "utf-16", (99, 5), 4),
        ("abc", "utf-16", (-1, 5), 0),
        ("a\r\nb", "utf-16", (0, 9), 1),
        ("a\r\nb", "utf-16", (1, 1), 4),
        ("a\rb", "utf-16", (1, 1), 3),
        ("a\x0bb\u2028c\nd", "utf-16", (1, 1), 9),
        ("ö=1", "utf-8", (0, 2), 2),
        ("ö=1", "utf-16", (0, 1), 2),
        ("😀=1", "utf-8", (0, 4), 4),
        ("😀=1", "utf-16", (0, 2), 4),
        ("😀=1", "utf-32", (0, 1), 4),
        # Half a character is its start.
        ("😀=1", "utf-16", (0, 1), 0),
        ("😀=1", "utf-8", (0, 3), 0),
    ],
)
def test_offset_of_a_place(text: str, encoding: PositionEncoding, place: tuple[int, int], offset: int) -> None:
    assert Positions(Source(text.encode()), encoding).offset(ClientPosition(*place)) == offset


@pytest.mark.parametrize(
    ("offset", "place"), [(0, (0, 0)), (1, (0, 0)), (4, (0, 2)), (5, (0, 2)), (6, (1, 0)), (99, (1, 1)), (-1, (0, 0))]
)
def test_place_of_an_offset(offset: int, place: tuple[int, int]) -> None:
    # One is inside the character, five between CR and LF.
    assert Positions(Source("😀\r\nx".encode())).place(offset) == place


@given(_texts, st.sampled_from(ENCODINGS))
def test_there_and_back(text: str, encoding: PositionEncoding) -> None:
    source = Source(text.encode())
    positions = Positions(source, encoding)
    seen = []
    for index in range(len(text) + 1):
        if text[index - 1 : index + 1] == "\r\n":
            continue
        offset = len(text[:index].encode())
        place = positions.place(offset)
        before = text[:index].replace("\r\n", "\n").replace("\r", "\n")
        assert place == (before.count("\n"), units(before.rpartition("\n")[2], encoding))
        assert positions.offset(place) == offset
        seen.append(place)
    assert seen == sorted(seen)


@given(_texts, st.sampled_from(ENCODINGS), st.integers(-2, 40), st.integers(-2, 40))
def test_any_place_is_an_offset_between_characters(
    text: str, encoding: PositionEncoding, line: int, column: int
) -> None:
    data = text.encode()
    offset = Positions(Source(data), encoding).offset(ClientPosition(line, column))
    assert 0 <= offset <= len(data)
    data[:offset].decode()


@given(st.binary(max_size=30), st.sampled_from(ENCODINGS))
def test_any_bytes_have_places(data: bytes, encoding: PositionEncoding) -> None:
    positions = Positions(Source(data), encoding)
    places = [positions.place(offset) for offset in range(len(data) + 1)]
    assert places == sorted(places)


@given(st.text(st.characters(categories=("Lu", "Cs", "So"))))
def test_half_a_surrogate_pair_keeps_its_width(text: str) -> None:
    data = to_bytes(text)
    assert units(data.decode(), "utf-16") == len(text.encode("utf-16-le", "surrogatepass")) // 2
