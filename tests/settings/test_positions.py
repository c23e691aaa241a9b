"""Where keys are in TOML: whatever way they are written, the place is that of the key."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asprofile.settings.positions import position

TEXT = '''\
# a comment with [lint] and select = 1
release = "3.6.7" # = [x]
text = """
[lint]
select = "no"
""\\""
"""
raw = \'\'\'
[lint]\'\'\'
list = [ # one
  "]", 'it''s' , [1, 2],
  { inner = [ { deep = 1 } ], other = 2 },
]
a . "b c".'d' = 1

[ lint ]
  select = ["AP2"]
"quoted \\u0041" = 1
[lint.per-file-ignores]
"old/**" = ["AP4"]
[[many]]
x = 1
[peers.a]
tls = { verify = "full", ca = [ "a,b", "c}" ], "n" = {} }
identity.user = "x"
'''.replace("'it''s'", "'its'")


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        (("release",), (2, 1)),
        (("text",), (3, 1)),
        (("raw",), (8, 1)),
        (("list",), (10, 1)),
        (("list", "inner"), (12, 5)),
        (("list", "inner", "deep"), (12, 17)),
        (("list", "other"), (12, 31)),
        (("a",), (14, 1)),
        (("a", "b c"), (14, 5)),
        (("a", "b c", "d"), (14, 11)),
        (("lint",), (16, 3)),
        (("lint", "select"), (17, 3)),
        (("lint", "quoted A"), (18, 1)),
        (("lint", "per-file-ignores"), (19, 7)),
        (("lint", "per-file-ignores", "old/**"), (20, 1)),
        (("many",), (21, 3)),
        (("many", "x"), (22, 1)),
        (("peers", "a", "tls"), (24, 1)),
        (("peers", "a", "tls", "verify"), (24, 9)),
        (("peers", "a", "tls", "ca"), (24, 26)),
        (("peers", "a", "tls", "n"), (24, 48)),
        (("peers", "a", "identity", "user"), (25, 10)),
        (("peers", "a", "calling"), (23, 8)),
        (("nothing",), None),
    ],
)
def test_every_way_to_write_a_key(keys: tuple[str, ...], place: tuple[int, int] | None) -> None:
    tomllib.loads(TEXT)
    assert position(TEXT, keys) == place


PIECES = st.sampled_from(
    [
        *"[]{}=.,#\n\"'", " ", "\\", '"""', "'''", "a", "lint", "1", '"k"', "a = 1\n", "[a]\n", "b = {c = 1}\n",
        'd = """x\n"y"""""\n', "e = '''\n'''\n", "f = [1, # [\n2]\n", "[[g]]\n", "h.i = 2\n", '"j k" = 3\n',
    ]
)  # fmt: skip


@given(st.lists(PIECES, max_size=12).map("".join))
def test_all_keys_of_any_file_are_found_where_they_are(text: str) -> None:
    """The text from the place on begins with the last of the keys, as it may be written."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines = text.split("\n")
    for keys in _paths(table):
        place = position(text, keys)
        assert place is not None
        rest = lines[place[0] - 1][place[1] - 1 :]
        assert rest.startswith((keys[-1], f'"{keys[-1]}"', f"'{keys[-1]}'"))


def _paths(table: dict[str, Any], before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    found = []
    for key, value in table.items():
        found.append((*before, key))
        for inner in value if isinstance(value, list) else [value]:
            if isinstance(inner, dict):
                found += _paths(inner, (*before, key))
    return found
