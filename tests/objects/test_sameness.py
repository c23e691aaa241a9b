"""Two data sets that say the same, however they are written, and such that do not."""

from __future__ import annotations

import io
from copy import deepcopy

import pytest
from factories import EXPLICIT, IMPLICIT, JPEG_LOSSLESS
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset
from pydicom.sequence import Sequence

from asprofile.objects.sameness import differences, normal_form


def sample() -> Dataset:
    dataset = Dataset()
    dataset.SOPInstanceUID = "1.2.3"
    dataset.PatientName = "Test^Object"
    dataset.PatientComments = "a text"
    dataset.Rows = 0x2000
    item = Dataset()
    item.CodeValue = "121"
    item.CodeMeaning = "a code"
    inner = Dataset()
    inner.ReferencedSOPInstanceUID = "1.2.3.4"
    item.ReferencedImageSequence = Sequence([inner])
    dataset.ProcedureCodeSequence = Sequence([item, deepcopy(item)])
    private = dataset.private_block(0x0009, "US", create=True)
    private.add_new(0x10, "LO", "value")
    dataset.add_new("PixelData", "OW", bytes(range(16)))
    return dataset


def form(dataset: Dataset, syntax: str = EXPLICIT) -> dict[int, bytes]:
    out = DicomBytesIO()
    out.is_little_endian, out.is_implicit_VR = True, syntax == IMPLICIT
    write_dataset(out, dataset)
    data = out.getvalue()
    return normal_form(io.BytesIO(data), 0, len(data), syntax)


def undefined() -> Dataset:
    dataset = sample()
    dataset["ProcedureCodeSequence"].is_undefined_length = True
    for item in dataset.ProcedureCodeSequence:
        item.is_undefined_length_sequence_item = True
        item["ReferencedImageSequence"].is_undefined_length = True
    return dataset


def padded() -> Dataset:
    dataset = sample()
    dataset.PatientName = "Test^Object   "
    dataset.PatientComments = "a text "
    dataset.add_new(0xFFFCFFFC, "OB", bytes(20))
    dataset.add_new(0x00100000, "UL", 99)
    return dataset


@pytest.mark.parametrize("syntax", [EXPLICIT, IMPLICIT])
@pytest.mark.parametrize("other", [sample, undefined, padded])
def test_they_say_the_same(syntax: str, other: object) -> None:
    assert differences(form(sample()), form(other(), syntax)) == []  # type: ignore[operator]


@pytest.mark.parametrize(
    ("keyword", "value", "place"),
    [
        ("PatientName", "Test^Abject", "(0010,0010)"),
        ("PatientName", " Test^Object", "(0010,0010)"),
        ("PatientID", "", "(0010,0020)"),
        ("Rows", 0x0020, "(0028,0010)"),
        ("PixelData", bytes(16), "(7FE0,0010)"),
        ("PixelData", bytes(range(16)) + bytes(2), "(7FE0,0010)"),
    ],
)
def test_what_differs_is_named(keyword: str, value: object, place: str) -> None:
    for syntax in (EXPLICIT, IMPLICIT):
        changed = sample()
        setattr(changed, keyword, value)
        assert differences(form(sample()), form(changed, syntax)) == [place]


def test_so_is_what_differs_deep_inside() -> None:
    changed = sample()
    changed.ProcedureCodeSequence[1].ReferencedImageSequence[0].ReferencedSOPInstanceUID = "1.2.3.5"
    assert differences(form(sample()), form(changed)) == ["(0008,1032)"]
    del changed.ProcedureCodeSequence[1]
    assert differences(form(sample()), form(changed)) == ["(0008,1032)"]


def test_fragments_and_their_table_are_no_difference() -> None:
    def encapsulated(*frames: bytes, table: bool) -> dict[int, bytes]:
        dataset = sample()
        dataset.add_new("PixelData", "OB", encapsulate(list(frames), has_bot=table))
        dataset["PixelData"].is_undefined_length = True
        return form(dataset, JPEG_LOSSLESS)

    first = encapsulated(b"abcd", b"efgh", table=True)
    assert differences(first, encapsulated(b"abcd", b"efgh", table=False)) == []
    assert differences(first, encapsulated(b"abcdefgh", table=False)) == []
    assert differences(first, encapsulated(b"abcd", b"efgx", table=True)) == ["(7FE0,0010)"]
