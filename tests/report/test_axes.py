"""In what order things are in a matrix."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asprofile.names import registry, transfer_syntaxes, uids
from asprofile.report.axes import by_group, columns, family
from asprofile.report.matrix import Column

IMPLICIT, EXPLICIT, BIG_ENDIAN = "1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.2"
CT, MR, VERIFICATION = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.1.1"


@pytest.mark.parametrize(
    ("keyword", "title"),
    [
        ("ExplicitVRBigEndian", "Uncompressed"),
        ("DeflatedExplicitVRLittleEndian", "Deflated"),
        ("RLELossless", "RLE"),
        ("JPEGLosslessSV1", "JPEG lossless"),
        ("JPEGExtended12Bit", "JPEG lossy"),
        ("JPEGLSNearLossless", "JPEG-LS"),
        ("JPEG2000", "JPEG 2000"),
        ("HTJ2KLosslessRPCL", "HTJ2K"),
        ("JPEGXLJPEGRecompression", "JPEG XL"),
        ("MPEG2MPML", "MPEG-2"),
        ("HEVCMP51", "HEVC"),
    ],
)
def test_families(keyword: str, title: str) -> None:
    uid = uids.uid_of_keyword(keyword)
    assert uid is not None
    assert family(uid) == title


def test_every_transfer_syntax_has_a_family() -> None:
    every = [one.uid for one in transfer_syntaxes.transfer_syntaxes()]
    assert "Unknown" not in {family(uid) for uid in every}
    assert family("1.2.3") == "Unknown"


def test_columns_by_family_then_number() -> None:
    mixed = ["1.2.3", "1.2.840.10008.1.2.4.100", BIG_ENDIAN, "1.2.840.10008.1.2.4.70", EXPLICIT, IMPLICIT, EXPLICIT]
    mixed += ["1.2.840.10008.1.2.4.57", "1.2.840.10008.1.2.4.50", "1.2.840.113619.5.2"]
    assert [(column.uid, column.family) for column in columns(mixed)] == [
        (IMPLICIT, "Uncompressed"),
        (EXPLICIT, "Uncompressed"),
        (BIG_ENDIAN, "Uncompressed"),
        ("1.2.840.10008.1.2.4.57", "JPEG lossless"),
        ("1.2.840.10008.1.2.4.70", "JPEG lossless"),
        ("1.2.840.10008.1.2.4.50", "JPEG lossy"),
        ("1.2.840.10008.1.2.4.100", "MPEG-2"),
        ("1.2.840.113619.5.2", "Private"),
        ("1.2.3", "Unknown"),
    ]
    assert columns([EXPLICIT]) == (Column(EXPLICIT, "Explicit VR Little Endian", "Uncompressed", "Explicit LE"),)


def test_short_names_are_short_and_tell_one_from_another() -> None:
    every = columns(one.uid for one in transfer_syntaxes.transfer_syntaxes())
    assert len({column.short for column in every}) == len(every) >= 70
    assert max(len(column.short) for column in every) <= 26
    assert {column.short for column in columns(["1.2.3"])} == {columns(["1.2.3"])[0].name}


def test_groups_stand_together_and_classes_as_they_come() -> None:
    found = by_group([VERIFICATION, "1.2.999", MR, "1.3.12.2.1107.5.9.1", CT + ".1", CT, CT])
    assert found == (
        (CT + ".1", "CT"),
        (CT, "CT"),
        (MR, "MR"),
        ("1.2.999", "Private SOP classes"),
        ("1.3.12.2.1107.5.9.1", "Private SOP classes of Siemens"),
        (VERIFICATION, "Verification"),
    )


@given(st.lists(st.one_of(st.text("0123456789.", min_size=1), st.sampled_from(registry.every_uid()))))
def test_any_uids_have_a_place(found: list[str]) -> None:
    across = columns(found)
    assert {column.uid for column in across} == set(found)
    assert len(across) == len(set(found))
    families = [column.family for column in across]
    assert families == sorted(families, key=families.index)
    down = by_group(found)
    assert sorted(uid for uid, _ in down) == sorted(set(found))
    groups = [group for _, group in down]
    assert groups == sorted(groups, key=groups.index)


def test_a_number_that_is_too_long_to_be_read() -> None:
    long = "1." + "9" * 5000
    assert [column.uid for column in columns([long, "1.2"])] == ["1.2", long]
