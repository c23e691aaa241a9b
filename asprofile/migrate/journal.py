"""The ledger of a migration: which objects there are, and what is known of each.

One interface, whatever keeps it: what a scan needs of it (``ledger_found``), a run (``ledger_run``), and whoever asks
(``ledger_known``). What a store has to be able to do is ``store.Store``.

Belongs here: which store a name means. Does not belong here: when something is asked (``scanning``, ``running``).
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from asprofile.errors import JournalError
from asprofile.migrate.in_flight import has_content
from asprofile.migrate.journal_file import LOCK, make
from asprofile.migrate.ledger_found import FoundObjects
from asprofile.migrate.ledger_run import RunLedger
from asprofile.migrate.postgres_url import is_postgres, shown_url
from asprofile.migrate.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from asprofile.migrate.store import Store


class Journal(FoundObjects, RunLedger):
    """A journal that is open; a context manager. From any thread.

    With ``writes`` nobody else has it so, but for workers with ``shares``, which a journal in PostgreSQL can.
    Everything is one transaction, and what cannot be read or written raises JournalError.
    """

    path: str
    """As it was given, but for a password."""

    def __init__(self, path: str, *, writes: bool = True, make: bool = False, shares: bool = False) -> None:
        super().__init__(_opened(path, writes=writes, may_make=make, shares=shares))
        self.path = self.shown_name(path)

    @classmethod
    def begun(cls, path: str) -> Journal:
        """The journal of that name, made if there is nothing."""
        return cls(path, make=True)

    @staticmethod
    def shown_name(path: str) -> str:
        """The name of a journal as it may be shown: without a password."""
        return shown_url(path) if is_postgres(path) else path

    @staticmethod
    def is_there(path: str) -> bool:
        """Whether a journal, or something else, has this name. Raises JournalError where that cannot be asked."""
        if is_postgres(path):
            # Not for a journal in a file: an extra.
            from asprofile.migrate.postgres_store import has_journal

            return has_journal(path)
        return os.path.lexists(path)

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.store.close()


def _opened(path: str, *, writes: bool, may_make: bool, shares: bool) -> Store:
    if is_postgres(path):
        from asprofile.migrate.postgres_store import PostgresStore

        return PostgresStore(path, writes=writes, may_make=may_make, shares=shares)
    if may_make:
        make(path)
    if not writes:
        _settle(path)
    return SqliteStore(path, writes=writes)


def _settle(path: str) -> None:
    """What a run left that did not end goes into the rows, unless one is going on or the journal cannot be written."""
    if has_content(os.path.realpath(path) + LOCK):
        with suppress(JournalError), Journal(path) as journal:
            journal.settle()
