"""What a run asks of a journal and says to it: what is next, what is being sent, what became of it.

Every change of a state names the state that it follows (``states.PERMITTED``), so that a row that is not what its
writer believes stops the run and is never written over.

Not here: sending (``running``), where it is kept (``store``).
"""

from __future__ import annotations

import json
import secrets
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from asprofile.migrate import ledger_base
from asprofile.migrate.ledger_base import PUT
from asprofile.migrate.ledger_known import KnownObjects
from asprofile.migrate.ledger_rows import boot_id, check_change, check_changed, kept_text, stretches
from asprofile.migrate.states import STORED, MigrationState
from asprofile.net.dimse import status_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from asprofile.migrate.in_flight import SlotContent
    from asprofile.migrate.ledger_rows import LedgerRow, StateChange
    from asprofile.migrate.store import Database


class RunLedger(KnownObjects):
    """A journal, as a run needs it."""

    def begin_run(self) -> int:
        """The number of this run. What an earlier one left without an answer is in doubt from now on; after a loss of
        power, so is everything of which that is not known. Returns how many are in doubt.
        """
        boot, before = boot_id(), self.get("boot")
        epoch = self.get("epoch", 0) + 1
        run = secrets.randbits(63)
        self.settle()
        with self.store.synced(), self.store.changing() as db:
            if before is not None and (boot is None or boot != before):
                for first, last in self.get("reach", []):
                    values = (_ENDED, time.time(), int(MigrationState.FOUND), first, last)
                    db.execute(_DOUBT + "state = ? AND id BETWEEN ? AND ?", values)
            rows = [("epoch", json.dumps(epoch)), ("boot", json.dumps(boot or "")), ("reach", "[]")]
            db.executemany(PUT, [*rows, ("run", json.dumps(run))])
        self._epoch, self._run = epoch, run
        self.forget_in_flight()
        return self.count(MigrationState.IN_DOUBT)

    def end_run(self) -> None:
        """All that was recorded is on the disk."""
        self.put(reach=[], boot=None)
        self.store.forget_in_flight(None)

    def settle(self) -> None:
        """What a run that did not end knew of the objects that it had taken: an answer counts, what was begun without
        one is in doubt, and nothing happened to the others. After a loss of power all of them are in doubt.
        """
        boot = boot_id()
        known = self.store.in_flight(self.get("run", -1)) if boot and boot == self.get("boot") else None
        with self.store.changing() as db:
            if known is None:
                values = (_ENDED, time.time(), int(MigrationState.SENDING))
                db.execute(_DOUBT + "state = ?", values)
            else:
                self._settle(db, known)
        self.store.forget_in_flight(None)

    @staticmethod
    def _settle(db: Database, known: dict[int, SlotContent]) -> None:
        sending = [number for (number,) in db.execute("SELECT id FROM object WHERE state = 1")]
        for number in sending:
            one = known.get(number)
            if one is None:
                values: tuple[Any, ...] = (int(MigrationState.FOUND), None, None, 0, time.time())
            elif one.state is None:
                values = (int(MigrationState.IN_DOUBT), None, _ENDED, 0, time.time())
            else:
                comment = None if one.status in (0, None) else status_text(one.status)
                values = (int(one.state), one.status, comment, 1, one.time)
            db.execute(_UPDATE, (*values, number, int(MigrationState.SENDING)))

    def forget_in_flight(self) -> None:
        """The rows of all objects say what is known."""
        self.store.forget_in_flight(self._run)

    def check_sending(self, row: LedgerRow) -> None:
        """Raise JournalError if this object must not be sent now; before each try."""

    def note_begun(self, row: LedgerRow) -> None:
        """It is sent next; that outlives the process."""
        row.slot = self.store.begun(row.id)

    def note_ended(self, one: StateChange) -> None:
        """That is what became of it; that outlives the process. ``change`` follows, with others."""
        if one.row.slot and one.to is not MigrationState.IN_DOUBT:
            self.store.ended(one.row.slot, one.row.id, one.to, one.status, time.time())

    def due(self) -> Iterator[LedgerRow]:
        """The objects that are to be sent, in their turn if they have one. Before the first of each page comes, it is
        on the disk that these may have been begun: their marks need not be there when power is lost. To have something
        on the disk takes as long as many small objects do, so a page grows with the pace at which rows are taken.
        """
        sizes = _PageSizes(ledger_base.PAGE)
        pages = self._pages_in_turn(sizes) if self.get("order") else self._pages(sizes)
        before: list[tuple[int, int]] = []
        for rows in pages:
            # Of the page before, the last marks may not be on the disk.
            if not self.store.outlives_power:
                now = [(some[0].id, some[-1].id) for some in stretches(rows)]
                self.put(reach=[*before, *now])
                before = now
            began = time.monotonic()
            yield from rows
            sizes.lasted(time.monotonic() - began)

    def _pages(self, sizes: _PageSizes) -> Iterator[list[LedgerRow]]:
        last = 0
        while rows := list(self.rows("state = 0 AND object.id > ? ORDER BY object.id LIMIT ?", last, sizes.size)):
            last = rows[-1].id
            yield rows

    # --- in their turn

    def begin_order(self, wishes: list[str]) -> None:
        """Turns are by these wishes; those by others are forgotten."""
        with self.store.changing() as db:
            for statement in _TURNS:
                db.execute(statement)
            if self.get("order") != wishes:
                db.execute("DELETE FROM turn")
        self.put(order=wishes)

    def without_turn(self) -> Iterator[LedgerRow]:
        """Objects to be sent that have none."""
        last = 0
        where = f"state = 0 AND object.id > ? AND NOT EXISTS({_HAS_TURN})"
        while rows := list(self.rows(f"{where} ORDER BY object.id LIMIT {ledger_base.PAGE}", last)):
            last = rows[-1].id
            yield from rows

    def give_turns(self, turns: Sequence[tuple[int, str]]) -> None:
        with self.store.changing() as db:
            db.executemany(_TURN, turns)

    def _pages_in_turn(self, sizes: _PageSizes) -> Iterator[list[LedgerRow]]:
        place, last = "", 0
        query = ledger_base.ROWS.replace("FROM object", f"FROM {self.store.turn_join} ON object.id = turn.object")
        query += "state = 0 AND (place, turn.object) > (?, ?) ORDER BY place, turn.object LIMIT ?"
        while rows := list(self._rows_of(query, place, last, sizes.size)):
            last = rows[-1].id
            with self.store.reading() as db:
                (place,) = db.execute("SELECT place FROM turn WHERE object = ?", (last,)).fetchone()
            yield rows

    def change(self, changes: Iterable[StateChange], begun: Iterable[LedgerRow] = ()) -> None:
        """Record answers, and that these are being sent, in one transaction; then the rows say so, too."""
        now = time.time()
        answers, marks = list(changes), list(begun)
        alike: dict[tuple[MigrationState, MigrationState, int | None, int], list[LedgerRow]] = {}
        with self._told_apart(), self.store.changing() as db:
            for one in answers:
                check_change(self.name, one.row, one.to)
                if one.comment is None and not one.evidence and one.row.state not in STORED:
                    alike.setdefault((one.row.state, one.to, one.status, one.tries), []).append(one.row)
                else:
                    self._change(db, one, now)
            for (before, to, status, tries), rows in alike.items():
                self._change_rows(db, rows, _UPDATE_ALIKE, (int(to), status, tries, now), before)
            for row in marks:
                check_change(self.name, row, MigrationState.SENDING)
            self._change_rows(db, marks, _MARK, (self._epoch, now) if marks else (), MigrationState.FOUND)
        for one in answers:
            one.row.state = one.to
            if one.row.slot:
                self.store.freed(one.row.slot)
                one.row.slot = 0
        for row in marks:
            row.state = MigrationState.SENDING

    def _change_rows(
        self, db: Database, rows: list[LedgerRow], query: str, values: tuple[Any, ...], before: MigrationState
    ) -> None:
        """The same for all, a statement for each stretch of numbers without a gap."""
        for some in stretches(rows):
            which = (some[0].id, some[-1].id, int(before))
            if db.execute(query, (*values, *which)).rowcount != len(some):
                raise _ChangedMeanwhile(some, which)

    @contextmanager
    def _told_apart(self) -> Iterator[None]:
        """After a transaction that was taken back: which row is not what it was believed to be."""
        try:
            yield
        except _ChangedMeanwhile as found:
            with self.store.reading() as db:
                left = {number for (number,) in db.execute(_UNCHANGED, found.which)}
            check_changed(self.name, 0, next((row for row in found.rows if row.id not in left), found.rows[0]))

    def _change(self, db: Database, one: StateChange, now: float) -> None:
        row = one.row
        comment = None if one.comment is None else kept_text(one.comment)
        values = (int(one.to), one.status, comment, one.tries, now, row.id, int(row.state))
        check_changed(self.name, db.execute(_UPDATE, values).rowcount, row)
        if row.state in STORED:
            db.execute("INSERT INTO evidence VALUES (?, ?, ?)", (row.id, row.time, row.state.words))
        if one.evidence:
            db.execute("INSERT INTO evidence VALUES (?, ?, ?)", (row.id, now, kept_text(one.evidence)))


class _PageSizes:
    """How many rows the next page has."""

    def __init__(self, least: int) -> None:
        self.size = self._least = least

    def lasted(self, seconds: float) -> None:
        """So long the last one did."""
        self.size = min(2 * self.size, _MOST * self._least) if seconds < _LASTING else max(self._least, self.size // 2)


class _ChangedMeanwhile(Exception):
    """One of these rows is in another state than was believed."""

    def __init__(self, rows: list[LedgerRow], which: tuple[int, int, int]) -> None:
        self.rows, self.which = rows, which


_LASTING: Final = 2.0
"""Seconds that a page should last at least."""
_MOST: Final = 8
"""Times the rows of the first page."""
_TURNS: Final = (
    "CREATE TABLE IF NOT EXISTS turn(object INTEGER PRIMARY KEY, place TEXT NOT NULL)",
    "CREATE INDEX IF NOT EXISTS turn_place ON turn(place)",
)
"""Made where an order is asked for."""
_TURN: Final = "INSERT INTO turn(object, place) VALUES (?, ?) ON CONFLICT(object) DO UPDATE SET place = excluded.place"
_DOUBT: Final = "UPDATE object SET state = 2, comment = ?, time = ? WHERE "
_ENDED: Final = "sent, or about to be, when a run ended"
_UPDATE: Final = (
    "UPDATE object SET state = ?, status = ?, comment = ?, tries = tries + ?, time = ? WHERE id = ? AND state = ?"
)
# The plus keeps SQLite from looking for the state first.
_UPDATE_ALIKE: Final = (
    "UPDATE object SET state = ?, status = ?, comment = NULL, tries = tries + ?, time = ?"
    " WHERE id BETWEEN ? AND ? AND +state = ?"
)
_MARK: Final = "UPDATE object SET state = 1, epoch = ?, time = ? WHERE id BETWEEN ? AND ? AND +state = ?"
_UNCHANGED: Final = "SELECT id FROM object WHERE id BETWEEN ? AND ? AND +state = ?"
_HAS_TURN: Final = "SELECT 1 FROM turn WHERE turn.object = object.id"
