"""The tree: it is the file, whatever the bytes, and its items are what DCMTK takes as items."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from asprofile.syntax import Entry, Header, Space, parse

# Random bytes seldom hit what matters, so most examples are made of it.
FRAGMENTS = st.sampled_from(
    [b"[", b"]", b"=", b"#", b"\n", b"\r", b"\r\n", b" ", b"\t", b"\0", b"\xff", b"\\", b"a", b"Z9-_", b"\xe4"]
)
FILES = st.one_of(st.binary(max_size=60), st.lists(FRAGMENTS, max_size=40).map(b"".join))


@given(FILES)
@example(b"[a]]=b")
@example(b"[[a] \n] x] ")
@example(b"a=b\n\xff")
def test_any_bytes_round_trip(data: bytes) -> None:
    assert parse(data).to_bytes() == data


@given(FILES)
def test_the_items_tile_the_file(data: bytes) -> None:
    items = list(parse(data))
    assert all(left.span.end == right.span.start for left, right in pairwise(items))
    assert all(item.span.start < item.span.end for item in items)
    assert [items[0].span.start, items[-1].span.end] == [0, len(data)] if items else data == b""


@given(FILES)
def test_parts_of_an_item_are_within_it(data: bytes) -> None:
    for item in parse(data):
        parts = {Space: (), Header: ("raw_name",), Entry: ("raw_key", "raw_value", "key_span", "value_span")}[
            type(item)
        ]
        for part in parts:
            start, end = getattr(item, part)
            assert item.span.start <= start <= end <= item.span.end


def shapes(data: bytes) -> list[tuple[str, bytes]]:
    return [(type(item).__name__, data[item.span.start : item.span.end]) for item in parse(data)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b" \n#x\n", [("Space", b" \n#x\n")]),
        (b"[a]\n", [("Header", b"[a]"), ("Space", b"\n")]),
        (b"[[a]]b=c\n", [("Header", b"[[a]]"), ("Entry", b"b=c\n")]),
        (b"[a][b]", [("Header", b"[a]"), ("Header", b"[b]")]),
        (b"[a]]b=c", [("Header", b"[a]"), ("Entry", b"]b=c")]),
        (b"[[a] # ] \n]b=c", [("Header", b"[[a] # ]"), ("Space", b" \n"), ("Entry", b"]b=c")]),
        (b"[[a]\n#]\n]b=c", [("Header", b"[[a]\n#]\n]"), ("Entry", b"b=c")]),
        (b"[a", [("Header", b"[a")]),
        (b"[[a]", [("Header", b"[[a]")]),
        (b"[[a] x", [("Header", b"[[a] x")]),
        (b"[[", [("Header", b"[[")]),
        (b"a\nb=c\n d\n#e\n\nf=", [("Entry", b"a\nb=c\n d\n#e\n\n"), ("Entry", b"f=")]),
        (b"a=b\n\xff[c]", [("Entry", b"a=b\n\xff"), ("Header", b"[c]")]),
        (b"a", [("Entry", b"a")]),
    ],
)
def test_items(data: bytes, expected: list[tuple[str, bytes]]) -> None:
    assert shapes(data) == expected


@pytest.mark.parametrize(
    ("data", "name", "raw_name", "brackets", "level", "closed"),
    [
        (b"[a]", "A", b"a", 1, 1, True),
        (b"[ U.1 b]", "U1B", b"U.1 b", 1, 1, True),
        (b"[[a]]", "A", b"a", 2, 2, True),
        (b"[ [\n[ a] ]]", "A", b"a", 3, 2, True),
        (b"[]", "", b"", 1, 1, True),
        (b"[[]x]", "", b"", 2, 2, True),
        (b"[a", "A", b"a", 1, 1, False),
        (b"[[a]", "A", b"a", 2, 2, False),
        (b"[[a]x", "A", b"a", 2, 2, False),
        (b"[", "", b"", 1, 1, False),
        (b"[a\n#b]\nc]", "AC", b"a\n#b]\nc", 1, 1, True),
    ],
)
def test_headers(data: bytes, name: str, raw_name: bytes, brackets: int, level: int, closed: bool) -> None:
    (header,) = parse(data)
    assert isinstance(header, Header)
    found = (header.name, data[slice(*header.raw_name)], header.brackets, header.level, header.closed)
    assert found == (name, raw_name, brackets, level, closed)


def test_only_the_last_header_can_be_unclosed() -> None:
    assert [item.closed for item in parse(b"[a][[b]][c") if isinstance(item, Header)] == [True, True, False]


@pytest.mark.parametrize(
    ("data", "key", "value", "key_text", "value_text"),
    [
        (b"a=b", "A", b"b", b"a", b"b"),
        (b"T.x 1 = v w \n", "TX1", b"v w ", b"T.x 1", b"v w "),
        (b"a\n#no\nb =\n  c\n", "AB", b"c", b"a\n#no\nb", b"c"),
        (b"a=\n", "A", b"", b"a", b""),
        (b"=", "", b"", b"", b""),
        (b"a", "A", b"", b"a", b""),
        (b"a=b\r\n\tc\r\n", "A", b"b\nc", b"a", b"b\r\n\tc"),
        (b"a=b\n#x\n c\n#y\n", "A", b"b\nc", b"a", b"b\n#x\n c"),
    ],
)
def test_entries(data: bytes, key: str, value: bytes, key_text: bytes, value_text: bytes) -> None:
    (entry,) = parse(data)
    assert isinstance(entry, Entry)
    assert (entry.key, entry.value) == (key, value)
    assert (data[slice(*entry.key_span)], data[slice(*entry.value_span)]) == (key_text, value_text)


def test_the_span_of_an_empty_value_is_behind_the_equals_sign() -> None:
    data = b"a =  \nb=c\n"
    entry = parse(data)[0]
    assert isinstance(entry, Entry)
    assert entry.value_span == (5, 5)


@given(FILES.map(lambda data: b"k=" + data))
def test_each_byte_of_a_value_has_its_place_in_the_file(data: bytes) -> None:
    entry = parse(data)[0]
    assert isinstance(entry, Entry)
    for at, byte in enumerate(entry.value):
        start, end = entry.part(at, at + 1)
        # A line end is kept as LF, a NUL as a blank.
        assert end == start + 1
        assert {0: 0x20, 0x0D: 0x0A}.get(data[start], data[start]) == byte


def test_part_of_a_value_of_several_lines_with_comments() -> None:
    data = b"k = CTImage\r\n#Storage\r\n\tStorage\\\n#\n  U1\n"
    entry = parse(data)[0]
    assert isinstance(entry, Entry)
    assert entry.value == b"CTImage\nStorage\\\nU1"
    storage = entry.value.index(b"Storage")
    assert data[slice(*entry.part(storage, storage + 7))] == b"Storage"
    assert data.index(b"\tStorage") + 1 == entry.part(storage, storage + 7).start
    label = entry.value.index(b"U1")
    assert data[slice(*entry.part(label, label + 2))] == b"U1"
    assert entry.part(label + 2, label + 2) == (data.index(b"U1") + 2,) * 2
    assert data[slice(*entry.part(0, len(entry.value)))] == data[4:-1]


def test_items_can_be_had_by_number() -> None:
    tree = parse(b"[[a]]\n[b]c=d\n")
    assert len(tree) == 4
    assert [type(tree[number]) for number in range(4)] == [Header, Space, Header, Entry]
    assert [type(item) for item in tree.items(2, 4)] == [Header, Entry]
    assert list(tree.keys(0, 4)) == [(3, "C")]
    assert list(tree.headers()) == [(0, 2), (2, 1)]
