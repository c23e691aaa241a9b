"""Java's properties, as ``java.util.Properties`` reads them."""

from __future__ import annotations

import pytest

from asprofile.convert.properties import parse
from asprofile.errors import ConversionError


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("# comment\n! comment\n  # comment\n\n", []),
        ("a:b", [("a", "b", 1)]),
        ("a = b ", [("a", "b ", 1)]),
        ("a b", [("a", "b", 1)]),
        ("a\t:\tb", [("a", "b", 1)]),
        ("a", [("a", "", 1)]),
        ("a:", [("a", "", 1)]),
        ("a:=b", [("a", "=b", 1)]),
        ("a\\:b:c", [("a:b", "c", 1)]),
        ("a:\\\n  b,\\\r\n\tc\nd:e\n", [("a", "b,c", 1), ("d", "e", 4)]),
        ("a:b\\\\\nc:d", [("a", "b\\", 1), ("c", "d", 2)]),
        ("a:b\\\n# no comment", [("a", "b# no comment", 1)]),
        ("a:b\\", [("a", "b", 1)]),
        ("# comment \\\na:b", [("a", "b", 2)]),
        ("a:\\u0041\\t\\q", [("a", "A\tq", 1)]),
        ("a:1\ra:2\r\n", [("a", "1", 1), ("a", "2", 2)]),
    ],
)
def test_what_is_read(text: str, expected: list[tuple[str, str, int]]) -> None:
    assert [(one.key, one.value, one.line) for one in parse(text)] == expected


@pytest.mark.parametrize("text", ["a:\\u12", "\n\na\\u12xy:b", "a:\\u"])
def test_what_java_refuses(text: str) -> None:
    with pytest.raises(ConversionError, match="is no character"):
        list(parse(text))


def test_a_key_of_any_length() -> None:
    """A piece at a time: as one expression this takes a gigabyte."""
    (one,) = parse("k" * 1_000_000 + "\\ \\=" * 100_000 + " = v")
    assert (len(one.key), one.value) == (1_200_000, "v")
