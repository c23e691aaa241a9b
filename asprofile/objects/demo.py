"""Small DICOM objects for a demonstration, from common ones to ones that peers refuse.

Here belongs making a CT image, a breast tomosynthesis multi-frame image, an endoscopic video in H.264 and a
Siemens private object, each of some KiB. Not here: reading or sending them. No clock and no random numbers: every run
writes the same bytes. This module needs pydicom; import it only where the objects are made.
"""

from __future__ import annotations

import math
import struct
import uuid
from typing import TYPE_CHECKING, Any, Final

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.encaps import encapsulate
from pydicom.uid import UID, ExplicitVRLittleEndian

from asprofile.errors import ObjectError
from asprofile.names.well_known import MPEG4_HIGH
from asprofile.objects import demo_video

if TYPE_CHECKING:
    from pathlib import Path

CT_IMAGE_STORAGE: Final = "1.2.840.10008.5.1.4.1.1.2"
BREAST_TOMOSYNTHESIS_IMAGE_STORAGE: Final = "1.2.840.10008.5.1.4.1.1.13.1.3"
BREAST_PROJECTION_XRAY_IMAGE_STORAGE: Final = "1.2.840.10008.5.1.4.1.1.13.1.4"
VIDEO_ENDOSCOPIC_IMAGE_STORAGE: Final = "1.2.840.10008.5.1.4.1.1.77.1.1.1"
SIEMENS_CSA_NON_IMAGE_STORAGE: Final = "1.3.12.2.1107.5.9.1"

_NAMESPACE: Final = uuid.uuid5(uuid.NAMESPACE_DNS, "demo.asprofile")
_DATE: Final = "20240229"
_SIZE: Final = 64  # rows and columns of the still images
_TOMOSYNTHESIS_FRAMES: Final = 5


def make_demo_objects(directory: Path) -> list[Path]:
    """Write the demo objects into ``directory`` (made if missing) and return their files, in a fixed order.

    Files of the same names are overwritten. Raises ObjectError if they cannot be written.
    """
    objects = {
        "ct.dcm": _ct,
        "breast-tomosynthesis.dcm": _breast_tomosynthesis,
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


def _uid(name: str) -> UID:
    """A UID that is always the same for a name (PS3.5 section B.2: 2.25 and the UUID as a number)."""
    return UID(f"2.25.{uuid.uuid5(_NAMESPACE, name).int}")


def _put(dataset: Dataset, **values: Any) -> Dataset:
    """Set elements by keyword; a list of data sets is a sequence."""
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def _item(**values: Any) -> Dataset:
    return _put(Dataset(), **values)


def _code(value: str, scheme: str, meaning: str) -> Dataset:
    return _item(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def _composite(name: str, sop_class: str, modality: str, transfer_syntax: str, number: int) -> FileDataset:
    """Header, Patient, Study, Series, Equipment and SOP Common modules (PS3.3 C.7.1 to C.7.5, C.12.1)."""
    meta = FileMetaDataset()
    _put(
        meta,
        FileMetaInformationVersion=b"\0\1",
        MediaStorageSOPClassUID=UID(sop_class),
        MediaStorageSOPInstanceUID=_uid(f"{name} instance"),
        TransferSyntaxUID=UID(transfer_syntax),
        ImplementationClassUID=_uid("implementation"),
        ImplementationVersionName="ASPROFILE_DEMO",
    )
    dataset = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    _put(
        dataset,
        SpecificCharacterSet="ISO_IR 192",
        InstanceCreationDate=_DATE,
        InstanceCreationTime="120000",
        SOPClassUID=UID(sop_class),
        SOPInstanceUID=meta.MediaStorageSOPInstanceUID,
        PatientName="Demo^Asprofile",
        PatientID="ASPROFILE-DEMO",
        PatientBirthDate="19600101",
        PatientSex="O",
        StudyInstanceUID=_uid("study"),
        StudyID="DEMO",
        StudyDate=_DATE,
        StudyTime="110000",
        StudyDescription="Objects for a demonstration",
        AccessionNumber="",
        ReferringPhysicianName="",
        Modality=modality,
        SeriesInstanceUID=_uid(f"{name} series"),
        SeriesNumber=number,
        SeriesDate=_DATE,
        SeriesTime="113000",
        SeriesDescription=name,
        InstanceNumber=1,
        Manufacturer="asprofile",
        ManufacturerModelName="Demonstrator",
        DeviceSerialNumber="1",
        SoftwareVersions="1",
        ContentDate=_DATE,
        ContentTime="113000",
    )
    return dataset


def _ct() -> FileDataset:
    """CT Image IOD (PS3.3 A.3): one slice of a round phantom, 12 of 16 bits, Explicit VR Little Endian."""
    dataset = _composite("CT", CT_IMAGE_STORAGE, "CT", ExplicitVRLittleEndian, 1)
    _put_pixel_format(dataset, stored=12)
    _put(
        dataset,
        ImageType=["ORIGINAL", "PRIMARY", "AXIAL"],
        AcquisitionNumber=1,
        AcquisitionDate=_DATE,
        AcquisitionTime="113000",
        PatientPosition="HFS",
        FrameOfReferenceUID=_uid("frame of reference"),
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
    dataset.PixelData = _phantom(radius=28, inside=1064, outside=24)
    return dataset


def _breast_tomosynthesis() -> FileDataset:
    """Breast Tomosynthesis Image IOD (PS3.3 A.55): a stack of reconstructed planes, 10 of 16 bits."""
    name = "Breast Tomosynthesis"
    dataset = _composite(name, BREAST_TOMOSYNTHESIS_IMAGE_STORAGE, "MG", ExplicitVRLittleEndian, 2)
    _put_pixel_format(dataset, stored=10)
    _put(
        dataset,
        NumberOfFrames=_TOMOSYNTHESIS_FRAMES,
        ImageType=["DERIVED", "PRIMARY", "TOMOSYNTHESIS", "NONE"],
        ContentQualification="PRODUCT",
        BurnedInAnnotation="NO",
        LossyImageCompression="00",
        PresentationLUTShape="IDENTITY",
        PixelPresentation="MONOCHROME",
        VolumetricProperties="VOLUME",
        VolumeBasedCalculationTechnique="TOMOSYNTHESIS",
        FrameOfReferenceUID=_uid("breast frame of reference"),
        PositionReferenceIndicator="",
        BodyPartExamined="BREAST",
        AcquisitionContextSequence=[],
        BreastImplantPresent="NO",
        PartialView="NO",
        ViewCodeSequence=[_put(_code("399162004", "SCT", "cranio-caudal"), ViewModifierCodeSequence=[])],
        DimensionOrganizationType="3D",
    )
    _put_dimension(dataset)
    _put_tomosynthesis_source(dataset)
    _put_tomosynthesis_acquisition(dataset)
    dataset.SharedFunctionalGroupsSequence = [_tomosynthesis_shared()]
    dataset.PerFrameFunctionalGroupsSequence = [_tomosynthesis_frame(index) for index in range(_TOMOSYNTHESIS_FRAMES)]
    dataset.PixelData = b"".join(
        _phantom(radius=16 + 2 * index, inside=700, outside=50) for index in range(_TOMOSYNTHESIS_FRAMES)
    )
    return dataset


def _put_dimension(dataset: Dataset) -> None:
    """Multi-frame Dimension Module (PS3.3 C.7.6.17): the frames are ordered by position in the stack."""
    organization = _uid("breast dimensions")
    pointer = {
        "DimensionIndexPointer": 0x00209057,  # In-Stack Position Number
        "FunctionalGroupPointer": 0x00209111,  # Frame Content Sequence
    }
    dataset.DimensionOrganizationSequence = [_item(DimensionOrganizationUID=organization)]
    dataset.DimensionIndexSequence = [
        _item(DimensionOrganizationUID=organization, DimensionDescriptionLabel="In-Stack Position", **pointer)
    ]


def _put_tomosynthesis_source(dataset: Dataset) -> None:
    """Breast Tomosynthesis Contributing Sources (PS3.3 C.8.21.2.3): what the planes were computed from."""
    projections = _item(
        StudyInstanceUID=dataset.StudyInstanceUID,
        ReferencedSeriesSequence=[
            _item(
                SeriesInstanceUID=_uid("projection series"),
                SeriesNumber=20,
                ReferencedInstanceSequence=[
                    _item(
                        ReferencedSOPClassUID=BREAST_PROJECTION_XRAY_IMAGE_STORAGE,
                        ReferencedSOPInstanceUID=_uid("projection instance"),
                        InstanceNumber=1,
                    )
                ],
            )
        ],
    )
    dataset.ContributingSourcesSequence = [
        _item(
            ContributingSOPInstancesReferenceSequence=[projections],
            Manufacturer=dataset.Manufacturer,
            ManufacturerModelName=dataset.ManufacturerModelName,
            DeviceSerialNumber=dataset.DeviceSerialNumber,
            SoftwareVersions=dataset.SoftwareVersions,
            AcquisitionDateTime=f"{_DATE}113000",
            AcquisitionProtocolName="DEMO",
            DetectorType="DIRECT",
            DetectorID="1",
            DateOfLastDetectorCalibration=_DATE,
            TimeOfLastDetectorCalibration="080000",
            DetectorElementSpacing=[0.1, 0.1],
            Rows=_SIZE,
            Columns=_SIZE,
            BitsStored=10,
            LossyImageCompression="00",
        )
    ]


def _put_tomosynthesis_acquisition(dataset: Dataset) -> None:
    """Breast Tomosynthesis Acquisition Module (PS3.3 C.8.21.3.4)."""
    projections = [
        _item(
            PositionerPrimaryAngle=angle,
            ExposureTimeInms=100,
            ExposureInmAs=5,
            RelativeXRayExposure=100,
            XRayTubeCurrentInmA=50,
        )
        for angle in (-15, 0, 15)
    ]
    acquisition = _item(
        FieldOfViewShape="RECTANGLE",
        FieldOfViewOrigin=[0, 0],
        FieldOfViewRotation=0,
        FieldOfViewHorizontalFlip="NO",
        XRayReceptorType="DIGITAL_DETECTOR",
        KVP=29,
        StartAcquisitionDateTime=f"{_DATE}113000",
        EndAcquisitionDateTime=f"{_DATE}113010",
        PrimaryPositionerScanArc=30,
        PrimaryPositionerScanStartAngle=-15,
        PrimaryPositionerIncrement=15,
        DistanceSourceToDetector=650,
        DistanceSourceToPatient=600,
        EstimatedRadiographicMagnificationFactor=1.08,
        AnodeTargetMaterial="TUNGSTEN",
        BodyPartThickness=50,
        ExposureControlMode="AUTOMATIC",
        ExposureControlModeDescription="DEMO",
        HalfValueLayer=0.5,
        FocalSpots=0.3,
        DetectorTemperature=30,
        FilterType="FLAT",
        FilterMaterial="ALUMINUM",
        CompressionForce=100,
        PaddleDescription="FLAT",
        PerProjectionAcquisitionSequence=projections,
    )
    dataset.XRay3DAcquisitionSequence = [acquisition]


def _tomosynthesis_shared() -> Dataset:
    """What all frames have in common (PS3.3 C.7.6.16.2)."""
    return _item(
        PixelMeasuresSequence=[_item(PixelSpacing=[1, 1], SliceThickness=1)],
        PlaneOrientationSequence=[_item(ImageOrientationPatient=[1, 0, 0, 0, 0, -1])],
        FrameAnatomySequence=[_item(FrameLaterality="R", AnatomicRegionSequence=[_code("76752008", "SCT", "Breast")])],
        PixelValueTransformationSequence=[_item(RescaleIntercept=0, RescaleSlope=1, RescaleType="US")],
        FrameVOILUTSequence=[_item(WindowCenter=512, WindowWidth=1024)],
    )


def _tomosynthesis_frame(index: int) -> Dataset:
    """What one frame has for itself: its place in the stack; ``index`` from 0."""
    return _item(
        FrameContentSequence=[_item(StackID="1", InStackPositionNumber=index + 1, DimensionIndexValues=[index + 1])],
        PlanePositionSequence=[_item(ImagePositionPatient=[-32, index, 32])],
        XRay3DFrameTypeSequence=[
            _item(
                FrameType=["DERIVED", "PRIMARY", "TOMOSYNTHESIS", "NONE"],
                VolumetricProperties="VOLUME",
                VolumeBasedCalculationTechnique="TOMOSYNTHESIS",
                PixelPresentation="MONOCHROME",
            )
        ],
    )


def _endoscopic_video() -> FileDataset:
    """Video Endoscopic Image IOD (PS3.3 A.32.5): one H.264 stream in one fragment (PS3.5 section 8.2.7)."""
    name = "Endoscopic Video"
    dataset = _composite(name, VIDEO_ENDOSCOPIC_IMAGE_STORAGE, "ES", MPEG4_HIGH, 3)
    video = demo_video.make_video()
    raw = demo_video.FRAMES * demo_video.WIDTH * demo_video.HEIGHT * 3
    _put(
        dataset,
        ImageType=["ORIGINAL", "PRIMARY"],
        BodyPartExamined="COLON",
        AnatomicRegionSequence=[_code("71854001", "SCT", "Colon")],
        PatientOrientation="",
        AcquisitionDateTime=f"{_DATE}113000",
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
    dataset = _composite("CSA Non-Image", SIEMENS_CSA_NON_IMAGE_STORAGE, "MR", ExplicitVRLittleEndian, 4)
    dataset.Manufacturer = "SIEMENS"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "SPECTROSCOPY", "NONE"]
    image_header = _csa_header({"EchoTime": ("DS", "30"), "SpectroscopyAcquisitionDataColumns": ("UL", "256")})
    series_header = _csa_header({"UsedPatientWeight": ("IS", "70")})
    header = dataset.private_block(0x0029, "SIEMENS CSA HEADER", create=True)
    header.add_new(0x08, "CS", "SPEC NUM 4")
    header.add_new(0x09, "LO", _DATE)
    header.add_new(0x10, "OB", image_header)
    header.add_new(0x18, "CS", "MR")
    header.add_new(0x19, "LO", _DATE)
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


def _put_pixel_format(dataset: Dataset, stored: int) -> None:
    """Image Pixel Module (PS3.3 C.7.6.3) of a square grey image in 16 bits, of which ``stored`` are used."""
    _put(
        dataset,
        SamplesPerPixel=1,
        PhotometricInterpretation="MONOCHROME2",
        Rows=_SIZE,
        Columns=_SIZE,
        BitsAllocated=16,
        BitsStored=stored,
        HighBit=stored - 1,
        PixelRepresentation=0,
    )


def _phantom(radius: int, inside: int, outside: int) -> bytes:
    """A disc with a slope in it on an even ground, as 16-bit little endian pixels."""
    centre = _SIZE // 2
    pixels = (
        inside + x if (x - centre) ** 2 + (y - centre) ** 2 < radius**2 else outside
        for y in range(_SIZE)
        for x in range(_SIZE)
    )
    return struct.pack(f"<{_SIZE * _SIZE}H", *pixels)
