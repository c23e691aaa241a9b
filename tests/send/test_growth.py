"""When more associations help: what is concluded from how long objects took."""

from __future__ import annotations

import pytest

from asprofile.send.growth import MOST, Growth, Taken

FAR = Taken(round_trip=0.1, wait=0.105, idle=0.1, whole=0.11)


@pytest.mark.parametrize(
    ("taken", "is_far"),
    [
        (FAR, True),
        (Taken(0.0004, 0.001, 0.001, 0.002), False),  # next door
        (Taken(0.1, 2.0, 2.0, 2.1), False),  # a peer that takes its time
        (Taken(0.1, 0.1, 0.1, 9.0), False),  # a slow link, or a large object
        (Taken(0.1, 0.1, 0.1, 1.0), True),  # a tenth is to be gained
        (Taken(0.1, 0.1, 0.0, 0.5), False),  # we are slow: it had come when we looked
        (Taken(0.3, 0.001, 0.001, 0.002), False),  # a peer that takes long over associations alone
    ],
)
def test_what_took_the_time(taken: Taken, is_far: bool) -> None:
    assert taken.is_far(0.002) == is_far


@pytest.mark.parametrize(("nearby", "least"), [(False, 0.002), (True, 0.01)])
def test_a_time_that_cannot_show_a_distance_is_not_measured(nearby: bool, least: float) -> None:
    assert Growth.can_be_far(least, nearby=nearby)
    assert not Growth.can_be_far(least - 0.0001, nearby=nearby)
    shorter = Taken(least - 0.0001, 9.0, 9.0, 9.0)
    assert not shorter.is_far(least), "whatever the object takes"


class Counting:
    """A clock of which the readings are counted."""

    def __init__(self, step: float) -> None:
        self.now, self.readings, self._step = 0.0, 0, step

    def __call__(self) -> float:
        self.readings += 1
        return self.now

    def goes_on(self) -> None:
        self.now += self._step


def test_the_processor_time_is_rarely_read():
    """It takes a system call: one for each object would cost more than there is to gain."""
    clock, work = Counting(0.0002), Counting(0.00015)
    growth = Growth(lambda _: growth.needless(1), lambda _: None, clock, work)
    for _ in range(10_000):
        clock.goes_on()
        work.goes_on()
        growth.answered(9_000)
    assert work.readings < 200
    assert clock.readings < 10_500


WARM = 0.1
"""Seconds of the first objects."""


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Growing:
    """A Growth, and what it asks for."""

    def __init__(self) -> None:
        self.asked: list[int] = []
        self.clock = Clock()
        self.work = Clock()
        self.growth = Growth(self.asked.append, lambda count: self.asked.append(-count), self.clock, self.work)
        self.answered(25, WARM)  # with which nothing is compared
        assert self.asked == []

    def answered(self, count: int, seconds: float, length: int = 10_000, busy: float = 0.6) -> None:
        """So many objects in so many seconds, one after the other; ``busy`` is the part of the time that we work."""
        start, worked = self.clock.now, self.work.now
        for number in range(count):
            part = seconds * (number + 1) / count
            self.clock.now, self.work.now = start + part, worked + busy * part
            self.growth.answered(length)


def grown(*steps: Taken | bool, nearby: bool = False) -> list[int]:
    """How many were asked for, one after the other; a step is what was seen, or whether one more could be opened."""
    growing = Growing()
    for step in steps:
        if step is True:
            growing.growth.opened()
        elif step is False:
            growing.growth.refused()
        else:
            growing.growth.seen(step, nearby=nearby)
    return growing.asked


NEAR = Taken(0.0004, 0.001, 0.001, 0.002)


def test_it_grows_to_four_and_no_further():
    assert MOST == 4
    assert grown(FAR, True, FAR, True, True, FAR, FAR) == [1, 2]
    assert grown(NEAR, NEAR, FAR) == [1]
    assert grown(FAR, True, NEAR, NEAR) == [1]


def test_nothing_is_asked_for_while_one_is_opened():
    assert grown(*[FAR] * 20) == [1]
    assert grown(FAR, True, *[FAR] * 20, True, *[FAR] * 20) == [1, 2]


def test_a_peer_that_takes_no_more_is_not_asked_again():
    assert grown(FAR, False, *[FAR] * 20) == [1]
    assert grown(FAR, True, FAR, True, False, *[FAR] * 20) == [1, 2]
    assert grown(FAR, True, FAR, False, True, *[FAR] * 20) == [1, 2]


def test_what_was_needless_may_be_wanted_later():
    growing = Growing()
    growing.growth.seen(FAR, nearby=False)
    growing.growth.needless(1)
    growing.growth.seen(FAR, nearby=False)
    assert growing.asked == [1, 1]


def test_on_this_machine_it_takes_more_to_believe_it():
    """A machine that is busy is no distance; a tunnel to another machine is."""
    assert grown(*[FAR] * 7, NEAR, *[FAR] * 7, nearby=True) == []
    assert grown(*[FAR] * 8, nearby=True) == [1]
    a_bit = Taken(0.005, 0.005, 0.005, 0.006)
    assert grown(*[a_bit] * 100, nearby=True) == []
    assert grown(a_bit) == [1]


@pytest.mark.parametrize(
    ("distance", "length", "asked"),
    [
        (0.1, 9_000, [3]),
        (0.1, 525_000, [3]),
        (0.02, 525_000, [3]),
        (0.002, 9_000, [3]),
        (0.0019, 9_000, []),  # next door
        (0.002, 525_000, []),  # writing takes longer than waiting, on a usual link: the objects will tell
        (0.1, 500_000_000, []),
        (0.0, 0, []),
    ],
)
def test_the_distance_says_it_before_the_first_object(distance: float, length: int, asked: list[int]) -> None:
    growing = Growing()
    growing.growth.begins(distance, length)
    assert growing.asked == asked
    growing.growth.begins(distance, length)  # while these are opened
    assert growing.asked == asked


# --- where it is not the distance: trials


def test_nothing_is_tried_before_there_is_something_to_compare():
    for count, seconds in ((99, 1.0), (1000, 0.39), (20, 60.0)):
        growing = Growing()
        growing.answered(count, seconds)
        assert growing.asked == []


@pytest.mark.parametrize(
    ("busy", "count", "asked"), [(0.45, 24, []), (0.45, 25, [1]), (0.55, 99, []), (0.55, 100, [1])]
)
def test_what_may_help_a_lot_is_tried_soon(busy: float, count: int, asked: list[int]) -> None:
    growing = Growing()
    growing.answered(count, 0.4, busy=busy)
    assert growing.asked == asked


def test_the_first_objects_are_no_measure():
    """They are slower than all others, so that one more association would seem to help."""
    growing = Growing()
    growing.growth = Growth(
        growing.asked.append, lambda count: growing.asked.append(-count), growing.clock, growing.work
    )
    growing.answered(25, 0.5, busy=0.0)
    growing.answered(24, 0.1, busy=0.0)
    assert growing.asked == []
    growing.answered(1, 0.01, busy=0.0)
    assert growing.asked == [1]
    growing.growth.opened()
    growing.answered(100, 0.44, busy=0.0)
    assert growing.asked == [1, -1]


def test_nothing_is_tried_while_we_are_busy_ourselves():
    """One process does its own work one piece at a time, however many associations it has."""
    growing = Growing()
    growing.answered(10_000, 60.0, busy=0.75)
    for _ in range(20):
        growing.growth.seen(FAR, nearby=False)
    assert growing.asked == []
    growing.answered(200, 1.0, busy=0.6)
    assert growing.asked == [1]
    growing.growth.opened()
    growing.answered(100, 0.25, busy=0.95)
    growing.answered(10_000, 50.0, busy=0.95)
    assert growing.asked == [1]


def test_a_clear_success_is_seen_soon():
    growing = Growing()
    growing.answered(100, 1.0)
    growing.growth.opened()
    growing.answered(24, 0.12)
    assert growing.asked == [1]
    growing.answered(1, 0.005)
    assert growing.asked == [1, 2]


def test_more_is_kept_while_more_is_done_in_a_time():
    growing = Growing()
    growing.answered(100, 1.0)
    assert growing.asked == [1]
    growing.growth.opened()
    growing.answered(100, 0.8)
    assert growing.asked == [1, 2]
    growing.growth.opened()
    growing.growth.opened()
    growing.answered(100, 0.7)
    growing.answered(1000, 7.0)
    assert growing.asked == [1, 2]


@pytest.mark.parametrize("seconds", [0.96, 1.0, 1.1])
def test_what_does_not_help_is_closed_and_tried_again_much_later(seconds: float) -> None:
    growing = Growing()
    growing.answered(100, 1.0)
    growing.growth.opened()
    growing.answered(100, seconds)
    assert growing.asked == [1, -1]
    growing.answered(1900, 19.0)
    assert growing.asked == [1, -1]
    growing.answered(100, 2.0)
    assert growing.asked == [1, -1, 1]
    growing.growth.opened()
    growing.answered(100, 2.0)
    growing.answered(7900, 79.0)
    assert growing.asked == [1, -1, 1, -1]


@pytest.mark.parametrize("count", [10_000, 100_000])
@pytest.mark.parametrize("ratio", [0.4, 0.5, 0.7, 0.84, 0.86, 0.9, 0.95, 1.0, 1.02])
def test_a_trial_in_vain_costs_little(ratio: float, count: int) -> None:
    """Objects of which 5,000 go in a second, and ``ratio`` times as many with two associations: the time for all of
    them, beside that of the better number.
    """
    growing = Growing()
    working = 1
    for _ in range(count):
        growing.clock.now += 1 / 5000 / (ratio if working > 1 else 1)
        growing.growth.answered(9_000)
        if sum(growing.asked) + 1 > working:
            growing.growth.opened()
        working = sum(growing.asked) + 1
    assert growing.asked[:2] == [1, -1]
    assert count / 5000 / max(1, ratio) >= 0.97 * (growing.clock.now - WARM)


def seconds_of(share: float, processors: float, more: float) -> dict[int, tuple[float, float]]:
    """For each number of associations the seconds that an object takes, and those in which we work for it.

    Alone it takes 4 ms, of which we work ``share``: ``more`` times as long with several associations. The rest is the
    peer's, which works for as many objects at a time as it has ``processors``.
    """
    peer = 0.004 * (1 - share)
    costs = {}
    for number in (1, 2, 3, 4):
        ours = 0.004 * share * (1.0 if number == 1 else more)
        costs[number] = max(ours, (ours + peer) / number, peer / processors), ours
    return costs


@pytest.mark.parametrize("share", [0.05, 0.2, 0.35, 0.49, 0.51, 0.6, 0.69, 0.75, 0.8, 0.9, 1.0])
@pytest.mark.parametrize("processors", [1, 1.3, 2, 4])
@pytest.mark.parametrize("more", [1.35, 1.5])
def test_it_is_nearly_as_fast_as_the_best_number(share: float, processors: float, more: float) -> None:
    """Over twenty seconds with one association, whoever of the two is the limit."""
    costs = seconds_of(share, processors, more)
    growing, working, count = Growing(), 1, 5000
    for _ in range(count):
        seconds, ours = costs[working]
        growing.clock.now += seconds
        growing.work.now += ours
        growing.growth.answered(9_000)
        for _ in range(sum(growing.asked) + 1 - working):
            growing.growth.opened()
        working = sum(growing.asked) + 1
    best = count * min(costs[number][0] for number in (1, 2, 4))
    assert best >= 0.97 * (growing.clock.now - WARM)


def test_two_that_help_and_four_that_do_not():
    growing = Growing()
    growing.answered(100, 1.0)
    growing.growth.opened()
    growing.answered(100, 0.5)
    growing.growth.opened()
    growing.growth.opened()
    growing.answered(100, 0.6)
    assert growing.asked == [1, 2, -2]


def test_much_and_little_data_are_compared():
    """What takes half the time because it is half as much has not been sent faster."""
    growing = Growing()
    growing.answered(100, 1.0, length=2_000_000)
    growing.growth.opened()
    growing.answered(100, 0.5, length=1_000_000)
    assert growing.asked == [1, -1]


def test_what_was_measured_while_one_was_opened_is_not_compared():
    growing = Growing()
    growing.answered(100, 1.0)
    growing.answered(100, 9.0)
    growing.answered(50, 9.0)
    growing.growth.opened()
    growing.answered(100, 0.5)
    assert growing.asked == [1, 2]


def test_a_peer_that_takes_one_at_a_time_has_no_trial():
    growing = Growing()
    growing.answered(100, 1.0)
    growing.growth.refused()
    growing.answered(10_000, 100.0)
    assert growing.asked == [1]
