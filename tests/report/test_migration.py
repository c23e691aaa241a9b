"""The page of a migration: what the sums of a journal do not show."""

from __future__ import annotations

import pytest

from asprofile.report.migration import MigrationSummary, StateSum, migration_page


def page_of(*hours: tuple[str, int]) -> str:
    states = (StateSum("stored", "the peer has it", 3, 300, is_there=True),)
    return migration_page(MigrationSummary("Migration", (), states, (), (), (), hours, (), 0, ()))


@pytest.mark.parametrize("hours", [0, 1, 2, 61])
def test_a_line_of_time_is_for_more_than_one_hour(hours: int) -> None:
    page = page_of(*((f"2026-01-01 {hour:02}:00", 3) for hour in range(hours)))
    assert ("in the hour from\n 2026-01-01 00:00 UTC" in page) == (hours == 1)
    assert ("<figure" in page) == (hours > 1)
    assert page.count("<rect x") == {0: 0, 1: 0, 2: 2, 61: 31}[hours]


def test_files_are_summed_only_where_they_were_counted() -> None:
    assert "files in all" not in page_of()
