"""The table of a report as HTML, and the notes below it.

Belongs here: rows, cells and notes. There are many thousands of cells, so that each has as little markup as HTML 5
needs: a row says which state most of its cells have, and only the others have a class. What several rows have to say in
the same words is one note. Text that comes from files and peers is escaped in ``markup``, and only there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from html import escape
from itertools import groupby

from asprofile.printing import printable
from asprofile.report.matrix import Cell, CellState, Column, Matrix, Row

# What a state is in a cell, so that nothing depends on colour (page.css has the same), and its class there.
SYMBOLS: dict[CellState, str] = {"yes": "✓", "partly": "◐", "no": "✕", "none": ""}
CLASSES: dict[CellState, str] = {"yes": "y", "partly": "p", "no": "n", "none": "e"}
_NOTHING = Cell("", "none")

# Transfer syntaxes that one remark names, and marks; what is beyond is found by its place.
_NAMED = 3
# So many characters of the title of a family are as wide as a column (page.js has the same); the name of a column that
# is alone tells its family.
_CHARACTERS = 4


def markup(text: str) -> str:
    """Text as markup, in content and in attributes; what would reorder or hide the text around it is made visible."""
    return escape(printable(text))


def used(matrix: Matrix) -> tuple[Column, ...]:
    """The columns that have something in some row."""
    filled = {cell.column for row in matrix.rows for cell in row.cells if cell.state != "none" or cell.mark}
    return tuple(column for column in matrix.columns if column.uid in filled)


def table(matrix: Matrix, columns: tuple[Column, ...], name: str, notes: Footnotes) -> Iterator[str]:
    """The table with the identifier ``name``; what is to be said of its rows is added to ``notes``."""
    families = [(family, len(list(those))) for family, those in groupby(columns, lambda column: column.family)]
    yield f'<table id="{name}" aria-labelledby="{name}-title">'
    yield "<colgroup><col></colgroup>" + "".join(f'<colgroup span="{count}"></colgroup>' for _, count in families)
    yield '<thead><tr class="families"><th scope="col" rowspan="2">SOP class</th>'
    for family, count in families:
        narrow = ' class="narrow"' if count == 1 or len(family) > count * _CHARACTERS else ""
        yield f'<th scope="colgroup" colspan="{count}"{narrow}><span>{markup(family)}</span></th>'
    yield '</tr><tr class="columns">'
    yield from (f'<th scope="col"><span>{markup(column.short or column.name)}</span></th>' for column in columns)
    yield "</tr></thead>"
    for group, rows in groupby(matrix.rows, lambda row: row.group):
        members = list(rows)
        yield f'<tbody data-group="{markup(group)}">'
        heading = f"<span><bdi>{markup(group)}</bdi> <small>{len(members)}</small></span>"
        yield f'<tr class="group"><th scope="rowgroup" colspan="{len(columns) + 1}">{heading}</th></tr>'
        yield from (_row(row, columns, notes) for row in members)
        yield "</tbody>"
    yield "</table>"


def _row(row: Row, columns: tuple[Column, ...], notes: Footnotes) -> str:
    by_column = {cell.column: cell for cell in row.cells}
    cells = [by_column.get(column.uid, _NOTHING) for column in columns]
    said = [f"<li>{markup(note)}</li>" for note in row.notes]
    said += _remarks([pair for pair in enumerate(cells) if pair[1].column], columns)
    link = f" {notes.link(tuple(said))}" if said else ""
    head = f"<th scope=row><bdi>{markup(row.name)}</bdi> <code>{markup(row.uid)}</code>{link}</th>"
    if cells and all(cell.state == "no" and not cell.mark for cell in cells):
        return f'<tr class="row n whole">{head}<td colspan={len(cells)}></tr>'
    usual = Counter(cell.state for cell in cells).most_common(1)[0][0] if cells else "none"
    return f'<tr class="row {CLASSES[usual]}">{head}{"".join(_cell(cell, usual) for cell in cells)}</tr>'


def _cell(cell: Cell, usual: CellState) -> str:
    """The symbol of the state is the style sheet's."""
    return f"<td>{markup(cell.mark)}" if cell.state == usual else f"<td class={CLASSES[cell.state]}>{markup(cell.mark)}"


def _remarks(found: list[tuple[int, Cell]], columns: tuple[Column, ...]) -> Iterator[str]:
    """What the cells of a row have to say: what is said of several, once. The script finds it by the places of the
    columns.
    """
    alike: dict[tuple[CellState, str], list[tuple[int, Cell]]] = {}
    for at, cell in found:
        if cell.note:
            alike.setdefault((cell.state, cell.note), []).append((at, cell))
    for (state, note), those in alike.items():
        places = " ".join(str(at) for at, _ in those)
        marks = list(dict.fromkeys(cell.mark for _, cell in those if cell.mark))
        shown = f" {markup(' '.join(marks))}" if 0 < len(marks) <= _NAMED else ""
        names = ", ".join(columns[at].name for at, _ in those[:_NAMED])
        more = f" and {len(those) - _NAMED} more" if len(those) > _NAMED else ""
        tag = f'<b class="swatch {CLASSES[state]}">{SYMBOLS[state]}{shown}</b>'
        yield f'<li data-columns="{places}">{tag} <b>{markup(names)}{more}.</b> {markup(note)}</li>'


class Footnotes:
    """The notes of one table, numbered from 1, each once."""

    def __init__(self, table: str) -> None:
        self._table = table
        self._numbers: dict[tuple[str, ...], int] = {}

    def link(self, said: tuple[str, ...]) -> str:
        """A link to the note of these items."""
        number = self._numbers.setdefault(said, len(self._numbers) + 1)
        return f"<a href=#{self._table}n{number}>note {number}</a>"

    def lines(self) -> Iterator[str]:
        if not self._numbers:
            return
        count = len(self._numbers)
        yield f'<details class="footnotes" open><summary>{count:,} note{"s" * (count != 1)}</summary><ol>'
        for said, number in self._numbers.items():
            yield f"<li id={self._table}n{number}><ul>{''.join(said)}</ul></li>"
        yield "</ol></details>"
