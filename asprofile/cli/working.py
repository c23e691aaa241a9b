"""``asprofile migrate --worker``: its options, and what is said while it works.

Not here: the other steps (``migrate``), what it does (``api.working``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from asprofile.api.migrating import status_of
from asprofile.api.working import work_migration
from asprofile.cli import options
from asprofile.cli.exits import INTERRUPTED
from asprofile.cli.interrupts import ctrl_c
from asprofile.cli.migrating import RunTeller, show
from asprofile.cli.migration_terms import terms_of
from asprofile.migrate.journal import Journal
from asprofile.migrate.lease import DEFAULT, SHORTEST
from asprofile.migrate.states import MigrationState
from asprofile.printing import printable
from asprofile.send.control import Control

if TYPE_CHECKING:
    from asprofile.api.migrating import RunLimits
    from asprofile.api.working import Worked

worker_options = options.together(
    options.option(
        "--worker",
        heading=options.GOING_ON,
        is_flag=True,
        help="Share a JOURNAL in PostgreSQL with other workers, on this machine or others, until nothing is left.",
    ),
    options.option(
        "--lease",
        heading=options.GOING_ON,
        type=click.FloatRange(SHORTEST),
        default=DEFAULT,
        show_default=True,
        metavar="SECONDS",
        help="With --worker: after so long without a sign of it, others take over what it had.",
    ),
)
NAMES: Final = frozenset({"worker", "lease"})


def work(
    url: str,
    kept: dict[str, Any],
    given: dict[str, Any],
    limits: RunLimits,
    project: Any,
    *,
    remembers: bool,
    quiet: bool,
    form: str,
) -> int:
    """Work until nothing is left; the exit status. ``remembers``: options were given that count from now on."""
    lease = given.pop("lease")
    control = Control()
    with Journal(url, shares=True) as journal:
        if remembers:
            journal.put(options=kept, directory=str(Path.cwd()))
            if kept.get("target"):
                journal.put(peer=kept["target"])
        teller = RunTeller(journal, quiet=quiet)

    def note(text: str) -> None:
        if not quiet:
            click.echo(f"asprofile: {printable(text)}", err=True)

    with ctrl_c(control, control.finish, "finishing what is being done; once more aborts"):
        worked = work_migration(
            url,
            terms_of(given, project),
            limits,
            lease=lease,
            on_note=note,
            on_pause=teller.paused,
            on_event=teller.event,
            control=control,
        )
    return _end(url, worked, control, quiet=quiet, form=form)


def _end(url: str, worked: Worked, control: Control, *, quiet: bool, form: str) -> int:
    with Journal(url, writes=False) as journal:
        status = status_of(journal)
        if not quiet:
            show(journal, "status", form)
    report = worked.report
    if report is not None and report.error is not None:
        click.echo(f"asprofile: {printable(str(report.error))}", err=True)
    doubtful, _ = status.states.get(MigrationState.IN_DOUBT, (0, 0))
    if worked.doubts.unknown and doubtful:  # else they went again
        why = printable("; ".join(worked.doubts.why))
        click.echo(f"asprofile: {doubtful:,} in doubt: {why}; with --in-doubt send they go again", err=True)
    for directory, count in worked.gone.items():
        click.echo(
            f"asprofile: {printable(directory)} is empty, not there, or cannot be read on this machine: {count:,} left "
            "as found, and this worker ends. It needs the sources at the paths that the scan found them at.",
            err=True,
        )
    if control.finishing:
        return INTERRUPTED
    if report is not None and report.error is not None and not report.associations:
        return 2
    return 0 if status.is_done else 1
