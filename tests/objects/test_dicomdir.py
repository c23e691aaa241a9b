"""DICOMDIRs: made by DCMTK and by hand, on file systems that write names in their own way, and broken ones."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest
from made_data_sets import EXPLICIT, SECONDARY_CAPTURE, Element, Sequence, encoded, part10, words
from programs import need

from asprofile.objects.dicomdir import listed_objects
from asprofile.objects.header import ObjectHeader, Unreadable

if TYPE_CHECKING:
    from pathlib import Path

MEDIA_DIRECTORY = "1.2.840.10008.1.3.10"


def an_object(number: int) -> bytes:
    uid = f"1.2.3.{number:03}".encode()
    elements: list[Element] = [
        (0x00080016, "UI", SECONDARY_CAPTURE.encode() + b"\0"),
        (0x00080018, "UI", uid + b"\0" * (len(uid) % 2)),
        (0x00080020, "DA", b"20240102"),
        (0x00080030, "TM", b"120000"),
        (0x00080050, "SH", b"A1"),
        (0x00080060, "CS", b"OT"),
        (0x00100010, "PN", b"Doe^Jo"),
        (0x00100020, "LO", b"A1"),
        (0x0020000D, "UI", b"1.2.3.7\0"),
        (0x0020000E, "UI", b"1.2.3.8\0"),
        (0x00200010, "SH", b"1 "),
        (0x00200011, "IS", b"1 "),
        (0x00200013, "IS", f"{number:02}".encode()),
    ]
    return part10(encoded(elements, EXPLICIT), EXPLICIT, instance=uid.decode())


def directory(*file_ids: str, undefined: bool = False, not_in_use: str = "") -> bytes:
    """A DICOMDIR with a record for each file ID; an empty one is a record without file."""
    items: list[list[Element]] = [
        [
            (0x00041400, "UL", bytes(4)),
            (0x00041410, "US", words(0 if file_id == not_in_use else 0xFFFF)),
            (0x00041430, "CS", b"IMAGE "),
            *([(0x00041500, "CS", file_id.encode() + b" " * (len(file_id) % 2))] if file_id else []),
        ]
        for file_id in file_ids
    ]
    records = Sequence(items, undefined, undefined)
    elements: list[Element] = [(0x00041130, "CS", b"SET "), (0x00041212, "US", words(0)), (0x00041220, "SQ", records)]
    return part10(encoded(elements, EXPLICIT), EXPLICIT, MEDIA_DIRECTORY)


def names(root: Path, found: list[ObjectHeader | Unreadable]) -> list[str]:
    return [str(one.path.relative_to(root)) if isinstance(one, ObjectHeader) else one.reason for one in found]


def put(root: Path, *paths: str) -> None:
    for number, name in enumerate(paths):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(an_object(number))


@pytest.mark.peer
def test_one_that_dcmtk_made(tmp_path: Path) -> None:
    put(tmp_path, "DIR/IM0", "DIR/IM1", "IM2")
    make = [
        need("dcmmkdir", "dcmtk"),
        "-Pgp",
        "+r",
        "+id",
        ".",
        "+D",
        "DICOMDIR",
        "-W",
        "-nb",
        "DIR/IM0",
        "DIR/IM1",
        "IM2",
    ]
    subprocess.run(make, check=True, cwd=tmp_path, capture_output=True)
    for path in (tmp_path / "DICOMDIR", tmp_path):
        assert sorted(names(tmp_path, list(listed_objects(path)))) == ["DIR/IM0", "DIR/IM1", "IM2"]
    shutil.move(tmp_path / "DIR" / "IM1", tmp_path / "gone")
    (missing,) = [one for one in listed_objects(tmp_path) if isinstance(one, Unreadable)]
    assert not missing.skipped
    assert missing.path == tmp_path / "DIR" / "IM1"
    assert missing.reason == f"is listed in {tmp_path / 'DICOMDIR'} as DIR/IM1, but missing"


@pytest.mark.parametrize("undefined", [False, True])
def test_records_in_their_order(tmp_path: Path, undefined: bool) -> None:
    put(tmp_path, "A/2", "A/1", "B")
    (tmp_path / "DICOMDIR").write_bytes(directory("A\\2", "", "B", "A\\1", "A\\1", undefined=undefined, not_in_use="B"))
    assert names(tmp_path, list(listed_objects(tmp_path))) == ["A/2", "A/1", "A/1"]


def test_names_as_operating_systems_write_them(tmp_path: Path) -> None:
    put(tmp_path, "images/im1;1", "images/Im2.", "images/IM3", "images/im3")
    (tmp_path / "dicomdir").write_bytes(directory("IMAGES\\IM1", "IMAGES\\IM2", "IMAGES\\IM3"))
    assert names(tmp_path, list(listed_objects(tmp_path))) == ["images/im1;1", "images/Im2.", "images/IM3"]


@pytest.mark.parametrize("file_id", ["..\\..\\ETC", "/ETC/PASSWD", "A\\\\B", ".\\A", "A/B"])
def test_a_file_id_leads_nowhere_else(tmp_path: Path, file_id: str) -> None:
    put(tmp_path, "A/B", "ETC")
    (tmp_path / "medium").mkdir()
    (tmp_path / "medium" / "DICOMDIR").write_bytes(directory(file_id))
    (found,) = listed_objects(tmp_path / "medium")
    assert isinstance(found, Unreadable)


def test_what_is_listed_but_no_object(tmp_path: Path) -> None:
    (tmp_path / "A").write_bytes(b"not DICOM")
    (tmp_path / "DICOMDIR").write_bytes(directory("A"))
    (found,) = listed_objects(tmp_path)
    assert isinstance(found, Unreadable)
    assert (found.kind, found.skipped) == ("not-dicom", False)


class TestBroken:
    def reason(self, path: Path) -> str:
        *_, found = listed_objects(path)
        assert isinstance(found, Unreadable)
        assert not found.skipped
        return found.reason

    def test_not_there(self, tmp_path: Path) -> None:
        assert "No such file" in self.reason(tmp_path)
        assert "No such file" in self.reason(tmp_path / "absent")

    def test_other_files(self, tmp_path: Path) -> None:
        (tmp_path / "DICOMDIR").write_bytes(b"text")
        assert "is no DICOMDIR" in self.reason(tmp_path)
        (tmp_path / "DICOMDIR").write_bytes(an_object(1))
        assert "is no DICOMDIR (no Directory Record Sequence)" in self.reason(tmp_path)

    def test_nothing_listed(self, tmp_path: Path) -> None:
        (tmp_path / "DICOMDIR").write_bytes(directory())
        assert "lists no files" in self.reason(tmp_path)

    @pytest.mark.parametrize("cut", range(1, 60, 7))
    @pytest.mark.parametrize("undefined", [False, True])
    def test_cut(self, tmp_path: Path, cut: int, undefined: bool) -> None:
        put(tmp_path, "A", "B")
        content = directory("A", "B", undefined=undefined)
        (tmp_path / "DICOMDIR").write_bytes(content[:-cut])
        assert "is damaged" in self.reason(tmp_path)
