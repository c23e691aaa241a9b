"""What is said of a migration: how far it is, and the sums of its journal.

Not here: the steps (``migrate``).
"""

from __future__ import annotations

import csv
import io
import json
import time
from typing import TYPE_CHECKING, Final

import click

from asprofile.api.migrating import HEADINGS, objects_of, status_of
from asprofile.api.reporting import missing_objects, report_of, summary_of
from asprofile.cli.retries import Retries
from asprofile.migrate.states import MigrationState
from asprofile.printing import printable, visible
from asprofile.program import command as command_line
from asprofile.report.migration import duration_text, migration_page
from asprofile.report.send.text import size_text
from asprofile.send.options import duration
from asprofile.send.outcome import Finished, Retrying

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asprofile.api.migrating import Migrated, MigrationStatus
    from asprofile.migrate.journal import Journal
    from asprofile.migrate.pace import Hours
    from asprofile.send.outcome import SendEvent

_TO_BE_SENT: Final = (MigrationState.FOUND, MigrationState.IN_DOUBT, MigrationState.LISTED)
_EVERY: Final = 10.0
"""Seconds between two lines of progress."""


class CountTeller:
    """Says now and then how many of these a step has looked at."""

    def __init__(self, step: str, of_these: str, *, quiet: bool) -> None:
        self._step, self._of_these = step, of_these
        self._quiet = quiet
        self._last = time.monotonic()

    def count(self, number: int) -> None:
        self._say(number, self._of_these)

    def listed(self, peer: str, number: int, of_these: str) -> None:
        """So many of these were listed by a peer."""
        self._say(number, f"{of_these} at {printable(peer)}")

    def _say(self, number: int, of_these: str) -> None:
        now = time.monotonic()
        if not self._quiet and now - self._last >= _EVERY:
            self._last = now
            click.echo(f"{self._step}: {number:,} {of_these}", err=True)


class RunTeller:
    """Says now and then how far a run is, and what is waited for."""

    def __init__(self, journal: Journal, *, quiet: bool) -> None:
        self._quiet = quiet
        self._retries = Retries()
        self._total = sum(map(journal.count, _TO_BE_SENT))
        self._done = self._failed = 0
        self._began = self._last = time.monotonic()

    def event(self, event: SendEvent) -> None:
        if isinstance(event, Finished):
            self._done += 1
            self._failed += not event.result.outcome.is_stored
            now = time.monotonic()
            if not self._quiet and now - self._last >= _EVERY:
                self._last = now
                click.echo(self._line(now - self._began), err=True)
        elif isinstance(event, Retrying) and not self._quiet:
            how_long = "" if event.wait is None else f", for {duration(event.wait)} in all (--wait)"
            click.echo(self._retries.line(event.error, event.delay, how_long), err=True)

    def paused(self, hours: Hours) -> None:
        """Nothing is sent for now."""
        if not self._quiet:
            click.echo(f"it is not the time of --hours {hours}: waiting", err=True)

    def _line(self, seconds: float) -> str:
        rate = self._done / seconds
        left = duration_text((self._total - self._done) / rate)
        pace = f"{self._done:,} of {self._total:,} objects, {self._failed:,} not stored, {rate:,.0f} a second"
        return f"{pace}, {left} left"


def show(journal: Journal, step: str, form: str) -> None:
    """Print the sums (``status``), or these and what is not stored (``report``)."""
    if form == "csv":
        for line in _csv(journal):
            click.echo(line)
        return
    if form == "html":
        # It says of itself that it is UTF-8, whatever the terminal takes.
        click.echo(migration_page(summary_of(journal, report_of(journal))).encode(), nl=False)
        return
    status = status_of(journal)
    if form == "json":
        found = report_of(journal) if step == "report" else status
        click.echo(json.dumps(found.as_json(), indent=2))
        return
    for line in _sums(status):
        click.echo(line)
    if step == "report":
        for line in _details(journal, status):
            click.echo(line)


def _sums(status: MigrationStatus) -> Iterator[str]:
    yield f"{printable(status.journal)}: {_number(status.objects, 'object')} of {_number(status.files, 'file')}"
    for state, (count, size) in status.states.items():
        yield f"  {state.words:20}{count:>13,}  {size_text(size)}"
    if status.again:
        yield f"  {'found again':20}{status.again:>13,}"
    if status.others:
        yield f"  {'no DICOM objects':20}{status.others:>13,}"
    if status.wrong:
        yield f"  {'cannot be read':20}{status.wrong:>13,}"
    if not status.is_scanned:
        yield "  the scan is not finished"
    for one in status.workers:
        where = f"  worker {printable(one.host)}:{one.pid}"
        did = f"{one.stored:,} stored, {one.failed:,} not stored"
        if one.has_ended:
            yield f"{where} has ended: {did}"
        else:
            has = f"{_number(one.blocks, 'block')}, {_number(one.associations, 'association')}"
            yield f"{where}, seen {one.seen:.0f} s ago: {has}, {did}"


def _details(journal: Journal, status: MigrationStatus) -> Iterator[str]:
    if status.reasons:
        yield ""
        yield "Why:"
    for state, why, count in status.reasons:
        yield f"  {count:>13,}  {state.words}: {printable(why) or 'no reason is known'}"
    yield ""
    yield "Objects that are not at the peer, but for those to be sent:"
    for one in missing_objects(journal):
        if one.state not in (MigrationState.FOUND.words, MigrationState.LISTED.words):
            yield f"  {visible(one.path)}: {one.state}: {printable(one.reason)}"


def _csv(journal: Journal) -> Iterator[str]:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="")
    writer.writerow(HEADINGS)
    yield text.getvalue()
    for values in objects_of(journal):
        text.seek(0)
        text.truncate()
        writer.writerow([_cell(one) for one in values])
        yield text.getvalue()


def _cell(value: object) -> object:
    """What a spreadsheet would take for a formula is text."""
    if not isinstance(value, str):
        return value
    shown = visible(value)
    return f"'{shown}" if shown.startswith(("=", "+", "-", "@")) else shown


def _number(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"


def tell_nothing(status: MigrationStatus) -> None:
    """No scan found an object."""
    others = f" among {status.files:,} file{'s' * (status.files != 1)}" if status.files else ""
    click.echo(f"asprofile: no DICOM objects found{others} in any source: nothing to migrate", err=True)


def tell_doubts(journal: Journal, migrated: Migrated) -> None:
    """What the peer does not say of, and what can be done."""
    count = migrated.doubts.unknown
    click.echo(
        f"asprofile: {count:,} object{'s are' if count != 1 else ' is'} in doubt: "
        f"{printable('; '.join(migrated.doubts.why))}. To send them again all the same: "
        f"{command_line('migrate', journal.path, '--in-doubt', 'send')}",
        err=True,
    )


def tell_gone(journal: Journal, migrated: Migrated) -> None:
    """Sources that are not there as they were."""
    for directory, count in migrated.gone.items():
        click.echo(
            f"asprofile: {printable(directory)} is empty, not there, or cannot be read: "
            f"{count:,} object{'s' * (count != 1)} in it {'are' if count != 1 else 'is'} left as found. If something "
            "has to be mounted there, do that and go on with the same command; if the files are gone for good: "
            f"{command_line('migrate', 'hold', journal.path)}",
            err=True,
        )
