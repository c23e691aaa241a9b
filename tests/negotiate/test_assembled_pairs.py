"""The real storescu against the real storescp and dcmrecv, with files that are assembled, not generated from our own
grammar. storescu sends what ``propose`` makes of its file, and the acceptors answer what ``simulate`` says, item by
item.
Requests and answers are read here by hand.
"""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from assembled import Assembled
from factories import write_ct
from programs import need

from asprofile.errors import LoadError
from asprofile.model.loader import load
from asprofile.negotiate.request import propose
from asprofile.negotiate.simulate import Program, simulate
from asprofile.net import wire

if TYPE_CHECKING:
    from asprofile.model.config import Profile
    from asprofile.model.words import AssociationRole

pytestmark = pytest.mark.peer

PAIRS = int(os.environ.get("PAIRS", "20"))
"""With each program; ``PAIRS=500`` is for a run by hand."""
LIMIT = 60
"""Seconds in which a program has begun to talk, however busy the machine is."""
PROGRAMS: tuple[Program, ...] = ("storescp", "dcmrecv")

Context = tuple[int, int, str]
"""Id, result, and the transfer syntax where it is accepted."""
Answer = tuple[list[Context], list[bytes], list[bytes]] | None
"""Contexts, role items and extended negotiation items as they are on the wire; None for a rejected association."""


def release(program: str) -> str:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout
    return said.split(" v")[1].split()[0]


def items(data: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at < len(data):
        kind, length = data[at], int.from_bytes(data[at + 2 : at + 4], "big")
        found.append((kind, data[at + 4 : at + 4 + length]))
        at += 4 + length
    return found


def read(pdu: bytes) -> Answer:
    if pdu[0] == 3:
        return None
    assert pdu[0] == 2
    contexts: list[Context] = []
    users: list[tuple[int, bytes]] = []
    for kind, content in items(pdu[74:]):
        if kind == 0x21:
            ((_, syntax),) = items(content[4:])
            contexts.append((content[0], content[2], "" if content[2] else syntax.decode()))
        elif kind == 0x50:
            users = items(content)
    roles, extended = ([content for kind, content in users if kind == wanted] for wanted in (0x54, 0x56))
    return contexts, roles, extended


def expected(requestor: Profile, acceptor: Profile, release: str, program: Program) -> Answer:
    found = simulate(requestor, acceptor, release, program)
    if found.rejected:
        return None
    contexts = [
        (outcome.context.id, outcome.context.result or 0, outcome.context.transfer_syntax or "")
        for outcome in found.outcomes
    ]
    accept = found.negotiation.accept
    roles = [_counted(item.sop_class) + bytes((item.scu, item.scp)) for item in accept.roles]
    return contexts, roles, [_counted(item.sop_class) + item.data for item in found.extended]


Request = tuple[list[tuple[int, bytes]], list[tuple[int, bytes]]]
"""The contexts, and the items about the user but those that name the program."""


def read_request(pdu: bytes) -> Request:
    found = items(pdu[74:])
    users = items(next(content for kind, content in found if kind == 0x50))
    return found[1:-1], [user for user in users if user[0] not in (0x52, 0x55)]


def sent(config: Path, name: str, file: Path) -> bytes:
    """The A-ASSOCIATE-RQ that the real storescu sends."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(LIMIT)
        address = ("127.0.0.1", str(server.getsockname()[1]))
        command = [need("storescu", "dcmtk"), "-xf", str(config), name, *address, str(file)]
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
            try:
                connection, _ = server.accept()
                connection.settimeout(LIMIT)
                with connection, connection.makefile("rb") as stream:
                    header = stream.read(6)
                    return header + stream.read(int.from_bytes(header[2:], "big"))
            finally:
                running.kill()


def _counted(uid: str) -> bytes:
    return struct.pack(">H", len(uid)) + uid.encode()


def answered(program: Program, config: Path, name: str, request: bytes) -> Answer:
    """What the program says. It is started for this one association."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    executable = need(program, "dcmtk")
    command = [executable, "-od", str(config.parent), "-xf", str(config), name, str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as running:
        try:
            with _connected(port, running) as connection:
                connection.sendall(request)
                with connection.makefile("rb") as stream:
                    header = stream.read(6)
                    return read(header + stream.read(int.from_bytes(header[2:], "big")))
        finally:
            running.kill()


def _connected(port: int, running: subprocess.Popen[bytes]) -> socket.socket:
    for _ in range(3000):
        assert running.poll() is None, running.stderr and running.stderr.read()
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=LIMIT)
        except ConnectionRefusedError:
            time.sleep(0.01)
    raise AssertionError("it does not listen")


def profile(number: int, role: AssociationRole, release: str, directory: Path) -> tuple[Profile, Path, str] | None:
    """One that loads; None where DCMTK would not, which is for other tests."""
    made = Assembled(number, acceptor=role == "acceptor", mistakes=False)
    path = directory / f"{number}-{role}.cfg"
    path.write_bytes(made.text)
    try:
        return load(made.text, release, role).use(made.profile), path, made.profile
    except LoadError:
        return None


def check_pair(number: int, program: Program, directory: Path, file: Path) -> Answer:
    need(program, "dcmtk")
    installed = release(program)
    requestor = profile(number, "requestor", installed, directory)
    acceptor = profile(number, "acceptor", installed, directory)
    if requestor is None or acceptor is None:
        return None
    request = sent(requestor[1], requestor[2], file)
    assert read_request(request) == read_request(wire.encode(propose(requestor[0]))), number
    found = answered(program, acceptor[1], acceptor[2], request)
    assert found == expected(requestor[0], acceptor[0], installed, program), number
    return found


@pytest.mark.parametrize("program", PROGRAMS)
def test_pairs(program: Program, tmp_path: Path) -> None:
    file = write_ct(tmp_path / "a.dcm")
    found = [check_pair(number, program, tmp_path, file) for number in range(PAIRS)]
    accepted = [answer for answer in found if answer and any(context[1] == 0 for context in answer[0])]
    assert len(accepted) > PAIRS / 4
    assert any(answer[1] for answer in accepted)
    assert any(answer[2] for answer in accepted)
