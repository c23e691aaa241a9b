"""Workers that share a journal, of which any, or the database, is killed at any moment: the ledger is exact.

``ASPROFILE_WORKER_KILLS=200`` makes it as long as that, ``ASPROFILE_SEED=another`` kills at other moments; the usual
run is a short one.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from factories import write_ct
from killed_migration import Migrating
from migration_judge import Judge

import asprofile
from asprofile.migrate.journal import Journal
from asprofile.migrate.states import MigrationState

if TYPE_CHECKING:
    from collections.abc import Iterator

    from postgres_server import PostgresServer

KILLS = int(os.environ.get("ASPROFILE_WORKER_KILLS", "3"))
SEED = os.environ.get("ASPROFILE_SEED", "")
WORKERS = 2 if KILLS < 20 else 4
OBJECTS = 100 * KILLS

pytestmark = [pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL"), pytest.mark.peer]


class Working(threading.Thread):
    """A worker that is begun again as often as it is killed, or there is no database when it begins (2)."""

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(daemon=True)
        self.child = 0
        self.ended = 2
        self.is_over = False
        self._arguments = arguments

    def run(self) -> None:
        with Migrating() as migrating:
            while self.ended in (2, -signal.SIGKILL) and not self.is_over:
                self.ended = migrating.run(self._arguments, self._has_begun)

    def _has_begun(self, child: int) -> None:
        self.child = child

    def kill(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.child, signal.SIGKILL)


class Shared:
    """A journal of so many small objects, scanned, and workers that send them to a receiver of ours."""

    def __init__(self, folder: Path, place: str, objects: int) -> None:
        self.place = place
        self.everything = {f"1.2.3.{number + 1}" for number in range(objects)}
        self.judge = Judge()
        self._archive = folder / "archive"
        self._archive.mkdir()
        for uid in self.everything:
            write_ct(self._archive / uid, uid, side=8)

    def scan(self) -> None:
        with Migrating() as migrating:
            assert migrating.run(["migrate", "scan", self.place, "--from", str(self._archive)]) == 0

    @contextmanager
    def working(self, receiver: asprofile.Receiving, count: int, *options: str) -> Iterator[list[Working]]:
        """All of them have ended by themselves in the end."""
        run = ["migrate", self.place, "--worker", "--lease", "2", "--to", str(receiver.address), "--in-doubt", "send",
               "--connect-timeout", "30", *options]  # fmt: skip
        workers = [Working(run) for _ in range(count)]
        for worker in workers:
            worker.start()
        try:
            yield workers
            for worker in workers:
                worker.join(60 + KILLS)
                assert worker.ended == 0
        finally:
            for worker in workers:
                worker.is_over = True
                worker.kill()

    def check(self) -> None:
        """Every object is stored, and came once more only as often as it was in doubt."""
        with Journal(self.place, writes=False) as journal:
            stored = {row.uid for row in journal.in_state(MigrationState.STORED)}
            again = _sent_again(journal)
        assert stored == set(self.judge.came) == self.everything
        twice = {uid: count - 1 for uid, count in self.judge.came.items() if count > 1}
        print(f"{sum(again.values())} were in doubt, {sum(twice.values())} came once more", file=sys.stderr)
        assert all(count <= again[uid] for uid, count in twice.items()), "only what was in doubt was sent again"


def test_whatever_is_killed_the_ledger_is_exact(tmp_path: Path, postgres: PostgresServer) -> None:
    chance = random.Random(f"workers {SEED}".strip())
    shared = Shared(tmp_path, postgres.fresh(), OBJECTS)
    shared.scan()
    with (
        asprofile.receive(None, tmp_path / "inbox", on_event=shared.judge.event, keep_events=False) as receiver,
        shared.working(receiver, WORKERS, "--associations", "4", "--window", "4") as workers,
    ):
        struck = _strike(shared.judge, chance, workers, postgres)
    print(f"{OBJECTS} objects, {WORKERS} workers, struck: {dict(struck)}", file=sys.stderr)
    shared.check()


def test_workers_without_an_association_keep_nobody_waiting(tmp_path: Path, postgres: PostgresServer) -> None:
    """They have the wake-ups of blocks that they cannot send."""
    shared = Shared(tmp_path, postgres.fresh(), 40)
    shared.scan()
    with (
        asprofile.receive(None, tmp_path / "inbox", on_event=shared.judge.event, keep_events=False) as receiver,
        shared.working(receiver, 3, "--associations", "1"),
    ):
        pass
    shared.check()
    assert set(shared.judge.came.values()) == {1}


def test_a_worker_that_was_frozen_does_no_harm(tmp_path: Path, postgres: PostgresServer) -> None:
    """It thaws when its lease is over, and others have what it had."""
    shared = Shared(tmp_path, postgres.fresh(), 150)
    shared.scan()
    with (
        asprofile.receive(None, tmp_path / "inbox", on_event=shared.judge.event, keep_events=False) as receiver,
        shared.working(receiver, 2, "--associations", "2", "--rate", "40") as workers,
    ):
        some = threading.Event()
        shared.judge.strike(some.set, 20)
        assert some.wait(60)
        for worker in workers:  # one of them is sending
            os.kill(worker.child, signal.SIGSTOP)
            try:
                time.sleep(2.5)  # the lease is of two
            finally:
                os.kill(worker.child, signal.SIGCONT)
    shared.check()


def _strike(judge: Judge, chance: random.Random, workers: list[Working], server: PostgresServer) -> Counter[str]:
    """Strike KILLS times, each after some more objects have come."""
    struck: Counter[str] = Counter()
    for number in range(KILLS):
        reached = threading.Event()
        judge.strike(reached.set, chance.randrange(1, 80))
        assert reached.wait(60), f"nothing came after {dict(struck)}"
        if number % 3 == 1:
            server.stop()
            server.start()
            struck["server"] += 1
        else:
            chance.choice(workers).kill()
            struck["worker"] += 1
    return struck


def _sent_again(journal: Journal) -> Counter[Any]:
    query = (
        "SELECT uid, count(*) FROM evidence JOIN object ON object.id = evidence.object WHERE what LIKE ? GROUP BY uid"
    )
    return Counter(dict(journal.select(query, "to be sent again as told%")))
