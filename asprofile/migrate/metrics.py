"""What a migration that goes on without an end tells of itself, in the text format of Prometheus.

Belongs here: counting, and the names of what is counted. Does not belong here: who asks for it (``net.scrapes``).

Nothing of what objects or files say becomes a label: the text has one size, whatever comes.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Final

from asprofile import __version__
from asprofile.errors import JournalError
from asprofile.migrate.states import MigrationState
from asprofile.migrate.watching import WaitingCounts
from asprofile.net.measures import Measures, generator
from asprofile.send.outcome import AssociationOpened, Finished, Outcome, Retrying

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_client import Metric

    from asprofile.migrate.journal import Journal
    from asprofile.send.outcome import SendEvent

_MEASURES: Final = Measures("asprofile_migrate_")


class MigrateMetrics:
    """Counts; ``take`` and ``text`` may be called from any threads. ``waiting``: how many files are not in the journal
    yet. Raises ConfigurationError if prometheus-client is not installed.
    """

    def __init__(self, journal: Journal) -> None:
        self._generate = generator(self)
        self.waiting: Callable[[], WaitingCounts] = WaitingCounts
        self._journal = journal
        self._lock = threading.Lock()
        self._begun = time.time()
        self._ended: Counter[str] = Counter({one.value: 0 for one in Outcome})
        self._bytes = self._tries = 0
        self._last = 0.0
        self._is_away = False

    def take(self, event: SendEvent) -> None:
        """Count it."""
        with self._lock:
            match event:
                case Finished(result=result):
                    self._ended[result.outcome.value] += 1
                    if result.outcome.is_stored:
                        self._bytes += result.bytes
                        self._last = time.time()
                case Retrying():
                    self._tries += 1
                    self._is_away = True
                case AssociationOpened():
                    self._is_away = False

    def failed(self) -> None:
        """A run ended without an association."""
        with self._lock:
            self._tries += 1
            self._is_away = True

    def text(self) -> bytes:
        """What is counted so far."""
        return self._generate()

    def collect(self) -> Iterator[Metric]:
        """For prometheus_client: see its Collector."""
        yield from self._of_the_journal()
        waiting = self.waiting()
        with self._lock:
            ended, sizes, tries, last, is_away = dict(self._ended), self._bytes, self._tries, self._last, self._is_away
        counts = {"not quiet": waiting.settling, "not complete": waiting.incomplete, "ready": waiting.ready}
        yield _MEASURES.gauges("files_waiting", "Files that are not in the journal yet, by why.", "why", counts)
        yield _MEASURES.counter("objects_ended", "Objects that came to an end, by outcome.", "outcome", ended)
        yield _MEASURES.counter("bytes", "Bytes of the data sets of stored objects.", "", {"": sizes})
        yield _MEASURES.counter("peer_retries", "How often the peer was tried again.", "", {"": tries})
        for name, value, about in (
            ("peer_away", float(is_away), "1 while the peer is waited for."),
            ("directories_missing", float(waiting.missing_directories), "Watched directories that are not there."),
            ("last_stored_timestamp_seconds", last, "When an object was stored last; 0: none was."),
            ("start_timestamp_seconds", self._begun, "When it began."),
        ):
            yield _MEASURES.gauge(name, about, value)
        yield _MEASURES.gauge("info", "The version of the program.", 1, "version", __version__)

    def _of_the_journal(self) -> Iterator[Metric]:
        try:
            found = self._journal.counts()
        except JournalError:
            return  # whoever works with it says so
        names = {state: state.words for state in MigrationState}
        objects = {words: float(found.get(state, (0, 0))[0]) for state, words in names.items()}
        sizes = {words: float(found.get(state, (0, 0))[1]) for state, words in names.items()}
        yield _MEASURES.gauges("objects", "Objects in the journal, by state.", "state", objects)
        yield _MEASURES.gauges("object_bytes", "Bytes of the files of these.", "state", sizes)
