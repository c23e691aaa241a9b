"""Small DICOM objects for a demonstration, from common ones to ones that peers refuse.

Here belongs making a CT image, a breast tomosynthesis multi-frame image, an endoscopic video in H.264 and a
Siemens private object, each of some KiB. Not here: reading or sending them. No clock and no random numbers: every run
writes the same bytes. This module needs pydicom; import it only where the objects are made.
"""

from __future__ import annotations

import math
import struct
from typing import TYPE_CHECKING, Final

from pydicom.dataset import FileDataset
from pydicom.encaps import encapsulate
from pydicom.uid import ExplicitVRLittleEndian

from asprofile.errors import ObjectError
from asprofile.names.well_known import MPEG4_HIGH
from asprofile.objects import demo_video
from asprofile.objects.demo_parts import DATE, code, composite, demo_uid, phantom, put, put_pixel_format
from asprofile.objects.demo_tomosynthesis import breast_tomosynthesis

if TYPE_CHECKING:
    from pathlib import Path

CT_IMAGE_STORAGE: Final = "1.2.840.10008.5.1.4.1.1.2"
VIDEO_ENDOSCOPIC_IMAGE_STORAGE: Final = "1.2.840.10008.5.1.4.1.1.77.1.1.1"
SIEMENS_CSA_NON_IMAGE_STORAGE: Final = "1.3.12.2.1107.5.9.1"


def make_demo_objects(directory: Path) -> list[Path]:
    """Write the demo objects into ``directory`` (made if missing) and return their files, in a fixed order.

    Files of the same names are overwritten. Raises ObjectError if they cannot be written.
    """
    objects = {
        "ct.dcm": _ct,
        "breast-tomosynthesis.dcm": breast_tomosynthesis,
        "endoscopic-video.dcm": _endoscopic_video,
        "siemens-csa.dcm": _siemens_csa,
    }
    try:
        directory.mkdir(parents=True, exist_ok=True)
        paths = []
        for name, make in objects.items():
            path = directory / name
            make().save_as(path, enforce_file_format=True)
            paths.append(path)
    except OSError as error:
        raise ObjectError(f"{directory}: cannot write demo objects: {error.strerror or error}") from error
    return paths


def _ct() -> FileDataset:
    """CT Image IOD (PS3.3 A.3): one slice of a round phantom, 12 of 16 bits, Explicit VR Little Endian."""
    dataset = composite("CT", CT_IMAGE_STORAGE, "CT", ExplicitVRLittleEndian, 1)
    put_pixel_format(dataset, stored=12)
    put(
        dataset,
        ImageType=["ORIGINAL", "PRIMARY", "AXIAL"],
        AcquisitionNumber=1,
        AcquisitionDate=DATE,
        AcquisitionTime="113000",
        PatientPosition="HFS",
        FrameOfReferenceUID=demo_uid("frame of reference"),
        PositionReferenceIndicator="",
        BodyPartExamined="HEAD",
        ImagePositionPatient=[-62, -62, 0],
        ImageOrientationPatient=[1, 0, 0, 0, 1, 0],
        PixelSpacing=[2, 2],
        SliceThickness=5,
        SliceLocation=0,
        KVP=120,
        RescaleIntercept=-1024,
        RescaleSlope=1,
        RescaleType="HU",
        WindowCenter=40,
        WindowWidth=400,
    )
    dataset.PixelData = phantom(radius=28, inside=1064, outside=24)
    return dataset


def _endoscopic_video() -> FileDataset:
    """Video Endoscopic Image IOD (PS3.3 A.32.5): one H.264 stream in one fragment (PS3.5 section 8.2.7)."""
    name = "Endoscopic Video"
    dataset = composite(name, VIDEO_ENDOSCOPIC_IMAGE_STORAGE, "ES", MPEG4_HIGH, 3)
    video = demo_video.make_video()
    raw = demo_video.FRAMES * demo_video.WIDTH * demo_video.HEIGHT * 3
    put(
        dataset,
        ImageType=["ORIGINAL", "PRIMARY"],
        BodyPartExamined="COLON",
        AnatomicRegionSequence=[code("71854001", "SCT", "Colon")],
        PatientOrientation="",
        AcquisitionDateTime=f"{DATE}113000",
        SamplesPerPixel=3,
        PhotometricInterpretation="YBR_PARTIAL_420",
        PlanarConfiguration=0,
        Rows=demo_video.HEIGHT,
        Columns=demo_video.WIDTH,
        BitsAllocated=8,
        BitsStored=8,
        HighBit=7,
        PixelRepresentation=0,
        NumberOfFrames=demo_video.FRAMES,
        FrameIncrementPointer=0x00181063,  # Frame Time
        FrameTime=1000 / demo_video.FRAME_RATE,
        CineRate=demo_video.FRAME_RATE,
        StartTrim=1,
        StopTrim=demo_video.FRAMES,
        BurnedInAnnotation="NO",
        LossyImageCompression="01",
        LossyImageCompressionRatio=round(raw / len(video), 2),
        LossyImageCompressionMethod="ISO_14496_10",
        AcquisitionContextSequence=[],
    )
    dataset.PixelData = encapsulate([video], has_bot=False)
    return dataset


def _siemens_csa() -> FileDataset:
    """Siemens CSA Non-Image: a private SOP class whose content is in private elements (PS3.5 section 7.8)."""
    dataset = composite("CSA Non-Image", SIEMENS_CSA_NON_IMAGE_STORAGE, "MR", ExplicitVRLittleEndian, 4)
    dataset.Manufacturer = "SIEMENS"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "SPECTROSCOPY", "NONE"]
    image_header = _csa_header({"EchoTime": ("DS", "30"), "SpectroscopyAcquisitionDataColumns": ("UL", "256")})
    series_header = _csa_header({"UsedPatientWeight": ("IS", "70")})
    header = dataset.private_block(0x0029, "SIEMENS CSA HEADER", create=True)
    header.add_new(0x08, "CS", "SPEC NUM 4")
    header.add_new(0x09, "LO", DATE)
    header.add_new(0x10, "OB", image_header)
    header.add_new(0x18, "CS", "MR")
    header.add_new(0x19, "LO", DATE)
    header.add_new(0x20, "OB", series_header)
    signal = dataset.private_block(0x7FE1, "SIEMENS CSA NON-IMAGE", create=True)
    signal.add_new(0x10, "OB", _decaying_signal(256))
    return dataset


def _csa_header(tags: dict[str, tuple[str, str]]) -> bytes:
    """Siemens' own header format, second version ("SV10"), from name to VR and a single value."""
    parts = [b"SV10\4\3\2\1", struct.pack("<II", len(tags), 77)]
    for name, (vr, value) in tags.items():
        text = value.encode("ascii") + b"\0"
        parts.append(struct.pack("<64si4siii", name.encode("ascii"), 1, vr.encode("ascii"), 0, 1, 77))
        parts.append(struct.pack("<iiii", len(text), len(text), 77, len(text)))
        parts.append(text.ljust(-len(text) % 4 + len(text), b"\0"))
    return b"".join(parts)


def _decaying_signal(points: int) -> bytes:
    """Complex 32-bit samples of one damped oscillation; rounded, so that no machine's last digit shows."""
    samples = bytearray()
    for index in range(points):
        size, angle = math.exp(-index / 64), index / 8
        samples += struct.pack("<ff", round(1000 * size * math.cos(angle)), round(1000 * size * math.sin(angle)))
    return bytes(samples)
