"""The ledger of a migration: which objects there are, and what is known of each.

One interface, whatever keeps it: what a scan needs of it (``ledger_found``), a run (``ledger_run``), and whoever asks
(``ledger_known``). What a store has to be able to do is ``store.Store``.

Belongs here: which store a name means. Does not belong here: when something is asked (``scanning``, ``running``).
"""

from __future__ import annotations

import os
from contextlib import suppress

from asprofile.errors import JournalError
from asprofile.migrate.in_flight import has_content
from asprofile.migrate.journal_file import LOCK, make
from asprofile.migrate.ledger_found import FoundObjects
from asprofile.migrate.ledger_run import RunLedger
from asprofile.migrate.sqlite_store import SqliteStore


class Journal(FoundObjects, RunLedger):
    """A journal that is open; a context manager. From any thread.

    With ``writes`` nobody else has it so. Everything is one transaction, and what cannot be read or written raises
    JournalError.
    """

    def __init__(self, path: str, *, writes: bool = True) -> None:
        self.path = path
        if not writes:
            _settle(path)
        super().__init__(SqliteStore(path, writes=writes))

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
        self.store.close()


def _settle(path: str) -> None:
    """What a run left that did not end goes into the rows, unless one is going on or the journal cannot be written."""
    if has_content(os.path.realpath(path) + LOCK):
        with suppress(JournalError), Journal(path) as journal:
            journal.settle()
