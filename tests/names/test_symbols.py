from __future__ import annotations

import pytest

from asprofile.names import symbols, uids
from asprofile.names.releases import LATEST, RELEASES, at_least

CT = "1.2.840.10008.5.1.4.1.1.2"


@pytest.mark.parametrize(
    ("name", "release", "uid"),
    [
        ("CTImageStorage", "3.6.0", CT),
        ("CTImageStorage", "3.7.0", CT),
        ("LittleEndianImplicit", "3.6.7", "1.2.840.10008.1.2"),
        # renamed in 3.6.8
        ("XMLEncoding", "3.6.7", "1.2.840.10008.1.2.6.2"),
        ("XMLEncoding", "3.6.8", None),
        ("RETIRED_XMLEncoding", "3.6.7", None),
        ("RETIRED_XMLEncoding", "3.6.8", "1.2.840.10008.1.2.6.2"),
        # renamed in 3.6.0, so known to none of our releases
        ("PETImageStorage", "3.6.0", None),
        # one letter's case, changed in 3.6.4
        ("RETIRED_VLMultiFrameImageStorage", "3.6.3", "1.2.840.10008.5.1.4.1.1.77.2"),
        ("RETIRED_VLMultiFrameImageStorage", "3.6.4", None),
        ("RETIRED_VLMultiframeImageStorage", "3.6.4", "1.2.840.10008.5.1.4.1.1.77.2"),
        # one name, two meanings
        ("UnifiedProcedureStepPushSOPClass", "3.6.0", "1.2.840.10008.5.1.4.34.4.1"),
        ("UnifiedProcedureStepPushSOPClass", "3.6.2", "1.2.840.10008.5.1.4.34.6.1"),
        # two names at once
        ("ImplantationPlanSRDocumentStorage", "3.7.0", "1.2.840.10008.5.1.4.1.1.88.70"),
        ("ImplantationPlanSRStorage", "3.7.0", "1.2.840.10008.5.1.4.1.1.88.70"),
        ("ImplantationPlanSRStorage", "3.6.7", None),
        # new ones
        ("MPEG4HighProfile/Level4.1", "3.6.0", None),
        ("MPEG4HighProfile/Level4.1", "3.6.2", "1.2.840.10008.1.2.4.102"),
        ("JPEGXL", "3.6.8", None),
        ("JPEGXL", "3.6.9", "1.2.840.10008.1.2.4.112"),
        # DCMTK looks up what is there, no more
        ("ctimagestorage", "3.7.0", None),
        ("CTImageStorage ", "3.7.0", None),
        ("ImplicitVRLittleEndian", "3.7.0", None),
        ("LocalEndianExplicit", "3.7.0", None),
        ("OppositeEndianExplicit", "3.7.0", None),
        ("", "3.7.0", None),
    ],
)
def test_uid_of(name: str, release: str, uid: str | None) -> None:
    assert symbols.uid_of(name, release) == uid


@pytest.mark.parametrize(
    ("uid", "release", "name"),
    [
        ("1.2.840.10008.5.1.4.1.1.88.70", "3.6.7", "ImplantationPlanSRDocumentStorage"),
        ("1.2.840.10008.5.1.4.1.1.88.70", "3.6.8", "ImplantationPlanSRStorage"),
        ("1.2.840.10008.1.2.4.51", "3.6.7", "JPEGExtended:Process2+4"),
        ("1.2.840.10008.1.2.8.1", "3.6.9", None),
        ("1.2.840.113619.5.2", "3.6.0", None),
        ("1.2.3", "3.7.0", None),
    ],
)
def test_name_of(uid: str, release: str, name: str | None) -> None:
    assert symbols.name_of(uid, release) == name


def test_how_many_names_each_release_has() -> None:
    assert {release: len(symbols.names_in(release)) for release in RELEASES} == {
        "3.6.0": 318,
        "3.6.2": 387,
        "3.6.3": 391,
        "3.6.4": 392,
        "3.6.5": 399,
        "3.6.6": 429,
        "3.6.7": 436,
        "3.6.8": 458,
        "3.6.9": 474,
        "3.7.0": 478,
    }


@pytest.mark.parametrize("release", RELEASES)
def test_names_and_uids_agree(release: str) -> None:
    names = symbols.names_in(release)
    for name, uid in names.items():
        assert symbols.uid_of(name, release) == uid
        written = symbols.name_of(uid, release)
        assert written is not None
        assert names[written] == uid


def test_each_release_resolves_the_names_of_its_time() -> None:
    for symbol in symbols.every_symbol():
        first, last = symbol.first_release, symbol.last_release
        for release in RELEASES:
            is_known = at_least(release, first) and (last is None or at_least(last, release))
            assert (symbols.uid_of(symbol.name, release) == symbol.uid) == is_known


def test_the_table_of_names_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        symbols.names_in(LATEST)["CTImageStorage"] = "1.2"  # type: ignore[index]


def test_history_tells_what_a_name_has_meant() -> None:
    history = symbols.history("UnifiedProcedureStepPushSOPClass")
    assert [(one.uid, one.first_release, one.last_release, one.status) for one in history] == [
        ("1.2.840.10008.5.1.4.34.4.1", "3.6.0", "3.6.0", "draft"),
        ("1.2.840.10008.5.1.4.34.6.1", "3.6.2", None, "standard"),
    ]
    assert symbols.history("CTImage") == ()


def test_all_names_of_a_uid_older_first() -> None:
    names = symbols.all_names_of("1.2.840.10008.5.1.4.1.1.128")
    assert [one.name for one in names] == ["PETImageStorage", "PositronEmissionTomographyImageStorage"]
    assert [one.current for one in names] == [False, True]
    assert symbols.all_names_of("1.2.3") == ()


@pytest.mark.parametrize(
    ("keyword", "name"),
    [
        ("ImplicitVRLittleEndian", "LittleEndianImplicit"),
        ("JPEGLosslessSV1", "JPEGLossless:Non-hierarchical-1stOrderPrediction"),
        ("ModalityWorklistInformationModelFind", "FINDModalityWorklistInformationModel"),
        ("Verification", "VerificationSOPClass"),
    ],
)
def test_the_name_for_a_keyword_of_the_standard(keyword: str, name: str) -> None:
    uid = uids.uid_of_keyword(keyword)
    assert uid is not None
    assert symbols.name_of(uid, LATEST) == name


def test_the_status_is_the_word_of_dcmtk() -> None:
    (symbol,) = symbols.history("JPEGExtended:Process3+5")
    assert symbol.status == "standard"  # PS3.6 has retired it
    (private,) = symbols.all_names_of("1.2.840.113619.5.2")
    assert private.status == "private"
