"""Which kind of equipment a SOP class belongs to."""

from __future__ import annotations

import pytest

from asprofile.names import private, registry, sop_classes, uids
from asprofile.names.modalities import OTHER_OBJECTS, SERVICES, group, modality, place


@pytest.mark.parametrize(
    ("keyword", "title"),
    [
        ("CTImageStorage", "CT"),
        ("LegacyConvertedEnhancedMRImageStorage", "MR"),
        ("EnhancedPETImageStorage", "PET and nuclear medicine"),
        ("BreastTomosynthesisImageStorage", "Mammography"),
        ("MammographyCADSRStorage", "Structured reports"),
        ("XAXRFGrayscaleSoftcopyPresentationStateStorage", "Presentation states"),
        ("OphthalmicPhotography8BitImageStorage", "Ophthalmology"),
        ("VLWholeSlideMicroscopyImageStorage", "Microscopy"),
        ("VideoEndoscopicImageStorage", "Video, endoscopy and photography"),
        ("RTDoseStorage", "Radiotherapy"),
        ("TwelveLeadECGWaveformStorage", "Waveforms"),
        ("RawDataStorage", OTHER_OBJECTS),
        ("Verification", SERVICES),
        ("BreastImagingRelevantPatientInformationQuery", SERVICES),
    ],
)
def test_standard_sop_classes(keyword: str, title: str) -> None:
    found = uids.uid_of_keyword(keyword)
    assert found is not None
    assert modality(found) == title


def test_private_and_unknown_ones() -> None:
    assert modality("1.3.12.2.1107.5.9.1") == "Private SOP classes of Siemens"
    assert modality("1.2.3") == "Private SOP classes"
    assert modality("1.2.840.10008.5.1.4.1.1.99999") == OTHER_OBJECTS


def test_every_image_has_one() -> None:
    images = [one for one in sop_classes.storage_sop_classes() if one.pixel_data and one.status == "standard"]
    assert [one.keyword for one in images if modality(one.uid) == OTHER_OBJECTS] == []


@pytest.mark.parametrize(
    ("keyword", "title"),
    [
        ("Verification", "Verification"),
        ("StorageCommitmentPushModel", "Storage Commitment"),
        ("StudyRootQueryRetrieveInformationModelMove", "Query/Retrieve"),
        ("ModalityPerformedProcedureStep", "Worklists and procedure steps"),
        ("BasicGrayscalePrintManagementMeta", "Print"),
        ("PrinterConfigurationRetrieval", "Print"),
        ("HangingProtocolInformationModelFind", "Query/Retrieve of what belongs to no patient"),
        ("ProceduralEventLogging", "Other services"),
        ("ExplicitVRLittleEndian", "No SOP classes"),
        ("CTImageStorage", "CT"),
    ],
)
def test_services_in_groups_of_their_own(keyword: str, title: str) -> None:
    found = uids.uid_of_keyword(keyword)
    assert found is not None
    assert group(found) == title


def test_every_group_has_a_place() -> None:
    every = (*registry.every_uid(), *(one.uid for one in private.private_sop_classes()), "1.2.3", "1.2.840.10008.9.9")
    assert {group(uid) for uid in every if place(group(uid)) < 0} == set()
    assert place("CT") < place("Private SOP classes of GE") < place("Verification")
