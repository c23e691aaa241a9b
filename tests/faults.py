"""Faults of the system, on purpose: the n-th call of a kind fails, or a signal comes before or behind it.

The functions through which the product reaches files, sockets and standard output are replaced for as long as an
``Injector`` is entered. Each call counts, for its kind and for all. Nothing else of the process is disturbed: what a
test itself does happens outside.
"""

from __future__ import annotations

import errno
import io
import os
import select
import socket
import stat
from typing import TYPE_CHECKING, Any, Final

import asprofile.objects.dataset as dataset

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

SHORT: Final = "short"
"""No error: less is read or written than was asked for, as systems may."""

FAULTS: Final[dict[str, tuple[Any, ...]]] = {
    "open": (errno.EMFILE, errno.EIO, errno.EINTR, MemoryError),
    "close": (errno.EIO, errno.EINTR),
    "read": (errno.EIO, errno.EINTR, MemoryError, SHORT),
    "seek": (errno.EIO,),
    "fstat": (errno.EIO, MemoryError),
    "stat": (errno.EIO, errno.EACCES, MemoryError),
    "scandir": (errno.EMFILE, errno.EIO, MemoryError),
    "write": (errno.ENOSPC, errno.EIO, errno.EINTR, MemoryError, SHORT),
    "buffered": (errno.ENOSPC, errno.EIO, errno.EINTR, MemoryError),
    "output": (errno.ENOSPC, errno.EIO, errno.EPIPE, errno.EINTR, MemoryError),
    "fsync": (errno.EIO, errno.ENOSPC),
    "rename": (errno.ENOSPC, errno.EIO, errno.EACCES, errno.EINTR),
    "unlink": (errno.EIO, errno.EACCES),
    "socket": (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, MemoryError),
    "connect": (errno.ECONNREFUSED, errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.EINTR, MemoryError),
    "send": (errno.ECONNRESET, errno.EPIPE, errno.ENOBUFS, errno.EINTR, errno.EAGAIN, MemoryError, SHORT),
    "recv": (errno.ECONNRESET, errno.ETIMEDOUT, errno.EINTR, errno.EAGAIN, MemoryError, SHORT),
    "poll": (errno.EINTR, errno.ENOMEM, MemoryError),
    "setsockopt": (errno.EINVAL, errno.ENOBUFS),
    "shutdown": (errno.ENOTCONN,),
}
"""What each kind of call can fail with."""


class Injector:
    """Replaces the system's functions. ``fault(kind, n, persistent=)`` fails one call or all from it on, ``at(n, do,
    behind=)`` does something at the n-th call of any kind. ``counts`` has how often each was called, ``total`` is the
    sum; calls count from 1.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.counts: dict[str, int] = {}
        self.total = 0
        self.hits = 0
        self.kind, self._n, self._fault, self._persistent = "", 0, None, False
        self._at, self._do, self._behind = 0, _nothing, False
        self._armed = False
        self._fstat = os.fstat
        for kind, owner, name in _PLACES:
            if not callable(getattr(owner, name, None)):
                continue  # another system
            monkeypatch.setattr(owner, name, self._wrapped(kind, getattr(owner, name)))
        monkeypatch.setattr(dataset, "FileIO", self._file_io())
        if hasattr(select, "poll"):
            monkeypatch.setattr(select, "poll", self._poll(select.poll))
        monkeypatch.setattr(os, "fdopen", self._fdopen(os.fdopen))

    def fault(self, kind: str, n: int, fault: Any, *, persistent: bool = False) -> None:
        self._clear()
        self.kind, self._n, self._fault, self._persistent = kind, n, fault, persistent

    def at(self, n: int, do: Callable[[], object], *, behind: bool = False) -> None:
        self._clear()
        self._at, self._do, self._behind = n, do, behind

    def _clear(self) -> None:
        self.counts, self.total, self.hits = {}, 0, 0
        self.kind, self._at = "", 0

    def __enter__(self) -> Injector:
        self._armed = True
        return self

    def __exit__(self, *_: object) -> None:
        self._armed = False

    def call(self, kind: str, real: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """The system's function, or the fault instead."""
        if not self._armed:
            return real(*arguments, **named)
        self.total += 1
        number, total = self.counts.get(kind, 0) + 1, self.total
        self.counts[kind] = number
        if total == self._at and not self._behind:
            self._do()
        if kind == self.kind and (number >= self._n if self._persistent else number == self._n):
            self.hits += 1
            return self._failed(kind, real, arguments, named)
        result = real(*arguments, **named)
        if total == self._at and self._behind:
            self._do()
        return result

    def _failed(self, kind: str, real: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        if self._fault is SHORT:
            return _SHORTER[kind](real, *arguments)
        if kind == "close":
            real(*arguments, **named)  # a descriptor is closed, whatever close says
        if self._fault is MemoryError:
            raise MemoryError
        raise OSError(self._fault, os.strerror(self._fault))

    def _wrapped(self, kind: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*arguments: Any, **named: Any) -> Any:
            return self.call(kind, real, *arguments, **named)

        return wrapper

    def _file_io(self) -> type:
        call = self.call

        class Faulty(io.FileIO):
            def read(self, size: int | None = -1) -> Any:
                return call("read", super().read, size)

            def readinto(self, buffer: Any) -> Any:
                return call("read", super().readinto, buffer)

            def seek(self, *where: Any) -> Any:
                return call("seek", super().seek, *where)

            def close(self) -> None:
                if not self.closed:
                    call("close", super().close)

        return Faulty

    def _poll(self, real: Callable[[], Any]) -> type:
        call = self.call

        class Poller:
            def __init__(self) -> None:
                self._real = real()
                self.register = self._real.register

            def poll(self, *timeout: Any) -> Any:
                return call("poll", self._real.poll, *timeout)

        return Poller

    def _fdopen(self, real: Callable[..., Any]) -> Callable[..., Any]:
        call = self.call

        class File:
            def __init__(self, *arguments: Any, **named: Any) -> None:
                self._real = real(*arguments, **named)
                self.fileno = self._real.fileno
                self.read = self._real.read

            def write(self, data: Any) -> Any:
                return call("buffered", self._real.write, data)

            def flush(self) -> None:
                call("buffered", self._real.flush)

            def __enter__(self) -> File:
                return self

            def __exit__(self, *_: object) -> None:
                call("close", self._real.close)

        return File

    def output(self, name: str) -> io.TextIOWrapper:
        """A standard output into this file; where the product has led it elsewhere, nothing fails."""
        call, status = self.call, self._fstat

        class Raw(io.FileIO):
            def write(self, data: Any) -> int:
                real = super().write
                return int(call("output", real, data) if stat.S_ISREG(status(self.fileno()).st_mode) else real(data))

        return io.TextIOWrapper(io.BufferedWriter(Raw(name, "w")), encoding="utf-8")


def _nothing() -> None:
    """At no call."""


_PLACES: Final = (
    ("open", os, "open"),
    ("close", os, "close"),
    ("read", os, "read"),
    ("fstat", os, "fstat"),
    ("stat", os, "stat"),
    ("scandir", os, "scandir"),
    ("write", os, "write"),
    ("write", os, "writev"),
    ("write", os, "ftruncate"),
    ("fsync", os, "fsync"),
    ("rename", os, "rename"),
    ("rename", os, "replace"),
    ("rename", os, "link"),
    ("unlink", os, "unlink"),
    ("socket", socket.socket, "__init__"),
    ("connect", socket.socket, "connect"),
    ("send", socket.socket, "sendmsg"),
    ("send", socket.socket, "send"),
    ("recv", socket.socket, "recv"),
    ("recv", socket.socket, "recv_into"),
    ("setsockopt", socket.socket, "setsockopt"),
    ("shutdown", socket.socket, "shutdown"),
    ("close", socket.socket, "close"),
)


def _short_read(real: Callable[..., Any], *arguments: Any) -> Any:
    """Of a descriptor, a file object (a count) or into a buffer."""
    *first, last = arguments
    if isinstance(last, int):
        return real(*first, min(last, 100) if last >= 0 else 100)
    return real(*first, memoryview(last)[:100])


def _short_write(real: Callable[..., Any], *arguments: Any) -> Any:
    *first, last = arguments
    if isinstance(last, list | tuple):
        return real(*first, [memoryview(last[0])[:7]])
    return real(*first, last[:7] if not isinstance(last, int) else last)


def _short_send(real: Callable[..., Any], sock: socket.socket, buffers: Any, *more: Any) -> Any:
    some = memoryview(buffers)[:3] if isinstance(buffers, bytes | memoryview) else [memoryview(buffers[0])[:3]]
    return real(sock, some, *more)


def _short_recv(real: Callable[..., Any], sock: socket.socket, wanted: Any) -> Any:
    """So many bytes, or into a buffer."""
    return real(sock, 1 if isinstance(wanted, int) else memoryview(wanted)[:1])


_SHORTER: Final[dict[str, Callable[..., Any]]] = {
    "read": _short_read,
    "write": _short_write,
    "send": _short_send,
    "recv": _short_recv,
}
