"""What a journal knows of the peers that objects come from: questions asked, studies, and objects that are to come.

Belongs here: the tables ``question``, ``study`` and ``content``, and the rows of objects before and until they are in
hand. Does not belong here: what is asked (``listing``), what is taken (``fetching``), all else (``journal``).

Every answer is in the journal, with what follows from it, before the next question: whoever is killed goes on there.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from asprofile.migrate.ledger_base import directory_number, kind_number
from asprofile.migrate.ledger_rows import LedgerRow, check_changed, hashed
from asprofile.migrate.origins import PREFIX
from asprofile.migrate.states import AT_THE_SOURCE, MigrationState
from asprofile.migrate.windows import StudyWindow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from asprofile.migrate.journal import Journal

_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS question(id INTEGER PRIMARY KEY, source TEXT NOT NULL, asked TEXT NOT NULL,"
    " outcome TEXT, answers INTEGER, time REAL)",
    "CREATE TABLE IF NOT EXISTS study(id INTEGER PRIMARY KEY, source TEXT NOT NULL, uid TEXT NOT NULL, date TEXT,"
    " expected INTEGER, listed REAL, UNIQUE(source, uid))",
    "CREATE TABLE IF NOT EXISTS content(object INTEGER PRIMARY KEY, form BLOB NOT NULL)",
    "CREATE INDEX IF NOT EXISTS object_place ON object(directory, name)",
    "CREATE INDEX IF NOT EXISTS object_hash ON object(hash)",
    f"CREATE INDEX IF NOT EXISTS object_listed ON object(study) WHERE state = {int(MigrationState.LISTED)}",
    f"CREATE INDEX IF NOT EXISTS object_in_hand ON object(study) WHERE state = {int(MigrationState.FOUND)}",
)
_INSERT: Final = (
    "INSERT INTO object(state, epoch, tries, kind, directory, name, uid, hash, size, stamp, start, identity, study,"
    " series, date, time) VALUES (?, 0, 0, ?, ?, ?, ?, ?, 0, 0, 0, 0, ?, ?, ?, ?)"
)
_TOOK: Final = (
    "UPDATE object SET state = ?, kind = ?, size = ?, stamp = ?, start = ?, identity = ?, digest = ?, comment = NULL,"
    " time = ? WHERE id = ? AND state = ?"
)


@dataclass(frozen=True, slots=True)
class ListedStudy:
    """A study that a peer lists: its UID and date (``YYYYMMDD``, empty: none), and how many objects it says that it
    has (None: it does not say). ``number``: of the row, 0 before there is one.
    """

    uid: str
    date: str
    expected: int | None
    number: int = 0


@dataclass(frozen=True, slots=True)
class ListedObject:
    """An object that a peer lists; SOP class and transfer syntax are empty where it does not say them."""

    series: str
    uid: str
    sop_class: str
    transfer_syntax: str


class StudyLedger:
    """The part of an open journal that is about peers. Raises JournalError."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal

    def begin(self) -> None:
        """Make the tables that are not there."""
        with self._journal.store.changing() as db:
            for statement in _TABLES:
                db.execute(statement)
            states = [(int(one), one.words, one.meaning) for one in MigrationState]
            db.executemany("INSERT OR IGNORE INTO state VALUES (?, ?, ?)", states)

    @property
    def is_used(self) -> bool:
        """Something was ever listed."""
        return bool(self._journal.select("SELECT 1 FROM sqlite_master WHERE name = 'study'"))

    # --- questions for studies

    def begin_listing(self, source: str, first: StudyWindow) -> bool:
        """What is to be asked of a peer: all, or what a listing that did not end left (False)."""
        queries = (
            "SELECT 1 FROM question WHERE source = ? AND outcome IS NULL LIMIT 1",
            "SELECT 1 FROM study WHERE source = ? AND listed IS NULL LIMIT 1",
        )
        if any(self._journal.select(query, source) for query in queries):
            return False
        with self._journal.store.changing() as db:
            db.execute("DELETE FROM question WHERE source = ?", (source,))
            self._ask(db, source, (first,))
        return True

    def has_answers(self, source: str) -> bool:
        """A question to this peer was ever answered."""
        return bool(
            self._journal.select("SELECT 1 FROM question WHERE source = ? AND outcome IS NOT NULL LIMIT 1", source)
        )

    def forget_unlisted(self, source: str) -> None:
        """What was not known of a peer is going to be asked for again."""
        with self._journal.store.changing() as db:
            db.execute("DELETE FROM other WHERE directory = ?", (directory_number(db, source),))

    def drop_questions(self, source: str, is_meant: Callable[[StudyWindow], bool]) -> None:
        """Open questions that are not going to be asked."""
        query = "SELECT id, asked FROM question WHERE source = ? AND outcome IS NULL"
        asked = [(number, StudyWindow.of(json.loads(text))) for number, text in self._journal.select(query, source)]
        numbers = [(number,) for number, window in asked if is_meant(window)]
        with self._journal.store.changing() as db:
            db.executemany("UPDATE question SET outcome = 'cut' WHERE id = ?", numbers)

    def next_question(self, source: str) -> tuple[int, StudyWindow] | None:
        query = "SELECT id, asked FROM question WHERE source = ? AND outcome IS NULL ORDER BY id LIMIT 1"
        for number, asked in self._journal.select(query, source):
            return number, StudyWindow.of(json.loads(asked))
        return None

    def answered(
        self, source: str, number: int, outcome: str, studies: Sequence[ListedStudy], more: Iterable[StudyWindow] = ()
    ) -> None:
        """What became of a question, the studies of its answer, and what is to be asked for in its place."""
        now = time.time()
        with self._journal.store.changing() as db:
            for study in studies:
                db.execute(_STUDY, (source, study.uid, study.date, study.expected))
            self._ask(db, source, more)
            values = (outcome, len(studies), now, number)
            db.execute("UPDATE question SET outcome = ?, answers = ?, time = ? WHERE id = ?", values)

    @staticmethod
    def _ask(db: Any, source: str, windows: Iterable[StudyWindow]) -> None:
        values = [(source, json.dumps(one.values)) for one in windows]
        db.executemany("INSERT INTO question(source, asked) VALUES (?, ?)", values)

    # --- the objects of studies

    def unlisted(self, source: str) -> Iterator[ListedStudy]:
        """Studies of which the objects are not listed, or are other ones by the number that the peer says now."""
        query = (
            "SELECT uid, date, expected, id FROM study WHERE source = ? AND listed IS NULL AND id > ?"
            " ORDER BY id LIMIT 200"
        )
        last = 0
        while rows := self._journal.select(query, source, last):
            last = rows[-1][3]
            yield from (ListedStudy(*row) for row in rows)

    def listed(self, source: str, study: ListedStudy, objects: Sequence[ListedObject]) -> int:
        """These are its objects, whatever is known already. Returns how many of them are new."""
        now = time.time()
        count = 0
        with self._journal.store.changing() as db:
            for one in objects:
                directory = directory_number(db, f"{source}/{study.uid}/{one.series}")
                place = (directory, one.uid)
                if any(db.execute(query, place).fetchone() for query in _KNOWN):
                    continue
                kind = kind_number(db, one.sop_class, one.transfer_syntax)
                values = (_LISTED, kind, *place, one.uid, hashed(one.uid), study.uid, one.series, study.date, now)
                db.execute(_INSERT, values)
                count += 1
            db.execute("UPDATE study SET listed = ? WHERE id = ?", (now, study.number))
        return count

    def cannot_list(self, source: str, name: str, why: str) -> None:
        """Something of a peer is not known; empty: it is."""
        with self._journal.store.changing() as db:
            place = (directory_number(db, source), name)
            if why:
                db.execute("INSERT OR REPLACE INTO other VALUES (?, ?, 1, ?)", (*place, why))
            else:
                db.execute("DELETE FROM other WHERE directory = ? AND name = ?", place)

    # --- objects that are to come

    def due(self, source: str, order: str = "") -> Iterator[str]:
        """Studies with objects that are to come; ``order``: "newest" or "oldest" first, those without a date last."""
        query = _DUE + {"newest": "date = '', date DESC, id", "oldest": "date = '', date, id"}.get(order, "id")
        for (uid,) in self._journal.select(query, source):
            yield uid

    def to_come(self, source: str, study: str) -> list[LedgerRow]:
        """The objects of a study that are to come."""
        low, high = f"{source}/{study}/", f"{source}/{study}0"
        where = f"state = {int(MigrationState.LISTED)} AND study = ? AND directory.path >= ? AND directory.path < ?"
        return list(self._journal.rows(f"{where} ORDER BY object.id", study, low, high))

    def series_of(self, source: str, study: str) -> dict[str, int]:
        """How many objects each series of a study has, in whatever state."""
        query = (
            "SELECT directory.path, count(*) FROM directory JOIN object ON object.directory = directory.id"
            " WHERE path >= ? AND path < ? GROUP BY directory.id"
        )
        found = self._journal.select(query, f"{source}/{study}/", f"{source}/{study}0")
        return {path.rpartition("/")[2]: count for path, count in found}

    def taken_kinds(self, source: str) -> list[tuple[str, str, int]]:
        """SOP classes and transfer syntaxes of what came from a peer, with how many, most first."""
        query = (
            "SELECT sop_class, transfer_syntax, count(*) AS n FROM object JOIN kind ON kind.id = object.kind"
            " JOIN directory ON directory.id = object.directory WHERE path >= ? AND path < ? AND size > 0"
            " GROUP BY kind.id ORDER BY n DESC, kind.id"
        )
        return [(one, other, count) for one, other, count in self._journal.select(query, f"{source}/", f"{source}0")]

    def took(self, row: LedgerRow, form: bytes | None) -> None:
        """An object is in hand: ``row`` says what it is. ``form`` is a digest of what it says, however written."""
        now = time.time()
        with self._journal.store.changing() as db:
            kind = kind_number(db, row.sop_class, row.transfer_syntax)
            values = (int(MigrationState.FOUND), kind, row.size, row.stamp, row.start, row.identity, row.digest, now)
            changed = db.execute(_TOOK, (*values, row.id, int(row.state))).rowcount
            check_changed(self._journal.name, changed, row)
            if form is not None:
                db.execute("INSERT OR REPLACE INTO content VALUES (?, ?)", (row.id, form))
        row.state = MigrationState.FOUND

    def has(self, uid: str) -> bool:
        """There is an object with this SOP Instance UID."""
        found = self._journal.select("SELECT uid FROM object WHERE hash = ?", hashed(uid)) if uid.isascii() else ()
        return any(one == uid for (one,) in found)

    def study(self, source: str, uid: str) -> ListedStudy | None:
        query = "SELECT uid, date, expected, id FROM study WHERE source = ? AND uid = ?"
        return next((ListedStudy(*row) for row in self._journal.select(query, source, uid)), None)

    def form_of(self, row: LedgerRow) -> bytes | None:
        """What was kept by ``took``."""
        if not self.is_used:
            return None
        found = self._journal.select("SELECT form FROM content WHERE object = ?", row.id)
        return bytes(found[0][0]) if found else None

    def twins_of(self, row: LedgerRow) -> list[LedgerRow]:
        """Other objects with its SOP Instance UID that are or were in hand."""
        found = self._journal.with_uid(row.uid)
        return [one for one in found if one.id != row.id and one.state not in AT_THE_SOURCE]

    def in_hand(self) -> list[LedgerRow]:
        """Objects of peers that are in hand, and not decided."""
        if not self.is_used:
            return []
        where = "state <= ? AND directory.path >= ? AND directory.path < ? ORDER BY object.id"
        return list(self._journal.rows(where, int(MigrationState.IN_DOUBT), PREFIX, PREFIX[:-1] + ";"))


_DUE: Final = (
    "SELECT uid FROM study WHERE source = ? AND EXISTS(SELECT 1 FROM object WHERE state = 11 AND"
    " object.study = study.uid) ORDER BY "
)
_LISTED: Final = int(MigrationState.LISTED)
_KNOWN: Final = (
    "SELECT 1 FROM object WHERE directory = ? AND name = ?",
    "SELECT 1 FROM again WHERE directory = ? AND name = ?",
)
_STUDY: Final = (
    "INSERT INTO study(source, uid, date, expected) VALUES (?, ?, ?, ?) ON CONFLICT(source, uid) DO UPDATE SET"
    " date = excluded.date, expected = excluded.expected,"
    " listed = CASE WHEN excluded.expected IS NULL OR excluded.expected IS NOT expected THEN NULL ELSE listed END"
)
