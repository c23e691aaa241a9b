"""What a report shows: SOP classes against transfer syntaxes, with what is known of each pair.

Belongs here: the values, free of any markup. Does not belong here: HTML (``html``), and what a profile or a peer says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CellState = Literal["yes", "partly", "no", "none"]
"""The state of a cell: proposed or accepted; with a restriction that its note explains; asked for and refused;
nothing is known of it or it was not asked for.
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A transfer syntax: its UID, its name, the family that it is with (``names.transfer_syntaxes``), and what stands
    at the head of its column (``short_names``; the name if it is empty).
    """

    uid: str
    name: str
    family: str
    short: str = ""


@dataclass(frozen=True, slots=True)
class Cell:
    """A pair of SOP class and transfer syntax.

    ``column``: the UID of the transfer syntax. ``mark``: what is in the cell, three characters at most (the number
    of a presentation context, a rank of preference); may be empty. ``note``: a sentence that explains it.
    """

    column: str
    state: CellState
    mark: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A SOP class: its UID, the name shown, the group (modality or service) that it is with, its cells in any
    order; a column without a cell is ``none``. ``notes`` are sentences about the class as a whole: its role, extended
    negotiation, why a peer refuses all of it.
    """

    uid: str
    name: str
    group: str
    cells: tuple[Cell, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader wants to know first.

    ``text``: one line, without a full stop. ``count`` of ``whole`` is drawn as a bar; 0 of 0 draws none. ``advice``:
    what to do now, the most urgent first; what is between backticks is a command or a name.
    """

    text: str
    count: int = 0
    whole: int = 0
    advice: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Matrix:
    """A whole report.

    ``facts``: label and value (file, release, peer, date). ``legend``: what each state means
    here, in the order shown. Rows and columns are in the order given; those of one group or family together.
    """

    title: str
    facts: tuple[tuple[str, str], ...]
    legend: tuple[tuple[CellState, str], ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    answer: Answer | None = None
