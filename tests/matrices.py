"""Matrices for tests of pages."""

from __future__ import annotations

from asprofile.names import sop_classes, transfer_syntaxes
from asprofile.names.uids import display_name
from asprofile.report.axes import by_group, columns
from asprofile.report.matrix import Cell, CellState, Column, Matrix, Row

EXPLICIT, IMPLICIT, JPEG = "1.2.840.10008.1.2.1", "1.2.840.10008.1.2", "1.2.840.10008.1.2.4.50"

LEGEND: tuple[tuple[CellState, str], ...] = (
    ("yes", "Accepted"),
    ("partly", "Accepted at times"),
    ("no", "Refused"),
    ("none", "Not asked for"),
)

SMALL = Matrix(
    title="What ARCHIVE accepts",
    facts=(("Peer", "ARCHIVE@10.0.0.1:104"), ("Contexts", "5")),
    legend=LEGEND,
    columns=(
        Column(IMPLICIT, "Implicit VR Little Endian", "Uncompressed"),
        Column(EXPLICIT, "Explicit VR Little Endian", "Uncompressed"),
        Column("1.2.840.10008.1.2.5", "RLE Lossless", "RLE"),
        Column(JPEG, "JPEG Baseline (Process 1)", "JPEG lossy"),
    ),
    rows=(
        Row(
            "1.2.840.10008.5.1.4.1.1.2",
            "CT Image Storage",
            "CT",
            (
                Cell(EXPLICIT, "yes", "3", "Context 3."),
                Cell(IMPLICIT, "yes", "3", "Context 3."),
                Cell(JPEG, "no", "5", "Context 5: no object can use it."),
            ),
            ("Role selection: the requestor is SCU.",),
        ),
        Row("1.2.840.10008.5.1.4.1.1.2.1", "Enhanced CT Image Storage", "CT", (Cell(EXPLICIT, "partly"),)),
        Row("1.2.840.10008.5.1.4.1.1.6.1", "Ultrasound Image Storage", "Ultrasound", (Cell(JPEG, "yes", "9"),)),
        Row("1.2.999", "Unknown SOP class", "Private SOP classes", (), ("Refused as a whole.",)),
    ),
)

HOSTILE = "</script><script>alert(1)</script><b a='\"'>&\x00\x1b[2J\u202e\ud800\u2028"


def hostile() -> Matrix:
    """Each text of it is an attack, or would be one without escaping."""
    cell = Cell(HOSTILE, "yes", "<i>", HOSTILE)
    row = Row(HOSTILE, HOSTILE, HOSTILE, (cell,), (HOSTILE,))
    return Matrix(HOSTILE, ((HOSTILE, HOSTILE),), (("yes", HOSTILE),), (Column(HOSTILE, HOSTILE, HOSTILE),), (row,))


def large() -> Matrix:
    """217 SOP classes and 63 transfer syntaxes, of which a peer says something about each pair."""
    across = columns(one.uid for one in transfer_syntaxes.transfer_syntaxes() if one.vendor is None)[:63]
    classes = [one.uid for one in sop_classes.storage_sop_classes()] + [one.uid for one in sop_classes.others()]
    rows = tuple(
        Row(uid, display_name(uid), group, tuple(_answer(place, at, column) for at, column in enumerate(across)))
        for place, (uid, group) in enumerate(by_group(classes[:217]))
    )
    return Matrix("All of it", (), LEGEND, across, rows)


def _answer(place: int, at: int, column: Column) -> Cell:
    if (place * 7 + at * 3) % 5 < 2:
        return Cell(column.uid, "no", "", "Refused: transfer syntaxes not supported (result 4).")
    return Cell(column.uid, "yes", str(at + 1))
