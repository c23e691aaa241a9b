"""Associations that one thread serves: what they get, whatever one of them does, and when each goes on by itself."""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from factories import CT, CT_PROFILE, EXPLICIT, IMPLICIT, VERIFICATION, profile

from asprofile.negotiate.request import propose
from asprofile.net import dimse, wire
from asprofile.receive import sharing as module
from asprofile.receive.engine import Receiver
from asprofile.receive.events import AssociationEnded, NotStored, ReceiveEvent
from asprofile.receive.options import ReceiveOptions, StoreOptions
from asprofile.receive.shared_acceptor import SharedAcceptor
from asprofile.receive.sharing import SharedThread
from asprofile.testing import Wire

pytestmark = pytest.mark.skipif(not module.IS_POSSIBLE, reason="this system cannot wait for many connections like that")

ACCEPTOR = profile((VERIFICATION, (IMPLICIT,)), (CT, (EXPLICIT, IMPLICIT)))
REQUEST = wire.encode(propose(CT_PROFILE))
LIMIT = 20.0
"""Seconds in which anything happens, however busy the machine is."""
ENOUGH = 10
"""Small objects, after which an association is served together with others, if there are any."""


def pdv(data: bytes, *, command: bool, context_id: int = 3) -> bytes:
    return wire.data_header(context_id, len(data), command=command, last=True) + data


def message(instance: str, data: bytes = b"\x08\0\x60\0CS\x02\0CT") -> bytes:
    return pdv(dimse.store_request(CT, instance, 1), command=True) + b"".join(
        wire.data_header(3, len(part), command=False, last=at + 60_000 >= len(data)) + part
        for at in range(0, len(data), 60_000)
        if (part := data[at : at + 60_000])
    )


class Talker:
    """A requestor, of which a test knows every byte."""

    def __init__(self, port: int, name: str) -> None:
        self.name = name
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=LIMIT)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._wire = Wire(self.sock)
        self.sock.sendall(REQUEST)
        assert self.read()[0] == wire.ASSOCIATE_AC
        self.count = 0

    def read(self) -> tuple[int, bytes]:
        """The next PDU: its type, and what is in it."""
        return self._wire.read_pdu()

    def status(self) -> int | None:
        """Of the next answer."""
        pdu_type, body = self.read()
        assert pdu_type == wire.P_DATA_TF
        return dimse.decode(body[6:]).status

    def store(self, times: int = 1, data: bytes = b"\x08\0\x60\0CS\x02\0CT") -> None:
        for _ in range(times):
            self.count += 1
            self.sock.sendall(message(f"{self.name}.{self.count}", data))
            assert self.status() == 0

    def release(self) -> None:
        self.sock.sendall(wire.encode(wire.ReleaseRequest()))
        assert self.read()[0] == wire.RELEASE_RP
        self.sock.close()


class Bench:
    """A receiver, two that talk to it, and what was served together."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch, **options: Any) -> None:
        self.directory = directory
        self.events: list[ReceiveEvent] = []
        self._changed = threading.Condition()
        self._given: dict[object, int] = {}
        real = SharedThread._add

        def add(thread: SharedThread, shared: Any) -> bool:
            is_given = real(thread, shared)
            with self._changed:
                self._given[shared.one] = self._given.get(shared.one, 0) + is_given
                self._changed.notify_all()
            return is_given

        monkeypatch.setattr(SharedThread, "_add", add)
        options.setdefault("idle_timeout", LIMIT)
        self.receiver = Receiver(ACCEPTOR, directory, ReceiveOptions(**options), self._tell)
        self.receiver.start()
        self.first, self.second = (Talker(self.receiver.port, f"1.2.{number}") for number in (1, 2))

    def _tell(self, event: ReceiveEvent) -> None:
        with self._changed:
            self.events.append(event)
            self._changed.notify_all()

    def until(self, is_so: Callable[[], bool]) -> None:
        with self._changed:
            assert self._changed.wait_for(is_so, LIMIT), self.events

    def share(self) -> None:
        """Both are given to the thread."""
        self.first.store(ENOUGH)
        self.second.store(ENOUGH)
        self.first.store()
        self.until(lambda: len(self._given) == 2 and all(self._given.values()))

    @property
    def given(self) -> int:
        return sum(self._given.values())

    def ended(self) -> list[AssociationEnded]:
        return [one for one in self.events if isinstance(one, AssociationEnded)]

    def stored(self) -> int:
        return sum(not path.name.startswith(".") for path in self.directory.iterdir())


Start = Callable[..., Bench]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    made: list[Bench] = []

    def begin(**options: Any) -> Bench:
        made.append(Bench(tmp_path, monkeypatch, **options))
        return made[0]

    yield begin
    for bench in made:
        assert bench.receiver.stop(LIMIT)
        for talker in (bench.first, bench.second):
            talker.sock.close()
        for thread in threading.enumerate():
            assert not thread.name.startswith("asprofile-"), "all of its threads have ended"


def sends(data: bytes) -> Callable[[Talker], None]:
    return lambda talker: talker.sock.sendall(data)


def closes(data: bytes) -> Callable[[Talker], None]:
    def close(talker: Talker) -> None:
        talker.sock.sendall(data)
        talker.sock.close()

    return close


def drips(talker: Talker) -> None:
    """A data set a byte at a time: no progress that counts."""
    data = message("1.2.3", bytes(1000))
    begun = len(data) - 1000
    try:
        talker.sock.sendall(data[:begun])
        for place in range(begun, len(data)):
            talker.sock.sendall(data[place : place + 1])
            time.sleep(0.002)
    except OSError:
        return


def never_reads(talker: Talker) -> None:
    many = pdv(dimse.echo_request(1), command=True, context_id=1) * 1000
    talker.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    talker.sock.settimeout(1.0)
    try:
        while True:
            talker.sock.sendall(many)
    except OSError:
        return


HALF = pdv(dimse.store_request(CT, "1.2.3", 1), command=True) + wire.data_header(3, 10, command=False, last=True)
ENDINGS: dict[str, tuple[Callable[[Talker], None], str, int]] = {
    "is released": (Talker.release, "released", 0),
    "is aborted": (sends(wire.encode(wire.Abort(0, 0))), "aborted", 0),
    "is lost": (closes(b""), "lost", 0),
    "is lost in a header": (closes(HALF[:3]), "lost", 0),
    "is lost in a data set": (closes(HALF + b"12345"), "lost", 1),
    "breaks the protocol": (sends(b"\x99\0\0\0\0\1x"), "broke", 0),
    "asks for another association": (sends(REQUEST), "broke", 0),
    "says nothing more": (lambda _: None, "silent", 0),
    "says nothing more in a data set": (sends(HALF), "silent", 1),
    "drips": (drips, "silent", 1),
    "reads no answer": (never_reads, "lost", 0),
}


@pytest.mark.parametrize("what", ENDINGS)
def test_the_other_goes_on(start: Start, what: str) -> None:
    says, ending, lost = ENDINGS[what]
    bench = start(idle_timeout=LIMIT if ending not in ("silent",) and says is not never_reads else 0.5)
    bench.share()
    over = threading.Event()

    def other() -> None:
        while not over.wait(0.02):
            bench.second.store()

    talking = threading.Thread(target=other)
    talking.start()
    try:
        says(bench.first)
        bench.until(lambda: bool(bench.ended()))
    finally:
        over.set()
        talking.join(LIMIT)
    bench.second.store()
    bench.second.release()
    bench.until(lambda: len(bench.ended()) == 2)
    first, second = bench.ended()
    assert (first.ending, first.objects, first.failed) == (ending, bench.first.count, lost)
    assert (second.ending, second.objects, second.failed) == ("released", bench.second.count, 0)
    assert sum(isinstance(event, NotStored) for event in bench.events) == lost
    assert bench.stored() == bench.first.count + bench.second.count
    assert not list(bench.directory.glob(".*"))


def test_all_that_comes_is_stored_as_it_came(start: Start) -> None:
    """Small and large ones, cut at any byte, several at once; echoes between them."""
    bench = start()
    bench.share()
    echo = pdv(dimse.echo_request(7), command=True, context_id=1)
    data = os.urandom(3000)
    whole = b"".join(message(f"1.2.9.{number}", data[: number * 100]) + echo for number in range(1, 9))
    for size in (1, 7, 100, 1000, 100_000):
        shown = whole[: 400 if size == 1 else None]
        for at in range(0, len(shown), size):
            bench.first.sock.sendall(shown[at : at + size])
        bench.first.sock.sendall(whole[len(shown) :])
        assert [bench.first.status() for _ in range(16)] == [0] * 16
    large = os.urandom(300_000)
    for talker in (bench.first, bench.second):
        talker.store(1, large)
        talker.store(ENOUGH)
        talker.store(1, large[:70_000])
        talker.release()
    bench.until(lambda: len(bench.ended()) == 2)
    for number in range(1, 9):
        assert (bench.directory / f"1.2.9.{number}.dcm").read_bytes().endswith(data[: number * 100])
    written = [path.read_bytes() for path in bench.directory.iterdir()]
    assert sum(one.endswith(large) for one in written) == 2
    assert sum(one.endswith(large[:70_000]) for one in written) == 2
    assert len(written) == bench.first.count + bench.second.count + 8
    assert not any(isinstance(event, NotStored) for event in bench.events)


def test_one_alone_has_its_own_thread(start: Start) -> None:
    bench = start()
    bench.first.store(ENOUGH * 2)
    assert bench.given == 0


def test_durable_ones_wait_for_the_disk_by_themselves(start: Start) -> None:
    bench = start(store=StoreOptions(durable=True))
    for talker in (bench.first, bench.second, bench.first):
        talker.store(ENOUGH)
    assert bench.given == 0


@pytest.mark.parametrize("way", ["finish", "interrupt"])
def test_it_is_ended(start: Start, way: str) -> None:
    """Both, as soon as no object is in the middle, or at once."""
    bench = start()
    bench.share()
    getattr(bench.receiver, way)()
    bench.until(lambda: len(bench.ended()) == 2)
    assert {one.ending for one in bench.ended()} == {"stopped"}
    bench.first.sock.close()
    bench.second.sock.close()
    assert bench.receiver.wait(LIMIT)


def test_finishing_waits_for_what_is_in_the_middle(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    bench = start()
    bench.share()
    has_come = threading.Event()
    monkeypatch.setattr(SharedAcceptor, "acknowledge", lambda *_, is_silent: has_come.set())
    bench.first.sock.sendall(HALF)
    assert has_come.wait(LIMIT)
    bench.receiver.finish()
    bench.until(lambda: len(bench.ended()) == 1)
    bench.first.sock.sendall(b"0123456789")
    assert bench.first.status() == 0
    bench.until(lambda: len(bench.ended()) == 2)
    assert {(one.ending, one.failed) for one in bench.ended()} == {("stopped", 0)}


def test_who_is_held_up_by_another_goes_on(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that does not answer costs the association that writes to it."""
    bench = start()
    bench.share()
    stuck, free = threading.Event(), threading.Event()
    real = SharedAcceptor.serve

    def serve(acceptor: SharedAcceptor) -> bool:
        monkeypatch.setattr(SharedAcceptor, "serve", real)
        stuck.set()
        assert free.wait(LIMIT)
        return real(acceptor)

    monkeypatch.setattr(SharedAcceptor, "serve", serve)
    bench.first.sock.sendall(message("1.2.3.4"))
    try:
        assert stuck.wait(LIMIT)
        bench.second.store(ENOUGH)
    finally:
        free.set()
    assert bench.first.status() == 0
    given = bench.given
    for _ in range(2):
        bench.first.store()
        bench.second.store()
    bench.until(lambda: bench.given > given)  # it is free again, and serves both


FAULTS: dict[str, tuple[object, str, Exception]] = {
    "a descriptor": (module, "Readiness", OSError(24, "Too many open files")),
    "memory": (module, "Readiness", MemoryError()),
    "a thread": (threading.Thread, "start", RuntimeError("can't start new thread")),
}


@pytest.mark.parametrize("missing", FAULTS)
def test_the_system_has_nothing_left(start: Start, monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    bench = start()
    owner, name, error = FAULTS[missing]

    def fails(*_: object) -> None:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(owner, name, fails)
        for talker in (bench.first, bench.second, bench.first, bench.second):
            talker.store(ENOUGH)
    assert bench.given == 0
    bench.share()


def test_the_thread_breaks(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each goes on by itself."""
    bench = start()
    bench.share()

    def fails(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(SharedThread, "_look", fails)
    bench.first.store(2)
    given = bench.given
    bench.first.store(ENOUGH)
    bench.second.store(ENOUGH)
    assert bench.given == given


def test_without_what_it_needs_of_the_system(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "IS_POSSIBLE", False)
    bench = start()
    for talker in (bench.first, bench.second, bench.first):
        talker.store(ENOUGH)
    assert bench.given == 0


def test_a_peer_with_nagles_algorithm_need_not_wait(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the middle of a message it is told that what it has sent has come, once it says nothing more."""
    bench = start()
    bench.share()
    told: list[bool] = []
    silent = threading.Event()

    def acknowledge(_: SharedAcceptor, *, is_silent: bool) -> None:
        told.append(is_silent)
        if is_silent:
            silent.set()

    monkeypatch.setattr(SharedAcceptor, "acknowledge", acknowledge)
    bench.first.store()
    assert told == []
    bench.first.sock.sendall(HALF)
    assert silent.wait(LIMIT)
    assert told == [False, True]
    bench.first.sock.sendall(b"0123456789")
    assert bench.first.status() == 0
