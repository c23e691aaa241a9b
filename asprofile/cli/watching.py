"""``asprofile migrate --watch``: its options, and what is said while it goes on.

Not here: the other steps (``migrate``), what it does (``api.watching``).
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import click

from asprofile.api.watching import watch_directories
from asprofile.cli import options
from asprofile.cli.exits import INTERRUPTED
from asprofile.cli.help_texts import text_of
from asprofile.cli.metrics_page import MetricsPage, NoMetrics
from asprofile.cli.migration_terms import terms_of
from asprofile.cli.retries import Retries
from asprofile.migrate.watching import WatchTimes
from asprofile.net.notify import READY, STOPPING, Watchdog, notify
from asprofile.printing import printable
from asprofile.send.options import duration
from asprofile.send.outcome import Finished, Retrying

if TYPE_CHECKING:
    from asprofile.api.migrating import Migrated, RunLimits
    from asprofile.migrate.journal import Journal
    from asprofile.migrate.metrics import MigrateMetrics
    from asprofile.migrate.pace import Hours
    from asprofile.migrate.watching import Watch
    from asprofile.send.control import Control
    from asprofile.send.outcome import SendEvent

_EVERY: Final = 10.0
"""Seconds between two lines of progress."""
_BEAT: Final = 0.1

watch_options = options.together(
    options.option(
        "--watch/--no-watch",
        heading=options.GOING_ON,
        default=False,
        help="Go on for ever: what comes into the directories of --from is sent, too. Ctrl-C and SIGTERM end it.",
    ),
    options.option(
        "--quiet-for",
        heading=options.GOING_ON,
        type=click.FloatRange(0),
        default=WatchTimes().quiet_for,
        show_default=True,
        metavar="SECONDS",
        help="With --watch: a file counts once it is complete and was not changed for so long.",
    ),
    options.option(
        "--rescan",
        heading=options.GOING_ON,
        type=click.FloatRange(1),
        default=WatchTimes().rescan,
        show_default=True,
        metavar="SECONDS",
        help="With --watch: look at all files so often, for what the system does not tell; less often where that takes "
        "long.",
    ),
    options.option(
        "--metrics", heading=options.OUTPUT, metavar="[HOST:]PORT", help=text_of("--metrics", "With --watch.")
    ),
)
NAMES: Final = frozenset({"watch", "quiet_for", "rescan", "metrics"})


def watch(
    journal: Journal,
    sources: tuple[str, ...],
    given: dict[str, Any],
    limits: RunLimits,
    selecting: dict[str, Any],
    project: Any,
    control: Control,
    *,
    quiet: bool,
) -> int:
    """Go on until ``control`` ends it; the exit status."""
    times = WatchTimes(given.pop("quiet_for"), given.pop("rescan"))
    where = given.pop("metrics")
    given["wait"] = math.inf if given["wait"] is None else given["wait"]
    metrics: MigrateMetrics | None = None
    page: MetricsPage | NoMetrics = NoMetrics()
    if where is not None:
        # Not needed by most.
        from asprofile.migrate.metrics import MigrateMetrics

        metrics = MigrateMetrics(journal)
        page = MetricsPage(where, metrics)
    teller = _Teller(page, metrics, times, quiet=quiet)
    with page, _Beat(page.look):
        is_well = watch_directories(
            journal,
            sources,
            terms_of(given, project),
            limits,
            times=times,
            bare=selecting["bare"],
            recurse=not selecting["no_recurse"],
            pattern=selecting["pattern"],
            where=options.selection(selecting["where"]),
            on_watch=teller.begin,
            on_note=teller.note,
            on_run=teller.run,
            on_pause=teller.paused,
            on_event=teller.event,
            control=control,
        )
        notify(f"{STOPPING}\nSTATUS=ends")
    teller.end()
    return INTERRUPTED if control.aborting else 0 if is_well else 1


class _Beat:
    """Answers who asks for metrics, and says to a supervisor that we are alive, while others work."""

    def __init__(self, look: Callable[[], None]) -> None:
        self._look = look
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="beat", daemon=True)

    def _run(self) -> None:
        watchdog = Watchdog()
        while not self._stop.wait(_BEAT):
            self._look()
            watchdog.alive()

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


class _Teller:
    """Says what begins, what goes wrong, and now and then how much was sent. ``note`` may come from any thread."""

    def __init__(
        self, page: MetricsPage | NoMetrics, metrics: MigrateMetrics | None, times: WatchTimes, *, quiet: bool
    ) -> None:
        self._page = page
        self._metrics = metrics
        self._times = times
        self._quiet = quiet
        self._retries = Retries()
        self._watch: Watch | None = None
        self._stored = self._failed = 0
        self._told = 0
        self._last = time.monotonic()
        self._before = ""

    def begin(self, watch: Watch) -> None:
        self._watch = watch
        if self._metrics is not None:
            self._metrics.waiting = watch.counts
        if why := watch.why_only_rescans:
            self.note(f"{why}; until then files are found by looking at all of them")
        self.note(f"watching, and looking at all files every {self._times.rescan:g} s; Ctrl-C ends it")
        if self._page.url:
            self.note(f"metrics: {self._page.url}")
        notify(f"{READY}\nSTATUS=watches")

    def note(self, text: str) -> None:
        if not self._quiet:
            click.echo(printable(text), err=True)

    def paused(self, hours: Hours) -> None:
        self._once(f"it is not the time of --hours {hours}: waiting")

    def event(self, event: SendEvent) -> None:
        self._page.take(event)
        if isinstance(event, Finished):
            self._before = ""
            self._stored += event.result.outcome.is_stored
            self._failed += not event.result.outcome.is_stored
            if time.monotonic() - self._last >= _EVERY:
                self._line()
        elif isinstance(event, Retrying) and not self._quiet:
            how_long = "" if event.wait in (None, math.inf) else f", for {duration(event.wait)} in all (--wait)"
            click.echo(self._retries.line(event.error, event.delay, how_long), err=True)

    def run(self, migrated: Migrated) -> None:
        """A run is over."""
        report = migrated.report
        if report is not None and report.error is not None:
            if self._metrics is not None and not report.associations:
                self._metrics.failed()
            self._once(f"asprofile: {report.error}")
        for directory, count in migrated.gone.items():
            self._once(f"asprofile: {directory} is empty, not there, or cannot be read: {count:,} objects in it wait")
        if migrated.doubts.unknown:
            self._once(f"asprofile: {migrated.doubts.unknown:,} in doubt: {'; '.join(migrated.doubts.why)}")
        if time.monotonic() - self._last >= _EVERY:
            self._line()

    def _once(self, text: str) -> None:
        """Not again and again the same."""
        if text != self._before:
            self._before = text
            self.note(text)

    def _line(self) -> None:
        self._last = time.monotonic()
        done = self._stored + self._failed
        if done == self._told:
            return
        self._told = done
        waiting = self._watch.counts().files if self._watch is not None else 0
        text = f"{self._stored:,} stored, {self._failed:,} not stored, {waiting:,} files wait"
        self.note(text)
        notify(f"STATUS={text}")

    def end(self) -> None:
        incomplete = self._watch.counts().incomplete if self._watch is not None else 0
        if incomplete:
            self.note(f"{incomplete:,} file{'s are' if incomplete != 1 else ' is'} not complete, and not sent")
