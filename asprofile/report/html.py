"""A report as one HTML file: it needs no network and no other file, and can be read without its script.

Belongs here: what is around the tables (``html_table``). How it looks is in ``look.css`` and ``page.css``, what its
controls do in ``page.js``, how it is printed in ``paper.js``; all are in the page, and the page allows nothing else
(Content-Security-Policy). First comes the answer and what to do; the table; then what explains it.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator
from hashlib import sha256

from asprofile import __version__
from asprofile.report.html_table import CLASSES, SYMBOLS, Footnotes, markup, table, used
from asprofile.report.matrix import Answer, Column, Matrix
from asprofile.resources import text_of


def page(matrix: Matrix, *others: Matrix, title: str | None = None) -> str:
    """One whole HTML 5 document, to be encoded in UTF-8.

    With several matrices each has a section of its own, below ``title``, and the controls are for all. Columns that
    have nothing in any row are left out, and named below the table.
    """
    matrices = (matrix, *others)
    heading = markup(title or matrix.title)
    style = text_of("report/look.css") + text_of("report/page.css")
    script = text_of("report/page.js") + text_of("report/paper.js")
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
        *(_answer(matrix.answer) if single else _contents(matrices)),
        '<button type="button" id="theme" aria-pressed="false" hidden>Dark</button>',
        "</header>",
        '<main id="matrices">',
        *_tools(matrices),
        *sections,
        "</main>",
        f"<footer>Made by asprofile {__version__}. The file is complete in itself and loads nothing.</footer>",
        "</body>",
        "</html>",
        "",
    ]
    return "\n".join(lines)


def _hash(content: str) -> str:
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"


# --- Around the tables ------------------------------------------------------------------------------------------------


def _answer(answer: Answer | None) -> Iterator[str]:
    if answer is None:
        return
    yield f'<p class="answer">{_with_code(answer.text)}</p>'
    if answer.whole:
        share = f"{100 * answer.count / answer.whole:.4g}"
        yield '<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">'
        yield f'<rect width="{share}" height="1"></rect></svg>'
    if answer.advice:
        yield '<ul class="advice">'
        yield from (f"<li>{_with_code(line)}</li>" for line in answer.advice)
        yield "</ul>"


def _with_code(line: str) -> str:
    """What is between backticks is a command or a name."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", markup(line))


def _facts(facts: Iterable[tuple[str, str]]) -> Iterator[str]:
    found = [f"<div><dt>{markup(label)}</dt><dd><bdi>{markup(value)}</bdi></dd></div>" for label, value in facts]
    if found:
        yield '<dl class="facts">'
        yield from found
        yield "</dl>"


def _contents(matrices: tuple[Matrix, ...]) -> Iterator[str]:
    yield '<nav aria-label="Contents"><ul>'
    for number, matrix in enumerate(matrices):
        count = _counted(len(matrix.rows), "SOP class", "SOP classes")
        yield f'<li><a href="#m{number}-title"><bdi>{markup(matrix.title)}</bdi></a> <small>{count}</small></li>'
    yield "</ul></nav>"


def _tools(matrices: tuple[Matrix, ...]) -> Iterator[str]:
    """Search and filters, which appear only where the script runs, and the legend, which is always there. A narrow
    window has them folded.
    """
    groups = dict.fromkeys(row.group for matrix in matrices for row in matrix.rows)
    families = dict.fromkeys(column.family for matrix in matrices for column in used(matrix))
    yield '<details class="tools" open><summary>Search, filters and what the cells say</summary>'
    yield '<form id="controls" role="search" aria-label="Search and filters">'
    yield '<div class="filters" hidden>'
    yield '<label class="wide">Search <input id="search" type="search" autocomplete="off" spellcheck="false"'
    yield 'placeholder="SOP class or transfer syntax, name or UID"></label>'
    yield from _select("group", "Modality or service", "All", groups)
    yield from _select("family", "Transfer syntaxes", "All", families)
    yield '<button type="button" id="notes" aria-pressed="false">Open all notes</button>'
    yield '<button type="button" id="clear">Reset</button>'
    yield "</div>"
    yield from _legend(matrices)
    yield '<p id="count" role="status" hidden></p>'
    yield "</form></details>"


def _select(name: str, label: str, everything: str, values: Iterable[str]) -> Iterator[str]:
    yield f'<label>{label} <select id="{name}"><option value="">{everything}</option>'
    yield from (f"<option>{markup(value)}</option>" for value in values)
    yield "</select></label>"


def _legend(matrices: tuple[Matrix, ...]) -> Iterator[str]:
    """What the states mean, with how many cells have each: the states that occur, and what an empty cell says."""
    counts = Counter(cell.state for matrix in matrices for row in matrix.rows for cell in row.cells)
    meanings = dict(reversed([pair for matrix in matrices for pair in matrix.legend]))
    order = dict.fromkeys(state for matrix in matrices for state, _ in matrix.legend)
    yield '<fieldset class="legend"><legend>What the cells say</legend>'
    for state in order:
        meaning, code = markup(meanings[state]), CLASSES[state]
        swatch = f'<span class="swatch {code}">{SYMBOLS[state]}</span>'
        if state == "none":
            yield f"<span>{swatch} <span>{meaning}</span></span>"
        elif counts[state]:
            box = f'<input type="checkbox" name="state" value="{code}" checked>'
            yield f"<label>{box}{swatch} <span>{meaning} <b>{counts[state]:,}</b></span></label>"
    yield '<label class="check"><input id="compact" type="checkbox" checked>'
    yield "<span>Hide rows and columns left empty</span></label>"
    yield "</fieldset>"


def _section(matrix: Matrix, name: str, *, titled: bool) -> Iterator[str]:
    columns, notes = used(matrix), Footnotes(name)
    label = f"{name}-title"
    yield '<section class="matrix">'
    if titled:
        yield f'<h2 id="{label}"><bdi>{markup(matrix.title)}</bdi></h2>'
        yield from _answer(matrix.answer)
    else:
        yield f'<h2 id="{label}" class="unseen">SOP classes and transfer syntaxes</h2>'
    if matrix.rows:
        yield f'<div class="scroller" tabindex="0" role="region" aria-labelledby="{label}">'
        yield from table(matrix, columns, name, notes)
        yield "</div>"
        yield '<p class="nothing" hidden>Nothing here matches the search and the filters.</p>'
    else:
        yield "<p>No SOP class.</p>"
    yield from notes.lines()
    yield from _syntaxes(matrix, columns)
    yield from _facts(matrix.facts)
    yield "</section>"


def _syntaxes(matrix: Matrix, columns: tuple[Column, ...]) -> Iterator[str]:
    """The transfer syntaxes with their names and UIDs, first those of the columns, in their order; then the others."""
    if not matrix.columns:
        return
    shown = {column.uid for column in columns}
    others = [column for column in matrix.columns if column.uid not in shown]
    without = f", {len(others)} of them without a column because nothing is in it" if others else ""
    count = _counted(len(matrix.columns), "transfer syntax", "transfer syntaxes")
    yield f'<details class="syntaxes"><summary>{count} with name and UID{without}</summary><ul>'
    for column in (*columns, *others):
        none = "" if column.uid in shown else " <small>(no column)</small>"
        yield f"<li><bdi>{markup(column.name)}</bdi> <code>{markup(column.uid)}</code>{none}</li>"
    yield "</ul></details>"


def _counted(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
