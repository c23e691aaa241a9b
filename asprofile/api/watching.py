"""A migration without an end: what comes into directories is sent to a peer, and the journal knows what became of it.

Not here: which files count (``migrate.watching``), one run (``migrating``), what is said (``cli``).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from asprofile.api.migrating import RunLimits, check_conversion, run_migration
from asprofile.api.objects import judge_of
from asprofile.errors import ConfigurationError
from asprofile.migrate.journal_file import is_journal
from asprofile.migrate.running import FailuresLeft
from asprofile.migrate.scanning import begin_watch, take_watched
from asprofile.migrate.states import MigrationState
from asprofile.migrate.watching import FileChoice, Watch, WatchTimes
from asprofile.send.control import Control
from asprofile.send.options import delay

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asprofile.api.migrating import Migrated, MigrationTerms
    from asprofile.api.objects import Selection
    from asprofile.migrate.journal import Journal
    from asprofile.migrate.pace import Hours
    from asprofile.send.outcome import SendEvent

_PAUSE: Final = 0.2
"""Seconds between two looks whether something has come."""


def watch_directories(
    journal: Journal,
    sources: Sequence[str],
    terms: MigrationTerms,
    limits: RunLimits = RunLimits(),  # noqa: B008 - a value
    *,
    times: WatchTimes = WatchTimes(),  # noqa: B008 - a value
    bare: bool = False,
    recurse: bool = True,
    pattern: str | None = None,
    where: Selection = None,
    on_watch: Callable[[Watch], None] = lambda _: None,
    on_note: Callable[[str], None] = lambda _: None,
    on_run: Callable[[Migrated], None] = lambda _: None,
    on_pause: Callable[[Hours], None] = lambda _: None,
    on_event: Callable[[SendEvent], None] = lambda _: None,
    control: Control | None = None,
) -> bool:
    """Send what is in the directories of ``sources``, and in those of before, and what comes into them, until
    ``control`` ends it; nothing is taken away there. The time in which a peer is waited for is that of the options;
    after it the next try is made, by and by.

    ``on_watch`` gets what looks at the directories, once it does; ``on_note`` what is worth telling of it, from any
    thread; ``on_run`` what became of some objects. False if too many objects were not stored (``limits``).

    Raises ConfigurationError for a source that is no directory, JournalError, and what a profile cannot be.
    """
    control = control or Control()
    check_conversion(terms)
    directories = _directories(journal, sources)
    journal.put(sources=directories)
    if not begin_watch(journal, control.is_wanted):
        return True
    choice = FileChoice(
        "either" if bare else "part10", recurse, pattern, judge_of(where), terms.conversion.send_truncated
    )
    failures = FailuresLeft(limits.max_failures)
    unsent = 0
    next_run = control.clock()
    with Watch(journal, directories, times, choice, on_note) as watch:
        on_watch(watch)
        while not control.finishing:
            if found := watch.take():
                take_watched(journal, found.objects, found.others.values(), found.gone)
                watch.has_taken(found)
                next_run = next_run if unsent else control.clock()
            if control.clock() >= next_run:
                if _is_due(journal):
                    migrated = run_migration(
                        journal,
                        terms,
                        limits,
                        on_pause=on_pause,
                        on_event=on_event,
                        control=control,
                        failures=failures,
                    )
                    on_run(migrated)
                unsent = unsent + 1 if _is_due(journal) else 0
                # Without anything left there is nothing to do before something comes.
                next_run = control.clock() + (delay(unsent) if unsent else _LONG)
            control.pause(_PAUSE)
    return failures.count is None or failures.count > 0


_LONG: Final = 3600.0


def _is_due(journal: Journal) -> bool:
    return bool(journal.count(MigrationState.FOUND) or journal.count(MigrationState.IN_DOUBT))


def _directories(journal: Journal, sources: Sequence[str]) -> list[str]:
    """All that are watched, absolute; one that was there before may be away for now."""
    known: list[str] = journal.get("sources", [])
    for source in sources:
        if not os.path.lexists(source):
            raise ConfigurationError(f"{source}: there is no such directory")
    found = [*known, *(path for path in map(os.path.abspath, sources) if path not in known)]
    for path in found:
        if os.path.lexists(path) and not os.path.isdir(path):  # noqa: PTH112
            what = "a journal" if is_journal(path) else "no directory"
            raise ConfigurationError(f"{path}: is {what}; what is watched is a directory that grows")
    if not found:
        raise ConfigurationError("there is no directory to watch")
    return found
