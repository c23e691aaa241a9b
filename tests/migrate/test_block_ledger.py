"""Blocks of a shared journal: who has one, and what whoever has lost it can no longer do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import write_archive

from asprofile.errors import JournalError
from asprofile.migrate.block_filling import begin_blocks, fill
from asprofile.migrate.block_ledger import BlockLedger, Fenced, HeldBlock
from asprofile.migrate.journal import Journal
from asprofile.migrate.lease import Lease
from asprofile.migrate.ledger_rows import LedgerRow, StateChange
from asprofile.migrate.pace import Hours, Rate
from asprofile.migrate.scanning import take_in
from asprofile.migrate.shared_limits import SharedPace, fair_share, give_slots_back, set_slots, take_slots
from asprofile.migrate.states import MigrationState
from asprofile.migrate.worker_signs import workers_of
from asprofile.objects.scan import scan

if TYPE_CHECKING:
    from postgres_server import PostgresServer

pytestmark = pytest.mark.peer
OBJECTS = 4


@pytest.fixture
def place(tmp_path: Path, postgres: PostgresServer) -> str:
    write_archive(tmp_path / "archive", OBJECTS)
    found = postgres.fresh()
    with Journal.begun(found) as journal:
        assert take_in(journal, scan([tmp_path / "archive"]), lambda _: None, lambda: True)
    return found


@contextmanager
def worker(place: str) -> Iterator[BlockLedger]:
    with BlockLedger(place, Lease(60)) as ledger:
        assert ledger.lease.renewed_by(lambda: ledger.renew([], 0))
        begin_blocks(ledger, lambda: None, lambda: True)
        yield ledger


def run_out(ledger: BlockLedger) -> None:
    with ledger.store.changing() as db:
        db.execute("UPDATE block SET lease_until = clock_timestamp() - interval '1 second'")


Write = Callable[[BlockLedger, HeldBlock, LedgerRow], None]


def answer(ledger: BlockLedger, _: HeldBlock, row: LedgerRow) -> None:
    ledger.change([StateChange(row, MigrationState.STORED, 0, tries=1)])


def mark(ledger: BlockLedger, block: HeldBlock, _: LedgerRow) -> None:
    ledger.change([], [block.waiting.popleft()])


@pytest.mark.parametrize("is_claimed", [True, False])
@pytest.mark.parametrize(
    "write",
    [answer, mark, lambda ledger, block, _: ledger.finish(block), lambda ledger, block, _: ledger.release(block)],
)
def test_who_has_lost_a_block_writes_nothing(place: str, write: Write, is_claimed: bool) -> None:
    with worker(place) as first, worker(place) as second:
        (number,) = fill(first)
        block = first.claim(number)
        assert block is not None
        assert second.claim(number) is None
        assert fill(second) == []
        row = block.waiting.popleft()
        first.change([], [row])
        first.check_sending(row)
        run_out(first)
        taken = second.claim(number) if is_claimed else None
        before = first.counts()
        with pytest.raises(Fenced):
            write(first, block, row)
        assert first.counts() == before
        assert not first.renew([number], 0)
        with pytest.raises(Fenced):
            first.check_sending(row)
        if is_claimed:
            assert taken is not None
            assert taken.epoch > block.epoch
            assert [one.id for one in second.doubts_of(taken)] == [row.id]
            assert (taken.doubts, len(taken.waiting)) == (1, OBJECTS - 1)


def test_a_lease_that_is_over_here_stops_the_sending(place: str) -> None:
    now = [100.0]
    with BlockLedger(place, Lease(60, lambda: now[0])) as ledger:
        assert not ledger.lease.is_valid()
        assert ledger.lease.renewed_by(lambda: ledger.renew([], 0))
        begin_blocks(ledger, lambda: None, lambda: True)
        block = ledger.claim(fill(ledger)[0])
        assert block is not None
        now[0] += 44.9
        ledger.check_sending(block.waiting[0])
        now[0] += 0.2
        with pytest.raises(Fenced, match="not renewed in time"):
            ledger.check_sending(block.waiting[0])


def test_what_is_answered_ends_a_block(place: str) -> None:
    done: list[int] = []
    with worker(place) as ledger:
        ledger.on_done = done.append
        ledger.next_block = iter([*fill(ledger), None]).__next__
        rows = list(ledger.due())
        ledger.change([], rows)
        ledger.change([StateChange(row, MigrationState.STORED, 0, tries=1) for row in rows])
        assert (len(rows), ledger.held, len(done)) == (OBJECTS, {}, 1)
        assert not ledger.is_anything_left()
        (sign,) = workers_of(ledger)
        assert (sign.blocks, sign.has_ended) == (0, False)
        ledger.renew([], 0)
        ledger.resign()
        (sign,) = workers_of(ledger)
        assert (sign.stored, sign.failed, sign.has_ended) == (OBJECTS, 0, True)


def test_a_plain_run_and_workers_keep_out_each_other(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("asprofile.migrate.postgres_store"), "_ENDING", 0.2)
    with worker(place) as ledger, pytest.raises(JournalError, match="or a worker, uses this journal"):
        assert ledger.is_anything_left()
        Journal(place)
    with Journal(place), pytest.raises(JournalError, match="another run uses"):
        BlockLedger(place, Lease())
    with BlockLedger(place, Lease()) as ledger:
        assert not ledger.is_anything_left(), "what may be to be sent is another by now"


def test_associations_are_shared(place: str) -> None:
    with worker(place) as first, worker(place) as second:
        set_slots(first, 5)
        assert (fair_share(first), fair_share(second)) == (3, 2)
        assert take_slots(first, 4) == 4
        assert take_slots(first, 4) == 4
        assert take_slots(second, 2) == 1
        assert first.renew([], 4)
        assert not second.renew([], 2)
        give_slots_back(first)
        assert take_slots(second, 2) == 2
        first.resign()
        assert fair_share(second) == 5


def test_the_pace_is_one_for_all(place: str) -> None:
    waits: list[float] = []
    with worker(place) as first, worker(place) as second:
        paces = [
            SharedPace(one, Rate(0.001), None, pause=waits.append, is_wanted=lambda: len(waits) < 1)
            for one in (first, second)
        ]
        assert paces[0].await_turn()
        paces[0].took(1)
        assert not paces[1].await_turn(), "what the other has taken is waited for"


def test_the_hours_are_those_of_the_server(place: str) -> None:
    with worker(place) as ledger:
        zones = (("Pacific/Kiritimati", 14), ("Pacific/Pago_Pago", -11))
        found = []
        for zone, _ in zones:
            with ledger.store.reading() as db:
                db.execute(f"SET timezone = '{zone}'")
            paces = [
                SharedPace(ledger, None, Hours(h * 60, (h * 60 + 60) % 1440), pause=print, is_wanted=lambda: True)
                for h in range(24)
            ]
            found.append([pace.is_open for pace in paces].index(True))
        assert (found[0] - found[1]) % 24 in (0, 1), "25 hours apart, and an hour may have ended meanwhile"


def test_a_journal_of_before_is_brought_to_this_schema(place: str) -> None:
    import psycopg

    with psycopg.connect(place) as connection:
        connection.execute("DROP TABLE asprofile.block, asprofile.slot, asprofile.pace, asprofile.worker")
        connection.execute("UPDATE asprofile.journal SET version = 1")
    with Journal(place, writes=False) as journal:
        assert (workers_of(journal), journal.count(MigrationState.FOUND)) == ([], OBJECTS)
    with worker(place) as ledger:
        assert len(fill(ledger)) == 1
