"""DCMTK's dictionary format: what it says, what is wrong with it, and that DCMTK's own files are taken."""

from __future__ import annotations

from pathlib import Path

import pytest
from programs import need
from pydicom.datadict import DicomDictionary

from asprofile.errors import ConfigurationError
from asprofile.objects.dictionaries import Dictionaries, named_in, read_dictionaries

TEXT = """# a comment
(0010,0010)	PN	PatientName	1	DICOM

(60e0-60ff,3000)	ox	Overlays	1
(0009-o-00ff,"MAKER",10-u-12)	US	Odd	1-n	Private
(0019,"MAKER",a0)	LO	Name
(0019,"MAKER",10A0)	SH	Fixed
(0021,"OTHER MAKER",01)	UN	Bytes	1-2n	x
(0019,1001)	DS	NoCreator	3-3
(0010,0010)	LO	Later	1
"""


@pytest.fixture
def dictionaries(tmp_path: Path) -> Dictionaries:
    (tmp_path / "my.dic").write_text(TEXT)
    return read_dictionaries([tmp_path / "my.dic"])


@pytest.mark.parametrize(
    ("group", "element", "creator", "vr"),
    [
        (0x10, 0x10, "", "LO"),
        (0x60E2, 0x3000, "", "OB or OW"),
        (0x60E3, 0x3000, "", None),
        (0x6000, 0x3000, "", None),
        (0x11, 0x1010, "MAKER", "US"),
        (0x11, 0x2212, "MAKER", "US"),
        (0x11, 0x2213, "MAKER", None),
        (0x12, 0x1010, "MAKER", None),
        (0x11, 0x1010, "MAKER 2", None),
        (0x19, 0x11A0, "MAKER", "LO"),
        (0x19, 0x10A0, "MAKER", "SH"),
        (0x21, 0x1001, "OTHER MAKER", "UN"),
        (0x19, 0x1001, "", "DS"),
    ],
)
def test_what_it_says(dictionaries: Dictionaries, group: int, element: int, creator: str, vr: str | None) -> None:
    assert dictionaries.vr(group, element, creator) == vr


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("(0010,0010) PN PatientName", "has 3 to 5 fields with tabs between them, this one has 1"),
        ("(0010,0010)\tPN", "this one has 2"),
        ("(0010,0010)\tPN\ta\t1\tb\tc", "this one has 6"),
        ("(0010,001G)\tPN\ta\t1", "'(0010,001G)' is no tag"),
        ("0010,0010\tPN\ta\t1", "'0010,0010' is no tag"),
        ('(0019,"MAKER,10)\tPN\ta\t1', "is no tag"),
        ("(0010-x-0012,0010)\tPN\ta\t1", "is no tag"),
        ("(0010,0010)\tXX\ta\t1", "'XX' is no VR"),
        ("(0010,0010)\tPN\ta\tmany", "'many' is no VM"),
    ],
)
def test_a_wrong_line_is_an_error_with_its_place(tmp_path: Path, line: str, wrong: str) -> None:
    file = tmp_path / "my.dic"
    file.write_text(f"# one\n\n{line}\n")
    with pytest.raises(ConfigurationError) as caught:
        read_dictionaries([file])
    assert str(caught.value).startswith(f"{file}:3: ")
    assert wrong in str(caught.value)


def test_one_that_cannot_be_read_is_an_error(tmp_path: Path) -> None:
    for path in (tmp_path / "absent.dic", tmp_path):
        with pytest.raises(ConfigurationError, match=r"a dictionary \(DCMDICTPATH\) that cannot be read"):
            read_dictionaries([path])


def test_the_list_in_the_environment() -> None:
    assert list(named_in("/a.dic::/b c.dic:", ":")) == ["/a.dic", "/b c.dic"]
    assert list(named_in(r"C:\a.dic;D:\b.dic", ";")) == [r"C:\a.dic", r"D:\b.dic"]


@pytest.mark.peer
def test_dcmtks_own_are_taken_and_agree_with_the_standard() -> None:
    need("dcmdump", "dcmtk")
    files = sorted(Path("/usr/share").glob("libdcmtk*/*.dic")) + sorted(Path("/usr/share/dcmtk").glob("*.dic"))
    if not files:
        pytest.skip("this DCMTK has its dictionary built in")
    standard = read_dictionaries([file for file in files if file.name == "dicom.dic"])
    assert len(read_dictionaries(files)) > 5000
    both = [(tag, entry[0]) for tag, entry in DicomDictionary.items() if standard.vr(tag >> 16, tag & 0xFFFF)]
    different = [tag for tag, vr in both if standard.vr(tag >> 16, tag & 0xFFFF) != vr]
    assert len(both) > 4500
    assert len(different) < 20  # corrections between the editions
