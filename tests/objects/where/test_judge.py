"""Which objects an expression means: a table of expressions, for an object in each encoding, and odd objects."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pytest
from made_data_sets import head, item, part10, sequence
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID

from asprofile.errors import ObjectError
from asprofile.objects.header import ObjectHeader, Unreadable
from asprofile.objects.scan import scan
from asprofile.objects.where import parse

if TYPE_CHECKING:
    from pathlib import Path

IMPLICIT, EXPLICIT, BIG, DEFLATED = (f"1.2.840.10008.1.2{end}" for end in ("", ".1", ".2", ".1.99"))
ENCODINGS = {"implicit": IMPLICIT, "explicit": EXPLICIT, "big": BIG, "deflated": DEFLATED}
CT = "1.2.840.10008.5.1.4.1.1.2"


def rich() -> Dataset:
    ds = Dataset()
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.ImageType = ["DERIVED", "PRIMARY", "AXIAL"]
    ds.SOPClassUID, ds.SOPInstanceUID = CT, "1.2.3.4.5"
    ds.StudyDate, ds.SeriesDate, ds.ContentDate = "20240229", "20231231", ""
    ds.AcquisitionDateTime = "20240229103015.123456+0100"
    ds.StudyTime, ds.SeriesTime = "103015.5", "10"
    ds.Modality = "CT"
    ds.StudyDescription, ds.SeriesDescription = "Größe *Raw* 5?", "  spaced  "
    ds.add_new(0x00081110, "SQ", Sequence())  # Referenced Study Sequence, without an item
    ds.PatientName = "Doe^John^^^=山田^太郎=やまだ^たろう"
    ds.PatientID, ds.PatientBirthDate = "00123", ""
    ds.PatientAge, ds.OtherPatientIDs = "045Y", ["A", "", "B"]
    ds.SliceThickness, ds.ContrastBolusVolume = "1.50", "1e2"
    ds.InstanceNumber, ds.PixelSpacing = "7", ["0.5", "0.25"]
    ds.FrameIncrementPointer = [0x00181063, 0x00181065]
    ds.Rows, ds.Columns, ds.PixelRepresentation = 512, 0, 1
    ds.add_new(0x00280106, "SS", -5)
    ds.private_block(0x0029, "ACME 1.1", create=True).add_new(0x10, "LO", "secret")
    ds.private_block(0x0029, "ACME 1.1").add_new(0x11, "US", 5)
    ds.private_block(0x0029, "Other", create=True).add_new(0x10, "LO", "open")
    code = Dataset()
    code.CodeValue = "X1"
    one, two = Dataset(), Dataset()
    one.ScheduledProcedureStepID, one.ScheduledProtocolCodeSequence = "A1", [code]
    two.ScheduledProcedureStepID, two.ScheduledProcedureStepDescription = "B2", ""
    ds.RequestAttributesSequence = [one, two]
    ds.add_new(0x00089459, "FL", 0.1)
    ds.add_new(0x00409224, "FD", 0.1)
    ds.PixelData = bytes(1 << 17)
    ds["PixelData"].VR = "OW"
    return ds


def write(path: Path, ds: Dataset, syntax: str = EXPLICIT) -> Path:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = UID(CT), UID("1.2.3.4.5")
    meta.TransferSyntaxUID = UID(syntax)
    ds.file_meta = meta
    ds.save_as(path, enforce_file_format=True)
    return path


@pytest.fixture(scope="module", params=ENCODINGS)
def encoded(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("rich") / f"{request.param}.dcm", rich(), ENCODINGS[request.param])


TRUE = """
Modality = "CT"
Modality == "CT"
modality = 'CT'
(0008,0060) = "CT"
00080060 = "CT"
( 0008 , 0060 ) = "CT"
Modality in ("MR", "CT")
Modality not in ("MR", "US")
Modality != "MR"
Modality <> "ct"
not Modality = "ct"
Modality like "C?"
Modality like "*"
Modality > "CR" and Modality < "MR"
Modality is not null
Modality is not missing
Modality is not empty
StudyDate = 20240229
StudyDate = 2024-02-29
StudyDate = "2024.02.29"
StudyDate = 202402
StudyDate = 2024
StudyDate in (20230101, 202402)
StudyDate >= 20240229 and StudyDate <= 20240229
StudyDate > 20240228
StudyDate < 202403
StudyDate > 2023
StudyDate <= 2024
StudyDate >= 2024
StudyDate like "202402*"
SeriesDate < 2024
SeriesDate <= 202312
ContentDate is null
ContentDate is empty
ContentDate is not missing
ContentDate != 20240229
not ContentDate < 20300101
PatientBirthDate is null
AccessionNumber is null
AccessionNumber is missing
AccessionNumber is not empty
AccessionNumber != "A"
StudyTime = 10
StudyTime = 1030
StudyTime = 103015
StudyTime = 103015.5
StudyTime = 10:30
StudyTime > 1029
StudyTime < 103016
StudyTime >= 103015.5
StudyTime <= 103015
SeriesTime = 10
SeriesTime != 1000
SeriesTime < 11
SeriesTime >= 10
AcquisitionDateTime = 20240229
AcquisitionDateTime = "20240229093015+0000"
AcquisitionDateTime = "2024-02-29T10:30"
AcquisitionDateTime > "202402291130+0200" or AcquisitionDateTime >= "202402291130+0200"
AcquisitionDateTime < 2025
AcquisitionDateTime > 202402291030 or AcquisitionDateTime = 202402291030
PatientName = "Doe^John"
PatientName = "doe^JOHN"
PatientName = "DOE^John^^^"
PatientName = "山田^太郎"
PatientName = "Doe^John=山田^太郎=やまだ^たろう"
PatientName like "doe*"
PatientName like "*太郎"
PatientName in ("Roe^Jane", "Doe^John")
PatientName > "Adam"
PatientID = 00123
PatientID = "00123"
PatientID != 123
PatientID like "00*"
PatientAge = 045Y
OtherPatientIDs = "B"
OtherPatientIDs = "A\\\\B"
OtherPatientIDs like "A*B"
ImageType = "PRIMARY"
ImageType = "DERIVED\\PRIMARY\\AXIAL"
ImageType like "DERIVED\\*"
ImageType != "ORIGINAL"
ImageType in ("ORIGINAL", "AXIAL")
StudyDescription = "Größe *Raw* 5?"
StudyDescription like "*Raw*"
StudyDescription like "Gr??e*"
SeriesDescription = "spaced"
SeriesDescription = " spaced "
SliceThickness = 1.5
SliceThickness = "1.50"
SliceThickness < 1.51 and SliceThickness > 1.49
SliceThickness like "1.50"
ContrastBolusVolume = 100
PixelSpacing < 0.3
PixelSpacing = .5
PixelSpacing = 2.5e-1
InstanceNumber = 7
InstanceNumber = 7.0
InstanceNumber in (6, 7)
InstanceNumber >= +7
InstanceNumber > -1
Rows = 512
Rows >= 512
Rows like "5*"
Columns = 0
Columns is not null
PixelRepresentation = 1
SmallestImagePixelValue = -5
SmallestImagePixelValue < 0
(0028,0106) = -5
RecommendedDisplayFrameRateInFloat = 0.1
RealWorldValueIntercept = 0.1
RealWorldValueIntercept < 0.1000001
FrameIncrementPointer = "0018,1063"
FrameIncrementPointer = 00181065
FrameIncrementPointer in ("(0018,1063)")
FrameIncrementPointer like "0018*"
RequestAttributesSequence is not null
RequestAttributesSequence is not missing
ReferencedStudySequence is null
ReferencedStudySequence is empty
ReferencedStudySequence.ReferencedSOPInstanceUID is missing
ProcedureCodeSequence is missing
RequestAttributesSequence.ScheduledProcedureStepID = "B2"
RequestAttributesSequence.ScheduledProcedureStepID in ("A1")
(0040,0275).(0040,0009) = "A1"
00400275.00400009 = "A1"
RequestAttributesSequence . ScheduledProtocolCodeSequence . CodeValue = "X1"
RequestAttributesSequence.ScheduledProcedureStepDescription is empty
RequestAttributesSequence.RequestedProcedureID is missing
(0029,"ACME 1.1",10) is not missing
(0029,xx10,"ACME 1.1") is not null
(0029,"ACME 1.1",20) is missing
(0029,"NOBODY",10) is missing
(0029,1010) is not missing
(0029,0010) = "ACME 1.1"
PixelData is not null
SOPClass = "CTImageStorage"
SOPClass = "CT Image Storage"
SOPClass = "ct image storage"
SOPClass = 1.2.840.10008.5.1.4.1.1.2
SOPClass like "*CT*"
SOPClass like "ct image*"
SOPClass != "MRImageStorage"
SOPClass in ("MRImageStorage", "CTImageStorage")
SOPClassUID = 1.2.840.10008.5.1.4.1.1.2
MediaStorageSOPInstanceUID = "1.2.3.4.5"
(0002,0010) like "1.2.840.10008.1.2*"
TransferSyntax like "1.2.840.10008.1.2*"
TransferSyntax != "JPEGBaseline"
TransferSyntax in ("LittleEndianImplicit", "LittleEndianExplicit", "BigEndianExplicit", "DeflatedLittleEndianExplicit")
Path like "*/*.dcm"
Path not like "*.txt"
Size > 100
Size < 1M and Size > 0.1K
not (Modality = "MR" or Modality = "US")
Modality = "MR" or Modality = "US" or Modality = "CT"
Modality = "CT" AND NOT Modality = "MR" OR Modality = "US"
Modality = "MR" and Rows > 1 or Modality = "CT"
""".strip().splitlines()

FALSE = """
Modality = "C"
Modality like "C"
Modality like "?"
Modality = "MR" or Modality = "US"
Modality = "CT" and Rows > 512
StudyDate > 2024
StudyDate < 2024
StudyDate < 202402
StudyDate = 20240228
StudyTime = 103016
StudyTime < 1030
SeriesTime = 1000
SeriesTime > 1000
SeriesTime > 10
AcquisitionDateTime > 2024
AcquisitionDateTime = "20240229103015+0000"
PatientName = "Doe"
PatientName like "doe"
PatientID = 123
ContentDate < 2030
ContentDate > 1900
AccessionNumber = "A"
AccessionNumber like "*"
AccessionNumber is empty
Columns is null
ImageType = "DERIVED\\PRIMARY"
SliceThickness = 1.49999999999999999999
InstanceNumber > 7
PixelData is null
RequestAttributesSequence.ScheduledProcedureStepID = "C3"
ReferencedStudySequence is missing
(0029,"Other",11) is not missing
SOPClass like "*Raw*"
SOPClass = 1.2.840.10008.5.1.4.1.1.2.1
Size > 10G
Path = "nowhere"
""".strip().splitlines()


def test_there_are_many() -> None:
    assert len(TRUE) > 130
    assert len(FALSE) > 30


@pytest.mark.parametrize("expression", TRUE)
def test_fits(encoded: Path, expression: str) -> None:
    where = parse(expression)
    assert where.fits(encoded)
    assert not parse(f"not ({expression})").fits(encoded)
    assert parse(str(where)).fits(encoded)


@pytest.mark.parametrize("expression", FALSE)
def test_does_not_fit(encoded: Path, expression: str) -> None:
    assert not parse(expression).fits(encoded)
    assert parse(f"not ({expression})").fits(encoded)


def test_private_elements_with_a_vr(tmp_path: Path) -> None:
    path = write(tmp_path / "x.dcm", rich())
    for expression in ('(0029,"ACME 1.1",10) = "secret"', "(0029,xx11,'ACME 1.1') >= 5", '(0029,"Other",10) = "open"'):
        assert parse(expression).fits(path), expression
    for expression in ('(0029,"ACME 1.1",10) = "open"', '(0029,"ACME 1.1",11) in (1, 2)'):
        assert not parse(expression).fits(path), expression
    with pytest.raises(ObjectError, match=r"\(0029,\"ACME 1.1\",11\): 'many' is no number"):
        parse('(0029,"ACME 1.1",11) = "many"').fits(path)
    implicit = write(tmp_path / "y.dcm", rich(), IMPLICIT)
    with pytest.raises(ObjectError, match="it cannot be compared"):
        parse('(0029,"ACME 1.1",10) = "secret"').fits(implicit)


def test_all_of_several() -> None:
    assert str(parse('Modality = "CT" or Rows > 1', "Size > 5")) == '(Modality = "CT" or Rows > 1) and Size > 5'


# --- What is said of an object that is left out, or that cannot be judged --------------------------------------------


def judged(path: Path, expression: str) -> ObjectHeader | Unreadable:
    (found,) = scan([path], where=parse(expression).judge)
    return found


def test_the_reason_is_the_part_that_is_false(tmp_path: Path) -> None:
    found = judged(write(tmp_path / "x.dcm", rich()), 'Modality = "CT" and (Rows > 1 and Columns > 1) and Size > 1')
    assert isinstance(found, Unreadable)
    assert found.reason == "left out: it is not so that Columns > 1"
    assert found.kind == "left-out"
    assert found.skipped, "although the file was named"


def element(tag: int, vr: str, data: bytes, syntax: str = EXPLICIT) -> bytes:
    return head(tag, vr, len(data), syntax) + data


def own(*elements: bytes, syntax: str = EXPLICIT, ends: bytes = b"") -> bytes:
    """A file with these elements after its UIDs."""
    start = element(0x00080016, "UI", CT.encode() + b"\0", syntax) + element(0x00080018, "UI", b"1.2.3.45", syntax)
    return part10(start + b"".join(elements) + ends, syntax)


DATE, NAME = 0x00080020, 0x00100010
UNCLEAR = {
    "no date": (own(element(DATE, "DA", b"tomorrow")), "StudyDate > 2020", "StudyDate: 'tomorrow' is no date"),
    "half a date": (own(element(DATE, "DA", b"202001")), "StudyDate > 2020", "StudyDate: '202001' is no date"),
    "30 February": (own(element(DATE, "DA", b"20200230")), "StudyDate > 2019", "'20200230' is no date"),
    "no number": (own(element(0x00200013, "IS", b"7a")), "InstanceNumber = 7", "InstanceNumber: '7a' is no number"),
    "underscores": (own(element(0x00200013, "IS", b"1_000 ")), "InstanceNumber = 1000", "'1_000' is no number"),
    "not a number": (own(element(0x00180050, "DS", b"NaN ")), "SliceThickness > 1", "'NaN' is no number"),
    "odd bytes": (own(element(0x00280010, "US", b"\1\0\2")), "Rows = 1", "Rows: its 3 bytes are no numbers of VR US"),
    "no time": (own(element(0x00080030, "TM", b"25")), "StudyTime > 10", "'25' is no time"),
    "wrong VR": (own(element(DATE, "OB", b"20200101")), "StudyDate = 20200101", "its VR is OB"),
    "no sequence": (
        own(element(0x00400275, "LO", b"text")),
        'RequestAttributesSequence.CodeValue = "A"',
        r"\(0040,0275\) is no sequence: its VR is LO",
    ),
    "ends before": (own(ends=b"\x08\0\x20\0DA"), "StudyDate = 20200101", "StudyDate cannot be read: damaged"),
    "ends within": (
        own(ends=head(DATE, "DA", 8, EXPLICIT) + b"2020"),
        "StudyDate = 20200101",
        "StudyDate cannot be read: damaged",
    ),
    "missing because broken": (own(ends=b"\x08\0\x20\0DA"), "PatientName is missing", "PatientName cannot be read"),
    "bad UTF-8": (
        own(element(0x00080005, "CS", b"ISO_IR 192"), element(NAME, "PN", b"\xff\xfe")),
        'PatientName = "A"',
        "PatientName: its text cannot be read in its character set, ISO_IR 192",
    ),
    "unknown character set": (
        own(element(0x00080005, "CS", b"ISO_IR 1"), element(NAME, "PN", b"\xc4 ")),
        'PatientName = "A"',
        "its text cannot be read in its character set, ISO_IR 1",
    ),
    "sequence without an end": (
        own(ends=head(0x00400275, "SQ", 0xFFFFFFFF, EXPLICIT)),
        "RequestAttributesSequence.CodeValue is null",
        "cannot be read",
    ),
}


@pytest.mark.parametrize("case", UNCLEAR)
def test_what_cannot_be_read_is_told(tmp_path: Path, case: str) -> None:
    data, expression, message = UNCLEAR[case]
    path = tmp_path / "x.dcm"
    path.write_bytes(reordered(data))
    for one in (expression, f"not ({expression})"):
        found = judged(path, one)
        assert isinstance(found, Unreadable), one
        assert (found.kind, found.skipped) == ("damaged", False)
        assert found.reason.startswith("it cannot be said whether it is selected: ")
    with pytest.raises(ObjectError, match=message):
        parse(expression).fits(path)
    decided = judged(path, f'{expression} and SOPClass = "MRImageStorage"')
    assert isinstance(decided, Unreadable)
    assert decided.kind == "left-out", "false and anything is false"
    assert isinstance(judged(path, f'{expression} or SOPClass = "CTImageStorage"'), ObjectHeader)


def reordered(data: bytes) -> bytes:
    """(0008,0005) in front of the UIDs."""
    at = data.find(b"\x08\0\x05\0CS")
    if at < 0:
        return data
    end = at + 8 + struct.unpack_from("<H", data, at + 6)[0]
    start = data.index(b"\x08\0\x16\0UI")
    return data[:start] + data[at:end] + data[start:at] + data[end:]


OPEN = (
    head(0x00081140, "SQ", 0xFFFFFFFF, EXPLICIT)
    + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    + element(0x00080060, "CS", b"CT")
    + b"\xfe\xff\x0d\xe0\0\0\0\0\xfe\xff\xdd\xe0\0\0\0\0"
)
FITS = {
    "UN with a dictionary's VR": (own(element(DATE, "UN", b"20200101")), "StudyDate = 20200101"),
    "UN sequence": (
        own(element(0x00400275, "UN", item(element(0x00400009, "", b"A1", IMPLICIT), IMPLICIT))),
        'RequestAttributesSequence.ScheduledProcedureStepID = "A1"',
    ),
    "UN sequence of undefined length": (
        own(
            head(0x00400275, "UN", 0xFFFFFFFF, EXPLICIT)
            + item(element(0x00400009, "", b"A1", IMPLICIT), IMPLICIT)
            + b"\xfe\xff\xdd\xe0\0\0\0\0"
        ),
        'RequestAttributesSequence.ScheduledProcedureStepID = "A1"',
    ),
    "number in another VR": (own(element(0x00200013, "US", b"\7\0")), "InstanceNumber = 7"),
    "text in another VR": (own(element(DATE, "LO", b"20200101")), "StudyDate = 20200101"),
    "date with dots": (own(element(DATE, "DA", b"2020.01.01")), "StudyDate = 20200101"),
    "padded with NUL": (own(element(0x00080060, "CS", b"CT\0\0")), 'Modality = "CT"'),
    "only blanks are null": (own(element(0x00080060, "CS", b"    ")), "Modality is null and Modality is empty"),
    "only backslashes are null": (own(element(0x00080008, "CS", b"\\\\")), "ImageType is null"),
    "leap second": (own(element(0x00080030, "TM", b"235960")), "StudyTime > 235959"),
    "NaN is nothing": (own(element(0x00409224, "FD", b"\0\0\0\0\0\0\xf8\x7f")), "not RealWorldValueIntercept > 0"),
    "a value that fits beside one that is none": (
        own(element(0x00280030, "DS", b"x\\0.5 ")),
        "PixelSpacing = 0.5",
    ),
    "GB18030 with a byte that is a backslash": (
        own(element(0x00080005, "CS", b"GB18030 "), element(NAME, "PN", "乗^李".encode("gb18030"))),
        'PatientName = "乗^李"',
    ),
    "ISO 2022 with bytes that are backslashes": (
        own(
            element(0x00080005, "CS", b"\\ISO 2022 IR 87"),
            element(NAME, "PN", b"Yamada=" + "\u4e59".encode("iso2022_jp") + b"^A"),
        ),
        'PatientName like "*\u4e59*"',
    ),
    "Latin-1": (
        own(element(0x00080005, "CS", b"ISO_IR 100"), element(NAME, "PN", "Größe ".encode("latin-1"))),
        'PatientName = "größe"',
    ),
    "sequence without length": (
        own(OPEN),
        'ReferencedImageSequence.Modality = "CT"',
    ),
    "after a sequence": (
        own(OPEN, element(NAME, "PN", b"A ")),
        'PatientName = "a"',
    ),
    "within, not outside": (
        own(sequence(item(element(NAME, "PN", b"A ")), at=0x00081140)),
        "PatientName is missing",
    ),
    "a private block of another group number": (
        own(element(0x00290033, "LO", b"ACME"), element(0x00293310, "SH", b"X ")),
        '(0029,"ACME",10) = "X"',
    ),
    "after the pixel data": (
        own(element(0x7FE00010, "OW", bytes(1 << 20)), element(0xFFFAFFFA, "SQ", b"")),
        "DigitalSignaturesSequence is empty",
    ),
}


@pytest.mark.parametrize("case", FITS)
def test_odd_data(tmp_path: Path, case: str) -> None:
    data, expression = FITS[case]
    path = tmp_path / "x.dcm"
    path.write_bytes(reordered(data))
    assert parse(expression).fits(path)
    assert not parse(f"not ({expression})").fits(path)


def test_what_is_no_object_is_no_object(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text("no")
    with pytest.raises(ObjectError, match="is not a DICOM file"):
        parse('Modality = "CT"').fits(path)


def test_no_further_than_the_last_element(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pixel data are not read, and of what is in memory nothing is read again."""
    import os

    path = write(tmp_path / "x.dcm", rich())
    counts = []
    real = os.read

    def counted(descriptor: int, count: int) -> bytes:
        data = real(descriptor, count)
        counts.append(len(data))
        return data

    monkeypatch.setattr(os, "read", counted)
    for expression in ("Rows > 1 and Modality = 'CT'", "(0009,0010) is missing"):
        counts.clear()
        assert parse(expression).fits(path)
        assert counts == [4096]
    counts.clear()
    assert parse("(7FE1,0010) is missing").fits(path)
    assert sum(counts) < 80_000, "a value that nobody wants is stepped over"
