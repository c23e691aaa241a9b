"""Runs that are killed at seeded points: nothing is lost, nothing is sent again after a recorded answer, and no more is
in doubt than was in flight. The judge is the list of our own receiver.

``ASPROFILE_KILLS=1000`` makes it as long as that, ``ASPROFILE_SEED=another`` kills at other moments; the usual run is a
short one.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import write_ct
from killed_migration import Migrating
from migration_judge import Judge

import asprofile
from asprofile.migrate.journal import Journal
from asprofile.migrate.postgres_store import PostgresStore
from asprofile.migrate.states import MigrationState

if TYPE_CHECKING:
    from postgres_server import PostgresServer

KILLS = int(os.environ.get("ASPROFILE_KILLS", "4"))
SEED = os.environ.get("ASPROFILE_SEED", "")
OBJECTS = 150 if KILLS < 20 else 2000

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")


def in_state(journal: str, *states: MigrationState) -> set[str]:
    with Journal(journal, writes=False) as opened:
        return {row.uid for row in opened.in_state(*states)}


STORED = (MigrationState.STORED, MigrationState.STORED_WITH_WARNING)


class Struck:
    """A migration of OBJECTS that is struck KILLS // 2 times; what has to be true after each, and at the end."""

    def __init__(self, folder: Path, journal: str, window: int, associations: int) -> None:
        self._archive = folder / "archive"
        self._archive.mkdir()
        for number in range(OBJECTS):
            write_ct(self._archive / f"{number}.dcm", f"1.2.3.{number + 1}", side=8)
        self._inbox = folder / "inbox"
        self._journal = journal
        self._window, self._associations = window, associations
        self._chance = random.Random(f"{window} {associations} {SEED}".strip())

    def go(self, most_doubts: int, strike_else: Callable[[], Callable[[], None]] | None = None) -> None:
        """After a kill at most so many are in doubt. Every other time ``strike_else`` strikes instead; what it returns
        is called when the run has ended.
        """
        judge = Judge()
        journal, kills = self._journal, KILLS // 2
        answered: dict[str, int] = {}
        doubted: set[str] = set()
        receiving = asprofile.receive(None, self._inbox, on_event=judge.event, keep_events=False)
        with receiving as receiver, Migrating() as migrating:
            assert migrating.run(["migrate", "scan", journal, "--from", str(self._archive)]) == 0
            run = [
                "migrate", "run", journal, "--to", str(receiver.address), "--window", str(self._window),
                "--associations", str(self._associations), "--in-doubt", "send", "--connect-timeout", "30",
            ]  # fmt: skip
            for number in range(kills):
                after = self._chance.randrange(1, OBJECTS // kills)
                mended: list[Callable[[], None]] = []
                if strike_else is not None and number % 2:
                    ended = migrating.run(run, lambda _, after=after, mended=mended: judge.strike(
                        lambda: mended.append(strike_else()), after))  # fmt: skip
                    ends = (0, 2)
                else:
                    ended = migrating.run(run, lambda child, after=after: judge.kill(child, after))
                    ends = (0, -signal.SIGKILL)
                judge.spare()
                for mend in mended:
                    mend()
                assert ended in ends
                doubts = in_state(journal, MigrationState.SENDING, MigrationState.IN_DOUBT)
                assert len(doubts) <= most_doubts
                doubted |= doubts
                stored = in_state(journal, *STORED)
                assert stored <= set(judge.came), "what is recorded as stored has come"
                answered.update({uid: judge.came[uid] for uid in stored if uid not in answered})
                left = in_state(journal, MigrationState.FOUND)
                assert len(doubts) + len(stored) + len(left) == OBJECTS
            assert migrating.run(run) == 0
        assert in_state(journal, *STORED) == set(judge.came) == {f"1.2.3.{number + 1}" for number in range(OBJECTS)}
        assert {uid: judge.came[uid] for uid in answered} == answered, "nothing came after its answer"
        assert {uid for uid, count in judge.came.items() if count > 1} <= doubted


@pytest.mark.parametrize(("window", "associations"), [(1, 1), (16, 3)])
def test_killed_at_any_time_nothing_is_lost_and_nothing_sent_twice(
    tmp_path: Path, window: int, associations: int
) -> None:
    Struck(tmp_path, str(tmp_path / "journal"), window, associations).go(associations * window)


@pytest.mark.peer
def test_the_same_with_postgresql_which_is_killed_too(tmp_path: Path, postgres: PostgresServer) -> None:
    """What it has not heard of is in doubt: what is in flight, what is read ahead for each association, and what is
    marked to be sent next.
    """

    def strike() -> Callable[[], None]:
        postgres.stop()
        return postgres.start

    window, associations = 16, 3
    most = associations * (window + 1) + PostgresStore.marks_at_once
    Struck(tmp_path, postgres.fresh(), window, associations).go(most, strike)
