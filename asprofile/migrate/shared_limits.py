"""Limits that hold over all workers of a journal: associations with the target, its pace, and the hours.

Associations are slots with a lease, shared evenly among the workers that are there; a worker holds slots before it
opens associations, and gives them back when these are closed. The pace is one row: the moment from which on more may be
begun, which each worker moves on by what it takes (the generic cell rate algorithm). The hours are those of the
server's clock.

Not here: leases (``block_ledger``, ``lease``).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from asprofile.migrate.pace import Hours, Pace, Rate

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.migrate.block_ledger import BlockLedger

_PORTION: Final = 0.25
"""Seconds of the pace that are taken at a time."""
_LOOK: Final = 10.0
"""Seconds after which the server is asked for the time of day again."""
_DAY: Final = 24 * 60


def set_slots(ledger: BlockLedger, count: int) -> None:
    """So many associations there may be with the target, over all workers."""
    with ledger.store.changing() as db:
        db.execute("INSERT INTO slot(number) SELECT generate_series(1, ?) ON CONFLICT DO NOTHING", (count,))
        db.execute("DELETE FROM slot WHERE number > ?", (count,))


def fair_share(ledger: BlockLedger) -> int:
    """How many slots are ours, evenly shared among the workers that were seen of late; the first ones have one more."""
    with ledger.store.reading() as db:
        (count,) = db.execute("SELECT count(*) FROM slot").fetchone()
        query = (
            "SELECT id FROM worker WHERE NOT ended AND seen > clock_timestamp() - make_interval(secs => ?) ORDER BY"
            " began, id"
        )
        there = [number for (number,) in db.execute(query, (ledger.lease.seconds,))]
    if ledger.me not in there:
        return 0
    return int(count // len(there) + (there.index(ledger.me) < count % len(there)))


def has_free_slots(ledger: BlockLedger) -> bool:
    with ledger.store.reading() as db:
        return bool(db.execute("SELECT EXISTS(SELECT 1 FROM slot WHERE lease_until < clock_timestamp())").fetchone()[0])


def take_slots(ledger: BlockLedger, most: int) -> int:
    """Hold slots that are free, up to ``most`` in all; how many these are now."""
    with ledger.lease.claiming, ledger.store.changing() as db:
        query = "SELECT count(*) FROM slot WHERE owner = ? AND lease_until > clock_timestamp()"
        (held,) = db.execute(query, (ledger.me,)).fetchone()
        taken = db.execute(_TAKE, (ledger.me, ledger.lease.seconds, max(0, most - held))).fetchall()
    return int(held) + len(taken)


def give_slots_back(ledger: BlockLedger) -> None:
    """All of ours; no association is open."""
    with ledger.store.changing() as db:
        db.execute("UPDATE slot SET lease_until = '-infinity', owner = NULL WHERE owner = ?", (ledger.me,))


_TAKE: Final = (
    "UPDATE slot SET owner = ?, lease_until = clock_timestamp() + make_interval(secs => ?) WHERE number IN"
    " (SELECT number FROM slot WHERE lease_until < clock_timestamp() ORDER BY number LIMIT ? FOR UPDATE SKIP LOCKED)"
    " RETURNING number"
)
_RESERVE: Final = (
    "UPDATE pace SET next_at = greatest(next_at, clock_timestamp() - interval '1 second') + make_interval(secs => ?)"
    " RETURNING extract(epoch FROM next_at - make_interval(secs => ?) - clock_timestamp())"
)
_MINUTE: Final = (
    "SELECT extract(epoch FROM moment::time) / 60 FROM (SELECT clock_timestamp() AT TIME ZONE"
    " current_setting('TimeZone') AS moment) AS found"
)


class SharedPace(Pace):
    """The pace of all workers, as one of them keeps it. Raises JournalError."""

    def __init__(
        self,
        ledger: BlockLedger,
        rate: Rate | None,
        hours: Hours | None,
        *,
        pause: Callable[[float], None],
        is_wanted: Callable[[], bool],
    ) -> None:
        super().__init__(rate, hours, pause=pause, clock=time.monotonic, is_wanted=is_wanted)
        self._ledger = ledger
        self._left = 0.0
        """Seconds of the pace that are ours."""
        self._minute = 0.0
        self._asked = -_DAY * 60.0

    @property
    def is_open(self) -> bool:
        """Objects may be begun at this hour, as the server's clock has it, in its time zone."""
        if self.hours is None:
            return True
        since = time.monotonic() - self._asked
        if since > _LOOK:
            with self._ledger.store.reading() as db:
                self._minute = float(db.execute(_MINUTE).fetchone()[0])
            self._asked, since = time.monotonic(), 0.0
        return self.hours.has_minute(int(self._minute + since / 60) % _DAY)

    def await_turn(self) -> bool:
        """As Pace has it, over all workers."""
        if self._rate is not None and self._left <= 0 and self._is_wanted() and self.is_open:
            portion = max(_PORTION, 1 / self._rate.number if not self._rate.of_bytes else 0.0) - self._left
            with self._ledger.store.changing() as db:
                (wait,) = db.execute(_RESERVE, (portion, portion)).fetchone()
            self._left += portion
            self._next = time.monotonic() + max(0.0, float(wait))
        return super().await_turn()

    def took(self, size: int) -> None:
        """An object of so many bytes is begun."""
        super().took(size)
        if self._rate is not None:
            self._left -= (size if self._rate.of_bytes else 1) / self._rate.number
