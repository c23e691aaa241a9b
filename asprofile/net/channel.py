"""The channel between the process that listens and one that receives: connections one way, what is told the other way.

Belongs here: sockets handed over, and values as messages. Does not belong here: what they mean (``receive``). Both
ends are ours, one forked from the other: what comes is trusted.
"""

from __future__ import annotations

import contextlib
import pickle
import socket
import struct
import sys
import threading
from typing import Any, Final

assert sys.platform != "win32", "Windows hands no sockets over like this"

_LENGTH: Final = struct.Struct("<I")
_READ: Final = 1 << 16
_MOST_AT_ONCE: Final = 16
"""Sockets taken with one call; the system gives one."""


def channels() -> tuple[Channel, Channel]:
    """Both ends: of the process that listens, and of the one that receives."""
    ours, its = socket.socketpair()
    ours.setblocking(False)
    return Channel(ours), Channel(its)


class Channel:
    """One end. To ``tell`` and to have ``heard`` never waits, which is for who listens; to be ``told`` and
    to ``say`` does."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._lock = threading.Lock()
        self._came = bytearray()
        self._unsent = b""
        self._sockets: list[int] = []

    def fileno(self) -> int:
        """For who waits for several."""
        return self._socket.fileno()

    def close(self) -> None:
        """This end is done with."""
        self._socket.close()

    # --- the end of who listens

    def tell(self, what: object, descriptor: int | None = None) -> bool:
        """Say something, and hand a socket over with it; False if that cannot be taken now."""
        if not self.flush():
            return False
        message = _message(what)
        try:
            sent = socket.send_fds(self._socket, [message], [] if descriptor is None else [descriptor])
        except OSError:
            return False
        self._unsent = message[sent:]
        return True

    def tell_surely(self, what: object) -> None:
        """Say something; what cannot be taken now goes out with ``flush``, before anything else."""
        self._unsent += _message(what)
        self.flush()

    def flush(self) -> bool:
        """Send what could not be taken before; True if nothing of it is left."""
        while self._unsent:
            try:
                self._unsent = self._unsent[self._socket.send(self._unsent) :]
            except BlockingIOError:
                return False
            except OSError:
                self._unsent = b""  # nobody hears it any more
        return True

    def end(self) -> None:
        """No more connections follow."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def heard(self) -> list[Any] | None:
        """What was said since the last time; None at the end of it."""
        try:
            data = self._socket.recv(_READ)
        except BlockingIOError:
            return []
        except OSError:
            data = b""
        self._came += data
        found = self._messages()
        return found if found or data else None

    # --- the end of who receives

    def told(self) -> Any | None:
        """What is told next; None if no more follows."""
        while True:
            for what in self._messages(1):
                return what
            try:
                data, descriptors, _, _ = socket.recv_fds(self._socket, _READ, _MOST_AT_ONCE)
            except OSError:
                return None
            if not data:
                return None
            self._came += data
            self._sockets += descriptors

    def take_socket(self) -> socket.socket:
        """The one that was handed over with what was just told."""
        return socket.socket(fileno=self._sockets.pop(0))

    def say(self, value: object) -> None:
        """From any thread. If nobody hears it any more, it is lost: what it is about is as it says nevertheless."""
        message = _message(value)
        with self._lock, contextlib.suppress(OSError):
            self._socket.sendall(message)

    def _messages(self, most: int = 1 << 30) -> list[Any]:
        """Those of which all has come."""
        found: list[Any] = []
        at = 0
        while len(found) < most and len(self._came) - at >= _LENGTH.size:
            start = at + _LENGTH.size
            end = start + _LENGTH.unpack_from(self._came, at)[0]
            if end > len(self._came):
                break
            found.append(pickle.loads(self._came[start:end]))  # noqa: S301 - of our own process
            at = end
        del self._came[:at]
        return found


def _message(value: object) -> bytes:
    encoded = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    return _LENGTH.pack(len(encoded)) + encoded
