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
import threading
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from factories import write_ct
from killed_migration import Migrating

import asprofile
from asprofile.migrate.journal import Journal
from asprofile.migrate.states import MigrationState

KILLS = int(os.environ.get("ASPROFILE_KILLS", "4"))
SEED = os.environ.get("ASPROFILE_SEED", "")
OBJECTS = 150 if KILLS < 20 else 2000

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")


class Judge:
    """What came, and who is killed at which arrival."""

    def __init__(self) -> None:
        self.came: Counter[str] = Counter()
        self._lock = threading.Condition()
        self._open: set[int] = set()
        self._left = 0
        self._victim = 0

    def event(self, event: object) -> None:
        with self._lock:
            if isinstance(event, asprofile.AssociationAccepted):
                self._open.add(event.number)
            elif isinstance(event, asprofile.AssociationEnded):
                self._open.discard(event.number)  # maybe killed before it was accepted
            self._lock.notify_all()
        if isinstance(event, asprofile.Received):
            with self._lock:
                self.came[event.sop_instance] += 1
                self._left -= 1
                if self._left == 0 and self._victim:
                    with suppress(ProcessLookupError):
                        os.kill(self._victim, signal.SIGKILL)

    def kill(self, victim: int, after: int) -> None:
        with self._lock:
            self._victim, self._left = victim, after

    def spare(self) -> None:
        """What was killed has been killed, and all that it sent has come."""
        with self._lock:
            self._victim = 0
            assert self._lock.wait_for(lambda: not self._open, timeout=60)


def in_state(journal: Path, *states: MigrationState) -> set[str]:
    with Journal(str(journal), writes=False) as opened:
        return {row.uid for row in opened.in_state(*states)}


STORED = (MigrationState.STORED, MigrationState.STORED_WITH_WARNING)


@pytest.mark.parametrize(("window", "associations"), [(1, 1), (16, 3)])
def test_killed_at_any_time_nothing_is_lost_and_nothing_sent_twice(
    tmp_path: Path, window: int, associations: int
) -> None:
    archive = tmp_path / "archive"
    archive.mkdir()
    for number in range(OBJECTS):
        write_ct(archive / f"{number}.dcm", f"1.2.3.{number + 1}", side=8)
    chance = random.Random(f"{window} {associations} {SEED}".strip())
    judge = Judge()
    path = tmp_path / "journal"
    kills = KILLS // 2
    answered: dict[str, int] = {}
    doubted: set[str] = set()
    receiving = asprofile.receive(None, tmp_path / "inbox", on_event=judge.event, keep_events=False)
    with receiving as receiver, Migrating() as migrating:
        assert migrating.run(["migrate", "scan", str(path), "--from", str(archive)]) == 0
        run = [
            "migrate", "run", str(path), "--to", str(receiver.address), "--window", str(window), "--associations",
            str(associations), "--in-doubt", "send", "--connect-timeout", "30",
        ]  # fmt: skip
        for _ in range(kills):
            after = chance.randrange(1, OBJECTS // kills)
            ended = migrating.run(run, lambda child, after=after: judge.kill(child, after))
            judge.spare()
            assert ended in (0, -signal.SIGKILL)
            doubts = in_state(path, MigrationState.SENDING, MigrationState.IN_DOUBT)
            assert len(doubts) <= associations * window
            doubted |= doubts
            stored = in_state(path, *STORED)
            assert stored <= set(judge.came), "what is recorded as stored has come"
            answered.update({uid: judge.came[uid] for uid in stored if uid not in answered})
            left = in_state(path, MigrationState.FOUND)
            assert len(doubts) + len(stored) + len(left) == OBJECTS
        assert migrating.run(run) == 0
    assert in_state(path, *STORED) == set(judge.came) == {f"1.2.3.{number + 1}" for number in range(OBJECTS)}
    assert {uid: judge.came[uid] for uid in answered} == answered, "nothing came again after its answer was recorded"
    assert {uid for uid, count in judge.came.items() if count > 1} <= doubted
