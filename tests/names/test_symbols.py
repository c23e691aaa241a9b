from __future__ import annotations

import pytest

from asprofile.names import symbols
from asprofile.names.releases import AFTER_LATEST, LATEST, RELEASES

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
        assert release in symbols.releases_of(name, uid)


def test_known_in_is_the_same_as_the_look_up() -> None:
    for symbol in symbols.every_symbol():
        for release in RELEASES:
            assert symbol.known_in(release) == (symbols.uid_of(symbol.name, release) == symbol.uid)


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


def test_releases_of() -> None:
    assert symbols.releases_of("XMLEncoding", "1.2.840.10008.1.2.6.2") == RELEASES[: RELEASES.index("3.6.8")]
    assert symbols.releases_of("CTImageStorage", "1.2") == ()


@pytest.mark.parametrize(
    ("keyword", "name"),
    [
        ("ImplicitVRLittleEndian", "LittleEndianImplicit"),
        ("JPEGLosslessSV1", "JPEGLossless:Non-hierarchical-1stOrderPrediction"),
        ("ModalityWorklistInformationModelFind", "FINDModalityWorklistInformationModel"),
        ("Verification", "VerificationSOPClass"),
    ],
)
def test_by_keyword(keyword: str, name: str) -> None:
    symbol = symbols.by_keyword(keyword)
    assert symbol is not None
    assert (symbol.name, symbol.keyword, symbol.current) == (name, keyword, True)


@pytest.mark.parametrize("keyword", ["", "verification", "CTImageStorageForProcessing", "VerificationSOPClass"])
def test_by_keyword_knows_no_others(keyword: str) -> None:
    assert symbols.by_keyword(keyword) is None


def test_a_symbol_knows_what_its_uid_is() -> None:
    (symbol,) = symbols.history("JPEGExtended:Process3+5")
    assert (symbol.kind, symbol.status) == ("transfer-syntax", "standard")  # DCMTK's word; PS3.6 has retired it
    (private,) = symbols.all_names_of("1.2.840.113619.5.2")
    assert (private.kind, private.keyword, private.status) == ("transfer-syntax", "", "private")


def test_first_release() -> None:
    assert symbols.first_release(CT) == "3.5.3"
    assert symbols.first_release("1.2.840.10008.1.2.8.1") == "3.7.0"
    assert symbols.first_release("1.2.840.10008.5.1.4.1.1.2.3") is None


def test_a_name_that_no_release_has_yet() -> None:
    (symbol,) = symbols.history("CTImageStorageForProcessing")
    assert (symbol.uid, symbol.first_release, symbol.to_come) == (CT + ".3", AFTER_LATEST, True)
    assert not symbol.current
    assert not any(symbol.known_in(release) for release in RELEASES)
    assert symbols.name_of(CT + ".3", LATEST) is None
    assert sum(one.to_come for one in symbols.every_symbol()) == 3
