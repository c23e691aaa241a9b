"""Runs that end as users and machines end them: a target that is killed and comes back, Ctrl-C twice, a disk that is
full. Afterwards the same command goes on, and every object has come once, or once more if it was in doubt.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from factories import write_archive
from killed_migration import Migrating
from migration_judge import Judge
from programs import Programs, free_tcp_port, need

import asprofile
from asprofile.migrate.journal import Journal
from asprofile.migrate.states import MigrationState

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork and signals")

OBJECTS = 60
UIDS = {f"1.2.3.{number + 1}" for number in range(OBJECTS)}
LIMIT = 60.0
"""Seconds in which anything happens, however busy the machine is."""


def states(journal: Path) -> dict[str, str]:
    with Journal(str(journal), writes=False) as opened:
        return {row.uid: row.state.words for row in opened.in_state(*MigrationState)}


@pytest.mark.peer
def test_a_target_that_is_killed_is_waited_for(
    tmp_path: Path, programs: Programs, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TCP_NODELAY", "1")
    archive, inbox, port = write_archive(tmp_path / "archive", OBJECTS), tmp_path / "inbox", free_tcp_port()
    inbox.mkdir()
    storescp = [need("storescp", "dcmtk"), "-uf", str(port)]
    programs.start(storescp, port, inbox)

    def strike() -> None:
        end = time.monotonic() + LIMIT
        while len(list(inbox.iterdir())) < OBJECTS // 3 and time.monotonic() < end:
            time.sleep(0.002)
        programs.stop(kill=True)
        time.sleep(0.2)
        programs.start(storescp, port, inbox)

    striking = threading.Thread(target=strike)
    with Migrating() as migrating:
        run = ["migrate", str(tmp_path / "j"), "--from", str(archive), "--to", f"127.0.0.1:{port}", "--wait", "60s"]
        assert migrating.run(run, lambda _: striking.start()) == 0
    striking.join(LIMIT)
    assert states(tmp_path / "j") == dict.fromkeys(UIDS, "stored")
    assert len(list(inbox.iterdir())) == OBJECTS


def test_ctrl_c_twice_ends_a_run_whose_peer_does_not_answer(tmp_path: Path) -> None:
    archive, judge, victim = write_archive(tmp_path / "archive", OBJECTS), Judge(), [0]

    def interrupt() -> None:
        """Again and again until it ends; the object that has come is not answered before."""
        end = time.monotonic() + LIMIT
        with suppress(ProcessLookupError):
            while time.monotonic() < end:
                os.kill(victim[0], signal.SIGINT)
                time.sleep(0.7)

    with asprofile.receive(None, tmp_path / "inbox", on_event=judge.event, keep_events=False) as receiver:
        run = [
            "migrate", str(tmp_path / "j"), "--from", str(archive), "--to", str(receiver.address), "--window", "1",
            "--associations", "1", "--in-doubt", "send",
        ]  # fmt: skip
        judge.strike(interrupt, OBJECTS // 3)
        with Migrating() as migrating:
            assert migrating.run(run, lambda child: victim.__setitem__(0, child)) == 130
            judge.spare()
            known = states(tmp_path / "j")
            stored = {uid for uid, state in known.items() if state == "stored"}
            assert len(stored) == OBJECTS // 3 - 1
            assert stored < set(judge.came)
            doubts = set(judge.came) - stored
            assert {known[uid] for uid in doubts} == {"in doubt"}
            assert migrating.run(run[:2]) == 0
    assert states(tmp_path / "j") == dict.fromkeys(UIDS, "stored")
    assert {uid for uid, count in judge.came.items() if count > 1} == doubts


def test_a_full_disk_is_told_and_continued(tmp_path: Path) -> None:
    """A real one: a tmpfs of 1 MB in a namespace of its own, of which less and less is taken by another file."""
    disk, judge = tmp_path / "disk", Judge()
    disk.mkdir()
    space = ["unshare", "--mount", "--map-root-user"]
    mounting = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(disk)]
    try:
        subprocess.run([*space, *mounting], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no file system can be mounted here")
    archive = write_archive(tmp_path / "archive", OBJECTS)
    with asprofile.receive(None, tmp_path / "inbox", on_event=judge.event, keep_events=False) as receiver:
        migrate = f'"{sys.executable}" -m asprofile migrate'
        lines = [
            " ".join(mounting),
            f"{migrate} scan {disk}/j --from {archive} -q; echo $?",
            *(
                f"head -c {1 << 20} /dev/zero > {disk}/other; truncate -s -{free} {disk}/other; "
                f"{migrate} run {disk}/j -q --window 1 --in-doubt send --to {receiver.address}; echo $?"
                for free in (0, 110_000, 500_000)
            ),
            f"cp {disk}/j {tmp_path}/j",
        ]
        done = subprocess.run(
            [*space, "sh", "-c", "\n".join(lines)], check=False, capture_output=True, text=True, timeout=LIMIT
        )
    endings = done.stdout.split()
    assert (endings[0], endings[1], endings[-1]) == ("0", "2", "0"), done.stderr
    assert done.stderr.count("the disk is full; make room and go on with the same command") >= endings.count("2")
    assert "Traceback" not in done.stderr
    assert set(judge.came) == UIDS
    assert states(tmp_path / "j") == dict.fromkeys(UIDS, "stored")
    assert set(judge.came.values()) <= {1, 2}
