"""What keeps a journal: the few operations in which one database differs from another.

Everything else, which objects there are and what may follow what, is the same for all (``ledger_base`` and those upon
it). Statements are written once, with ``?`` for values, in what SQLite and PostgreSQL both understand.

Belongs here: the interface alone. Does not belong here: a database (``sqlite_store``).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from asprofile.errors import JournalError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager

    from asprofile.migrate.in_flight import SlotContent
    from asprofile.migrate.states import MigrationState


class JournalLost(JournalError):
    """The database is away, or the connection to it is: it may come back."""


class Database(Protocol):
    """What statements are given to; rows are tuples."""

    def execute(self, query: str, values: Sequence[Any] = ..., /) -> Any:
        """A cursor: ``fetchone``, ``fetchall``, iteration, ``rowcount``."""

    def executemany(self, query: str, values: Iterable[Sequence[Any]], /) -> Any:
        """The same statement for each of these."""


class Store(ABC):
    """A database with a journal, open. From any thread; raises JournalError, and nothing else."""

    name: str
    """For people; without a password."""
    turn_join: ClassVar[str]
    """Between the tables ``turn`` and ``object``, so that the turns lead."""
    hour: ClassVar[str]
    """The hour of ``time``, counted since 1970."""
    marks_at_once: ClassVar[int]
    """Rows that may be marked as being sent before any of them is: after a kill these are in doubt, unless what is in
    flight outlives the process.
    """
    outlives_power: ClassVar[bool]
    """What is committed outlives a loss of power, also outside of ``synced``."""

    @abstractmethod
    def close(self) -> None: ...

    @abstractmethod
    def reading(self) -> AbstractContextManager[Database]:
        """For questions; within ``changing`` they see what that changed."""

    @abstractmethod
    def changing(self) -> AbstractContextManager[Database]:
        """One transaction: all or nothing."""

    @abstractmethod
    def synced(self) -> AbstractContextManager[None]:
        """What is committed in it outlives a loss of power: it is on the disk before this goes on."""

    @abstractmethod
    def add_rows(self, db: Database, rows: Iterable[tuple[Any, ...]]) -> None:
        """Rows of ``object``, found and never tried: kind, directory, name, uid, hash, size, stamp, start, identity,
        time. What makes the rows may ask and change ``db`` meanwhile.
        """

    @abstractmethod
    def stored_name(self, name: str) -> str | bytes:
        """A name in the file system as this database has it."""

    # --- what is in flight: what was begun and answered between two transactions, where that outlives the process

    @abstractmethod
    def begun(self, number: int) -> int:
        """The object with this number is sent next. Returns where that is kept, more than 0."""

    @abstractmethod
    def ended(self, slot: int, number: int, state: MigrationState, status: int | None, time: float) -> None:
        """That is what became of it."""

    @abstractmethod
    def freed(self, slot: int) -> None:
        """The row of the object says what is known of it."""

    @abstractmethod
    def forget_in_flight(self, run: int | None) -> None:
        """Nothing is; what comes is of that run, or there is none."""

    @abstractmethod
    def in_flight(self, run: int) -> dict[int, SlotContent] | None:
        """What is known by the number of the object; None if nothing is known of that run."""
