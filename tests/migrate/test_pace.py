"""How fast, and at which hours: with clocks that only go when somebody waits."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from factories import write_ct

import asprofile
from asprofile.api.migrating import MigrationTerms, RunLimits, run_migration, scan_into
from asprofile.cli.pace_options import HoursType, RateType
from asprofile.migrate.journal import Journal
from asprofile.migrate.pace import Hours, Pace, Rate
from asprofile.migrate.states import MigrationState
from asprofile.net.transport import Link
from asprofile.send.control import Control
from asprofile.send.destination import Destination
from asprofile.send.options import SendOptions
from asprofile.send.peer import parse_peer


class Clock:
    """Seconds that pass while somebody waits, and ``late`` more each time."""

    def __init__(self, start: float = 1000.0, late: float = 0.0) -> None:
        self.at = start
        self._late = late

    def pause(self, seconds: float) -> None:
        assert seconds > 0
        self.at += seconds + self._late

    def now(self) -> float:
        return self.at


def pace_of(clock: Clock, rate: Rate | None = None, hours: Hours | None = None, wanted: int = 10**9) -> Pace:
    left = [wanted]

    def is_wanted() -> bool:
        left[0] -= 1
        return left[0] >= 0

    return Pace(rate, hours, pause=clock.pause, clock=clock.now, is_wanted=is_wanted, now=clock.now)


# --- rate


@pytest.mark.parametrize("late", [0.0, 0.3])
@pytest.mark.parametrize("rate", [0.05, 1.0, 7.0, 1000.0])
def test_objects_a_second(rate: float, late: float) -> None:
    """Also where each waiting lasts longer than it should: that is caught up."""
    clock = Clock(late=late)
    pace = pace_of(clock, Rate(rate))
    count = 2000
    for _ in range(count):
        assert pace.await_turn()
        pace.took(10**9)
    seconds = clock.at - 1000
    assert (count - 1) / rate - 1 <= seconds <= (count - 1) / rate + 31 + late


def test_bytes_a_second() -> None:
    clock = Clock()
    pace = pace_of(clock, Rate(1e6, of_bytes=True))
    for size in [500_000] * 100 + [50_000_000] + [500_000]:
        assert pace.await_turn()
        pace.took(size)
    assert clock.at - 1000 == pytest.approx(100)


def test_what_a_slow_peer_missed_is_not_caught_up_at_once() -> None:
    clock = Clock()
    pace = pace_of(clock, Rate(10))
    clock.at += 3600
    begun = 0
    while clock.at < 1000 + 3600 + 10:
        assert pace.await_turn()
        pace.took(1)
        begun += 1
    assert begun <= 10 * 10 + 10 + 1


def test_without_a_rate_nothing_waits() -> None:
    clock = Clock()
    pace = pace_of(clock)
    for _ in range(10):
        assert pace.await_turn()
        pace.took(10**12)
    assert clock.at == 1000


def test_waiting_ends_when_nothing_is_wanted() -> None:
    pace = pace_of(Clock(), Rate(0.01), wanted=4)
    pace.took(1)
    assert not pace.await_turn()
    pace = pace_of(Clock(), None, Hours(0, 1), wanted=4)
    pace._now = lambda: 12 * 3600.0 + 86400 * 200
    assert not pace.await_opening()


# --- hours


@pytest.fixture
def berlin() -> Iterator[None]:
    """Its summer time, by a rule, so that no files of time zones are needed."""
    if not hasattr(time, "tzset"):
        pytest.skip("this system has no other time zones")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "CET-1CEST,M3.5.0,M10.5.0/3")
        time.tzset()
        yield
    time.tzset()


def at(text: str) -> float:
    return time.mktime(time.strptime(text, "%Y-%m-%d %H:%M"))


@pytest.mark.parametrize(
    ("hours", "inside", "outside"),
    [
        ("20:00-06:00", ["20:00", "23:59", "00:00", "05:59"], ["06:00", "12:00", "19:59"]),
        ("6:00-20:00", ["06:00", "12:00", "19:59"], ["20:00", "00:00", "05:59"]),
        ("00:00-00:01", ["00:00"], ["00:01", "23:59"]),
        ("22:00-24:00", ["22:00", "23:59"], ["00:00", "21:59"]),
        ("23:59 - 0:00", ["23:59"], ["00:00", "23:58"]),
    ],
)
def test_hours_of_the_day(hours: str, inside: list[str], outside: list[str]) -> None:
    meant = HoursType().convert(hours, None, None)
    assert [one for one in inside + outside if meant.has(at(f"2024-05-17 {one}"))] == inside


@pytest.mark.parametrize(
    ("day", "length"), [("2024-03-30", 9), ("2024-10-26", 11), ("2024-05-17", 10)], ids=["spring", "autumn", "other"]
)
@pytest.mark.usefixtures("berlin")
def test_a_night_in_which_the_clocks_are_put(day: str, length: int) -> None:
    """From 20:00 to 06:00 as the clock on the wall has it, however long that lasts."""
    clock = Clock(at(f"{day} 12:00"))
    pace = pace_of(clock, None, Hours(20 * 60, 6 * 60))
    assert not pace.is_open
    assert pace.await_opening()
    opened = clock.at
    assert 0 <= opened - at(f"{day} 20:00") <= 30
    while pace.is_open:
        clock.at += 30
    assert abs(clock.at - opened - length * 3600) <= 60


def test_a_turn_that_comes_after_the_hours_is_none() -> None:
    clock = Clock(at("2024-05-17 05:59"))
    pace = pace_of(clock, Rate(0.01), Hours(20 * 60, 6 * 60))
    assert pace.await_turn()
    pace.took(1)
    assert not pace.await_turn()
    assert clock.at < at("2024-05-17 06:01")


# --- as they are written


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("50", Rate(50)), ("0.5", Rate(0.5)), ("50/s", Rate(50)), ("10MB", Rate(10e6, of_bytes=True)),
        ("1.5 gb/s", Rate(1.5e9, of_bytes=True)), (".5kB", Rate(500, of_bytes=True)),
    ],
)  # fmt: skip
def test_rates(text: str, rate: Rate) -> None:
    assert RateType().convert(text, None, None) == rate


@pytest.mark.parametrize("text", ["", "0", "-1", "x", "inf", "nan", "1e3", "10 TB", "MB", "0.001", "1/h"])
def test_what_is_no_rate(text: str) -> None:
    with pytest.raises(Exception, match="is no rate"):
        RateType().convert(text, None, None)


@pytest.mark.parametrize(
    "text", ["", "20:00", "20-06", "25:00-06:00", "20:60-06:00", "20:00-24:01", "20:00-06:00-07:00"]
)
def test_what_are_no_hours(text: str) -> None:
    with pytest.raises(Exception, match="are no hours"):
        HoursType().convert(text, None, None)


@pytest.mark.parametrize("text", ["20:00-20:00", "00:00-24:00"])
def test_hours_that_begin_where_they_end(text: str) -> None:
    with pytest.raises(Exception, match="begins where it ends"):
        HoursType().convert(text, None, None)


# --- a run


def test_a_run_waits_for_its_hours_and_goes_on_the_next_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The hours pass after three of five objects; the rest is sent when they come again."""
    archive = tmp_path / "archive"
    archive.mkdir()
    for number in range(5):
        write_ct(archive / f"{number}.dcm", f"1.2.3.{number + 1}", side=8)
    clock = Clock(at("2024-05-17 12:00"))
    paused: list[tuple[str, int]] = []
    monkeypatch.setattr("asprofile.api.migrating.Pace", clocked(clock))
    with asprofile.receive(None, tmp_path / "inbox") as peer, Journal.begun(str(tmp_path / "j")) as journal:
        control = Control(sleep=clock.pause)
        assert scan_into(journal, [str(archive)], on_count=lambda _: None, control=control)

        def on_event(event: object) -> None:
            if isinstance(event, asprofile.Finished):
                clock.at += 4 * 3600

        migrated = run_migration(
            journal,
            MigrationTerms(
                Destination(parse_peer(str(peer.address)), "ANY-SCP", "ASPROFILE", 16384, Link()),
                options=SendOptions(window=1),
            ),
            RunLimits(hours=Hours(20 * 60, 6 * 60)),
            on_pause=lambda hours: paused.append((str(hours), journal.counts()[MigrationState.FOUND][0])),
            on_event=on_event,
            control=control,
        )
        assert migrated.report is not None
        assert {state.words: count for state, (count, _) in journal.counts().items()} == {"stored": 5}
    assert [what for what, _ in paused] == ["20:00-06:00"] * len(paused)
    assert len(paused) == 2
    assert paused[0][1] == 5 > paused[1][1] > 0


def clocked(clock: Clock) -> object:
    def made(*args: object, **kwargs: object) -> Pace:
        return Pace(*args, **{**kwargs, "now": clock.now, "clock": clock.now, "pause": clock.pause})  # type: ignore[arg-type]

    return made
