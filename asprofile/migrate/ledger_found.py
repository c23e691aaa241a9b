"""What a scan finds, into the rows of a journal, and what has the same SOP Instance UID.

Not here: when that is asked (``scanning``).
"""

from __future__ import annotations

import errno
import os
import time
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, Final

from asprofile.migrate import ledger_base
from asprofile.migrate.ledger_base import LedgerBase, directory_number, kind_number
from asprofile.migrate.ledger_rows import hashed, identity_of, kept_text
from asprofile.migrate.states import MigrationState
from asprofile.objects.header import Unreadable, describe_os_error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from asprofile.migrate.ledger_rows import LedgerRow
    from asprofile.migrate.store import Database, Store
    from asprofile.objects.header import ObjectHeader

_DIRECTORIES: Final = 1000
"""Directories whose numbers are kept in memory."""
INDICES: Final = (
    "CREATE INDEX IF NOT EXISTS object_place ON object(directory, name)",
    "CREATE INDEX IF NOT EXISTS object_hash ON object(hash)",
    "CREATE INDEX IF NOT EXISTS object_state ON object(state)",
    "CREATE INDEX IF NOT EXISTS again_place ON again(directory, name)",
    "CREATE INDEX IF NOT EXISTS evidence_object ON evidence(object)",
)
"""Made after the rows of the first scan: rows with indices take five times as long. A run changes each state twice, so
there is no more than one with it.
"""
GONE: Final = describe_os_error(FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT)))
"""Why an object is refused whose file is not there when its turn comes."""
CHANGED: Final = "the file was changed after it was found, and counts as another object"


class FoundObjects(LedgerBase):
    """A journal, as a scan needs it."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._kinds: dict[tuple[str, str], int] = {}
        self._directories: OrderedDict[str, int] = OrderedDict()
        self._indexed = True

    def begin_scan(self) -> None:
        """Without indices where there are no rows yet."""
        with self.store.changing() as db:
            self._indexed = db.execute("SELECT EXISTS(SELECT 1 FROM object)").fetchone()[0]
            if self._indexed:
                for index in INDICES:
                    db.execute(index)
            else:
                for index in INDICES:
                    db.execute(f"DROP INDEX IF EXISTS {index.split()[5]}")

    def end_scan(self) -> None:
        with self.store.changing() as db:
            for index in INDICES:
                db.execute(index)
        self._indexed = True

    def add(self, items: Sequence[ObjectHeader | Unreadable]) -> None:
        """What was found, in one transaction. What is known already is not added again; a file that was changed since
        is another object.
        """
        now = time.time()
        try:
            with self.store.changing() as db:
                self.store.add_rows(db, self._fresh_rows(db, items, now))
        except BaseException:
            # Numbers of rows that are not there, as the transaction was taken back.
            self._kinds.clear()
            self._directories.clear()
            raise

    def _fresh_rows(
        self, db: Database, items: Sequence[ObjectHeader | Unreadable], now: float
    ) -> Iterator[tuple[Any, ...]]:
        directories, kinds, indexed = self._directories, self._kinds, self._indexed
        for item in items:
            path, _, last = str(item.path).rpartition(os.sep)
            if not path or path[-1] == ":":
                path, last = os.path.split(item.path)
            directory = directories.get(path) or self._directory(db, path)
            name = self.store.stored_name(last)
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

    def _is_known(self, db: Database, place: tuple[int, Any], size: int, stamp: int, now: float) -> bool:
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
    def _supersede(db: Database, number: int, state: int, now: float) -> None:
        db.execute(
            "UPDATE object SET state = ?, comment = ?, time = ? WHERE id = ? AND state = ?",
            (int(MigrationState.REFUSED), CHANGED, now, number, state),
        )
        db.execute("INSERT INTO evidence VALUES (?, ?, ?)", (number, now, CHANGED))

    def _add_other(self, db: Database, place: tuple[int, Any], item: Any) -> None:
        if self._indexed and db.execute("SELECT 1 FROM object WHERE directory = ? AND name = ?", place).fetchone():
            return  # it is counted as that; a run says what is wrong with it
        values = (*place, int(not item.skipped), kept_text(item.reason))
        db.execute(_OTHER, values)

    def _kind(self, db: Database, kind: tuple[str, str]) -> int:
        self._kinds[kind] = number = kind_number(db, *kind)
        return number

    def _directory(self, db: Database, path: str) -> int:
        self._directories[path] = number = directory_number(db, self.store.stored_name(path))
        if len(self._directories) > _DIRECTORIES:
            self._directories.popitem(last=False)
        return number

    # --- objects with one UID

    def twins(self) -> Iterator[list[LedgerRow]]:
        """Groups of objects with one SOP Instance UID, in the order in which they were found."""
        last = -(1 << 63)
        query = "SELECT hash FROM object WHERE hash > ? GROUP BY hash HAVING count(*) > 1 ORDER BY hash LIMIT ?"
        while True:
            with self.store.reading() as db:
                hashes = [one for (one,) in db.execute(query, (last, ledger_base.PAGE))]
            for one in hashes:
                groups: dict[str, list[LedgerRow]] = {}
                for row in self.rows("hash = ? ORDER BY object.id", one):
                    groups.setdefault(row.uid, []).append(row)
                yield from (group for group in groups.values() if len(group) > 1)
            if not hashes:
                return
            last = hashes[-1]

    def merge(self, row: LedgerRow, first: LedgerRow) -> None:
        """``row`` is ``first`` found again at another place."""
        with self.store.changing() as db:
            db.execute(
                "INSERT INTO again SELECT ?, directory, name, size, stamp FROM object WHERE id = ?", (first.id, row.id)
            )
            db.execute("DELETE FROM evidence WHERE object = ?", (row.id,))
            db.execute("DELETE FROM object WHERE id = ? AND state = ?", (row.id, int(row.state)))

    def keep_digests(self, rows: Iterable[LedgerRow]) -> None:
        with self.store.changing() as db:
            values = [(row.digest, row.id) for row in rows]
            db.executemany("UPDATE object SET digest = ? WHERE id = ?", values)

    def with_uid(self, uid: str) -> list[LedgerRow]:
        """Objects with this SOP Instance UID, in the order in which they were found."""
        return [row for row in self.rows("hash = ? ORDER BY object.id", hashed(uid)) if row.uid == uid]

    # --- files that are looked at again and again

    def has_file(self, path: str, size: int, stamp: int) -> bool:
        """The file at this place, of this size and time, is known, and was there when its turn came."""
        values = (*self._place(path), size, stamp)
        with self.store.reading() as db:
            found = db.execute(_HAS_FILE, (*values, int(MigrationState.REFUSED), GONE, *values)).fetchone()
        return found is not None

    def forget_others(self, paths: Iterable[str]) -> None:
        """Files that were no objects are not there any more."""
        with self.store.changing() as db:
            db.executemany(_FORGET_OTHER, [self._place(path) for path in paths])

    def _place(self, path: str) -> tuple[str | bytes, ...]:
        return tuple(map(self.store.stored_name, os.path.split(path)))

    def keep_studies(self, rows: Iterable[tuple[LedgerRow, str]]) -> None:
        """The Study and Series Instance UIDs of these, each with its Study Date (empty: none)."""
        with self.store.changing() as db:
            values = [(*map(kept_text, (row.study or "", row.series or "", date)), row.id) for row, date in rows]
            db.executemany("UPDATE object SET study = ?, series = ?, date = ? WHERE id = ?", values)

    def note(self, row: LedgerRow, what: str) -> None:
        """What happened to an object that stays in its state."""
        with self.store.changing() as db:
            db.execute("INSERT INTO evidence VALUES (?, ?, ?)", (row.id, time.time(), kept_text(what)))


_HAS_FILE: Final = (
    "SELECT 1 FROM object JOIN directory ON directory.id = object.directory WHERE path = ? AND name = ? AND size = ?"
    " AND stamp = ? AND NOT (state = ? AND coalesce(comment, '') = ?) UNION ALL "
    "SELECT 1 FROM again JOIN directory ON directory.id = again.directory WHERE path = ? AND name = ? AND size = ?"
    " AND stamp = ?"
)
_FORGET_OTHER: Final = "DELETE FROM other WHERE directory = (SELECT id FROM directory WHERE path = ?) AND name = ?"
_OTHER: Final = (
    "INSERT INTO other VALUES (?, ?, ?, ?)"
    " ON CONFLICT(directory, name) DO UPDATE SET is_wrong = excluded.is_wrong, reason = excluded.reason"
)
