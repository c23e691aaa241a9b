"""What is offered in which transfer syntax."""

from __future__ import annotations

import pytest

from asprofile.generate import RequestedContext, SyntaxList, choice, each, encodable, single
from asprofile.names import fit, sop_classes, transfer_syntaxes, uids

EXPLICIT = "1.2.840.10008.1.2.1"
IMPLICIT = "1.2.840.10008.1.2"
NATIVE = SyntaxList("Native", (EXPLICIT, IMPLICIT))


def uid(keyword: str) -> str:
    found = uids.uid_of_keyword(keyword)
    assert found is not None, keyword
    return found


@pytest.mark.parametrize(
    ("sop_class", "transfer_syntax", "expected"),
    [
        ("CTImageStorage", "JPEGLosslessSV1", True),
        ("CTImageStorage", "JPEGBaseline8Bit", False),  # 16 bits allocated
        ("CTImageStorage", "MPEG4HP41", False),  # grayscale
        ("VideoEndoscopicImageStorage", "MPEG4HP41", True),
        ("VideoEndoscopicImageStorage", "HEVCM10P51", False),  # 10 bits stored
        ("VLEndoscopicImageStorage", "MPEG4HP41", False),  # one frame
        ("BasicTextSRStorage", "JPEGLosslessSV1", False),
        ("BasicTextSRStorage", "DeflatedExplicitVRLittleEndian", True),
        ("PositronEmissionTomographyImageStorage", "JPEG2000Lossless", True),
        ("PositronEmissionTomographyImageStorage", "JPEG2000", False),  # lossy makes no sense
        ("CTImageStorage", "JPIPReferenced", False),
        ("CTImageStorage", "SMPTEST211020UncompressedProgressiveActiveVideo", False),
        ("Verification", "ImplicitVRLittleEndian", True),
        ("Verification", "JPEGBaseline8Bit", False),
        ("MediaStorageDirectoryStorage", "ExplicitVRLittleEndian", False),
    ],
)
def test_encodable(sop_class: str, transfer_syntax: str, expected: bool) -> None:
    assert encodable(uid(sop_class), uid(transfer_syntax)) is expected


@pytest.mark.parametrize(
    ("sop_class", "expected"),
    [
        ("1.3.12.2.1107.5.9.1", False),  # Siemens CSA Non-Image
        ("1.2.840.113619.4.3", True),  # GE CT, an image
        ("1.2.3.4.5", True),  # nothing is known
    ],
)
def test_compressed_private_sop_classes(sop_class: str, expected: bool) -> None:
    assert encodable(sop_class, EXPLICIT)
    assert encodable(sop_class, uid("JPEGLosslessSV1")) is expected


def test_nothing_useless_is_encodable() -> None:
    for sop_class in sop_classes.storage_sop_classes():
        for syntax in transfer_syntaxes.transfer_syntaxes():
            verdict = fit.judge(sop_class.uid, syntax.uid)
            if verdict.useless:
                assert not encodable(sop_class.uid, syntax.uid)


def test_unknown_transfer_syntax_is_not_encodable() -> None:
    assert not encodable(uid("CTImageStorage"), "1.2.3.4")


def test_single_is_labelled_with_the_keyword() -> None:
    assert single(uid("HEVCMP51")) == SyntaxList("HEVCMP51", ("1.2.840.10008.1.2.4.107",))
    with pytest.raises(ValueError, match="not a standard transfer syntax"):
        single("1.2.840.113619.5.2")
    with pytest.raises(ValueError, match="not a standard transfer syntax"):
        single(uid("CTImageStorage"))


def test_each_class_with_each_list_that_fits() -> None:
    ct, ultrasound = uid("CTImageStorage"), uid("UltrasoundImageStorage")
    baseline = single(uid("JPEGBaseline8Bit"))
    assert each((ct, ultrasound), (baseline, NATIVE)) == (
        RequestedContext(ct, NATIVE),
        RequestedContext(ultrasound, baseline),
        RequestedContext(ultrasound, NATIVE),
    )


def test_choice_is_the_first_list_that_fits_entirely() -> None:
    ct, report = uid("CTImageStorage"), uid("BasicTextSRStorage")
    image = SyntaxList("Image", (EXPLICIT, uid("JPEG2000Lossless")))
    assert choice((ct, report), (image, NATIVE)) == (RequestedContext(ct, image), RequestedContext(report, NATIVE))


def test_choice_says_what_fits_nowhere() -> None:
    with pytest.raises(ValueError, match=uid("BasicTextSRStorage")):
        choice((uid("BasicTextSRStorage"),), (single(uid("JPEG2000Lossless")),))
