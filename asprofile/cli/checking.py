"""The step ``check`` of ``asprofile migrate``: its option, and what is said of it.

Not here: the other steps (``migrate``), what the peer is asked (``api.checking``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from asprofile.api.checking import check_objects
from asprofile.cli import options
from asprofile.cli.exits import INTERRUPTED
from asprofile.cli.interrupts import ctrl_c
from asprofile.cli.migration_terms import terms_of
from asprofile.render import rendered
from asprofile.render.look import ReportLook
from asprofile.send.control import Control

if TYPE_CHECKING:
    from asprofile.migrate.journal import Journal

NAMES: Final = frozenset({"expected_rate"})

check_option = options.option(
    "--expected-rate",
    heading=options.GOING_ON,
    type=click.FloatRange(0, min_open=True),
    metavar="N",
    help="For the step check: so many objects a second are sent.  [default: as of late, by the journal]",
)


def check(journal: Journal, given: dict[str, Any], project: Any, *, quiet: bool, form: str) -> int:
    """Ask the peer what it would take; the exit status."""
    rate = given.pop("expected_rate")
    control = Control()
    with ctrl_c(control, control.finish, "ending the question; once more aborts"):
        found = check_objects(journal, terms_of(given, project), rate=rate, control=control)
    if form == "json" or not quiet:
        for line in rendered("migrate-check", form, found, ReportLook()):
            click.echo(line)
    if control.finishing:
        return INTERRUPTED
    return 0 if found.all_well else 1
