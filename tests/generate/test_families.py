"""Families of transfer syntaxes, and what is preferred to what."""

from __future__ import annotations

import pytest

from asprofile.generate.families import by_preference, families, family, nature
from asprofile.names import transfer_syntaxes, uids


@pytest.mark.parametrize("name", families())
def test_a_family_is_of_transfer_syntaxes(name: str) -> None:
    found = family(name)
    assert found
    assert len(set(found)) == len(found)
    for uid in found:
        syntax = transfer_syntaxes.get(uid)
        assert syntax is not None
        assert syntax.on_associations
        assert not syntax.retired


def test_every_current_compression_is_in_a_family() -> None:
    covered = {uid for name in families() for uid in family(name)}
    current = {
        one.uid
        for one in transfer_syntaxes.transfer_syntaxes()
        if one.encoding == "encapsulated" and not one.retired and not one.vendor
    }
    left_out = {info.keyword for uid in current - covered if (info := uids.describe(uid))}
    assert left_out == {
        "EncapsulatedUncompressedExplicitVRLittleEndian",
        "JPEG2000MCLossless",
        "JPEG2000MC",
        "HEVCM10P51",
        "DeflatedImageFrameCompression",
    }


def test_preference() -> None:
    mixed = (*family("mpeg4")[:1], *family("jpeg-baseline"), *family("jpeg-2000-lossy"), "1.2.3", *family("rle"))
    mixed += tuple(reversed(family("uncompressed"))) + family("deflated")
    assert by_preference(mixed) == (
        *family("uncompressed"),
        *family("deflated"),
        *family("rle"),
        *family("jpeg-2000-lossy"),
        *family("jpeg-baseline"),
        *family("mpeg4")[:1],
        "1.2.3",
    )


def test_equals_keep_their_order_and_doubles_go() -> None:
    one, other = family("jpeg-ls") + family("rle")
    assert by_preference((other, one, other)) == (other, one)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("uncompressed", "Uncompressed"),
        ("deflated", "Deflated"),
        ("jpeg-ls", "Lossless"),
        ("jpeg-2000-lossy", "Lossy"),
        ("hevc", "Video"),
    ],
)
def test_nature(name: str, expected: str) -> None:
    assert {nature(uid) for uid in family(name)} == {expected}
    assert nature("1.2.3") == nature("1.2.840.113619.5.2") == "Other"
