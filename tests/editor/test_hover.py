"""What is shown under the pointer, and of what."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from strategies import PROPERTY, any_file, profile_files

from asprofile.editor.hover import hover
from asprofile.editor.opened import OpenFile
from asprofile.text import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    At = Callable[..., tuple[OpenFile, int]]


@pytest.mark.parametrize(
    ("around", "of", "said"),
    [
        (
            "CTImage|Storage",
            "CTImageStorage",
            [
                "**CT Image Storage**",
                "`1.2.840.10008.5.1.4.1.1.2` · Storage SOP class",
                "`CTImageStorage` in every release",
                "Objects with Pixel Data, one frame (PS3.3 C.8.2.1",
            ],
        ),
        (
            "|VerificationSOPClass",
            "VerificationSOPClass",
            ["**Verification SOP Class**", "`1.2.840.10008.1.1` · verification"],
        ),
        (
            "1.2.840.10008.5.|1.4.1.1.7",
            "1.2.840.10008.5.1.4.1.1.7",
            ["**Secondary Capture Image Storage**", "`SecondaryCaptureImageStorage` in every release"],
        ),
        (
            "JPEG|Baseline",
            "JPEGBaseline",
            ["**JPEG Baseline (Process 1)", "transfer syntax", "Pixel Data compressed (encapsulated)", "lossy"],
        ),
        (
            "\\Uncom|pressed",
            "Uncompressed",
            [
                "**Transfer syntax list UNCOMPRESSED**, 2 items, used 2 times",
                "1. Explicit VR Little Endian\n2. Implicit VR Little Endian",
            ],
        ),
        ("= Con|texts", "Contexts", ["**Context list CONTEXTS**, 3 items", "2. CT Image Storage \\ UNCOMPRESSED"]),
        ("= Ro|les", "Roles", ["**Role list ROLES**, 1 item", "1. CT Image Storage \\ SCP"]),
        ("= Ext|ended", "Extended", ["**Extended negotiation list EXTENDED**", "\\ 030000000200"]),
        (
            "[Def|ault]",
            "Default",
            ["**Profile DEFAULT**, 3 presentation contexts", "1. Verification (2 transfer syntaxes)"],
        ),
        (
            "TransferSyn|tax2",
            "TransferSyntax2",
            ["DCMTK reads it as number 2 of 2 in this section"],
        ),
        ("PresentationContex|t3", "PresentationContext3", ["number 3 of 3", "presentation context ID 5"]),
        ("Presentation|Contexts = ", "PresentationContexts", ["The label of a list", "A profile must have it"]),
        ("[[Transfer|Syntaxes]]", "TransferSyntaxes", ["**[[TransferSyntaxes]]**", "Must be there."]),
        ("\\SC|P", "SCP", ["**SCP**: the requestor proposes the SCP role", "PS3.7 D.3.3.4"]),
        ("\\0300|00", "030000000200", ["6 bytes: `03 00 00 00 02 00`", "PS3.4 B.3.1"]),
    ],
)
def test_what_stands_there(at: At, around: str, of: str, said: list[str]) -> None:
    file, offset = at(around)
    found = hover(file, offset)
    assert found is not None
    for sentence in said:
        assert sentence in found.text
    assert file.subject.text(found.span) == of


@pytest.mark.parametrize("around", ["# Made |for", "TransferSyntax1 |= ", "|# Made"])
def test_where_there_is_nothing_to_say(at: At, around: str) -> None:
    file, offset = at(around)
    assert hover(file, offset) is None


@pytest.mark.parametrize(
    ("name", "release", "said"),
    [
        ("EncapsulatedPDFStorage", "3.6.0", "in every release"),
        ("EncapsulatedMTLStorage", "3.6.0", "**DCMTK 3.6.0 does not know the name `EncapsulatedMTLStorage`"),
        ("EncapsulatedMTLStorage", "3.6.0", "DCMTK 3.6.0 has no name for it: write the UID."),
        ("EncapsulatedMTLStorage", "3.7.0", "since 3.6.6"),
        ("RETIRED_HardcopyColorImageStorage", "3.7.0", "**Retired** from the standard"),
        ("1.3.12.2.1107.5.9.1", "3.7.0", "Storage SOP class, private (Siemens"),
    ],
)
def test_names_by_release(at: At, name: str, release: str, said: str) -> None:
    file, offset = at(file=f"[[PresentationContexts]]\n[C]\nPresentationContext1 = |{name}\\U\n", release=release)
    found = hover(file, offset)
    assert found is not None
    assert said in found.text


def test_a_name_that_depends_on_the_machine(at: At) -> None:
    file, offset = at(file="[[TransferSyntaxes]]\n[U]\nTransferSyntax1 = Local|EndianExplicit\n")
    found = hover(file, offset)
    assert found is not None
    assert "**Explicit VR Little Endian**" in found.text
    assert "byte order of the machine" in found.text


def test_findings_with_their_rule(at: At, plain: str) -> None:
    file, offset = at(file=plain.replace("TransferSyntax2 = L", "Transfer|Syntax3 = L"))
    found = hover(file, offset)
    assert found is not None
    assert "DCMTK does not read this entry." in found.text
    assert "**AP201 numbering-gap** (error)" in found.text
    assert "_DCMTK asconfig.txt, 2.1 and 2.2_" in found.text


def test_a_list_that_is_not_there(at: At) -> None:
    file, offset = at(file="[[PresentationContexts]]\n[C]\nPresentationContext1 = 1.2\\No|thing`*\n")
    found = hover(file, offset)
    assert found is not None
    assert found.text.startswith("**Transfer syntax list `NOTHING'*`**\n\nThere is none that DCMTK reads.")


def test_long_lists_are_cut(at: At) -> None:
    entries = "".join(f"TransferSyntax{n} = 1.2.{n}\n" for n in range(1, 41))
    file, offset = at(file=f"[[TransferSyntaxes]]\n[Lo|ng]\n{entries}")
    found = hover(file, offset)
    assert found is not None
    assert "25. 1.2.25\n\n... and 15 more" in found.text


def test_other_files_say_nothing(at: At) -> None:
    file, offset = at(file="[profiles]\nPresentation|Contexts = 1\n")
    assert hover(file, offset) is None
    assert file.findings == ()


@settings(PROPERTY, max_examples=40)
@given(profile_files())
def test_every_place_of_any_profile(data: bytes) -> None:
    _everywhere(data)


@PROPERTY
@given(any_file)
def test_every_place_of_any_file(data: bytes) -> None:
    _everywhere(b"[[TransferSyntaxes]]" + data)


def _everywhere(data: bytes) -> None:
    file = OpenFile(Source(data))
    for offset in range(len(data) + 1):
        found = hover(file, offset)
        if found is not None:
            assert found.text and 0 <= found.span.start <= offset <= found.span.end <= len(data)
