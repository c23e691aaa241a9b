"""The gaps between two sides as lines: what is taken only converted, or not at all, and what closes it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from asprofile.names.uids import display_name
from asprofile.printing import named, plural, printable

if TYPE_CHECKING:
    from asprofile.api.simulating import SimulationReport
    from asprofile.negotiate.coverage import ClassCoverage
    from asprofile.render.look import ReportLook


def render(report: SimulationReport, look: ReportLook) -> Iterator[str]:
    rows = report.coverage
    gaps = [row for row in rows if not row.whole]
    style = look.style
    said = f"answers as {report.program_title}" + ("" if report.proven else ", which its source says; not proven here")
    if not rows:
        yield f"{style('no gaps known', 'yellow')}: no object was found ({said})"
        return
    if not gaps:
        yield f"{style('no gaps', 'green')}: {plural(len(rows), 'SOP class')} taken as proposed ({said})"
        return
    yield f"{style('gaps', 'yellow')}: {len(gaps)} of {plural(len(rows), 'SOP class')} ({said})"
    for row in gaps:
        yield from _row(report, row)


def _row(report: SimulationReport, row: ClassCoverage) -> Iterator[str]:
    objects = f", {plural(row.objects, 'object')}" if row.objects else ""
    yield f"  {named(display_name(row.sop_class))}{objects}"
    if row.taken:
        yield f"    as it is: {_names(row.taken)}"
    for (to, option, loss, needs), some in groupby(
        row.converted, lambda one: (one.to, one.option, one.loss, one.needs)
    ):
        syntaxes = _names([one.transfer_syntax for one in some])
        install = f"; first: {needs}" if needs else ""
        yield printable(f"    converted: {syntaxes} to {display_name(to)} (send {option}: {loss}{install})")
    for reason, some_refused in groupby(row.refused, lambda one: one.reason if row.service else ""):
        why = f": {reason}" if reason else ""
        yield printable(f"    not at all: {_names([one.transfer_syntax for one in some_refused])}{why}")
    if row.role_failure:
        yield printable(f"    role: {row.role_failure}")
    found = report.remedies(row)
    for remedy in found:
        word = "and" if remedy.together and remedy.side == "requestor" else "closed by"
        command = f": {remedy.command}" if remedy.command else ""
        yield printable(f"    {word}, at the {remedy.side}: {remedy.text}{command}")
    if (row.converted or row.refused) and not found:
        yield "    closed by no single change that was tried"


def _names(uids: list[str] | tuple[str, ...]) -> str:
    return ", ".join(display_name(uid) for uid in uids)
