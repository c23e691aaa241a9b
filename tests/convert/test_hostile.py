"""Descriptions made to take all the time and memory there is: each is refused, or read, and said in a line."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

import pytest
from long_values import MOST, printed

# With FULL=1 the files are as large as one may be; the time they take is in proportion to that.
MEGABYTE = 1 << (20 if os.environ.get("FULL") else 15)
LEVELS = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 20))
# By the format that a file is read as: what is in it.
HOSTILE = {
    "yaml": {
        "aliases of aliases": "a0: &a0 [x, x]\n" + LEVELS,
        "an alias of itself": "profiles: &a [*a]\n",
        "keys that are aliases": "? &a [x]\n: y\n" + "? *a\n: z\n" * (MEGABYTE // 100),
        "a long text, many times": f"a: &a {'x' * MEGABYTE}\nprofiles: [{', '.join(['*a'] * (MEGABYTE // 5))}]\n",
        "brackets": "[" * MEGABYTE,
        "braces": "{a: " * (MEGABYTE // 4),
        "dashes": "- " * (MEGABYTE // 2),
        "question marks": "? " * (MEGABYTE // 2),
        "indented": "".join(" " * n + "a:\n" for n in range(1400)),
        "anchors": "".join(f"- &a{n} x\n" for n in range(MEGABYTE // 16)),
        "tags": "- !!python/object/apply:os.system [x]\n" * (MEGABYTE // 100),
        "digits": "profiles: " + "1" * MEGABYTE,
        "sixties": "profiles: 1" + ":59" * (MEGABYTE // 3),
        "documents": "---\na: b\n" * (MEGABYTE // 20),
    },
    "json": {
        "brackets": "[" * 8 * MEGABYTE,
        "braces": '{"a":' * MEGABYTE,
        "digits": '{"profiles": ' + "1" * 7 * MEGABYTE + "}",
        "a text": '{"profiles": "' + "x" * 7 * MEGABYTE + '"}',
        "escapes": '{"profiles": "' + "\\u0041" * MEGABYTE + '"}',
        "an open text": '{"profiles": "' + "\\\\" * 3 * MEGABYTE,
        "comments": "/* x */" * MEGABYTE,
        "an open comment": "/*" * 4 * MEGABYTE,
        "one key": '{"profiles": [], ' + '"profiles": [], ' * (MEGABYTE // 5) + '"a": 1}',
        "empty lists": '{"profiles": [' + "[], " * MEGABYTE + "[]]}",
    },
    "dcm4chee-ldif": {
        "folded": "dn: x\n" + " y\n" * 2 * MEGABYTE,
        "comments": "#\n" * 4 * MEGABYTE,
        "base64": "dn:: " + "eHh4" * MEGABYTE,
    },
    "sop-classes": {
        "continued": "a=\\\n" * MEGABYTE,
        "backslashes": "a=" + "\\" * 8 * MEGABYTE,
        "escapes": "a=" + "\\u0041" * MEGABYTE,
    },
    "conquest": {"columns": "a " * 4 * MEGABYTE, "lines": "a 1.2 sop\n" * (MEGABYTE // 2)},
}
CASES = [(format_, name) for format_, files in HOSTILE.items() for name in files]


@pytest.mark.parametrize(("format_", "name"), CASES)
def test_it_ends(format_: str, name: str, tmp_path: Path) -> None:
    if format_ == "yaml" and importlib.util.find_spec("yaml") is None:
        pytest.skip("YAML is read with PyYAML")
    file = tmp_path / "it"
    file.write_text(HOSTILE[format_][name][: 8 << 20])
    found = printed(["convert", str(file), "--from", format_, "--to", "json"])
    assert found.status in (0, 1, 2), found.err[:500]
    assert "Traceback" not in found.err
    assert "internal error" not in found.err
    if found.status == 2:
        assert max(map(len, found.err.splitlines()), default=0) < MOST
