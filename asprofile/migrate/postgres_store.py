"""A journal in a database of PostgreSQL, in the schema ``asprofile`` of it.

Belongs here: connecting, transactions, and what went wrong in words. Does not belong here: the tables
(``postgres_schema``), what is kept in them (``ledger_base``).

One session does everything, and holds the lock of the only run: whoever lost the lock, because the server ended or the
network did, has also lost the only way to write. So nothing is written by a run that is not the only one any more.
Workers hold it together, so that nobody else writes meanwhile; what they write is fenced (``block_ledger``).
"""

from __future__ import annotations

import os
import threading
import time
from contextlib import contextmanager, nullcontext
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from asprofile.errors import JournalError
from asprofile.migrate.postgres_schema import EARLIEST, RUN_LOCK, SCHEMA_NAME, SCHEMA_VERSION, create_tables
from asprofile.migrate.postgres_url import secrets_of, shown_url, words_of
from asprofile.migrate.store import JournalLost, Store
from asprofile.program import installing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    import psycopg

    from asprofile.migrate.in_flight import SlotContent
    from asprofile.migrate.states import MigrationState
    from asprofile.migrate.store import Database

_CONNECTING: Final = 10
"""Seconds for each address of the server."""
_LOST: Final = 60
"""Seconds after which the server ends the session of a machine that is gone, and with it its lock; and after which we
take a server that is gone for that.
"""
_ENDING: Final = 5.0
"""Seconds for which another run's lock is waited for."""
_LOOKING: Final = 0.1
_COPY: Final = (
    "COPY object(state, epoch, tries, kind, directory, name, uid, hash, size, stamp, start, identity, time) FROM STDIN"
)
_NO_JOURNAL: Final = (
    "has no journal of `asprofile migrate`; `asprofile migrate JOURNAL --from SOURCE --to PEER` begins one"
)


class PostgresStore(Store):
    """That of a URL, as libpq reads it (PostgreSQL's manual, section 34.1.1.2). With ``writes`` nobody else has it so,
    but for workers if it is one (``shares``); with ``may_make`` what is not there is made.
    """

    turn_join = "turn JOIN object"
    hour = "CAST(floor(time / 3600) AS bigint)"
    outlives_power = True
    marks_at_once = 32

    def __init__(self, url: str, *, writes: bool, may_make: bool = False, shares: bool = False) -> None:
        self.name = shown_url(url)
        self._secrets = secrets_of(url)
        self._lock = threading.RLock()
        self.connection = _connected(url, self.name, self._secrets)
        self._db = _Statements(self.connection)
        try:
            with self.reading():
                self._open(writes=writes, may_make=may_make, shares=shares)
        except BaseException:
            self.close()
            raise

    def _open(self, *, writes: bool, may_make: bool, shares: bool) -> None:
        db = self._db
        for name, value in (("idle", _LOST // 2), ("interval", _LOST // 6), ("count", 3)):
            db.execute(f"SET tcp_keepalives_{name} = {value}")
        db.execute(f"SET search_path = {SCHEMA_NAME}")
        db.execute("SET synchronous_commit = on")
        if not _is_made(db):
            if not may_make:
                raise JournalError(f"{self.name}: {_NO_JOURNAL}")
            with self.changing():
                create_tables(db)
        (version,) = db.execute("SELECT version FROM journal").fetchone()
        if not EARLIEST <= version <= SCHEMA_VERSION:
            age = "a later" if version > SCHEMA_VERSION else "an earlier"
            raise JournalError(
                f"{self.name}: is a journal of {age} asprofile (version {version} of the schema, this one knows "
                f"{SCHEMA_VERSION}); use that one"
            )
        if writes:
            if not _has_lock(db, "_shared" * shares):
                others = "another run" if shares else "another run of `asprofile migrate`, or a worker,"
                raise JournalError(f"{self.name}: {others} uses this journal; wait for its end, or stop it")
            with self.changing():
                if version != SCHEMA_VERSION:
                    create_tables(db)
                if not shares:  # Their workers are gone; should one come back, nothing of it counts.
                    db.execute("DELETE FROM block")
                    db.execute("DELETE FROM setting WHERE name = 'filling'")
        else:
            db.execute("SET default_transaction_read_only = on")

    def close(self) -> None:
        with self._lock:
            self.connection.close()

    @contextmanager
    def reading(self) -> Iterator[Database]:
        # Needed only where a journal is in PostgreSQL.
        import psycopg

        with self._lock:
            try:
                yield self._db
            except psycopg.OperationalError as error:
                raise JournalLost(f"{self.name}: {self._words(error)}") from None
            except psycopg.Error as error:
                raise JournalError(f"{self.name}: {self._words(error)}") from None

    @contextmanager
    def changing(self) -> Iterator[Database]:
        with self.reading() as db, self.connection.transaction():
            yield db

    def synced(self) -> AbstractContextManager[None]:
        return nullcontext()

    def _words(self, error: psycopg.Error) -> str:
        return words_of(error, self._secrets, is_closed=self.connection.closed)

    def add_rows(self, db: Database, rows: Iterable[tuple[Any, ...]]) -> None:  # noqa: ARG002 - the only connection
        made = list(rows)  # they ask meanwhile
        with self.connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            for row in made:
                copy.write_row((0, 0, 0, *row))

    def stored_name(self, name: str) -> str | bytes:
        return os.fsencode(name)

    # Between two transactions nothing is kept that outlives the process: marks are few at a time instead.

    def begun(self, number: int) -> int:  # noqa: ARG002 - its row says so
        return 1

    def ended(self, slot: int, number: int, state: MigrationState, status: int | None, time: float) -> None:
        pass

    def freed(self, slot: int) -> None:
        pass

    def forget_in_flight(self, run: int | None) -> None:
        pass

    def in_flight(self, run: int) -> dict[int, SlotContent] | None:  # noqa: ARG002 - the same
        return None


class _Statements:
    """A connection that takes statements with ``?`` for values."""

    def __init__(self, connection: psycopg.Connection[tuple[Any, ...]]) -> None:
        self._connection = connection

    def execute(self, query: str, values: Sequence[Any] = (), /) -> Any:
        return self._connection.execute(_translated(query), values or None)

    def executemany(self, query: str, values: Iterable[Sequence[Any]], /) -> Any:
        with self._connection.cursor() as cursor:
            cursor.executemany(_translated(query), values)


@lru_cache(256)
def _translated(query: str) -> bytes:
    return query.replace("?", "%s").encode()


def _has_lock(db: Database, how: str) -> bool:
    """Whether this session has the lock of the only run, or of workers. The server ends the session of a process that
    was killed a moment after it, and that is waited for.
    """
    until = time.monotonic() + _ENDING
    while not db.execute(f"SELECT pg_try_advisory_lock{how}(?)", (RUN_LOCK,)).fetchone()[0]:
        if time.monotonic() > until:
            return False
        time.sleep(_LOOKING)
    return True


def has_journal(url: str) -> bool:
    """Whether there is one in this database. Raises JournalError."""
    # An extra, and needed only where a journal is in PostgreSQL.
    name, secrets = shown_url(url), secrets_of(url)
    connection = _connected(url, name, secrets)
    with connection:
        return _is_made(_Statements(connection))


def _is_made(db: Database) -> bool:
    return db.execute("SELECT to_regclass(?)", (f"{SCHEMA_NAME}.journal",)).fetchone()[0] is not None


def _connected(url: str, name: str, secrets: list[str]) -> psycopg.Connection[tuple[Any, ...]]:
    try:
        import psycopg
    except ImportError:
        raise JournalError(f"{name}: a journal in PostgreSQL needs psycopg: {installing('cluster')}") from None
    try:
        return psycopg.connect(
            url,
            autocommit=True,
            connect_timeout=_CONNECTING,
            keepalives_idle=_LOST // 2,
            keepalives_interval=_LOST // 6,
            keepalives_count=3,
            tcp_user_timeout=_LOST * 1000,
            application_name="asprofile migrate",
            client_encoding="utf8",
        )
    except psycopg.OperationalError as error:
        raise JournalLost(f"{name}: {words_of(error, secrets)}") from None
    except psycopg.Error as error:
        raise JournalError(f"{name}: {words_of(error, secrets)}") from None
    except UnicodeError:
        raise JournalError(f"{name}: is no URL of a database; what is no UTF-8 is written %FF") from None
