"""Layouts: what they are, what is wrong with one, and that no value leads out of the directory."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asprofile.errors import LayoutError
from asprofile.receive.arrival import Arrival
from asprofile.receive.layout import LONGEST_NAME, Layout
from asprofile.receive.moments import formatted, parts_of_value

NOW = datetime(2024, 3, 5, 7, 8, 9)
ARRIVAL = Arrival("1.2.840.10008.5.1.4.1.1.2", "1.2.3", "CT 1", "STORE", "10.0.0.1", 7, NOW)


def path(text: str, *values: str, arrival: Arrival = ARRIVAL) -> str:
    return Path(Layout(text).path(arrival, [value.split("\\") for value in values])).as_posix()


@pytest.mark.parametrize(
    ("text", "values", "made"),
    [
        ("{SOPInstanceUID}.dcm", (), "1.2.3.dcm"),
        ("{SOPCLASSUID}/{sopInstanceUID}", (), "1.2.840.10008.5.1.4.1.1.2/1.2.3"),
        ("{PatientID}/{StudyInstanceUID}/{SOPInstanceUID}.dcm", ("P1", "1.2"), "P1/1.2/1.2.3.dcm"),
        ("{(0010,0020)}/{00100010}", ("P1", "A^B"), "P1/A^B"),
        ("{calling}-{called}/{host}/{association}", (), "CT 1-STORE/10.0.0.1/7"),
        ("{association:04}", (), "0007"),
        ("{received}/{received:%H%M%S}", (), "20240305/070809"),
        ("{received:%Y/%m/%d}/{SOPInstanceUID}", (), "2024/03/05/1.2.3"),
        ("{StudyDate:%Y/day %j}/{StudyTime:%H}", ("20231231", "2359"), "2023/day 365/23"),
        ("{AcquisitionDateTime:%y%m%d-%H}", ("20231231235959.123456+0100",), "231231-23"),
        ("{StudyDate:%Y|undated}", ("2023",), "undated"),
        ("{StudyDate:%Y}", ("20231301",), "no-StudyDate"),
        ("{StudyDate}", ("2023/1/1",), "2023_1_1-#"),
        ("{InstanceNumber:05}", ("12",), "00012"),
        ("{InstanceNumber:5}", ("x",), "x"),
        ("{PatientID}", ("",), "no-PatientID"),
        ("{PatientID|UNKNOWN}", (" ",), "UNKNOWN"),
        ('{(0029,"A {B}: c|d",10)}', ("",), "no-0029-A-B-c-d-10"),
        ("{ImageType}", ("ORIGINAL\\PRIMARY",), "ORIGINAL+PRIMARY"),
        ("{{x}}{PatientID}", ("P",), "{x}P"),
        ("CO{Modality}", ("N",), "_CON"),
        ("x/{PatientID}", ("../..",), "x/_._._-#"),
    ],
)
def test_paths(text: str, values: tuple[str, ...], made: str) -> None:
    assert re.sub("-[0-9a-f]{8}$", "-#", path(text, *values)) == made


def test_a_counter_counts() -> None:
    layout = Layout("{counter:03}-{counter}")
    assert [layout.path(ARRIVAL) for _ in range(2)] == ["001-1", "002-2"]


@pytest.mark.parametrize(
    ("text", "offset", "message"),
    [
        ("", 0, "here should be a name: a path begins in the directory"),
        ("/{PatientID}", 0, "here should be a name"),
        ("a//{PatientID}", 2, "here should be a name: two / have a name between them"),
        ("{PatientID}/", 12, "here should be a name"),
        ("{PatientID", 0, "this { has no }"),
        ("a}", 1, "this } has no {"),
        ("a\\{PatientID}", 1, "write / between directories"),
        ("a:{PatientID}", 1, "':' cannot be in the name of a file"),
        ("../{PatientID}", 0, "no name begins with '.'"),
        ("-{PatientID}", 0, "no name begins with '-'"),
        ("{PatientID}./x", 11, "no name ends with '.'"),
        ("nul/{PatientID}", 0, "'nul' is a device on Windows"),
        ("x.dcm", 0, "every object would have this name"),
        ("{}", 1, "here should be what the name is made of"),
        ("x/{ PatientI }", 4, "'PatientI' is no keyword of a DICOM attribute; did you mean PatientID"),
        ("{callin}", 1, "did you mean calling"),
        ("{(0010)}", 1, "is no name of an element"),
        ('{(0010,"X",10)}', 1, "group 0010 is not private"),
        ("{PixelData}", 1, "PixelData has no value that is a text"),
        ("{PatientID.StudyDate}", 1, "PatientID is no sequence"),
        ("{PatientID:04}", 10, "PatientID is no date and no number"),
        ("{counter:x}", 9, "'x' is no number of digits"),
        ("{StudyDate:%Y%Q}", 13, "'%Q' is no part of a date: there is %Y, %y, %m, %d, %j"),
        ("{StudyDate:%Y%}", 13, "'%' is no part of a date"),
        ("{StudyDate:%Y//%m}", 14, "here should be a format"),
        ("{received:%Y:%m}", 12, "':' cannot be in the name"),
        ("{PatientID|}", 11, "here should be what stands for a value that is empty"),
        ("{PatientID|a/b}", 12, "'/' cannot be in the name"),
        ("{PatientID|.a}", 11, "no name begins with '.'"),
        ("x" * 181 + "/{PatientID}", 0, "a name of 181 bytes is too long"),
        ("x" * 170 + "{PatientID}", 0, "names would be too long"),
        ("/".join(["{PatientID}"] * 400), 0, "names would be too long"),
    ],
)
def test_what_is_wrong(text: str, offset: int, message: str) -> None:
    with pytest.raises(LayoutError) as caught:
        Layout(text)
    assert message in caught.value.reason
    assert caught.value.offset == offset


VALUES = st.one_of(
    st.text(), st.text(alphabet="./\\ -CON\0\r\n", min_size=1), st.just("..\\.."), st.text(min_size=200, max_size=400)
)


@given(values=st.lists(VALUES, min_size=4, max_size=4), instance=VALUES, ae=VALUES)
def test_no_value_leads_out(
    tmp_path_factory: pytest.TempPathFactory, values: list[str], instance: str, ae: str
) -> None:
    """Any path can be made, and is below the directory."""
    layout = Layout('{calling}{PatientID}/x {StudyDate} {(0009,"A",10)}/{StudyID}/{SOPInstanceUID}.dcm')
    arrival = Arrival("1", instance, ae, ae, "::1", 1, NOW)
    found = layout.path(arrival, [value.split("\\") for value in values])
    base = tmp_path_factory.getbasetemp() / "layout"
    made = base / found
    assert not Path(found).is_absolute()
    assert len(Path(found).parts) == 4
    assert all(len(part.encode()) <= LONGEST_NAME for part in Path(found).parts)
    made.parent.mkdir(parents=True, exist_ok=True)
    made.write_bytes(b"")
    assert made.resolve().relative_to(base.resolve()).parts == Path(found).parts
    made.unlink()


@given(st.text() | st.from_regex(r"[0-9]{4}[-.]?[0-9]{2}[-.]?[0-9]{2}[0-9:.+-]*", fullmatch=True))
def test_any_date_is_one_or_none(text: str) -> None:
    for kind, form in (("date", "%Y%y%m%d%j"), ("time", "%H%M%S"), ("datetime", "%Y%j%H")):
        parts = parts_of_value(text, kind)
        if parts is not None:
            made = formatted(form, parts)
            assert (made or "0").isdigit()
