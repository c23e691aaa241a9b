"""Sums of a journal, with clocks that are wrong."""

from __future__ import annotations

from pathlib import Path

import pytest
from factories import CT, EXPLICIT, write_ct

from asprofile.api.reporting import report_of
from asprofile.migrate.journal import Journal
from asprofile.migrate.journal_sums import by_hour, pace
from asprofile.migrate.ledger_rows import StateChange
from asprofile.migrate.scanning import take_in
from asprofile.migrate.sqlite_store import SqliteStore
from asprofile.migrate.states import MigrationState
from asprofile.objects.header import ObjectHeader
from asprofile.objects.scan import scan


def test_a_clock_that_is_put_back_and_forth(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By an hour, and to 1970: nothing is lost in the sums, and no report has a line for each hour since."""
    (tmp_path / "a").mkdir()
    for number in range(4):
        write_ct(tmp_path / "a" / f"{number}.dcm", f"1.2.3.{number + 1}", side=8)
    with Journal.begun(str(tmp_path / "j")) as journal:
        take_in(journal, scan([tmp_path / "a"]), lambda _: None, lambda: True)
        journal.begin_run()
        for row, hour in zip(list(journal.in_state(MigrationState.FOUND)), (500_000, 499_998, 500_001, 0), strict=True):
            monkeypatch.setattr("time.time", lambda hour=hour: hour * 3600.0 + 1)
            journal.change([], [row])
            journal.change([StateChange(row, MigrationState.STORED, 0)])
            if hour == 500_001:
                assert [(begin // 3600, count) for begin, count in by_hour(journal)] == [
                    (499_998, 1), (499_999, 0), (500_000, 1), (500_001, 1),
                ]  # fmt: skip
        assert sum(count for _, count in by_hour(journal)) == len(by_hour(journal)) == 4
        assert pace(journal) is None
        assert journal.counts()[MigrationState.STORED][0] == 4


def _steps_of_a_report(path: Path, count: int) -> int:
    """Hundreds of steps of SQLite's machine, of the report of so many verified objects."""
    stamp = (1, 2, 3, 4)
    found = [ObjectHeader(Path(f"/a/{n}"), CT, f"1.2.3.{n}", EXPLICIT, 400, 600, stamp=stamp) for n in range(count)]
    with Journal.begun(str(path)) as journal:
        take_in(journal, found, lambda _: None, lambda: True)
        journal.begin_run()
        rows = list(journal.due())
        journal.change([], rows)
        for state in (MigrationState.STORED, MigrationState.VERIFIED):
            journal.change([StateChange(row, state, 0) for row in rows])
        steps: list[None] = []
        assert isinstance(journal.store, SqliteStore)
        journal.store.connection.set_progress_handler(lambda: steps.append(None), 100)
        assert sum(objects for _, objects in report_of(journal).hours) == count
    return len(steps)


def test_a_report_of_twice_as_many_takes_twice_as_long(tmp_path: Path) -> None:
    once, twice = (_steps_of_a_report(tmp_path / str(count), count) for count in (200, 400))
    assert twice < 2.5 * once
