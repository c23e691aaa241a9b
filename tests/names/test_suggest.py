from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from asprofile.names import symbols
from asprofile.names.releases import LATEST
from asprofile.names.suggest import nearest, suggest_symbol


@pytest.mark.parametrize(
    ("word", "candidates", "expected"),
    [
        ("defualt", ["Default", "Other"], ["Default"]),
        ("DEFAULT", ["Default", "DEFAULT"], ["DEFAULT", "Default"]),
        ("Def", ["Other", "Default"], ["Default"]),
        ("abcd", ["abce", "abcf", "abcg", "abch"], ["abce", "abcf", "abcg"]),
        ("zzz", ["Default", "Other"], []),
        ("", ["Default"], []),
        ("x", [], []),
        ("same", ["same", "same"], ["same"]),
    ],
)
def test_nearest(word: str, candidates: list[str], expected: list[str]) -> None:
    assert nearest(word, candidates) == expected


@given(st.text(max_size=12), st.lists(st.text(max_size=12), max_size=8), st.integers(1, 4))
def test_nearest_gives_some_of_the_candidates_and_never_twice_the_same(
    word: str, candidates: list[str], n: int
) -> None:
    found = nearest(word, candidates, n)
    assert len(found) == len(set(found)) <= n
    assert set(found) <= set(candidates)
    if word and word in candidates:
        assert found[0] == word


@pytest.mark.parametrize(
    ("text", "release", "expected"),
    [
        # keywords of PS3.6
        ("ImplicitVRLittleEndian", LATEST, ["LittleEndianImplicit"]),
        ("JPEGLosslessSV1", LATEST, ["JPEGLossless:Non-hierarchical-1stOrderPrediction"]),
        ("ModalityWorklistInformationModelFind", "3.6.0", ["FINDModalityWorklistInformationModel"]),
        # names of PS3.6
        ("CT Image Storage", LATEST, ["CTImageStorage"]),
        ("Explicit VR Little Endian", LATEST, ["LittleEndianExplicit"]),
        ("JPEG 2000 Image Compression (Lossless Only)", LATEST, ["JPEG2000LosslessOnly"]),
        # letter case, quotes, blanks
        ("ctimagestorage", LATEST, ["CTImageStorage"]),
        ('"CTImageStorage" ', LATEST, ["CTImageStorage"]),
        ("jpegbaseline", LATEST, ["JPEGBaseline"]),
        # names of other releases, both ways
        ("PETImageStorage", LATEST, ["PositronEmissionTomographyImageStorage"]),
        ("BasicTextSR", "3.6.0", ["BasicTextSRStorage"]),
        ("StandaloneOverlayStorage", LATEST, ["RETIRED_StandaloneOverlayStorage"]),
        ("RETIRED_XMLEncoding", "3.6.7", ["XMLEncoding"]),
        ("XMLEncoding", "3.6.8", ["RETIRED_XMLEncoding"]),
        # no name in that release, so the UID
        ("JPEGXL", "3.6.7", ["1.2.840.10008.1.2.4.112"]),
        ("HTJ2K", "3.6.7", ["1.2.840.10008.1.2.4.203"]),
        ("CT Image Storage - For Processing", "3.7.0", ["1.2.840.10008.5.1.4.1.1.2.3"]),
        ("Siemens CSA Non-Image Storage", LATEST, ["1.3.12.2.1107.5.9.1"]),
        # one name that has meant two things: today's meaning first
        (
            "UnifiedProcedureStepPushSOPClass",
            LATEST,
            ["UnifiedProcedureStepPushSOPClass", "DRAFT_UnifiedProcedureStepPushSOPClass"],
        ),
        # a UID
        ("1.2.840.10008.1.2", LATEST, ["LittleEndianImplicit"]),
        # misspellings, and the first half of a name: what is current before what is retired
        (
            "JPEGExtended",
            LATEST,
            ["JPEGExtended:Process2+4", "JPEGExtended:Process3+5", "JPEGExtended:Hierarchical:Process16+18"],
        ),
        ("MRImage", LATEST, ["MRImageStorage"]),
        ("LitleEndianExplicit", LATEST, ["LittleEndianExplicit", "LittleEndianImplicit", "BigEndianExplicit"]),
        ("", LATEST, []),
        ("zzzz", LATEST, []),
    ],
)
def test_suggest_symbol(text: str, release: str, expected: list[str]) -> None:
    assert suggest_symbol(text, release) == expected


def test_only_the_wanted_kind_is_suggested() -> None:
    assert suggest_symbol("JPEGBaselin", LATEST, "transfer-syntax")[0] == "JPEGBaseline"
    assert "JPEGBaseline" not in suggest_symbol("JPEGBaselin", LATEST, "sop-class")
    assert suggest_symbol("CTImageStorage", LATEST, "sop-class") == ["CTImageStorage"]
    assert "CTImageStorage" not in suggest_symbol("CTImageStorage", LATEST, "transfer-syntax")


@given(st.sampled_from(symbols.every_symbol()), st.sampled_from(["3.6.0", "3.6.7", LATEST]))
def test_a_name_of_any_release_leads_to_its_uid_in_every_release(symbol: symbols.Symbol, release: str) -> None:
    meant = [symbols.uid_of(found, release) or found for found in suggest_symbol(symbol.name, release)]
    assert symbol.uid in meant


@given(st.text(max_size=20))
def test_whatever_is_suggested_is_understood(text: str) -> None:
    for found in suggest_symbol(text, "3.6.7"):
        if not found[0].isdigit():
            assert symbols.uid_of(found, "3.6.7")
