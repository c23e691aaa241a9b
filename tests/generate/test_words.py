"""What people write, and what it means."""

from __future__ import annotations

import pytest

from asprofile.generate.words import UnknownWord, abstract_syntax, syntaxes

CT = "1.2.840.10008.5.1.4.1.1.2"


@pytest.mark.parametrize(
    ("word", "uid"),
    [
        ("CTImageStorage", CT),
        ("CT Image Storage", CT),
        (CT, CT),
        ("VerificationSOPClass", "1.2.840.10008.1.1"),  # DCMTK's
        ("Verification", "1.2.840.10008.1.1"),  # PS3.6's
        ("UltrasoundMultiframeImageStorage", "1.2.840.10008.5.1.4.1.1.3.1"),
        ("UltrasoundMultiFrameImageStorage", "1.2.840.10008.5.1.4.1.1.3.1"),
        ("RETIRED_VLMultiFrameImageStorage", "1.2.840.10008.5.1.4.1.1.77.2"),  # of old releases
        ("Siemens CSA Non-Image Storage", "1.3.12.2.1107.5.9.1"),
        ("1.3.12.2.1107.5.9.1", "1.3.12.2.1107.5.9.1"),
        ("1.2.3.4", "1.2.3.4"),  # nobody knows it
        ("1.2.840.10008.5.1.4.1.1.999", "1.2.840.10008.5.1.4.1.1.999"),  # newer than the tables
    ],
)
def test_a_sop_class(word: str, uid: str) -> None:
    assert abstract_syntax(word) == uid


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("CTImageStorag", "did you mean CTImageStorage"),
        ("ctimagestorage", "did you mean CTImageStorage"),
        ("Siemens CSA Non-Image", "did you mean 1.3.12.2.1107.5.9.1 (Siemens CSA Non-Image Storage)"),
        ("qqqq", "give DCMTK's name, the keyword of DICOM PS3.6, or a UID"),
        ("LittleEndianExplicit", "is a transfer syntax, not a SOP class; give it with ts"),
        ("1.2.840.10008.1.2.1", "give it with ts"),
        ("1.02.3", "is no UID"),
        ("1.2.3.", "is no UID"),
        ("1" * 65, "is no UID"),
        ("MediaStorageDirectoryStorage", "a DICOMDIR is never sent"),
        ("BasicFilmBox", "try the recipe print"),
        ("VideoEndoscopicImageRealTimeCommunication", "cannot be proposed"),
        ("1.2.840.10008.4.2", "cannot be proposed"),
        ("1.2.46.670589.5.0.1", "is a known misprint of 1.3.46.670589.5.0.1"),
    ],
)
def test_no_sop_class(word: str, message: str) -> None:
    with pytest.raises(UnknownWord) as error:
        abstract_syntax(word)
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("word", "uid"),
    [
        ("JPEGBaseline", "1.2.840.10008.1.2.4.50"),
        ("JPEGBaseline8Bit", "1.2.840.10008.1.2.4.50"),
        ("JPEG Baseline (Process 1)", "1.2.840.10008.1.2.4.50"),
        ("1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.50"),
        ("1.2.840.113619.5.2", "1.2.840.113619.5.2"),  # private
        ("1.2.3.4", "1.2.3.4"),
    ],
)
def test_a_transfer_syntax(word: str, uid: str) -> None:
    assert syntaxes([word]) == (uid,)


def test_families_and_names_together_each_once() -> None:
    assert syntaxes(["Uncompressed", "LittleEndianImplicit", "jpeg-ls"]) == (
        "1.2.840.10008.1.2.1",
        "1.2.840.10008.1.2",
        "1.2.840.10008.1.2.4.80",
    )


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("JPEGLossles", "did you mean jpeg-lossless or "),
        ("mpeg5", "did you mean mpeg2"),
        ("CTImageStorage", "is not a transfer syntax but CT Image Storage; give a SOP class with sop"),
        ("SMPTEST211020UncompressedProgressiveActiveVideo", "is never used on an association"),
        ("Papyrus3ImplicitVRLittleEndian", "is never used on an association"),
    ],
)
def test_no_transfer_syntax(word: str, message: str) -> None:
    with pytest.raises(UnknownWord) as error:
        syntaxes([word])
    assert message in str(error.value)
