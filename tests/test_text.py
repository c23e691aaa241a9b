"""Lines of a file: found from any place in it, in a time that the length of the line says."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from asprofile.text import Source, line_end, line_start, next_line

PIECES = st.sampled_from((b"a", b"bc", b"\n", b"\r", b"\r\n", b"x" * 255, b"y" * 256, b"z" * 300, b"w" * 1000))
FILES = st.lists(PIECES, max_size=12).map(b"".join)


@given(FILES, st.data())
def test_where_a_line_begins_and_the_next_one(data: bytes, draw: st.DataObject) -> None:
    offset = draw.draw(st.integers(0, len(data)))
    before = max(data.rfind(b"\n", 0, offset), data.rfind(b"\r", 0, offset)) + 1
    assert line_start(data, offset) == before
    behind = re.compile(rb"\r\n?|\n").search(data, offset)
    assert next_line(data, offset) == (behind.end() if behind else len(data))


@given(FILES)
def test_lines_end_where_the_next_ones_begin(data: bytes) -> None:
    starts = Source(data).line_starts
    found = [0]
    while found[-1] < len(data):
        found.append(next_line(data, found[-1]))
    # After a last line without an end no line begins.
    is_ended = data == b"" or data.endswith((b"\n", b"\r"))
    assert found == (starts if is_ended else [*starts, len(data)])
    assert line_end(data) in (b"\n", b"\r", b"\r\n")


def test_a_long_file_with_one_sort_of_line_end_is_not_gone_through_for_each_line() -> None:
    """A hundred thousand lines: each would take a search through megabytes for the line end that is not there."""

    class Counted(bytes):
        looked_at = 0

        def find(self, sub: bytes, start: int = 0, end: int = 0, /) -> int:  # type: ignore[override]
            type(self).looked_at += end - start
            return super().find(sub, start, end)

        def rfind(self, sub: bytes, start: int = 0, end: int = 0, /) -> int:  # type: ignore[override]
            type(self).looked_at += end - start
            return super().rfind(sub, start, end)

    for ending in (b"\n", b"\r", b"\r\n"):
        data = Counted((b"key = value" + ending) * 10_000)
        for offset in range(0, len(data), 100):
            assert line_start(data, offset) <= offset < next_line(data, offset)
    assert Counted.looked_at < 3 * 1400 * 2 * 2 * 256
