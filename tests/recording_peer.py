"""A peer in a process of its own that keeps a record of what it has stored, for whoever cannot trust the sender.

As a program it listens on 127.0.0.1 and prints its port. For each line on standard input it waits until every
connection has ended, prints the record as JSON (a list of SOP instance and SHA-1 of the data set, in the order in which
they were complete, and how many associations ended without a release or an A-ABORT), and begins a new one.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if __name__ == "__main__":
    sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from asprofile.net import dimse, wire
from asprofile.testing import Wire, data_pdu

if TYPE_CHECKING:
    from io import BufferedReader
    from types import TracebackType

Record = list[tuple[str, str]]
_ENDS = (wire.RELEASE_RQ, wire.ABORT)


class RecordingPeer:
    """The process, seen from the test; a context manager."""

    def __init__(self) -> None:
        self.broken_off = 0
        """Associations without an end, in what was taken last."""
        self._process = subprocess.Popen([sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())

    def take(self) -> Record:
        """What was stored since the last time; all connections have ended."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()
        record, self.broken_off = json.loads(self._process.stdout.readline())
        return [(instance, digest) for instance, digest in record]

    def __enter__(self) -> RecordingPeer:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._process.communicate(timeout=60)


class _Wire(Wire):
    """One that asks the system for all that is there: there are some fifty thousand objects to take."""

    def __init__(self, sock: socket.socket, stream: BufferedReader) -> None:
        super().__init__(sock)
        self._stream = stream

    def read(self, count: int) -> bytes:
        data = self._stream.read(count)
        if len(data) < count:
            raise EOFError
        return data


class _Acceptor:
    def __init__(self) -> None:
        self._record: Record = []
        self._broken_off = 0
        self._open = 0
        self._changed = threading.Condition()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=100)
        self.port = self._listener.getsockname()[1]

    def serve(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            with self._changed:
                self._open += 1
            threading.Thread(target=self._connection, args=(sock,), daemon=True).start()

    def _connection(self, sock: socket.socket) -> None:
        try:
            with sock:
                sock.settimeout(20)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                with sock.makefile("rb") as stream:
                    self._associate(_Wire(sock, stream))
        finally:
            with self._changed:
                self._open -= 1
                self._changed.notify_all()

    def _associate(self, peer: Wire) -> None:
        ended = False
        with contextlib.suppress(OSError, EOFError):
            peer.accept()
            ended = self._store(peer)
        with self._changed:
            self._broken_off += peer.request is not None and not ended

    def _store(self, peer: Wire) -> bool:
        """Store what comes; whether the association came to its end."""
        data, command = b"", None
        while True:
            pdu_type, body = peer.read_pdu()
            if pdu_type == wire.RELEASE_RQ:
                peer.write(wire.encode(wire.ReleaseResponse()))
            if pdu_type != wire.P_DATA_TF:
                return pdu_type in _ENDS
            for value in wire.data_values(memoryview(body)):
                if value.is_command:
                    data, command = b"", dimse.decode(bytes(value.data))
                    continue
                data += bytes(value.data)
                if value.is_last:
                    assert command is not None
                    with self._changed:
                        self._record.append((command.sop_instance, hashlib.sha1(data).hexdigest()))
                    peer.write(data_pdu(value.context_id, dimse.response(command, 0)))

    def take(self) -> tuple[Record, int]:
        # A connection that was made, but not accepted yet, stands in front of this one.
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)) as last:
            last.shutdown(socket.SHUT_WR)
            last.recv(1)
        with self._changed:
            self._changed.wait_for(lambda: not self._open)
            taken = self._record, self._broken_off
            self._record, self._broken_off = [], 0
        return taken


def main() -> None:
    acceptor = _Acceptor()
    threading.Thread(target=acceptor.serve, daemon=True).start()
    print(acceptor.port, flush=True)
    for _ in sys.stdin:
        print(json.dumps(acceptor.take()), flush=True)


if __name__ == "__main__":
    main()
