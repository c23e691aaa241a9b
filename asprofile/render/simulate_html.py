"""A simulated negotiation as a page: what of each SOP class is taken, only converted, or not at all."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from asprofile.api.simulating import SimulationReport
from asprofile.names.uids import display_name
from asprofile.printing import plural
from asprofile.report.axes import by_group, columns
from asprofile.report.html import page
from asprofile.report.matrix import Answer, Cell, CellState, Matrix, Row
from asprofile.report.paths import shareable

if TYPE_CHECKING:
    from asprofile.api.simulating import SimulationReports
    from asprofile.negotiate.coverage import ClassCoverage
    from asprofile.render.look import ReportLook

_LEGEND: tuple[tuple[CellState, str], ...] = (
    ("yes", "Taken as it is"),
    ("partly", "Taken only if it is converted"),
    ("no", "Not taken"),
    ("none", "Not proposed, or there is no such object"),
)


def render(found: SimulationReport | SimulationReports, _: ReportLook) -> Iterator[str]:
    yield page(matrix(found)).removesuffix("\n")


def matrix(found: SimulationReport | SimulationReports) -> Matrix:
    """The SOP classes of the requestor against their transfer syntaxes; of several, one below the other."""
    reports = (found,) if isinstance(found, SimulationReport) else found.reports
    several = len(reports) > 1
    shown = tuple(row for report in reports for row in _rows(report, several=several))
    used = columns(cell.column for row in shown for cell in row.cells)
    facts = tuple(fact for report in reports for fact in _facts(report))
    return Matrix("What is taken", (*facts, *_about(reports[0])), _LEGEND, used, shown, _answer(reports))


def _rows(found: SimulationReport, *, several: bool) -> Iterator[Row]:
    rows = {row.sop_class: row for row in found.coverage}
    pair = " to ".join(_side(found, place) for place in (0, 1))
    for uid, group in by_group(rows):
        cells, notes = tuple(_cells(rows[uid])), tuple(_notes(found, rows[uid]))
        yield Row(uid, display_name(uid), pair if several else group, cells, notes)


def _cells(row: ClassCoverage) -> Iterator[Cell]:
    for uid in row.taken:
        yield Cell(uid, "yes", "", "Taken as it is.")
    for one in row.converted:
        install = f" First: {one.needs}" if one.needs else ""
        note = f"Taken as {display_name(one.to)} with send {one.option}: {one.loss}.{install}"
        yield Cell(one.transfer_syntax, "partly", "", note)
    for other in row.refused:
        yield Cell(other.transfer_syntax, "no", "", f"Not taken: {other.reason}.")


def _notes(found: SimulationReport, row: ClassCoverage) -> Iterator[str]:
    if row.objects:
        yield f"{plural(row.objects, 'object')}."
    if row.role_failure:
        yield f"Roles: {row.role_failure}."
    for one in found.remedies(row):
        word = "and at" if one.together and one.side == "requestor" else "At"
        yield f"{word.capitalize()} the {one.side}: {one.text}."


def _answer(reports: tuple[SimulationReport, ...]) -> Answer:
    rows = [row for report in reports for row in report.coverage]
    whole = sum(row.whole for row in rows)
    text = f"{whole:,} of {plural(len(rows), 'SOP class')} {'is' if whole == 1 else 'are'} taken as proposed"
    return Answer(text, whole, len(rows), tuple(one for report in reports for one in _what_to_do(report)))


def _what_to_do(found: SimulationReport) -> Iterator[str]:
    commands = [one.command for row in found.coverage for one in found.remedies(row) if one.command]
    # A page that is handed on names no folders.
    yield from (f"`{one}`" for one in commands if all(shareable(word) == word for word in one.split()))


def _facts(found: SimulationReport) -> Iterator[tuple[str, str]]:
    yield "Requestor", _side(found, 0)
    yield "Acceptor", _side(found, 1)
    yield "Answers as", found.program_title + ("" if found.proven else " (as its source says, not proven here)")


def _side(found: SimulationReport, place: int) -> str:
    profile = (found.requestor, found.acceptor)[place]
    return f"{profile.name} of {shareable(found.paths[place])}"


def _about(found: SimulationReport) -> Iterator[tuple[str, str]]:
    yield "DCMTK", found.release
    yield "Date", time.strftime("%Y-%m-%d %H:%M %z")
