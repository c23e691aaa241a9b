"""Why a value is refused: one cause for each problem, and the text that was meant."""

from __future__ import annotations

import pytest

from asprofile.lint.slips.diagnosis import diagnose, plain_texts
from asprofile.lint.subject import Subject
from asprofile.names.releases import LATEST, RELEASES
from asprofile.names.symbols import names_in
from asprofile.text import Source, apply_edits, decode


@pytest.mark.parametrize(
    ("text", "cause", "meant"),
    [
        (b"LittleEndianExplicit ", "blank", "LittleEndianExplicit"),
        (b"\tLittleEndianExplicit", "blank", "LittleEndianExplicit"),
        (b"1.2.840.10008.1.2 ", "blank", "1.2.840.10008.1.2"),
        (b"LittleEndianExplicit # usual", "comment", "LittleEndianExplicit"),
        (b"LittleEndianExplicit\t; usual", "comment", "LittleEndianExplicit"),
        (b"No such // name", "comment", "No such"),
        (b"LittleEndian\nExplicit", "continuation", "LittleEndianExplicit"),
        (b"LittleEndianExplicit\nmore", "continuation", "LittleEndianExplicit"),
        (b"No\nname", "continuation", ""),
        (b'"LittleEndianExplicit"', "quotes", "LittleEndianExplicit"),
        (b"' LittleEndianExplicit '", "quotes", "LittleEndianExplicit"),
        (b"==LittleEndianExplicit", "quotes", "LittleEndianExplicit"),
        (b"littleendianexplicit", "case", "LittleEndianExplicit"),
        (b"localendianexplicit", "case", "LocalEndianExplicit"),
        (b"littleendianexplicit ", "case", "LittleEndianExplicit"),
        (b"LittleEndianExplicit\xc2\xa0", "odd byte", "LittleEndianExplicit"),
        (b"JPEGLossless:Non\xe2\x80\x93hierarchical-1stOrderPrediction", "odd byte", None),
        (b"LittleEndianExplicit\xa0", "odd byte", "LittleEndianExplicit"),
        (b"ImplicitVRLittleEndian", "keyword", "LittleEndianImplicit"),
        (b"RETIRED_VLMultiFrameImageStorage", "release", "RETIRED_VLMultiframeImageStorage"),
        (b"NoSuchName", "unknown", ""),
        (b"1.2.x", "unknown", ""),
    ],
)
def test_cause(text: bytes, cause: str, meant: str | None) -> None:
    found = diagnose(text, LATEST)
    assert found.cause == cause
    if meant is not None:
        assert found.meant == meant


@pytest.mark.parametrize("release", RELEASES)
def test_every_name_of_another_release_is_told_from_a_mistake(release: str) -> None:
    known = names_in(release)
    others = {name for other in RELEASES for name in names_in(other) if name not in known}
    assert {diagnose(name.encode(), release).cause for name in others} <= {"release"}


SOUND = r"""[[TransferSyntaxes]]
[Unc]
TransferSyntax1 = LittleEndianImplicit
[[PresentationContexts]]
[C]
PresentationContext1 = CTImageStorage\Unc
[[SCPSCURoleSelection]]
[R]
Role1 = CTImageStorage\SCP
[[ExtendedNegotiation]]
[E]
ExtendedNegotiation1 = CTImageStorage\0102
[[Profiles]]
[P]
PresentationContexts = C
SCPSCURoleSelection = R
ExtendedNegotiation = E
"""


@pytest.mark.parametrize(
    ("old", "new", "code", "cause", "certain"),
    [
        ("= LittleEndianImplicit", "=", 1024, "empty", False),
        ("LittleEndianImplicit", "Little", 1024, "unknown", False),
        ("CTImageStorage\\Unc", "CTImageStorage/Unc", 1052, "no backslash", True),
        ("CTImageStorage\\Unc", "CTImageStorage Unc", 1052, "no backslash", True),
        ("CTImageStorage\\Unc", "CTImageStorage/Nowhere", 1052, "no backslash", False),
        ("CTImageStorage\\Unc", "\\Unc", 7, "empty", False),
        ("CTImageStorage\\Unc", "CTImageStorage\\", 1031, "empty", False),
        ("CTImageStorage\\Unc", "CTImageStorage\\Un", 1031, "undefined list", False),
        ("CTImageStorage\\Unc", "CTImageStorage\\Unc # all", 1031, "comment", True),
        ("CTImageStorage\\Unc", "CTImageStorage\\Unc\n  all", 1031, "continuation", False),
        ("CTImageStorage\\Unc", "CTImageStorage\\Unc\u00a0", 1031, "odd byte", True),
        ("CTImageStorage\\SCP", "CTImageStorage:SCP", 1054, "no backslash", True),
        ("CTImageStorage\\SCP", "CTImageStorage\\SCP ", 1055, "blank", True),
        ("CTImageStorage\\SCP", "CTImageStorage\\SCP # C-GET", 1055, "comment", True),
        ("CTImageStorage\\SCP", "CTImageStorage\\XYZ", 1055, "unknown role", False),
        ("CTImageStorage\\SCP", "MRImageStorage\\SCP", 1038, "not proposed", False),
        ("CTImageStorage\\SCP", "CTImageStorage\\SCP\nRole2 = CTImageStorage\\SCU", 1027, "twice", False),
        ("CTImageStorage\\0102", "CTImageStorage 0102", 1057, "no backslash", True),
        ("CTImageStorage\\0102", "CTImageStorage\\ 0102", 1059, "blank", True),
        ("CTImageStorage\\0102", "CTImageStorage\\01 02", 1059, "extended data", False),
        ("CTImageStorage\\0102", "CTImageStorage\\", 7, "extended data", False),
        ("CTImageStorage\\0102", "CTImageStorage\\" + "00" * 1024, 1058, "extended data", False),
        ("= C\n", "= D\n", 1033, "undefined list", False),
        ("= R\n", "= \n", 1036, "empty", False),
        ("= E\n", "= E ; all\n", 1039, "comment", True),
        ("[P]\nPresentationContexts = C\n", "[P]\n", 1061, "no contexts", False),
        ("[[Profiles]]\n", "[[Profiles]]\n[p]\nPresentationContexts = C\n", 1030, "second profile", False),
        ("[[Profiles]]", "[[X]]", 1060, "no supersection", False),
    ],
)
def test_refusal(old: str, new: str, code: int, cause: str, certain: bool) -> None:
    subject = Subject(Source(SOUND.replace(old, new, 1).encode()), LATEST, None)
    found = subject.refusals[0]
    assert (found.problem.code, found.cause) == (code, cause)
    assert bool(found.mend) == certain
    if found.mend:
        after = Subject(Source(apply_edits(subject.data, found.mend)), LATEST, None)
        assert after.problems == []


def test_comment_is_moved_above_in_the_way_of_the_file() -> None:
    data = SOUND.replace("\\Unc", "\\Unc   ; for all").replace("\n", "\r\n").encode()
    (found,) = Subject(Source(data), LATEST, None).refusals
    after = decode(apply_edits(data, found.mend))
    assert "[C]\r\n# for all\r\nPresentationContext1 = CTImageStorage\\Unc\r\n" in after


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a\u00a0b", "a b"),
        ("a\u2013b", "a-b"),
        ("\u201ca\u201d", "a"),
        ("a\u200bb", "ab"),
        ("\uff21", "A"),
        ("a\u00a0", "a"),
        ("", ""),
    ],
)
def test_plain_text(text: str, plain: str) -> None:
    assert list(plain_texts(text.encode())) == [plain]


def test_a_soft_hyphen_is_none_or_one() -> None:
    assert list(plain_texts("MR\u00adImage".encode())) == ["MRImage", "MR-Image"]


def test_what_is_no_utf_8_is_of_windows() -> None:
    assert list(plain_texts(b"\x93Non\x96hierarchical\x94\xa0")) == ["Non-hierarchical"]
