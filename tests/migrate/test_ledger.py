"""The ledger, whatever keeps it: what a scan finds, which state follows, what is known. Each test with SQLite and with
PostgreSQL.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from factories import write_archive, write_ct

from asprofile.errors import JournalError
from asprofile.migrate import journal_sums, ledger_found
from asprofile.migrate.journal import Journal
from asprofile.migrate.ledger_rows import LedgerRow, StateChange
from asprofile.migrate.postgres_url import is_postgres
from asprofile.migrate.scanning import take_in
from asprofile.migrate.states import MigrationState
from asprofile.objects.scan import scan

if TYPE_CHECKING:
    from postgres_server import PostgresServer


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.peer)])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The name of a journal that is not there."""
    if request.param == "sqlite":
        return str(tmp_path / "j")
    server: PostgresServer = request.getfixturevalue("postgres")
    return server.fresh()


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return write_archive(tmp_path / "archive", 3)


def scanned(place: str, *sources: Path) -> Journal:
    journal = Journal.begun(place)
    assert take_in(journal, scan(sources), lambda _: None, lambda: True)
    return journal


def changed_beside(place: str, statement: str) -> None:
    """By another program, which knows nothing of ours."""
    if is_postgres(place):
        import psycopg

        with psycopg.connect(place, options="-c search_path=asprofile") as other:
            other.execute(statement.encode())
    else:
        beside = sqlite3.connect(place)
        beside.execute(statement)
        beside.commit()
        beside.close()


def rows(journal: Journal) -> list[LedgerRow]:
    return list(journal.in_state(*MigrationState))


def test_a_row_that_another_program_changed_stops_the_run(archive: Path, place: str) -> None:
    with scanned(place, archive) as journal:
        journal.begin_run()
        first, second, _ = rows(journal)
        changed_beside(place, f"UPDATE object SET state = 4 WHERE id = {second.id}")
        with pytest.raises(JournalError, match="another program changed the journal"):
            journal.change([], [first, second])
        assert rows(journal)[0].state is MigrationState.FOUND, "of the two marks none was made"


def test_the_sums_add_up(archive: Path, place: str) -> None:
    (archive / "notes.txt").write_text("no object")
    (archive / "bad.dcm").write_bytes((archive / "0.dcm").read_bytes()[:160])
    (archive / "same.dcm").write_bytes((archive / "1.dcm").read_bytes())
    with scanned(place, archive) as journal:
        assert sum(count for count, _ in journal.counts().values()) == 3
        assert journal.places() == (1, 1, 1)
        ((path, reason),) = journal.others()
        assert (path, bool(reason)) == (str(archive / "bad.dcm"), True)


def test_a_scan_again_adds_only_what_is_new(archive: Path, place: str) -> None:
    (archive / "same.dcm").write_bytes((archive / "1.dcm").read_bytes())
    scanned(place, archive).close()
    write_ct(archive / "9.dcm", "1.2.3.9")
    with scanned(place, archive) as journal:
        assert [Path(row.path).name for row in rows(journal)] == ["0.dcm", "1.dcm", "2.dcm", "9.dcm"]
        assert journal.places() == (1, 0, 0)


def test_a_scan_that_was_killed_is_gone_on_with(archive: Path, place: str) -> None:
    with Journal.begun(place) as journal:
        journal.put(scanned=False)
        journal.begin_scan()
        journal.add(list(scan([archive]))[:2])
    with scanned(place, archive) as journal:
        assert [Path(row.path).name for row in rows(journal)] == ["0.dcm", "1.dcm", "2.dcm"]


def test_a_changed_file_is_another_object(archive: Path, place: str) -> None:
    scanned(place, archive).close()
    write_ct(archive / "0.dcm", "1.2.3.1", side=20)
    with scanned(place, archive) as journal:
        old, *_, new = rows(journal)
        assert (old.path, old.state.words) == (new.path, "refused")
        assert "counts as another object" in (old.comment or "")
        assert (new.state, new.size) == (MigrationState.FOUND, (archive / "0.dcm").stat().st_size)


def test_one_uid_with_two_data_sets_is_a_conflict(archive: Path, place: str) -> None:
    write_ct(archive / "x.dcm", "1.2.3.1", side=20)
    with scanned(place, archive) as journal:
        found = {Path(row.path).name: row.state.words for row in rows(journal)}
        assert found == {"0.dcm": "conflict", "1.dcm": "found", "2.dcm": "found", "x.dcm": "conflict"}


def test_what_is_stored_stays_so_when_another_data_set_has_its_uid(archive: Path, place: str) -> None:
    with scanned(place, archive) as journal:
        journal.begin_run()
        row = rows(journal)[0]
        journal.change([], [row])
        journal.change([StateChange(row, MigrationState.STORED, status=0)])
    write_ct(archive / "x.dcm", "1.2.3.1", side=20)
    (archive / "y.dcm").write_bytes((archive / "0.dcm").read_bytes())
    with scanned(place, archive) as journal:
        found = {Path(row.path).name: row.state.words for row in rows(journal)}
        assert found == {"0.dcm": "stored", "1.dcm": "found", "2.dcm": "found", "x.dcm": "conflict"}
        assert journal.places() == (1, 0, 0)


def test_a_third_data_set_of_a_conflict_is_one_too(archive: Path, place: str) -> None:
    for side in (20, 24):
        write_ct(archive / f"x{side}.dcm", "1.2.3.1", side=side)
        scanned(place, archive).close()
    with Journal(place) as journal:
        assert [row.state.words for row in rows(journal) if row.uid == "1.2.3.1"] == ["conflict"] * 3


def test_a_conflict_of_many_is_one_change(archive: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change is a transaction: one for each of 10,000 that say they are the same took 13 seconds."""
    for side in range(20, 40):
        write_ct(archive / f"x{side}.dcm", "1.2.3.1", side=side)
    sizes: list[int] = []
    change = Journal.change

    def counted(journal: Journal, changes: Sequence[StateChange], *others: Any) -> Any:
        sizes.append(len(changes))
        return change(journal, changes, *others)

    monkeypatch.setattr(Journal, "change", counted)
    with scanned(place, archive) as journal:
        assert [row.state.words for row in rows(journal) if row.uid == "1.2.3.1"] == ["conflict"] * 21
    assert sizes == [21]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_names_that_are_no_utf_8(archive: Path, place: str) -> None:
    name = os.fsdecode(b"\xff\xe4.dcm")
    write_ct(archive / name, "1.2.3.77")
    with scanned(place, archive) as journal:
        assert rows(journal)[-1].path == str(archive / name)
        assert len(rows(journal)) == 4
    with scanned(place, archive) as journal:
        assert len(rows(journal)) == 4


def test_indices_are_made_after_the_first_scan(archive: Path, place: str) -> None:
    query = "SELECT name FROM sqlite_master WHERE type = 'index'"
    with scanned(place, archive) as journal:
        if is_postgres(place):
            query = "SELECT indexname FROM pg_indexes WHERE schemaname = 'asprofile'"
        assert {index.split()[5] for index in ledger_found.INDICES} <= {name for (name,) in journal.select(query)}


def test_objects_come_in_their_order_page_by_page(tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("asprofile.migrate.ledger_base"), "PAGE", 2)
    folder = tmp_path / "archive"
    folder.mkdir()
    for number in range(5):
        write_ct(folder / f"{number}.dcm", f"1.2.3.{number + 1}")
    with scanned(place, folder) as journal:
        journal.begin_run()
        numbers = [row.id for row in journal.due()]
        assert len(numbers) == 5
        assert all(one < two for one, two in pairwise(numbers))


def test_objects_come_in_their_turn(archive: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("asprofile.migrate.ledger_base"), "PAGE", 2)
    with scanned(place, archive) as journal:
        journal.begin_run()
        journal.begin_order(["newest"])
        journal.give_turns([(row.id, turn) for row, turn in zip(journal.without_turn(), ("b", "a", "Z"), strict=True)])
        assert not list(journal.without_turn())
        assert [Path(row.path).name for row in journal.due()] == ["2.dcm", "1.dcm", "0.dcm"], "by their bytes"
        journal.begin_order(["oldest"])
        assert len(list(journal.without_turn())) == 3, "by other wishes the turns are others"


def test_answers_and_marks_are_one_transaction(archive: Path, place: str) -> None:
    with scanned(place, archive) as journal:
        journal.begin_run()
        first, second, third = rows(journal)
        journal.change([], [first, second])
        second.state = MigrationState.FOUND  # as somebody who is wrong believes
        with pytest.raises(JournalError, match="another program changed the journal"):
            journal.change([StateChange(first, MigrationState.STORED, 0, tries=1)], [second, third])
        assert [row.state.words for row in rows(journal)] == ["sending", "sending", "found"]
        journal.change([StateChange(first, MigrationState.STORED_WITH_WARNING, 0xB000, "odd", 2)], [third])
        known, *_ = rows(journal)
        assert (known.state, known.status, known.comment, known.tries) == (first.state, 0xB000, "odd", 2)


def test_what_is_verified_keeps_when_it_was_stored(archive: Path, place: str) -> None:
    with scanned(place, archive) as journal:
        journal.begin_run()
        row = rows(journal)[0]
        journal.change([], [row])
        journal.change([StateChange(row, MigrationState.STORED, 0, tries=1)])
        stored = rows(journal)[0]
        journal.change([StateChange(stored, MigrationState.VERIFIED, 0, evidence="asked")])
        assert journal.select("SELECT time, what FROM evidence ORDER BY what")[1] == (stored.time, "stored")
        ((hour, count),) = journal_sums.by_hour(journal)
        assert (hour, count) == (int(stored.time or 0) // 3600 * 3600, 1)


def test_sums_for_reports(archive: Path, place: str) -> None:
    (archive / "sub").mkdir()
    write_ct(archive / "sub" / "m.dcm", "1.2.3.9", sop_class="1.2.840.10008.5.1.4.1.1.4", side=8)
    with scanned(place, archive) as journal:
        journal.begin_run()
        known = rows(journal)
        known[0].study, known[0].series = "1.2", "1.3"
        journal.keep_studies([(known[0], "20240229")])
        journal.change([StateChange(known[1], MigrationState.REFUSED, comment="no context")])
        sizes = {row.sop_class: row.size for row in known}
        kinds = {one.sop_class: (one.objects, one.bytes) for one in journal_sums.open_kinds(journal)}
        assert kinds == {uid: (2 if uid.endswith(".2") else 1, size * (2 if uid.endswith(".2") else 1))
                         for uid, size in sizes.items()}  # fmt: skip
        assert sorted(journal.kinds()) == sorted((uid, known[0].transfer_syntax) for uid in sizes)
        assert journal.counts()[MigrationState.REFUSED] == (1, known[1].size)
        assert journal.reasons() == [(MigrationState.REFUSED, "no context", 1)]
        years = {(year, state.words): count for year, state, count in journal_sums.by_year(journal)}
        assert years == {("2024", "found"): 1, (None, "found"): 2, (None, "refused"): 1}
        assert sum(count for _, _, count in journal_sums.by_class(journal)) == 4
        assert journal_sums.pace(journal) is None
        assert journal_sums.by_hour(journal) == []
        assert (rows(journal)[0].study, rows(journal)[0].series) == ("1.2", "1.3")


def test_settings_and_commitments_are_kept(archive: Path, place: str) -> None:
    with scanned(place, archive) as journal:
        journal.put(options={"target": "A@b", "odd": "\0 \udcff ?%s"}, other=None)
        journal.put(other=[1, 2.5])
        first, *others = rows(journal)
        journal.begin_commitment("1.2", [first])
        journal.begin_commitment("1.3", others)
        journal.end_commitment("1.2", "answered")
    with Journal(place, writes=False) as reader:
        assert reader.get("options") == {"target": "A@b", "odd": "\0 \udcff ?%s"}
        assert (reader.get("other"), reader.get("nothing", 7)) == ([1, 2.5], 7)
        ((uid, _, waiting),) = reader.open_commitments()
        assert (uid, [row.id for row in waiting]) == ("1.3", [row.id for row in others])


def test_words_that_no_database_takes_are_escaped(archive: Path, place: str) -> None:
    """A peer's comment and a name in the file system may hold anything."""
    with scanned(place, archive) as journal:
        row = rows(journal)[0]
        odd = "a\0b \udcff \N{GREEK SMALL LETTER ALPHA}"
        journal.change([StateChange(row, MigrationState.HELD, comment=odd, evidence=odd)])
        journal.note(row, odd)
        kept = "a\\x00b \\udcff \N{GREEK SMALL LETTER ALPHA}"
        assert rows(journal)[0].comment == kept
        assert journal.select("SELECT what FROM evidence") == [(kept,), (kept,)]


def test_a_reader_changes_nothing_and_a_second_writer_is_refused(
    archive: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_module("asprofile.migrate.postgres_store"), "_ENDING", 0.2)
    with scanned(place, archive):
        with Journal(place, writes=False) as reader:
            assert len(rows(reader)) == 3
            with pytest.raises(JournalError):
                reader.put(scanned=False)
        if is_postgres(place):
            with pytest.raises(JournalError, match="another run"):
                Journal(place)
    with Journal(place) as journal:
        assert journal.get("scanned") is True


def test_the_view_of_all_objects(archive: Path, place: str) -> None:
    with scanned(place, archive) as journal:
        found = journal.select("SELECT directory, name, state, uid FROM objects ORDER BY name")
        assert found[0] == (str(archive), "0.dcm", "found", "1.2.3.1")
