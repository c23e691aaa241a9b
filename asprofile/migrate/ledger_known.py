"""What is known of the objects of a journal: rows by their state, sums, and transactions of storage commitment.

Not here: sums that only reports need (``journal_sums``).
"""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

from asprofile.migrate import ledger_base
from asprofile.migrate.ledger_base import LedgerBase, text_of
from asprofile.migrate.states import MigrationState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asprofile.migrate.ledger_rows import LedgerRow


class KnownObjects(LedgerBase):
    """A journal, as whoever asks and reports needs it."""

    def in_state(self, *states: MigrationState) -> Iterator[LedgerRow]:
        """In the order in which they were found; rows may be changed meanwhile."""
        last = 0
        marks = ", ".join(str(int(state)) for state in states)
        while rows := list(
            self.rows(f"state IN ({marks}) AND object.id > ? ORDER BY object.id LIMIT {ledger_base.PAGE}", last)
        ):
            last = rows[-1].id
            yield from rows

    def kinds(self) -> list[tuple[str, str]]:
        """SOP class and transfer syntax of what is not decided, in the order in which they were first found."""
        query = (
            "SELECT sop_class, transfer_syntax FROM kind WHERE id IN"
            " (SELECT DISTINCT kind FROM object WHERE state <= 2) ORDER BY id"
        )
        with self.store.reading() as db:
            return list(db.execute(query))

    def count(self, state: MigrationState) -> int:
        with self.store.reading() as db:
            return int(db.execute("SELECT count(*) FROM object WHERE state = ?", (int(state),)).fetchone()[0])

    def counts(self) -> dict[MigrationState, tuple[int, int]]:
        """Objects and bytes of each state that there is."""
        with self.store.reading() as db:
            rows = db.execute("SELECT state, count(*), sum(size) FROM object GROUP BY state ORDER BY state").fetchall()
        return {MigrationState(state): (count, int(size)) for state, count, size in rows}

    def places(self) -> tuple[int, int, int]:
        """Files that are an object found again; files that are no objects by chance, and because something is wrong."""
        with self.store.reading() as db:
            (again,) = db.execute("SELECT count(*) FROM again").fetchone()
            wrong, count = db.execute("SELECT coalesce(sum(is_wrong), 0), count(*) FROM other").fetchone()
        return again, count - int(wrong), int(wrong)

    def others(self) -> Iterator[tuple[str, str]]:
        """Files that should be objects and are none, with the reason."""
        query = (
            "SELECT directory.path, name, reason FROM other JOIN directory ON directory.id = other.directory"
            " WHERE is_wrong != 0 ORDER BY directory.path, name LIMIT ? OFFSET ?"
        )
        start = 0
        while True:
            with self.store.reading() as db:
                rows = db.execute(query, (ledger_base.PAGE, start)).fetchall()
            for directory, name, reason in rows:
                yield str(Path(text_of(directory), text_of(name))), reason
            start += len(rows)
            if not rows:
                return

    def reasons(self) -> list[tuple[MigrationState, str, int]]:
        """Why objects are not stored, with how many, most first."""
        query = (
            "SELECT state, coalesce(comment, ''), count(*) AS n FROM object"
            " WHERE state IN (1, 2, 3, 6, 7, 8, 10, 12) GROUP BY 1, 2 ORDER BY n DESC, 1, 2 LIMIT 100"
        )
        with self.store.reading() as db:
            return [(MigrationState(state), why, count) for state, why, count in db.execute(query)]

    # --- storage commitment

    def begin_commitment(self, uid: str, rows: Iterable[LedgerRow]) -> None:
        """A transaction is going to be asked for."""
        with self.store.changing() as db:
            objects = json.dumps([row.id for row in rows])
            db.execute("INSERT INTO commitment(uid, asked, objects) VALUES (?, ?, ?)", (uid, time.time(), objects))

    def end_commitment(self, uid: str, outcome: str) -> None:
        with self.store.changing() as db:
            db.execute("UPDATE commitment SET answered = ?, outcome = ? WHERE uid = ?", (time.time(), outcome, uid))

    def open_commitments(self) -> list[tuple[str, float, list[LedgerRow]]]:
        """Transactions that were asked for and not answered: UID, when, and the objects."""
        with self.store.reading() as db:
            found = db.execute("SELECT uid, asked, objects FROM commitment WHERE answered IS NULL ORDER BY asked")
            open_ones = [(uid, asked, json.loads(objects)) for uid, asked, objects in found]
        return [
            (uid, asked, [row for number in numbers for row in self.rows("object.id = ?", number)])
            for uid, asked, numbers in open_ones
        ]
