"""``asprofile migrate`` with a journal in PostgreSQL: the steps, and what is said where it cannot be used."""

from __future__ import annotations

import json
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import write_archive, write_ct
from postgres_server import PASSWORD, PostgresServer

import asprofile
from asprofile.errors import JournalError
from asprofile.migrate.journal import Journal
from asprofile.migrate.postgres_url import secrets_of, shown_url
from asprofile.migrate.states import MigrationState

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Result

    Run = Callable[..., Result]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_archive(tmp_path / "archive", 4)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.peer
def test_all_steps(run: Run, folder: Path, postgres: PostgresServer) -> None:
    journal = postgres.fresh()
    said = []
    with asprofile.receive(None, folder / "inbox") as peer:

        def step(*words: str, status: int = 0) -> Result:
            found = run("migrate", *words)
            assert found.status == status, found.err
            said.append(found.out + found.err)
            return found

        step("scan", journal, "--from", "archive")
        step("hold", journal)
        step("release", journal)
        step("check", journal, "--to", str(peer.address))
        step("run", journal, "--to", str(peer.address), "--order", "newest")
        write_ct(folder / "archive" / "9.dcm", "1.2.3.9", side=8)
        step("scan", journal)
        step(journal)
        found = json.loads(step("status", journal, "--json").out)
        assert found["states"]["stored"]["objects"] == 5
        step("report", journal, "--html")
        step("report", journal, "--format", "csv")
        step("retry", journal)
    assert len([one for one in peer.events if isinstance(one, asprofile.Received)]) == 5
    assert not [text for text in said if PASSWORD in text or "p%25w" in text]


@pytest.mark.peer
def test_clear_errors(run: Run, folder: Path, postgres: PostgresServer) -> None:
    for url, words in (
        (postgres.url("postgres", "wrong"), ("password authentication failed", "PGPASSWORD")),
        (postgres.url("nothere"), ('database "nothere" does not exist',)),
        ("postgresql://u:geheim@127.0.0.1:1/x", ("Connection refused", "is PostgreSQL running there")),
        ("postgresql://u:geheim@127.0.0.1:1/x?odd=1", ("odd",)),
        (postgres.fresh(), ("has no journal", "begins one")),
    ):
        found = run("migrate", "status", url)
        assert found.status == 2
        assert all(one in found.err for one in words), found.err
        assert not [one for one in (*secrets_of(url), "Traceback") if one in found.err + found.out]
    found = run("migrate", "run", postgres.fresh(), "--to", "127.0.0.1:1")
    assert (found.status, "There is no journal" in found.err, "p%25w" in found.err) == (2, True, False)
    found = run("migrate", "scan", "j", "--from", "postgresql://u:geheim@h/x")
    assert (found.status, "is no source" in found.err, "geheim" in found.err) == (2, True, False)
    journal = postgres.fresh()
    found = run("migrate", "scan", journal, "--from", "OLD@127.0.0.1:1")
    assert (found.status, "from a peer, keep the journal in a file" in found.err) == (2, True)
    assert run("migrate", "scan", journal, "--from", "archive").status == 0


@pytest.mark.peer
def test_another_schema_is_refused(postgres: PostgresServer) -> None:
    import psycopg

    place = postgres.fresh()
    Journal.begun(place).close()
    for version, words in ((99, "a later asprofile"), (0, "an earlier asprofile")):
        with psycopg.connect(place) as connection:
            connection.execute("UPDATE asprofile.journal SET version = %s", (version,))
        with pytest.raises(JournalError, match=words):
            Journal(place)


@pytest.mark.peer
def test_a_server_that_went_away_and_came_back(folder: Path, postgres: PostgresServer) -> None:
    """Whoever lost it writes nothing more; the next one goes on."""
    place = postgres.fresh()
    with Journal.begun(place) as journal:
        journal.put(known=1)
        postgres.stop()
        with pytest.raises(JournalError, match="go on with the same command"):
            journal.put(known=2)
        with pytest.raises(JournalError, match="connection"):
            Journal(place)
        postgres.start()
        with pytest.raises(JournalError, match="go on with the same command"):
            journal.put(known=3)
        with Journal(place) as again:
            assert again.get("known") == 1


@pytest.mark.peer
def test_the_session_of_a_process_that_was_killed_ends_a_moment_after_it(postgres: PostgresServer) -> None:
    place = postgres.fresh()
    killed = Journal.begun(place)
    ending = threading.Timer(0.5, killed.close)
    ending.start()
    with Journal(place) as journal:
        assert journal.get("nothing") is None
    ending.join()


@pytest.mark.peer
def test_after_a_kill_what_was_marked_is_in_doubt(folder: Path, postgres: PostgresServer) -> None:
    from asprofile.migrate.scanning import take_in
    from asprofile.objects.scan import scan

    place = postgres.fresh()
    with Journal.begun(place) as journal:
        assert take_in(journal, scan([folder / "archive"]), lambda _: None, lambda: True)
        journal.begin_run()
        journal.change([], list(journal.due())[:3])
    with Journal(place, writes=False) as reader:
        assert reader.count(MigrationState.SENDING) == 3, "who only looks changes nothing"
    with Journal(place) as journal:
        assert journal.begin_run() == 3


def test_without_the_extra(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "psycopg", None)
    found = run("migrate", "status", "postgresql://u:geheim@h/x")
    assert found.status == 2
    assert "pip install 'dicom-asprofile[cluster]'" in found.err
    assert "geheim" not in found.err


@pytest.mark.parametrize(
    ("url", "shown", "secrets"),
    [
        ("postgresql://u@h/d", "postgresql://u@h/d", []),
        ("postgresql:///d", "postgresql:///d", []),
        ("postgresql://u:p@h:1/d?sslmode=require", "postgresql://u@h:1/d?sslmode=require", ["p"]),
        ("postgres://u:p%2Fq@h/d", "postgres://u@h/d", ["p%2Fq", "p/q"]),
        ("postgresql://u:p@q@h/d", "postgresql://u@h/d", ["p@q"]),
        ("postgresql://u:p/q@h/d", "postgresql://...", ["p/q"]),
        ("postgresql://u:p?q@h/d", "postgresql://...", ["p?q"]),
        ("postgresql://u@/d?password=xy&host=/s", "postgresql://u@/d?host=/s", ["xy"]),
        ("postgresql://h1:1,h2:2/d", "postgresql://h1:1,h2:2/d", []),
    ],
)
def test_a_password_is_never_shown(url: str, shown: str, secrets: list[str]) -> None:
    assert shown_url(url) == shown
    assert secrets_of(url) == secrets
