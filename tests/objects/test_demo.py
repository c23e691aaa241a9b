"""The demo objects, read again by pydicom, by our own scan and by DCMTK where it is installed."""

from __future__ import annotations

import shutil
import struct
import subprocess
from typing import TYPE_CHECKING

import pydicom
import pytest
from pydicom.encaps import parse_basic_offsets, parse_fragments
from pydicom.uid import UID

from asprofile.errors import ObjectError
from asprofile.objects import demo, demo_tomosynthesis, demo_video
from asprofile.objects.demo import make_demo_objects
from asprofile.objects.header import read_header

if TYPE_CHECKING:
    from pathlib import Path

EXPLICIT = "1.2.840.10008.1.2.1"
EXPECTED = {
    "ct.dcm": (demo.CT_IMAGE_STORAGE, EXPLICIT),
    "breast-tomosynthesis.dcm": (demo_tomosynthesis.BREAST_TOMOSYNTHESIS_IMAGE_STORAGE, EXPLICIT),
    "endoscopic-video.dcm": (demo.VIDEO_ENDOSCOPIC_IMAGE_STORAGE, "1.2.840.10008.1.2.4.102"),
    "siemens-csa.dcm": (demo.SIEMENS_CSA_NON_IMAGE_STORAGE, EXPLICIT),
}


@pytest.fixture(scope="module")
def paths(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    made = make_demo_objects(tmp_path_factory.mktemp("demo") / "new" / "folder")
    return {path.name: path for path in made}


def test_makes_one_object_of_each_class(paths: dict[str, Path]) -> None:
    found = {name: read_header(path) for name, path in paths.items()}
    assert {name: (one.sop_class, one.transfer_syntax) for name, one in found.items()} == EXPECTED
    assert list(paths) == list(EXPECTED)
    assert len({one.sop_instance for one in found.values()}) == 4


def test_every_run_writes_the_same_bytes(paths: dict[str, Path], tmp_path: Path) -> None:
    for again in make_demo_objects(tmp_path) + make_demo_objects(tmp_path):
        assert again.read_bytes() == paths[again.name].read_bytes()


def test_is_well_formed(paths: dict[str, Path]) -> None:
    series = set()
    for path in paths.values():
        dataset = pydicom.dcmread(path)
        header = read_header(path)
        assert header.dataset_offset == 144 + dataset.file_meta.FileMetaInformationGroupLength
        assert str(dataset.PatientName) == "Demo^Asprofile"
        assert dataset.file_meta.MediaStorageSOPClassUID == dataset.SOPClassUID
        assert dataset.file_meta.MediaStorageSOPInstanceUID == dataset.SOPInstanceUID
        series.add((dataset.StudyInstanceUID, dataset.SeriesInstanceUID))
        for element in dataset.iterall():
            if element.VR == "UI" and element.value:
                assert UID(element.value).is_valid, element
        assert [element.tag for element in dataset] == sorted(element.tag for element in dataset)
    assert len(series) == 4
    assert len({study for study, _ in series}) == 1


@pytest.mark.parametrize(("name", "frames"), [("ct.dcm", 1), ("breast-tomosynthesis.dcm", 5)])
def test_pixels_fit_their_description(paths: dict[str, Path], name: str, frames: int) -> None:
    dataset = pydicom.dcmread(paths[name])
    assert dataset.get("NumberOfFrames", 1) == frames
    assert len(dataset.PixelData) == frames * dataset.Rows * dataset.Columns * 2
    pixels = struct.unpack(f"<{len(dataset.PixelData) // 2}H", dataset.PixelData)
    assert 0 < max(pixels) < 2**dataset.BitsStored
    assert len(set(pixels)) > 20


def test_tomosynthesis_frames_have_their_functional_groups(paths: dict[str, Path]) -> None:
    dataset = pydicom.dcmread(paths["breast-tomosynthesis.dcm"])
    groups = dataset.PerFrameFunctionalGroupsSequence
    assert len(groups) == dataset.NumberOfFrames
    assert [group.FrameContentSequence[0].DimensionIndexValues for group in groups] == [1, 2, 3, 4, 5]
    assert len({tuple(group.PlanePositionSequence[0].ImagePositionPatient) for group in groups}) == 5
    assert len(dataset.SharedFunctionalGroupsSequence) == 1


def test_video_is_one_fragment_of_the_stream(paths: dict[str, Path]) -> None:
    dataset = pydicom.dcmread(paths["endoscopic-video.dcm"])
    assert parse_basic_offsets(dataset.PixelData) == []
    count, _ = parse_fragments(dataset.PixelData)
    assert count == 2  # the empty offset table and the stream
    assert demo_video.make_video() in dataset.PixelData
    assert (dataset.Columns, dataset.Rows, dataset.NumberOfFrames) == (64, 48, 8)
    assert dataset.PhotometricInterpretation == "YBR_PARTIAL_420"


def test_siemens_object_has_its_private_elements(paths: dict[str, Path]) -> None:
    dataset = pydicom.dcmread(paths["siemens-csa.dcm"])
    header = dataset.private_block(0x0029, "SIEMENS CSA HEADER")
    assert header[0x08].value == "SPEC NUM 4"
    assert header[0x10].value.startswith(b"SV10\4\3\2\1\2\0\0\0\x4d\0\0\0EchoTime\0")
    assert header[0x20].value.startswith(b"SV10")
    assert len(header[0x10].value) % 4 == len(header[0x20].value) % 4 == 0
    assert len(dataset.private_block(0x7FE1, "SIEMENS CSA NON-IMAGE")[0x10].value) == 256 * 8
    assert "PixelData" not in dataset


def test_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ObjectError, match="cannot write demo objects: "):
        make_demo_objects(tmp_path / "file")


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("dcmftest") is None, reason="dcmtk is not installed")
def test_dcmtk_reads_them(paths: dict[str, Path]) -> None:
    for path in paths.values():
        assert subprocess.run(["dcmftest", path], capture_output=True, check=False).returncode == 0
        command = ["dcmdump", "--quiet", "+P", "0008,0018", "+P", "0002,0010", "--print-all", "-Un", path]
        dump = subprocess.run(command, capture_output=True, text=True, check=True)
        header = read_header(path)
        assert dump.stderr == ""
        assert f"[{header.sop_instance}]" in dump.stdout
        assert f"[{header.transfer_syntax}]" in dump.stdout


@pytest.mark.peer
@pytest.mark.skipif(shutil.which("dciodvfy") is None, reason="dicom3tools is not installed")
@pytest.mark.parametrize("name", ["ct.dcm", "breast-tomosynthesis.dcm", "endoscopic-video.dcm"])
def test_conform_to_their_iods(paths: dict[str, Path], name: str) -> None:
    """The Siemens class is nobody's IOD."""
    result = subprocess.run(["dciodvfy", "-new", paths[name]], capture_output=True, text=True, check=False)
    assert "Error" not in result.stdout + result.stderr
    assert "Warning" not in result.stdout + result.stderr
