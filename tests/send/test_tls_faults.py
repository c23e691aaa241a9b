"""TLS of every wrong kind: the state of the object, what is said, the exit status, and whether it is tried again.

As in ``test_faults``, every fault ends in bounded time and leaves neither thread nor file behind (``conftest``).
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from factories import CT_PROFILE, EXPLICIT, write_ct

from asprofile.cli.ending import exit_status
from asprofile.errors import AssociationError
from asprofile.negotiate.request import AssociateAccept, AssociateRequest, ContextResult, propose
from asprofile.net import dimse, wire
from asprofile.net.tcp import TcpTransport
from asprofile.net.tls import TlsTransport
from asprofile.net.tls_context import server_context
from asprofile.net.tls_options import TlsOptions
from asprofile.net.transport import Link
from asprofile.objects.header import read_header
from asprofile.send.control import Control
from asprofile.send.engine import Outcome, SendReport, send
from asprofile.send.options import SendOptions
from asprofile.send.peer import Peer
from asprofile.testing import ScriptedPeer, Wire, data_pdu

if TYPE_CHECKING:
    from collections.abc import Callable

    from tls_files import Party, TlsFiles

UNKNOWN = Outcome.UNKNOWN
BOUND = 15.0
"""Seconds in which every fault has ended; time limits are 1 second, the rest is for busy machines."""
PLAIN = b"\x17\x03\x03\x00\x20" + bytes(32)
"""A record that nobody encrypted."""


class Secure:
    """The acceptor's end of a TLS connection, which a script plays on; a context manager."""

    def __init__(self, peer: Wire, tls: TlsOptions) -> None:
        self.tcp = TcpTransport(peer.sock, "the sender")
        self.transport = TlsTransport(self.tcp, server_context(tls), None, server=True)
        self._received = b""

    def __enter__(self) -> Secure:
        self.transport.handshake(20)
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(AssociationError):
            self.transport.close()

    def read_pdu(self) -> tuple[int, bytes]:
        while len(self._received) < 6 or len(self._received) < 6 + int.from_bytes(self._received[2:6], "big"):
            data = self.transport.receive(20)
            if not data:
                raise EOFError
            self._received += data
        end = 6 + int.from_bytes(self._received[2:6], "big")
        pdu, self._received = self._received[:end], self._received[end:]
        return pdu[0], pdu[6:]

    def write(self, data: bytes) -> None:
        self.transport.send([data], 20)

    def raw(self, data: bytes) -> None:
        """What is not encrypted."""
        self.tcp.send([data], 20)

    def accept(self) -> None:
        request = wire.decode(*self.read_pdu())
        assert isinstance(request, AssociateRequest)
        results = tuple(ContextResult(context.id, 0, context.transfer_syntaxes[0]) for context in request.contexts)
        self.write(wire.encode(AssociateAccept("A", "B", results)))

    def read_object(self) -> bytes:
        """A C-STORE-RQ; the answer to it."""
        command: dimse.CommandSet | None = None
        while True:
            _, body = self.read_pdu()
            for value in wire.data_values(memoryview(body)):
                if value.is_command:
                    command = dimse.decode(bytes(value.data))
                elif value.is_last:
                    assert command is not None
                    return data_pdu(value.context_id, dimse.response(command, 0))

    def hang(self) -> None:
        with contextlib.suppress(AssociationError):
            while self.transport.receive(20):
                pass


def hello(peer: Wire) -> None:
    """The whole ClientHello, so that to close does not reset the connection."""
    peer.read(int.from_bytes(peer.read(5)[3:], "big"))


def answering(data: bytes) -> Callable[[Wire], None]:
    """Not by TLS, or by no handshake."""

    def answer(peer: Wire) -> None:
        hello(peer)
        peer.write(data)

    return answer


@dataclass(frozen=True)
class Fault:
    """``peer`` of the files is the acceptor, whose options are changed by ``theirs`` as the sender's are by ``ours``.

    ``tried`` is how often a sender calls that may try twice more; ``state`` what becomes of the object. As without
    TLS, a peer to which there was never a connection is not called again.
    """

    says: str
    tried: int
    state: Outcome = Outcome.NOT_SENT
    status: int = 2
    peer: str = "server"
    party: str = "client"
    script: Callable[[Secure], None] | None = None
    raw: Callable[[Wire], None] | None = None
    ours: tuple[tuple[str, object], ...] = ()
    theirs: tuple[tuple[str, object], ...] = ()


def step(*actions: Callable[[Secure], object]) -> Callable[[Secure], None]:
    def script(secure: Secure) -> None:
        for action in actions:
            action(secure)

    return script


def garble(secure: Secure) -> None:
    secure.raw(PLAIN)
    secure.hang()


def cut(secure: Secure) -> None:
    """The connection ends without the alert that ends TLS in good order."""
    secure.transport._cut = True


def half_a_record(secure: Secure) -> None:
    secure.raw(PLAIN[:20])
    cut(secure)


def answer(secure: Secure) -> None:
    secure.write(secure.read_object())


ACCEPT, READ = Secure.accept, Secure.read_object
LOST, CHANGED = "closed the connection", "its data was changed on the way"
NOT_TLS = "it does not speak TLS on this port"

FAULTS = {
    # no TLS at all
    "closes at once": Fault(NOT_TLS, 1, raw=hello),
    "resets": Fault(NOT_TLS, 1, raw=lambda peer: (hello(peer), peer.reset())),
    "says nothing": Fault("did not answer the TLS handshake within 1 seconds", 1, raw=Wire.hang),
    "answers with an A-ABORT": Fault(NOT_TLS, 1, raw=answering(wire.encode(wire.Abort(2, 1)))),
    "answers with HTTP": Fault(NOT_TLS, 1, raw=answering(b"HTTP/1.1 400 Bad Request\r\n\r\n")),
    # broken handshakes
    "garbage as handshake": Fault("no TLS with", 1, raw=answering(b"\x16\x03\x03\x00\x05abcde")),
    "one byte of handshake": Fault("in the TLS handshake: it broke off without saying why", 1, raw=answering(b"\x16")),
    "one byte, and silence": Fault(
        "did not end the TLS handshake within 1 seconds", 1, raw=lambda peer: (peer.write(b"\x16"), peer.hang())
    ),
    "an alert: handshake failure": Fault(
        "no protocol version and cipher suite suits both sides", 1,
        raw=answering(b"\x15\x03\x03\x00\x02\x02\x28"),
    ),
    "an alert: internal error": Fault(
        "it has an internal error", 1, raw=answering(b"\x15\x03\x03\x00\x02\x02\x50")
    ),
    "an alert: unrecognized name": Fault(
        "it does not go by the name that it was asked for", 1,
        raw=answering(b"\x15\x03\x03\x00\x02\x02\x70"),
    ),
    # what cannot be agreed upon
    "no version in common": Fault("suits both sides", 1, theirs=(("security_profile", "null"),)),
    "no cipher suite in common": Fault(
        "suits both sides", 1,
        ours=(("security_profile", "bcp195-extended"),), theirs=(("security_profile", "null"),),
    ),
    # certificates
    "of another authority": Fault("its issuer is not among the certification authorities", 1, peer="stranger"),
    "expired": Fault("its certificate is refused: it has expired", 1, peer="expired"),
    "for another name": Fault("it is for elsewhere.example, and not for 127.0.0.1", 1, peer="elsewhere"),
    "revoked": Fault("it has been revoked", 1, peer="revoked", ours=(("crl_files", "revocations"),)),
    "without a list": Fault("there is no revocation list (CRL)", 1, ours=(("crl_check", "leaf"),)),
    "ours of another authority": Fault("it does not trust the certification authority of our", 1, party="stranger"),
    "ours expired": Fault("our certificate has expired", 1, party="expired"),
    "ours revoked": Fault(
        "our certificate has been revoked", 1, party="revoked", theirs=(("crl_files", "revocations"),)
    ),
    "ours not shown": Fault(
        "it wants a certificate of ours", 1, ours=(("key_file", None), ("certificate_file", None))
    ),
    "ours expired, TLS 1.2": Fault(
        "our certificate has expired", 1, party="expired", ours=(("security_profile", "bcp195-extended"),)
    ),
    # broken afterwards
    "garbage instead of the AC": Fault(CHANGED, 3, script=step(Secure.read_pdu, garble)),
    "silence instead of the AC": Fault("did not answer the association request", 1, script=step(Secure.hang)),
    "close instead of the AC": Fault(LOST, 3, script=step(Secure.read_pdu)),
    "cut instead of the AC": Fault(LOST, 3, script=step(Secure.read_pdu, cut)),
    "half a record instead of the AC": Fault(LOST, 3, script=step(Secure.read_pdu, half_a_record)),
    "garbage instead of the answer": Fault(CHANGED, 3, UNKNOWN, 1, script=step(ACCEPT, READ, garble)),
    "close instead of the answer": Fault(LOST, 3, UNKNOWN, 1, script=step(ACCEPT, READ)),
    "cut instead of the answer": Fault(LOST, 3, UNKNOWN, 1, script=step(ACCEPT, READ, cut)),
    "half a record instead of the answer": Fault(LOST, 3, UNKNOWN, 1, script=step(ACCEPT, READ, half_a_record)),
    "silence instead of the answer": Fault(
        "did not answer the object", 3, UNKNOWN, 1, script=step(ACCEPT, Secure.hang)
    ),
}  # fmt: skip


def tls(files: TlsFiles, party: Party, changes: tuple[tuple[str, object], ...], **more: object) -> TlsOptions:
    options = TlsOptions(party.key, party.certificate, ca_files=(files.authority.certificate,), **more)
    said = {name: (files.revocations,) if value == "revocations" else value for name, value in changes}
    return replace(options, **said)


def played(files: TlsFiles, fault: Fault, items: list, retries: int) -> tuple[SendReport, int]:
    """What became of the objects, and how often the peer was called."""
    theirs = tls(files, getattr(files, fault.peer), fault.theirs)
    ours = tls(files, getattr(files, fault.party), fault.ours, verify="full", sni=True)

    def script(peer: Wire) -> None:
        if fault.raw is not None:
            fault.raw(peer)
            return
        with contextlib.suppress(AssociationError), Secure(peer, theirs) as secure:
            (fault.script or Secure.hang)(secure)

    started = time.monotonic()
    with ScriptedPeer(script) as peer:
        limits = SendOptions(1, 1, 1, retries=retries, wait=3 if retries else 0, link=Link(ours))
        control = Control(sleep=lambda _: None)
        report = send(propose(CT_PROFILE), items, Peer("127.0.0.1", peer.port), limits, control=control)
        elapsed = time.monotonic() - started
        connections = peer.connections
    assert elapsed < BOUND
    return report, connections


@pytest.fixture
def one(tmp_path):
    return [read_header(write_ct(tmp_path / "1.dcm", "1.2.3.1", transfer_syntax=EXPLICIT))]


@pytest.mark.parametrize("name", FAULTS)
def test_faults(tls_files: TlsFiles, one: list, name: str) -> None:
    fault = FAULTS[name]
    report, connections = played(tls_files, fault, one, 0)
    assert [result.outcome for result in report.results] == [fault.state]
    assert fault.says in report.results[0].reason
    assert fault.says in str(report.error)
    assert exit_status(report) == fault.status
    # Once more to be told whose the certificate is.
    assert connections == 1 + (name == "for another name")


# Each try of one that is silent waits for its time limit, and is judged like a connection that ends.
@pytest.mark.parametrize("name", [name for name in FAULTS if "silence" not in name and "nothing" not in name])
def test_what_may_pass_is_tried_again(tls_files: TlsFiles, one: list, name: str) -> None:
    fault = FAULTS[name]
    report, connections = played(tls_files, fault, one, 2)
    assert [result.outcome for result in report.results] == [fault.state]
    assert connections == fault.tried + (name == "for another name")


def test_the_second_try_may_succeed(tls_files: TlsFiles, one: list) -> None:
    """The first connection is cut behind the object; the object is sent once more, and once only."""
    theirs = tls(tls_files, tls_files.server, ())
    ours = tls(tls_files, tls_files.client, (), verify="full", sni=True)

    def first(peer: Wire) -> None:
        with Secure(peer, theirs) as secure:
            step(ACCEPT, READ, cut)(secure)

    def second(peer: Wire) -> None:
        with Secure(peer, theirs) as secure:
            step(ACCEPT, answer)(secure)
            assert secure.read_pdu()[0] == wire.RELEASE_RQ
            secure.write(wire.encode(wire.ReleaseResponse()))
            secure.hang()

    with ScriptedPeer(first, second) as peer:
        limits = SendOptions(20, 20, 20, link=Link(ours))
        control = Control(sleep=lambda _: None)
        report = send(propose(CT_PROFILE), one, Peer("127.0.0.1", peer.port), limits, control=control)
        assert peer.connections == 2
    assert report.all_stored, report
