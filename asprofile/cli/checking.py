"""The step ``check`` of ``asprofile migrate``: its option, and what is said of it.

Not here: the other steps (``migrate``), what the peer is asked (``api.checking``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import click

from asprofile.api.checking import check_migration
from asprofile.cli import options, peers
from asprofile.cli.converting import taken_from
from asprofile.cli.exits import INTERRUPTED
from asprofile.cli.interrupts import ctrl_c
from asprofile.cli.send_options import send_options
from asprofile.model.reference import parse_reference
from asprofile.names.releases import LATEST
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
    to = peers.resolve(given.pop("target"), given, project)
    profile, release = given.pop("profile"), given.pop("release")
    named = parse_reference(profile) if profile is not None else to.profile
    settings = project() if named is not None else None
    default, rate = given.pop("propose_default"), given.pop("expected_rate")
    control = Control()
    with ctrl_c(control, control.finish, "ending the question; once more aborts"):
        found = check_migration(
            journal,
            to,
            profile=named,
            release=release or (settings.release if settings is not None else LATEST),
            propose_default=default,
            conversion=taken_from(given),
            options=send_options(given),
            rate=rate,
            control=control,
            settings=settings,
        )
    if form == "json" or not quiet:
        for line in rendered("migrate-check", form, found, ReportLook()):
            click.echo(line)
    if control.finishing:
        return INTERRUPTED
    return 0 if found.all_well else 1
