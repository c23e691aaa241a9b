"""What a receiver counts of its events, in the text format of Prometheus.

Belongs here: counting, and the names of what is counted. Does not belong here: who asks for it (``net.scrapes``).

Nothing that a requestor chooses becomes a label: the text has one size, whoever calls.
"""

from __future__ import annotations

import threading
import time
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, Final, get_args

from asprofile import __version__
from asprofile.net.measures import Measures, generator
from asprofile.receive.disk import DiskRoom
from asprofile.receive.events import (
    AssociationAccepted,
    AssociationEnded,
    AssociationEnding,
    AssociationRequested,
    FilePlacing,
    NotStored,
    ProcessEnded,
    Received,
    RequestRejected,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client import Metric

    from asprofile.receive.events import ReceiveEvent

_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0)
"""Seconds of an object, from its request to its file."""
_MEASURES: Final = Measures("asprofile_receive_")
INCOMPLETE: Final = "incomplete"
"""The status of an object of which the rest never came."""
_REASONS: Final = {
    (1, 1, 1): "user",
    (1, 1, 2): "application context",
    (1, 1, 3): "calling AE title",
    (1, 1, 7): "called AE title",
    (1, 2, 2): "protocol version",
    (1, 3, 2): "too large",
    (2, 3, 2): "limit",
}
"""What a rejection of ours is about, by result, source and reason (PS3.8 Table 9-21)."""


class ReceiveMetrics:
    """Counts; ``take`` and ``text`` may be called from any threads. ``limit`` associations are allowed at a time, and
    ``min_free`` bytes of the disk of ``directory`` stay free. Raises ConfigurationError if prometheus-client is not
    installed.
    """

    def __init__(self, directory: str, *, limit: int, min_free: int) -> None:
        self._generate = generator(self)
        self._lock = threading.Lock()
        self._room = DiskRoom(directory, min_free)
        self._limit = limit
        self._min_free = min_free
        self._begun = time.time()
        self._open: set[int] = set()
        self._requested = self._accepted = self._processes_ended = self._bytes = 0
        self._ended: Counter[str] = Counter(dict.fromkeys(get_args(AssociationEnding), 0))
        self._stored: Counter[str] = Counter(dict.fromkeys(get_args(FilePlacing), 0))
        self._rejected: Counter[str] = Counter(dict.fromkeys((*_REASONS.values(), "other"), 0))
        self._not_stored: Counter[str] = Counter()
        self._times = [0] * (len(_BUCKETS) + 1)
        self._seconds = self._last = 0.0

    def take(self, event: ReceiveEvent) -> None:
        """Count it."""
        with self._lock:
            match event:
                case Received():
                    self._stored[event.placing] += 1
                    self._bytes += event.size
                    self._times[bisect_left(_BUCKETS, event.seconds)] += 1
                    self._seconds += event.seconds
                    self._last = time.time()
                case NotStored():
                    self._not_stored[f"{event.status:04X}" if event.status else INCOMPLETE] += 1
                case AssociationRequested():
                    self._requested += 1
                case AssociationAccepted():
                    self._accepted += 1
                    self._open.add(event.number)
                case RequestRejected():
                    self._rejected[_REASONS.get((event.result, event.source, event.code), "other")] += 1
                case AssociationEnded():
                    self._ended[event.ending] += 1
                    self._open.discard(event.number)
                case ProcessEnded():
                    self._processes_ended += 1

    def text(self) -> bytes:
        """What is counted so far."""
        return self._generate()

    def collect(self) -> Iterator[Metric]:
        """For prometheus_client: see its Collector."""
        free = self._free()
        with self._lock:
            found = [*self._counters(), *self._gauges(), self._histogram()]
        # The disk may be gone: what was counted is told all the same.
        yield from (
            found if free is None else (*found, _MEASURES.gauge("disk_free_bytes", "Bytes left on the disk.", free))
        )

    def _counters(self) -> Iterator[Metric]:
        for name, label, counts, about in (
            ("objects_stored", "placing", self._stored, "Objects that were stored, by how they came to a file."),
            ("objects_not_stored", "status", self._not_stored, "Objects that were not stored, by the status answered."),
            ("rejections", "reason", self._rejected, "Association requests that were rejected, by what was wrong."),
            ("connections_ended", "state", self._ended, "Connections that are over, by the state they ended in."),
        ):
            yield _MEASURES.counter(name, about, label, counts)
        for name, count, about in (
            ("bytes", self._bytes, "Bytes of the data sets of stored objects."),
            ("requests", self._requested, "Association requests."),
            ("associations_accepted", self._accepted, "Associations that were accepted."),
            ("processes_ended", self._processes_ended, "Processes of the receiver that died."),
        ):
            yield _MEASURES.counter(name, about, "", {"": count})

    def _gauges(self) -> Iterator[Metric]:
        for name, value, about in (
            ("associations_open", len(self._open), "Associations that are open now."),
            ("associations_limit", self._limit, "Associations that may be open at a time."),
            ("disk_min_free_bytes", self._min_free, "Bytes of the disk that stay free: below, objects are refused."),
            ("last_stored_timestamp_seconds", self._last, "When an object was stored last; 0: none was."),
            ("start_timestamp_seconds", self._begun, "When the receiver began."),
        ):
            yield _MEASURES.gauge(name, about, value)
        yield _MEASURES.gauge("info", "The version of the receiver.", 1, "version", __version__)

    def _histogram(self) -> Metric:
        about = "Seconds from an object's request to its file."
        return _MEASURES.histogram("object_seconds", about, _BUCKETS, self._times, self._seconds)

    def _free(self) -> int | None:
        try:
            return self._room.free()
        except OSError:
            return None
