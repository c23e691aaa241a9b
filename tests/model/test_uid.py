"""From the text of a UID or a name to the UID."""

from __future__ import annotations

import pytest

from asprofile.model import uid


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"1.2.840.10008.1.2", "1.2.840.10008.1.2"),
        (b"1..2.", "1..2."),
        (b".1", ".1"),
        (b"0", "0"),
        (b"LittleEndianImplicit", "1.2.840.10008.1.2"),
        (b"=LittleEndianImplicit", "1.2.840.10008.1.2"),
        (b"LocalEndianExplicit", "1.2.840.10008.1.2.1"),
        (b"OppositeEndianExplicit", "1.2.840.10008.1.2.2"),
        (b"", None),
        (b"=", None),
        (b"=1.2", None),
        (b"==LittleEndianImplicit", None),
        (b"1.2 ", None),
        (b"1.2\n3", None),
        (b"1a", None),
        (b"1LittleEndianImplicit", None),
        (b"littleendianimplicit", None),
        (b"ImplicitVRLittleEndian", None),
        (b"\xff", None),
        ("١".encode(), None),
    ],
)
def test_resolve(text: bytes, expected: str | None) -> None:
    assert uid.resolve(text, "3.7.0") == expected


def test_names_depend_on_the_release() -> None:
    late = b"EncapsulatedUncompressedLittleEndianExplicit"
    assert [uid.resolve(late, release) for release in ("3.6.7", "3.7.0")] == [None, "1.2.840.10008.1.2.1.98"]
