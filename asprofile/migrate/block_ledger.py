"""A journal that several workers share: blocks of objects, each held by one of them for as long as its lease lasts.

A block that is claimed gets an epoch that no other claim or run has. Whatever its holder writes of its objects goes in
one transaction with a look at the block, which nobody can claim meanwhile: held by us, in this epoch, the lease not
over by the server's clock. Who has lost it writes nothing (``Fenced``).

Belongs here: the holder's side of the ledger. Does not belong here: which blocks there are (``block_filling``), when
one is claimed (``wakeups``, ``api.working``), until when anything is sent (``lease``).
"""

from __future__ import annotations

import os
import platform
import secrets
import threading
import time
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from asprofile.errors import JournalError
from asprofile.migrate.journal import Journal
from asprofile.migrate.lease import Lease
from asprofile.migrate.ledger_rows import kept_text
from asprofile.migrate.states import STORED, MigrationState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from asprofile.migrate.ledger_rows import LedgerRow, StateChange
    from asprofile.migrate.store import Database

_MOST_HELD: Final = 8
"""Blocks of which something is left that may still be sent or asked for, before no other is taken."""


class Fenced(JournalError):
    """A block is no longer ours: its lease was over, and what we know of its objects counts no more."""


@dataclass(slots=True)
class HeldBlock:
    """A block, as its holder has it. ``waiting``: to be handed out; ``open``: handed out, or left for another round."""

    number: int
    epoch: int
    waiting: deque[LedgerRow] = field(default_factory=deque)
    open: set[int] = field(default_factory=set)
    doubts: int = 0
    rounds: int = 0


class BlockLedger(Journal):
    """The journal of one worker; ``me`` is its number. From any thread."""

    def __init__(self, url: str, lease: Lease, me: int | None = None) -> None:
        super().__init__(url, shares=True)
        self.me = secrets.randbits(62) if me is None else me
        self.lease = lease
        self.held: dict[int, HeldBlock] = {}
        self.next_block: Callable[[], int | None] = lambda: None
        """A block that may be claimed, of which a wake-up came; None: of none now."""
        self.is_enough: Callable[[], bool] = lambda: False
        """No further object is to be handed out for now."""
        self.on_done: Callable[[int], None] = lambda _: None
        """Gets the number of a block that is not held any more."""
        self._block_of: dict[int, HeldBlock] = {}
        self._handing = threading.RLock()
        self.stored = self.failed = 0
        with self.store.changing() as db:
            values = (self.me, kept_text(platform.node()), os.getpid())
            db.execute(_ENROL, values)
            # After a connection that was lost nothing is being sent by us: others need not wait.
            db.execute("UPDATE block SET lease_until = '-infinity', owner = NULL WHERE owner = ?", (self.me,))
            db.execute("UPDATE slot SET lease_until = '-infinity', owner = NULL WHERE owner = ?", (self.me,))

    # --- blocks

    def claim(self, number: int) -> HeldBlock | None:
        """Hold this block from now on; None if somebody does, or it is done. What its last holder had marked is in
        doubt.
        """
        with self.lease.claiming, self.store.changing() as db:
            if db.execute(_LOCK, (number,)).fetchone() is None:
                return None
            (epoch,) = db.execute(_EPOCH).fetchone()
            db.execute(_CLAIM, (epoch, self.me, self.lease.seconds, number))
            db.execute(_DOUBT, (epoch, _TAKEN_OVER, time.time(), number))
        block = HeldBlock(number, epoch)
        self.held[block.number] = block
        self.take_up(block)
        return block

    def take_up(self, block: HeldBlock) -> None:
        """What of it is to be sent is handed out from now on."""
        with self._handing:
            rows = list(self.rows(_OF_BLOCK, block.number, int(MigrationState.FOUND)))
            if (order := self._order_of(block)) is not None:
                rows.sort(key=lambda row: order.get(row.id, 0))
            block.waiting = deque(rows)
            block.open = {row.id for row in rows}
            block.doubts = len(self.doubts_of(block))
            for row in rows:
                self._block_of[row.id] = block
            block.rounds += 1

    def _order_of(self, block: HeldBlock) -> dict[int, int] | None:
        ((objects,),) = self.select("SELECT objects FROM block WHERE id = ?", block.number) or [([],)]
        return {number: place for place, number in enumerate(objects)} if objects != sorted(objects) else None

    def doubts_of(self, block: HeldBlock) -> list[LedgerRow]:
        """Its objects that are in doubt."""
        rows = list(self.rows(_OF_BLOCK, block.number, int(MigrationState.IN_DOUBT)))
        for row in rows:
            self._block_of[row.id] = block
        return rows

    def due(self) -> Iterator[LedgerRow]:
        """The objects of blocks that are held, and of those that are claimed on the way; until no wake-up is there, or
        the peer has to be asked first.
        """
        while not self.is_enough():
            block = next((one for one in list(self.held.values()) if one.waiting), None)
            if block is not None:
                yield block.waiting.popleft()
                continue
            if len(self.held) > _MOST_HELD or (number := self.next_block()) is None:
                return
            block = self.claim(number)
            if block is None:
                self.on_done(number)
            elif block.doubts:
                return
            elif not block.open:
                self.finish(block)

    def change(self, changes: Iterable[StateChange], begun: Iterable[LedgerRow] = ()) -> None:
        """As ``RunLedger.change`` does it, for each block by itself. Raises Fenced, with nothing written, if it is not
        held any more.
        """
        parts: dict[int, tuple[HeldBlock, list[StateChange], list[LedgerRow]]] = {}
        for one in changes:
            self._part(parts, one.row)[1].append(one)
        for row in begun:
            self._part(parts, row)[2].append(row)
        for block, answers, marks in parts.values():
            with self._held(block):
                self._epoch = block.epoch
                super().change(answers, marks)
            for one in answers:
                self.stored += one.to in STORED
                self.failed += one.to not in (*STORED, MigrationState.FOUND, MigrationState.IN_DOUBT)
                block.doubts += one.to is MigrationState.IN_DOUBT
                if one.to not in (MigrationState.FOUND, MigrationState.IN_DOUBT):
                    block.open.discard(one.row.id)
                    self._block_of.pop(one.row.id, None)
            if answers and not block.open and not block.waiting and not block.doubts:
                self.finish(block)

    def _part(
        self, parts: dict[int, tuple[HeldBlock, list[StateChange], list[LedgerRow]]], row: LedgerRow
    ) -> tuple[HeldBlock, list[StateChange], list[LedgerRow]]:
        block = self._block_of.get(row.id)
        if block is None or block.number not in self.held:
            raise Fenced(f"{self.name}: the block of object {row.id} is not held any more")
        return parts.setdefault(block.number, (block, [], []))

    @contextmanager
    def _held(self, block: HeldBlock) -> Iterator[Database]:
        """A transaction in which the block is ours, and nobody can claim it."""
        with self.store.changing() as db:
            if db.execute(_FENCE, (block.number, self.me, block.epoch)).fetchone() is None:
                self.held.pop(block.number, None)
                raise Fenced(f"{self.name}: block {block.number} is held by another worker by now")
            yield db

    def forget_in_flight(self) -> None:
        """Nothing is kept of it but in the rows."""

    def check_sending(self, row: LedgerRow) -> None:
        """Raise Fenced if nothing of this object may be sent: its block is not ours, or may soon be another's."""
        block = self._block_of.get(row.id)
        if block is None or block.number not in self.held or not self.lease.is_valid():
            raise Fenced(f"{self.name}: the lease of a block was not renewed in time; nothing more of it is sent")

    def finish(self, block: HeldBlock) -> None:
        """Nothing is to be done any more; what is left of it is for workers that begin later."""
        with self._held(block) as db:
            db.execute("UPDATE block SET done = true, owner = NULL WHERE id = ?", (block.number,))
        self._let_go(block)

    def release(self, block: HeldBlock) -> None:
        """Another worker may have it, at once. Nothing of it may be in our hands."""
        with self._held(block) as db:
            db.execute("UPDATE block SET lease_until = '-infinity', owner = NULL WHERE id = ?", (block.number,))
        self._let_go(block)

    def forget(self) -> None:
        """Nothing is held any more, as far as we know."""
        for block in list(self.held.values()):
            self._let_go(block)

    def _let_go(self, block: HeldBlock) -> None:
        self.held.pop(block.number, None)
        for number in [one for one, its in self._block_of.items() if its is block]:
            del self._block_of[number]
        self.on_done(block.number)

    def is_anything_left(self) -> bool:
        """There is a block that is not done, or may be one more."""
        with self.store.reading() as db:
            left: bool = db.execute(_LEFT).fetchone()[0]
        return left

    # --- leases and associations

    def renew(self, held: Sequence[int], slots: int) -> bool:
        """Lengthen the leases of all that is ours, by a connection of its own; False if one of them is not ours any
        more. To be called by ``lease``.
        """
        values = (self.lease.seconds, self.me)
        with self.store.changing() as db:
            blocks = {number for (number,) in db.execute(_RENEW_BLOCKS, values)}
            found = len(db.execute(_RENEW_SLOTS, values).fetchall())
            db.execute(_SEEN, (slots, self.stored, self.failed, self.me))
        return blocks.issuperset(held) and found >= slots

    def resign(self) -> None:
        """This worker ends in good order."""
        with self.store.changing() as db:
            db.execute("UPDATE slot SET lease_until = '-infinity', owner = NULL WHERE owner = ?", (self.me,))
            query = "UPDATE worker SET ended = true, associations = 0, seen = clock_timestamp(), stored = ?, failed = ?"
            db.execute(f"{query} WHERE id = ?", (self.stored, self.failed, self.me))


_ENROL: Final = (
    "INSERT INTO worker(id, host, pid, began, seen) VALUES (?, ?, ?, clock_timestamp(), clock_timestamp())"
    " ON CONFLICT(id) DO UPDATE SET seen = excluded.seen"
)
_EPOCH: Final = (
    "INSERT INTO setting VALUES ('epoch', '1') ON CONFLICT(name) DO UPDATE"
    " SET value = (setting.value::integer + 1)::text RETURNING value::integer"
)
_LOCK: Final = (
    "SELECT id FROM block WHERE id = ? AND NOT done AND lease_until < clock_timestamp() FOR UPDATE SKIP LOCKED"
)
_CLAIM: Final = (
    "UPDATE block SET epoch = ?, owner = ?, lease_until = clock_timestamp() + make_interval(secs => ?) WHERE id = ?"
)
_OF_BLOCK: Final = "object.id = ANY(SELECT unnest(objects) FROM block WHERE id = ?) AND state = ? ORDER BY object.id"
_TAKEN_OVER: Final = "sent, or about to be, when a worker was lost"
_DOUBT: Final = (
    "UPDATE object SET state = 2, epoch = ?, comment = ?, time = ?"
    " WHERE id = ANY(SELECT unnest(objects) FROM block WHERE id = ?) AND state = 1"
)
_FENCE: Final = (
    "SELECT 1 FROM block WHERE id = ? AND owner = ? AND epoch = ? AND NOT done AND lease_until > clock_timestamp()"
    " FOR NO KEY UPDATE"
)
_LEFT: Final = (
    "SELECT EXISTS(SELECT 1 FROM block WHERE NOT done)"
    " OR EXISTS(SELECT 1 FROM setting WHERE name = 'filling' AND value <> 'null')"
)
_RENEW_BLOCKS: Final = (
    "UPDATE block SET lease_until = clock_timestamp() + make_interval(secs => ?)"
    " WHERE owner = ? AND NOT done AND lease_until > clock_timestamp() RETURNING id"
)
_RENEW_SLOTS: Final = (
    "UPDATE slot SET lease_until = clock_timestamp() + make_interval(secs => ?)"
    " WHERE owner = ? AND lease_until > clock_timestamp() RETURNING number"
)
_SEEN: Final = "UPDATE worker SET seen = clock_timestamp(), associations = ?, stored = ?, failed = ? WHERE id = ?"
