"""A socket that takes so many bytes and no more, whatever the system would take."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from typing import Any


class NarrowSocket(socket.socket):
    """``room`` is how many bytes are still taken; ``on_full`` is called when more are offered."""

    room: float = float("inf")
    on_full: Callable[[], object] = staticmethod(lambda: None)

    def sendmsg(self, buffers: Iterable[Any], *_: Any) -> int:
        return self.send(b"".join(buffers))

    def send(self, data: Any, *_: Any) -> int:
        if data and not self.room:
            self.on_full()
            raise BlockingIOError
        sent = super().send(data[: int(min(self.room, len(data)))])
        self.room -= sent
        return sent


def narrow_pair() -> tuple[NarrowSocket, socket.socket]:
    """Both ends of a connection."""
    ours, theirs = socket.socketpair()
    return NarrowSocket(ours.family, ours.type, ours.proto, ours.detach()), theirs
