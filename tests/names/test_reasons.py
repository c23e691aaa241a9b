from __future__ import annotations

import pytest

from asprofile.api.asking import every_class, every_syntax
from asprofile.names.fit import FitKind, judge
from asprofile.names.reasons import reason, restriction
from asprofile.names.uids import display_name

STORAGE = "1.2.840.10008.5.1.4.1.1."
SYNTAX = "1.2.840.10008.1.2"

CASES = [
    # bits allocated
    (
        "2",
        ".4.50",
        FitKind.IMPOSSIBLE,
        "CT Image Storage has 16 bits allocated (PS3.3 C.8.2.1.1.2-.6), JPEG Baseline (Process 1) codes 8"
        " (PS3.5 8.2.1 Table 8.2.1-1): no object can use this context",
    ),
    (
        "7.1",
        ".4.70",
        FitKind.IMPOSSIBLE,
        "Multi-frame Single Bit Secondary Capture Image Storage has 1 bit allocated (PS3.3 A.8.2.4), JPEG Lossless"
        " (Process 14, Selection Value 1) codes 8 or 16 (PS3.5 8.2.1 Table 8.2.1-2): no object can use this context",
    ),
    # bits stored
    (
        "128",
        ".4.51",
        FitKind.IMPOSSIBLE,
        "Positron Emission Tomography Image Storage has 16 bits stored (PS3.3 C.8.9.4 Table C.8-63), JPEG Extended"
        " (Process 2 and 4) codes 8 or 12 (PS3.5 8.2.1 Table 8.2.1-1): no object can use this context",
    ),
    # samples per pixel
    (
        "12.1",
        ".4.102",
        FitKind.IMPOSSIBLE,
        "X-Ray Angiographic Image Storage has 1 sample per pixel (PS3.3 C.8.7.1.1.6-.8), MPEG-4 AVC/H.264 High Profile"
        " / Level 4.1 codes 3 (PS3.5 8.2.7): no object can use this context",
    ),
    (
        "7.4",
        ".4.51",
        FitKind.IMPOSSIBLE,
        "Multi-frame True Color Secondary Capture Image Storage has 3 samples per pixel (PS3.3 A.8.5.4), JPEG Extended"
        " (Process 2 and 4) codes 1 (PS3.5 8.2.1 Table 8.2.1-1): no object can use this context",
    ),
    # signedness
    (
        "77.1.5.8",
        ".4.50",
        FitKind.IMPOSSIBLE,
        "Ophthalmic Optical Coherence Tomography B-scan Volume Analysis Storage has signed pixel values (PS3.3"
        " C.8.17.16 Table C.8.17.16-1), JPEG Baseline (Process 1) codes unsigned (PS3.5 8.2.1 Table 8.2.1-1): no object"
        " can use this context",
    ),
    # photometric interpretation
    (
        "82.1",
        ".4.91",
        FitKind.IMPOSSIBLE,
        "Corneal Topography Map Storage has PALETTE COLOR pixels (PS3.3 C.8.30.2), JPEG 2000 codes MONOCHROME1,"
        " MONOCHROME2, RGB, YBR_FULL, YBR_ICT or YBR_RCT (PS3.5 8.2.4 Table 8.2.4-1): no object can use this context",
    ),
    # a text that forbids video
    (
        "77.1.6",
        ".4.102",
        FitKind.IMPOSSIBLE,
        "VL Whole Slide Microscopy Image Storage forbids motion video such as MPEG-4 AVC/H.264 High Profile / Level 4.1"
        " (PS3.3 C.8.12.4.1.5): no object can use this context",
    ),
    # no pixel data, float pixel data
    (
        "481.3",
        ".5",
        FitKind.NO_PIXEL_DATA,
        "RT Structure Set Storage has no Pixel Data, and RLE Lossless is only for data sets that have it (PS3.5 A.4):"
        " no object can use this context",
    ),
    (
        "481.3",
        ".4.94",
        FitKind.NO_PIXEL_DATA,
        "RT Structure Set Storage has no Pixel Data, and JPIP Referenced is only for data sets that have it (PS3.5"
        " A.6): no object can use this context",
    ),
    (
        "66.8",
        ".4.90",
        FitKind.FLOAT_PIXEL_DATA,
        "Height Map Segmentation Storage has Float Pixel Data only (PS3.3 A.91), and JPEG 2000 (Lossless Only) is only"
        " for Pixel Data (PS3.5 A.4): no object can use this context",
    ),
    (
        "30",
        ".4.90",
        FitKind.FULL,
        "JPEG 2000 (Lossless Only) codes every pixel format of Parametric Map Storage with integer Pixel Data",
    ),
    # some objects fit
    (
        "4",
        ".4.51",
        FitKind.PARTIAL,
        "JPEG Extended (Process 2 and 4) codes only objects of MR Image Storage that have 12 bits stored, and unsigned"
        " pixel values (PS3.5 8.2.1 Table 8.2.1-1)",
    ),
    (
        "6.1",
        ".4.50",
        FitKind.PARTIAL,
        "JPEG Baseline (Process 1) codes only objects of Ultrasound Image Storage that have 8 bits allocated and "
        "stored, and MONOCHROME2, RGB or YBR_FULL_422 pixels (PS3.5 8.2.1 Table 8.2.1-1)",
    ),
    (
        "481.2",
        ".5",
        FitKind.PARTIAL,
        "RLE Lossless codes only objects of RT Dose Storage that have 16 bits allocated and stored"
        " (PS3.5 8.2.2 Table 8.2.2-1)",
    ),
    (
        "20",
        ".4.91",
        FitKind.PARTIAL,
        "JPEG 2000 codes only objects of Nuclear Medicine Image Storage that have MONOCHROME2 pixels"
        " (PS3.5 8.2.4 Table 8.2.4-1)",
    ),
    (
        "66.4",
        ".4.50",
        FitKind.PARTIAL,
        "JPEG Baseline (Process 1) codes only objects of Segmentation Storage that have 8 bits allocated and stored"
        " (PS3.5 8.2.1 Table 8.2.1-1), but it loses information, which makes no sense here: a segmentation should not"
        " be compressed with loss (PS3.3 C.8.20.2.2)",
    ),
    # video
    (
        "77.1.1.1",
        ".4.102",
        FitKind.VIDEO,
        "MPEG-4 AVC/H.264 High Profile / Level 4.1 codes only objects of Video Endoscopic Image Storage that have 3"
        " samples per pixel, and YBR_PARTIAL_420 pixels (PS3.5 8.2.7)",
    ),
    (
        "4.3",
        ".4.107",
        FitKind.FULL_VIDEO,
        "HEVC/H.265 Main Profile / Level 5.1 codes every pixel format of Enhanced MR Color Image Storage",
    ),
    (
        "77.1.4",
        ".4.102",
        FitKind.SINGLE_FRAME_VIDEO,
        "VL Photographic Image Storage is a single-frame class, MPEG-4 AVC/H.264 High Profile / Level 4.1 is a video"
        " stream (PS3.5 8.2.7)",
    ),
    # the rest
    ("2", "", FitKind.FULL, "Implicit VR Little Endian can carry every object of CT Image Storage"),
    (
        "128",
        ".4.81",
        FitKind.FULL,
        "JPEG-LS Lossy (Near-Lossless) codes every pixel format of Positron Emission Tomography Image Storage, but it"
        " may lose information, which makes no sense here: the values are quantitative",
    ),
    (
        "2",
        ".4.94",
        FitKind.REFERENCED,
        "JPIP Referenced sends a URL in place of the Pixel Data: fit to retrieve, not to store (PS3.5 10.8)",
    ),
    ("501.1", ".4.50", FitKind.UNKNOWN, "which pixel formats DICOS CT Image Storage permits is not known"),
    (
        "2",
        ".7.1",
        FitKind.REAL_TIME,
        "SMPTE ST 2110-20 Uncompressed Progressive Active Video is for DICOM Real-Time Video, which uses no association"
        " (PS3.22)",
    ),
    (
        "2",
        ".6.2",
        FitKind.OBSOLETE,
        "XML Encoding is retired and was never used to send objects on an association (PS3.6 Table A-1)",
    ),
]


@pytest.mark.parametrize(("sop", "ts", "kind", "sentence"), CASES)
def test_the_reason_in_the_words_of_the_standard(sop: str, ts: str, kind: FitKind, sentence: str) -> None:
    found = judge(STORAGE + sop, SYNTAX + ts)
    assert found is not None
    assert (found.kind, reason(found)) == (kind, sentence)


def test_a_dicomdir_stays_where_it_is() -> None:
    found = judge("1.2.840.10008.1.3.10", SYNTAX)
    assert found is not None
    assert reason(found) == (
        "Media Storage Directory Storage is the DICOMDIR, which never leaves its medium (PS3.10 8):"
        " no object can use this context"
    )


def test_each_kind_of_verdict_has_a_case() -> None:
    # What is no SOP class or transfer syntax at all is in test_fit.
    assert {kind for _, _, kind, _ in CASES} == set(FitKind) - {
        FitKind.MEDIA_ONLY,
        FitKind.NOT_A_CLASS,
        FitKind.NOT_A_SYNTAX,
    }


def test_where_a_table_names_both_the_sentence_names_neither() -> None:
    """Of whatever some object may fit: so the same restriction of many is the same sentence."""
    found = [judge(one, syntax) for one in every_class(services=True) for syntax in every_syntax()]
    sentences = {
        restriction(verdict): verdict
        for verdict in found
        if verdict.kind in (FitKind.PARTIAL, FitKind.VIDEO)
        or (verdict.kind is FitKind.UNKNOWN and not verdict.both_known)
    }
    assert 50 < len(sentences) < 200
    for sentence, verdict in sentences.items():
        assert display_name(verdict.abstract_syntax) not in sentence
        assert display_name(verdict.transfer_syntax) not in sentence
    ct, mr = (restriction(judge(f"{STORAGE}{one}", f"{SYNTAX}.4.51")) for one in ("2", "4"))
    assert ct == mr == "only objects that have 12 bits stored, and unsigned pixel values (PS3.5 8.2)"
