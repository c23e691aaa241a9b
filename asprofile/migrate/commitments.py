"""Verification by storage commitment: transactions that are asked for, answered, or asked for again.

A transaction is in the journal before the peer is asked, so that its report counts after a restart, too. One that is
not answered in time is given up, and its objects are asked for in a new one; a report that comes late all the same
counts as well.
"""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asprofile.migrate.states import AT_THE_PEER, MigrationState
from asprofile.migrate.verifying import OTHER_CLASS, Verification, Verified, record

if TYPE_CHECKING:
    from asprofile.migrate.committing import CommitmentReport, Committer
    from asprofile.migrate.ledger_rows import LedgerRow

MOST_OBJECTS: Final = 500
"""In a transaction."""
_MOST_OPEN: Final = 8
_TRIES: Final = 3
_SLICE: Final = 0.25
NOT_COMMITTED: Final = "the peer was asked to commit to it, and has no such object"
DEFAULT_TIMEOUT: Final = 600.0
_ASKABLE: Final = (*AT_THE_PEER, MigrationState.MISSING)


@dataclass(slots=True)
class _Batch:
    rows: list[LedgerRow]
    tries: int = 0
    is_answered: bool = False


@dataclass(slots=True)
class _Open:
    batch: _Batch
    until: float


def by_commitment(work: Verification, listen: tuple[str, int] | None, timeout: float = DEFAULT_TIMEOUT) -> Verified:
    """Ask for commitment; each report may take ``timeout`` seconds. Raises JournalError."""
    # pynetdicom, which takes long to import, is needed only where something is asked.
    from asprofile.migrate.associating import CannotSay
    from asprofile.migrate.committing import Committer

    asking = _Asking(work, timeout)
    try:
        with Committer(work.to, work.options, listen, asking.is_known) as committer:
            asking.run(committer)
    except CannotSay as error:
        asking.give_up(str(error))
    return asking.sums


class _Asking:
    """One verification."""

    def __init__(self, work: Verification, timeout: float) -> None:
        self.sums = Verified()
        self._work = work
        self._journal = work.journal
        self._timeout = timeout
        self._again: deque[_Batch] = deque()
        self._late: dict[str, _Batch] = {}
        now = time.time()
        self._open = {
            uid: _Open(
                _Batch([row for row in rows if row.state in _ASKABLE]),
                time.monotonic() + min(timeout, asked + timeout - now),
            )
            for uid, asked, rows in self._journal.open_commitments()
        }
        self._asked = {row.id for one in self._open.values() for row in one.batch.rows}
        self._batches = work.batches(MOST_OBJECTS)

    def is_known(self, transaction: str) -> bool:
        return transaction in self._open or transaction in self._late

    def run(self, committer: Committer) -> None:
        while self._work.is_wanted():
            while len(self._open) < _MOST_OPEN and (batch := self._next()) is not None:
                self._ask(committer, batch)
            if not self._open and not self._again:
                return
            report = committer.report(_SLICE)
            while report is not None:
                self._take(report)
                report = committer.report(0)
            self._expire()

    def _next(self) -> _Batch | None:
        while self._again:
            batch = self._again.popleft()
            if not batch.is_answered:
                return batch
        for rows in self._batches:
            # What an earlier verification asked for, and this one waits for already.
            left = [row for row in rows if row.id not in self._asked]
            if left:
                return _Batch(left)
        return None

    def _ask(self, committer: Committer, batch: _Batch) -> None:
        # Made where it is used: pydicom takes long to import.
        from pydicom.uid import generate_uid

        transaction = str(generate_uid(prefix=None))
        batch.tries += 1
        self._journal.begin_commitment(transaction, batch.rows)
        self._open[transaction] = _Open(batch, time.monotonic() + self._timeout)
        committer.ask(transaction, [(row.sop_class, row.uid) for row in batch.rows])

    def _take(self, report: CommitmentReport) -> None:
        from asprofile.migrate.committing import CLASS_CONFLICT, NO_SUCH_OBJECT

        known = self._open.pop(report.transaction, None)
        batch = known.batch if known is not None else self._late.pop(report.transaction, None)
        if batch is None or batch.is_answered:
            return
        batch.is_answered = True
        missing = {NO_SUCH_OBJECT: NOT_COMMITTED, CLASS_CONFLICT: OTHER_CLASS}
        results = []
        for row in batch.rows:
            reason = report.failed.get(row.uid)
            if reason is None and row.uid in report.committed:
                results.append((row, ""))
            elif reason in missing:
                results.append((row, missing[reason]))
            else:
                told = "does not name it" if reason is None else f"says {reason:04X}H of it"
                self.sums.cannot_say(1, f"its report of commitment {told}")
        words = f"the peer committed to it (transaction {report.transaction})"
        record(self._journal, results, words, self.sums)
        self._journal.end_commitment(report.transaction, "answered")

    def _expire(self) -> None:
        now = time.monotonic()
        for uid in [uid for uid, one in self._open.items() if one.batch.is_answered]:
            self._late[uid] = self._open.pop(uid).batch
            self._journal.end_commitment(uid, "another one was answered")
        for uid in [uid for uid, one in self._open.items() if one.until <= now]:
            batch = self._late[uid] = self._open.pop(uid).batch
            self._journal.end_commitment(uid, "not answered in time")
            if batch.tries < _TRIES:
                self._again.append(batch)
            else:
                self.sums.cannot_say(len(batch.rows), f"no report of commitment came within {self._timeout:g} seconds")

    def give_up(self, why: str) -> None:
        for uid, one in self._open.items():
            self._journal.end_commitment(uid, why)
            self.sums.cannot_say(len(one.batch.rows), why)
        for batch in self._again:
            self.sums.cannot_say(len(batch.rows), why)
        for rows in self._batches:
            self.sums.cannot_say(sum(row.id not in self._asked for row in rows), why)
