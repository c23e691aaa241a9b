from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from asprofile.names import sop_classes, transfer_syntaxes
from asprofile.names.fit import FitKind, Verdict, judge
from asprofile.names.reasons import reason
from asprofile.names.well_known import MEDIA_STORAGE_DIRECTORY

ORACLE = Path(__file__).with_name("verdicts.tsv")

LETTERS = {
    FitKind.FULL: "F",
    FitKind.PARTIAL: "P",
    FitKind.VIDEO: "V",
    FitKind.FULL_VIDEO: "W",
    FitKind.SINGLE_FRAME_VIDEO: "S",
    FitKind.REFERENCED: "J",
    FitKind.UNKNOWN: "U",
    FitKind.IMPOSSIBLE: "I",
    FitKind.NO_PIXEL_DATA: "N",
    FitKind.FLOAT_PIXEL_DATA: "X",
    FitKind.MEDIA_ONLY: "D",
    FitKind.REAL_TIME: "T",
    FitKind.OBSOLETE: "O",
}

STORAGE = "1.2.840.10008.5.1.4.1.1."
CT, MR, ENHANCED_CT = STORAGE + "2", STORAGE + "4", STORAGE + "2.1"
PET, OP_16_BIT = STORAGE + "128", STORAGE + "77.1.5.2"
MF_SINGLE_BIT, MF_WORD = STORAGE + "7.1", STORAGE + "7.3"
JPEG_BASELINE = "1.2.840.10008.1.2.4.50"
JPEG_LOSSLESS = "1.2.840.10008.1.2.4.70"
IMPLICIT, REAL_TIME = "1.2.840.10008.1.2", "1.2.840.10008.1.2.7.1"
VERIFICATION = "1.2.840.10008.1.1"


def letter(found: Verdict) -> str:
    if found.lossy_unwise:
        one = {FitKind.FULL: "L", FitKind.PARTIAL: "Q"}[found.kind]
    else:
        one = LETTERS[found.kind]
    return one.lower() if found.unsure else one


def oracle() -> dict[tuple[str, str], str]:
    lines = [line for line in ORACLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    syntaxes = lines[0].split("\t")[1].split(" ")
    return {
        (sop_uid, syntax): one
        for sop_uid, letters in (line.split("\t") for line in lines[1:])
        for syntax, one in zip(syntaxes, letters, strict=True)
    }


def test_every_verdict_is_that_of_the_oracle() -> None:
    # An impossible pair of the oracle may be found to rest on something unverified: that is counted below.
    different = {
        pair: (expected, found)
        for pair, expected in oracle().items()
        if (found := letter(judge(*pair))) != expected and (expected, found) != ("I", "i")
    }
    assert different == {}


def test_how_often_each_verdict_comes() -> None:
    assert Counter(letter(judge(*pair)) for pair in oracle()) == {
        "N": 6625,
        "F": 1631,
        "I": 791,
        "f": 751,
        "O": 645,
        "T": 645,
        "p": 596,
        "u": 588,
        "J": 348,
        "i": 210,
        "P": 135,
        "v": 109,
        "S": 106,
        "V": 105,
        "D": 57,
        "X": 53,
        "q": 34,
        "s": 30,
        "L": 30,
        "Q": 17,
        "W": 15,
        "w": 15,
        "l": 9,
    }


@pytest.mark.parametrize(
    ("sop_uid", "ts_uid"),
    [
        *((uid, JPEG_BASELINE) for uid in (CT, MR, ENHANCED_CT, PET, OP_16_BIT, MF_WORD, MF_SINGLE_BIT)),
        (MF_SINGLE_BIT, JPEG_LOSSLESS),
    ],
)
def test_the_impossible_pairs_of_dcmtks_own_storescu_profile(sop_uid: str, ts_uid: str) -> None:
    found = judge(sop_uid, ts_uid)
    assert (found.kind, found.unsure, found.useless) == (FitKind.IMPOSSIBLE, False, True)


@pytest.mark.parametrize(
    ("sop_uid", "ts_uid", "kind", "useless"),
    [
        # in no table: nobody knows
        (CT, "1.2.3", FitKind.UNKNOWN, False),
        ("1.2.3", JPEG_BASELINE, FitKind.UNKNOWN, False),
        ("1.2.3", IMPLICIT, FitKind.FULL, False),
        ("1.2.840.10008.5.1.4.1.1.999", JPEG_BASELINE, FitKind.UNKNOWN, False),
        # services
        (VERIFICATION, IMPLICIT, FitKind.FULL, False),
        (VERIFICATION, JPEG_BASELINE, FitKind.NO_PIXEL_DATA, True),
        (VERIFICATION, "1.2.840.10008.1.2.4.94", FitKind.NO_PIXEL_DATA, True),
        (VERIFICATION, REAL_TIME, FitKind.REAL_TIME, True),
        (VERIFICATION, "1.2.840.113619.5.2", FitKind.UNKNOWN, False),
        ("1.2.840.10008.10.2", IMPLICIT, FitKind.REAL_TIME, True),
        # private
        ("1.3.12.2.1107.5.9.1", JPEG_BASELINE, FitKind.NO_PIXEL_DATA, True),
        ("1.3.12.2.1107.5.9.1", IMPLICIT, FitKind.FULL, False),
        ("1.2.840.113619.4.3", JPEG_BASELINE, FitKind.UNKNOWN, False),
        (CT, "1.2.840.113619.5.2", FitKind.UNKNOWN, False),
        # of another kind
        (JPEG_BASELINE, IMPLICIT, FitKind.NOT_A_CLASS, True),
        (JPEG_BASELINE, "1.2.3", FitKind.NOT_A_CLASS, True),
        (CT, VERIFICATION, FitKind.NOT_A_SYNTAX, True),
        (JPEG_BASELINE, CT, FitKind.NOT_A_SYNTAX, True),
        # a DICOMDIR goes in nothing
        (MEDIA_STORAGE_DIRECTORY, "1.2.3", FitKind.MEDIA_ONLY, True),
    ],
)
def test_there_is_a_verdict_for_any_two_uids(sop_uid: str, ts_uid: str, kind: FitKind, useless: bool) -> None:
    found = judge(sop_uid, ts_uid)
    assert (found.kind, found.useless) == (kind, useless)
    assert len(reason(found)) > 20


@pytest.mark.parametrize(
    ("sop_uid", "ts_uid", "outcome", "loss", "waiver"),
    [
        (CT, IMPLICIT, "possible", "none", None),
        (CT, JPEG_LOSSLESS, "possible", "none", "large"),
        (CT, JPEG_BASELINE, "impossible", "always", None),
        (CT, "1.2.840.10008.1.2.4.51", "partly", "always", "lossy"),
        (CT, "1.2.840.10008.1.2.4.91", "possible", "may", "lossy"),
        (PET, "1.2.840.10008.1.2.4.91", "unwise", "may", "lossy"),
        (CT, "1.2.840.10008.1.2.4.94", "unwise", "may", "lossy"),
        (STORAGE + "77.1.1", "1.2.840.10008.1.2.4.102", "unwise", "always", "lossy"),
        (STORAGE + "77.1.1.1", "1.2.840.10008.1.2.4.102", "partly", "always", "lossy"),
        (STORAGE + "88.11", JPEG_LOSSLESS, "forbidden", "none", None),
        (CT, "1.2.3", "unknown", "may", None),
    ],
)
def test_a_verdict_says_what_each_of_its_users_asks(
    sop_uid: str, ts_uid: str, outcome: str, loss: str, waiver: str | None
) -> None:
    found = judge(sop_uid, ts_uid)
    assert (found.outcome, found.loss, found.waiver) == (outcome, loss, waiver)


def test_all_standard_pairs_have_a_verdict_and_a_reason() -> None:
    for sop_class in sop_classes.storage_sop_classes():
        for syntax in transfer_syntaxes.transfer_syntaxes():
            found = judge(sop_class.uid, syntax.uid)
            assert len(reason(found)) > 20
            assert "?" not in reason(found)
            assert "()" not in reason(found)
            assert found.useless <= (found.kind not in (FitKind.FULL, FitKind.PARTIAL, FitKind.UNKNOWN))


def test_every_object_can_be_sent_in_the_default_transfer_syntax() -> None:
    for sop_class in sop_classes.storage_sop_classes():
        found = judge(sop_class.uid, "1.2.840.10008.1.2")
        expected = FitKind.MEDIA_ONLY if sop_class.uid == MEDIA_STORAGE_DIRECTORY else FitKind.FULL
        assert (found.kind, found.unsure) == (expected, False)


def test_nothing_unverified_makes_a_pair_surely_useless() -> None:
    # 12.77 is a class that PS3.6 retired without a name, 501.1 a DICOS class whose standard is not DICOM's.
    for uid in (STORAGE + "12.77", STORAGE + "501.1"):
        assert letter(judge(uid, JPEG_BASELINE)) == "u"
    # CT For Processing is taken to be like CT, without proof.
    assert letter(judge(STORAGE + "2.3", JPEG_BASELINE)) == "i"
    # The bits of CR are not verified, but it is grayscale for certain, and video is colour.
    assert letter(judge(STORAGE + "1", "1.2.840.10008.1.2.4.102")) == "I"


@pytest.mark.parametrize(
    ("sop_uid", "ts_uid", "expected"),
    [
        # A palette is for lossless codecs only, and neither JPEG XL nor JPIP has one (PS3.5 8.2.15, 8.4.1).
        *((STORAGE + "82.1", f"1.2.840.10008.1.2.4.{last}", "I") for last in (94, 95, 110, 112, 203, 204, 205)),
        *((STORAGE + "82.1", f"1.2.840.10008.1.2.4.{last}", "F") for last in (90, 201, 202)),
        # JPIP carries what can be turned into its colours.
        (STORAGE + "77.1.1", "1.2.840.10008.1.2.4.94", "J"),
        (CT, "1.2.840.10008.1.2.4.205", "J"),
        # One bit: JPEG XL has it, High-Throughput JPEG 2000 has not (PS3.5 Tables 8.2.14-1 and 8.2.15-1).
        (MF_SINGLE_BIT, "1.2.840.10008.1.2.4.110", "F"),
        (MF_SINGLE_BIT, "1.2.840.10008.1.2.4.112", "L"),
        *((MF_SINGLE_BIT, f"1.2.840.10008.1.2.4.{last}", "I") for last in (111, 201, 202, 203)),
        # RT Dose of 32 bits is beyond JPEG XL.
        (STORAGE + "481.2", "1.2.840.10008.1.2.4.110", "P"),
        (STORAGE + "481.2", "1.2.840.10008.1.2.4.201", "F"),
    ],
)
def test_the_newer_codecs(sop_uid: str, ts_uid: str, expected: str) -> None:
    assert letter(judge(sop_uid, ts_uid)) == expected
