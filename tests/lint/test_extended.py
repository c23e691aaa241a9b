from __future__ import annotations

import pytest

from asprofile.lint import extended
from asprofile.lint.rules.ap804_query_extended_form import _is_right


@pytest.mark.parametrize(
    ("data", "right"),
    [
        ("030000000200", True),
        ("020003000000", True),
        ("000000000100", True),
        ("040000000200", False),
        ("030100000200", False),
        ("030004000200", False),
        ("030000000300", False),
        ("030000000201", False),
        ("0300000002", False),
        ("03000000020000", False),
    ],
)
def test_storage_form(data: str, right: bool) -> None:
    assert extended.is_storage(bytes.fromhex(data)) is right


@pytest.mark.parametrize(
    ("data", "word"),
    [
        ("030000000200", ""),
        ("020003000000", ""),
        ("020001000100", ""),
        ("000000000000", ""),
        ("010000000100", ""),
        ("030001000200", "signature level 1"),
        ("030000000000", "coercion 0"),
        ("010002000000", "needs level 2"),
        ("020000000200", "coercion 2"),
    ],
)
def test_contradiction(data: str, word: str) -> None:
    found = extended.contradiction(bytes.fromhex(data))
    assert word in found
    assert bool(found) is bool(word)


@pytest.mark.parametrize(
    ("kind", "data", "right"),
    [
        ("find", "01", True),
        ("find", "00000000000000", True),
        ("find", "0000000000000000", False),
        ("find", "02", False),
        ("retrieve", "0101", True),
        ("retrieve", "010101", False),
        ("composite-retrieve", "0001", True),
        ("composite-retrieve", "0101", False),
        ("composite-retrieve", "00", False),
        ("worklist", "010101", True),
        ("worklist", "01010001", True),
        ("worklist", "0101000107", True),  # nobody has confirmed what the fifth byte is
        ("worklist", "0101", False),
        ("worklist", "010102", False),
        ("worklist", "01010002", False),
        ("worklist", "000101", False),
    ],
)
def test_query_form(kind: str, data: str, right: bool) -> None:
    assert _is_right(kind, bytes.fromhex(data)) is right


def test_private_classes_are_not_judged() -> None:
    assert extended.form("1.3.12.2.1107.5.9.1") is None
    assert extended.form("1.2.840.10008.5.1.4.1.1.2") == "storage"
