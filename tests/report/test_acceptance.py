"""What a peer accepts, as a matrix."""

from __future__ import annotations

from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR

from asprofile.negotiate.probing import Acceptance, PairAnswer, Preference
from asprofile.negotiate.request import ExtendedItem
from asprofile.report.acceptance import acceptance_matrix, preference_text
from asprofile.report.matrix import Cell, Column

PDF = "1.2.840.10008.5.1.4.1.1.104.1"
FOUND = Acceptance(
    (
        PairAnswer(CT, JPEG_LOSSLESS, 0),
        PairAnswer(CT, EXPLICIT, 0),
        PairAnswer(CT, IMPLICIT, 4),
        PairAnswer(PDF, JPEG_LOSSLESS, 0),
        PairAnswer(PDF, "1.2.3.4", None, "gone"),
        PairAnswer(MR, EXPLICIT, 3),
    ),
    7,
    (Preference(CT, (EXPLICIT, JPEG_LOSSLESS)),),
    (ExtendedItem(CT, b"\1\2"),),
)


def test_the_matrix():
    facts = (("Peer", "X"),)
    found = acceptance_matrix(FOUND, "What X accepts", facts)
    assert (found.title, found.facts) == ("What X accepts", facts)
    assert found.columns == (
        Column(IMPLICIT, "Implicit VR Little Endian", "Uncompressed", "Implicit LE"),
        Column(EXPLICIT, "Explicit VR Little Endian", "Uncompressed", "Explicit LE"),
        Column(JPEG_LOSSLESS, "JPEG Lossless (Process 14, Selection Value 1)", "JPEG lossless", "JPEG Lossless SV1"),
        Column("1.2.3.4", "1.2.3.4", "Unknown", "1.2.3.4"),
    )
    assert [(row.name, row.group) for row in found.rows] == [
        ("CT Image Storage", "CT"),
        ("Encapsulated PDF Storage", "Documents and models"),
        ("MR Image Storage", "Not accepted in any transfer syntax"),
    ]
    ct, pdf, mr = found.rows
    assert mr.cells == (Cell(EXPLICIT, "no"),)
    assert ct.cells == (
        Cell(JPEG_LOSSLESS, "yes", "2"),
        Cell(EXPLICIT, "yes", "1"),
        Cell(IMPLICIT, "no", "", "Refused: transfer syntaxes not supported."),
    )
    assert ct.notes == (
        "It prefers Explicit VR Little Endian, JPEG Lossless (Process 14, Selection Value 1).",
        "Extended negotiation that it answers: 0102.",
    )
    assert mr.notes == ("Refused altogether: abstract syntax not supported.",)
    assert [(cell.state, cell.mark) for cell in pdf.cells] == [("partly", ""), ("partly", "?")]
    assert pdf.cells[0].note.startswith("Accepted, but ")
    assert pdf.cells[1].note == "No answer: gone."


def test_marks_are_short_and_columns_known():
    found = acceptance_matrix(FOUND, "")
    columns = {column.uid for column in found.columns}
    for row in found.rows:
        assert all(len(cell.mark) <= 3 and cell.column in columns for cell in row.cells)


def test_orders_in_words():
    assert preference_text(Preference(CT, (), proposed=(EXPLICIT, IMPLICIT))) == (
        "It takes the transfer syntax that is proposed first."
    )
    assert preference_text(Preference(CT, (EXPLICIT,), proposed=(IMPLICIT,))) == (
        "It prefers Explicit VR Little Endian, then the one that is proposed first."
    )
    assert preference_text(Preference(CT, (EXPLICIT,), unclear=(IMPLICIT,))) == (
        "It prefers Explicit VR Little Endian, then in an order that is not clear."
    )
    assert preference_text(Preference(CT, (), unclear=(IMPLICIT,))) == "No order of preference was found."
