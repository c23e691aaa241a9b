"""Byte for byte the answers of the real storescp: to odd requests, and to broken ones.

One storescp runs for each profile and answers many requests; ``asprofile receive`` and ``asprofile storescp`` get the
same bytes. What has to differ is taken out on both sides: implementation class UID and version name, which say who
answers. The operations window is the only item that ``asprofile receive`` grants and storescp does not know.
"""

from __future__ import annotations

import contextlib
import io
import os
import socket
import struct
import subprocess
import threading
import time
from typing import TYPE_CHECKING

import pytest
from assembled import Assembled
from odd_requests import BROKEN, FORGIVEN, OddRequest, request
from programs import free_tcp_port, need

from asprofile.dcmtk_cli.arguments import parse
from asprofile.dcmtk_cli.log import Log
from asprofile.dcmtk_cli.tls import CommandLineCalls
from asprofile.errors import LoadError
from asprofile.model.loader import load
from asprofile.names.releases import at_least
from asprofile.receive.engine import Receiver
from asprofile.receive.options import ReceiveOptions
from asprofile.send.control import Control
from asprofile.storescp import options
from asprofile.storescp.run import run
from asprofile.storescp.settings import storescp_settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from asprofile.model.config import Profile

pytestmark = pytest.mark.peer

PAIRS = int(os.environ.get("PAIRS", "60"))
"""Profiles times requests; ``PAIRS=2000`` is for a run by hand."""
REQUESTS = 20
"""For each profile."""
LIMIT = 60
PDU = 16384
"""What storescp announces unless told otherwise."""
_TITLES = slice(10, 42)
_OF_THE_PROGRAM = (0x52, 0x55)
_WINDOW = 0x53

PROFILE = b"""[[TransferSyntaxes]]
[U]
TransferSyntax1 = LittleEndianExplicit
TransferSyntax2 = LittleEndianImplicit
[[PresentationContexts]]
[C]
PresentationContext1 = VerificationSOPClass\\U
PresentationContext2 = CTImageStorage\\U
PresentationContext3 = 1.2.22222222222222222222222222222222222222222222222222222222222222\\U
[[SCPSCURoleSelection]]
[R]
Role1 = CTImageStorage\\BOTH
[[ExtendedNegotiation]]
[X]
ExtendedNegotiation1 = CTImageStorage\\0101
ExtendedNegotiation2 = VerificationSOPClass\\02
[[Profiles]]
[P]
PresentationContexts = C
SCPSCURoleSelection = R
ExtendedNegotiation = X
"""


def asked(port: int, data: bytes) -> bytes:
    """The PDU that comes back; what is nothing, or an A-ABORT, is empty. Whoever waits for more sees the end."""
    with socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as sock, contextlib.suppress(OSError):
        sock.sendall(data)
        sock.shutdown(socket.SHUT_WR)
        with sock.makefile("rb") as stream:
            head = stream.read(6)
            return b"" if head[:1] in (b"", b"\7") else head + stream.read(int.from_bytes(head[2:], "big"))
    return b""


def items(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Type and reserved byte, and content."""
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at + 2 : at + 4], "big")
        yield data[at : at + 2], data[at + 4 : at + 4 + length]
        at += 4 + length
    assert at == len(data)


def joined(some: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(kind + struct.pack(">H", len(content)) + content for kind, content in some)


def common(pdu: bytes, *without: int) -> bytes:
    """An A-ASSOCIATE-AC without what names the program, as bytes; another PDU as it is."""
    if pdu[:1] != b"\2":
        return pdu
    assert len(pdu) == 6 + int.from_bytes(pdu[2:6], "big")
    dropped = (*_OF_THE_PROGRAM, *without)
    found = list(items(pdu[74:]))
    kind, about = found[-1]
    assert kind == b"\x50\0"
    kept = [user for user in items(about) if user[0][0] not in dropped]
    return pdu[:2] + pdu[6:74] + joined([*found[:-1], (kind, joined(kept))])


@contextlib.contextmanager
def storescp(directory: Path, config: Path, name: str) -> Iterator[int]:
    """The real one, for as many requests as come; its port."""
    port = free_tcp_port()
    command = [need("storescp", "dcmtk"), "-dhl", "-od", str(directory), "-xf", str(config), name, str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        try:
            _await(port, lambda: running.poll() is None)
            yield port
        finally:
            running.kill()


@contextlib.contextmanager
def ours(directory: Path, profile: Profile) -> Iterator[int]:
    settings = ReceiveOptions(max_pdu=PDU, always_verification=False)
    with Receiver(profile, directory, settings) as receiver:
        yield receiver.port


@contextlib.contextmanager
def drop_in(directory: Path, config: Path, name: str) -> Iterator[int]:
    """``asprofile storescp`` with these; its port."""
    port, control, log = free_tcp_port(), Control(), io.StringIO()
    words = ["-dhl", "-od", str(directory), "-xf", str(config), name, str(port)]
    settings = storescp_settings(parse(words, options.storescp()), "info")
    arguments = (settings, Log("info", log, log), "3.6.7", CommandLineCalls(lambda _: "", lambda _, __: None), control)
    thread = threading.Thread(target=run, args=arguments, daemon=True)
    thread.start()
    try:
        _await(port, thread.is_alive)
        yield port
    finally:
        control.finish()
        thread.join(LIMIT)
        assert "internal error" not in log.getvalue()


def _await(port: int, is_running: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LIMIT
    while True:
        with contextlib.suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", port)):
            return
        assert is_running()
        assert time.monotonic() < deadline
        time.sleep(0.01)


def profiles(directory: Path) -> Iterator[tuple[int, Profile, Path, str]]:
    """Those that storescp can be started with: without an end."""
    number = 0
    while True:
        number += 1
        made = Assembled(number, acceptor=True, mistakes=False)
        with contextlib.suppress(LoadError):
            profile = load(made.text, "3.6.7", "acceptor").use(made.profile)
            path = directory / f"{number}.cfg"
            path.write_bytes(made.text)
            yield number, profile, path, made.profile


def uids(profile: Profile) -> tuple[list[bytes], list[bytes]]:
    """SOP classes and transfer syntaxes that a request can name."""
    classes = [context.abstract_syntax for context in profile.contexts]
    syntaxes = dict.fromkeys(uid for context in profile.contexts for uid in context.transfer_syntaxes)
    return ([uid.encode() for uid in some if len(uid) <= 64] for some in (classes, syntaxes))  # type: ignore[return-value]


def test_odd_requests(tmp_path: Path) -> None:
    """Any number of contexts, roles, extended negotiation, with every profile."""
    seen: set[tuple[bool, ...]] = set()
    made = profiles(tmp_path)
    for _ in range(PAIRS // REQUESTS):
        seen |= compare(*next(made))
    assert len(seen) >= 3


def compare(number: int, profile: Profile, path: Path, name: str) -> set[tuple[bool, ...]]:
    """Some requests to all; whether there were roles, and extended negotiation, in the answers."""
    seen = set()
    classes, syntaxes = uids(profile)
    directory = path.parent
    with (
        storescp(directory, path, name) as theirs,
        ours(directory, profile) as port,
        drop_in(directory, path, name) as other,
    ):
        for at in range(REQUESTS):
            data = OddRequest(1000 * number + at, classes, syntaxes).data
            expected = asked(theirs, data)
            assert expected[:1] == b"\2", (number, at)
            assert common(asked(port, data), _WINDOW) == common(expected), (number, at)
            assert common(asked(other, data)) == common(expected), (number, at)
            kinds = {kind[0] for kind, _ in items(next(c for k, c in items(expected[74:]) if k == b"\x50\0"))}
            seen.add((0x54 in kinds, 0x56 in kinds))
    return seen


def test_more_contexts_than_a_requestor_may_have(tmp_path: Path) -> None:
    said = subprocess.run([need("storescp", "dcmtk"), "--version"], capture_output=True, text=True, check=True).stdout
    if not at_least(said.split(" v")[1].split()[0], "3.6.8"):
        pytest.skip("DCMTK up to 3.6.7 loads no such profile")
    classes = ["VerificationSOPClass", *(f"1.2.3.{number}" for number in range(211)), "CTImageStorage"]
    lines = [f"PresentationContext{number} = {name}\\U" for number, name in enumerate(classes, 1)]
    head, rest = PROFILE.split(b"PresentationContext1", 1)
    text = head + "\n".join(lines).encode() + b"\n[[SCPSCU" + rest.partition(b"[[SCPSCU")[2]
    path = tmp_path / "many.cfg"
    path.write_bytes(text)
    compare(1, load(text, "3.7.0", "acceptor").use("P"), path, "P")


@pytest.fixture(scope="module")
def all_three(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, int, int]]:
    """The ports of the real storescp, of a receiver and of our storescp."""
    directory = tmp_path_factory.mktemp("three")
    path = directory / "p.cfg"
    path.write_bytes(PROFILE)
    profile = load(PROFILE, "3.6.7", "acceptor").use("P")
    with (
        storescp(directory, path, "P") as theirs,
        ours(directory, profile) as port,
        drop_in(directory, path, "P") as other,
    ):
        yield theirs, port, other


@pytest.mark.parametrize("name", BROKEN)
def test_broken_requests(all_three: tuple[int, int, int], name: str) -> None:
    theirs, port, other = all_three
    expected = common(asked(theirs, BROKEN[name]))
    assert common(asked(port, BROKEN[name]), _WINDOW) == expected
    assert common(asked(other, BROKEN[name])) == expected


@pytest.mark.parametrize("name", FORGIVEN)
def test_forgiven_requests(all_three: tuple[int, int, int], name: str) -> None:
    theirs, port, other = all_three
    assert asked(theirs, FORGIVEN[name]) == b""
    assert common(asked(port, FORGIVEN[name])) == common(asked(other, FORGIVEN[name]))
    assert asked(port, FORGIVEN[name])[:1] == b"\2"


def test_what_is_compared_is_all_of_it(all_three: tuple[int, int, int]) -> None:
    """Titles, the reserved field, ids, results: nothing is taken out but who answers."""
    theirs, _, _ = all_three
    answer = asked(theirs, BROKEN["titles with blanks in front"])
    assert answer[_TITLES] == b"  A".ljust(16) + b"  C".ljust(16)
    assert len(common(answer)) + sum(len(joined([user])) for user in _named(answer)) + 4 == len(answer)
    assert asked(theirs, request())[:1] == b"\3"


def _named(answer: bytes) -> list[tuple[bytes, bytes]]:
    about = next(content for kind, content in items(answer[74:]) if kind == b"\x50\0")
    return [user for user in items(about) if user[0][0] in _OF_THE_PROGRAM]
