"""What a connection had is free as soon as it is over: the collector of cycles comes too late where many end fast."""

from __future__ import annotations

import gc
import random
import ssl
import sys
import weakref
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from asprofile.errors import AssociationAborted, ConnectionFailed
from asprofile.net.tls import TlsTransport, secure_accepted
from asprofile.net.tls_context import server_context
from asprofile.net.tls_options import TlsOptions
from asprofile.receive.acceptor import Acceptor
from asprofile.receive.options import ReceiveOptions, StoreOptions
from asprofile.receive.policy import ProfilePolicy
from asprofile.receive.storing import Storage

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tls_files import TlsFiles

    from asprofile.net.tcp import TcpTransport

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

from fuzzing.receive import Stream, dialogue

CASES = 60


@contextmanager
def without_collector() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def test_mutated_dialogues(tmp_path: Path) -> None:
    endings: set[str] = set()

    def hear(number: int) -> weakref.ref[Stream]:
        dice = random.Random(number)
        stream = Stream(dialogue(1, number), dice)
        settings = ReceiveOptions(store=StoreOptions(min_free=0))
        report = lambda event: endings.add(getattr(event, "ending", ""))  # noqa: E731
        storage = Storage(tmp_path, settings.store)
        Acceptor(1, stream, settings, ProfilePolicy(None, settings), storage, report).run()  # type: ignore[arg-type]
        return weakref.ref(stream)

    with without_collector():
        for number in range(CASES):
            assert hear(number)() is None, number
    assert endings >= {"aborted", "broke", "lost", "released"}


class Gone:
    """A connection of a peer that says something and is gone when it is answered."""

    peer = "127.0.0.1:104"

    def __init__(self, says: bytes) -> None:
        self._says = says

    def receive(self, _: float | None) -> bytes:
        said, self._says = self._says, b""
        return said

    def send(self, *_: object) -> bool:
        raise AssociationAborted("connection lost")

    def finish(self, _: float) -> None:
        pass


def serving(files: TlsFiles) -> ssl.SSLContext:
    party = files.server
    return server_context(TlsOptions(key_file=party.key, certificate_file=party.certificate, verify="none"))


def hello() -> bytes:
    outgoing = ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="localhost")
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    return outgoing.read()


@pytest.mark.parametrize("broken", [False, True], ids=["right", "broken"])
def test_a_peer_that_is_gone_in_the_handshake(
    tls_files: TlsFiles, monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    """Its answer cannot be sent, be it the rest of the handshake or the alert."""
    context = serving(tls_files)
    says = hello()
    if broken:
        says = says[:9] + b"\0\0" + says[11:]  # the version
    made: list[weakref.ref[TlsTransport]] = []
    begin = TlsTransport.__init__

    def remembered(self: TlsTransport, *arguments: object, **named: object) -> None:
        made.append(weakref.ref(self))
        begin(self, *arguments, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(TlsTransport, "__init__", remembered)

    def hear() -> str:
        try:
            secure_accepted(cast("TcpTransport", Gone(says)), context, 20)
        except ConnectionFailed as error:
            return str(error)
        return ""

    with without_collector():
        assert hear()
        [transport] = made
        assert transport() is None


def test_a_peer_that_is_gone_later(tls_files: TlsFiles) -> None:
    """What it says is no TLS, and what it is told does not arrive."""
    context = serving(tls_files)

    def end() -> tuple[weakref.ref[TlsTransport], list[str]]:
        says = b"\x17\x03\x03\0\x01a"
        transport = TlsTransport(cast("TcpTransport", Gone(says)), context, None, server=True)
        said: list[str] = []
        for act in (lambda: transport.receive(1.0), lambda: transport.send([b"answer"], 0.0)):
            try:
                act()
            except AssociationAborted as error:
                said.append(str(error))
        transport.finish(0.0)
        return weakref.ref(transport), said

    with without_collector():
        transport, said = end()
        assert len(said) == 2, said
        assert transport() is None
