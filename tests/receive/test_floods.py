"""Requestors that never stop: every wait of the acceptor has an end, whatever they send meanwhile, or do not take."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest
from factories import CT, CT_PROFILE, EXPLICIT, IMPLICIT, VERIFICATION, profile

from asprofile.negotiate.request import propose
from asprofile.net import dimse, wire
from asprofile.receive.engine import Receiver
from asprofile.receive.events import AssociationEnded, ReceiveEvent
from asprofile.receive.options import ReceiveOptions

if TYPE_CHECKING:
    from collections.abc import Callable

ACCEPTOR = profile((VERIFICATION, (IMPLICIT,)), (CT, (EXPLICIT, IMPLICIT)))
REQUEST = wire.encode(propose(CT_PROFILE))
BOUND = 15.0
"""Seconds in which all has ended; time limits are 0.4 seconds, the rest is for busy machines."""


def pdv(data: bytes, *, command: bool, last: bool = True, context_id: int = 3) -> bytes:
    return wire.data_header(context_id, len(data), command=command, last=last) + data


def flood(data: bytes) -> Callable[[socket.socket], None]:
    many = data * max(1, (1 << 16) // len(data))

    def say(sock: socket.socket) -> None:
        while True:
            sock.sendall(many)

    return say


def drip(data: bytes) -> Callable[[socket.socket], None]:
    def say(sock: socket.socket) -> None:
        for place in range(len(data)):
            sock.sendall(data[place : place + 1])
            time.sleep(0.02)

    return say


BEGUN = REQUEST + pdv(dimse.store_request(CT, "1.2.3", 1), command=True)
NOISE: dict[str, tuple[bytes, Callable[[socket.socket], None]]] = {
    "a request by the byte": (b"", drip(REQUEST + bytes(1 << 12))),
    "empty command fragments": (REQUEST, flood(pdv(b"", command=True, last=False))),
    "command fragments of a byte": (REQUEST, flood(pdv(b"x", command=True, last=False))),
    "a command by the byte": (REQUEST, drip(pdv(bytes(1 << 10), command=True))),
    "empty data fragments": (BEGUN, flood(pdv(b"", command=False, last=False))),
    "data by the byte": (BEGUN, drip(pdv(bytes(1 << 12), command=False, last=False))),
    "data fragments of a byte, one by one": (BEGUN, drip(pdv(b"x", command=False, last=False) * 500)),
    "requests, and no answer is read": (REQUEST, flood(pdv(dimse.echo_request(1), command=True, context_id=1))),
    "releases": (REQUEST, flood(wire.encode(wire.ReleaseRequest()))),
    "request after request": (b"", flood(REQUEST)),
}


@pytest.mark.parametrize("noise", NOISE)
def test_it_comes_to_an_end(tmp_path, noise):
    problems: list[str] = []
    over = threading.Event()

    def on_event(event: ReceiveEvent) -> None:
        if isinstance(event, AssociationEnded) and event.ending != "released":
            problems.append(event.reason)
            over.set()

    first, say = NOISE[noise]
    options = ReceiveOptions(acse_timeout=0.4, idle_timeout=0.4)
    started = time.monotonic()
    with Receiver(ACCEPTOR, tmp_path, options, on_event) as receiver:
        sock = socket.create_connection(("127.0.0.1", receiver.port), timeout=BOUND)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with sock:
            sock.sendall(first)
            talker = threading.Thread(target=_until_it_breaks, args=(say, sock))
            talker.start()
            if noise != "releases":  # those end in good order
                assert over.wait(BOUND)
            else:
                talker.join(BOUND)
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            talker.join(BOUND)
    assert time.monotonic() - started < BOUND
    assert list(tmp_path.iterdir()) == []
    assert bool(problems) == (noise != "releases")


def _until_it_breaks(say: Callable[[socket.socket], None], sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        say(sock)
