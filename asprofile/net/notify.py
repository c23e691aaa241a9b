"""The protocols of systemd: telling the program that started us how far we are (sd_notify), by a datagram; and the
sockets that it passes in (sd_listen_fds).

Belongs here: messages, their socket, and the variables. Does not belong here: when to say what (``cli``).
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from typing import Final

VARIABLE: Final = "NOTIFY_SOCKET"
READY: Final = "READY=1"
STOPPING: Final = "STOPPING=1"
ALIVE: Final = "WATCHDOG=1"
_FIRST_PASSED: Final = 3
_MOST_PASSED: Final = 1000


def notify(message: str) -> bool:
    """Say it; False if no supervisor wants to know. A supervisor that cannot be told is no reason not to work."""
    address = os.environ.get(VARIABLE, "")
    if not address or not hasattr(socket, "AF_UNIX"):
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]  # a name without a file, as Linux writes it
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
        sock.sendto(message.encode(), address)
        return True
    return False


class Watchdog:
    """Says that we are alive, twice as often as the supervisor asks for it; nothing if it does not."""

    def __init__(self) -> None:
        wanted, whose = os.environ.get("WATCHDOG_USEC", ""), os.environ.get("WATCHDOG_PID", "")
        is_ours = not whose or whose == str(os.getpid())
        self._pause = int(wanted) / 2_000_000 if wanted.isdecimal() and is_ours else 0.0
        self._due = 0.0

    def alive(self) -> None:
        """Call it often."""
        if self._pause and (now := time.monotonic()) >= self._due:
            self._due = now + self._pause
            notify(ALIVE)


def passed_descriptors() -> tuple[int, ...]:
    """The descriptors of sockets that were passed in, which are not passed on; none where they are for another
    process. The variables are taken, so that no child takes them for its own.
    """
    whose, count = os.environ.pop("LISTEN_PID", ""), os.environ.pop("LISTEN_FDS", "")
    os.environ.pop("LISTEN_FDNAMES", None)
    if whose != str(os.getpid()) or not count.isdecimal() or int(count) > _MOST_PASSED:
        return ()
    found = tuple(range(_FIRST_PASSED, _FIRST_PASSED + int(count)))
    for number in found:
        with contextlib.suppress(OSError):
            os.set_inheritable(number, False)
    return found
