"""Looks up the addresses of hosts, with a time limit.

Belongs here: asking the system without waiting longer than the caller allows. Does not belong here: using the addresses
(``transport``).

The system's look-up has no time limit and cannot be stopped: with a name server that does not answer it takes minutes.
So it runs in a thread that is abandoned when the time is up. A second request for the same host waits for the same
look-up, so that there is never more than one for a host, however often a peer is tried.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING, Any, Final

from asprofile.net.deadline import SLICE, check_wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asprofile.net.deadline import Deadline

    Addresses = Sequence[tuple[socket.AddressFamily, socket.SocketKind, int, str, Any]]
    Key = tuple[str, int, socket.AddressFamily]

_running: Final[dict[Key, _LookUp]] = {}
_lock: Final = threading.Lock()


def look_up(
    host: str, port: int, family: socket.AddressFamily, deadline: Deadline, is_wanted: Callable[[], bool]
) -> Addresses:
    """The addresses of ``host`` for TCP, in the system's order. Raises OSError (gaierror if there is none, TimeoutError
    when the time is up), UnicodeError for what can be no name, AssociationAborted if it is not wanted any more.
    """
    with contextlib.suppress(OSError, UnicodeError):  # an address needs no look-up, and no thread
        return _ask(host, port, family, socket.AI_NUMERICHOST)
    key = (host, port, family)
    with _lock:
        found = _running.get(key)
        is_new = found is None
        if found is None:
            found = _running[key] = _LookUp(key)
    if is_new:
        found.start()
    return found.result(deadline, is_wanted)


def _ask(host: str, port: int, family: socket.AddressFamily, flags: int = 0) -> Addresses:
    # As bytes a name of ASCII does not make Python import its tables for all others.
    known = host.encode() if host.isascii() else host
    return socket.getaddrinfo(known, port, family, socket.SOCK_STREAM, flags=flags)


class _LookUp:
    """A look-up that is going on."""

    def __init__(self, key: Key) -> None:
        self._key = key
        self._addresses: Addresses = []
        self._error: OSError | UnicodeError | None = None
        self._done = threading.Event()

    def start(self) -> None:
        # A daemon: the program may end before it does.
        thread = threading.Thread(target=self._run, name=f"asprofile-lookup-{self._key[0]}", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no thread to be had
            self._run()

    def _run(self) -> None:
        try:
            self._addresses = _ask(*self._key)
        except (OSError, UnicodeError) as error:
            self._error = error
        finally:
            with _lock:
                del _running[self._key]
            self._done.set()

    def result(self, deadline: Deadline, is_wanted: Callable[[], bool]) -> Addresses:
        while not self._done.wait(deadline.slice(SLICE)) and not deadline.is_over:
            check_wanted(is_wanted)
        if not self._done.is_set():
            raise TimeoutError(f"no answer from the name service within {deadline.seconds:g} seconds")
        if self._error is not None:
            raise self._error
        return self._addresses


def name_of_address(address: str, seconds: float) -> str:
    """The name of a host, or its ``address`` where there is none, or none within so many seconds."""
    found: list[str] = []

    def ask() -> None:
        with contextlib.suppress(OSError, UnicodeError):
            found.append(socket.gethostbyaddr(address.partition("%")[0])[0])

    asking = threading.Thread(target=ask, name=f"asprofile-name-of-{address}", daemon=True)
    asking.start()
    asking.join(seconds)
    return found[0] if found else address
