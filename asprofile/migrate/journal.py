"""The ledger of a migration, in SQLite: which objects there are, and what is known of each.

Belongs here: the questions and changes that a scan, a run and a report need, each one transaction. Does not belong
here: the file (``journal_file``), when they are asked (``scanning``, ``running``).

Every change of a state names the state that it follows (``states.PERMITTED``), so that a row that is not what its
writer believes stops the run and is never written over. What cannot be read or written raises JournalError.
"""

from __future__ import annotations

import errno
import json
import os
import secrets
import sqlite3
import struct
import threading
import time
from collections import OrderedDict
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from asprofile.errors import JournalError
from asprofile.migrate.in_flight import has_content
from asprofile.migrate.journal_file import INDICES, LOCK, TURNS, JournalFile, make
from asprofile.migrate.states import LAST_OPEN, PERMITTED, STORED, MigrationState
from asprofile.net.dimse import status_text
from asprofile.objects.header import Unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from asprofile.migrate.in_flight import SlotContent
    from asprofile.objects.header import ObjectHeader

_PAGE: Final = 500
"""Rows that are read at a time."""
_DIRECTORIES: Final = 1000
"""Directories whose numbers are kept in memory."""


@dataclass(slots=True)
class LedgerRow:
    """An object of the journal. ``stamp`` is when its file was changed, in nanoseconds; ``identity`` is of which file
    it is (``identity_of``); the data set begins at ``start``.
    """

    id: int
    state: MigrationState
    tries: int
    sop_class: str
    transfer_syntax: str
    path: str
    uid: str
    size: int
    stamp: int
    start: int
    identity: int
    status: int | None = None
    comment: str | None = None
    digest: bytes | None = None
    time: float | None = None
    study: str | None = None
    series: str | None = None
    slot: int = 0
    """Where it is in the file of what is in flight; 0: it is not."""


@dataclass(slots=True)
class StateChange:
    """``row`` goes from its state to another one; ``tries`` are added to those that it had. ``evidence`` is kept with
    the time.
    """

    row: LedgerRow
    to: MigrationState
    status: int | None = None
    comment: str | None = None
    tries: int = 0
    evidence: str = ""


class Journal:
    """A journal that is open; a context manager. From any thread."""

    def __init__(self, path: str, *, writes: bool = True) -> None:
        self.path = path
        if not writes:
            _settle(path)
        self._file = JournalFile(path, writes=writes)
        self.name = self._file.name
        self._db = self._file.connection
        self._lock = threading.RLock()
        self._kinds: dict[tuple[str, str], int] = {}
        self._directories: OrderedDict[str, int] = OrderedDict()
        self._indexed = True

    @classmethod
    def begun(cls, path: str) -> Journal:
        """The journal of that name, made if there is nothing."""
        make(path)
        return cls(path)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self._db
            except sqlite3.Error as error:
                raise self._error(error) from None

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        """One transaction: all or nothing."""
        with self._reading() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    def _error(self, error: sqlite3.Error) -> JournalError:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
            why = _FULL
        elif getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            why = "another program keeps it locked; close that and go on with the same command"
        elif getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            why = f"is damaged ({error}); get a copy of it, or see what `sqlite3 FILE .recover` saves"
        else:
            why = f"the journal cannot be used: {error}"
        return JournalError(f"{self.name}: {why}")

    @contextmanager
    def _synced(self) -> Iterator[None]:
        """What is committed in it survives a loss of power: it is on the disk before this goes on."""
        with self._reading() as db:
            db.execute("PRAGMA synchronous = FULL")
            try:
                yield
            finally:
                db.execute("PRAGMA synchronous = NORMAL")

    # --- settings

    def get(self, name: str, default: Any = None) -> Any:
        """A value that was ``put``."""
        with self._reading() as db:
            found = db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        try:
            return default if found is None else json.loads(found[0])
        except (ValueError, TypeError):
            raise JournalError(f"{self.name}: is damaged: its setting {name} cannot be read") from None

    def put(self, **values: Any) -> None:
        """Values that JSON can express, on the disk."""
        with self._synced(), self._changing() as db:
            rows = [(name, json.dumps(value)) for name, value in values.items()]
            db.executemany("INSERT OR REPLACE INTO setting VALUES (?, ?)", rows)

    # --- what a scan finds

    def begin_scan(self) -> None:
        """Without indices where there are no rows yet."""
        with self._changing() as db:
            self._indexed = db.execute("SELECT EXISTS(SELECT 1 FROM object)").fetchone()[0]
            if self._indexed:
                for index in INDICES:
                    db.execute(index)
            else:
                for index in INDICES:
                    db.execute(f"DROP INDEX IF EXISTS {index.split()[5]}")

    def end_scan(self) -> None:
        with self._changing() as db:
            for index in INDICES:
                db.execute(index)
        self._indexed = True

    def add(self, items: Sequence[ObjectHeader | Unreadable]) -> None:
        """What was found, in one transaction. What is known already is not added again; a file that was changed since
        is another object.
        """
        now = time.time()
        with self._changing() as db:
            db.executemany(_INSERT, self._fresh_rows(db, items, now))

    def _fresh_rows(
        self, db: sqlite3.Connection, items: Sequence[ObjectHeader | Unreadable], now: float
    ) -> Iterator[tuple[Any, ...]]:
        directories, kinds, indexed = self._directories, self._kinds, self._indexed
        for item in items:
            path, _, last = str(item.path).rpartition(os.sep)
            if not path or path[-1] == ":":
                path, last = os.path.split(item.path)
            directory = directories.get(path) or self._directory(db, path)
            name = last if last.isascii() else _stored(last)
            if isinstance(item, Unreadable):
                self._add_other(db, (directory, name), item)
                continue
            stamp, size = item.stamp, item.size
            written = stamp[2] if stamp is not None else 0
            if indexed and self._is_known(db, (directory, name), size, written, now):
                continue
            uid, kind = item.sop_instance, (item.sop_class, item.transfer_syntax)
            yield (
                kinds.get(kind) or self._kind(db, kind), directory, name, uid, hashed(uid), size, written,
                item.dataset_offset, identity_of(stamp), now,
            )  # fmt: skip

    def _is_known(self, db: sqlite3.Connection, place: tuple[int, Any], size: int, stamp: int, now: float) -> bool:
        """The same file is there already; another one at this place, which was not sent, is refused."""
        known = db.execute(
            "SELECT id, state, size, stamp FROM object WHERE directory = ? AND name = ? ORDER BY id DESC", place
        ).fetchall()
        twice = db.execute("SELECT size, stamp FROM again WHERE directory = ? AND name = ?", place).fetchall()
        if (size, stamp) in twice or any(one[2:] == (size, stamp) for one in known):
            return True
        for number, state, *_ in known:
            if state in (MigrationState.FOUND, MigrationState.HELD):
                self._supersede(db, number, state, now)
        db.execute("DELETE FROM other WHERE directory = ? AND name = ?", place)
        return False

    @staticmethod
    def _supersede(db: sqlite3.Connection, number: int, state: int, now: float) -> None:
        db.execute(
            "UPDATE object SET state = ?, comment = ?, time = ? WHERE id = ? AND state = ?",
            (int(MigrationState.REFUSED), CHANGED, now, number, state),
        )
        db.execute("INSERT INTO evidence VALUES (?, ?, ?)", (number, now, CHANGED))

    def _add_other(self, db: sqlite3.Connection, place: tuple[int, Any], item: Any) -> None:
        if self._indexed and db.execute("SELECT 1 FROM object WHERE directory = ? AND name = ?", place).fetchone():
            return  # it is counted as that; a run says what is wrong with it
        values = (*place, int(not item.skipped), item.reason)
        db.execute("INSERT OR REPLACE INTO other VALUES (?, ?, ?, ?)", values)

    def _kind(self, db: sqlite3.Connection, kind: tuple[str, str]) -> int:
        db.execute("INSERT OR IGNORE INTO kind(sop_class, transfer_syntax) VALUES (?, ?)", kind)
        found = db.execute("SELECT id FROM kind WHERE sop_class = ? AND transfer_syntax = ?", kind).fetchone()
        self._kinds[kind] = number = int(found[0])
        return number

    def _directory(self, db: sqlite3.Connection, path: str) -> int:
        stored = _stored(path)
        db.execute("INSERT OR IGNORE INTO directory(path) VALUES (?)", (stored,))
        number = int(db.execute("SELECT id FROM directory WHERE path = ?", (stored,)).fetchone()[0])
        self._directories[path] = number
        if len(self._directories) > _DIRECTORIES:
            self._directories.popitem(last=False)
        return number

    def forget_cache(self) -> None:
        """After a transaction that was rolled back: numbers of rows that are not there."""
        self._kinds.clear()
        self._directories.clear()

    # --- objects with one UID

    def twins(self) -> Iterator[list[LedgerRow]]:
        """Groups of objects with one SOP Instance UID, in the order in which they were found."""
        last = -(1 << 63)
        query = "SELECT hash FROM object WHERE hash > ? GROUP BY hash HAVING count(*) > 1 ORDER BY hash LIMIT ?"
        while True:
            with self._reading() as db:
                hashes = [one for (one,) in db.execute(query, (last, _PAGE))]
            for one in hashes:
                groups: dict[str, list[LedgerRow]] = {}
                for row in self._rows("hash = ? ORDER BY object.id", one):
                    groups.setdefault(row.uid, []).append(row)
                yield from (group for group in groups.values() if len(group) > 1)
            if not hashes:
                return
            last = hashes[-1]

    def merge(self, row: LedgerRow, first: LedgerRow) -> None:
        """``row`` is ``first`` found again at another place."""
        with self._changing() as db:
            db.execute(
                "INSERT INTO again SELECT ?, directory, name, size, stamp FROM object WHERE id = ?", (first.id, row.id)
            )
            db.execute("DELETE FROM evidence WHERE object = ?", (row.id,))
            db.execute("DELETE FROM object WHERE id = ? AND state = ?", (row.id, int(row.state)))

    def keep_digest(self, row: LedgerRow) -> None:
        with self._changing() as db:
            db.execute("UPDATE object SET digest = ? WHERE id = ?", (row.digest, row.id))

    def keep_studies(self, rows: Iterable[tuple[LedgerRow, str]]) -> None:
        """The Study and Series Instance UIDs of these, each with its Study Date (empty: none)."""
        with self._changing() as db:
            values = [(row.study, row.series, date, row.id) for row, date in rows]
            db.executemany("UPDATE object SET study = ?, series = ?, date = ? WHERE id = ?", values)

    def note(self, row: LedgerRow, what: str) -> None:
        """What happened to an object that stays in its state."""
        with self._changing() as db:
            db.execute("INSERT INTO evidence VALUES (?, ?, ?)", (row.id, time.time(), what))

    # --- storage commitment

    def begin_commitment(self, uid: str, rows: Iterable[LedgerRow]) -> None:
        """A transaction is going to be asked for."""
        with self._changing() as db:
            objects = json.dumps([row.id for row in rows])
            db.execute("INSERT INTO commitment(uid, asked, objects) VALUES (?, ?, ?)", (uid, time.time(), objects))

    def end_commitment(self, uid: str, outcome: str) -> None:
        with self._changing() as db:
            db.execute("UPDATE commitment SET answered = ?, outcome = ? WHERE uid = ?", (time.time(), outcome, uid))

    def open_commitments(self) -> list[tuple[str, float, list[LedgerRow]]]:
        """Transactions that were asked for and not answered: UID, when, and the objects."""
        with self._reading() as db:
            found = db.execute("SELECT uid, asked, objects FROM commitment WHERE answered IS NULL ORDER BY asked")
            open_ones = [(uid, asked, json.loads(objects)) for uid, asked, objects in found]
        return [
            (uid, asked, [row for number in numbers for row in self._rows("object.id = ?", number)])
            for uid, asked, numbers in open_ones
        ]

    # --- what a run does

    def begin_run(self) -> int:
        """The number of this run. What an earlier one left without an answer is in doubt from now on; after a loss of
        power, so is everything of which that is not known. Returns how many are in doubt.
        """
        boot, before = boot_id(), self.get("boot")
        epoch = self.get("epoch", 0) + 1
        run = secrets.randbits(63)
        self.settle()
        with self._synced(), self._changing() as db:
            if before is not None and (boot is None or boot != before):
                for first, last in self.get("reach", []):
                    values = (_ENDED, time.time(), int(MigrationState.FOUND), first, last)
                    db.execute(_DOUBT + "state = ? AND id BETWEEN ? AND ?", values)
            rows = [("epoch", json.dumps(epoch)), ("boot", json.dumps(boot or "")), ("reach", "[]")]
            db.executemany("INSERT OR REPLACE INTO setting VALUES (?, ?)", [*rows, ("run", json.dumps(run))])
        self._epoch, self._run = epoch, run
        self.forget_in_flight()
        return self.count(MigrationState.IN_DOUBT)

    def end_run(self) -> None:
        """All that was recorded is on the disk."""
        self.put(reach=[], boot=None)
        with self._writing():
            self._file.in_flight.clear()

    def settle(self) -> None:
        """What a run that did not end knew of the objects that it had taken: an answer counts, what was begun without
        one is in doubt, and nothing happened to the others. After a loss of power all of them are in doubt.
        """
        boot = boot_id()
        with self._writing():
            known = self._file.in_flight.of(self.get("run", -1)) if boot and boot == self.get("boot") else None
        with self._changing() as db:
            if known is None:
                values = (_ENDED, time.time(), int(MigrationState.SENDING))
                db.execute(_DOUBT + "state = ?", values)
            else:
                self._settle(db, known)
        with self._writing():
            self._file.in_flight.clear()

    @staticmethod
    def _settle(db: sqlite3.Connection, known: dict[int, SlotContent]) -> None:
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
        with self._writing():
            self._file.in_flight.begin(self._run)

    def note_begun(self, row: LedgerRow) -> None:
        """It is sent next; that outlives the process."""
        try:
            row.slot = self._file.in_flight.begun(row.id)
        except OSError as error:
            raise self._unwritten(error) from None

    def note_ended(self, one: StateChange) -> None:
        """That is what became of it; that outlives the process. ``change`` follows, with others."""
        if one.row.slot and one.to is not MigrationState.IN_DOUBT:
            try:
                self._file.in_flight.ended(one.row.slot, one.row.id, one.to, one.status, time.time())
            except OSError as error:
                raise self._unwritten(error) from None

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise self._unwritten(error) from None

    def _unwritten(self, error: OSError) -> JournalError:
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        why = _FULL if is_full else f"{self._file.lock_name} cannot be used: {error.strerror or error}"
        return JournalError(f"{self.name}: {why}")

    def due(self) -> Iterator[LedgerRow]:
        """The objects that are to be sent, in their turn if they have one. Before the first of each page comes, it is
        on the disk that these may have been begun: their marks need not be there when power is lost.
        """
        pages = self._pages_in_turn() if self.get("order") else self._pages()
        before: list[tuple[int, int]] = []
        for rows in pages:
            # Of the page before, the last marks may not be on the disk.
            now = [(some[0].id, some[-1].id) for some in _stretches(rows)]
            self.put(reach=[*before, *now])
            before = now
            yield from rows

    def _pages(self) -> Iterator[list[LedgerRow]]:
        last = 0
        where = f"state <= {int(LAST_OPEN)} AND state = 0 AND object.id > ? ORDER BY object.id LIMIT {_PAGE}"
        while rows := list(self._rows(where, last)):
            last = rows[-1].id
            yield rows

    # --- in their turn

    def begin_order(self, wishes: list[str]) -> None:
        """Turns are by these wishes; those by others are forgotten."""
        with self._changing() as db:
            for statement in TURNS:
                db.execute(statement)
            if self.get("order") != wishes:
                db.execute("DELETE FROM turn")
        self.put(order=wishes)

    def without_turn(self) -> Iterator[LedgerRow]:
        """Objects to be sent that have none."""
        last = 0
        where = f"state <= {int(LAST_OPEN)} AND state = 0 AND object.id > ? AND NOT EXISTS({_HAS_TURN})"
        while rows := list(self._rows(f"{where} ORDER BY object.id LIMIT {_PAGE}", last)):
            last = rows[-1].id
            yield from rows

    def give_turns(self, turns: Sequence[tuple[int, str]]) -> None:
        with self._changing() as db:
            db.executemany("INSERT OR REPLACE INTO turn(object, place) VALUES (?, ?)", turns)

    def _pages_in_turn(self) -> Iterator[list[LedgerRow]]:
        place, last = "", 0
        query = _ROWS.replace("FROM object", "FROM turn CROSS JOIN object ON object.id = turn.object")
        query += f"state = 0 AND (place, turn.object) > (?, ?) ORDER BY place, turn.object LIMIT {_PAGE}"
        while rows := list(self._rows_of(query, place, last)):
            last = rows[-1].id
            with self._reading() as db:
                (place,) = db.execute("SELECT place FROM turn WHERE object = ?", (last,)).fetchone()
            yield rows

    def change(self, changes: Iterable[StateChange], begun: Iterable[LedgerRow] = ()) -> None:
        """Record answers, and that these are being sent, in one transaction; then the rows say so, too."""
        now = time.time()
        answers, marks = list(changes), list(begun)
        alike: dict[tuple[MigrationState, MigrationState, int | None, int], list[LedgerRow]] = {}
        with self._changing() as db:
            for one in answers:
                _check(self.name, one.row, one.to)
                if one.comment is None and not one.evidence and one.row.state not in STORED:
                    alike.setdefault((one.row.state, one.to, one.status, one.tries), []).append(one.row)
                else:
                    self._change(db, one, now)
            for (before, to, status, tries), rows in alike.items():
                self._change_rows(db, rows, _UPDATE_ALIKE, (int(to), status, tries, now), before)
            for row in marks:
                _check(self.name, row, MigrationState.SENDING)
            self._change_rows(db, marks, _MARK, (self._epoch, now) if marks else (), MigrationState.FOUND)
        for one in answers:
            one.row.state = one.to
            if one.row.slot:
                self._file.in_flight.free(one.row.slot)
                one.row.slot = 0
        for row in marks:
            row.state = MigrationState.SENDING

    def _change_rows(
        self, db: sqlite3.Connection, rows: list[LedgerRow], query: str, values: tuple[Any, ...], before: MigrationState
    ) -> None:
        """The same for all, a statement for each stretch of numbers without a gap."""
        for some in _stretches(rows):
            which = (some[0].id, some[-1].id, int(before))
            if db.execute(query, (*values, *which)).rowcount != len(some):
                db.execute("ROLLBACK")
                left = {number for (number,) in db.execute(_UNCHANGED, which)}
                self._check_one(0, next((row for row in some if row.id not in left), some[0]))

    def _change(self, db: sqlite3.Connection, one: StateChange, now: float) -> None:
        row = one.row
        values = (int(one.to), one.status, one.comment, one.tries, now, row.id, int(row.state))
        self._check_one(db.execute(_UPDATE, values).rowcount, row)
        if row.state in STORED:
            db.execute("INSERT INTO evidence VALUES (?, ?, ?)", (row.id, row.time, row.state.words))
        if one.evidence:
            db.execute("INSERT INTO evidence VALUES (?, ?, ?)", (row.id, now, one.evidence))

    def _check_one(self, count: int, row: LedgerRow) -> None:
        if count != 1:
            raise JournalError(
                f"{self.name}: object {row.id} is no longer {row.state.words}: another program changed the journal; "
                "nothing more is sent"
            )

    # --- what is known

    def in_state(self, *states: MigrationState) -> Iterator[LedgerRow]:
        """In the order in which they were found; rows may be changed meanwhile."""
        last = 0
        marks = ", ".join(str(int(state)) for state in states)
        while rows := list(self._rows(f"state IN ({marks}) AND object.id > ? ORDER BY object.id LIMIT {_PAGE}", last)):
            last = rows[-1].id
            yield from rows

    def _rows(self, where: str, *values: Any) -> Iterator[LedgerRow]:
        yield from self._rows_of(_ROWS + where, *values)

    def _rows_of(self, query: str, *values: Any) -> Iterator[LedgerRow]:
        with self._reading() as db:
            found = db.execute(query, values).fetchall()
        for number, state, tries, sop_class, syntax, directory, name, *rest in found:
            path = os.path.join(_text(directory), _text(name))  # noqa: PTH118 - of millions
            yield LedgerRow(number, _STATES[state], tries, sop_class, syntax, path, *rest)

    def select(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a question that only reads."""
        with self._reading() as db:
            return list(db.execute(query, values))

    def kinds(self) -> list[tuple[str, str]]:
        """SOP class and transfer syntax of what is not decided, in the order in which they were first found."""
        query = (
            "SELECT sop_class, transfer_syntax FROM kind WHERE id IN"
            " (SELECT DISTINCT kind FROM object WHERE state <= 2) ORDER BY id"
        )
        with self._reading() as db:
            return list(db.execute(query))

    def count(self, state: MigrationState) -> int:
        with self._reading() as db:
            return int(db.execute("SELECT count(*) FROM object WHERE state = ?", (int(state),)).fetchone()[0])

    def counts(self) -> dict[MigrationState, tuple[int, int]]:
        """Objects and bytes of each state that there is."""
        with self._reading() as db:
            rows = db.execute("SELECT state, count(*), sum(size) FROM object GROUP BY state ORDER BY state").fetchall()
        return {MigrationState(state): (count, size) for state, count, size in rows}

    def places(self) -> tuple[int, int, int]:
        """Files that are an object found again; files that are no objects by chance, and because something is wrong."""
        with self._reading() as db:
            (again,) = db.execute("SELECT count(*) FROM again").fetchone()
            wrong, count = db.execute("SELECT coalesce(sum(is_wrong), 0), count(*) FROM other").fetchone()
        return again, count - wrong, wrong

    def others(self) -> Iterator[tuple[str, str]]:
        """Files that should be objects and are none, with the reason."""
        query = (
            "SELECT directory.path, name, reason FROM other JOIN directory ON directory.id = other.directory"
            " WHERE is_wrong ORDER BY directory.path, name LIMIT ? OFFSET ?"
        )
        start = 0
        while True:
            with self._reading() as db:
                rows = db.execute(query, (_PAGE, start)).fetchall()
            for directory, name, reason in rows:
                yield str(Path(_text(directory), _text(name))), reason
            start += len(rows)
            if not rows:
                return

    def reasons(self) -> list[tuple[MigrationState, str, int]]:
        """Why objects are not stored, with how many, most first."""
        query = (
            "SELECT state, coalesce(comment, ''), count(*) AS n FROM object"
            " WHERE state IN (1, 2, 3, 6, 7, 8, 10) GROUP BY 1, 2 ORDER BY n DESC, 1, 2 LIMIT 100"
        )
        with self._reading() as db:
            return [(MigrationState(state), why, count) for state, why, count in db.execute(query)]


_INSERT: Final = (
    "INSERT INTO object(state, epoch, tries, kind, directory, name, uid, hash, size, stamp, start, identity, time)"
    " VALUES (0, 0, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SIGNED: Final = struct.Struct(">q")
_STATES: Final = tuple(MigrationState)
"""By their codes."""
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
_FULL: Final = "the disk is full; make room and go on with the same command"
_ROWS: Final = (
    "SELECT object.id, state, tries, sop_class, transfer_syntax, directory.path, name, uid, size, stamp, start,"
    " identity, status, comment, digest, time, study, series FROM object JOIN kind ON kind.id = object.kind"
    " JOIN directory ON directory.id = object.directory WHERE "
)
CHANGED: Final = "the file was changed after it was found, and counts as another object"


def _settle(path: str) -> None:
    """What a run left that did not end goes into the rows, unless one is going on or the journal cannot be written."""
    if has_content(os.path.realpath(path) + LOCK):
        with suppress(JournalError), Journal(path) as journal:
            journal.settle()


def _check(name: str, row: LedgerRow, to: MigrationState) -> None:
    if to not in PERMITTED[row.state]:
        raise JournalError(f"{name}: object {row.id} is {row.state.words}, and cannot become {to.words}")


def _stretches(rows: list[LedgerRow]) -> Iterator[list[LedgerRow]]:
    """Rows whose numbers follow one another, in their order."""
    some: list[LedgerRow] = []
    for row in sorted(rows, key=_number):
        if some and row.id != some[-1].id + 1:
            yield some
            some = []
        some.append(row)
    if some:
        yield some


def _number(row: LedgerRow) -> int:
    return row.id


def identity_of(stamp: tuple[int, int, int, int] | None) -> int:
    """64 bits of which file it is, its number and when its status was changed; 0: unknown. Not the device, which may
    have another number tomorrow.
    """
    if stamp is None:
        return 0
    mixed = (stamp[1] ^ stamp[3]) & 0xFFFFFFFFFFFFFFFF
    return mixed if mixed < 1 << 63 else mixed - (1 << 64)


def hashed(uid: str) -> int:
    """64 bits of a UID, as SQLite has them; the same in every process."""
    number: int = _SIGNED.unpack(blake2b(uid.encode("ascii"), digest_size=8).digest())[0]
    return number


def boot_id() -> str | None:
    """What tells a start of the system from the others; None where that is not known."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip() or None
    except OSError:
        return None


def _stored(name: str) -> str | bytes:
    """A name in the file system as the journal has it: bytes where it is no UTF-8."""
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        return os.fsencode(name)
    return name


def _text(name: str | bytes) -> str:
    return os.fsdecode(name) if isinstance(name, bytes) else name
