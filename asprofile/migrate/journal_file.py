"""The file of a journal: made whole or not at all, recognised before it is touched, used by one run at a time.

Belongs here: schema and version, opening and locking. Does not belong here: transactions (``sqlite_store``).
"""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

from asprofile.errors import JournalError
from asprofile.migrate.in_flight import InFlight
from asprofile.migrate.states import MigrationState
from asprofile.printing import visible

APPLICATION_ID: Final = 0x4153504D
"""``ASPM``: at byte 68 of the file (SQLite's file format, section 1.3)."""
SCHEMA_VERSION: Final = 1
"""``PRAGMA user_version``. A journal of a later one is refused."""

FULL: Final = "the disk is full; make room and go on with the same command"
_ROOM: Final = 1 << 15
"""Bytes of the file ``-shm``, without which a journal cannot be read."""
_MAGIC: Final = b"SQLite format 3\0"
_BUSY: Final = 30.0
"""Seconds that another program may keep the journal from being written."""

_SCHEMA: Final = """
CREATE TABLE setting(name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE state(code INTEGER PRIMARY KEY, name TEXT NOT NULL, meaning TEXT NOT NULL);
CREATE TABLE kind(id INTEGER PRIMARY KEY, sop_class TEXT NOT NULL, transfer_syntax TEXT NOT NULL,
    UNIQUE(sop_class, transfer_syntax));
CREATE TABLE directory(id INTEGER PRIMARY KEY, path NOT NULL UNIQUE);
CREATE TABLE object(id INTEGER PRIMARY KEY, state INTEGER NOT NULL, epoch INTEGER NOT NULL, tries INTEGER NOT NULL,
    kind INTEGER NOT NULL REFERENCES kind, directory INTEGER NOT NULL REFERENCES directory, name NOT NULL,
    uid TEXT NOT NULL, hash INTEGER NOT NULL, size INTEGER NOT NULL, stamp INTEGER NOT NULL,
    start INTEGER NOT NULL, identity INTEGER NOT NULL, study TEXT, series TEXT, date TEXT, status INTEGER,
    comment TEXT, digest BLOB, time REAL);
CREATE TABLE again(object INTEGER NOT NULL REFERENCES object, directory INTEGER NOT NULL, name NOT NULL,
    size INTEGER NOT NULL, stamp INTEGER NOT NULL);
CREATE TABLE other(directory INTEGER NOT NULL, name NOT NULL, is_wrong INTEGER NOT NULL, reason TEXT NOT NULL,
    PRIMARY KEY(directory, name)) WITHOUT ROWID;
CREATE TABLE commitment(uid TEXT PRIMARY KEY, asked REAL NOT NULL, answered REAL, outcome TEXT, objects TEXT NOT NULL);
CREATE TABLE evidence(object INTEGER NOT NULL REFERENCES object, time REAL NOT NULL, what TEXT NOT NULL);
CREATE VIEW objects AS SELECT object.id, state.name AS state, directory.path AS directory, object.name, sop_class,
    transfer_syntax, uid, size, tries, status, comment, datetime(time, 'unixepoch') AS time FROM object
    JOIN state ON state.code = object.state JOIN kind ON kind.id = object.kind
    JOIN directory ON directory.id = object.directory;
"""

LOCK: Final = "-lock"
"""After the name of a journal: the file that the only run has locked, and where it says what is in flight."""
_LOCKED_BYTE: Final = 1 << 30
"""Where Windows locks: after all that is in the file, for a locked byte cannot be read."""

_opened: set[str] = set()
"""Journals that this process has open. To open one of these by itself and close it would end SQLite's locks on it."""


def make(path: str) -> None:
    """A journal without objects; nothing where there is a file. Raises JournalError."""
    if os.path.lexists(path):
        return
    fresh = f"{path}.new-{os.getpid()}"
    try:
        with suppress(FileNotFoundError):
            Path(fresh).unlink()
        connection = sqlite3.connect(fresh)
        try:
            connection.executescript(_SCHEMA)
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
            states = [(int(one), one.words, one.meaning) for one in MigrationState]
            connection.executemany("INSERT INTO state VALUES (?, ?, ?)", states)
            connection.commit()
        finally:
            connection.close()
        _put(fresh, path)
    except (OSError, sqlite3.Error) as error:
        raise JournalError(f"{visible(path)}: cannot be made: {_words(error)}") from None
    finally:
        with suppress(OSError):
            Path(fresh).unlink()


def _put(fresh: str, path: str) -> None:
    """Give it its name, which nobody else has taken meanwhile."""
    try:
        os.link(fresh, path)
    except FileExistsError:
        return
    except OSError:  # a file system without links
        if not os.path.lexists(path):
            Path(fresh).rename(path)


class JournalFile:
    """An open journal. With ``writes`` nobody else has it so; else it is only read."""

    def __init__(self, path: str, *, writes: bool) -> None:
        self.name = visible(path)
        self.lock_name = visible(path + LOCK)
        self._real = os.path.realpath(path)
        self._lock: int | None = None
        self._paths = (self._real, self._real + LOCK) if writes else ()
        _check(self._real, self.name)
        try:
            if writes:
                self._lock = _locked(self._real, self.name)
                self.in_flight = InFlight(self._lock)
            self.connection = self._connect(writes=writes)
            _opened.add(self._real)
            self._identities = [_identity(path) for path in self._paths]
            self._check_version()
        except (OSError, sqlite3.Error) as error:
            self.close()
            verb = "written" if writes else "read"
            why = FULL if _is_full(error, self._real) else f"the journal cannot be {verb}: {_words(error)}"
            raise JournalError(f"{self.name}: {why}") from None
        except BaseException:
            self.close()
            raise

    def _connect(self, *, writes: bool) -> sqlite3.Connection:
        uri = Path(self._real).as_uri()
        if not writes:
            return _reading(uri, self._real)
        connection = _connected(f"{uri}?mode=rw")
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("ROLLBACK")
        except BaseException:
            connection.close()
            raise
        return connection

    def _check_version(self) -> None:
        (number,) = self.connection.execute("PRAGMA application_id").fetchone()
        (version,) = self.connection.execute("PRAGMA user_version").fetchone()
        if number != APPLICATION_ID:
            raise JournalError(f"{self.name}: is a database, but no journal of `asprofile migrate`")
        if version > SCHEMA_VERSION:
            raise JournalError(
                f"{self.name}: is a journal of a later asprofile (version {version} of the schema, this one knows "
                f"{SCHEMA_VERSION}); use that one"
            )

    @property
    def is_in_place(self) -> bool:
        """The journal and its lock are still those that were opened: what is written is found again by their names."""
        return [_identity(path) for path in self._paths] == self._identities

    def close(self) -> None:
        connection = getattr(self, "connection", None)
        if connection is not None:
            with suppress(sqlite3.Error):
                connection.close()
            _opened.discard(self._real)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def _identity(path: str) -> tuple[int, int] | None:
    try:
        status = os.stat(path)  # noqa: PTH116 - for each transaction
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _connected(uri: str) -> sqlite3.Connection:
    return sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=_BUSY)


def _reading(uri: str, path: str) -> sqlite3.Connection:
    """For reading. Whoever closes a journal last removes the files beside it, if he may write; who may not gets it as
    something that does not change, and makes none.
    """
    if writable := os.access(path, os.W_OK) and os.access(os.path.dirname(path), os.W_OK):  # noqa: PTH120 - as SQLite
        connection = _connected(f"{uri}?mode=rw")
    elif _has_log(path):
        connection = _connected(f"{uri}?mode=ro")
    else:
        connection = _connected(f"{uri}?mode=ro&immutable=1")
    try:
        if writable:
            connection.execute("PRAGMA query_only = ON")
        connection.execute("SELECT count(*) FROM setting").fetchone()
    except BaseException as error:
        connection.close()
        if (
            not isinstance(error, sqlite3.OperationalError)
            or not _has_log(path)
            or error.sqlite_errorcode & 0xFF
            not in (
                sqlite3.SQLITE_CANTOPEN,
                sqlite3.SQLITE_READONLY,
            )
        ):
            raise
        raise sqlite3.OperationalError(
            f"{error}; what was written last is in {visible(path)}-wal: copy both to a directory that can be written"
        ) from None
    return connection


def _has_log(path: str) -> bool:
    """There is something that is not in the file itself."""
    try:
        return Path(f"{path}-wal").stat().st_size > 0
    except OSError:
        return False


def _check(path: str, name: str) -> None:
    """That the file is a journal, before SQLite touches it."""
    try:
        mode = Path(path).stat().st_mode
        if not stat.S_ISREG(mode):
            raise JournalError(f"{name}: is no file, and no journal of `asprofile migrate`")
        if path in _opened:
            return
        with Path(path).open("rb") as file:
            start = file.read(100)
    except OSError as error:
        hint = "; `asprofile migrate JOURNAL --from SOURCE --to PEER` begins one"
        hint = hint if isinstance(error, FileNotFoundError) else ""
        raise JournalError(f"{name}: no journal can be read: {_words(error)}{hint}") from None
    if not _begins_journal(start):
        raise JournalError(f"{name}: is no journal of `asprofile migrate`, and stays as it is; choose another name")


def is_journal(path: str) -> bool:
    """Whether this is the name of one; nothing is said of its content."""
    if path in _opened:
        return True
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116 - of millions in a list
            return False
        with open(path, "rb") as file:  # noqa: PTH123 - the same
            return _begins_journal(file.read(100))
    except (OSError, ValueError):
        return False


def _begins_journal(start: bytes) -> bool:
    return start[:16] == _MAGIC and start[68:72] == APPLICATION_ID.to_bytes(4, "big")


def _locked(path: str, name: str) -> int:
    """The lock of the only run, on a file beside the journal: on the journal itself it would disturb SQLite's own."""
    handle = os.open(path + LOCK, os.O_RDWR | os.O_CREAT, 0o666)
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, _LOCKED_BYTE, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        os.close(handle)
        raise JournalError(
            f"{name}: another run of `asprofile migrate` uses this journal; wait for its end, or stop it"
        ) from None
    except OSError:
        os.close(handle)
        raise
    return handle


def _is_full(error: OSError | sqlite3.Error, path: str) -> bool:
    """There is no room on the disk; SQLite calls it an input/output error where it is about the file ``-shm``."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    try:
        return code == sqlite3.SQLITE_FULL or (
            code == sqlite3.SQLITE_IOERR and shutil.disk_usage(os.path.dirname(path)).free < _ROOM  # noqa: PTH120
        )
    except OSError:
        return False


def _words(error: OSError | sqlite3.Error) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)
