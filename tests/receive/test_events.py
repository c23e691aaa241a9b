"""Each association and each object ends in exactly one event, whatever the requestor does: jsonl is complete by it."""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from factories import CT, CT_PROFILE
from odd_requests import context, item, user
from requestor import Requestor

from asprofile.negotiate.request import propose
from asprofile.net import dimse, wire
from asprofile.receive.engine import Receiver
from asprofile.receive.events import (
    AssociationAccepted,
    AssociationEnded,
    AssociationRequested,
    NotStored,
    Received,
    ReceiveEvent,
    RequestRejected,
)
from asprofile.receive.options import ReceiveOptions, StoreOptions

LIMIT = 60
SIZE = 1000


def store(number: int, instance: str, data: bytes, *, whole: bool = True) -> bytes:
    """A request with its data set in two fragments; of one that is not whole the second is missing."""
    command = dimse.store_request(CT, instance, number)
    parts = [(command, True, True), (data[: SIZE // 2], False, False), (data[SIZE // 2 :], False, True)]
    return b"".join(
        wire.data_header(3, len(part), command=is_command, last=last) + part
        for part, is_command, last in parts[: 3 if whole else 2]
    )


def abort(requestor: Requestor) -> None:
    requestor.say(wire.encode(wire.Abort(0, 0)))


def release(requestor: Requestor) -> None:
    requestor.say(wire.encode(wire.ReleaseRequest()))
    with contextlib.suppress(OSError, struct.error):
        while not isinstance(requestor.hear(), wire.ReleaseResponse):
            pass


def broken(requestor: Requestor) -> None:
    requestor.say(b"\x63" + bytes(9))


def gone(_: Requestor) -> None:
    """Closes, without a word."""


def reset(requestor: Requestor) -> None:
    requestor.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


ENDS: tuple[Callable[[Requestor], None], ...] = (abort, release, broken, gone, reset)


def objects(port: int, dice: random.Random) -> int:
    """An association that sends objects, some of them twice or not whole, and ends somehow; how many it began."""
    begun = 0
    with Requestor(port) as requestor:
        for number in range(dice.randrange(4)):
            whole = dice.random() < 0.7
            data = bytes([dice.randrange(2)]) * SIZE
            requestor.say(store(number + 1, f"1.2.3.{dice.randrange(3)}", data, whole=whole))
            begun += 1
            if not whole:
                break
            requestor.hear()
        dice.choice(ENDS)(requestor)
    return begun


def odd(port: int, dice: random.Random) -> int:
    """A connection that comes to no association."""
    good = wire.encode(propose(CT_PROFILE))
    nobody = good[:10] + b"NOBODY".ljust(16) + good[26:]
    body = item(0x10, b"1.2.3") + context(1, CT.encode(), b"1.2.840.10008.1.2") + user()
    other = b"\1\0" + struct.pack(">I", 68 + len(body)) + good[6:74] + body
    said = dice.choice(
        (b"", b"\1", b"GET / HTTP/1.1\r\n\r\n", good[:-5], nobody, other, bytes(200), b"\7\0\0\0\0\4" + bytes(4))
    )
    with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as sock:
        sock.sendall(said)
        sock.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionResetError):
            while sock.recv(1000):
                pass
    return 0


@pytest.mark.parametrize("on_duplicate", ["keep", "replace", "refuse"])
def test_each_ends_once(tmp_path: Path, on_duplicate: str) -> None:
    events: list[ReceiveEvent] = []
    options = ReceiveOptions(
        ae_title="ANY-SCP",
        store=StoreOptions(on_duplicate, min_free=0),  # type: ignore[arg-type]
    )
    dice = random.Random(on_duplicate)
    begun = 0
    count = 60
    with Receiver(CT_PROFILE, tmp_path, options, events.append) as receiver:
        for _ in range(count):
            begun += dice.choice((objects, objects, odd))(receiver.port, dice)
        end = time.monotonic() + LIMIT
        while sum(isinstance(event, AssociationEnded) for event in events) < count:
            assert time.monotonic() < end
            time.sleep(0.01)
    check(events, count, begun)
    partial = [path for path in tmp_path.iterdir() if path.suffix != ".dcm"]
    assert partial == []


def check(events: list[ReceiveEvent], count: int, begun: int) -> None:
    ended = [event for event in events if isinstance(event, AssociationEnded)]
    assert sorted(event.number for event in ended) == list(range(1, count + 1))
    told = [event for event in events if isinstance(event, Received | NotStored)]
    assert len(told) == begun
    by_kind = Counter((event.association, type(event)) for event in told)
    for event in ended:
        mine = [one for one in events if number_of(one) == event.number]
        assert mine[-1] is event
        assert (event.objects, event.failed) == (by_kind[event.number, Received], by_kind[event.number, NotStored])
        assert event.size == sum(one.size for one in mine if isinstance(one, Received))
        answers = [one for one in mine if isinstance(one, AssociationAccepted | RequestRejected)]
        assert len(answers) <= sum(isinstance(one, AssociationRequested) for one in mine) <= 1
        assert (event.ending == "rejected") == any(isinstance(one, RequestRejected) for one in answers)
        assert bool(event.reason) == (event.ending != "released")


def number_of(event: ReceiveEvent) -> int:
    return event.association if isinstance(event, Received | NotStored) else getattr(event, "number", 0)
