"""What is planned as a page: the objects of each SOP class and transfer syntax, and whether they have a context."""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from asprofile.names.uids import display_name
from asprofile.names.well_known import MAX_CONTEXTS
from asprofile.printing import plural
from asprofile.program import quoted, started
from asprofile.render.plan_text import context_of
from asprofile.report.axes import by_group, columns
from asprofile.report.html import page
from asprofile.report.matrix import Answer, Cell, CellState, Matrix, Row
from asprofile.report.paths import shareable

if TYPE_CHECKING:
    from asprofile.api.planning import PlanReport
    from asprofile.negotiate.planning import Planned
    from asprofile.render.look import ReportLook

_LEGEND: tuple[tuple[CellState, str], ...] = (
    ("yes", "Has a context; the number is that of the objects"),
    ("partly", "Has a context, if the peer chooses this transfer syntax there"),
    ("no", "Has no context"),
    ("none", "There is no such object"),
)


def render(found: PlanReport, _: ReportLook) -> Iterator[str]:
    yield page(matrix(found)).removesuffix("\n")


def matrix(found: PlanReport) -> Matrix:
    """The SOP classes of the objects against their transfer syntaxes."""
    cells: dict[str, list[Cell]] = {}
    for planned, count in found.rows:
        cells.setdefault(planned.sop_class, []).append(_cell(planned, count))
    rows = tuple(Row(uid, display_name(uid), group, tuple(cells[uid])) for uid, group in by_group(cells))
    used = columns(planned.transfer_syntax for planned, _ in found.rows)
    title = f"Objects for profile {found.profile.name}"
    return Matrix(title, tuple(_facts(found)), _LEGEND, used, rows, _answer(found))


def _cell(planned: Planned, count: int) -> Cell:
    state: CellState = "no" if planned.missing is not None else "yes" if planned.certain else "partly"
    where = context_of(planned)
    if planned.missing is None:
        where = f"{'contexts' if len(planned.contexts) > 1 else 'context'} {where}"
    return Cell(planned.transfer_syntax, state, _short(count), f"{plural(count, 'object')}: {where}.")


def _short(count: int) -> str:
    """A number in three characters: 999, 12k, .4M, 12M."""
    if count < 1_000:
        return str(count)
    for letter, larger in pairwise("kMGT"):
        count //= 1_000
        if count < 100:
            return f"{count}{letter}"
        if count < 1_000:
            return f".{count // 100}{larger}"
    return ">1T"


def _answer(found: PlanReport) -> Answer:
    objects = found.objects
    if not objects:
        return Answer("No objects were found")
    with_context = objects - found.without
    text = f"{with_context:,} of {plural(objects, 'object')} {'has' if with_context == 1 else 'have'} a context"
    return Answer(text, with_context, objects, tuple(_what_to_do(found)))


def _what_to_do(found: PlanReport) -> Iterator[str]:
    if not found.without:
        reference = f"{shareable(found.path)}:{found.profile.name}"
        yield f"Send them: `asprofile send --profile {quoted(reference)} PEER FOLDER`"
    # As somebody else starts it; a page that is handed on names no folders.
    commands = [f"asprofile {command.removeprefix(started(''))}" for command in found.commands]
    if all(shareable(word) == word for command in commands for word in command.split()):
        yield from (f"Add what is missing: `{command}`" for command in commands)
    else:
        yield "Without `--html` the commands that add what is missing are told."
    missing = sum(planned.missing is not None for planned, _ in found.rows)
    room = MAX_CONTEXTS - len(found.profile.contexts)
    if missing > room:
        yield f"The profile has room for {room} of {missing} contexts more; `asprofile add` says what could go."


def _facts(found: PlanReport) -> Iterator[tuple[str, str]]:
    yield "Profile", f"{found.profile.name} of {shareable(found.path)}"
    yield "Contexts", f"{len(found.profile.contexts)} of {MAX_CONTEXTS}"
    yield "Date", time.strftime("%Y-%m-%d %H:%M %z")
    counted = (("No objects", found.unreadable), ("Skipped", found.skipped), ("Left out by --where", found.left_out))
    yield from ((label, plural(count, "file")) for label, count in counted if count)
