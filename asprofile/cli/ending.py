"""How ``asprofile send`` ends: what it says to standard error, and its exit status.

Not here: sending (``sending``), how far it has come (``progress``), what results look like (``report.send``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from asprofile.cli.exits import INTERRUPTED, typed
from asprofile.printing import Style, printable
from asprofile.report.send.sending import Sending, interruption
from asprofile.report.send.text import counts

if TYPE_CHECKING:
    from asprofile.send.outcome import SendReport


def exit_status(report: SendReport) -> int:
    """2 without an association that was wanted, 1 when anything was refused or failed or there was nothing to send."""
    if report.interrupted:
        return INTERRUPTED
    if report.error is not None and not report.associations:
        return 2
    return 0 if report.tally.total and report.all_stored else 1


def summarise(report: SendReport, sending: Sending, style: Style, *, quiet: bool) -> None:
    if report.interrupted:
        click.echo(f"asprofile: {interruption(report)}", err=True)
    elif report.error is not None:
        click.echo(f"asprofile: {printable(typed(report.error))}", err=True)
    if sending.left:
        click.echo(f"to send what is left: {sending.left}", err=True)
    if quiet:
        return
    if report.tally.total:
        click.echo(counts(report, sending.peer, style), err=True)
    elif report.error is None and not report.interrupted:
        skipped = f" ({report.skipped:,} other files skipped; -v says why)" if report.skipped else ""
        none = (
            f"none of {report.left_out:,} DICOM objects fits --where" if report.left_out else "no DICOM objects found"
        )
        click.echo(f"{none}{skipped}: nothing to send", err=True)
