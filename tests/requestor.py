"""A requestor that does not do more than a test tells it."""

from __future__ import annotations

import socket

from factories import CT_PROFILE

from asprofile.negotiate.request import AssociateAccept, propose
from asprofile.net import dimse, wire


class Requestor:
    """One with the contexts of CT_PROFILE, which says what a test wants, and hears what comes. A context manager."""

    def __init__(self, port: int) -> None:
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.stream = self.sock.makefile("rb")
        self.say(wire.encode(propose(CT_PROFILE)))
        assert isinstance(self.hear(), AssociateAccept)

    def __enter__(self) -> Requestor:
        return self

    def __exit__(self, *_: object) -> None:
        self.stream.close()
        self.sock.close()

    def say(self, data: bytes) -> None:
        self.sock.sendall(data)

    def hear(self) -> object:
        header = self.stream.read(6)
        pdu_type, length = wire.HEADER.unpack(header)
        body = self.stream.read(length)
        if pdu_type != wire.P_DATA_TF:
            return wire.decode(pdu_type, body)
        [value] = wire.data_values(memoryview(body))
        return dimse.decode(bytes(value.data))

    def pdv(self, data: bytes, *, command: bool = False, last: bool = True) -> None:
        self.say(wire.data_header(3, len(data), command=command, last=last) + data)
