"""The log of storescp and dcmrecv: a line is a line, whatever a peer says, in whatever part of it."""

from __future__ import annotations

import io
import re
import socket
import struct
import threading
from pathlib import Path

import pytest
from made_data_sets import EXPLICIT, encoded
from odd_requests import APPLICATION_CONTEXT, context, counted, item, user
from programs import free_tcp_port

from asprofile.dcmtk_cli.arguments import parse
from asprofile.dcmtk_cli.log import Log
from asprofile.dcmtk_cli.tls import CommandLineCalls
from asprofile.net import dimse
from asprofile.send.control import Control
from asprofile.storescp.options import dcmrecv, storescp
from asprofile.storescp.run import run
from asprofile.storescp.settings import dcmrecv_settings, storescp_settings

CT = "1.2.840.10008.5.1.4.1.1.2"
SECONDS = 30
PROFILE = """[[TransferSyntaxes]]
[Any]
TransferSyntax1 = LittleEndianExplicit
[[PresentationContexts]]
[All]
PresentationContext1 = CTImageStorage\\Any
[[Profiles]]
[All]
PresentationContexts = All
"""


def request(mark: bytes, application: bytes = APPLICATION_CONTEXT) -> bytes:
    """An association request with ``mark`` in each text of it."""
    roles = item(0x54, counted(b"1.2." + mark) + b"\1\1")
    extended = item(0x56, counted(b"1.3." + mark) + b"\1")
    identity = item(0x58, b"\2\1" + counted(b"me" + mark) + counted(b"pass"))
    version = item(0x55, b"V" + mark)
    body = b"".join(
        (
            item(0x10, application),
            context(1, CT.encode(), EXPLICIT.encode(), b"1.4." + mark),
            context(3, b"1.5." + mark, b"1.6." + mark),
            user(version, roles, extended, identity, class_uid=b"1.7." + mark),
        )
    )
    head = struct.pack(">H2x16s16s32x", 1, (b"CALLED" + mark).ljust(16), (b"CALLING" + mark).ljust(16))
    return b"\1\0" + struct.pack(">I", len(head + body)) + head + body


def stored(mark: bytes) -> bytes:
    """An object with ``mark`` in each UID and text that is looked at, as PDUs."""
    uid = b"1.2.3." + mark
    elements = [
        (0x00080005, "CS", (b"ISO_IR 101" + mark).ljust(12)),
        (0x00080016, "UI", CT.encode() + b"\0"),
        (0x00080018, "UI", uid + b"\0" * (len(uid) % 2)),
        (0x00080021, "DA", mark.ljust(2)),
        (0x00100010, "PN", (b"D\xe4" + mark).ljust(4)),
        (0x0020000D, "UI", uid + b"\0" * (len(uid) % 2)),
    ]
    command = dimse.store_request(CT, "1.2.3.x", 1).replace(b"1.2.3.x", b"1.2.3." + mark)
    found = b""
    for control, content in ((3, command), (2, encoded(elements, EXPLICIT))):
        value = bytes((1, control)) + content
        fragment = struct.pack(">I", len(value)) + value
        found += b"\4\0" + struct.pack(">I", len(fragment)) + fragment
    return found


def lines(program: str, said: list[bytes], directory: Path, *words: str) -> list[str]:
    """What the log says of one connection with these bytes, answered one by one."""
    table, meaning = (storescp(), storescp_settings) if program == "storescp" else (dcmrecv(), dcmrecv_settings)
    port, control, log = free_tcp_port(), Control(), io.StringIO()
    line = parse(["-d", "-dhl", "-od", str(directory), *words, str(port)], table)
    wanted = meaning(line, "debug")
    thread = threading.Thread(
        target=run,
        args=(wanted, Log("debug", log, log), "3.7.0", CommandLineCalls(lambda _: "", lambda _a, _b: None), control),
        daemon=True,
    )
    thread.start()
    sock = None
    while sock is None:
        try:
            sock = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
        except ConnectionRefusedError:
            assert thread.is_alive(), log.getvalue()
    with sock:
        for one in said:
            sock.sendall(one)
            if not sock.recv(65536):
                break
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(65536):
            pass
    control.finish()
    thread.join(SECONDS)
    return log.getvalue().split("\n")[:-1]


@pytest.mark.parametrize("mark", [b"\n", b"\r", b"\x1b", b"\x85", b"\x0b"])
@pytest.mark.parametrize("program", ["storescp", "dcmrecv"])
@pytest.mark.parametrize("application", [APPLICATION_CONTEXT, b"1.2.MARK"])
def test_no_peer_begins_a_line(program: str, mark: bytes, application: bytes, tmp_path: Path) -> None:
    """As many lines as with a letter in its place, each with its level in front, and nothing that steers a terminal."""
    profile = tmp_path / "profile.cfg"
    profile.write_text(PROFILE)
    more = ("-sp", "-xs", "-xcr", "true #a #c") if program == "storescp" else ("+ssd",)
    counts = []
    for number, one in enumerate((b"_", mark)):
        directory = tmp_path / str(number)
        directory.mkdir()
        said = [request(one, application.replace(b"MARK", one)), stored(one), b"\5\0\0\0\0\4\0\0\0\0"]
        found = lines(program, said, directory, "-xf", str(profile), "All", *more)
        assert [line for line in found if not re.match("[DIWE]: ", line)] == []
        assert "".join(found).isprintable()
        counts.append(len(found) - sum("Sanitized" in line for line in found))
    assert counts[0] == counts[1] > 10
