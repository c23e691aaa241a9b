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


def grown(*steps: tuple[Taken | bool, ...] | Taken | bool, nearby: bool = False) -> list[int]:
    """How many were asked for, one after the other; a step is what was seen, or whether one more could be opened."""
    asked: list[int] = []
    growth = Growth(asked.append)
    for step in steps:
        if isinstance(step, bool):
            growth.opened(succeeded=step)
        else:
            growth.seen(step, nearby=nearby)  # type: ignore[arg-type]
    return asked


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


def test_on_this_machine_it_takes_more_to_believe_it():
    """A machine that is busy is no distance; a tunnel to another machine is."""
    assert grown(*[FAR] * 7, NEAR, *[FAR] * 7, nearby=True) == []
    assert grown(*[FAR] * 8, nearby=True) == [1]
    a_bit = Taken(0.005, 0.005, 0.005, 0.006)
    assert grown(*[a_bit] * 100, nearby=True) == []
    assert grown(a_bit) == [1]


def test_stopped():
    asked: list[int] = []
    growth = Growth(asked.append)
    growth.stop()
    for _ in range(9):
        growth.seen(FAR, nearby=False)
    assert asked == []
