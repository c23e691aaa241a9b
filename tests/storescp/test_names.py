"""Names of files and directories: what a peer says leads nowhere else, and each is what DCMTK makes of it."""

from __future__ import annotations

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asprofile.storescp.names import (
    TimeFiles,
    instance_file,
    is_no_name,
    joined,
    modality,
    plain_letters,
    sanitized,
    series_date,
    short_file,
    study_time,
    system_time_file,
    unique_file,
)
from asprofile.storescp.studies import NoDirectory, Sorting, directory_name

NOW = datetime(2024, 1, 31, 12, 34, 56, 789_123)


# Of storescp 3.7.0, by hand: what was asked for, what is there.
@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("1.2.3", "1.2.3"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("a\\b", "a_b"),
        ("$(rm -rf x)", "__rm -rf x_"),
        ("`x`;y|z&", "_x__y_z_"),
        ("\x00\x1b[31m\x7f", "___31m_"),
        ("m\xfcller", "m_ller"),
        ("\ufffd", "_"),
        ("C:@ -.", "C:@ -."),
        ("'\"*?<>%#~^{}[]=+,!", "__________________"),
        ("", ""),
    ],
)
def test_what_stays_of_a_value(value: str, name: str) -> None:
    assert sanitized(value) == name


@pytest.mark.parametrize(
    ("patient", "name"),
    [
        (b"M\xfcller^Anne", "Mueller_Anne"),
        (b"\xc4\xd6\xdc\xe4\xf6\xfc\xdf", "AeOeUeaeoeuess"),
        (b"\xc9l\xe8ne^\xc5sa", "Elene_Asa"),
        (b"\xd7\xf7\xde\xfe\x80\xbf", "______"),
        (b"../x^$(y)", "___x___y_"),
        (b"O'Brien 2", "O_Brien_2"),
        (b"Yamada^Tarou=\x1b$B;3ED\x1b(B", "Yamada_Tarou___B_3ED__B"),
    ],
)
def test_patients(patient: bytes, name: str) -> None:
    assert plain_letters(patient) == name


def test_every_byte_of_a_name_becomes_letters_digits_or_underscores() -> None:
    for byte in range(256):
        assert plain_letters(bytes([byte])).replace("_", "").isascii()
        assert not set(plain_letters(bytes([byte]))) & set("./\\ :")


@given(st.text(), st.binary(), st.sampled_from(["time", "study", "patient"]), st.text(alphabet="aB_", max_size=3))
def test_no_value_leads_out_of_the_directory(text: str, patient: bytes, mode: str, prefix: str) -> None:
    name = instance_file("CT", text, ".dcm")
    assert not set(name) & set("/\\\0")
    assert not is_no_name(name)
    sorting = Sorting(mode, prefix)  # type: ignore[arg-type] - one of the three
    try:
        directory = directory_name(sorting, text or "1", patient, NOW)
    except NoDirectory:
        assert mode == "study"
        return
    assert directory
    assert not set(directory) & set("/\\\0")
    assert not is_no_name(directory)


@pytest.mark.parametrize("study", [".", ".."])
def test_a_study_is_not_the_directory_above(study: str) -> None:
    with pytest.raises(NoDirectory):
        directory_name(Sorting("study"), study, b"", NOW)
    assert directory_name(Sorting("study", "S"), study, b"", NOW) == f"S_{study}"


def test_directories() -> None:
    assert directory_name(Sorting("time", "S"), "1.2", b"", NOW) == "S_20240131_123456789"
    assert directory_name(Sorting("time"), "1.2", b"", NOW) == "20240131_123456789"
    assert directory_name(Sorting("study", "S"), "1.2/3", b"", NOW) == "S_1.2_3"
    assert directory_name(Sorting("patient"), "1.2", b"", NOW) == "ANONYMOUS_20240131_123456789"


def test_files() -> None:
    assert unique_file("CT", "2.25.1", ".dcm") == "CT.X.2.25.1.dcm"
    assert short_file("CT", 0x12AB, 1 << 32 | 7, ".d/m") == "CT_000012ab00000007.d_m"
    assert system_time_file("CT", NOW, "") == "20240131123456.789123.CT"
    assert study_time(NOW) == "20240131_123456789"
    assert joined(".", "x") == "./x"
    assert joined("a//", "x") == "a/x"
    assert joined("/", "x") == "/x"
    assert joined("", "x") == "./x"


def test_serial_numbers_where_the_time_is_the_same() -> None:
    """As storescp counts: the second name gets 0000, and one in between starts again."""
    times = TimeFiles()
    last, names = "", []
    for prefix in ("CT", "CT", "CT", "MR", "CT"):
        last = times.name(prefix, NOW, "", last)
        names.append(last)
    assert names == [
        "20240131123456789.CT",
        "20240131123456789_0000.CT",
        "20240131123456789_0001.CT",
        "20240131123456789.MR",
        "20240131123456789.CT",
    ]


@pytest.mark.parametrize(
    ("vr", "value", "directory"),
    [
        ("DA", b"20240131", "data/2024/01/31"),
        ("DA", b"2024.01.31", "data/2024/01/31"),
        ("DA", b"20240231 ", "data/2024/02/31"),
        ("DA", b"20240131\\20250101", "data/2024/01/31"),
        ("DA", b"20241301", None),
        ("DA", b"20240100", None),
        ("DA", b"2024-01-31", None),
        ("DA", b"", None),
        ("DA", b"../../x.", None),
        ("DA", b"\xb2024\xb9\xb9\xb9", None),
        ("LO", b"20240131", None),
    ],
)
def test_series_dates(vr: str, value: bytes, directory: str | None) -> None:
    assert series_date(vr, value) == directory


def test_letters_of_a_class_depend_on_the_release() -> None:
    ct, label_map = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.66.7"
    assert modality(ct, "3.6.0") == "CT"
    assert modality(label_map, "3.6.0") == "UNKNOWN"
    assert modality("1.2.3", "3.7.0", "OT") == "OT"
