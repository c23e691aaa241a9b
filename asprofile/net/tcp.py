"""A TCP connection: the socket calls of ``net``, and what the operating system's errors mean to a user.

Belongs here: sending batches, receiving with a time limit, and the options of a socket that matter for speed. Does not
belong here: how a connection comes to be (``transport``, ``listening``), what the bytes mean (``association``).
"""

from __future__ import annotations

import contextlib
import math
import select
import socket
from typing import TYPE_CHECKING, Any, Final

from asprofile.errors import AssociationAborted
from asprofile.net.deadline import SLICE, Deadline, check_wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    Buffer = bytes | memoryview

RECEIVE_SIZE: Final = 1 << 18
_MAX_BUFFERS: Final = 1000
"""Buffers given to one sendmsg; most systems take 1,024."""
_UNSENT: Final = 1 << 16
_UNSENT_AFAR: Final = 1 << 18
"""Bytes that may wait in the system's buffer without being on their way yet, where that can be limited. Otherwise it
is megabytes, and what waits that long has left the processor's cache when an acceptor on the same machine gets it: that
costs the acceptor a seventh of its time. What is on its way is not limited. For another machine it is what a link of
100 Mbit/s takes in 20 ms: so long a thread may wait for its turn, with other threads and programs in front of it.
"""
_UNLIMITED: Final = (1 << 31) - 1
_QUICKACK: Final[int] = getattr(socket, "TCP_QUICKACK", 0)
"""0 where the system has no such option."""
_BEFORE_QUICKACK: Final = 0.002
"""Seconds of silence in the middle of a message, after which the peer may be one that waits for an acknowledgement."""
_AFTER_QUICKACK: Final = 0.02
"""Seconds within which such a peer goes on once it has it."""
_BELIEVED: Final = 256
"""Waits for which a peer is taken for such a one: it may only have been busy."""
_POLLIN: Final[int] = getattr(select, "POLLIN", 1)
_POLLOUT: Final[int] = getattr(select, "POLLOUT", 4)
_BROKEN: Final[int] = sum(getattr(select, name, 0) for name in ("POLLERR", "POLLHUP", "POLLNVAL"))


class TcpTransport:
    """A TCP connection without Nagle's delay."""

    security = ""

    def __init__(self, sock: socket.socket, peer: str, distance: float = 0.0) -> None:
        self.peer = peer
        self.distance = distance
        self._socket = sock
        sock.setblocking(False)
        # Without this each side waits some 40 ms for the other's delayed acknowledgement, per object.
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.is_nearby = _is_nearby(sock)
        """Both ends have the same address."""
        self._is_limited = _limit_unsent(sock, _UNSENT if self.is_nearby else _UNSENT_AFAR)
        self._is_cut = False
        self._unsent: list[Buffer] | None = None
        self._has_sent = False
        self._quickacks = 0
        self._poller = _reading(sock)

    def fileno(self) -> int:
        """Of its socket, which another process may be given."""
        return self._socket.fileno()

    def send(
        self,
        buffers: list[Buffer],
        timeout: float | None,
        on_data: Callable[[bytes], bool] | None = None,
        is_wanted: Callable[[], bool] | None = None,
    ) -> bool:
        """Send everything in ``buffers``; True when done.

        ``timeout`` is how long the peer may take for it, in seconds; again so long with every LEAST_PROGRESS bytes, and
        whatever it sends meanwhile. With 0, for last words, more may wait to be sent than otherwise. If the peer sends
        something while it does not take ours, that goes to ``on_data`` (b"" at the end of its stream), which returns
        whether to go on; False comes back if it did not. Raises AssociationAborted if the connection is lost
        (``on_data`` has then had what the peer had sent before) or the time is up, or ``is_wanted``, which is asked
        every SLICE seconds while it waits, says no.

        After a ``send`` that ended in the middle of ``buffers`` nothing is sent any more, because what followed would
        be taken for the rest of them; but for what ``go_on`` sends first.
        """
        if self._is_cut:
            raise AssociationAborted(f"connection to {self.peer} lost in the middle of what was sent")
        pending, deadline, has_begun = buffers, None, False
        while pending:
            self._is_cut = True  # whatever interrupts us now
            try:
                sent = _write(self._socket, pending)
            except BlockingIOError:
                self._is_cut, self._unsent = has_begun, pending
                deadline = deadline or Deadline(timeout)
                if timeout == 0 and self._is_limited:
                    # Last words, an A-ABORT for instance, need not wait until what is in front of them is gone.
                    self._is_limited = not _limit_unsent(self._socket, _UNLIMITED)
                elif not self._await_room(deadline, on_data, is_wanted):
                    return False
            except (OSError, MemoryError) as error:
                self._unsent = None
                if on_data is not None and not self._drain(on_data):
                    return False
                raise self._lost(error) from error
            else:
                has_begun = True
                if sent == sum(map(len, pending)):
                    break
                # Only now is there anything to wait for, and a list to be shortened.
                deadline = deadline or Deadline(timeout)
                deadline.progress(sent)
                pending = list(pending) if pending is buffers else pending
                _drop(pending, sent)
        self._is_cut, self._unsent = False, None
        self._has_sent = True
        return True

    def send_some(self, buffers: list[Buffer]) -> list[Buffer]:
        """Send what the system takes at once; what is left, and has to be sent next. Raises AssociationAborted."""
        if self._is_cut:
            raise AssociationAborted(f"connection to {self.peer} lost in the middle of what was sent")
        try:
            sent = _write(self._socket, buffers)
        except BlockingIOError:
            return buffers
        except (OSError, MemoryError) as error:
            raise self._lost(error) from error
        self._has_sent = True
        if sent == sum(map(len, buffers)):
            return []
        left = list(buffers)
        _drop(left, sent)
        return left

    @property
    def unsent(self) -> int | None:
        """Bytes that are left of the last ``send``, which waited for room in vain; None if there are none, or the
        connection is lost.
        """
        return None if self._unsent is None else sum(map(len, self._unsent))

    def go_on(self, count: int) -> None:
        """Send the next ``count`` bytes of what is ``unsent``, if the system takes them at once; the rest of it is
        given up. Raises AssociationAborted.
        """
        assert self._unsent is not None, "nothing was interrupted"
        following, self._is_cut = _first(self._unsent, count), False
        self.send(following, 0.0)

    def _await_room(
        self,
        deadline: Deadline,
        on_data: Callable[[bytes], bool] | None,
        is_wanted: Callable[[], bool] | None,
    ) -> bool:
        """Wait until the peer takes more, or says something; False if ``on_data`` wants to stop."""
        readable, writable = False, False
        while not (readable or writable):
            if is_wanted is not None:
                check_wanted(is_wanted)
            if deadline.is_over:
                break
            timeout = deadline.left() if is_wanted is None else deadline.slice(SLICE)
            readable, writable = self._wait(read=on_data is not None, write=True, timeout=timeout)
        if not readable and not writable:
            raise AssociationAborted(f"{self.peer} took nothing for {deadline.seconds:g} seconds")
        if readable and on_data is not None:
            data = self._read()
            return data is None or on_data(data)
        return True

    def _drain(self, on_data: Callable[[bytes], bool]) -> bool:
        """Hand over what came before the connection broke, an A-ABORT for instance; False if that explains
        the end.
        """
        with contextlib.suppress(AssociationAborted):
            while data := self._read():
                if not on_data(data):
                    return False
        return True

    def receive(self, timeout: float | None) -> bytes | None:
        """The next bytes of the peer: b"" at the end of its stream, None if nothing came within ``timeout``
        seconds.

        Raises AssociationAborted if the connection is lost.
        """
        if timeout == 0:
            return None if self._is_quiet() else self._read()
        data = self._read()  # often it is there: the next object was looked for meanwhile
        if data is not None:
            return data
        acknowledge_at_once(self._socket)
        readable, _ = self._wait(read=True, write=False, timeout=timeout)
        return self._read() if readable else None

    def receive_into(self, buffer: memoryview, timeout: float | None) -> int | None:
        """The same into memory of the caller: bytes that came, 0 at the end of the stream, None if nothing came within
        ``timeout`` seconds. For a side that answers: after a ``send``, the peer is not expected to have said more.
        """
        if self._has_sent:  # and with that acknowledged all that had come
            self._has_sent = False
            return self._read_into(buffer) if self._is_readable(timeout) else None
        if (count := self._read_into(buffer)) is not None:
            return count
        return self._read_into(buffer) if self._await_rest(timeout) else None

    def take_into(self, buffer: memoryview) -> int | None:
        """The same without waiting: None if nothing is there."""
        self._has_sent = False
        return self._read_into(buffer)

    def acknowledge(self, *, is_silent: bool) -> None:
        """What ``_await_rest`` does for a peer with Nagle's algorithm, for who waits for several: in the middle of a
        message, and once more if the peer ``is_silent`` then.
        """
        if is_silent:
            self._quickacks = _BELIEVED
        if self._quickacks:
            self._quickacks -= 1
            acknowledge_at_once(self._socket)

    def _await_rest(self, timeout: float | None) -> bool:
        """``_is_readable``, in the middle of a message: with Nagle's algorithm the peer goes on only when it has our
        acknowledgement. Others need none at once: each is a packet and a system call, a tenth of the time of a small
        object.
        """
        left = math.inf if timeout is None else timeout
        if self._quickacks == 0:
            if self._is_readable(min(left, _BEFORE_QUICKACK)):
                return True
            left -= _BEFORE_QUICKACK
            acknowledge_at_once(self._socket)
            if left > 0 and self._is_readable(min(left, _AFTER_QUICKACK)):
                self._quickacks = _BELIEVED
                return True
            left -= _AFTER_QUICKACK
        else:
            self._quickacks -= 1
            acknowledge_at_once(self._socket)
        return left > 0 and self._is_readable(None if left == math.inf else left)

    def _is_readable(self, timeout: float | None) -> bool:
        """Something is there, or the end, within ``timeout`` seconds."""
        if self._poller is None:
            return self._wait(read=True, write=False, timeout=timeout)[0]
        try:
            return bool(self._poller.poll(None if timeout is None else max(0, timeout * 1000)))
        except (OSError, MemoryError) as error:
            raise self._lost(error) from error

    def _read_into(self, buffer: memoryview) -> int | None:
        """Bytes that were there, None if nothing is."""
        try:
            return self._socket.recv_into(buffer)
        except BlockingIOError:
            return None
        except (OSError, MemoryError) as error:
            raise self._lost(error) from error

    def _wait(self, *, read: bool, write: bool, timeout: float | None) -> tuple[bool, bool]:
        try:
            return wait(self._socket, read=read, write=write, timeout=timeout)
        except (OSError, MemoryError) as error:
            raise self._lost(error) from error

    def _is_quiet(self) -> bool:
        """Surely nothing is there; to ask takes a quarter of the time that reading in vain does."""
        try:
            return self._poller is not None and not self._poller.poll(0)
        except (OSError, MemoryError) as error:
            raise self._lost(error) from error

    def _read(self) -> bytes | None:
        """What is there, None if nothing is."""
        try:
            return self._socket.recv(RECEIVE_SIZE)
        except BlockingIOError:
            return None
        except (OSError, MemoryError) as error:
            raise self._lost(error) from error

    def _lost(self, error: OSError | MemoryError) -> AssociationAborted:
        return AssociationAborted(f"connection to {self.peer} lost: {words(error)}")

    def interrupt(self) -> None:
        """End the stream in both directions: a ``receive`` or ``send`` in another thread comes back."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def finish(self, timeout: float) -> None:
        """Close after the peer closed, or after ``timeout`` seconds, so that what was sent last still reaches
        it.

        A close with unread data resets the connection, and a reset takes what the peer has not read yet with
        it.
        """
        with contextlib.suppress(OSError, AssociationAborted):
            self._socket.shutdown(socket.SHUT_WR)
            deadline = Deadline(timeout)
            while not deadline.is_over and self.receive(deadline.left()):
                pass
        self.close()

    def close(self) -> None:
        close_socket(self._socket)


def words(error: Exception) -> str:
    if isinstance(error, MemoryError):
        return "out of memory"
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text.partition(" (while attempting")[0].lower()  # Python adds the address, as it writes one


def close_socket(sock: socket.socket) -> None:
    """What the system says of it then changes nothing: the connection is given up."""
    with contextlib.suppress(OSError):
        sock.close()


def _is_nearby(sock: socket.socket) -> bool:
    with contextlib.suppress(OSError):
        return bool(sock.getsockname()[:1] == sock.getpeername()[:1])
    return False


def _limit_unsent(sock: socket.socket, size: int) -> bool:
    """Let no more than ``size`` bytes wait to be sent; False where the system has no such limit."""
    if not hasattr(socket, "TCP_NOTSENT_LOWAT"):
        return False
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, size)
    except OSError:
        return False
    return True


def _write(sock: socket.socket, buffers: list[Buffer]) -> int:
    """Send as much of ``buffers`` as the system takes; bytes sent."""
    if len(buffers) == 1:
        return sock.send(buffers[0])
    if hasattr(sock, "sendmsg"):
        sent: int = sock.sendmsg(buffers[:_MAX_BUFFERS])
        return sent
    return sock.send(b"".join(buffers[:_MAX_BUFFERS]))


def _drop(buffers: list[Buffer], sent: int) -> None:
    """Take ``sent`` bytes off the front."""
    done = 0
    for buffer in buffers:
        if sent < len(buffer):
            break
        sent -= len(buffer)
        done += 1
    del buffers[:done]
    if sent:
        buffers[0] = memoryview(buffers[0])[sent:]


def _first(buffers: list[Buffer], count: int) -> list[Buffer]:
    """The first ``count`` bytes."""
    first: list[Buffer] = []
    for buffer in buffers:
        if not count:
            break
        first.append(memoryview(buffer)[:count])
        count -= len(first[-1])
    return first


def acknowledge_at_once(sock: socket.socket) -> None:
    """Ask for acknowledgement without delay, which a peer with Nagle's algorithm waits for; Linux forgets it
    soon.
    """
    if _QUICKACK:
        try:  # noqa: SIM105 - with every object
            sock.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
        except OSError:
            pass


def _reading(sock: socket.socket) -> Any:
    """What tells whether something came; None where the system has no such thing."""
    if not hasattr(select, "poll"):
        return None
    poller = select.poll()
    poller.register(sock, _POLLIN)
    return poller


def wait(sock: socket.socket, *, read: bool, write: bool, timeout: float | None) -> tuple[bool, bool]:
    """Wait until the socket is readable or writable: which of the two it is, neither if the time is up.

    A socket in error is both: the call that follows tells the error.
    """
    if not hasattr(select, "poll"):
        ready = select.select([sock] if read else [], [sock] if write else [], [sock], timeout)
        return bool(ready[0] or ready[2]), bool(ready[1] or ready[2])
    poller = select.poll()
    poller.register(sock, (_POLLIN if read else 0) | (_POLLOUT if write else 0))
    found = poller.poll(None if timeout is None else max(0, timeout * 1000))
    if not found:
        return False, False
    flags = found[0][1]
    broken = bool(flags & (_BROKEN))
    return bool(flags & _POLLIN) or broken, bool(flags & _POLLOUT) or broken


def wait_any(descriptors: Collection[int], timeout: float | None) -> list[int]:
    """Wait until something can be read from one of them, or is over: those of which that is so, none if the time is
    up.
    """
    if not hasattr(select, "poll"):
        return select.select(descriptors, [], [], timeout)[0] if descriptors else []
    poller = select.poll()
    for descriptor in descriptors:
        poller.register(descriptor, _POLLIN)
    return [number for number, _ in poller.poll(None if timeout is None else max(0, timeout * 1000))]
