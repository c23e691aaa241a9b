"""Which ``=`` are aligned."""

from __future__ import annotations

import pytest

from asprofile.model.document import read
from asprofile.syntax.columns import is_aligned


@pytest.mark.parametrize(
    ("entries", "aligned"),
    [
        ("A1 = x", False),
        ("A1=x\nA2=x", False),
        ("A1 = x\nA2 = x", False),  # in one column, as they are without any padding
        ("A1  = x", True),
        ("A1  = x\nA2  = x", True),
        ("A9 = x\nA10= x", True),
        ("A9 = x\nA10 = x", False),
        ("A9  = x\nA10 = x", True),
        ("A9  = x\nA10  = x", False),
    ],
)
def test_one_column(entries: str, aligned: bool) -> None:
    document = read(f"[[S]]\n[L]\n{entries}\n".encode())
    (section,) = document.supersections[0].sections
    assert is_aligned(section.entries) is aligned
