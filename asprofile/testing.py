"""A peer for tests: it listens on this machine, and does exactly what a script says, byte for byte.

    def script(wire: Wire) -> None:
        wire.accept()
        wire.answer(0xA700)
        wire.release()

    with ScriptedPeer(script) as peer:
        sent = asprofile.send(f"127.0.0.1:{peer.port}", "study")

For tests of whatever sends DICOM objects, not only of asprofile. A real connection over TCP: what is sent is what a
PACS would see, and what a script does is what a PACS might do (reject, abort, stall, drip, lie, hang up).
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections import deque
from typing import TYPE_CHECKING, Final

from asprofile.errors import AsprofileError
from asprofile.negotiate.request import AssociateAccept, AssociateRequest, ContextResult
from asprofile.net import dimse, wire

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.net.dimse import CommandSet

__all__ = ["ScriptError", "ScriptedPeer", "Wire", "data_pdu", "store_all", "store_until_release"]

_LONGEST_WAIT: Final = 20.0
"""Seconds that a script waits for the other side, so that a test that goes wrong ends."""


class ScriptError(AsprofileError):
    """The other side sent something else than the script waits for."""


class Wire:
    """The acceptor's end of one connection. Each of its methods is a step of a script; a script may also read and write
    what it likes.

    ``sock`` is the connection, ``request`` the association request once it was read.
    """

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.request: AssociateRequest | None = None
        # What of a PDU is after the message that was read.
        self._values: deque[wire.DataValue] = deque()

    def read(self, count: int) -> bytes:
        """So many bytes. Raises EOFError where the connection ends first."""
        data = b""
        while len(data) < count:
            more = self.sock.recv(count - len(data))
            if not more:
                raise EOFError
            data += more
        return data

    def read_pdu(self) -> tuple[int, bytes]:
        """The next PDU: its type (PS3.8 9.3.1) and what is after its header of six bytes."""
        pdu_type, length = wire.HEADER.unpack(self.read(6))
        return pdu_type, self.read(length)

    def write(self, data: bytes) -> None:
        """Send bytes, whatever they are."""
        self.sock.sendall(data)

    def drip(self, data: bytes, pause: float = 0.01) -> None:
        """Send bytes one by one, with ``pause`` seconds between them."""
        for number in range(len(data)):
            self.write(data[number : number + 1])
            time.sleep(pause)

    def read_request(self) -> AssociateRequest:
        """The association request, which is kept. Raises ScriptError for another PDU."""
        pdu_type, body = self.read_pdu()
        request = wire.decode(pdu_type, body)
        if not isinstance(request, AssociateRequest):
            raise ScriptError(f"an association request was waited for, and a PDU of type {pdu_type:02X}H came")
        self.request = request
        return request

    def accept(self, results: dict[int, tuple[int, str]] | None = None, max_pdu: int = 16384) -> None:
        """Read the request; accept each context with its first transfer syntax, or as ``results`` says."""
        request = self.read_request()
        items = tuple(
            ContextResult(context.id, *(results or {}).get(context.id, (0, context.transfer_syntaxes[0])))
            for context in request.contexts
        )
        accept = AssociateAccept(request.called_ae, request.calling_ae, items, max_pdu=max_pdu)
        self.write(wire.encode(accept))

    def reject(self, result: int = 1, source: int = 1, reason: int = 1) -> None:
        """Read the request and answer A-ASSOCIATE-RJ; the numbers are those of PS3.8 Table 9-21."""
        self.read_request()
        self.write(wire.encode(wire.AssociateReject(result, source, reason)))

    def abort(self, source: int = 2, reason: int = 0) -> None:
        """Send A-ABORT; the numbers are those of PS3.8 Table 9-26."""
        self.write(wire.encode(wire.Abort(source, reason)))

    def read_object(self) -> tuple[CommandSet, bytes, int]:
        """A C-STORE-RQ: its command, its data set, its context id. Raises ScriptError for anything else."""
        found = self._read_message()
        if isinstance(found, int):
            raise ScriptError(f"an object was waited for, and a PDU of type {found:02X}H came")
        if not found[0].has_data_set:
            raise ScriptError(f"an object was waited for, and a message without one came ({found[0].field:04X}H)")
        return found

    def _read_message(self, *, keeps: bool = True) -> tuple[CommandSet, bytes, int] | int:
        """The next message, put together of its pieces (PS3.8 annex E): its command, its data set (empty if it has
        none, or without ``keeps``), its context id. Where another PDU than P-DATA-TF comes, the type of that.
        """
        said, data = bytearray(), bytearray()
        while True:
            while self._values:
                value = self._values.popleft()
                if value.is_command:
                    said += value.data
                elif keeps:
                    data += value.data
                if value.is_last and (not value.is_command or not dimse.decode(bytes(said)).has_data_set):
                    return dimse.decode(bytes(said)), bytes(data), value.context_id
            pdu_type, body = self.read_pdu()
            if pdu_type != wire.P_DATA_TF:
                return pdu_type
            self._values.extend(wire.data_values(memoryview(body)))

    def answer(self, status: int = 0, *, message_id: int | None = None, comment: str = "") -> None:
        """Read an object and answer it."""
        command, _, context_id = self.read_object()
        if message_id is not None:
            command = dimse.CommandSet(command.field, False, message_id, sop_class=command.sop_class)
        self.write(data_pdu(context_id, dimse.response(command, status, comment)))

    def release(self) -> None:
        """Wait for the release request and answer it."""
        pdu_type, _ = self.read_pdu()
        if pdu_type != wire.RELEASE_RQ:
            raise ScriptError(f"a release request was waited for, and a PDU of type {pdu_type:02X}H came")
        self.write(wire.encode(wire.ReleaseResponse()))

    def reset(self) -> None:
        """Hang up with a TCP reset."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()

    def hang(self) -> None:
        """Read and say nothing until the other side closes."""
        with contextlib.suppress(OSError):
            while self.sock.recv(65536):
                pass


def store_all(peer: Wire) -> None:
    """Accept the association, store everything, answer C-ECHO, until the release."""
    peer.accept()
    store_until_release(peer)


def store_until_release(peer: Wire) -> None:
    """The same in an association that is open. C-ECHO is answered, too."""
    while not isinstance(found := peer._read_message(keeps=False), int):
        command, _, context_id = found
        if command.has_data_set or command.field == dimse.C_ECHO_RQ:
            peer.write(data_pdu(context_id, dimse.response(command, 0)))
    if found == wire.RELEASE_RQ:
        peer.write(wire.encode(wire.ReleaseResponse()))


def data_pdu(context_id: int, data: bytes, *, command: bool = True, last: bool = True) -> bytes:
    """A P-DATA-TF PDU with one value (PS3.8 9.3.5): a piece of a message's command or data set."""
    return wire.data_header(context_id, len(data), command=command, last=last) + data


class ScriptedPeer:
    """Listens on 127.0.0.1 and plays a script for each connection, in order, the last one again for more; a context
    manager.

    ``port`` is where it listens, ``connections`` how many there were. ``at_once`` connections are served beside each
    other. A script that raises OSError or EOFError ends quietly (the other side may be gone); what else it raises comes
    out where the ``with`` ends.
    """

    def __init__(self, *scripts: Callable[[Wire], None], at_once: int = 1) -> None:
        if not scripts:
            raise TypeError("a ScriptedPeer plays scripts: give one or more, such as store_all")
        self._scripts = scripts
        self._at_once = at_once
        self._serving: list[threading.Thread] = []
        self._failure: BaseException | None = None
        self.connections = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(0.05)
        self.port = int(self._listener.getsockname()[1])
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                sock, _ = self._listener.accept()
            except TimeoutError:
                continue
            script = self._scripts[min(self.connections, len(self._scripts) - 1)]
            self.connections += 1
            if self._at_once == 1:
                self._play(script, sock)
            else:
                self._serving.append(threading.Thread(target=self._play, args=(script, sock)))
                self._serving[-1].start()
        for thread in self._serving:
            thread.join()

    def _play(self, script: Callable[[Wire], None], sock: socket.socket) -> None:
        with sock:
            sock.settimeout(_LONGEST_WAIT)
            try:
                script(Wire(sock))
            except (OSError, EOFError):
                pass
            except BaseException as error:  # noqa: BLE001 - raised again in the test's thread
                self._failure = error

    def __enter__(self) -> ScriptedPeer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._listener.close()
        if self._failure is not None:
            raise self._failure
