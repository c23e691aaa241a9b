"""What nobody may take of a receiver: connections, time, bytes, items. Others are served meanwhile."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import CT, CT_PROFILE, EXPLICIT, IMPLICIT, VERIFICATION, profile, write_ct

from asprofile.negotiate.request import AssociateRequest, ProposedContext, RoleItem, propose
from asprofile.net import dimse, listening, wire
from asprofile.objects.scan import scan
from asprofile.receive.engine import Receiver
from asprofile.receive.events import AssociationEnded, NotStored, Received, ReceiveEvent
from asprofile.receive.options import ReceiveOptions, StoreOptions
from asprofile.receive.places import WAITING, ConnectionPlaces
from asprofile.send.engine import send
from asprofile.send.peer import Peer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACCEPTOR = profile((VERIFICATION, (IMPLICIT,)), (CT, (EXPLICIT, IMPLICIT)))
REQUEST = wire.encode(propose(CT_PROFILE))
LIMIT = 60
CONNECTIONS = int(os.environ.get("CONNECTIONS", "400"))
"""``CONNECTIONS=10000`` is for a run by hand."""


class Events(list[ReceiveEvent]):
    """What a receiver reports."""

    def ended(self) -> list[AssociationEnded]:
        return [event for event in self if isinstance(event, AssociationEnded)]

    def until(self, is_there: Callable[[Events], object]) -> None:
        end = time.monotonic() + LIMIT
        while not is_there(self):
            assert time.monotonic() < end, self
            time.sleep(0.01)


@contextlib.contextmanager
def receiving(directory: Path, **options: object) -> Iterator[tuple[int, Events]]:
    events = Events()
    with Receiver(ACCEPTOR, directory, ReceiveOptions(**options), events.append) as receiver:  # type: ignore[arg-type]
        yield receiver.port, events


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=LIMIT)


def is_accepted(sock: socket.socket, request: bytes = REQUEST) -> bytes:
    sock.sendall(request)
    return sock.recv(1)


def stored(port: int, path: Path) -> bool:
    return send(propose(CT_PROFILE), scan([path]), Peer("127.0.0.1", port)).all_stored


def pdv(data: bytes, *, command: bool = False, last: bool = True, context_id: int = 3) -> bytes:
    return wire.data_header(context_id, len(data), command=command, last=last) + data


# --- connections


@pytest.mark.parametrize("said", [b"", b"\1"], ids=["nothing", "a byte"])
def test_who_only_connects_keeps_nobody_out(tmp_path: Path, said: bytes) -> None:
    """More connections than there are places, before and while a real sender comes."""
    into = tmp_path / "into"
    into.mkdir()
    listening.allow_descriptors(2 * CONNECTIONS)
    path = write_ct(tmp_path / "a.dcm")
    before = threading.active_count()
    with receiving(into, max_associations=2) as (port, events), contextlib.ExitStack() as stack:
        for _ in range(CONNECTIONS):
            sock = stack.enter_context(connected(port))
            with contextlib.suppress(OSError):
                sock.sendall(said)
        assert stored(port, path)
        # Those that had to make room have gone, or are about to.
        events.until(lambda those: len(those.ended()) >= CONNECTIONS - WAITING)
        events.until(lambda _: threading.active_count() - before <= WAITING + 5)
        assert stored(port, path)
    displaced = [event for event in events.ended() if event.ending == "silent"]
    assert len(displaced) >= CONNECTIONS - WAITING - 1
    assert "make room" in displaced[0].reason
    assert len(list(into.iterdir())) == 1


def test_associations_keep_their_places(tmp_path: Path) -> None:
    """Whoever has one is never displaced; one more is rejected and may come again."""
    with receiving(tmp_path, max_associations=2) as (port, events), contextlib.ExitStack() as stack:
        first, second, third = (stack.enter_context(connected(port)) for _ in range(3))
        assert is_accepted(first) == is_accepted(second) == b"\2"
        assert is_accepted(third) == b"\3"
        for _ in range(2 * WAITING):
            stack.enter_context(connected(port))
        first.sendall(pdv(dimse.echo_request(1), command=True, context_id=1))
        first.recv(1 << 16)
        first.sendall(wire.encode(wire.ReleaseRequest()))
        events.until(lambda those: any(event.ending == "released" for event in those.ended()))
        # The place is free once the connection is closed.
        first.close()
        end = time.monotonic() + LIMIT
        while is_accepted(stack.enter_context(connected(port))) != b"\2":
            assert time.monotonic() < end
            time.sleep(0.01)


class Connection:
    """What ``ConnectionPlaces`` knows of one."""

    def __init__(self, host: str) -> None:
        self.peer = f"{host}:1"
        self.is_closed = False

    def interrupt(self) -> None:
        self.is_closed = True


def test_a_flood_displaces_itself() -> None:
    places = ConnectionPlaces(2, 0)
    others = [places.enter(Connection(f"10.0.0.{number}")) for number in range(5)]  # type: ignore[arg-type]
    flood = [places.enter(Connection("10.1.1.1")) for _ in range(10 * WAITING)]  # type: ignore[arg-type]
    assert not any(place.is_displaced for place in others)
    assert [place.is_displaced for place in flood] == [True] * (10 * WAITING - WAITING + 5) + [False] * (WAITING - 5)
    assert [place.transport.is_closed for place in flood] == [place.is_displaced for place in flood]  # type: ignore[attr-defined]
    assert others[0].admit()
    assert not flood[0].admit()
    assert flood[-1].admit()
    assert not others[1].admit()
    others[0].leave()
    assert others[1].admit()


def test_places_of_one_address() -> None:
    places = ConnectionPlaces(10, 2)
    ones, twos = ([places.enter(Connection(host)) for _ in range(3)] for host in ("10.0.0.1", "10.0.0.2"))  # type: ignore[arg-type]
    assert [place.admit() for place in ones] == [True, True, False]
    assert [place.admit() for place in twos] == [True, True, False]


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM])
def test_no_more_descriptors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """It goes on as soon as there are some, and does not ask the system without end."""
    asked: list[int] = []
    real = socket.socket.accept

    def accept(sock: socket.socket) -> object:
        asked.append(len(asked))
        if 1 <= len(asked) <= 4:
            raise OSError(number, os.strerror(number))
        return real(sock)

    rests: list[float] = []
    monkeypatch.setattr(socket.socket, "accept", accept)
    monkeypatch.setattr(listening, "time", _Clock(rests))
    with receiving(tmp_path) as (port, _), connected(port) as sock:
        assert is_accepted(sock) == b"\2"
    assert len(rests) == 4
    assert all(rest > 0.01 for rest in rests)


class _Clock:
    """Notes for how long a rest was taken, and takes none."""

    def __init__(self, rests: list[float]) -> None:
        self.sleep = rests.append


# --- requests


def with_contexts(count: int, syntaxes: int = 1, roles: int = 0) -> bytes:
    contexts = tuple(ProposedContext(2 * (number % 128) + 1, CT, (IMPLICIT,) * syntaxes) for number in range(count))
    return wire.encode(AssociateRequest("YOU", "ME", contexts, (RoleItem(CT, True, True),) * roles))


@pytest.mark.parametrize(
    ("request_bytes", "taken"),
    [
        (with_contexts(5), b"\2"),
        (with_contexts(6), b"\3"),
        (with_contexts(5, syntaxes=9), b"\2"),
        (with_contexts(5, syntaxes=10), b"\3"),
        (with_contexts(5, syntaxes=8, roles=5), b"\2"),
        (with_contexts(5, syntaxes=8, roles=6), b"\3"),
    ],
)
def test_contexts_and_items_of_a_request(tmp_path: Path, request_bytes: bytes, taken: bytes) -> None:
    with receiving(tmp_path, max_contexts=5, max_items=50) as (port, _), connected(port) as sock:
        assert is_accepted(sock, request_bytes) == taken


# --- objects


def begun(sock: socket.socket) -> None:
    assert is_accepted(sock) == b"\2"
    sock.sendall(pdv(dimse.store_request(CT, "1.2.3", 1), command=True))


def test_bytes_of_an_object(tmp_path: Path) -> None:
    """One that is too large is refused, in whatever pieces it comes; the association goes on."""
    with (
        receiving(tmp_path, store=StoreOptions(max_object_size=1000)) as (port, events),
        connected(port) as sock,
        sock.makefile("rb") as stream,
    ):
        begun(sock)
        sock.sendall(b"".join(pdv(b"x" * 100, last=number == 10) for number in range(11)))
        events.until(lambda those: any(isinstance(event, NotStored) for event in those))
        sock.sendall(pdv(dimse.store_request(CT, "1.2.4", 2), command=True) + pdv(b"x" * 1000))
        events.until(lambda those: any(isinstance(event, Received) for event in those))
        assert stream
    refused = next(event for event in events if isinstance(event, NotStored))
    assert (refused.status, refused.size) == (0xA700, 1100)
    assert "more than 1,000 bytes" in refused.reason
    assert [path.name for path in tmp_path.iterdir()] == ["1.2.4.dcm"]


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"max_object_time": 0.3}, "an object took more than 0.3 seconds"),
        ({"max_association_time": 0.3}, "the association took more than 0.3 seconds"),
    ],
)
def test_time_of_an_object_and_of_an_association(tmp_path: Path, options: dict[str, float], reason: str) -> None:
    """Whoever sends steadily, and enough for the idle timeout, still comes to an end."""
    with receiving(tmp_path, **options) as (port, events), connected(port) as sock:
        begun(sock)
        with contextlib.suppress(OSError):
            while not events.ended():
                sock.sendall(pdv(b"x" * 8192, last=False))
                time.sleep(0.01)
        events.until(Events.ended)
    assert (events.ended()[0].ending, events.ended()[0].reason) == ("silent", reason)
    assert list(tmp_path.iterdir()) == []


def test_objects_in_time_do_not_add_up(tmp_path: Path) -> None:
    with receiving(tmp_path, max_object_time=LIMIT / 2) as (port, events), connected(port) as sock:
        assert is_accepted(sock) == b"\2"
        for number in range(20):
            sock.sendall(pdv(dimse.store_request(CT, f"1.2.{number}", 1), command=True) + pdv(b"xx"))
        events.until(lambda those: sum(isinstance(event, Received) for event in those) == 20)
        sock.sendall(wire.encode(wire.ReleaseRequest()))
        events.until(Events.ended)
    assert events.ended()[0].ending == "released"


RESPONSE = dimse.response(dimse.decode(dimse.echo_request(1)), 0)
CANCEL = bytes.fromhex("0000000004000000 1c000000 00000001 02000000 ff0f 00002001 02000000 0100 00000008 02000000 0101")


@pytest.mark.parametrize("noise", [RESPONSE, CANCEL], ids=["responses", "cancellations"])
def test_what_nobody_waits_for_extends_no_wait(tmp_path: Path, noise: bytes) -> None:
    with receiving(tmp_path, idle_timeout=0.3) as (port, events), connected(port) as sock:
        assert is_accepted(sock) == b"\2"
        with contextlib.suppress(OSError):
            while not events.ended():
                sock.sendall(pdv(noise, command=True, context_id=1))
                time.sleep(0.01)
        events.until(Events.ended)
    assert (events.ended()[0].ending, events.ended()[0].reason) == ("silent", "nothing came for too long")
