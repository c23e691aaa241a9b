"""The oddest data sets: what is on the disk behind the header is what came over the wire, as with storescp +B.

Of an odd number of bytes in a PDU the real one makes an abort; ours stores them.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from factories import CT, EXPLICIT, IMPLICIT, profile
from programs import free_tcp_port, need

from asprofile.negotiate.request import AssociateRequest, ProposedContext
from asprofile.net import dimse, wire
from asprofile.receive.engine import Receiver
from asprofile.receive.options import ReceiveOptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

LIMIT = 60
PIECE = 4096
DEFLATED = "1.2.840.10008.1.2.1.99"
JPEG = "1.2.840.10008.1.2.4.50"
SYNTAXES = (EXPLICIT, IMPLICIT, DEFLATED, JPEG, "1.2.840.10008.1.2.2")


def short(group: int, element: int, vr: bytes, value: bytes) -> bytes:
    return struct.pack("<HH2sH", group, element, vr, len(value)) + value


def long(group: int, element: int, vr: bytes, value: bytes, length: int | None = None) -> bytes:
    return struct.pack("<HH2sHI", group, element, vr, 0, len(value) if length is None else length) + value


def implicit(group: int, element: int, value: bytes, length: int | None = None) -> bytes:
    return struct.pack("<HHI", group, element, len(value) if length is None else length) + value


UNDEFINED = 0xFFFFFFFF
_END_OF_ITEM, _END_OF_SEQUENCE = implicit(0xFFFE, 0xE00D, b""), implicit(0xFFFE, 0xE0DD, b"")


def nested(depth: int) -> bytes:
    """Sequences in sequences, none of which says how long it is."""
    inner = short(8, 0x60, b"CS", b"CT")
    for _ in range(depth):
        item = implicit(0xFFFE, 0xE000, inner + _END_OF_ITEM, UNDEFINED)
        inner = long(8, 0x1140, b"SQ", item + _END_OF_SEQUENCE, UNDEFINED)
    return inner


_NO_ITEM = implicit(0xFFFE, 0xE000, b"")
_IMPLICIT_UIDS = implicit(8, 0x16, CT.encode() + b"\0") + implicit(8, 0x18, b"1.2.3\0")
_IMPLICIT_ITEM = implicit(0xFFFE, 0xE000, implicit(8, 0x60, b"CT") + _END_OF_ITEM, UNDEFINED)
_UIDS = short(8, 0x16, b"UI", CT.encode() + b"\0") + short(8, 0x18, b"UI", b"1.2.3\0")

DATA: dict[str, tuple[str, bytes]] = {
    "plain": (EXPLICIT, _UIDS),
    "values of odd length": (EXPLICIT, _UIDS + short(0x10, 0x10, b"PN", b"Doe") + short(0x10, 0x20, b"LO", b"1")),
    "a data set of odd length": (EXPLICIT, _UIDS + short(0x10, 0x20, b"LO", b"12345")),
    "private elements": (EXPLICIT, _UIDS + short(9, 0x10, b"LO", b"ME") + long(9, 0x1001, b"UN", bytes(range(256)))),
    "private elements without a creator": (EXPLICIT, _UIDS + long(9, 0x1001, b"UN", b"\1\2\3")),
    "nested sequences of undefined length": (EXPLICIT, _UIDS + nested(30)),
    "a sequence of defined length": (
        EXPLICIT,
        _UIDS + long(8, 0x1140, b"SQ", implicit(0xFFFE, 0xE000, short(8, 0x60, b"CS", b"CT"))),
    ),
    "an empty sequence": (EXPLICIT, _UIDS + long(8, 0x1140, b"SQ", b"")),
    "UN of undefined length": (EXPLICIT, _UIDS + long(9, 0x1002, b"UN", _END_OF_SEQUENCE, UNDEFINED)),
    "group lengths, wrong ones": (
        EXPLICIT,
        short(8, 0, b"UL", b"\xff\0\0\0") + _UIDS + short(0x10, 0, b"UL", bytes(4)),
    ),
    "trailing padding": (EXPLICIT, _UIDS + long(0xFFFC, 0xFFFC, b"OB", bytes(99))),
    "zeros behind": (EXPLICIT, _UIDS + bytes(50)),
    "out of order, and twice": (EXPLICIT, short(0x10, 0x20, b"LO", b"12") + _UIDS + _UIDS),
    "an element of group 2": (EXPLICIT, short(2, 2, b"UI", b"9.9\0") + _UIDS),
    "no element": (EXPLICIT, b"\0"),
    "no data set at all": (EXPLICIT, bytes(range(256)) * 40),
    "DICM in it": (EXPLICIT, bytes(128) + b"DICM" + _UIDS),
    "implicit": (IMPLICIT, _IMPLICIT_UIDS + implicit(9, 1, b"abc")),
    "implicit, nested": (IMPLICIT, implicit(8, 0x1140, _IMPLICIT_ITEM + _END_OF_SEQUENCE, UNDEFINED)),
    "not deflated": (DEFLATED, _UIDS),
    "fragments, an odd one too": (
        JPEG,
        _UIDS
        + long(0x7FE0, 0x10, b"OB", _NO_ITEM + implicit(0xFFFE, 0xE000, b"\xff\xd8\xff") + _END_OF_SEQUENCE, UNDEFINED),
    ),
    "fragments without an end": (JPEG, _UIDS + long(0x7FE0, 0x10, b"OB", implicit(0xFFFE, 0xE000, b"ab"), UNDEFINED)),
    "large": (EXPLICIT, _UIDS + long(0x7FE0, 0x10, b"OW", bytes(range(256)) * 2000)),
}


def stored_by(port: int, syntax: str, data: bytes) -> int | None:
    """The status of one object, in an association of its own."""
    with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as sock, sock.makefile("rb") as stream:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.sendall(wire.encode(AssociateRequest("YOU", "ME", (ProposedContext(1, CT, (syntax,)),))))
        _, body = pdu(stream.read)
        said = _pdv(dimse.store_request(CT, "1.2.3", 1), command=True, last=True)
        pieces = [data[at : at + PIECE] for at in range(0, len(data), PIECE)]
        said += b"".join(_pdv(one, command=False, last=at == len(pieces)) for at, one in enumerate(pieces, 1))
        sock.sendall(said)
        kind, body = pdu(stream.read)
        return dimse.decode(body[6:]).status if kind == wire.P_DATA_TF else None


def pdu(read: Callable[[int], bytes]) -> tuple[int, bytes]:
    head = read(6)
    return (head[0], read(int.from_bytes(head[2:], "big"))) if head else (0, b"")


def _pdv(data: bytes, *, command: bool, last: bool) -> bytes:
    return wire.data_header(1, len(data), command=command, last=last) + data


@contextlib.contextmanager
def storescp(directory: Path) -> Iterator[int]:
    port = free_tcp_port()
    command = [need("storescp", "dcmtk"), "-dhl", "-od", str(directory), "+xa", "+B", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            end = time.monotonic() + LIMIT
            while True:
                with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
                    break
                assert running.poll() is None
                assert time.monotonic() < end
                time.sleep(0.01)
            yield port
        finally:
            running.kill()


def behind_header(path: Path) -> bytes:
    """The bytes behind the File Meta Information, whose first element says how long it is (PS3.10 section 7.1)."""
    data = path.read_bytes()
    assert data[128:132] == b"DICM"
    assert data[132:140] == struct.pack("<HH2sH", 2, 0, b"UL", 4)
    return data[144 + int.from_bytes(data[140:144], "little") :]


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    directory = tmp_path_factory.mktemp("ours")
    with Receiver(profile((CT, SYNTAXES)), directory, ReceiveOptions()) as receiver:
        yield receiver.port, directory


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    directory = tmp_path_factory.mktemp("theirs")
    with storescp(directory) as port:
        yield port, directory


def only_file(directory: Path) -> bytes:
    [path] = directory.iterdir()
    data = behind_header(path)
    path.unlink()
    return data


@pytest.mark.parametrize("name", DATA)
def test_what_came_is_what_is_stored(ours: tuple[int, Path], name: str) -> None:
    port, directory = ours
    assert stored_by(port, *DATA[name]) == 0
    assert only_file(directory) == DATA[name][1]


@pytest.mark.peer
@pytest.mark.parametrize("name", DATA)
def test_storescp_stores_the_same(theirs: tuple[int, Path], name: str) -> None:
    """So what is expected of ours is what people have from it."""
    port, directory = theirs
    syntax, data = DATA[name]
    if len(data) % 2:
        assert stored_by(port, syntax, data) is None
        for path in directory.iterdir():
            path.unlink()
        return
    assert stored_by(port, syntax, data) == 0
    assert only_file(directory) == data
