"""Which kind of equipment a SOP class belongs to."""

from __future__ import annotations

import pytest

from asprofile.generate.modalities import OTHER, SERVICES, modality
from asprofile.names import sop_classes, uids


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
        ("RawDataStorage", OTHER),
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
    assert modality("1.2.840.10008.5.1.4.1.1.99999") == OTHER


def test_every_image_has_one() -> None:
    images = [one for one in sop_classes.storage_sop_classes() if one.pixel_data and one.status == "standard"]
    assert [one.keyword for one in images if modality(one.uid) == OTHER] == []
