"""``asprofile migrate --worker``: what it says, and where it ends."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import write_archive

import asprofile
from asprofile.migrate.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conftest import Result
    from postgres_server import PostgresServer

    Run = Callable[..., Result]

OBJECTS = 4


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_archive(tmp_path / "archive", OBJECTS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def peer(folder: Path) -> Iterator[asprofile.Receiving]:
    with asprofile.receive(None, folder / "inbox") as receiving:
        yield receiving


def test_a_file_is_for_one(run: Run, folder: Path) -> None:
    assert run("migrate", "scan", "j", "--from", "archive").status == 0
    done = run("migrate", "j", "--worker", "--to", "127.0.0.1:1")
    assert done.status == 2
    assert "workers share a journal in PostgreSQL" in done.err


@pytest.mark.peer
def test_a_worker_by_itself(run: Run, folder: Path, peer: asprofile.Receiving, postgres: PostgresServer) -> None:
    journal = postgres.fresh()
    working = ("migrate", journal, "--worker", "--to", str(peer.address))
    assert run(*working).status == 2  # nobody has scanned
    assert run("migrate", "scan", journal, "--from", "archive").status == 0
    assert [run(*working).status for _ in range(2)] == [0, 0]
    found = json.loads(run("migrate", "status", journal, "--json").out)
    assert found["states"]["stored"]["objects"] == OBJECTS
    assert sorted(one["stored"] for one in found["workers"])[-1] == OBJECTS
    assert "worker" in run("migrate", "status", journal).out
    # What workers left is taken up by a run by itself.
    assert run("migrate", journal).status == 0
    assert len([one for one in peer.events if isinstance(one, asprofile.Received)]) == OBJECTS


@pytest.mark.peer
def test_what_another_worker_was_sending(
    run: Run, folder: Path, peer: asprofile.Receiving, postgres: PostgresServer
) -> None:
    """The peer cannot be asked for it: it is held, and told, until it is to go again."""
    journal = postgres.fresh()
    assert run("migrate", "scan", journal, "--from", "archive").status == 0
    working = ("migrate", journal, "--worker", "--to", str(peer.address))
    with Journal(journal, shares=True) as ledger, ledger.store.changing() as db:
        db.execute("UPDATE object SET state = 1 WHERE uid = '1.2.3.1'")
    held = run(*working)
    assert held.status == 1
    assert "1 in doubt: " in held.err
    assert "--in-doubt send" in held.err
    sent = run(*working, "--in-doubt", "send")
    assert (sent.status, "in doubt" in sent.err) == (0, False)
    found = json.loads(run("migrate", "status", journal, "--json").out)
    assert found["states"].keys() == {"stored"}
