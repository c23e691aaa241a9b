"""What all questions and changes of a journal share: its store, its settings, its rows.

Not here: how these are kept (``store``).
"""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Final

from asprofile.errors import JournalError
from asprofile.migrate.ledger_rows import LedgerRow
from asprofile.migrate.origins import is_at_a_peer, spool_name
from asprofile.migrate.states import MigrationState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asprofile.migrate.store import Database, Store

PAGE: Final = 500
"""Rows that are read at a time."""
ROWS: Final = (
    "SELECT object.id, state, tries, sop_class, transfer_syntax, directory.path, name, uid, size, stamp, start,"
    " identity, status, comment, digest, time, study, series FROM object JOIN kind ON kind.id = object.kind"
    " JOIN directory ON directory.id = object.directory WHERE "
)
_STATES: Final = tuple(MigrationState)
"""By their codes."""


class LedgerBase:
    """A journal, by what keeps it. From any thread."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.name = store.name
        self.spool = ""
        """The directory of what came from peers and is to be sent; a run says where it is."""

    def get(self, name: str, default: Any = None) -> Any:
        """A value that was ``put``."""
        with self.store.reading() as db:
            found = db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        try:
            return default if found is None else json.loads(found[0])
        except (ValueError, TypeError):
            raise JournalError(f"{self.name}: is damaged: its setting {name} cannot be read") from None

    def put(self, **values: Any) -> None:
        """Values that JSON can express, on the disk."""
        with self.store.synced(), self.store.changing() as db:
            rows = [(name, json.dumps(value)) for name, value in values.items()]
            db.executemany(PUT, rows)

    def rows(self, where: str, *values: Any) -> Iterator[LedgerRow]:
        """The objects of which that is true, in the order that ``where`` ends with."""
        yield from self._rows_of(ROWS + where, *values)

    def _rows_of(self, query: str, *values: Any) -> Iterator[LedgerRow]:
        with self.store.reading() as db:
            found = db.execute(query, values).fetchall()
        before, start, comes_from_peer = None, "", False
        for number, state, tries, sop_class, syntax, directory, name, *rest in found:
            if directory != before:
                before, start = directory, os.path.join(text_of(directory), "")  # noqa: PTH118 - of millions
                comes_from_peer = is_at_a_peer(start)
            path = start + (name if type(name) is str else text_of(name))
            row = LedgerRow(number, _STATES[state], tries, sop_class, syntax, path, *rest)
            if comes_from_peer:
                row.spooled = os.path.join(self.spool, spool_name(number))  # noqa: PTH118 - of millions
            yield row

    def select(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a question that only reads."""
        with self.store.reading() as db:
            return list(db.execute(query, values))


def kind_number(db: Database, sop_class: str, transfer_syntax: str) -> int:
    """The number of the row of ``kind``, which is made if there is none."""
    kind = (sop_class, transfer_syntax)
    db.execute("INSERT INTO kind(sop_class, transfer_syntax) VALUES (?, ?) ON CONFLICT DO NOTHING", kind)
    found = db.execute("SELECT id FROM kind WHERE sop_class = ? AND transfer_syntax = ?", kind).fetchone()
    return int(found[0])


def directory_number(db: Database, stored: str | bytes) -> int:
    """That of ``directory``, by a name as the store has it."""
    db.execute("INSERT INTO directory(path) VALUES (?) ON CONFLICT DO NOTHING", (stored,))
    return int(db.execute("SELECT id FROM directory WHERE path = ?", (stored,)).fetchone()[0])


PUT: Final = "INSERT INTO setting VALUES (?, ?) ON CONFLICT(name) DO UPDATE SET value = excluded.value"


def text_of(name: str | bytes) -> str:
    """A name in the file system that a store gave back."""
    return os.fsdecode(name) if isinstance(name, bytes) else name
