"""Waiting for connections that come and go meanwhile."""

from __future__ import annotations

import socket
import threading

import pytest

from asprofile.net.readiness import IS_POSSIBLE, Readiness

pytestmark = pytest.mark.skipif(not IS_POSSIBLE, reason="this system cannot wait like that")


def test_what_came_and_what_is_over() -> None:
    ready = Readiness()
    ours, its = socket.socketpair()
    with ours, its:
        ready.add(ours.fileno())
        assert ready.wait(0) == []
        its.send(b"x")
        assert ready.wait(None) == [ours.fileno()]
        ours.recv(1)
        assert ready.wait(0) == []
        its.close()
        assert ready.wait(None) == [ours.fileno()]
        ready.remove(ours.fileno())
        assert ready.wait(0) == []
    ready.close()


def test_woken_it_comes_back_once() -> None:
    ready = Readiness()
    waking = threading.Thread(target=ready.wake)
    waking.start()
    assert ready.wait(None) == []
    waking.join()
    ours, its = socket.socketpair()
    with ours, its:
        its.send(b"x")
        ready.add(ours.fileno())  # while others wait, as well
        assert ready.wait(None) == [ours.fileno()]
    ready.close()
