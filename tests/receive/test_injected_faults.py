"""Twenty objects while the system fails: whatever is answered and told of each object is true.

Each call fails once, with each error that it can have. A fault of a file costs that object its success, and nothing
else; one of the network ends the association. The requestor uses sockets that do not fail.
"""

from __future__ import annotations

import _socket
import contextlib
import errno
import os
import select
import socket
import struct
import threading
from pathlib import Path

import pytest
from factories import CT, EXPLICIT, profile
from faults import FAULTS, SHORT, Injector

from asprofile.negotiate.request import AssociateRequest, ProposedContext
from asprofile.net import dimse, wire
from asprofile.net.tcp import TcpTransport
from asprofile.receive import files
from asprofile.receive.acceptor import Acceptor
from asprofile.receive.events import AssociationEnded, NotStored, Received, ReceiveEvent
from asprofile.receive.options import ReceiveOptions, StoreOptions
from asprofile.receive.policy import ProfilePolicy
from asprofile.receive.storing import Storage

COUNT = 20
LIMIT = 20
PIECE = 700
OF_FILES = ("open", "write", "close", "fsync", "rename")
OF_THE_NETWORK = ("recv", "send", "poll")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="has other calls")


def content(number: int) -> bytes:
    """Some of them take several PDUs."""
    return bytes([number]) * (2000 if number % 5 == 0 else 64)


def message(number: int) -> bytes:
    data = content(number)
    pieces = [data[at : at + PIECE] for at in range(0, len(data), PIECE)]
    said = _pdv(dimse.store_request(CT, f"1.2.{number}", number), command=True, last=True)
    return said + b"".join(_pdv(one, command=False, last=at == len(pieces)) for at, one in enumerate(pieces, 1))


def _pdv(data: bytes, *, command: bool, last: bool) -> bytes:
    return wire.data_header(1, len(data), command=command, last=last) + data


class Requestor(threading.Thread):
    """Sends all, one after the other, and notes what it is answered."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        self._socket = _socket.socket(fileno=sock.detach())
        self._socket.setsockopt(_socket.SOL_SOCKET, _socket.SO_RCVTIMEO, struct.pack("ll", LIMIT, 0))
        self.statuses: dict[int, int] = {}

    def run(self) -> None:
        with contextlib.suppress(OSError, EOFError):
            request = AssociateRequest("YOU", "ME", (ProposedContext(1, CT, (EXPLICIT,)),))
            self._send(wire.encode(request))
            if self._pdu()[0] == 2:
                self._store_all()
        self._socket.close()

    def _store_all(self) -> None:
        for number in range(COUNT):
            self._send(message(number))
            pdu = self._pdu()
            if pdu[0] != 4:
                return
            status = dimse.decode(pdu[12:]).status
            assert status is not None
            self.statuses[number] = status
        self._send(wire.encode(wire.ReleaseRequest()))
        self._pdu()

    def _send(self, data: bytes) -> None:
        self._socket.sendall(data)

    def _pdu(self) -> bytes:
        head = self._exactly(6)
        return head + self._exactly(int.from_bytes(head[2:], "big"))

    def _exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            more = self._socket.recv(count - len(data))
            if not more:
                raise EOFError
            data += more
        return data


class Bench:
    """One receiver after the other, each for one association."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.directory = directory
        monkeypatch.setattr(os, "fsync", lambda _: None)  # what it is for takes too long to be waited for
        self.injector = Injector(monkeypatch)
        renames = [self.injector._wrapped("rename", rename) for rename in files._RENAMES]
        monkeypatch.setattr(files, "_RENAMES", renames)
        monkeypatch.setattr(files, "_write", self.injector._wrapped("write", files._write))
        self.events: list[ReceiveEvent] = []
        self.statuses: dict[int, int] = {}
        self._options = ReceiveOptions(
            acse_timeout=LIMIT, idle_timeout=LIMIT, store=StoreOptions(durable=True, min_free=0)
        )

    def run(self) -> None:
        """An association, whatever happens in it; what is true of every one is checked."""
        for path in self.directory.iterdir():
            path.unlink()
        self.events.clear()
        before = descriptors()
        ours, theirs = socket.socketpair()
        requestor = Requestor(theirs)
        policy = ProfilePolicy(profile((CT, (EXPLICIT,))), self._options)
        storage = Storage(self.directory, self._options.store)
        transport = TcpTransport(ours, "127.0.0.1:104")
        requestor.start()
        with self.injector:
            Acceptor(1, transport, self._options, policy, storage, self.events.append).run()
        transport.close()
        requestor.join(LIMIT)
        self.statuses = requestor.statuses
        assert not requestor.is_alive()
        assert descriptors() == before
        self._check()

    def _check(self) -> None:
        stored = {event.sop_instance: event for event in self.events if isinstance(event, Received)}
        refused = {event.sop_instance: event for event in self.events if isinstance(event, NotStored)}
        assert sum(isinstance(event, AssociationEnded) for event in self.events) == 1
        assert not set(stored) & set(refused)
        for number, status in self.statuses.items():
            uid = f"1.2.{number}"
            assert (uid in stored) if status == 0 else (uid in refused and refused[uid].status == status)
        names = {path.name for path in self.directory.iterdir()}
        left = {name for name in names if name.startswith(files.PARTIAL_PREFIX)}
        if self.injector.kind != "unlink":
            assert not left
        # A disk that says of a directory that it could not be written still has what was renamed in it.
        assert {event.path.name for event in stored.values()} <= names - left
        assert len(names - left) <= len(stored) + (self.injector.kind in ("open", "close", "fsync"))
        for number in range(COUNT):
            path = self.directory / f"1.2.{number}.dcm"
            if path.exists():
                assert path.read_bytes()[-len(content(number)) :] == content(number)
                assert path.read_bytes()[128:132] == b"DICM"

    @property
    def end(self) -> AssociationEnded:
        """How it ended."""
        return next(event for event in self.events if isinstance(event, AssociationEnded))


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").exists() else 0


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Bench:
    return Bench(tmp_path, monkeypatch)


def chosen(count: int) -> list[int]:
    """Which calls: the first ones, one of the middle, the last; ``FAULTS=all`` takes each."""
    if os.environ.get("FAULTS") == "all":
        return list(range(1, count + 1))
    return sorted({1, 2, 3, count // 2, count})


@pytest.mark.parametrize("kind", OF_FILES)
def test_files(bench: Bench, kind: str) -> None:
    """One object is refused, or, where less was only written than wanted, none."""
    bench.run()
    assert set(bench.statuses.values()) == {0}
    count, hit = bench.injector.counts[kind], False
    assert count >= COUNT
    for fault in FAULTS[kind]:
        for n in chosen(count):
            bench.injector.fault(kind, n, fault)
            bench.run()
            if not bench.injector.hits:
                continue  # this time more came at once
            hit = True
            where = (kind, n, fault, bench.end)
            assert bench.end.ending == "released", where
            assert len(bench.statuses) == COUNT, where
            refused = [status for status in bench.statuses.values() if status]
            assert refused in ([], [0xA700]), where
            if fault is not SHORT:
                assert refused, where
    assert hit


@pytest.mark.parametrize("kind", OF_THE_NETWORK)
def test_the_network(bench: Bench, kind: str) -> None:
    """The association ends, or goes on; each object that was answered is there."""
    if kind == "poll" and not hasattr(select, "poll"):
        pytest.skip("there is none on this system")
    bench.run()
    count, hit = bench.injector.counts[kind], False
    for fault in FAULTS[kind]:
        for n in chosen(count):
            bench.injector.fault(kind, n, fault)
            bench.run()
            hit = hit or bool(bench.injector.hits)
    assert hit


@pytest.mark.parametrize(("kind", "fault"), [("open", errno.EMFILE), ("write", errno.ENOSPC), ("rename", errno.EIO)])
def test_a_fault_that_stays(bench: Bench, kind: str, fault: int) -> None:
    """A full disk, say: each object is refused, and the association goes on to its end."""
    bench.injector.fault(kind, 5, fault, persistent=True)
    bench.run()
    assert bench.end.ending == "released"
    assert len(bench.statuses) == COUNT
    assert list(bench.statuses.values()).count(0) in (1, 2, 3, 4)
    assert set(bench.statuses.values()) == {0, 0xA700}
