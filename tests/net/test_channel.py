"""The channel between the process that listens and one that receives, both ends in this process."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

if not hasattr(socket, "send_fds"):
    pytest.skip("no sockets are handed over on Windows", allow_module_level=True)

from asprofile.net.channel import Channel, channels
from asprofile.net.tcp import wait_any


@pytest.fixture
def ends() -> Iterator[tuple[Channel, Channel]]:
    ours, its = channels()
    yield ours, its
    ours.close()
    its.close()


def test_what_is_told_and_said(ends: tuple[Channel, Channel]) -> None:
    ours, its = ends
    assert ours.heard() == []
    given, other = socket.socketpair()
    with given, other:
        number = given.fileno()
        assert ours.tell(("take", 1), number)
        assert its.told() == ("take", 1)
        with its.take_socket() as taken:
            assert taken.fileno() != number
            assert taken.type == socket.SOCK_STREAM
    its.say("a")
    its.say({"b": 1})
    assert wait_any([ours.fileno()], 10) == [ours.fileno()]
    assert ours.heard() == ["a", {"b": 1}]


def test_what_cannot_be_taken_now_is_not_lost(ends: tuple[Channel, Channel]) -> None:
    """Nobody reads: who listens must not wait, and what has to arrive does, in order, and whole."""
    ours, its = ends
    told = []
    while ours.tell(("take", len(told), "x" * 999)):
        told.append(len(told))
        assert len(told) < 100_000
    for number in range(1000):
        ours.tell_surely(("over", len(told) + number, "y" * 500))
    assert not ours.flush()
    assert not ours.tell("not before what is still to be sent")
    expected = [*told, *range(len(told), len(told) + 1000)]
    found = []
    while len(found) < len(expected):
        ours.flush()
        what = its.told()
        assert what is not None
        found.append(what[1])
    assert found == expected
    assert ours.flush()
    assert ours.tell("again")
    assert its.told() == "again"


def test_the_other_end_is_gone(ends: tuple[Channel, Channel]) -> None:
    ours, its = ends
    its.close()
    assert not ours.tell("a")
    ours.tell_surely("b")
    assert ours.flush()
    assert ours.heard() is None


def test_the_end_of_it(ends: tuple[Channel, Channel]) -> None:
    ours, its = ends
    ours.tell_surely("last")
    ours.end()
    assert its.told() == "last"
    assert its.told() is None
    its.say("still heard")
    assert ours.heard() == ["still heard"]
