"""The recipes: what is offered together for a purpose, by SOP classes and families of transfer syntaxes.

Declarations only. To add a recipe, add it to ``_themes`` (or ``_services``): nothing else lists it. Combinations that
the standard does not allow are left out when a recipe is cooked (``wish``), so a part may name families that fit only
some of its classes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from asprofile.errors import AsprofileError
from asprofile.model import Role
from asprofile.names import private, sop_classes, uids
from asprofile.names.modalities import modality
from asprofile.names.sop_classes import StorageSopClass
from asprofile.names.well_known import MEDIA_STORAGE_DIRECTORY
from asprofile.program import command


class UnknownRecipe(AsprofileError):
    """No recipe of that name."""


@dataclass(frozen=True, slots=True)
class Part:
    """SOP classes that are offered alike, below one comment in the file.

    ``syntaxes`` are words of ``families``, the preferred first, each transfer syntax in a context of its own.
    ``optional`` parts go along with the rest, and ``--required-only`` leaves them out. ``role`` is the requestor's
    (PS3.7 D.3.3.4); one other than the default needs all transfer syntaxes in one context.
    """

    comment: str
    classes: tuple[str, ...]
    syntaxes: tuple[str, ...]
    optional: bool = False
    role: Role = "default"


@dataclass(frozen=True, slots=True)
class Recipe:
    """``profile`` is the name of the profile when nothing else is asked for; ``whom`` a sentence: for whom it is."""

    name: str
    profile: str
    whom: str
    parts: tuple[Part, ...]

    @property
    def classes(self) -> tuple[str, ...]:
        """Every SOP class, in order."""
        return tuple(dict.fromkeys(uid for part in self.parts for uid in part.classes))


def recipes() -> tuple[Recipe, ...]:
    """All of them, in the order in which they are shown."""
    return tuple(_by_name().values())


def recipe(name: str) -> Recipe:
    """The recipe of that name. Raises UnknownRecipe, with the nearest names."""
    found = _by_name().get(name.lower())
    if found is None:
        # Not needed until a name is wrong.
        from asprofile.names.suggest import nearest

        hint = nearest(name, _by_name())
        meant = f"did you mean {' or '.join(hint)}?" if hint else f"`{command('recipes')}` lists them"
        raise UnknownRecipe(f"no recipe {name!r}; {meant}")
    return found


@cache
def _by_name() -> dict[str, Recipe]:
    everything = (*_themes(), *_wide(), *_services(), *_vendors())
    return {one.name: one for one in everything}


# --- Words of the declarations ----------------------------------------------------------------------------------------

_NATIVE = ("uncompressed",)
# Grayscale of up to 16 bits, and images that may have colour.
_GRAY = ("uncompressed", "lossless")
_GRAY_LOSSY = ("uncompressed", "lossless", "jpeg-2000-lossy")
_COLOUR = ("jpeg-baseline", "uncompressed", "lossless", "jpeg-2000-lossy")
_TEXT = ("uncompressed", "deflated")
_VIDEO = ("mpeg2", "mpeg4", "hevc")


def _classes(keywords: str) -> tuple[str, ...]:
    """The UIDs of keywords of PS3.6 with blanks between them."""
    return tuple(_uid(keyword) for keyword in keywords.split())


def _uid(keyword: str) -> str:
    found = uids.uid_of_keyword(keyword)
    assert found is not None, f"no UID has the keyword {keyword}"
    return found


def _part(comment: str, keywords: str, syntaxes: tuple[str, ...] = _NATIVE, *, optional: bool = False) -> Part:
    return Part(comment, _classes(keywords), syntaxes, optional)


def _beside(comment: str, keywords: str, syntaxes: tuple[str, ...] = _NATIVE) -> Part:
    """What goes along in such a study, and can be left out."""
    return _part(comment, keywords, syntaxes, optional=True)


def _where(wanted: Callable[[StorageSopClass], bool]) -> tuple[str, ...]:
    """The current Storage SOP classes whose facts fit."""
    return tuple(one.uid for one in sop_classes.storage_sop_classes() if one.status == "standard" and wanted(one))


def _of_category(category: str) -> tuple[str, ...]:
    return _where(lambda one: one.category == category)


_DOCUMENTS = "EncapsulatedPDFStorage"
_KEY_OBJECTS = "KeyObjectSelectionDocumentStorage"
_REPORTS = "BasicTextSRStorage EnhancedSRStorage ComprehensiveSRStorage"
_GRAY_STATES = "GrayscaleSoftcopyPresentationStateStorage KeyObjectSelectionDocumentStorage"
_COLOUR_STATES = "ColorSoftcopyPresentationStateStorage KeyObjectSelectionDocumentStorage"
_ULTRASOUND = "UltrasoundImageStorage UltrasoundMultiFrameImageStorage"


# --- Images of a kind, and what goes along ----------------------------------------------------------------------------


def _themes() -> Iterator[Recipe]:
    yield from _videos()
    yield from _xray()
    yield from _scanners()
    yield from _visible_light()
    yield from _radiotherapy()
    yield from _without_pixels()
    yield _migration()


def _videos() -> Iterator[Recipe]:
    for name, what, families in (
        ("mpeg4", "MPEG-4 AVC/H.264", ("mpeg4",)),
        ("mpeg2", "MPEG-2, as older devices record it", ("mpeg2",)),
        ("hevc", "HEVC/H.265, up to 4K", ("hevc",)),
        ("video", "MPEG-2, MPEG-4 or HEVC", _VIDEO),
    ):
        yield Recipe(
            name,
            "Video" if name == "video" else name.upper(),
            f"For operating theatres, endoscopes, microscopes and ultrasound systems that send video in {what}.",
            (
                _part(
                    "Video",
                    "VideoEndoscopicImageStorage VideoMicroscopicImageStorage VideoPhotographicImageStorage",
                    families,
                ),
                _part(
                    "Multi-frame images that may hold a video",
                    "UltrasoundMultiFrameImageStorage MultiFrameTrueColorSecondaryCaptureImageStorage "
                    "OphthalmicPhotography8BitImageStorage",
                    families,
                ),
                _beside(
                    "Stills of the same examination",
                    "VLEndoscopicImageStorage VLMicroscopicImageStorage VLPhotographicImageStorage "
                    "SecondaryCaptureImageStorage",
                    ("jpeg-baseline", "uncompressed"),
                ),
                _beside(
                    "Presentation states, key objects, reports and documents",
                    f"{_COLOUR_STATES} {_REPORTS} {_DOCUMENTS}",
                ),
            ),
        )


def _xray() -> Iterator[Recipe]:
    yield Recipe(
        "tomosynthesis",
        "BreastTomosynthesis",
        "For mammography systems and workstations: tomosynthesis with the mammograms, projections and reports of it.",
        (
            _part(
                "Tomosynthesis and projections",
                "BreastTomosynthesisImageStorage BreastProjectionXRayImageStorageForPresentation",
                _GRAY_LOSSY,
            ),
            _part("Projections for processing", "BreastProjectionXRayImageStorageForProcessing", _GRAY),
            *_mammograms(),
            _beside(
                "Specimen radiographs and other projection X-ray",
                "DigitalXRayImageStorageForPresentation DigitalXRayImageStorageForProcessing",
                _GRAY,
            ),
            _beside(
                "Tomosynthesis of older systems, screenshots",
                "CTImageStorage SecondaryCaptureImageStorage MultiFrameGrayscaleWordSecondaryCaptureImageStorage",
                _GRAY,
            ),
            _beside("Ultrasound of the breast", _ULTRASOUND, ("uncompressed", "jpeg-baseline", "lossless")),
            _beside(
                "Presentation states, key objects, computer-aided detection, dose, reports and raw data",
                f"{_GRAY_STATES} MammographyCADSRStorage ComprehensiveSRStorage XRayRadiationDoseSRStorage "
                f"{_DOCUMENTS} RawDataStorage",
            ),
        ),
    )
    yield Recipe(
        "mammography",
        "Mammography",
        "For mammography systems without tomosynthesis, and for what their workstations make of the images.",
        (
            *_mammograms(),
            _beside("Screenshots", "SecondaryCaptureImageStorage", _GRAY),
            _beside(
                "Presentation states, key objects, computer-aided detection, dose and reports",
                f"{_GRAY_STATES} MammographyCADSRStorage ComprehensiveSRStorage XRayRadiationDoseSRStorage",
            ),
        ),
    )
    yield Recipe(
        "cr-dx",
        "Radiography",
        "For computed and digital radiography, portable systems included.",
        (
            _part(
                "Radiography",
                "ComputedRadiographyImageStorage DigitalXRayImageStorageForPresentation",
                (*_GRAY_LOSSY, "jpeg-extended"),
            ),
            _part("Radiography for processing", "DigitalXRayImageStorageForProcessing", _GRAY),
            _beside("Screenshots, stitched and annotated images", "SecondaryCaptureImageStorage", _GRAY),
            _beside(
                "Presentation states, key objects and dose",
                f"{_GRAY_STATES} XRayRadiationDoseSRStorage",
            ),
        ),
    )
    yield Recipe(
        "xa",
        "Angiography",
        "For angiography, cardiac catheter and fluoroscopy systems (XA, RF), enhanced and 3D ones included, with "
        "cone-beam CT and the ultrasound and optical coherence tomography of vessels.",
        (
            _part(
                "Angiography and fluoroscopy",
                "XRayAngiographicImageStorage XRayRadiofluoroscopicImageStorage EnhancedXAImageStorage "
                "EnhancedXRFImageStorage XRay3DAngiographicImageStorage",
                ("jpeg-baseline", *_GRAY_LOSSY),
            ),
            _beside("Cone-beam CT, as slices or as a volume", "CTImageStorage EnhancedCTImageStorage", _GRAY),
            _beside(
                "Intravascular and intracardiac ultrasound",
                "UltrasoundMultiFrameImageStorage",
                ("jpeg-baseline", "uncompressed", "lossless"),
            ),
            _beside(
                "Intravascular optical coherence tomography",
                "IntravascularOpticalCoherenceTomographyImageStorageForPresentation "
                "IntravascularOpticalCoherenceTomographyImageStorageForProcessing",
                _GRAY,
            ),
            _beside("Screenshots", "SecondaryCaptureImageStorage", _GRAY),
            _beside(
                "Presentation states, key objects, pressures, dose and procedure logs",
                f"{_GRAY_STATES} XAXRFGrayscaleSoftcopyPresentationStateStorage HemodynamicWaveformStorage "
                "XRayRadiationDoseSRStorage ProcedureLogStorage",
            ),
        ),
    )
    yield Recipe(
        "dental",
        "Dental",
        "For dental practices: intra-oral and panoramic images, cone-beam volumes, photographs and surface models.",
        (
            _part(
                "Intra-oral, panoramic and cephalometric images",
                "DigitalIntraOralXRayImageStorageForPresentation DigitalXRayImageStorageForPresentation",
                _GRAY_LOSSY,
            ),
            _part(
                "The same for processing",
                "DigitalIntraOralXRayImageStorageForProcessing DigitalXRayImageStorageForProcessing",
                _GRAY,
            ),
            _part("Cone-beam volumes", "CTImageStorage EnhancedCTImageStorage XRay3DCraniofacialImageStorage", _GRAY),
            _part("Photographs", "VLPhotographicImageStorage SecondaryCaptureImageStorage", _COLOUR),
            _beside(
                "Models, plans, presentation states and documents",
                f"EncapsulatedSTLStorage EncapsulatedOBJStorage EncapsulatedMTLStorage {_GRAY_STATES} "
                f"BasicStructuredDisplayStorage {_DOCUMENTS}",
            ),
        ),
    )


def _mammograms() -> tuple[Part, ...]:
    return (
        _part("Mammograms", "DigitalMammographyXRayImageStorageForPresentation", _GRAY_LOSSY),
        _part("Mammograms for processing", "DigitalMammographyXRayImageStorageForProcessing", _GRAY),
    )


def _scanners() -> Iterator[Recipe]:
    yield Recipe(
        "ct",
        "CT",
        "For CT scanners and their workstations.",
        (
            _part("CT", "CTImageStorage EnhancedCTImageStorage LegacyConvertedEnhancedCTImageStorage", _GRAY_LOSSY),
            _beside(
                "CT for processing",
                "CTImageStorageForProcessing EnhancedCTImageStorageForProcessing "
                "LegacyConvertedEnhancedCTImageStorageForProcessing",
                _GRAY,
            ),
            _beside("Segmentations", "SegmentationStorage", _GRAY),
            _beside("Screenshots and reformatted images", "SecondaryCaptureImageStorage", _GRAY),
            _beside(
                "Presentation states, key objects, dose and raw data",
                f"{_GRAY_STATES} XRayRadiationDoseSRStorage RawDataStorage",
            ),
        ),
    )
    yield Recipe(
        "mr",
        "MR",
        "For MR scanners and their workstations, spectroscopy included.",
        (
            _part("MR", "MRImageStorage EnhancedMRImageStorage LegacyConvertedEnhancedMRImageStorage", _GRAY_LOSSY),
            _part("MR in colour", "EnhancedMRColorImageStorage", _GRAY_LOSSY),
            _part("Spectroscopy", "MRSpectroscopyStorage"),
            _beside("Screenshots and maps", "SecondaryCaptureImageStorage", _GRAY),
            _beside(
                "Presentation states, key objects and raw data",
                f"{_GRAY_STATES} ColorSoftcopyPresentationStateStorage RawDataStorage",
            ),
        ),
    )
    yield Recipe(
        "pet",
        "PET",
        "For PET systems, and PET/CT or PET/MR together with the recipe ct or mr.",
        (
            _part(
                "PET",
                "PositronEmissionTomographyImageStorage EnhancedPETImageStorage LegacyConvertedEnhancedPETImageStorage",
                _GRAY,
            ),
            _beside(
                "Screenshots, presentation states, registration, dose and raw data",
                f"SecondaryCaptureImageStorage {_GRAY_STATES} SpatialRegistrationStorage "
                "RealWorldValueMappingStorage RadiopharmaceuticalRadiationDoseSRStorage RawDataStorage",
            ),
        ),
    )
    yield Recipe(
        "nm",
        "NuclearMedicine",
        "For gamma cameras and SPECT systems.",
        (
            _part("Nuclear medicine", "NuclearMedicineImageStorage", _GRAY),
            _beside(
                "Screenshots, presentation states, key objects and dose",
                "SecondaryCaptureImageStorage MultiFrameTrueColorSecondaryCaptureImageStorage "
                f"{_GRAY_STATES} RadiopharmaceuticalRadiationDoseSRStorage",
            ),
        ),
    )
    yield Recipe(
        "us",
        "Ultrasound",
        "For ultrasound systems: images, loops and volumes, with their measurements.",
        (
            _part("Ultrasound", _ULTRASOUND, _COLOUR),
            _part("Volumes", "EnhancedUSVolumeStorage", ("uncompressed", "lossless")),
            _beside("Screenshots", "SecondaryCaptureImageStorage", ("jpeg-baseline", "uncompressed")),
            _beside(
                "Presentation states, key objects, measurements and reports",
                f"{_GRAY_STATES} ColorSoftcopyPresentationStateStorage SimplifiedAdultEchoSRStorage {_REPORTS}",
            ),
        ),
    )


def _visible_light() -> Iterator[Recipe]:
    yield Recipe(
        "wsi",
        "WholeSlide",
        "For slide scanners and pathology archives: whole slides, annotations and segmentations of them.",
        (
            _part("Whole slides", "VLWholeSlideMicroscopyImageStorage", ("jpeg-baseline", *_GRAY_LOSSY)),
            _beside(
                "Microscopy of other kinds",
                "VLMicroscopicImageStorage VLSlideCoordinatesMicroscopicImageStorage "
                "ConfocalMicroscopyImageStorage ConfocalMicroscopyTiledPyramidalImageStorage",
                ("jpeg-baseline", "uncompressed"),
            ),
            _beside(
                "Photographs of specimens and slides (gross pathology, macros and labels)",
                "VLPhotographicImageStorage",
                ("jpeg-baseline", *_GRAY_LOSSY),
            ),
            _beside("Segmentations", "SegmentationStorage LabelMapSegmentationStorage", _GRAY),
            _beside(
                "Annotations, presentation states and reports",
                "MicroscopyBulkSimpleAnnotationsStorage ColorSoftcopyPresentationStateStorage "
                "AdvancedBlendingPresentationStateStorage ComprehensiveSRStorage Comprehensive3DSRStorage",
            ),
        ),
    )
    yield Recipe(
        "ophthalmology",
        "Ophthalmology",
        "For eye clinics: photographs, OCT, maps and measurements.",
        (
            _part(
                "Photographs",
                "OphthalmicPhotography8BitImageStorage OphthalmicPhotography16BitImageStorage "
                "WideFieldOphthalmicPhotographyStereographicProjectionImageStorage "
                "WideFieldOphthalmicPhotography3DCoordinatesImageStorage",
                ("jpeg-baseline", "uncompressed", "jpeg-2000"),
            ),
            _part(
                "Tomography",
                "OphthalmicTomographyImageStorage OphthalmicOpticalCoherenceTomographyEnFaceImageStorage "
                "OphthalmicOpticalCoherenceTomographyBscanVolumeAnalysisStorage",
                ("uncompressed", "jpeg-2000", "jpeg-2000-lossy"),
            ),
            _part(
                "Maps", "OphthalmicThicknessMapStorage CornealTopographyMapStorage", ("uncompressed", "jpeg-lossless")
            ),
            Part("Measurements", _of_category("ophthalmic-measurements"), _NATIVE),
            _part(
                "Reports and what belongs together",
                "SpectaclePrescriptionReportStorage MacularGridThicknessAndVolumeReportStorage "
                "StereometricRelationshipStorage",
            ),
            _beside("Documents and presentation states", f"{_DOCUMENTS} {_COLOUR_STATES}"),
        ),
    )
    yield Recipe(
        "secondary-capture",
        "SecondaryCapture",
        "For film digitisers, frame grabbers and whatever makes images of what has no modality of its own.",
        (
            _part(
                "Secondary capture",
                "SecondaryCaptureImageStorage MultiFrameGrayscaleByteSecondaryCaptureImageStorage "
                "MultiFrameTrueColorSecondaryCaptureImageStorage",
                _COLOUR,
            ),
            _part(
                "Secondary capture of one and of 16 bits",
                "MultiFrameSingleBitSecondaryCaptureImageStorage MultiFrameGrayscaleWordSecondaryCaptureImageStorage",
                _GRAY,
            ),
        ),
    )
    yield Recipe(
        "segmentation",
        "Segmentation",
        "For segmentations and what is derived from images: by machine learning, in surgery and radiotherapy planning.",
        (
            _part(
                "Segmentations", "SegmentationStorage LabelMapSegmentationStorage", ("uncompressed", "jpeg-2000", "rle")
            ),
            _part("Parametric maps", "ParametricMapStorage"),
            _part(
                "Surfaces, heights, tracts, registration and fiducials",
                "SurfaceSegmentationStorage HeightMapSegmentationStorage TractographyResultsStorage "
                "SpatialRegistrationStorage DeformableSpatialRegistrationStorage SpatialFiducialsStorage",
            ),
            _beside("Measurements as reports", "Comprehensive3DSRStorage EnhancedSRStorage ComprehensiveSRStorage"),
        ),
    )


def _radiotherapy() -> Iterator[Recipe]:
    yield Recipe(
        "rt",
        "Radiotherapy",
        "For radiotherapy as it is: planning systems, linear accelerators, record and verify systems.",
        (
            _part("Plans and structures", "RTPlanStorage RTIonPlanStorage RTStructureSetStorage"),
            _part("Dose", "RTDoseStorage"),
            _part("Images of the treatment", "RTImageStorage", _GRAY),
            _part(
                "Records",
                "RTBeamsTreatmentRecordStorage RTBrachyTreatmentRecordStorage RTTreatmentSummaryRecordStorage "
                "RTIonBeamsTreatmentRecordStorage",
            ),
            _part("Delivery instructions", "RTBeamsDeliveryInstructionStorage"),
            _beside("Images for planning", "CTImageStorage MRImageStorage", _GRAY),
            _beside(
                "PET, registration, key objects and documents",
                "PositronEmissionTomographyImageStorage SpatialRegistrationStorage "
                f"DeformableSpatialRegistrationStorage {_KEY_OBJECTS} {_DOCUMENTS}",
            ),
        ),
    )
    yield Recipe(
        "radiotherapy-2nd-gen",
        "Radiotherapy2ndGen",
        "For systems with the second generation of radiotherapy objects (Supplements 147, 175, 176 and later).",
        (
            Part(
                "Radiations, sets, records and instructions of the second generation",
                _where(lambda one: one.category == "rt-nonimage" and _is_second_generation(one.uid)),
                _NATIVE,
            ),
            Part(
                "Enhanced RT images",
                _where(lambda one: one.category == "rt-image" and _is_second_generation(one.uid)),
                _GRAY,
            ),
            _beside(
                "Images for planning, segmentation, dose and registration",
                "CTImageStorage EnhancedCTImageStorage EnhancedMRImageStorage SegmentationStorage RTDoseStorage "
                "SurfaceSegmentationStorage SpatialRegistrationStorage",
            ),
        ),
    )


def _is_second_generation(uid: str) -> bool:
    before, _, last = uid.rpartition(".")
    return before == "1.2.840.10008.5.1.4.1.1.481" and int(last) >= 10


def _without_pixels() -> Iterator[Recipe]:
    yield Recipe(
        "sr",
        "StructuredReports",
        "For reporting systems and dose registries: every kind of structured report, with what goes along.",
        (
            Part("Structured reports", _of_category("sr"), _TEXT),
            _part("Key objects", _KEY_OBJECTS, _TEXT),
            _beside(
                "Presentation states",
                "GrayscaleSoftcopyPresentationStateStorage ColorSoftcopyPresentationStateStorage "
                "PseudoColorSoftcopyPresentationStateStorage",
                _TEXT,
            ),
            _beside(
                "Documents",
                f"{_DOCUMENTS} EncapsulatedCDAStorage EncapsulatedSTLStorage EncapsulatedOBJStorage "
                "EncapsulatedMTLStorage",
            ),
        ),
    )
    yield Recipe(
        "presentation-states",
        "PresentationStates",
        "For workstations that send how images were looked at: presentation states, displays and key objects.",
        (
            Part("Presentation states", _of_category("presentation-state"), _TEXT),
            _part("Key objects and displays", f"{_KEY_OBJECTS} BasicStructuredDisplayStorage", _TEXT),
        ),
    )
    yield Recipe(
        "encapsulated",
        "Documents",
        "For documents and models in DICOM objects: PDF, CDA, STL, OBJ and MTL.",
        (Part("Encapsulated documents and models", _of_category("encapsulated-document"), _TEXT),),
    )
    yield Recipe(
        "ecg",
        "ECG",
        "For electrocardiographs, with their reports as PDF.",
        (
            _part(
                "ECG",
                "TwelveLeadECGWaveformStorage GeneralECGWaveformStorage AmbulatoryECGWaveformStorage "
                "General32bitECGWaveformStorage",
                _TEXT,
            ),
            _beside("Reports and documents", f"{_DOCUMENTS} {_REPORTS} WaveformAnnotationSRStorage"),
        ),
    )
    yield Recipe(
        "waveforms",
        "Waveforms",
        "For whatever records curves or sound: ECG, pressures, electrophysiology, EEG, breathing, voice.",
        (
            Part("Waveforms", _of_category("waveform"), _TEXT),
            _beside("Documents and annotations", f"{_DOCUMENTS} WaveformAnnotationSRStorage"),
        ),
    )


def _migration() -> Recipe:
    """The two forms of JPEG Lossless are different transfer syntaxes, and many systems know the second only."""
    return Recipe(
        "migration-jpeg-lossless",
        "MigrationJPEGLossless",
        "For migrations of old archives, which hold JPEG Lossless in two forms (Process 14 with any predictor, and "
        "with Selection Value 1), and SOP classes that are retired.",
        (
            _part(
                "Images: Process 14, Process 14 with Selection Value 1, uncompressed",
                "CTImageStorage EnhancedCTImageStorage MRImageStorage EnhancedMRImageStorage "
                "PositronEmissionTomographyImageStorage NuclearMedicineImageStorage ComputedRadiographyImageStorage "
                "DigitalXRayImageStorageForPresentation DigitalMammographyXRayImageStorageForPresentation "
                "DigitalIntraOralXRayImageStorageForPresentation DigitalXRayImageStorageForProcessing "
                "DigitalMammographyXRayImageStorageForProcessing DigitalIntraOralXRayImageStorageForProcessing "
                f"XRayAngiographicImageStorage XRayRadiofluoroscopicImageStorage {_ULTRASOUND} "
                "SecondaryCaptureImageStorage MultiFrameGrayscaleByteSecondaryCaptureImageStorage "
                "MultiFrameTrueColorSecondaryCaptureImageStorage VLEndoscopicImageStorage VLPhotographicImageStorage "
                "RTImageStorage",
                ("jpeg-lossless-any", "uncompressed"),
            ),
            _part(
                "Images of before 1994: ultrasound and nuclear medicine in the SOP classes of then, now retired",
                "UltrasoundImageStorageRetired UltrasoundMultiFrameImageStorageRetired "
                "NuclearMedicineImageStorageRetired",
                ("jpeg-lossless-any", "uncompressed"),
            ),
            _beside(
                "Objects without pixels",
                "GrayscaleSoftcopyPresentationStateStorage ColorSoftcopyPresentationStateStorage "
                f"{_KEY_OBJECTS} {_REPORTS} XRayRadiationDoseSRStorage {_DOCUMENTS} TwelveLeadECGWaveformStorage "
                "RawDataStorage RTPlanStorage RTStructureSetStorage",
            ),
        ),
    )


# --- Everything -------------------------------------------------------------------------------------------------------


def _wide() -> Iterator[Recipe]:
    images = _where(lambda one: one.pixel not in (None, "no"))
    everything = _where(lambda one: one.uid != MEDIA_STORAGE_DIRECTORY)
    yield Recipe(
        "all-images",
        "AllImages",
        "For senders and receivers of every kind of image of the standard; it is too large for one association.",
        tuple(_by_modality(images, (*_COLOUR, *_VIDEO))),
    )
    yield Recipe(
        "all-storage",
        "AllStorage",
        "For archives and routers: every current Storage SOP class; as a sender it is too large for one association.",
        tuple(_by_modality(everything, (*_COLOUR, *_VIDEO))),
    )


def _by_modality(classes: Iterable[str], syntaxes: tuple[str, ...]) -> Iterator[Part]:
    grouped: dict[str, list[str]] = {}
    for uid in classes:
        grouped.setdefault(modality(uid), []).append(uid)
    for title, found in grouped.items():
        yield Part(title, tuple(found), syntaxes)


# --- Services without storage -----------------------------------------------------------------------------------------


def _services() -> Iterator[Recipe]:
    roots = "PatientRootQueryRetrieveInformationModel{0} StudyRootQueryRetrieveInformationModel{0}"
    yield Recipe(
        "verification",
        "Verification",
        "For whoever asks a peer whether it is there (C-ECHO).",
        (_part("Verification (C-ECHO)", "Verification"),),
    )
    yield Recipe(
        "query-retrieve",
        "QueryRetrieve",
        "For workstations that look for studies (C-FIND) and have them sent (C-MOVE).",
        (
            _part("Query (C-FIND)", roots.format("Find")),
            _part("Retrieve by another association (C-MOVE)", roots.format("Move")),
        ),
    )
    yield Recipe(
        "retrieve-get",
        "RetrieveGet",
        "For workstations that fetch studies on their own association (C-GET), for which they take the role of a "
        "storage SCP.",
        (
            _part("Retrieve on this association (C-GET)", roots.format("Get")),
            Part(
                "What may be fetched: the requestor is the SCP",
                _classes(
                    "CTImageStorage EnhancedCTImageStorage MRImageStorage EnhancedMRImageStorage "
                    "PositronEmissionTomographyImageStorage NuclearMedicineImageStorage "
                    "ComputedRadiographyImageStorage DigitalXRayImageStorageForPresentation "
                    "DigitalMammographyXRayImageStorageForPresentation BreastTomosynthesisImageStorage "
                    f"XRayAngiographicImageStorage XRayRadiofluoroscopicImageStorage {_ULTRASOUND} "
                    f"SecondaryCaptureImageStorage VLPhotographicImageStorage SegmentationStorage {_GRAY_STATES} "
                    f"{_REPORTS} XRayRadiationDoseSRStorage RTPlanStorage RTStructureSetStorage RTDoseStorage "
                    f"{_DOCUMENTS}"
                ),
                _NATIVE,
                role="scp",
            ),
        ),
    )
    yield Recipe(
        "worklist",
        "Worklist",
        "For modalities that ask what is scheduled.",
        (_part("Modality worklist", "ModalityWorklistInformationModelFind"),),
    )
    yield Recipe(
        "mpps",
        "MPPS",
        "For modalities that report what they have done.",
        (_part("Modality performed procedure step", "ModalityPerformedProcedureStep"),),
    )
    yield Recipe(
        "storage-commitment",
        "StorageCommitment",
        "For modalities that ask an archive whether it keeps what they sent.",
        (_part("Storage commitment", "StorageCommitmentPushModel"),),
    )
    yield Recipe(
        "storage-commitment-report",
        "StorageCommitmentReport",
        "For archives that answer a storage commitment on an association of their own, in the role of the SCP.",
        (Part("Storage commitment, reporting", _classes("StorageCommitmentPushModel"), _NATIVE, role="scp"),),
    )
    yield Recipe(
        "procedure-steps",
        "ProcedureSteps",
        "For whoever schedules, works on or watches unified procedure steps (UPS).",
        (
            _part(
                "Unified procedure steps",
                "UnifiedProcedureStepPush UnifiedProcedureStepWatch UnifiedProcedureStepPull UnifiedProcedureStepQuery",
            ),
        ),
    )
    yield Recipe(
        "print",
        "Print",
        "For workstations that print films.",
        (
            _part("Print management", "BasicGrayscalePrintManagementMeta BasicColorPrintManagementMeta"),
            _beside("Lookup tables and annotations", "PresentationLUT BasicAnnotationBox"),
        ),
    )


# --- Private SOP classes of a vendor ----------------------------------------------------------------------------------

# What is sent beside the vendor's own: images (with JPEG Lossless), and objects without pixels.
_CROSS_SECTIONS = (
    "CTImageStorage EnhancedCTImageStorage MRImageStorage EnhancedMRImageStorage "
    "PositronEmissionTomographyImageStorage NuclearMedicineImageStorage"
)
_SECONDARY_CAPTURE = (
    "SecondaryCaptureImageStorage MultiFrameSingleBitSecondaryCaptureImageStorage "
    "MultiFrameGrayscaleByteSecondaryCaptureImageStorage MultiFrameGrayscaleWordSecondaryCaptureImageStorage "
    "MultiFrameTrueColorSecondaryCaptureImageStorage"
)
_RAW = "MRSpectroscopyStorage RawDataStorage SpatialRegistrationStorage"
_STATES = "GrayscaleSoftcopyPresentationStateStorage ColorSoftcopyPresentationStateStorage"
_STANDARD_BESIDE = {
    "siemens": (
        f"{_CROSS_SECTIONS} XRayAngiographicImageStorage XRayRadiofluoroscopicImageStorage EnhancedXAImageStorage "
        f"EnhancedXRFImageStorage XRay3DAngiographicImageStorage {_ULTRASOUND} {_SECONDARY_CAPTURE} "
        "SegmentationStorage DigitalXRayImageStorageForPresentation DigitalXRayImageStorageForProcessing",
        f"{_RAW} SpatialFiducialsStorage {_STATES} BlendingSoftcopyPresentationStateStorage {_KEY_OBJECTS} {_REPORTS} "
        f"XRayRadiationDoseSRStorage RadiopharmaceuticalRadiationDoseSRStorage {_DOCUMENTS} RTStructureSetStorage "
        "RTPlanStorage RTDoseStorage",
    ),
    "philips": (
        "CTImageStorage EnhancedCTImageStorage MRImageStorage EnhancedMRImageStorage EnhancedMRColorImageStorage "
        "XRayAngiographicImageStorage EnhancedXAImageStorage XRay3DAngiographicImageStorage "
        f"PositronEmissionTomographyImageStorage NuclearMedicineImageStorage {_ULTRASOUND} "
        "SecondaryCaptureImageStorage",
        f"{_RAW} {_STATES} {_KEY_OBJECTS} EnhancedSRStorage ComprehensiveSRStorage XRayRadiationDoseSRStorage "
        f"{_DOCUMENTS} RTStructureSetStorage",
    ),
    "ge": (
        f"{_CROSS_SECTIONS} EnhancedPETImageStorage XRayAngiographicImageStorage XRay3DAngiographicImageStorage "
        "ComputedRadiographyImageStorage DigitalXRayImageStorageForPresentation DigitalXRayImageStorageForProcessing "
        "DigitalMammographyXRayImageStorageForPresentation DigitalMammographyXRayImageStorageForProcessing "
        f"BreastTomosynthesisImageStorage {_ULTRASOUND} {_SECONDARY_CAPTURE} SegmentationStorage",
        f"{_RAW} {_STATES} {_KEY_OBJECTS} {_REPORTS} XRayRadiationDoseSRStorage {_DOCUMENTS} RTStructureSetStorage "
        "RTPlanStorage RTDoseStorage",
    ),
}


def _vendors() -> Iterator[Recipe]:
    """One recipe for each vendor of the private SOP classes; firms that were bought go with who bought them."""
    firms: dict[str, list[str]] = {}
    for vendor in private.vendors():
        firms.setdefault(re.split(r"[ /(]", vendor)[0], []).append(vendor)
    for firm, vendors in firms.items():
        own = tuple(one.uid for vendor in vendors for one in private.by_vendor(vendor) if "kind" not in one.unsure)
        key = firm.lower()
        beside = _STANDARD_BESIDE.get(key)
        parts = [Part(f"Private SOP classes of {' and '.join(vendors)}", own, _NATIVE)]
        if beside:
            images, others = beside
            parts += [
                _beside("Images", images, ("uncompressed", "jpeg-lossless")),
                _beside("Objects without pixels", others),
            ]
        whom = f"For systems of {', '.join(vendors)}: the private SOP classes that are known of them"
        yield Recipe(
            f"private-{key}",
            f"Private{firm[0].upper()}{firm[1:]}",
            f"{whom}, with the standard objects of such studies." if beside else f"{whom}.",
            tuple(parts),
        )
