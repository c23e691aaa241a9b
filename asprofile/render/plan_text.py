"""What is planned as a table, and the commands that would give the rest a context."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from asprofile.names.uids import display_name
from asprofile.names.well_known import MAX_CONTEXTS
from asprofile.printing import named, plural, printable

if TYPE_CHECKING:
    from asprofile.api.planning import PlanReport
    from asprofile.negotiate.planning import Planned
    from asprofile.render.look import ReportLook


def render(found: PlanReport, look: ReportLook) -> Iterator[str]:
    style = look.style
    rows, profile = found.rows, found.profile
    heading = ("SOP class", "transfer syntax", "presentation context")
    table = [(*map(_name, (planned.sop_class, planned.transfer_syntax)), context_of(planned)) for planned, _ in rows]
    first, second = (max(len(row[column]) for row in (heading, *table)) for column in (0, 1))
    if rows:
        yield style(f"{'objects':>9}  {heading[0]:<{first}}  {heading[1]:<{second}}  {heading[2]}", "bold")
    for (planned, count), (sop_class, syntax, where) in zip(rows, table, strict=True):
        last = where if planned.missing is None else style(where, "red")
        yield f"{count:>9,}  {sop_class:<{first}}  {syntax:<{second}}  {last}"
    skipped = f"; {found.skipped:,} other files skipped" if found.skipped else ""
    skipped += f"; {found.left_out:,} left out by --where" if found.left_out else ""
    what = f"profile {named(profile.name)} of {printable(found.path)}"
    objects = plural(found.objects, "object")
    yield f"{objects}: {found.objects - found.without:,} with a context in {what}, {found.without:,} without{skipped}"
    if not found.commands:
        return
    yield "to add what is missing:"
    yield from (f"  {command}" for command in found.commands)
    missing = sum(planned.missing is not None for planned, _ in rows)
    room = MAX_CONTEXTS - len(profile.contexts)
    if missing > room:
        yield f"  (the profile has room for {room} of {missing} contexts more; the command says what could go)"


def context_of(planned: Planned) -> str:
    """Where objects of a kind go, or why nowhere."""
    if planned.missing is not None:
        conversion = planned.missing.conversion
        converted = f" (or send with {conversion.option})" if conversion is not None else ""
        return f"none: {printable(planned.missing.reason)}{converted}"
    contexts = ", ".join(map(str, planned.contexts[:4])) + (" and more" if len(planned.contexts) > 4 else "")
    return contexts if planned.certain else f"{contexts}, if the peer chooses this transfer syntax there"


def _name(uid: str) -> str:
    return named(display_name(uid))
