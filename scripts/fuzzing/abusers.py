"""What abusers do to a receiver that listens: each kind is a function that talks over one connection, or many.

All that a requestor says is made from the seed and the number of its visit; when it arrives is not. A visitor that
stays until the receiver closes knows what was answered, and the run compares that with what the receiver tells
(``abuse``).
"""

from __future__ import annotations

import contextlib
import random
import socket
import ssl
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from asprofile.cli.demo_certificates import make_certificates
from asprofile.negotiate.request import AssociateRequest, OperationsWindow, ProposedContext
from asprofile.net import dimse, wire
from fuzzing.receive import CLASSES, SYNTAXES, Broken, message, mutate, pdv, request, successes

PATIENCE: Final = 240
"""Seconds after which a receiver that neither answers nor closes breaks its promise: far above its own limits, for
machines that have something better to do."""
_RST: Final = struct.pack("ii", 1, 0)
INDEFINITE: Final = 0xFFFFFFFF


@dataclass
class Visit:
    """What a visitor is given, and what it found."""

    dice: random.Random
    port: int
    tls: ssl.SSLContext | None
    title: str
    """Its calling AE title, which no other visit has."""
    source: str = "127.0.0.1"
    """The address from which it comes."""
    said: bytearray = field(default_factory=bytearray)
    """What the receiver said."""
    complete: bool = False
    """It stayed until the receiver closed."""

    def connect(self) -> socket.socket:
        """A connection, over TLS if the receiver is."""
        plain = self.plain()
        if self.tls is None:
            return plain
        try:
            return self.tls.wrap_socket(plain, server_hostname="127.0.0.1")
        except OSError:
            plain.close()
            raise

    def plain(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE, source_address=(self.source, 0))

    def send(self, sock: socket.socket, data: bytes) -> None:
        """In pieces of any size; a receiver that has closed is none of its faults."""
        most = self.dice.choice((1, 3, 50, 5000, 1 << 20, 1 << 20)) if len(data) < 3000 else 1 << 20
        for at in range(0, len(data), most):
            sock.sendall(data[at : at + most])

    def hear(self, sock: socket.socket, *, until: int | None = None) -> None:
        """To the end, or so many bytes."""
        while until is None or len(self.said) < until:
            data = sock.recv(1 << 16)
            if not data:
                self.complete = True
                return
            self.said += data

    def answered(self) -> list[str]:
        """The instances that were answered with success."""
        return successes(bytes(self.said))


def dialogue(visit: Visit) -> None:
    """All of a dialogue, mutated anywhere, then it waits, or goes away in one of three ways."""
    data = bytearray(request(visit.dice, visit.title) + _messages(visit) + _ending(visit.dice))
    for _ in range(visit.dice.choice((0, 1, 1, 2, 4, 16))):
        mutate(data, visit.dice)
    with visit.connect() as sock:
        visit.send(sock, bytes(data))
        _leave(visit, sock)


def associated(visit: Visit) -> None:
    """An association that is accepted, and after it P-DATA, commands and data sets that are not what they should be."""
    with visit.connect() as sock:
        sock.sendall(_begin(visit))
        visit.hear(sock, until=6)
        for _ in range(visit.dice.choice((1, 2, 5, 20))):
            data = bytearray(_messages(visit) if visit.dice.random() < 0.6 else _oddity(visit.dice))
            for _ in range(visit.dice.choice((0, 0, 1, 2, 4))):
                mutate(data, visit.dice)
            visit.send(sock, bytes(data))
        visit.send(sock, _ending(visit.dice))
        _leave(visit, sock)


def broken_off(visit: Visit) -> None:
    """A dialogue that is right, and ends at any byte."""
    data = _begin(visit) + _messages(visit) + _messages(visit) + _ending(visit.dice)
    with visit.connect() as sock:
        visit.send(sock, data[: visit.dice.randrange(len(data) + 1)])
        if visit.dice.random() < 0.3:
            sock.sendall(wire.encode(wire.Abort(0, 0)))
        _leave(visit, sock)


def large(visit: Visit) -> None:
    """An object of many megabytes, of which some part comes."""
    piece = wire.data_header(3, 16378, command=False, last=False) + bytes(16378)
    with visit.connect() as sock:
        sock.sendall(_begin(visit) + _store(visit.dice, 3))
        for _ in range(visit.dice.choice((10, 300, 2000))):
            sock.sendall(piece)
        if visit.dice.random() < 0.5:
            sock.sendall(pdv(3, b"", command=False, last=True) + wire.encode(wire.ReleaseRequest()))
        _leave(visit, sock)


def drip(visit: Visit) -> None:
    """A byte, and nothing for a while: of a request, of an object, of the records of TLS."""
    data = _begin(visit) + _messages(visit)
    begin = visit.dice.randrange(min(len(data), 600))
    with visit.plain() if visit.dice.random() < 0.5 else visit.connect() as sock:
        sock.sendall(data[:begin])
        for at in range(begin, min(len(data), begin + visit.dice.choice((5, 20, 40)))):
            sock.sendall(data[at : at + 1])
            time.sleep(visit.dice.choice((0.05, 0.2, 0.5)))
        _leave(visit, sock)


def deaf(visit: Visit) -> None:
    """Asks and asks, and never reads what is answered."""
    echo = pdv(1, dimse.echo_request(1), command=True, last=True)
    with visit.connect() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        sock.sendall(_begin(visit))
        sock.settimeout(2)
        for _ in range(100):
            sock.sendall(echo * 500)


def silent(visit: Visit) -> None:
    """Connects, and says nothing: for a while, or until it is put out."""
    with visit.plain() as sock:
        if visit.dice.random() < 0.5:
            time.sleep(visit.dice.random())
        _leave(visit, sock)


def hello(visit: Visit) -> None:
    """A ClientHello that is mutated, or right but for the wrong kind of receiver, and nothing more."""
    outgoing = ssl.MemoryBIO()
    client = (visit.tls or _ANY_TLS).wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="127.0.0.1")
    with contextlib.suppress(ssl.SSLWantReadError):
        client.do_handshake()
    data = bytearray(outgoing.read())
    for _ in range(visit.dice.choice((0, 1, 2, 8))):
        mutate(data, visit.dice)
    with visit.plain() as sock:
        visit.send(sock, bytes(data))
        if visit.dice.random() < 0.3:
            sock.sendall(visit.dice.randbytes(visit.dice.choice((1, 100, 20000))))
        _leave(visit, sock)


def within_tls(visit: Visit) -> None:
    """After a handshake that is right: bytes that are no TLS records."""
    if visit.tls is None:
        dialogue(visit)
        return
    with visit.connect() as sock:
        assert isinstance(sock, ssl.SSLSocket)
        sock.sendall(_begin(visit))
        with socket.socket(fileno=sock.detach()) as plain:
            plain.settimeout(PATIENCE)
            plain.sendall(visit.dice.choice((b"\x17\x03\x03", b"\x15\x03\x03\x00\x02\x02\x28", b"")))
            plain.sendall(visit.dice.randbytes(visit.dice.choice((1, 50, 5000))))
            _leave(visit, plain, heard=False)


def flood(visit: Visit) -> None:
    """Hundreds of connections at once; of some a request, and from few the whole of it."""
    socks: list[socket.socket] = []
    first = _begin(visit)
    try:
        for _ in range(visit.dice.choice((100, 300, 600))):
            socks.append(visit.plain())
            if visit.dice.random() < 0.2:
                socks[-1].sendall(first[: visit.dice.choice((1, 6, 80, len(first)))])
        time.sleep(visit.dice.random())
    finally:
        for sock in socks:
            if visit.dice.random() < 0.5:
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
            sock.close()


def good(visit: Visit) -> None:
    """Objects that are right, from an address that floods nothing: only the limit of associations may hinder them."""
    visit.source = "127.0.0.2"
    data = b""
    count = visit.dice.choice((1, 5, 20))
    wanted = [f"1.2.{visit.dice.randrange(1, 1 << 60)}" for _ in range(count)]
    for instance in wanted:
        data += pdv(3, dimse.store_request(CLASSES[1], instance, 1), command=True, last=True)
        data += pdv(3, _data_set(visit.dice, instance), command=False, last=True)
    with visit.connect() as sock:
        sock.sendall(_begin(visit) + data + wire.encode(wire.ReleaseRequest()))
        visit.hear(sock)
    if visit.said[:1] == bytes((wire.ASSOCIATE_RJ,)):
        return
    if visit.answered() != wanted:
        answered = len(visit.answered())
        raise Broken(f"{count} objects, of which {answered} were answered with success; ends {visit.said[-20:].hex()}")


KINDS: Final[dict[Callable[[Visit], None], int]] = {
    dialogue: 30,
    associated: 30,
    broken_off: 15,
    good: 10,
    hello: 6,
    within_tls: 5,
    silent: 4,
    drip: 3,
    large: 2,
    deaf: 1,
    flood: 1,
}
"""And how often each comes, of all."""

_ANY_TLS: Final = ssl.create_default_context()
_ANY_TLS.check_hostname, _ANY_TLS.verify_mode = False, ssl.CERT_NONE


def _begin(visit: Visit) -> bytes:
    """A request whose contexts 1, 3 and 5 are accepted."""
    contexts = tuple(ProposedContext(2 * at + 1, uid, SYNTAXES[:1]) for at, uid in enumerate(CLASSES))
    window = OperationsWindow(5, 1) if visit.dice.random() < 0.3 else None
    return wire.encode(AssociateRequest("STORE", visit.title, contexts, max_pdu=16384, window=window))


def _messages(visit: Visit) -> bytes:
    return b"".join(pdu for _ in range(visit.dice.choice((1, 1, 2, 5))) for pdu in message(visit.dice))


def _store(dice: random.Random, context_id: int) -> bytes:
    instance = f"1.2.{dice.randrange(1, 1 << 60)}"
    return pdv(context_id, dimse.store_request(CLASSES[1], instance, 1), command=True, last=True)


def _data_set(dice: random.Random, instance: str) -> bytes:
    value = instance.encode() + b"\0" * (len(instance) % 2)
    return (
        struct.pack("<HHI", 8, 0x18, len(value)) + value + struct.pack("<HHI", 0x7FE0, 0x10, 200) + dice.randbytes(200)
    )


def _ending(dice: random.Random) -> bytes:
    return dice.choice((wire.encode(wire.ReleaseRequest()), wire.encode(wire.Abort(0, 0)), b""))


def _oddity(dice: random.Random) -> bytes:
    """What no requestor says."""
    echo = dimse.echo_request(1)
    match dice.randrange(9):
        case 0:  # a command in pieces of one byte
            last = len(echo) - 1
            return b"".join(pdv(1, echo[at : at + 1], command=True, last=at == last) for at in range(len(echo)))
        case 1:  # pieces of nothing
            return pdv(1, b"", command=dice.random() < 0.5, last=False) * dice.choice((10, 1000))
        case 2:  # a data set without a command
            return pdv(3, dice.randbytes(100), command=False, last=True)
        case 3:  # a command set that never ends
            return pdv(1, dice.randbytes(4000), command=True, last=False) * 20
        case 4:  # a field of its own, with or without a data set
            command = struct.pack(
                "<HHIHHHIH", 0, 0x100, 2, dice.randrange(1 << 16), 0, 0x800, 2, dice.choice((0, 1, 0x101))
            )
            return pdv(1, struct.pack("<HHII", 0, 0, 4, len(command)) + command, command=True, last=True)
        case 5:  # lengths of values that are not there
            element = struct.pack(
                "<HHI", 0, dice.choice((2, 0x100, 0x110, 0x1000)), dice.choice((3, 70, 1 << 31, INDEFINITE))
            )
            return pdv(1, element + dice.randbytes(8), command=True, last=True)
        case 6:  # another PDU than data
            kind = dice.randrange(9)
            body = dice.randbytes(dice.choice((0, 4, 68, 300)))
            return wire.HEADER.pack(kind, len(body)) + body
        case 7:  # more than may come
            return wire.HEADER.pack(wire.P_DATA_TF, dice.choice((0, 1, 1 << 17, 1 << 20, INDEFINITE))) + dice.randbytes(
                300
            )
        case _:  # an object whose second half is in another context
            half = pdv(3, bytes(100), command=False, last=False)
            return _store(dice, 3) + half + pdv(5, bytes(100), command=False, last=True)


def _leave(visit: Visit, sock: socket.socket, *, heard: bool = True) -> None:
    """Wait for the end, close one half and wait, close, or reset."""
    match visit.dice.randrange(5):
        case 0 | 1:
            if not isinstance(sock, ssl.SSLSocket):
                sock.shutdown(socket.SHUT_WR)
                _wait(visit, sock, heard)
        case 2:
            _wait(visit, sock, heard)
        case 3:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RST)
        case _:
            pass


def _wait(visit: Visit, sock: socket.socket, heard: bool) -> None:
    if heard:
        visit.hear(sock)
    else:
        while sock.recv(1 << 16):
            pass


def made_tls(directory: Path) -> ssl.SSLContext:
    """A client's, and in the directory what a receiver needs: store.key, store.pem, client.pem."""
    store, client = make_certificates(directory / "store", directory / "client")
    context = ssl.create_default_context(cafile=store.certificate)
    context.load_cert_chain(client.certificate, client.key)
    return context
