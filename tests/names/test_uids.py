from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asprofile.names import registry, uids


@pytest.mark.parametrize(
    ("uid", "name", "keyword", "kind", "status", "vendor"),
    [
        ("1.2.840.10008.1.1", "Verification SOP Class", "Verification", "verification", "standard", None),
        (
            "1.2.840.10008.1.2",
            "Implicit VR Little Endian",
            "ImplicitVRLittleEndian",
            "transfer-syntax",
            "standard",
            None,
        ),
        ("1.2.840.10008.5.1.4.1.1.2", "CT Image Storage", "CTImageStorage", "storage", "standard", None),
        (
            "1.2.840.10008.5.1.4.1.1.6",
            "Ultrasound Image Storage",
            "UltrasoundImageStorageRetired",
            "storage",
            "retired",
            None,
        ),
        ("1.2.840.10008.5.1.4.1.1.88.1", "Text SR Storage - Trial", "TextSRStorageTrial", "storage", "trial", None),
        ("1.2.840.10008.5.1.4.1.1.501.1", "DICOS CT Image Storage", "DICOSCTImageStorage", "storage", "DICOS", None),
        (
            "1.2.840.10008.3.1.1.1",
            "DICOM Application Context Name",
            "DICOMApplicationContext",
            "application-context-name",
            "standard",
            None,
        ),
        ("1.2.840.10008.4.2", "Storage Service Class", "Storage", "service-class-uid", "standard", None),
        ("1.2.840.10008.2.16.16", "ICD-11", "I11", "coding-scheme", "standard", None),
        ("1.3.12.2.1107.5.9.1", "Siemens CSA Non-Image Storage", "", "storage", "private", "Siemens"),
        ("1.2.752.24.3.7.6", "Sectra Compression", "", "transfer-syntax", "private", "Sectra"),
    ],
)
def test_describe(uid: str, name: str, keyword: str, kind: str, status: str, vendor: str | None) -> None:
    info = uids.describe(uid)
    assert info == registry.UidInfo(uid, name, keyword, kind, status, vendor)  # type: ignore[arg-type]
    assert info.retired == (status in ("retired", "trial"))


@pytest.mark.parametrize("uid", ["", "1.2.3", "1.2.840.10008", "1.2.840.10008.5.1.4.1.1.2.99", "CTImageStorage"])
def test_what_is_in_no_table_is_not_described(uid: str) -> None:
    assert uids.describe(uid) is None
    assert uids.display_name(uid) == uid


@pytest.mark.parametrize(
    ("uid", "name"),
    [
        ("1.2.840.10008.5.1.4.1.1.2", "CT Image Storage"),
        ("1.2.840.10008.1.1", "Verification"),
        ("1.2.840.10008.1.2.4.50", "JPEG Baseline (Process 1)"),
        ("1.2.840.10008.1.2.4.70", "JPEG Lossless (Process 14, Selection Value 1)"),
        ("1.2.840.10008.1.2.4.80", "JPEG-LS Lossless"),
        ("1.2.840.10008.1.2.4.90", "JPEG 2000 (Lossless Only)"),
        ("1.2.840.10008.1.2.8.1", "Deflated Image Frame Compression"),
        ("1.2.840.10008.5.1.4.1.2.2.1", "Study Root Query/Retrieve - FIND"),
        ("1.2.840.10008.5.1.1.33", "Media Creation Management"),
        ("1.3.12.2.1107.5.9.1", "Siemens CSA Non-Image Storage"),
        ("1.2.840.10008.5.1.4.1.1.40", "1.2.840.10008.5.1.4.1.1.40"),  # retired without a name
    ],
)
def test_display_name(uid: str, name: str) -> None:
    assert uids.display_name(uid) == name


def test_display_names_tell_the_transfer_syntaxes_apart() -> None:
    infos = [uids.describe(uid) for uid in registry.every_uid()]
    names = [uids.display_name(info.uid) for info in infos if info and info.kind == "transfer-syntax"]
    assert len(set(names)) == len(names) >= 63


def test_kinds_that_are_no_abstract_syntax() -> None:
    def is_abstract_syntax(uid: str) -> bool:
        info = uids.describe(uid)
        assert info is not None
        return info.is_abstract_syntax

    assert is_abstract_syntax("1.2.840.10008.1.1")
    assert is_abstract_syntax("1.3.12.2.1107.5.9.1")
    for uid in ("1.2.840.10008.1.2", "1.2.840.10008.4.2", "1.2.840.10008.3.1.1.1", "1.2.840.10008.15.0.3.1"):
        assert not is_abstract_syntax(uid)


def test_uid_of_keyword() -> None:
    assert uids.uid_of_keyword("CTImageStorage") == "1.2.840.10008.5.1.4.1.1.2"
    assert uids.uid_of_keyword("ctimagestorage") is None
    assert uids.uid_of_keyword("") is None


@pytest.mark.parametrize(
    "uid", ["1.2", "0.0", "2.0", "2.999.1", "1.39.0", "1.2.840.10008.5.1.4.1.1.2", "2." + "2" * 62]
)
def test_well_formed(uid: str) -> None:
    assert uids.is_well_formed(uid)


@pytest.mark.parametrize(
    "uid",
    [
        "",
        "1",
        "3.1",
        "1.40",
        "0.40.1",
        "1.2.",
        ".1.2",
        "1..2",
        "1.02",
        "01.2",
        "1.2.00",
        "1.2.a",
        "1.2 ",
        "1.2\n",
        "2." + "2" * 63,
        "2.١",
    ],
)
def test_not_well_formed(uid: str) -> None:
    assert not uids.is_well_formed(uid)


@given(st.integers(0, 2), st.integers(0, 39), st.lists(st.integers(0, 10**12), max_size=3))
def test_every_dotted_row_of_numbers_is_well_formed(root: int, second: int, others: list[int]) -> None:
    uid = ".".join(map(str, [root, second, *others]))
    assert uids.is_well_formed(uid)
    assert not uids.is_well_formed(uid + ".")
    assert not uids.is_well_formed(f"{uid}.0{second}")
