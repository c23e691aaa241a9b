"""A journal in a file of SQLite, with a file beside it for what is in flight.

Belongs here: transactions, and what went wrong in words. Does not belong here: the files themselves (``journal_file``,
``in_flight``), what is kept in them (``ledger_base``).
"""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from asprofile.errors import JournalError
from asprofile.migrate.journal_file import FULL, JournalFile
from asprofile.migrate.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asprofile.migrate.in_flight import SlotContent
    from asprofile.migrate.states import MigrationState
    from asprofile.migrate.store import Database

_INSERT: Final = (
    "INSERT INTO object(state, epoch, tries, kind, directory, name, uid, hash, size, stamp, start, identity, time)"
    " VALUES (0, 0, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_REMOVED: Final = (
    "the journal, or the file beside it that ends in -lock, was removed, renamed or replaced while it was in use; "
    "nothing more is sent. Put both back where they were, and go on with the same command"
)


class SqliteStore(Store):
    """That of a path; it is there. With ``writes`` nobody else has it so."""

    turn_join = "turn CROSS JOIN object"
    hour = "CAST(time / 3600 AS INTEGER)"
    outlives_power = False
    marks_at_once = 256

    def __init__(self, path: str, *, writes: bool) -> None:
        self._file = JournalFile(path, writes=writes)
        self.name = self._file.name
        self.connection = self._file.connection
        self._lock = threading.RLock()

    def close(self) -> None:
        self._file.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                yield self.connection
            except sqlite3.Error as error:
                raise self._error(error) from None

    @contextmanager
    def changing(self) -> Iterator[sqlite3.Connection]:
        with self.reading() as db:
            if not self._file.is_in_place:
                raise JournalError(f"{self.name}: {_REMOVED}")
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise

    @contextmanager
    def synced(self) -> Iterator[None]:
        with self.reading() as db:
            db.execute("PRAGMA synchronous = FULL")
            try:
                yield
            finally:
                db.execute("PRAGMA synchronous = NORMAL")

    def _error(self, error: sqlite3.Error) -> JournalError:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
            why = FULL
        elif getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            why = "another program keeps it locked; close that and go on with the same command"
        elif getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            why = f"is damaged ({error}); get a copy of it, or see what `sqlite3 FILE .recover` saves"
        else:
            why = f"the journal cannot be used: {error}"
        return JournalError(f"{self.name}: {why}")

    def add_rows(self, db: Database, rows: Iterable[tuple[Any, ...]]) -> None:
        db.executemany(_INSERT, rows)

    def stored_name(self, name: str) -> str | bytes:
        """Bytes where it is no UTF-8."""
        if name.isascii():
            return name
        try:
            name.encode("utf-8")
        except UnicodeEncodeError:
            return os.fsencode(name)
        return name

    def begun(self, number: int) -> int:
        try:
            return self._file.in_flight.begun(number)
        except OSError as error:
            raise self._unwritten(error) from None

    def ended(self, slot: int, number: int, state: MigrationState, status: int | None, time: float) -> None:
        try:
            self._file.in_flight.ended(slot, number, state, status, time)
        except OSError as error:
            raise self._unwritten(error) from None

    def freed(self, slot: int) -> None:
        self._file.in_flight.free(slot)

    def forget_in_flight(self, run: int | None) -> None:
        try:
            if run is None:
                self._file.in_flight.clear()
            else:
                self._file.in_flight.begin(run)
        except OSError as error:
            raise self._unwritten(error) from None

    def in_flight(self, run: int) -> dict[int, SlotContent] | None:
        try:
            return self._file.in_flight.of(run)
        except OSError as error:
            raise self._unwritten(error) from None

    def _unwritten(self, error: OSError) -> JournalError:
        is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
        why = FULL if is_full else f"{self._file.lock_name} cannot be used: {error.strerror or error}"
        return JournalError(f"{self.name}: {why}")
