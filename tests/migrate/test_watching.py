"""Which files of a directory count, and when: complete, quiet, and not known yet. The clock is the test's."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from factories import write_ct

from asprofile.migrate.journal import Journal
from asprofile.migrate.ledger_found import GONE
from asprofile.migrate.ledger_rows import StateChange
from asprofile.migrate.scanning import begin_watch, take_watched
from asprofile.migrate.states import MigrationState
from asprofile.migrate.watching import FileChoice, Watch, WatchTimes, WatchYield

TIMES = WatchTimes(quiet_for=5.0, rescan=60.0)


class Watched:
    """A directory, its journal, and a watch that the test drives without a thread, by rescans alone."""

    def __init__(self, folder: Path, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(import_module("asprofile.migrate.file_events").FileEvents, "start", lambda *_, **__: None)
        self.folder = folder
        self.journal = journal
        self.now = 0.0
        self.notes: list[str] = []
        assert begin_watch(journal, lambda: True)
        self.restart()

    def restart(self, choice: FileChoice | None = None) -> None:
        self.watch = Watch(
            self.journal, [str(self.folder)], TIMES, choice or FileChoice(), self.notes.append, lambda: self.now
        )

    def look(self, seconds: float = 0.0) -> list[str]:
        """Names that count after so many seconds, now in the journal; everything is looked at at the end."""
        self.now += seconds
        self.watch._next_walk = self.now
        found = WatchYield()
        for _ in range(3):
            while self.watch.lap():
                pass
        found = self.watch.take()
        take_watched(self.journal, found.objects, found.others.values(), found.gone)
        self.watch.has_taken(found)
        return sorted(str(header.path.relative_to(self.folder)) for header, _ in found.objects)

    def settle(self) -> list[str]:
        """The same for what is there now, once it is quiet."""
        return sorted([*self.look(), *self.look(TIMES.quiet_for + 1), *self.look()])

    def states(self) -> dict[str, int]:
        return {state.words: count for state, (count, _) in self.journal.counts().items()}

    def send(self) -> None:
        """As if everything that is found were sent and answered."""
        self.journal.begin_run()
        rows = list(self.journal.in_state(MigrationState.FOUND))
        self.journal.change([], rows)
        self.journal.change([StateChange(row, MigrationState.STORED, 0) for row in rows])
        self.journal.end_run()


@pytest.fixture
def watched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watched]:
    (tmp_path / "in").mkdir()
    with Journal.begun(str(tmp_path / "j")) as journal:
        yield Watched(tmp_path / "in", journal, monkeypatch)


def test_a_file_counts_once_it_is_quiet(watched: Watched) -> None:
    write_ct(watched.folder / "a.dcm", "1.2.3.1", side=8)
    assert watched.look() == []
    assert watched.look(4) == []
    assert watched.look(1) == ["a.dcm"]
    assert watched.settle() == [], "and only once"
    assert watched.states() == {"found": 1}


def test_what_is_written_slowly_waits_until_it_is_whole(watched: Watched, tmp_path: Path) -> None:
    data = write_ct(tmp_path / "whole", "1.2.3.1", side=32).read_bytes()
    path = watched.folder / "a.dcm"
    for size in (0, 100, 200, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:size])
        assert watched.settle() == []
        assert watched.states() == {}
    assert watched.watch.counts().incomplete == 1
    assert watched.journal.places() == (0, 0, 1)
    ((name, reason),) = watched.journal.others()
    assert name == str(path)
    assert "is not complete" in reason
    path.write_bytes(data)
    assert watched.settle() == ["a.dcm"]
    assert watched.journal.places() == (0, 0, 0), "nothing is wrong any more"
    assert watched.watch.counts().files == 0


def test_what_was_wrong_and_is_gone_before_the_journal_hears_of_it(watched: Watched) -> None:
    path = watched.folder / "a.dcm"
    path.write_bytes(b"")
    watched.look()
    watched.now += TIMES.quiet_for + 1
    while watched.watch.lap():
        pass
    path.unlink()
    watched.look()
    assert watched.journal.places() == (0, 0, 0)


def test_what_is_truncated_counts_where_that_is_wanted(watched: Watched, tmp_path: Path) -> None:
    data = write_ct(tmp_path / "whole", "1.2.3.1", side=32).read_bytes()
    (watched.folder / "a.dcm").write_bytes(data[:-10])
    watched.restart(FileChoice(truncated=True))
    assert watched.settle() == ["a.dcm"]


def test_every_write_begins_the_quiet_time_anew(watched: Watched) -> None:
    path = write_ct(watched.folder / "a.dcm", "1.2.3.1", side=8)
    for number in range(4):
        assert watched.look(4) == []
        os.utime(path, ns=(number, number))
    assert watched.look(4) == []
    assert watched.look(5) == ["a.dcm"]


def test_moved_in_a_file_and_a_directory(watched: Watched, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    for number in range(3):
        write_ct(tmp_path / "other" / f"{number}.dcm", f"1.2.3.{number + 1}", side=8)
    watched.look()
    (tmp_path / "other" / "0.dcm").rename(watched.folder / "0.dcm")
    (tmp_path / "other").rename(watched.folder / "deep")
    assert watched.settle() == ["0.dcm", "deep/1.dcm", "deep/2.dcm"]


def test_a_directory_that_is_renamed_after_it_was_sent_is_the_same_again(watched: Watched) -> None:
    (watched.folder / "a").mkdir()
    for number in range(3):
        write_ct(watched.folder / "a" / f"{number}.dcm", f"1.2.3.{number + 1}", side=8)
    assert len(watched.settle()) == 3
    watched.send()
    (watched.folder / "a").rename(watched.folder / "b")
    assert len(watched.settle()) == 3
    assert watched.states() == {"stored": 3}
    assert watched.journal.places() == (3, 0, 0)
    assert watched.settle() == []


def test_overwritten_with_another_data_set(watched: Watched) -> None:
    path = write_ct(watched.folder / "a.dcm", "1.2.3.1", side=8)
    watched.settle()
    write_ct(path, "1.2.3.1", side=20)
    assert watched.settle() == ["a.dcm"]
    assert watched.states() == {"found": 1, "refused": 1}, "the first was not sent: the second is what there is"
    watched.send()
    write_ct(path, "1.2.3.1", side=30)
    assert watched.settle() == ["a.dcm"]
    assert watched.states() == {"stored": 1, "refused": 1, "conflict": 1}


def test_touched_before_and_after_it_was_sent(watched: Watched) -> None:
    path = write_ct(watched.folder / "a.dcm", "1.2.3.1", side=8)
    watched.settle()
    os.utime(path, ns=(5, 5))
    assert watched.settle() == ["a.dcm"]
    assert watched.states() == {"found": 1, "refused": 1}
    watched.send()
    os.utime(path, ns=(6, 6))
    watched.settle()
    assert watched.states() == {"stored": 1, "refused": 1}
    assert watched.journal.places()[0] == 1


def test_removed_before_it_counts_and_before_it_is_sent(watched: Watched) -> None:
    path = write_ct(watched.folder / "a.dcm", "1.2.3.1", side=8)
    watched.look()
    path.unlink()
    assert watched.settle() == []
    assert watched.watch.counts().files == 0


def test_removed_refused_and_back_again_it_is_sent(watched: Watched) -> None:
    path = write_ct(watched.folder / "a.dcm", "1.2.3.1", side=8)
    watched.settle()
    data, times = path.read_bytes(), path.stat()
    path.unlink()
    watched.journal.change(
        [
            StateChange(row, MigrationState.REFUSED, comment=GONE)
            for row in watched.journal.in_state(MigrationState.FOUND)
        ]
    )
    assert watched.settle() == []
    path.write_bytes(data)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert watched.settle() == ["a.dcm"]
    assert watched.states() == {"found": 1}
    assert watched.settle() == []


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_links_that_go_round(watched: Watched) -> None:
    (watched.folder / "a").mkdir()
    write_ct(watched.folder / "a" / "a.dcm", "1.2.3.1", side=8)
    (watched.folder / "a" / "up").symlink_to(watched.folder)
    (watched.folder / "self").symlink_to("self")
    assert watched.settle() == ["a/a.dcm"]
    assert watched.journal.places() == (0, 0, 1)
    (watched.folder / "self").unlink()
    watched.settle()
    assert watched.journal.places() == (0, 0, 0)


def test_what_is_no_object_is_told_once_and_may_become_one(watched: Watched) -> None:
    path = watched.folder / "a.dcm"
    path.write_text("not yet")
    assert watched.settle() == []
    assert watched.journal.places() == (0, 1, 0)
    write_ct(path, "1.2.3.1", side=8)
    assert watched.settle() == ["a.dcm"]
    assert watched.journal.places() == (0, 0, 0)


def test_after_a_restart_nothing_is_forgotten_and_nothing_found_twice(watched: Watched) -> None:
    for number in range(3):
        write_ct(watched.folder / f"{number}.dcm", f"1.2.3.{number + 1}", side=8)
    watched.settle()
    write_ct(watched.folder / "late.dcm", "1.2.3.9", side=8)
    watched.look()
    watched.restart()
    assert watched.settle() == ["late.dcm"]
    assert watched.states() == {"found": 4}


def test_a_directory_that_is_away_is_waited_for(watched: Watched, tmp_path: Path) -> None:
    write_ct(watched.folder / "a.dcm", "1.2.3.1", side=8)
    watched.folder.rename(tmp_path / "away")
    assert watched.settle() == []
    assert watched.watch.counts().missing_directories == 1
    (tmp_path / "away").rename(watched.folder)
    assert watched.settle() == ["a.dcm"]
    assert [note.partition("in: ")[2] for note in watched.notes] == [
        "is not there, or cannot be looked at; waiting for it",
        "is there again",
    ]


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        (FileChoice(recursive=False), ["a.dcm", "b"]),
        (FileChoice(pattern="*.dcm"), ["a.dcm", "deep/c.dcm"]),
        (FileChoice(), ["a.dcm", "b", "deep/c.dcm"]),
    ],
)
def test_which_files_are_meant(watched: Watched, choice: FileChoice, names: list[str]) -> None:
    (watched.folder / "deep").mkdir()
    for number, name in enumerate(("a.dcm", "b", "deep/c.dcm"), 1):
        write_ct(watched.folder / name, f"1.2.3.{number}", side=8)
    watched.restart(choice)
    assert watched.settle() == names


def test_more_than_is_kept_in_memory(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("asprofile.migrate.watching"), "MOST_WAITING", 4)
    for number in range(10):
        write_ct(watched.folder / f"{number}.dcm", f"1.2.3.{number + 1}", side=8)
    found: list[str] = []
    while some := watched.settle():
        assert len(some) <= 4
        found += some
    assert len(found) == 10


def test_events_bring_a_file_without_a_look_at_everything(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    watched.look()
    path = write_ct(watched.folder / "a.dcm", "1.2.3.1", side=8)
    (watched.folder / "deep").mkdir()
    write_ct(watched.folder / "deep" / "b.dcm", "1.2.3.2", side=8)
    names = [str(path), str(watched.folder / "deep"), str(watched.folder / "gone")]
    taken: Callable[..., object] = lambda _: (names, False)  # noqa: E731
    monkeypatch.setattr(import_module("asprofile.migrate.file_events").FileEvents, "taken", taken)
    watched.watch.lap()
    names = []
    watched.now += 6
    watched.watch.lap()
    assert len(watched.watch.take().objects) == 2


def test_a_failure_of_the_thread_is_raised_where_its_finds_are_taken(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: object) -> bool:
        raise RuntimeError("no more")

    monkeypatch.setattr(Watch, "lap", fails)
    with watched.watch as watch:
        watch._thread.join(30)
        with pytest.raises(RuntimeError, match="no more"):
            watch.take()
