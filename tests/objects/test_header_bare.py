"""Files without header, or with half of one: what each way of reading takes, against what DCMTK takes."""

from __future__ import annotations

import struct
import subprocess
from typing import TYPE_CHECKING

import pytest
from programs import need

from asprofile.errors import ObjectError
from asprofile.objects.header import ObjectHeader, Unreadable, examine, read_header
from asprofile.objects.leading import guess_transfer_syntax
from asprofile.objects.scan import scan
from asprofile.value import replaced

if TYPE_CHECKING:
    from pathlib import Path

IMPLICIT = "1.2.840.10008.1.2"
EXPLICIT = "1.2.840.10008.1.2.1"
BIG = "1.2.840.10008.1.2.2"
CT = "1.2.840.10008.5.1.4.1.1.2"
MR = "1.2.840.10008.5.1.4.1.1.4"


def element(tag: int, vr: bytes, value: bytes, syntax: str) -> bytes:
    value += b"\0" * (len(value) % 2)
    order = ">" if syntax == BIG else "<"
    name = struct.pack(order + "HH", tag >> 16, tag & 0xFFFF)
    if syntax == IMPLICIT:
        return name + struct.pack("<I", len(value)) + value
    return name + vr + struct.pack(order + "H", len(value)) + value


def data_set(syntax: str, sop_class: str = CT) -> bytes:
    return b"".join(
        element(tag, vr, value, syntax)
        for tag, vr, value in (
            (0x00080005, b"CS", b"ISO_IR 100"),
            (0x00080016, b"UI", sop_class.encode()),
            (0x00080018, b"UI", b"1.2.3"),
            (0x00100010, b"PN", b"Doe^Jo"),
        )
    )


META = element(0x00020002, b"UI", CT.encode(), EXPLICIT) + element(0x00020010, b"UI", IMPLICIT.encode(), EXPLICIT)
NO_SYNTAX = element(0x00020002, b"UI", CT.encode(), EXPLICIT)
PREAMBLE = b"\0" * 128 + b"DICM"


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, BIG])
@pytest.mark.parametrize("reading", ["dataset", "either"])
def test_reads_bare_data_sets(tmp_path: Path, syntax: str, reading: str) -> None:
    file = tmp_path / "bare"
    file.write_bytes(data_set(syntax))
    assert replaced(read_header(file, reading=reading), stamp=None) == ObjectHeader(
        file, CT, "1.2.3", syntax, 0, file.stat().st_size
    )  # type: ignore[arg-type]


def test_takes_only_what_it_was_told_to_take(tmp_path: Path) -> None:
    bare, whole, headless = tmp_path / "bare", tmp_path / "whole", tmp_path / "headless"
    bare.write_bytes(data_set(IMPLICIT))
    whole.write_bytes(PREAMBLE + META + data_set(IMPLICIT))
    headless.write_bytes(META + data_set(IMPLICIT))
    taken = {
        reading: [isinstance(examine(str(file), reading=reading), ObjectHeader) for file in (bare, whole, headless)]
        for reading in ("part10", "file", "dataset", "either")
    }
    assert taken == {
        "part10": [False, True, False],
        "file": [False, True, True],
        "dataset": [True, False, False],
        "either": [True, True, True],
    }
    with pytest.raises(ObjectError, match="whole: has a Part 10 header, and is no bare data set"):
        read_header(whole, reading="dataset")
    with pytest.raises(ObjectError, match="only a bare data set"):
        read_header(bare)


def test_the_encoding_is_guessed_where_the_header_does_not_say_it(tmp_path: Path) -> None:
    file = tmp_path / "object"
    file.write_bytes(PREAMBLE + NO_SYNTAX + data_set(BIG))
    assert read_header(file, reading="either").transfer_syntax == BIG
    with pytest.raises(ObjectError, match="has no Transfer Syntax UID"):
        read_header(file)


def test_the_header_decides_on_the_encoding_and_the_data_set_on_its_class(tmp_path: Path) -> None:
    file = tmp_path / "object"
    file.write_bytes(PREAMBLE + META + data_set(IMPLICIT, MR))
    found = read_header(file, reading="either")
    assert (found.sop_class, found.borrowed, found.transfer_syntax) == (MR, False, IMPLICIT)


@pytest.mark.parametrize("reading", ["part10", "file", "dataset", "either"])
@pytest.mark.parametrize("content", [b"", b"\x08", b"Dear colleague, " * 400, b"\x89PNG\r\n\x1a\n" * 900, b"\0" * 9000])
def test_other_files_stay_other_files(tmp_path: Path, reading: str, content: bytes) -> None:
    file = tmp_path / "other"
    file.write_bytes(content)
    found = examine(str(file), explicit=False, reading=reading)  # type: ignore[arg-type]
    assert isinstance(found, Unreadable)
    assert found.skipped


def test_a_cut_bare_data_set_is_no_object(tmp_path: Path) -> None:
    file = tmp_path / "cut"
    file.write_bytes(data_set(EXPLICIT)[:50])
    assert isinstance(examine(str(file), reading="either"), Unreadable)


def test_a_long_element_in_front_of_the_uids_is_no_obstacle(tmp_path: Path) -> None:
    file = tmp_path / "long"
    long = b"\x08\0\x01\0UN\0\0" + struct.pack("<I", 100_000) + bytes(100_000)
    file.write_bytes(long + data_set(EXPLICIT))
    assert read_header(file, reading="dataset").sop_instance == "1.2.3"


@pytest.mark.parametrize(
    ("start", "syntax"),
    [
        (b"\x08\0\x05\0CS", EXPLICIT),
        (b"\x08\0\x05\0\x0a\0", IMPLICIT),
        (b"\0\x08\0\x05CS", BIG),
        (b"\x08\0\0\0UL", EXPLICIT),
        (b"\0\x08\0\0UL", BIG),
        (b"\x08\0\x05\0XX", IMPLICIT),
    ],
)
def test_guesses_as_dcmtk_does(start: bytes, syntax: str) -> None:
    assert guess_transfer_syntax(start).decode() == syntax


@pytest.mark.peer
@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, BIG])
def test_dcmtk_sees_the_same_encoding(tmp_path: Path, syntax: str) -> None:
    names = {IMPLICIT: "Little Endian Implicit", EXPLICIT: "Little Endian Explicit", BIG: "Big Endian Explicit"}
    file = tmp_path / "bare"
    file.write_bytes(data_set(syntax))
    shown = subprocess.run([need("dcmdump", "dcmtk"), "-f", file], capture_output=True, text=True, check=True).stdout
    assert names[read_header(file, reading="dataset").transfer_syntax] in shown


def test_a_pattern_speaks_of_files_in_directories(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("a.dcm", "b.DCM", "sub/c.dcm", "d"):
        (tmp_path / name).write_bytes(PREAMBLE + META + data_set(IMPLICIT))
    found = [one.path.name for one in scan([tmp_path, tmp_path / "d"], pattern="*.dcm")]
    assert found == ["a.dcm", "c.dcm", "d"]


def test_a_walk_takes_bare_data_sets_where_told_to(tmp_path: Path) -> None:
    (tmp_path / "bare").write_bytes(data_set(IMPLICIT))
    (found,) = scan([tmp_path], reading="either")
    assert isinstance(found, ObjectHeader)
