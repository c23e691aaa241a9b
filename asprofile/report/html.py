"""A report as one HTML file: it needs no network and no other file, and can be read without its script.

Belongs here: markup. How it looks is in ``page.css``, what its controls do in ``page.js``; both are in the page, and
the page allows nothing else (Content-Security-Policy). Text that comes from files and peers is escaped in ``_text``,
and only there.
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256
from html import escape
from itertools import groupby

from asprofile import __version__
from asprofile.printing import printable
from asprofile.report.matrix import Cell, CellState, Column, Matrix, Row
from asprofile.resources import text_of

# What a state is in a cell, so that nothing depends on colour, and its class in the style sheet.
SYMBOLS: dict[CellState, str] = {"yes": "✓", "partly": "◐", "no": "✕", "none": ""}
CLASSES: dict[CellState, str] = {"yes": "y", "partly": "p", "no": "n", "none": "e"}

# Transfer syntaxes that one remark names; what is beyond is found by its mark.
_NAMED = 3


def page(matrix: Matrix, *others: Matrix, title: str | None = None) -> str:
    """One whole HTML 5 document, to be encoded in UTF-8.

    With several matrices each has a section of its own, below ``title``, and the controls are for all. Columns that
    have nothing in any row are left out, and named below the table.
    """
    matrices = (matrix, *others)
    heading = _text(title or matrix.title)
    style, script = text_of("report/page.css"), text_of("report/page.js")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    single = not others
    sections = (line for number, one in enumerate(matrices) for line in _section(one, f"m{number}", titled=not single))
    lines = [
        "<!DOCTYPE html>",
        '<html lang="en">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        '<meta name="referrer" content="no-referrer">',
        f'<meta name="generator" content="asprofile {__version__}">',
        f"<title>{heading}</title>",
        f"<style>{style}</style>",
        f"<script>{script}</script>",
        "</head>",
        "<body>",
        '<a class="skip" href="#matrices">Skip to the matrix</a>',
        "<header>",
        f"<h1>{heading}</h1>",
        *(_facts(matrix.facts) if single else _contents(matrices)),
        '<button type="button" id="theme" aria-pressed="false" hidden>Dark</button>',
        "</header>",
        '<main id="matrices">',
        *_controls(matrices),
        *sections,
        "</main>",
        f"<footer>Made by asprofile {__version__}. The file is complete in itself and loads nothing.</footer>",
        "</body>",
        "</html>",
        "",
    ]
    return "\n".join(lines)


def _text(text: str) -> str:
    """Text as markup, in content and in attributes; what would reorder or hide the text around it is made visible."""
    return escape(printable(text))


def _hash(content: str) -> str:
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"


# --- Around the tables ------------------------------------------------------------------------------------------------


def _facts(facts: Iterable[tuple[str, str]]) -> Iterator[str]:
    found = [f"<div><dt>{_text(label)}</dt><dd><bdi>{_text(value)}</bdi></dd></div>" for label, value in facts]
    if found:
        yield '<dl class="facts">'
        yield from found
        yield "</dl>"


def _contents(matrices: tuple[Matrix, ...]) -> Iterator[str]:
    yield '<nav aria-label="Contents"><ul>'
    for number, matrix in enumerate(matrices):
        count = _counted(len(matrix.rows), "SOP class", "SOP classes")
        yield f'<li><a href="#m{number}-title"><bdi>{_text(matrix.title)}</bdi></a> <small>{count}</small></li>'
    yield "</ul></nav>"


def _controls(matrices: tuple[Matrix, ...]) -> Iterator[str]:
    """Search and filters, which appear only where the script runs, and the legend, which is always there."""
    groups = dict.fromkeys(row.group for matrix in matrices for row in matrix.rows)
    families = dict.fromkeys(column.family for matrix in matrices for column in _used(matrix))
    yield '<form id="controls" aria-label="Search and filters">'
    yield '<div class="filters" hidden>'
    yield '<label class="wide">Search <input id="search" type="search" autocomplete="off" spellcheck="false"'
    yield 'placeholder="Name or UID of a SOP class or transfer syntax"></label>'
    yield from _select("group", "Modality or service", "All", groups)
    yield from _select("family", "Transfer syntaxes", "All", families)
    yield '<label class="check"><input id="compact" type="checkbox" checked> Hide rows and columns left empty</label>'
    yield '<button type="button" id="notes" aria-pressed="false">Open all notes</button>'
    yield '<button type="button" id="clear">Reset</button>'
    yield "</div>"
    yield from _legend(matrices)
    yield '<p id="count" role="status" hidden></p>'
    yield "</form>"


def _select(name: str, label: str, everything: str, values: Iterable[str]) -> Iterator[str]:
    yield f'<label>{label} <select id="{name}"><option value="">{everything}</option>'
    yield from (f"<option>{_text(value)}</option>" for value in values)
    yield "</select></label>"


def _legend(matrices: tuple[Matrix, ...]) -> Iterator[str]:
    """What the states mean, with how many cells have each: the states that occur, and what an empty cell says."""
    counts = Counter(cell.state for matrix in matrices for row in matrix.rows for cell in row.cells)
    meanings = dict(reversed([pair for matrix in matrices for pair in matrix.legend]))
    order = dict.fromkeys(state for matrix in matrices for state, _ in matrix.legend)
    yield '<fieldset class="legend"><legend>What the cells say</legend>'
    for state in order:
        meaning, code = _text(meanings[state]), CLASSES[state]
        swatch = f'<span class="swatch {code}">{SYMBOLS[state]}</span> {meaning}'
        if state == "none":
            yield f"<span>{swatch}</span>"
        elif counts[state]:
            box = f'<input type="checkbox" name="state" value="{code}" checked>'
            yield f"<label>{box}{swatch} <b>{counts[state]:,}</b></label>"
    yield "</fieldset>"


def _section(matrix: Matrix, name: str, *, titled: bool) -> Iterator[str]:
    used = _used(matrix)
    label = f"{name}-title"
    yield f'<section aria-labelledby="{label}">'
    if titled:
        yield f'<h2 id="{label}"><bdi>{_text(matrix.title)}</bdi></h2>'
        yield from _facts(matrix.facts)
    else:
        yield f'<h2 id="{label}" class="unseen">SOP classes and transfer syntaxes</h2>'
    if matrix.rows:
        yield f'<div class="scroller" tabindex="0" role="region" aria-labelledby="{label}">'
        yield from _table(matrix, used, name, label)
        yield "</div>"
        yield '<p class="nothing" hidden>Nothing here matches the search and the filters.</p>'
    else:
        yield "<p>No SOP class.</p>"
    yield from _syntaxes(matrix, used)
    yield "</section>"


def _syntaxes(matrix: Matrix, used: tuple[Column, ...]) -> Iterator[str]:
    """The transfer syntaxes with their UIDs; those that have no column too."""
    if not matrix.columns:
        return
    left_out = len(matrix.columns) - len(used)
    without = f", {left_out} of them without a column because nothing is in it" if left_out else ""
    count = _counted(len(matrix.columns), "transfer syntax", "transfer syntaxes")
    yield f"<details><summary>{count} with UID{without}</summary><ul>"
    shown = {column.uid for column in used}
    for column in matrix.columns:
        none = "" if column.uid in shown else " <small>(no column)</small>"
        yield f"<li><bdi>{_text(column.name)}</bdi> <code>{_text(column.uid)}</code>{none}</li>"
    yield "</ul></details>"


def _used(matrix: Matrix) -> tuple[Column, ...]:
    """The columns that have something in some row."""
    filled = {cell.column for row in matrix.rows for cell in row.cells if cell.state != "none" or cell.mark}
    return tuple(column for column in matrix.columns if column.uid in filled)


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"


# --- A table ----------------------------------------------------------------------------------------------------------


def _table(matrix: Matrix, used: tuple[Column, ...], name: str, label: str) -> Iterator[str]:
    families = [(family, len(list(those))) for family, those in groupby(used, lambda column: column.family)]
    yield f'<table id="{name}" aria-labelledby="{label}">'
    yield "<colgroup><col></colgroup>" + "".join(f'<colgroup span="{count}"></colgroup>' for _, count in families)
    yield '<thead><tr class="families"><th scope="col" rowspan="2">SOP class</th>'
    yield from (f'<th scope="colgroup" colspan="{count}">{_text(family)}</th>' for family, count in families)
    yield '</tr><tr class="columns">'
    for column in used:
        yield f'<th scope="col" title="{_text(column.uid)}"><span>{_text(column.name)}</span></th>'
    yield "</tr></thead>"
    number = 0
    for group, rows in groupby(matrix.rows, lambda row: row.group):
        members = list(rows)
        yield f'<tbody data-group="{_text(group)}">'
        heading = f"<span><bdi>{_text(group)}</bdi> <small>{len(members)}</small></span>"
        yield f'<tr class="group"><th scope="rowgroup" colspan="{len(used) + 1}">{heading}</th></tr>'
        for row in members:
            yield from _row(row, used, f"{name}-{number}")
            number += 1
        yield "</tbody>"
    yield "</table>"


def _row(row: Row, used: tuple[Column, ...], name: str) -> Iterator[str]:
    cells = {cell.column: cell for cell in row.cells}
    tiles = "".join(_cell(cells.get(column.uid)) for column in used)
    uid = f"<code>{_text(row.uid)}</code>"
    yield f'<tr class="row"><th scope="row"><bdi>{_text(row.name)}</bdi> {uid}</th>{tiles}</tr>'
    notes = [f"<li>{_text(note)}</li>" for note in row.notes]
    notes += _remarks([(at, column, cells[column.uid]) for at, column in enumerate(used) if column.uid in cells])
    if notes:
        yield f'<tr class="notes" id="{name}"><td colspan="{len(used) + 1}"><ul>{"".join(notes)}</ul></td></tr>'


def _cell(cell: Cell | None) -> str:
    if cell is None or (cell.state == "none" and not cell.mark):
        return "<td>"
    # The line end is shown: the symbol is above the mark. There are many thousands of cells, so no quotes and no end
    # tags.
    content = "\n".join(filter(None, (SYMBOLS[cell.state], _text(cell.mark))))
    return f"<td class={CLASSES[cell.state]}>{content}"


def _remarks(found: list[tuple[int, Column, Cell]]) -> Iterator[str]:
    """What the cells of a row have to say: what is said of several, once. The script finds it by the places of the
    columns.
    """
    alike: dict[tuple[CellState, str], list[tuple[int, Column, Cell]]] = {}
    for at, column, cell in found:
        if cell.note:
            alike.setdefault((cell.state, cell.note), []).append((at, column, cell))
    for (state, note), those in alike.items():
        places = " ".join(str(at) for at, _, _ in those)
        marks = " ".join(dict.fromkeys(cell.mark for _, _, cell in those if cell.mark))
        names = ", ".join(column.name for _, column, _ in those[:_NAMED])
        more = f" and {len(those) - _NAMED} more" if len(those) > _NAMED else ""
        tag = f'<b class="swatch {CLASSES[state]}">{SYMBOLS[state]} {_text(marks)}</b>'
        yield f'<li data-columns="{places}">{tag} <b>{_text(names)}{more}.</b> {_text(note)}</li>'
