"""JSON with comments and positions."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import PROPERTY

from asprofile.convert.json_text import parse
from asprofile.convert.tree import Node
from asprofile.errors import ConversionError


def value(node: Node) -> object:
    """What Python's own reader makes of it."""
    if node.kind == "object":
        return {key.text: value(child) for key, child in zip(node.keys, node.children, strict=True)}
    if node.kind == "array":
        return [value(child) for child in node.children]
    return node.text if node.kind == "string" else json.loads(node.text)


_scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
_values = st.recursive(_scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20)


@given(found=_values, indent=st.none() | st.integers(0, 3), plain=st.booleans())
@PROPERTY
def test_any_json_is_read_as_python_reads_it(found: object, indent: int | None, plain: bool) -> None:
    assert value(parse(json.dumps(found, indent=indent, ensure_ascii=plain))) == found


def test_comments_and_commas() -> None:
    node = parse('\ufeff// one\n{ /* two\n "x" */ "a" : [1, // "three"\r\n 2,], "b": "//", }\n/**/')
    assert value(node) == {"a": [1, 2], "b": "//"}
    two = node.members("x")["a"].children[1]
    assert (two.line, two.column) == (4, 2)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("", (1, 1), "there is nothing in it"),
        (" // a", (1, 6), "there is nothing in it"),
        ('{"a" 1}', (1, 6), "here should be a colon"),
        ("{a: 1}", (1, 2), "the name of a member, in double quotes"),
        ("[1 2]", (1, 4), "here should be a comma or ]"),
        ("[,]", (1, 2), "here should be a value"),
        ("[1,\n\n", (3, 1), "here should be a value"),
        ('["a\n"]', (1, 2), "a string that does not end on its line"),
        (r'["\x"]', (1, 2), "a backslash that JSON does not know"),
        ("[NaN]", (1, 2), "here should be a value"),
        ("1 2", (1, 3), "after the end of the document"),
        ("/* x", (1, 1), "a comment that does not end"),
        ("[" * 101, (1, 101), "nested more than 100 deep"),
    ],
)
def test_what_is_wrong(text: str, place: tuple[int, int], message: str) -> None:
    with pytest.raises(ConversionError, match=message) as error:
        parse(text)
    assert (error.value.line, error.value.column) == place


def test_many_slashes_and_quotes_take_no_time() -> None:
    for text in ("/" * 100_000, '"' * 100_000, '"\\' * 50_000, "/*" * 50_000, " " * 100_000, "//\n" * 50_000):
        with pytest.raises(ConversionError):
            parse(text)
