"""What may be written where."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from strategies import PROPERTY, any_file, profile_files

from asprofile.editor.completion import completions
from asprofile.editor.opened import OpenFile
from asprofile.model.loader import load
from asprofile.names import symbols, uids
from asprofile.text import Edit, Source, apply_edits

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.editor.completion import Completion

    At = Callable[..., tuple[OpenFile, int]]


def chosen(file: OpenFile, offset: int, label: str) -> str:
    """The line of the cursor once the completion of that label is taken."""
    (found,) = [each for each in completions(file, offset) if each.label == label]
    after = Source(apply_edits(file.data, [Edit(found.span, found.text.encode())]))
    return after.line_text(after.line_of(found.span.start))


def labels(found: list[Completion]) -> list[str]:
    return [each.label for each in found]


@pytest.mark.parametrize(
    ("around", "label", "line"),
    [
        ("TransferSyntax2 = Li|", "LittleEndianImplicit", None),
        ("TransferSyntax2 = |LittleEndianImplicit", "RLELossless", "TransferSyntax2 = RLELossless"),
        ("TransferSyntax2 = LittleEnd|ianImplicit", "RLELossless", "TransferSyntax2 = RLELossless"),
        ("TransferSyntax2 =| LittleEndianImplicit", "RLELossless", "TransferSyntax2 =RLELossless"),
        ("= CTImage|Storage\\ un", "MRImageStorage", "PresentationContext2 = MRImageStorage\\ un compressed"),
        ("PresentationContext2 = CTIm|", "CTImageStorage", None),
        ("CTImageStorage\\| un compressed", "JPEG_1", "PresentationContext2 = CTImageStorage\\JPEG_1"),
        ("CTImageStorage\\ un| compressed", "JPEG_1", "PresentationContext2 = CTImageStorage\\ JPEG_1"),
        ("Role1 = CTImageStorage\\S|CP", "BOTH", "Role1 = CTImageStorage\\BOTH"),
        ("Role1 = CT|ImageStorage", "CTImageStorage", "Role1 = CTImageStorage\\SCP"),
        ("PresentationContexts = Co|ntexts", "Contexts", "PresentationContexts = Contexts"),
        ("SCPSCURoleSelection = |Roles", "Roles", "SCPSCURoleSelection = Roles"),
        ("ExtendedNegotiation = |Extended", "Extended", "ExtendedNegotiation = Extended"),
        ("Transfer|Syntax2 = LittleEndianImplicit", "TransferSyntax2", "TransferSyntax2 = LittleEndianImplicit"),
        ("Ext|endedNegotiation = Ext", "ExtendedNegotiation", "ExtendedNegotiation = Extended"),
    ],
)
def test_taken_completions(at: At, around: str, label: str, line: str | None) -> None:
    if line is None:
        # Half a name at the end of its line.
        file, offset = at(file=f"[[TransferSyntaxes]]\n[A]\n{around}\nTransferSyntax3 = RLELossless\n")
        if around.startswith("P"):
            file, offset = at(file=f"[[PresentationContexts]]\n[A]\n{around}\n[[Profiles]]\n")
        line = around.partition("= ")[0] + f"= {label}"
    else:
        file, offset = at(around)
    assert chosen(file, offset, label) == line


@pytest.mark.parametrize(
    ("lines", "line"),
    [
        (["|"], "TransferSyntax1 = "),
        (["TransferSyntax1 = 1.2", "|"], "TransferSyntax2 = "),
        (["TransferSyntax1 = 1.2", "Trans|"], "TransferSyntax2 = "),
        (["transfersyntax1=1.2", "|"], "transfersyntax2="),
        (["TransferSyntax1  = 1.2", "TransferSyntax2  = 1.2", "|"], "TransferSyntax3  = "),
        ([*(f"TransferSyntax{n}  = 1.2" for n in range(1, 10)), "|"], "TransferSyntax10 = "),
        ([*(f"TransferSyntax{n} = 1.2" for n in range(1, 10)), "|"], "TransferSyntax10 = "),
        # The next number is that of the gap, and the line below does not stick to the one that is being written.
        (["TransferSyntax1 = 1.2", "T|", "TransferSyntax3 = 1.2"], "TransferSyntax2 = "),
        (["TransferSyntax1 = 1.2", "Trans|fer = 1.2.3", "TransferSyntax3 = 1.2"], "TransferSyntax2 = 1.2.3"),
    ],
)
def test_keys_with_the_next_number(at: At, lines: list[str], line: str) -> None:
    file, offset = at(file="\n".join(["[[TransferSyntaxes]]", "[A]", *lines, ""]))
    (found,) = completions(file, offset)
    assert found.kind == "key"
    assert chosen(file, offset, found.label) == line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[|", ["[[TransferSyntaxes]]", "[[PresentationContexts]]", "[[SCPSCURoleSelection]]"]),
        ("[[TransferSyntaxes]]\n[[Pr|", ["[[PresentationContexts]]", "[[SCPSCURoleSelection]]"]),
        ("[[PresentationContexts]]\n[C]\nPresentationContext1 = 1.2\\Mine\n[[TransferSyntaxes]]\n[|]", ["[Mine]"]),
    ],
)
def test_headers(at: At, text: str, expected: list[str]) -> None:
    file, offset = at(file=text)
    found = completions(file, offset)
    assert labels(found)[: len(expected)] == expected
    assert chosen(file, offset, expected[0]) == expected[0]


def test_keys_of_a_profile_are_offered_once(at: At) -> None:
    file, offset = at("ExtendedNegotiation = Extended\n|")
    assert completions(file, offset) == []
    file, offset = at(file="[[Profiles]]\n[A]\nPresentationContexts = C\n|\n")
    assert labels(completions(file, offset)) == ["SCPSCURoleSelection", "ExtendedNegotiation"]


@pytest.mark.parametrize("release", ["3.6.0", "3.7.0"])
def test_names_are_those_of_the_release_and_of_the_place(at: At, release: str) -> None:
    file, offset = at("TransferSyntax2 = |LittleEndianImplicit", release=release)
    syntaxes = completions(file, offset)
    assert all(symbols.uid_of(each.text, release) == each.uid for each in syntaxes)
    assert {uids.describe(each.uid).kind for each in syntaxes} == {"transfer-syntax"}
    file, offset = at("= |CTImageStorage\\ un", release=release)
    classes = completions(file, offset)
    assert all(uids.describe(each.uid).is_abstract_syntax for each in classes)
    assert ("EncapsulatedMTLStorage" in labels(classes)) == (release == "3.7.0")
    retired = [each for each in classes if each.retired]
    assert retired
    assert min(each.rank for each in retired) > min(each.rank for each in classes)


def test_uids_once_a_digit_is_written(at: At) -> None:
    file, offset = at(file="[[PresentationContexts]]\n[C]\nPresentationContext1 = 1.3|\n")
    found = completions(file, offset)
    assert "1.3.12.2.1107.5.9.1" in labels(found)
    assert all(each.text[0].isdigit() for each in found)


def test_roles_begin_with_the_sop_classes_of_the_file(at: At) -> None:
    file, offset = at("Role1 = |CTImageStorage")
    first = sorted(completions(file, offset), key=lambda each: each.rank)[:4]
    assert {each.text for each in first[:3]} == {
        "VerificationSOPClass",
        "CTImageStorage",
        "SecondaryCaptureImageStorage",
    }
    assert first[3].rank > 0


def test_labels_as_they_are_written_or_as_dcmtk_keeps_them(at: At) -> None:
    file, offset = at(
        file="[[TransferSyntaxes]]\n[ Plain ]\n[U.1]\n[Plain]\n[]\n[[PresentationContexts]]\n[C]\n"
        "PresentationContext1 = 1.2\\|\n"
    )
    assert labels(completions(file, offset)) == ["Plain", "U1"]


@pytest.mark.parametrize(
    "text",
    [
        "# [|",
        "[[TransferSyntaxes]]\n|",
        "|",
        "[[TransferSyntaxes]]\n[A]\nTransferSyntax1 = 1.2\n |",
        "[[Other]]\n[A]\n|",
        "[[TransferSyntaxes]]\n[A]\nOther = |",
        "[[ExtendedNegotiation]]\n[A]\nExtendedNegotiation1 = 1.2\\|",
        "[[Profiles]]\n[A]\nOther = |",
        "[A]|",
    ],
)
def test_where_nothing_can_be_offered(at: At, text: str) -> None:
    file, offset = at(file=text)
    assert completions(file, offset) == []


def test_a_file_written_with_completions_alone_loads(at: At) -> None:
    """Every line is begun by nobody and finished by a completion."""
    text = ""
    for label, behind in [
        ("[[TransferSyntaxes]]", "\n[Plain]\n"),
        ("TransferSyntax1", ""),
        ("LittleEndianImplicit", "\n"),
        ("TransferSyntax2", ""),
        ("LittleEndianExplicit", "\n"),
        ("[[PresentationContexts]]", "\n[All]\n"),
        ("PresentationContext1", ""),
        ("CTImageStorage", "\\"),
        ("Plain", "\n"),
        ("[[SCPSCURoleSelection]]", "\n[Both]\n"),
        ("Role1", ""),
        ("CTImageStorage", "\\"),
        ("BOTH", "\n"),
        ("[[Profiles]]", "\n[Mine]\n"),
        ("PresentationContexts", ""),
        ("All", "\n"),
        ("SCPSCURoleSelection", ""),
        ("Both", "\n"),
    ]:
        typed = "[" if label.startswith("[") else ""
        file, offset = at(file=text + typed + "|")
        text = text[: text.rfind("\n") + 1] + chosen(file, offset, label) + behind
    (context,) = load(text.encode()).use("mine").contexts
    assert (context.abstract_syntax, context.role) == ("1.2.840.10008.5.1.4.1.1.2", "both")
    assert context.transfer_syntaxes == ("1.2.840.10008.1.2", "1.2.840.10008.1.2.1")


@settings(PROPERTY, max_examples=40)
@given(profile_files())
def test_every_place_of_any_profile(data: bytes) -> None:
    _everywhere(data)


@PROPERTY
@given(any_file)
def test_every_place_of_any_file(data: bytes) -> None:
    _everywhere(data)


def _everywhere(data: bytes) -> None:
    """A completion replaces text around the cursor, and in its line only."""
    file = OpenFile(Source(data))
    for offset in range(0, len(data) + 1, 1 + len(data) // 40):
        line = file.source.line_span(file.source.line_of(offset))
        for found in completions(file, offset)[:3]:
            assert line.start <= found.span.start <= min(offset, line.end) <= found.span.end <= line.end
