"""The breast tomosynthesis multi-frame image of the demonstration."""

from __future__ import annotations

from typing import Final

from pydicom.dataset import Dataset, FileDataset
from pydicom.uid import ExplicitVRLittleEndian

from asprofile.objects.demo_parts import DATE, SIZE, code, composite, demo_uid, item, phantom, put, put_pixel_format

BREAST_TOMOSYNTHESIS_IMAGE_STORAGE: Final = "1.2.840.10008.5.1.4.1.1.13.1.3"
BREAST_PROJECTION_XRAY_IMAGE_STORAGE: Final = "1.2.840.10008.5.1.4.1.1.13.1.4"
_TOMOSYNTHESIS_FRAMES: Final = 5


def breast_tomosynthesis() -> FileDataset:
    """Breast Tomosynthesis Image IOD (PS3.3 A.55): a stack of reconstructed planes, 10 of 16 bits."""
    name = "Breast Tomosynthesis"
    dataset = composite(name, BREAST_TOMOSYNTHESIS_IMAGE_STORAGE, "MG", ExplicitVRLittleEndian, 2)
    put_pixel_format(dataset, stored=10)
    put(
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
        FrameOfReferenceUID=demo_uid("breast frame of reference"),
        PositionReferenceIndicator="",
        BodyPartExamined="BREAST",
        AcquisitionContextSequence=[],
        BreastImplantPresent="NO",
        PartialView="NO",
        ViewCodeSequence=[put(code("399162004", "SCT", "cranio-caudal"), ViewModifierCodeSequence=[])],
        DimensionOrganizationType="3D",
    )
    _put_dimension(dataset)
    _put_tomosynthesis_source(dataset)
    _put_tomosynthesis_acquisition(dataset)
    dataset.SharedFunctionalGroupsSequence = [_tomosynthesis_shared()]
    dataset.PerFrameFunctionalGroupsSequence = [_tomosynthesis_frame(index) for index in range(_TOMOSYNTHESIS_FRAMES)]
    dataset.PixelData = b"".join(
        phantom(radius=16 + 2 * index, inside=700, outside=50) for index in range(_TOMOSYNTHESIS_FRAMES)
    )
    return dataset


def _put_dimension(dataset: Dataset) -> None:
    """Multi-frame Dimension Module (PS3.3 C.7.6.17): the frames are ordered by position in the stack."""
    organization = demo_uid("breast dimensions")
    pointer = {
        "DimensionIndexPointer": 0x00209057,  # In-Stack Position Number
        "FunctionalGroupPointer": 0x00209111,  # Frame Content Sequence
    }
    dataset.DimensionOrganizationSequence = [item(DimensionOrganizationUID=organization)]
    dataset.DimensionIndexSequence = [
        item(DimensionOrganizationUID=organization, DimensionDescriptionLabel="In-Stack Position", **pointer)
    ]


def _put_tomosynthesis_source(dataset: Dataset) -> None:
    """Breast Tomosynthesis Contributing Sources (PS3.3 C.8.21.2.3): what the planes were computed from."""
    projections = item(
        StudyInstanceUID=dataset.StudyInstanceUID,
        ReferencedSeriesSequence=[
            item(
                SeriesInstanceUID=demo_uid("projection series"),
                SeriesNumber=20,
                ReferencedInstanceSequence=[
                    item(
                        ReferencedSOPClassUID=BREAST_PROJECTION_XRAY_IMAGE_STORAGE,
                        ReferencedSOPInstanceUID=demo_uid("projection instance"),
                        InstanceNumber=1,
                    )
                ],
            )
        ],
    )
    dataset.ContributingSourcesSequence = [
        item(
            ContributingSOPInstancesReferenceSequence=[projections],
            Manufacturer=dataset.Manufacturer,
            ManufacturerModelName=dataset.ManufacturerModelName,
            DeviceSerialNumber=dataset.DeviceSerialNumber,
            SoftwareVersions=dataset.SoftwareVersions,
            AcquisitionDateTime=f"{DATE}113000",
            AcquisitionProtocolName="DEMO",
            DetectorType="DIRECT",
            DetectorID="1",
            DateOfLastDetectorCalibration=DATE,
            TimeOfLastDetectorCalibration="080000",
            DetectorElementSpacing=[0.1, 0.1],
            Rows=SIZE,
            Columns=SIZE,
            BitsStored=10,
            LossyImageCompression="00",
        )
    ]


def _put_tomosynthesis_acquisition(dataset: Dataset) -> None:
    """Breast Tomosynthesis Acquisition Module (PS3.3 C.8.21.3.4)."""
    projections = [
        item(
            PositionerPrimaryAngle=angle,
            ExposureTimeInms=100,
            ExposureInmAs=5,
            RelativeXRayExposure=100,
            XRayTubeCurrentInmA=50,
        )
        for angle in (-15, 0, 15)
    ]
    acquisition = item(
        FieldOfViewShape="RECTANGLE",
        FieldOfViewOrigin=[0, 0],
        FieldOfViewRotation=0,
        FieldOfViewHorizontalFlip="NO",
        XRayReceptorType="DIGITAL_DETECTOR",
        KVP=29,
        StartAcquisitionDateTime=f"{DATE}113000",
        EndAcquisitionDateTime=f"{DATE}113010",
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
    return item(
        PixelMeasuresSequence=[item(PixelSpacing=[1, 1], SliceThickness=1)],
        PlaneOrientationSequence=[item(ImageOrientationPatient=[1, 0, 0, 0, 0, -1])],
        FrameAnatomySequence=[item(FrameLaterality="R", AnatomicRegionSequence=[code("76752008", "SCT", "Breast")])],
        PixelValueTransformationSequence=[item(RescaleIntercept=0, RescaleSlope=1, RescaleType="US")],
        FrameVOILUTSequence=[item(WindowCenter=512, WindowWidth=1024)],
    )


def _tomosynthesis_frame(index: int) -> Dataset:
    """What one frame has for itself: its place in the stack; ``index`` from 0."""
    return item(
        FrameContentSequence=[item(StackID="1", InStackPositionNumber=index + 1, DimensionIndexValues=[index + 1])],
        PlanePositionSequence=[item(ImagePositionPatient=[-32, index, 32])],
        XRay3DFrameTypeSequence=[
            item(
                FrameType=["DERIVED", "PRIMARY", "TOMOSYNTHESIS", "NONE"],
                VolumetricProperties="VOLUME",
                VolumeBasedCalculationTechnique="TOMOSYNTHESIS",
                PixelPresentation="MONOCHROME",
            )
        ],
    )
