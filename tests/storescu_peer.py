"""A peer for storescu, real or ours: takes associations, says what it was asked, and answers as a test wants.

Belongs here: reading and writing the few PDUs that this takes, by hand, so that what is tested is not used to test it.
"""

from __future__ import annotations

import socket
import struct
import threading
from dataclasses import dataclass, field

REJECT = bytes.fromhex("03 00 00000004 00 01 01 07")  # permanent, by the user, called AE title not recognised
RELEASE = bytes.fromhex("05 00 00000004 00000000")
RELEASED = bytes.fromhex("06 00 00000004 00000000")
ABORT = bytes.fromhex("07 00 00000004 00000000")

_OWN_ITEMS = (0x52, 0x55)  # implementation class UID and version name


@dataclass
class Heard:
    """What one association brought."""

    request: bytes = b""
    data_sets: list[bytes] = field(default_factory=list)
    commands: list[dict[int, bytes]] = field(default_factory=list)
    contexts: list[int] = field(default_factory=list)
    end: str = ""


class Peer:
    """Listens on 127.0.0.1 and plays one part with everyone who calls.

    ``answer``: ``reject``, ``abort``, ``close``, ``none`` (accepts no context), or ``accept``; several are for one
    association after the other, the last for ever. ``poison``: on the commands for these instances it aborts. ``take``
    are the transfer syntaxes that are accepted, best first; empty: the first that is proposed. ``statuses`` are the
    answers to objects, the last one for ever; ``misbehave`` what happens instead of the first answer: ``abort``,
    ``close``, ``release``, ``silence`` (until the caller goes).
    """

    def __init__(
        self,
        answer: str | tuple[str, ...] = "accept",
        take: tuple[str, ...] = (),
        statuses: tuple[int, ...] = (0,),
        misbehave: str = "",
        max_pdu: int = 16384,
        host: str = "127.0.0.1",
        poison: tuple[str, ...] = (),
    ) -> None:
        self.heard: list[Heard] = []
        self._answers = [answer] if isinstance(answer, str) else list(answer)
        self._part = (take, statuses, misbehave)
        self._poison = tuple(uid.encode() for uid in poison)
        self._max_pdu = max_pdu
        self._listener = socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        self.port: int = self._listener.getsockname()[1]
        self._arrived = threading.Condition()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> Peer:
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    def next(self) -> Heard:
        """What the next association brought, once it is over."""
        with self._arrived:
            assert self._arrived.wait_for(lambda: bool(self.heard), 30), "nobody called"
            return self.heard.pop(0)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            heard = Heard()
            with connection:
                connection.settimeout(20)
                try:
                    self._converse(connection, heard)
                except (EOFError, OSError):
                    heard.end = heard.end or "lost"
            with self._arrived:
                self.heard.append(heard)
                self._arrived.notify()

    def _converse(self, connection: socket.socket, heard: Heard) -> None:
        take, statuses, misbehave = self._part
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        heard.request = _pdu(connection)
        if answer in ("abort", "close"):
            connection.sendall(ABORT if answer == "abort" else b"")
            return
        if answer == "reject":
            connection.sendall(REJECT)
            connection.recv(1)
            return
        connection.sendall(_accept(heard.request, take if answer == "accept" else None, self._max_pdu))
        command, data = b"", b""
        while True:
            pdu = _pdu(connection)
            if pdu[0] == 5:
                heard.end = "released"
                connection.sendall(RELEASED)
                return
            if pdu[0] == 7:
                heard.end = "aborted"
                return
            for context, control, fragment in _fragments(pdu):
                command, data = (command + fragment, data) if control & 1 else (command, data + fragment)
                if control == 3 and _elements(command)[0x1000].rstrip(b"\0") in self._poison:
                    connection.sendall(ABORT)
                    heard.end = "poisoned"
                    return
                if control == 3 or control != 2:
                    continue
                heard.contexts.append(context)
                heard.commands.append(_elements(command))
                heard.data_sets.append(data)
                if misbehave:
                    connection.sendall({"abort": ABORT, "release": RELEASE}.get(misbehave, b""))
                    if misbehave == "silence":
                        heard.end = {7: "aborted"}.get(_pdu(connection)[0], "?")
                    if misbehave != "release":
                        return
                    heard.end = {6: "released", 7: "aborted"}.get(_pdu(connection)[0], "?")
                    return
                status = statuses[min(len(heard.commands), len(statuses)) - 1]
                connection.sendall(_response(context, _elements(command), status))
                command, data = b"", b""


def without_implementation(request: bytes) -> bytes:
    """A request without what says who made it, and the lengths that depend on it."""
    items = []
    for kind, content in _items(request[74:]):
        if kind == 0x50:
            content = b"".join(
                bytes([sub]) + struct.pack(">H", len(rest)) + rest
                for sub, rest in _items(content)
                if sub not in _OWN_ITEMS
            )
        items.append(bytes([kind]) + content)
    return request[:2] + request[6:74] + b"".join(items)


def _accept(request: bytes, take: tuple[str, ...] | None, max_pdu: int) -> bytes:
    """The A-ASSOCIATE-AC; with ``take`` None every context is refused."""
    out = b""
    identity = b""
    for kind, content in _items(request[74:]):
        if kind == 0x10:
            out += _item(0x10, content)
        elif kind == 0x50:
            identity = b"".join(
                _item(0x59, struct.pack(">H", 0)) for sub, rest in _items(content) if sub == 0x58 and rest[1]
            )
        elif kind == 0x20:
            offered = [rest.decode() for sub, rest in _items(content[4:]) if sub == 0x40]
            fitting = [uid for uid in take if uid in offered] if take else offered
            result = 3 if take is None else 0 if fitting else 4
            syntax = _item(0x40, (fitting or offered)[0].encode())
            out += _item(0x21, bytes([content[0], 0, result, 0]) + syntax)
    user = _item(0x51, struct.pack(">I", max_pdu)) + _item(0x52, b"1.2.3") + identity
    body = request[6:74] + out + _item(0x50, user)
    return b"\2\0" + struct.pack(">I", len(body)) + body


def _response(context: int, command: dict[int, bytes], status: int) -> bytes:
    elements = {
        0x0002: command[0x0002],
        0x0100: b"\x01\x80",
        0x0120: command[0x0110],
        0x0800: b"\x01\x01",
        0x0900: struct.pack("<H", status),
        0x1000: command[0x1000],
    }
    body = b"".join(struct.pack("<HHI", 0, tag, len(value)) + value for tag, value in elements.items())
    body = struct.pack("<HHII", 0, 0, 4, len(body)) + body
    value = struct.pack(">IBB", len(body) + 2, context, 3) + body
    return b"\4\0" + struct.pack(">I", len(value)) + value


def _elements(command: bytes) -> dict[int, bytes]:
    found, at = {}, 0
    while at < len(command):
        _, tag, length = struct.unpack_from("<HHI", command, at)
        found[tag] = command[at + 8 : at + 8 + length]
        at += 8 + length
    return found


def _fragments(pdu: bytes) -> list[tuple[int, int, bytes]]:
    found, at = [], 6
    while at < len(pdu):
        length, context, control = struct.unpack_from(">IBB", pdu, at)
        found.append((context, control, pdu[at + 6 : at + 4 + length]))
        at += 4 + length
    return found


def _items(data: bytes) -> list[tuple[int, bytes]]:
    found, at = [], 0
    while at < len(data):
        kind, length = data[at], int.from_bytes(data[at + 2 : at + 4], "big")
        found.append((kind, data[at + 4 : at + 4 + length]))
        at += 4 + length
    return found


def _item(kind: int, content: bytes) -> bytes:
    return bytes([kind, 0]) + struct.pack(">H", len(content)) + content


def _pdu(connection: socket.socket) -> bytes:
    header = _exactly(connection, 6)
    return header + _exactly(connection, int.from_bytes(header[2:], "big"))


def _exactly(connection: socket.socket, count: int) -> bytes:
    parts = []
    while count:
        part = connection.recv(count)
        if not part:
            raise EOFError
        parts.append(part)
        count -= len(part)
    return b"".join(parts)
