"""Telling the program that started us how far we are, by the protocol of systemd's sd_notify: one datagram.

Belongs here: the message and its socket. Does not belong here: when to say what (``cli``).
"""

from __future__ import annotations

import contextlib
import os
import socket
from typing import Final

VARIABLE: Final = "NOTIFY_SOCKET"
READY: Final = "READY=1"
STOPPING: Final = "STOPPING=1"


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
