"""What a peer accepts, as a matrix: states, marks, sentences."""

from __future__ import annotations

from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, profile

from asprofile.negotiate.answer import answer
from asprofile.negotiate.choose import negotiated
from asprofile.negotiate.probing import Answer, Probed, ProbedClass
from asprofile.negotiate.request import propose
from asprofile.report.html import page
from asprofile.report.matrix import Cell, Row
from asprofile.report.probe import negotiated_matrix, probed_matrix

UNSUPPORTED = Answer(3, "abstract syntax not supported", alone=False)
PROBED = Probed(
    (
        ProbedClass(MR, ((IMPLICIT, UNSUPPORTED), (EXPLICIT, UNSUPPORTED)), (), None),
        ProbedClass(
            CT,
            ((IMPLICIT, Answer(0)), (EXPLICIT, Answer(0)), (JPEG_LOSSLESS, Answer(None, "no answer: it hung up"))),
            (EXPLICIT, IMPLICIT),
            "acceptor",
        ),
    ),
    complete=True,
)


def test_what_was_probed() -> None:
    matrix = probed_matrix(PROBED, "What X accepts", (("Peer", "X"),))
    assert [column.uid for column in matrix.columns] == [IMPLICIT, EXPLICIT, JPEG_LOSSLESS]
    ct, mr = matrix.rows
    assert (ct.uid, ct.group, mr.group) == (CT, "CT", "Not accepted in any transfer syntax")
    assert ct.cells == (
        Cell(IMPLICIT, "yes", "2"),
        Cell(EXPLICIT, "yes", "1"),
        Cell(JPEG_LOSSLESS, "partly", "", "No answer: it hung up."),
    )
    assert ct.notes == (
        "Of several in one context the peer takes the first of: Explicit VR Little Endian, Implicit VR Little Endian.",
    )
    assert [cell.state for cell in mr.cells] == ["no", "no"]
    assert [cell.note for cell in mr.cells] == ["", ""]
    assert mr.notes == ("Refused with 2 transfer syntaxes offered together: abstract syntax not supported.",)
    assert "What X accepts" in page(matrix)


def test_contexts_of_a_profile() -> None:
    requestor = profile((CT, (EXPLICIT, IMPLICIT)), (CT, (JPEG_LOSSLESS,)), (CT, (EXPLICIT,)), (MR, (IMPLICIT,)))
    request = propose(requestor)
    negotiation = negotiated(request, answer(request, profile((CT, (IMPLICIT, EXPLICIT)))))
    ct, mr = negotiated_matrix(negotiation, "Profile P at X").rows
    assert ct == Row(
        CT,
        "CT Image Storage",
        "CT",
        (
            Cell(EXPLICIT, "yes", "5", "Context 5: accepted."),
            Cell(IMPLICIT, "yes", "1", "Context 1: accepted."),
            Cell(JPEG_LOSSLESS, "no", "3", "Context 3: transfer syntaxes not supported."),
        ),
    )
    assert mr.cells == (Cell(IMPLICIT, "no", "7", "Context 7: abstract syntax not supported."),)
