"""A profile as a matrix: marks, states, and what is said of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from asprofile.model.loader import load
from asprofile.model.words import AssociationRole
from asprofile.report.matrix import Cell, Matrix, Row
from asprofile.report.profile import profile_matrix
from asprofile.resources import directory

if TYPE_CHECKING:
    from pathlib import Path

EXPLICIT, IMPLICIT = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2"
BOTH = "Explicit VR Little Endian or Implicit VR Little Endian, as the acceptor chooses."

LISTS = """\
[[TransferSyntaxes]]
[U]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[E]
TransferSyntax1 = LittleEndianExplicit
[B]
TransferSyntax1 = JPEGBaseline
[X]
TransferSyntax1 = 1.2.3
[S]
TransferSyntax1 = VerificationSOPClass
[V]
TransferSyntax1 = MPEG2MainProfile@MainLevel
[M]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
TransferSyntax3 = JPEGLossless:Non-hierarchical-1stOrderPrediction
TransferSyntax4 = JPEGLSLossless
TransferSyntax5 = JPEG2000LosslessOnly
TransferSyntax6 = RLELossless
"""


def matrix(*contexts: str, rest: str = "", more: str = "", role: AssociationRole = "requestor") -> Matrix:
    r"""Of a profile with these contexts (``SOP class\list``); ``more`` goes into the profile, ``rest`` before it."""
    entries = "".join(f"PresentationContext{at} = {text}\n" for at, text in enumerate(contexts, start=1))
    text = f"{LISTS}[[PresentationContexts]]\n[C]\n{entries}{rest}[[Profiles]]\n[P]\nPresentationContexts = C\n{more}"
    return profile_matrix(load(text.encode(), role=role).profiles["P"], role, (("File", "a.cfg"),))


def only(found: Matrix) -> Row:
    (row,) = found.rows
    return row


def cell(*contexts: str, role: AssociationRole = "requestor") -> Cell:
    (found,) = only(matrix(*contexts, role=role)).cells
    return found


def test_what_is_around_the_table() -> None:
    found = matrix(r"VerificationSOPClass\U", r"CTImageStorage\U")
    assert (found.title, found.facts) == ("Profile P", (("File", "a.cfg"),))
    assert [column.uid for column in found.columns] == [IMPLICIT, EXPLICIT]
    assert [(row.name, row.group) for row in found.rows] == [
        ("CT Image Storage", "CT"),
        ("Verification", "Verification"),
    ]
    assert dict(found.legend)["yes"] == "Proposed; the number is the presentation context ID"


def test_a_context_is_told_with_what_stands_in_it() -> None:
    assert only(matrix(r"CTImageStorage\U")).cells == (
        Cell(EXPLICIT, "yes", "1", f"Context 1: {BOTH}"),
        Cell(IMPLICIT, "yes", "1", f"Context 1: {BOTH}"),
    )
    assert cell(r"CTImageStorage\E") == Cell(EXPLICIT, "yes", "1", "Context 1, alone in it.")
    assert {found.note for found in only(matrix(r"CTImageStorage\M")).cells} == {
        "Context 1: Explicit VR Little Endian, Implicit VR Little Endian, JPEG Lossless (Process 14, Selection Value "
        "1), JPEG-LS Lossless and 2 more, of which the acceptor chooses one."
    }


def test_a_pair_in_several_contexts() -> None:
    found = {one.column: one for one in only(matrix(r"CTImageStorage\E", r"CTImageStorage\U")).cells}
    assert found[EXPLICIT] == Cell(EXPLICIT, "yes", "1,3", f"Context 1, alone in it. Context 3: {BOTH}")
    assert found[IMPLICIT].mark == "3"
    assert cell(r"CTImageStorage\E", r"CTImageStorage\E").note == "Contexts 1 and 3, alone in each."
    # Too long for a cell: how many there are.
    many = matrix(*[r"MRImageStorage\E"] * 6, r"CTImageStorage\E", r"CTImageStorage\E")
    assert many.rows[0].cells[0].mark == "2×"
    assert many.rows[0].cells[0].note == "Contexts 13 and 15, alone in each."


@pytest.mark.parametrize(
    ("context", "state", "reason"),
    [
        (r"CTImageStorage\B", "no", "CT Image Storage has 16 bits allocated"),
        (r"XRayRadiationDoseSRStorage\B", "no", "X-Ray Radiation Dose SR Storage has no Pixel Data"),
        (r"VerificationSOPClass\B", "no", "Verification has no Pixel Data in its messages"),
        (r"1.3.12.2.1107.5.9.1\B", "no", "Siemens CSA Non-Image Storage has no Pixel Data as far as is known"),
        (r"UltrasoundImageStorage\V", "partly", "Ultrasound Image Storage is a single-frame class"),
        (r"SecondaryCaptureImageStorage\B", "partly", "Only objects that have 8 bits allocated"),
        (r"CTImageStorage\X", "yes", "1.2.3 is in no table of transfer syntaxes."),
        (r"CTImageStorage\S", "no", "Verification is no transfer syntax."),
        (r"1.2.999\B", "yes", ""),
    ],
)
def test_states(context: str, state: str, reason: str) -> None:
    found = cell(context)
    assert found.state == state
    assert found.note.startswith(f"Context 1, alone in it.{f' {reason}' if reason else ''}")
    assert found.note.endswith(".")


def test_an_acceptor_prefers() -> None:
    found = matrix(r"CTImageStorage\U", role="acceptor")
    assert only(found).cells == (Cell(EXPLICIT, "yes", "1"), Cell(IMPLICIT, "yes", "2"))
    assert only(found).notes == ()
    assert dict(found.legend)["yes"] == "Accepted; of what is proposed, the lowest number is chosen"
    bad = cell(r"CTImageStorage\B", role="acceptor")
    assert (bad.state, bad.mark) == ("no", "1")
    assert bad.note.startswith("CT Image Storage has 16 bits allocated")


def test_of_an_acceptors_sop_class_the_first_entry_counts() -> None:
    found = only(matrix(r"CTImageStorage\E", r"CTImageStorage\U", role="acceptor"))
    assert found.cells == (Cell(EXPLICIT, "yes", "1"),)
    assert found.notes == ("Listed 2 times; only the first entry counts.",)


def test_roles_and_extended_negotiation() -> None:
    rest = (
        "[[SCPSCURoleSelection]]\n[R]\nRole1 = CTImageStorage\\BOTH\n"
        "[[ExtendedNegotiation]]\n[X]\nExtendedNegotiation1 = CTImageStorage\\020000000200\n"
    )
    more = "SCPSCURoleSelection = R\nExtendedNegotiation = X\n"
    assert only(matrix(r"CTImageStorage\U", rest=rest, more=more)).notes == (
        "Role selection: the requestor is SCU and SCP.",
        "Extended negotiation: 02 00 00 00 02 00.",
    )


@pytest.mark.parametrize(
    ("context", "name", "note"),
    [
        (r"1.2.999\U", "Unknown SOP class", "A private SOP class, in no table."),
        (r"1.2.840.10008.9.9\U", "Unknown SOP class", "A UID below DICOM's root that is not registered."),
        (r"LittleEndianExplicit\U", "Explicit VR Little Endian", "Not the UID of a SOP class"),
        (
            r"RETIRED_UltrasoundImageStorage\U",
            "Ultrasound Image Storage (retired)",
            "Retired in the standard; ",
        ),
    ],
)
def test_what_is_said_of_a_sop_class(context: str, name: str, note: str) -> None:
    found = only(matrix(context))
    assert found.name == name
    assert found.notes[0].startswith(note)


@pytest.mark.parametrize("sample", sorted(directory("sample_profiles").glob("*.cfg")), ids=lambda path: path.stem)
def test_the_samples_have_nothing_impossible(sample: Path) -> None:
    role: AssociationRole = "acceptor" if sample.stem.startswith("acceptor") else "requestor"
    for profile in load(sample, role=role).profiles.values():
        found = profile_matrix(profile, role)
        pairs = {(context.abstract_syntax, uid) for context in profile.contexts for uid in context.transfer_syntaxes}
        assert {(row.uid, cell.column) for row in found.rows for cell in row.cells} == pairs
        assert all(len(cell.mark) <= 3 for row in found.rows for cell in row.cells)
        assert [cell.note for row in found.rows for cell in row.cells if cell.state == "no"] == []
