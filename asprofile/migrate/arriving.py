"""Objects as they come from a peer: each is written into the spool as it came, and then the journal says so.

Belongs here: one object, and what is expected. Does not belong here: what is asked for (``fetching``), the files
(``spool``).
"""

from __future__ import annotations

import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asprofile.errors import JournalError, ObjectError
from asprofile.migrate.ledger_rows import StateChange, identity_of
from asprofile.migrate.scanning import CONFLICT, digest_of, known_digest
from asprofile.migrate.states import MigrationState
from asprofile.objects.header import Unreadable, examine
from asprofile.objects.sameness import digest_of_form, normal_form
from asprofile.receive.part10 import HeaderForm

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from asprofile.migrate.journal import Journal
    from asprofile.migrate.journal_studies import StudyLedger
    from asprofile.migrate.ledger_rows import LedgerRow
    from asprofile.migrate.spool import Spool
    from asprofile.objects.header import ObjectHeader

_DELAY: Final = 1.0
"""Seconds."""


@dataclass(frozen=True, slots=True)
class CameObject:
    """An object of a C-STORE request: SOP class and instance of the command, transfer syntax, and its data set."""

    sop_class: str
    sop_instance: str
    transfer_syntax: str
    data: bytes


class Arrivals:
    """What is expected of a study, and what has come. From any thread."""

    def __init__(self, journal: Journal, ledger: StudyLedger, spool: Spool, is_wanted: Callable[[], bool]) -> None:
        self.failure: JournalError | None = None
        """The journal cannot be written: nothing more is taken."""
        self.full: OSError | None = None
        """The spool cannot be written: nothing more is taken until this is None again."""
        self.problems: dict[str, str] = {}
        """Why what came is not taken, by SOP instance."""
        self.is_delayed = False
        """Something had to wait for room in the spool for so long that the peer may have given up."""
        self.last = 0.0
        """When something came, by the monotonic clock."""
        self._journal = journal
        self._ledger = ledger
        self._spool = spool
        self._is_wanted = is_wanted
        self._lock = threading.Lock()
        self._expected: dict[str, LedgerRow] = {}
        self._known: set[str] = set()
        self._strange: set[str] = set()

    def expect(self, rows: Iterable[LedgerRow]) -> None:
        """These are to come."""
        with self._lock:
            self._expected = {row.uid: row for row in rows}
            self._known = set(self._expected)
            self._strange.clear()
            self.problems.clear()

    def missing(self) -> list[LedgerRow]:
        with self._lock:
            return list(self._expected.values())

    @property
    def has_strange(self) -> bool:
        """Objects came that are not listed."""
        return bool(self._strange)

    def of(self, uids: Sequence[str]) -> list[str]:
        """Those of these that are missing."""
        with self._lock:
            return [uid for uid in uids if uid in self._expected]

    def end(self) -> tuple[list[LedgerRow], int]:
        """What did not come, and how many objects came that are not listed; nothing is expected any more."""
        with self._lock:
            missing, strange = list(self._expected.values()), len(self._strange)
            self._expected = {}
        return missing, strange

    def take(self, came: CameObject) -> bool:
        """Write it, if it is expected. False if it cannot be kept now; raises nothing."""
        header = HeaderForm(came.sop_class, came.transfer_syntax).header(came.sop_instance)
        size = len(header) + len(came.data)
        return self._take(came.sop_instance, size, lambda number: self._spool.write(number, header, came.data))

    def take_file(self, uid: str, file: Path) -> None:
        """The same with a file, which is gone then."""
        try:
            self._take(uid, file.stat().st_size, lambda number: self._spool.take(number, file))
        finally:
            with suppress(OSError):
                file.unlink()

    def _take(self, uid: str, size: int, put: Callable[[int], Path]) -> bool:
        self.last = time.monotonic()
        with self._lock:
            row = self._expected.get(uid)
            if row is None:
                if uid not in self._known and not self._ledger.has(uid):
                    self._strange.add(uid)
                return True
        if not self._can_take() or not self._spool.reserve(size, self._is_wanted):
            return False
        self.is_delayed = self.is_delayed or time.monotonic() - self.last > _DELAY
        is_kept = False
        try:
            is_kept = self._record(row, put(row.id))
        except JournalError as error:
            self.failure = self.failure or error
            return False
        except OSError as error:
            self.full = error
            return False
        finally:
            if is_kept:
                self._spool.fill(row.id, size)
            else:
                self._spool.give_back(row.id, size)
            self.last = time.monotonic()
        return True

    def _can_take(self) -> bool:
        return self.failure is None and self.full is None and self._is_wanted()

    def _record(self, row: LedgerRow, path: Path) -> bool:
        """The journal has it from now on; whether its file is to be sent. Raises OSError, JournalError."""
        header = examine(str(path))
        if isinstance(header, Unreadable):
            self.problems[row.uid] = f"what came {header.reason}"
            return False
        if header.sop_instance != row.uid:
            self.problems[row.uid] = f"what came says in its data set that it is {header.sop_instance}"
            return False
        row.sop_class, row.transfer_syntax = header.sop_class, header.transfer_syntax
        row.size, row.start = header.size, header.dataset_offset
        row.stamp, row.identity = header.stamp[2] if header.stamp is not None else 0, identity_of(header.stamp)
        row.digest = digest_of(header)
        is_new = self._tell_apart(row)
        if is_new:
            self._ledger.took(row, _form(header))
        with self._lock:
            self._expected.pop(row.uid, None)
        return is_new

    def _tell_apart(self, row: LedgerRow) -> bool:
        """False if it is an object that was in hand before, or in conflict with one. Which of two that differ is right
        is not for us to say: the one that came first may be on its way.
        """
        twins = self._ledger.twins_of(row)
        for twin in twins:
            if known_digest(self._journal, twin) == row.digest:
                self._journal.merge(row, twin)
                return False
        if twins:
            evidence = f"{CONFLICT}: {twins[0].path}"
            self._journal.change([StateChange(row, MigrationState.CONFLICT, comment=CONFLICT, evidence=evidence)])
            return False
        return True


def _form(header: ObjectHeader) -> bytes | None:
    """A digest of what an object says, however it is written; None if it cannot be read."""
    try:
        with Path(header.path).open("rb") as file:
            return digest_of_form(normal_form(file, header.dataset_offset, header.size, header.transfer_syntax))
    except ObjectError:
        return None
