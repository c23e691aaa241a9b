"""What a ``send`` reports: the result of each object, events, and the report of the whole.

Belongs here: values. Does not belong here: making them (``worker``, ``backlog``), showing them (``cli``).
"""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final

from asprofile.net.dimse import is_out_of_resources
from asprofile.value import Value

if TYPE_CHECKING:
    from pathlib import Path

    from asprofile.errors import AssociationError
    from asprofile.negotiate.negotiation import Negotiation


STOPPED: Final = "an object before it was not stored"
"""Why the remaining objects were not sent with ``stop_on_failure``."""


class Outcome(Enum):
    """The result of an object, in one word."""

    STORED = "stored"
    STORED_WITH_WARNING = "stored-with-warning"
    REFUSED = "refused"
    """Not sent: it cannot be read or converted, or no presentation context carries it."""
    FAILED = "failed"
    """The peer answered with a failure, or the object was not sent completely."""
    UNKNOWN = "unknown"
    """Sent completely at least once, but no valid answer came: the peer may have stored it or not.
    """
    NOT_SENT = "not-sent"
    """Not reached: there was no association, or the run was stopped before its turn came."""

    @property
    def is_stored(self) -> bool:
        """The peer has it and says so."""
        return self in (Outcome.STORED, Outcome.STORED_WITH_WARNING)


class ObjectResult(Value):
    """The result of one object.

    ``sop_class``, ``sop_instance`` and ``transfer_syntax`` are those of the file, None for an unreadable one;
    ``sent_as`` is the transfer syntax it was sent in, None if it did not get so far, and ``sent_instance`` the SOP
    instance, None unless it is another one. ``status`` and ``comment`` are the peer's, None and empty without an
    answer. ``reason`` is empty only for STORED, ``way_out`` if none is known. ``bytes`` is how much of the data set
    was sent in the last try, ``seconds`` from its first byte to the answer; ``tries`` is how often that was begun.
    ``note`` is what was changed in the object without an explicit request, or that it is not complete; empty otherwise.
    """

    path: Path
    outcome: Outcome
    sop_class: str | None = None
    sop_instance: str | None = None
    transfer_syntax: str | None = None
    context_id: int | None = None
    status: int | None = None
    comment: str = ""
    reason: str = ""
    way_out: str = ""
    bytes: int = 0
    seconds: float = 0.0
    tries: int = 0
    sent_as: str | None = None
    sent_instance: str | None = None
    note: str = ""

    @property
    def is_left(self) -> bool:
        """Nothing is known to be wrong with it, and the peer has not answered or had no room: worth another run."""
        if self.outcome is Outcome.FAILED:
            return self.status is None or is_out_of_resources(self.status)
        return self.outcome in (Outcome.UNKNOWN, Outcome.NOT_SENT)


class Tally:
    """Results counted as they come; what is kept does not grow with them. ``left`` counts those worth another run."""

    def __init__(self) -> None:
        self.counts = dict.fromkeys(Outcome, 0)
        self.bytes = 0
        self.left = 0

    def add(self, result: ObjectResult) -> None:
        self.counts[result.outcome] += 1
        self.bytes += result.bytes
        self.left += result.is_left

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def stored(self) -> int:
        return sum(count for outcome, count in self.counts.items() if outcome.is_stored)


class Skipped(Value):
    """Event: a directory has a file that is no object, and why."""

    path: Path
    reason: str


class AssociationOpened(Value):
    """Event: an association was opened."""

    negotiation: Negotiation


class Progress(Value):
    """Event: ``sent`` of ``total`` bytes of an object's data set have been handed to the network; from 0 again in
    another try.
    """

    path: Path
    sent: int
    total: int


class Finished(Value):
    """Event: an object reached its end; one for each, in the order of the input."""

    result: ObjectResult


class Ended(Value):
    """Event: an association ended, by release if ``error`` is None, or could not be opened."""

    error: AssociationError | None


class Retrying(Value):
    """Event: an association is opened again after ``delay`` seconds, because of ``error``; ``failures`` counts
    what went wrong in a row. ``wait`` is for how many seconds the peer is waited for in all, None if the trouble was
    with an object.
    """

    error: AssociationError
    failures: int
    delay: float
    wait: float | None = None


SendEvent = AssociationOpened | Progress | Finished | Skipped | Ended | Retrying


class SendReport(Value):
    """The results of a ``send``.

    ``results`` are in the order of the input, one for each object and each file that should have been one; empty if
    they were not to be kept. ``tally`` counts them in any case; ``skipped`` counts the files in directories that are
    not objects, ``left_out`` the objects that ``--where`` left out. ``error`` is why there was no association, why an
    object got no answer or why a release failed; None if nothing went wrong; ``negotiation`` is that of the last
    association, None if there was none. ``interrupted``: the user stopped it; objects that had not been begun are
    NOT_SENT, but not all of them have a result unless ``all_named``. ``window`` is how many objects the peer took at a
    time in one association, 1 without asynchronous operations; ``at_once`` how many associations were open at a time.
    """

    results: tuple[ObjectResult, ...]
    skipped: int
    associations: int
    negotiation: Negotiation | None
    error: AssociationError | None
    seconds: float
    tally: Tally
    interrupted: bool = False
    all_named: bool = True
    window: int = 1
    at_once: int = 0
    left_out: int = 0

    def count(self, outcome: Outcome) -> int:
        return self.tally.counts[outcome]

    @property
    def all_stored(self) -> bool:
        """Every object is stored, with or without a warning, and nothing else went wrong."""
        return self.error is None and not self.interrupted and self.tally.stored == self.tally.total
