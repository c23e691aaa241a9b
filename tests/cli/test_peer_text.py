"""What a peer says of itself is shown cut and without control characters, by every command and in every format."""

from __future__ import annotations

import re
import struct
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from asprofile.net import dimse, wire
from asprofile.objects.demo import make_demo_objects
from asprofile.printing import of_peer
from asprofile.testing import ScriptedPeer, Wire, data_pdu

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.cli.conftest import Result

    Run = Callable[..., Result]

LONG = "\x1b]0;stolen\x07\r\n::error::x\t" + "Z" * 30_000


def item(kind: int, body: bytes) -> bytes:
    return struct.pack(">BxH", kind, len(body)) + body


def element(number: int, value: bytes) -> bytes:
    return struct.pack("<HHL", 0, number, len(value)) + value


def talkative(peer: Wire) -> None:
    """Accepts everything, says far too much in every field for text, and answers so, too."""
    request = peer.read_request()
    text = LONG.encode()
    contexts = b"".join(
        item(0x21, bytes((context.id, 0, 0, 0)) + item(0x40, context.transfer_syntaxes[0].encode()))
        for context in request.contexts
    )
    extended = item(0x56, struct.pack(">H", 3) + b"1.2" + text)
    user = item(0x51, struct.pack(">L", 16384)) + item(0x52, b"1.2" + text[:9000]) + item(0x55, text[:9000])
    body = bytes((0, 1, 0, 0)) + b"\x1b[31mCALLED".ljust(16) + b"\x1b[31mCALLING".ljust(16) + bytes(32)
    body += item(0x10, b"1.2.840.10008.3.1.1.1") + contexts + item(0x50, user + extended[:40_000])
    peer.write(struct.pack(">BxL", wire.ASSOCIATE_AC, len(body)) + body)
    while True:
        pdu_type, data = peer.read_pdu()
        if pdu_type != wire.P_DATA_TF:
            peer.write(wire.encode(wire.ReleaseResponse()))
            return
        for value in wire.data_values(memoryview(data)):
            if value.is_command:
                command, context_id = dimse.decode(bytes(value.data)), value.context_id
            if value.is_last and (not value.is_command or command.field == dimse.C_ECHO_RQ):
                answer(peer, command, context_id)


def answer(peer: Wire, command: dimse.CommandSet, context_id: int) -> None:
    elements = (
        element(0x0100, struct.pack("<H", command.field | dimse.RESPONSE))
        + element(0x0120, struct.pack("<H", command.message_id or 0))
        + element(0x0800, struct.pack("<H", 0x0101))
        + element(0x0900, struct.pack("<H", 0xA700))
        + element(0x0902, LONG.encode()[:12_000])
    )
    peer.write(data_pdu(context_id, element(0, struct.pack("<L", len(elements))) + elements))


@pytest.mark.parametrize(
    "arguments",
    [
        ["echo", "PEER"],
        ["echo", "--json", "PEER"],
        ["probe", "PEER", "--profile", "Default"],
        ["probe", "PEER", "--profile", "Default", "--json"],
        ["probe", "PEER", "--profile", "Default", "--html"],
        ["send", "--wait", "0", "PEER", "objects"],
        ["send", "--wait", "0", "--json", "PEER", "objects"],
        ["send", "--wait", "0", "--report", "report.txt", "PEER", "objects"],
        ["storescu", "-d", "127.0.0.1", "PORT", "object.dcm"],
        ["storescu", "-v", "127.0.0.1", "PORT", "object.dcm"],
    ],
    ids=" ".join,
)
def test_it_is_cut_and_cannot_steer(run: Run, arguments: list[str]) -> None:
    Path("objects").mkdir()
    made = make_demo_objects(Path("objects"))
    Path("object.dcm").write_bytes(made[0].read_bytes())
    with ScriptedPeer(talkative) as peer:
        replaced = {"PEER": f"127.0.0.1:{peer.port}", "PORT": str(peer.port)}
        result = run(*[replaced.get(word, word) for word in arguments])
    written = "".join(path.read_text() for path in Path().glob("report*"))
    shown = result.out + result.err + written
    assert peer.connections, shown
    # `storescu -v` shows nothing of it at all.
    assert bool(re.search("ZZZ|5a5a5a", shown)) is (arguments[:2] != ["storescu", "-v"]), shown
    assert not re.search("Z{65}|(5a){33}", shown)
    assert all(character.isprintable() or character in "\n\t" for character in shown)
    assert not re.search(r"^\s*::", shown, re.M)


@pytest.mark.parametrize("text", ["", "DCMTK_367", "1.2.3", "x" * 64, "a b é"])
def test_what_is_as_it_should_be_stays(text: str) -> None:
    assert of_peer(text) == text


@pytest.mark.parametrize("text", ["x" * 65, "\x1b[31m", "a\nb", "a\tb", "a\x00b", LONG])
def test_everything_else_fits_into_a_line(text: str) -> None:
    shown = of_peer(text)
    assert len(shown) <= 64
    assert shown.isprintable()
    assert shown != text
