"""Where objects come from besides files and directories: lists, DICOMDIRs, and journals."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import write_ct
from made_data_sets import EXPLICIT, Sequence, encoded, part10

import asprofile
from asprofile.migrate.journal import Journal
from asprofile.migrate.ledger_rows import LedgerRow, StateChange
from asprofile.migrate.states import MigrationState

if TYPE_CHECKING:
    from conftest import Result

    Run = Callable[..., Result]


@pytest.fixture
def archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "archive").mkdir()
    for number in range(4):
        write_ct(tmp_path / "archive" / f"{number}.dcm", f"1.2.3.{number + 1}", side=8)
    return tmp_path / "archive"


def rows(path: str = "j") -> list[LedgerRow]:
    with Journal(path, writes=False) as journal:
        return list(journal.in_state(*MigrationState))


def paths(path: str = "j") -> list[str]:
    return [os.path.relpath(row.path) for row in rows(path)]


def test_a_list_is_read_again_with_each_scan(run: Run, archive: Path) -> None:
    Path("list").write_text("archive/2.dcm\n\narchive/0.dcm\n")
    assert run("migrate", "scan", "j", "--files-from", "list").status == 0
    assert paths() == ["archive/2.dcm", "archive/0.dcm"]
    Path("list").write_text("archive/2.dcm\narchive/3.dcm\n")
    assert run("migrate", "scan", "j").status == 0
    assert paths() == ["archive/2.dcm", "archive/0.dcm", "archive/3.dcm"]
    assert run("migrate", "scan", "j", "--from", "archive").status == 0
    assert len(paths()) == 4


def test_a_list_with_nuls_and_what_it_names_that_is_not_there(run: Run, archive: Path) -> None:
    (archive / "0.dcm").rename(archive / "a\nb.dcm")
    Path("list").write_bytes(b"archive/a\nb.dcm\0archive/gone.dcm\0")
    assert run("migrate", "scan", "j", "--files-from", "list", "-0").status == 1
    assert paths() == ["archive/a\nb.dcm"]
    with Journal("j", writes=False) as journal:
        assert [os.path.relpath(name) for name, _ in journal.others()] == ["archive/gone.dcm"]


def test_a_list_that_is_gone_stops_the_scan_and_loses_nothing(run: Run, archive: Path) -> None:
    Path("list").write_text("archive/2.dcm\n")
    assert run("migrate", "scan", "j", "--files-from", "list").status == 0
    Path("list").unlink()
    result = run("migrate", "scan", "j")
    assert (result.status, "the list cannot be read" in result.err) == (2, True)
    assert paths() == ["archive/2.dcm"]


def test_no_list_takes_a_zero(run: Run, archive: Path) -> None:
    result = run("migrate", "scan", "j", "--from", "archive", "-0")
    assert (result.status, "-0 is for --files-from" in result.err) == (2, True)
    assert not Path("j").exists()


def test_what_a_dicomdir_lists(run: Run, archive: Path, tmp_path: Path) -> None:
    cd = tmp_path / "cd"
    cd.mkdir()
    for number, name in ((2, "A"), (4, "B"), (99, "other.dcm")):
        write_ct(cd / name, f"1.2.3.{number}", side=8)
    records = Sequence([[(0x00041410, "US", b"\xff\xff"), (0x00041500, "CS", name)] for name in (b"A ", b"B ")])
    listing = encoded([(0x00041220, "SQ", records)], EXPLICIT)
    (cd / "DICOMDIR").write_bytes(part10(listing, EXPLICIT, "1.2.840.10008.1.3.10"))
    assert run("migrate", "scan", "j", "--from", "cd/DICOMDIR").status == 0
    assert [row.uid for row in rows()] == ["1.2.3.2", "1.2.3.4"]
    (cd / "A").unlink()
    assert run("migrate", "scan", "k", "--from", "cd/DICOMDIR").status == 1, "what is missing is told"
    assert [row.uid for row in rows("k")] == ["1.2.3.4"]
    assert run("migrate", "scan", "l", "--from", "cd").status == 0
    assert {row.uid for row in rows("l")} == {"1.2.3.4", "1.2.3.99"}


def test_what_another_journal_could_not_store(run: Run, archive: Path) -> None:
    assert run("migrate", "scan", "j", "--from", "archive").status == 0
    with Journal("j") as journal:
        journal.begin_run()
        known = list(journal.in_state(MigrationState.FOUND))
        journal.change([], known)
        ends = (MigrationState.STORED, MigrationState.FAILED, MigrationState.REFUSED, MigrationState.IN_DOUBT)
        journal.change([StateChange(row, to) for row, to in zip(known, ends, strict=True)])
    assert run("migrate", "scan", "k", "--from", "j").status == 0
    assert paths("k") == ["archive/1.dcm", "archive/2.dcm"]
    assert [row.state.words for row in rows("j")] == ["stored", "failed", "refused", "in doubt"]


def test_a_journal_is_no_source_of_itself(run: Run, archive: Path) -> None:
    assert run("migrate", "scan", "j", "--from", "archive").status == 0
    Path("link").symlink_to("j")
    result = run("migrate", "scan", "j", "--from", "link")
    assert (result.status, "is this journal itself" in result.err) == (2, True)
    assert run("migrate", "scan", "j").status == 0, "it was not remembered"


def test_a_journal_that_cannot_be_read_is_said_to_be_so(run: Run, archive: Path) -> None:
    assert run("migrate", "scan", "j", "--from", "archive").status == 0
    shutil.copy("j", "old")
    with Path("old").open("r+b") as file:
        file.seek(4096)
        file.write(b"\x5a" * 1_000_000)
    result = run("migrate", "scan", "k", "--from", "old")
    assert (result.status, "Traceback" in result.err) == (2, False)


def test_what_is_not_mounted_is_left_as_found(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name, disk in (("1", "one"), ("2", "two"), ("3", "two")):
        (tmp_path / disk).mkdir(exist_ok=True)
        write_ct(tmp_path / disk / f"{name}.dcm", f"1.2.3.{name}", side=8)
    assert run("migrate", "scan", "j", "--from", "one", "--from", "two").status == 0
    shutil.move(tmp_path / "two", tmp_path / "away")
    (tmp_path / "two").mkdir()
    with asprofile.receive(None, tmp_path / "inbox") as peer:
        result = run("migrate", "run", "j", "--to", str(peer.address))
        assert result.status == 1
        assert "two is empty, not there, or cannot be read: 2 objects in it are left as found" in result.err
        assert counts() == {"found": 2, "stored": 1}
        assert "2 objects held" in run("migrate", "hold", "j").err
        assert run("migrate", "release", "j").status == 0
        (tmp_path / "two").rmdir()
        shutil.move(tmp_path / "away", tmp_path / "two")
        assert run("migrate", "run", "j").status == 0
    assert counts() == {"stored": 3}


def counts() -> Counter[str]:
    return Counter(row.state.words for row in rows())
