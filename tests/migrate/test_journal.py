"""The journal: which state may follow which, what a scan finds, and files that are no journals."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from importlib import import_module
from itertools import product
from pathlib import Path

import pytest
from factories import write_archive, write_ct
from hypothesis import given, settings
from hypothesis import strategies as st

from asprofile.errors import JournalError
from asprofile.migrate import journal_file
from asprofile.migrate.journal import Journal
from asprofile.migrate.ledger_rows import LedgerRow, StateChange
from asprofile.migrate.scanning import take_in
from asprofile.migrate.states import PERMITTED, MigrationState
from asprofile.objects.scan import scan

STATES = list(MigrationState)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write_archive(tmp_path / "archive", 3)


def scanned(path: Path, *sources: Path) -> Journal:
    journal = Journal.begun(str(path))
    assert take_in(journal, scan(sources), lambda _: None, lambda: True)
    return journal


def rows(journal: Journal) -> list[LedgerRow]:
    return list(journal.in_state(*MigrationState))


# --- states


@pytest.mark.parametrize(("before", "to"), list(product(STATES, STATES)), ids=lambda state: state.words)
def test_only_what_is_permitted_follows(
    archive: Path, tmp_path: Path, before: MigrationState, to: MigrationState
) -> None:
    with scanned(tmp_path / "j", archive) as journal:
        journal.begin_run()
        row = rows(journal)[0]
        journal.store.connection.execute("UPDATE object SET state = ? WHERE id = ?", (int(before), row.id))
        row.state = before
        if to in PERMITTED[before]:
            journal.change([StateChange(row, to)])
            assert rows(journal)[0].state is row.state is to
        else:
            with pytest.raises(JournalError, match="cannot become"):
                journal.change([StateChange(row, to)])
            assert rows(journal)[0].state is row.state is before


def test_what_is_stored_is_sent_again_only_if_the_peer_turns_out_not_to_have_it() -> None:
    """From neither of the two states is there another way, however long, to one that is sent."""
    for stored in (MigrationState.STORED, MigrationState.STORED_WITH_WARNING, MigrationState.VERIFIED):
        reached, todo = set(), [stored]
        while todo:
            new = PERMITTED[todo.pop()] - reached - {MigrationState.MISSING}
            reached |= new
            todo += new
        assert reached.isdisjoint({MigrationState.FOUND, MigrationState.SENDING})


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(STATES)), max_size=12))
def test_a_ledger_is_what_its_changes_make_it(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[int, MigrationState]]
) -> None:
    """Whatever is asked for: each change is made whole or not at all, and the sums add up."""
    folder = tmp_path_factory.mktemp("ledger")
    for number in range(3):
        write_ct(folder / f"{number}.dcm", f"1.2.3.{number + 1}")
    model = [MigrationState.FOUND] * 3
    with scanned(folder / "j", folder) as journal:
        journal.begin_run()
        known = rows(journal)
        for number, to in steps:
            try:
                journal.change([StateChange(known[number], to, status=0, tries=1)])
            except JournalError:
                assert to not in PERMITTED[model[number]]
            else:
                assert to in PERMITTED[model[number]]
                model[number] = to
            assert [row.state for row in rows(journal)] == model
        assert sum(count for count, _ in journal.counts().values()) == 3


# --- after a crash


def begun_run(path: Path, *sources: Path) -> Journal:
    """A journal in a run that has marked everything, and has begun all but the first."""
    journal = scanned(path, *sources)
    journal.begin_run()
    known = rows(journal)
    journal.change([], known)
    for row in known[1:]:
        journal.note_begun(row)
    return journal


def ended(row: LedgerRow, to: MigrationState, status: int | None = None) -> StateChange:
    return StateChange(row, to, status=status, tries=1)


def test_after_a_kill_what_was_begun_is_in_doubt_and_nothing_else(archive: Path, tmp_path: Path) -> None:
    begun_run(tmp_path / "j", archive).close()
    with Journal(str(tmp_path / "j")) as journal:
        assert journal.begin_run() == 2
        assert [row.state.words for row in rows(journal)] == ["found", "in doubt", "in doubt"]


@pytest.mark.parametrize("reads", [False, True], ids=["the next run", "the next look"])
@pytest.mark.parametrize(
    ("to", "status"),
    [
        (MigrationState.STORED, 0),
        (MigrationState.STORED_WITH_WARNING, 0xB000),
        (MigrationState.STORED_WITH_WARNING, 0xFFFF),
        (MigrationState.FAILED, 0xC123),
        (MigrationState.FAILED, None),
        (MigrationState.REFUSED, None),
    ],
)
def test_an_answer_counts_before_its_row_says_so(
    archive: Path, tmp_path: Path, to: MigrationState, status: int | None, reads: bool
) -> None:
    write_ct(archive / "3.dcm", "1.2.3.4")
    with begun_run(tmp_path / "j", archive) as journal:
        answered = rows(journal)[1]
        answered.slot = 1
        journal.note_ended(ended(answered, to, status))
    if not reads:
        with Journal(str(tmp_path / "j")) as journal:
            assert journal.begin_run() == 2
    with Journal(str(tmp_path / "j"), writes=False) as journal:
        _, row, *others = rows(journal)
        assert (row.state, row.status, row.tries) == (to, status, 1)
        assert [one.state.words for one in others] == ["in doubt", "in doubt"]


def test_what_ended_in_doubt_is_still_so_after_a_kill(archive: Path, tmp_path: Path) -> None:
    """It was sent, and its answer never came; the row did not yet say so."""
    with begun_run(tmp_path / "j", archive) as journal:
        row = rows(journal)[1]
        row.slot = 1
        journal.note_ended(ended(row, MigrationState.IN_DOUBT))
    with Journal(str(tmp_path / "j")) as journal:
        assert journal.begin_run() == 2
        assert [row.state.words for row in rows(journal)] == ["found", "in doubt", "in doubt"]


def test_an_object_that_was_taken_back_is_as_if_it_had_not_been_begun(archive: Path, tmp_path: Path) -> None:
    with begun_run(tmp_path / "j", archive) as journal:
        row = rows(journal)[1]
        row.slot = 1
        journal.note_ended(ended(row, MigrationState.FOUND))
    with Journal(str(tmp_path / "j")) as journal:
        assert journal.begin_run() == 1
        assert [row.state.words for row in rows(journal)] == ["found", "found", "in doubt"]


@pytest.mark.parametrize("what", ["nothing", "gone", "empty", "another run", "cut"])
def test_without_what_was_in_flight_everything_marked_is_in_doubt(archive: Path, tmp_path: Path, what: str) -> None:
    """The journal was copied without the file beside it, or was restored to an older one."""
    begun_run(tmp_path / "j", archive).close()
    beside = tmp_path / "j-lock"
    content = beside.read_bytes()
    if what == "gone":
        beside.unlink()
    elif what != "nothing":
        beside.write_bytes(
            {"empty": b"", "another run": content[:8] + bytes(8) + content[16:], "cut": content[:9]}[what]
        )
    with Journal(str(tmp_path / "j")) as journal:
        assert journal.begin_run() == (2 if what == "nothing" else 3)


def test_after_a_loss_of_power_what_was_in_flight_does_not_count(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The system had it, and the disk may not."""
    monkeypatch.setattr(import_module("asprofile.migrate.ledger_run"), "boot_id", lambda: "one")
    with begun_run(tmp_path / "j", archive) as journal:
        row = rows(journal)[1]
        row.slot = 1
        journal.note_ended(ended(row, MigrationState.STORED, 0))
    monkeypatch.setattr(import_module("asprofile.migrate.ledger_run"), "boot_id", lambda: "two")
    with Journal(str(tmp_path / "j")) as journal:
        assert journal.begin_run() == 3


def test_the_disk_of_a_crashed_system_lacks_what_was_not_synced(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Power is lost after marks and answers that no sync followed: of the log there is what was synced, and of the file
    of what is in flight nothing.
    """
    monkeypatch.setattr(import_module("asprofile.migrate.ledger_run"), "boot_id", lambda: "one")
    with scanned(tmp_path / "j", archive) as journal:
        journal.begin_run()
        known = list(journal.due())  # synced: these may have been begun
        (tmp_path / "k").write_bytes((tmp_path / "j").read_bytes())
        (tmp_path / "k-wal").write_bytes((tmp_path / "j-wal").read_bytes())
        journal.change([], known)
        for row in known:
            journal.note_begun(row)
        journal.change([StateChange(known[0], MigrationState.STORED, 0, tries=1)])
    monkeypatch.setattr(import_module("asprofile.migrate.ledger_run"), "boot_id", lambda: "two")
    with Journal(str(tmp_path / "k")) as journal:
        assert journal.begin_run() == 3, "none of them is sent again without asking"


@pytest.mark.parametrize(
    ("lasting", "taken", "states"), [(0.0, 5, "ffiiiifff"), (1e9, 7, "ffiiiiiiiiiiiif")], ids=["slow", "quick"]
)
def test_after_a_loss_of_power_only_the_last_two_pages_may_have_been_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lasting: float, taken: int, states: str
) -> None:
    """The marks of those before are on the disk. A page has as many rows as the one before, or twice as many where that
    did not last.
    """
    monkeypatch.setattr(import_module("asprofile.migrate.ledger_run"), "boot_id", lambda: "one")
    monkeypatch.setattr(import_module("asprofile.migrate.ledger_run"), "_LASTING", lasting)
    monkeypatch.setattr(import_module("asprofile.migrate.ledger_base"), "PAGE", 2)
    folder = tmp_path / "archive"
    folder.mkdir()
    for number in range(len(states)):
        write_ct(folder / f"{number:02}.dcm", f"1.2.3.{number + 1}")
    with scanned(tmp_path / "j", folder) as journal:
        journal.begin_run()
        due = journal.due()
        for _ in range(taken):
            next(due)
    monkeypatch.setattr(import_module("asprofile.migrate.ledger_run"), "boot_id", lambda: "two")
    with Journal(str(tmp_path / "j")) as journal:
        journal.begin_run()
        assert [row.state.words[0] for row in rows(journal)] == list(states)


def test_marks_and_answers_of_a_block_are_statements_of_stretches(archive: Path, tmp_path: Path) -> None:
    """However many rows; a row for itself costs more than sending a small object does."""
    for number in range(3, 20):
        write_ct(archive / f"{number}.dcm", f"1.2.3.{number + 1}")
    with scanned(tmp_path / "j", archive) as journal:
        journal.begin_run()
        known = rows(journal)
        said: list[str] = []
        journal.store.connection.set_trace_callback(said.append)
        journal.change([], known)
        journal.change([ended(row, MigrationState.STORED, 0) for row in known])
        assert [line.split()[0] for line in said] == ["BEGIN", "UPDATE", "COMMIT"] * 2


def test_after_a_loss_of_power_so_is_what_may_have_been_begun(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The marks may be lost with it; that a page of objects was taken out of the journal is not."""
    monkeypatch.setattr(import_module("asprofile.migrate.ledger_run"), "boot_id", lambda: "one")
    monkeypatch.setattr(import_module("asprofile.migrate.ledger_base"), "PAGE", 2)
    with scanned(tmp_path / "j", archive) as journal:
        journal.begin_run()
        next(journal.due())
    monkeypatch.setattr(import_module("asprofile.migrate.ledger_run"), "boot_id", lambda: "two")
    with Journal(str(tmp_path / "j")) as journal:
        assert journal.begin_run() == 2
        assert [row.state.words for row in rows(journal)] == ["in doubt", "in doubt", "found"]
        journal.end_run()
        monkeypatch.setattr(import_module("asprofile.migrate.ledger_run"), "boot_id", lambda: "three")
        journal.change([StateChange(row, MigrationState.FOUND) for row in rows(journal)[:2]])
        assert journal.begin_run() == 0, "the run before ended by itself"


# --- files


@pytest.mark.parametrize(
    "content", [b"", b"PatientName", b"SQLite format 3\0" + bytes(200)], ids=["empty", "text", "database"]
)
def test_what_is_no_journal_stays_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "precious"
    path.write_bytes(content)
    with pytest.raises(JournalError, match="is no journal"):
        Journal.begun(str(path))
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


def test_another_database_stays_as_it_is(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "db")
    other.execute("CREATE TABLE patients(name)")
    other.commit()
    other.close()
    before = (tmp_path / "db").read_bytes()
    with pytest.raises(JournalError, match="is no journal"):
        Journal(str(tmp_path / "db"))
    assert (tmp_path / "db").read_bytes() == before


@pytest.mark.parametrize("kind", ["directory", "fifo", "link to nothing"])
def test_what_is_no_file_is_no_journal(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "x"
    if kind == "fifo":
        os.mkfifo(path)
    elif kind == "directory":
        path.mkdir()
    else:
        path.symlink_to(tmp_path / "nothing")
    with pytest.raises(JournalError):
        Journal.begun(str(path))


def test_a_later_schema_is_refused(archive: Path, tmp_path: Path) -> None:
    scanned(tmp_path / "j", archive).close()
    later = sqlite3.connect(tmp_path / "j")
    later.execute(f"PRAGMA user_version = {journal_file.SCHEMA_VERSION + 1}")
    later.close()
    for writes in (True, False):
        with pytest.raises(JournalError, match="of a later asprofile"):
            Journal(str(tmp_path / "j"), writes=writes)


def test_two_runs_never_share_a_journal(archive: Path, tmp_path: Path) -> None:
    program = "import sys; from asprofile.migrate.journal import Journal; Journal(sys.argv[1])"
    with scanned(tmp_path / "j", archive):
        done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "j")], capture_output=True, text=True)
        assert "another run" in done.stderr
        with Journal(str(tmp_path / "j"), writes=False) as reader:
            assert len(rows(reader)) == 3, "it may be read meanwhile"
    done = subprocess.run([sys.executable, "-c", program, str(tmp_path / "j")], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="what is open cannot be removed there")
@pytest.mark.parametrize("name", ["j", "j-lock"])
@pytest.mark.parametrize("is_replaced", [False, True])
def test_a_journal_that_is_removed_under_a_run_ends_it(
    archive: Path, tmp_path: Path, name: str, is_replaced: bool
) -> None:
    """And what was put back is gone on with: what was begun is in doubt, and nothing else."""
    with scanned(tmp_path / "j", archive) as journal:
        journal.begin_run()
        some = rows(journal)
        journal.change([], some[:2])
        journal.note_begun(some[0])
        (tmp_path / name).rename(tmp_path / "away")
        if is_replaced:
            shutil.copy(tmp_path / "away", tmp_path / name)
        with pytest.raises(JournalError, match="was removed, renamed or replaced"):
            journal.put(x=1)
        with pytest.raises(JournalError, match="was removed, renamed or replaced"):
            journal.change([StateChange(some[0], MigrationState.STORED)])
    (tmp_path / "away").replace(tmp_path / name)
    with Journal(str(tmp_path / "j")) as journal:
        assert journal.begin_run() == 1
        assert {row.state for row in rows(journal)} == {MigrationState.IN_DOUBT, MigrationState.FOUND}


def test_a_damaged_journal_is_said_to_be_so(archive: Path, tmp_path: Path) -> None:
    path = tmp_path / "j"
    scanned(path, archive).close()
    content = bytearray(path.read_bytes())
    content[4096:] = b"\x5a" * (len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(JournalError, match=r"is damaged|cannot be"), Journal(str(path)) as journal:
        journal.counts()


def test_a_full_disk_changes_nothing(archive: Path, tmp_path: Path) -> None:
    with scanned(tmp_path / "j", archive) as journal:
        journal.begin_run()
        (pages,) = journal.store.connection.execute("PRAGMA page_count").fetchone()
        journal.store.connection.execute(f"PRAGMA max_page_count = {pages}")
        known = rows(journal)
        with pytest.raises(JournalError, match="the disk is full"):
            journal.change([StateChange(known[0], MigrationState.HELD, evidence="x" * 100_000)])
        assert [row.state.words for row in rows(journal)] == ["found"] * 3


@pytest.mark.parametrize("writes", [True, False])
def test_a_journal_that_cannot_be_used_is_not_left_open(
    archive: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, writes: bool
) -> None:
    opened: list[sqlite3.Connection] = []
    connect = journal_file._connected

    def connected(uri: str) -> sqlite3.Connection:
        opened.append(connect(uri))
        return opened[-1]

    scanned(tmp_path / "j", archive).close()
    content = (tmp_path / "j").read_bytes()
    (tmp_path / "j").write_bytes(content[:4096] + bytes(len(content) - 4096))
    monkeypatch.setattr(journal_file, "_connected", connected)
    with pytest.raises(JournalError), Journal(str(tmp_path / "j"), writes=writes) as journal:
        list(journal.due())
    [connection] = opened
    with pytest.raises(sqlite3.ProgrammingError, match="closed"):
        connection.execute("SELECT 1")
