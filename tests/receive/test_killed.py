"""kill -9 at any point: no file of a final name is ever partial, and what was answered with success is there whole.

``asprofile receive`` runs in a process of its own and is killed after so many bytes were sent to it, or answers heard.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from factories import CT, EXPLICIT

from asprofile.negotiate.request import AssociateRequest, ProposedContext
from asprofile.net import dimse, wire
from asprofile.objects.header import read_header
from asprofile.receive.files import PARTIAL_PREFIX, PARTIAL_SUFFIX, left_over

if TYPE_CHECKING:
    from collections.abc import Iterator

KILLS = int(os.environ.get("KILLS", "6"))
"""``KILLS=1000`` is for a run by hand."""
COUNT = 8
PIECE = 4000
LIMIT = 60

pytestmark = pytest.mark.skipif(os.name == "nt", reason="has no such signal")


def content(number: int) -> bytes:
    return bytes([65 + number]) * (20_000 if number % 3 == 0 else 500)


def messages() -> list[bytes]:
    """In pieces, after each of which the process may be killed."""
    request = AssociateRequest("YOU", "ME", (ProposedContext(1, CT, (EXPLICIT,)),))
    said = [wire.encode(request)]
    for number in range(COUNT):
        data = content(number)
        said.append(_pdv(dimse.store_request(CT, f"1.2.{number}", number), command=True, last=True))
        pieces = [data[at : at + PIECE] for at in range(0, len(data), PIECE)]
        said += [_pdv(one, command=False, last=at == len(pieces)) for at, one in enumerate(pieces, 1)]
    return said


def _pdv(data: bytes, *, command: bool, last: bool) -> bytes:
    return wire.data_header(1, len(data), command=command, last=last) + data


@contextlib.contextmanager
def started(into: Path, *options: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    command = [sys.executable, "-m", "asprofile", "receive", "127.0.0.1:0", "--into", str(into), "--isolated", *options]
    with subprocess.Popen([*command, "--format", "jsonl"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, process.stderr and process.stderr.read().decode()
            yield process, json.loads(line)["port"]
        finally:
            process.kill()
            process.communicate()


def answered(data: bytes) -> set[str]:
    """The instances with success, of whole PDUs."""
    found, at = set(), 0
    while at + 6 <= len(data):
        pdu_type, length = wire.HEADER.unpack_from(data, at)
        body = data[at + 6 : at + 6 + length]
        at += 6 + length
        if pdu_type == wire.P_DATA_TF and len(body) == length:
            command = dimse.decode(body[6:])
            if command.status == 0:
                found.add(command.sop_instance)
    return found


def wholes(sent: list[bytes]) -> int:
    """How many objects are among the pieces."""
    return sum(len(piece) > 11 and piece[0] == wire.P_DATA_TF and piece[11] == 2 for piece in sent)


def test_a_kill_at_any_point(tmp_path: Path) -> None:
    """Each time in the same directory, where the files of before are found again."""
    into = tmp_path / "into"
    said = messages()
    promised: set[str] = set()
    for kill in range(KILLS):
        dice = random.Random(kill)
        sent = said[: dice.randrange(1, len(said) + 1)] if kill else said
        with (
            started(into, *(["--durable"] if kill % 4 == 0 else [])) as (process, port),
            socket.create_connection(("127.0.0.1", port), timeout=LIMIT) as sock,
        ):
            heard = b""
            for piece in sent:
                sock.sendall(piece)
            if kill % 2 == 0:
                # Once all that is whole has been answered, an object is in its middle, or not.
                while len(answered(heard)) < wholes(sent):
                    heard += sock.recv(1 << 16)
            process.send_signal(signal.SIGKILL)
            with contextlib.suppress(OSError):
                while more := sock.recv(1 << 16):
                    heard += more
        promised |= answered(heard)
        check(into, promised)
    assert promised == {f"1.2.{number}" for number in range(COUNT)}


def test_what_a_killed_one_left_is_told(tmp_path: Path) -> None:
    """By the next one; not what another process is writing just now."""
    (tmp_path / ".incoming-999999999-abcdef01-0.part").write_bytes(b"")
    (tmp_path / f".incoming-{os.getppid()}-abcdef01-0.part").write_bytes(b"")
    assert left_over(str(tmp_path)) == 1
    with started(tmp_path) as (process, _):
        assert process.stderr is not None
        assert b"parts of 1 object that was not complete" in process.stderr.readline()
    assert len(list(tmp_path.iterdir())) == 2


def check(into: Path, promised: set[str]) -> None:
    names = {path.name for path in into.iterdir()}
    left = {name for name in names if name.startswith(PARTIAL_PREFIX) and name.endswith(PARTIAL_SUFFIX)}
    assert {f"{uid}.dcm" for uid in promised} <= names
    for name in names - left:
        number = int(name.removesuffix(".dcm").rpartition(".")[2])
        path = into / name
        assert path.read_bytes()[read_header(path).dataset_offset :] == content(number)
