"""Attributes set on the way: what is understood, what is refused, and that nothing else moves."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_data_sets import (
    BIG,
    DEFLATED,
    EXPLICIT,
    IMPLICIT,
    SECONDARY_CAPTURE,
    Element,
    Fragments,
    Sequence,
    encoded,
    in_order,
    part10,
    rich,
)

from asprofile.errors import ConfigurationError, ObjectError
from asprofile.objects.changes import Assignment, changes_of, read_assignment, together
from asprofile.objects.converting import Converter
from asprofile.objects.header import ObjectHeader, read_header
from asprofile.objects.inventing import Inventor

if TYPE_CHECKING:
    from pathlib import Path

JPEG = "1.2.840.10008.1.2.4.50"
UIDS: list[Element] = [(0x00080016, "UI", SECONDARY_CAPTURE.encode() + b"\0"), (0x00080018, "UI", b"1.2.3.4\0")]


def changed(
    directory: Path, elements: list[Element], *assignments: str, syntax: str = EXPLICIT, target: str = ""
) -> tuple[ObjectHeader, bytes]:
    file = directory / "in"
    inner = EXPLICIT if syntax == JPEG else syntax
    file.write_bytes(part10(encoded(elements, inner), syntax))
    changes = changes_of(map(read_assignment, assignments))
    source = Converter("uncompressed", change=lambda _: changes).open(read_header(file), target or syntax)
    data = b"".join(bytes(piece) for piece in source.pieces(memoryview(bytearray(100))))
    source.close()
    assert len(data) == source.length
    return source.header, data


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, BIG, DEFLATED])
@pytest.mark.parametrize("undefined", [False, True])
def test_only_what_is_set_changes(tmp_path: Path, syntax: str, undefined: bool) -> None:
    elements = rich(undefined=undefined, group_lengths=False)
    new: dict[int, tuple[str, bytes]] = {
        0x00080018: ("UI", b"1.2.99"),
        0x00080090: ("PN", b"Roe^R "),
        0x00100010: ("PN", "Œre^Æ".encode() + b" "),
        0x00100020: ("LO", b""),
        0x00181063: ("DS", b"2.5\\3 "),
        0x00186020: ("SL", struct.pack("<2i", -7, 8)),
        0x00280009: ("AT", struct.pack("<HH", 0x18, 0x1065)),
        0x00280120: ("US", struct.pack("<H", 63)),
        0x00409224: ("FD", struct.pack("<d", -0.25)),
    }
    wanted = [(tag, *new.pop(tag)) if tag in new else (tag, vr, value) for tag, vr, value in elements]
    wanted = in_order(wanted + [(tag, *value) for tag, value in new.items()])
    _, data = changed(
        tmp_path, elements,
        "SOPInstanceUID=1.2.99", "ReferringPhysicianName=Roe^R", "PatientName=Œre^Æ", "(0010,0020)=",
        "FrameTime=2.5\\3", "0018,6020=-7\\8", "FrameIncrementPointer=0018,1065", "PixelPaddingValue=63",
        "RealWorldValueIntercept=-0.25", syntax=syntax,
    )  # fmt: skip
    assert data == encoded(wanted, syntax)


def test_the_command_names_the_new_instance(tmp_path: Path) -> None:
    header, _ = changed(tmp_path, UIDS, "SOPInstanceUID=1.2.99")
    assert (header.sop_instance, header.sop_class) == ("1.2.99", SECONDARY_CAPTURE)


def test_compressed_pixels_are_not_touched(tmp_path: Path) -> None:
    pixels: list[Element] = [(0x7FE00010, "OB", Fragments([b"", b"\xff\xd8" * 40_000]))]
    _, data = changed(tmp_path, UIDS + pixels, "PatientID=A1", syntax=JPEG)
    assert data == encoded([*UIDS, (0x00100020, "LO", b"A1"), *pixels], EXPLICIT)


@pytest.mark.parametrize("syntax", [IMPLICIT, EXPLICIT, BIG])
@pytest.mark.parametrize("undefined", [False, True])
def test_in_sequences(tmp_path: Path, syntax: str, undefined: bool) -> None:
    def made(first: bytes, second: bytes, code: bytes) -> list[Element]:
        def codes(value: bytes) -> Sequence:
            return Sequence([[(0x00080100, "SH", value)]], undefined, undefined)

        items: list[list[Element]] = [
            [(0x00400007, "LO", value), (0x00400008, "SQ", codes(code))] for value in (first, second)
        ]
        return [*UIDS, (0x00400275, "SQ", Sequence(items, undefined, undefined)), (0x00400280, "ST", b"after ")]

    _, data = changed(
        tmp_path, made(b"a ", b"b ", b"T1"),
        "RequestAttributesSequence[1].ScheduledProcedureStepDescription=longer than it was",
        "(0040,0275)[*].ScheduledProtocolCodeSequence.CodeValue=T-2222",
        syntax=syntax,
    )  # fmt: skip
    assert data == encoded(made(b"a ", b"longer than it was", b"T-2222"), syntax)


@pytest.mark.parametrize("place", ["RequestAttributesSequence[2].", "ReferencedStudySequence[*].", "PatientID."])
def test_what_is_not_there_cannot_be_gone_through(tmp_path: Path, place: str) -> None:
    items: list[Element] = [(0x00081110, "SQ", Sequence([])), (0x00400275, "SQ", Sequence([[]]))]
    with pytest.raises((ObjectError, ConfigurationError), match=r"has only|no sequence"):
        changed(tmp_path, UIDS + items, f"{place}CodeValue=1")


def test_group_lengths_follow(tmp_path: Path) -> None:
    """By as much as their group has changed, so that a wrong one in another group is nobody's business."""
    group: list[Element] = [(0x00100010, "PN", b"Doe^Jo")]

    def lengths(first: int, other: int) -> list[Element]:
        return [(0x00100000, "UL", struct.pack("<I", first)), *group, (0x00200000, "UL", struct.pack("<I", other))]

    _, data = changed(tmp_path, UIDS + lengths(14, 99), "PatientID=A1")
    group.append((0x00100020, "LO", b"A1"))
    assert data == encoded(UIDS + lengths(24, 99), EXPLICIT)


def test_together_with_conversion(tmp_path: Path) -> None:
    _, data = changed(tmp_path, UIDS, "PatientID=A1", syntax=IMPLICIT, target=BIG)
    assert data == encoded([*UIDS, (0x00100020, "LO", b"A1")], BIG)


def test_what_is_set_counts_more_than_what_is_made_up() -> None:
    change = together(Inventor(), changes_of([read_assignment("PatientID=A1")]))
    made = change(ObjectHeader.__new__(ObjectHeader))
    assert len(made.elements) == 8
    assert made.elements[0x00100020].text == "A1"  # type: ignore[attr-defined]


class TestCharacterSets:
    @pytest.mark.parametrize(
        ("character_set", "name"),
        [
            ("ISO_IR 100", "Müller^Jörg"),
            ("ISO_IR 192", "山田^太郎"),
            ("GB18030", "王^小东"),
            ("ISO_IR 144", "Люкceмбypг"),
            ("\\ISO 2022 IR 87", "Yamada^Tarou=山田^太郎=やまだ^たろう"),
            ("", "Doe^Jo"),
        ],
    )
    def test_texts_are_in_that_of_the_data_set(self, tmp_path: Path, character_set: str, name: str) -> None:
        value = character_set.encode()
        elements = [(0x00080005, "CS", value + b" " * (len(value) % 2)), *UIDS]
        _, data = changed(tmp_path, elements, f"PatientName={name}")
        (tmp_path / "out").write_bytes(part10(data, EXPLICIT))
        found = pydicom.dcmread(tmp_path / "out")
        assert found.PatientName == name

    @pytest.mark.parametrize("character_set", [b"", b"ISO_IR 100"])
    def test_what_it_cannot_write_is_refused(self, tmp_path: Path, character_set: bytes) -> None:
        with pytest.raises(ObjectError, match="cannot be written in its character set"):
            changed(tmp_path, [(0x00080005, "CS", character_set), *UIDS], "PatientName=山田")

    def test_items_have_that_of_the_data_set(self, tmp_path: Path) -> None:
        item: list[Element] = [(0x00400007, "LO", b"a ")]
        elements: list[Element] = [(0x00080005, "CS", b"ISO_IR 100"), *UIDS, (0x00400275, "SQ", Sequence([item]))]
        _, data = changed(tmp_path, elements, "(0040,0275)[0].(0040,0007)=é")
        item[0] = (0x00400007, "LO", b"\xe9 ")
        assert data == encoded(elements, EXPLICIT)


class TestPrivateElements:
    CREATOR: Element = (0x00290010, "LO", b"MADE FOR TESTS")

    def test_one_whose_vr_is_there(self, tmp_path: Path) -> None:
        _, data = changed(tmp_path, [*UIDS, self.CREATOR, (0x00291001, "IS", b"1 ")], "(0029,1001)=22")
        assert data == encoded([*UIDS, self.CREATOR, (0x00291001, "IS", b"22")], EXPLICIT)

    @pytest.mark.parametrize("there", [True, False])
    def test_one_nobody_knows(self, tmp_path: Path, there: bool) -> None:
        elements = [*UIDS, self.CREATOR, *([(0x00291001, "UN", b"1 ")] if there else [])]
        with pytest.raises(ObjectError, match="its VR is UN; name a dictionary"):
            changed(tmp_path, elements, "(0029,1001)=22")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("PatientID", "'PatientID' sets nothing; write KEYWORD=VALUE"),
        ("=1", "says no element"),
        ("PatientID.=1", "says no element"),
        ("Patient ID=1", "is no assignment"),
        ("(0010;0010)=1", "is no assignment"),
        ("PatientIdd=1", "did you mean PatientID"),
        ("PatientID[0]=1", "ends in an item"),
        ("PatientID[0].CodeValue=1", "goes through something that is no sequence"),
        ("RequestAttributesSequence=1", "is a sequence; set what is in its items"),
        ("TransferSyntaxUID=1.2", "is not part of the data set"),
        ("(0002,0003)=1.2", "is not part of the data set"),
        ("(0010,0000)=1", "is a group length"),
        ("SOPClassUID=1.2", "decides on the presentation context"),
        ("SpecificCharacterSet=ISO_IR 192", "would still be in the other character set"),
        ("Rows=5", "says how the pixels lie"),
        ("PixelData=abc", "says how the pixels lie"),
        ("EncapsulatedDocument=abc", "has VR OB, for which there is no way to write a value"),
        ("StudyDate=yesterday", "VR DA"),
        ("SOPInstanceUID=1.2.x", "VR UI"),
        ("Modality=lower", "VR CS"),
        ("PatientID=" + "x" * 65, "VR LO"),
        ("SeriesNumber=1.5", "VR IS"),
        ("RepresentativeFrameNumber=-1", "'-1' is out of range"),
        ("RepresentativeFrameNumber=x", "'x' is no number"),
        ("FrameIncrementPointer=PatientID", "is no tag"),
        ("Modality=Ä", "beyond ASCII"),
    ],
)
def test_refusals(text: str, reason: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_assignment(text)
    assert reason in str(caught.value)


def test_the_value_is_all_behind_the_first_sign() -> None:
    assert read_assignment("StudyDescription=a=b, c") == Assignment((), 0x00081030, "LO", "a=b, c")
    assert read_assignment("(0040,0275)[3].0040,0007=x").path == ((0x00400275, 3),)
    assert read_assignment("(0040,0275)[*].0040,0007=x").path == ((0x00400275, None),)


@given(st.text(max_size=40))
def test_whatever_is_written_is_read_or_refused(text: str) -> None:
    try:
        assert isinstance(read_assignment(text), Assignment)
    except ConfigurationError as error:
        assert str(error)
