"""An association that the shared thread may work for, while small objects come.

Belongs here: when it may, and what of ``acceptor`` it does without waiting for the peer. Does not belong here: the
thread (``sharing``).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from asprofile.net import events
from asprofile.receive.acceptor import Acceptor

if TYPE_CHECKING:
    from asprofile.net.tcp import TcpTransport
    from asprofile.receive.incoming import Incoming
    from asprofile.receive.sharing import SharedThread

_FEW: Final = 8
"""Small objects one after the other after which more of them are expected."""
_LARGE: Final = 1 << 16
"""Bytes of a data set from which on the system's part of the work is most of it: that, threads do at the same time."""


class SharedAcceptor(Acceptor):
    """As Acceptor, over TCP alone: TLS may have read more than was taken, of which the system knows nothing."""

    def __init__(self, number: int, transport: TcpTransport, *given: Any, sharing: SharedThread) -> None:
        super().__init__(number, transport, *given)
        self._tcp = transport
        self._sharing = sharing
        self._small = 0
        self._is_shared = False
        self._next: events.Event | None = None

    def run(self) -> None:
        """See Acceptor."""
        try:
            super().run()
        finally:
            self._expect_large()

    # --- our own thread

    def _await_more(self) -> None:
        is_shareable = self._small >= _FEW and self._sharing.is_wanted and not self._has_to_go_on()
        if not (is_shareable and self._share()):
            super()._await_more()

    def _share(self) -> bool:
        """Let the shared thread take what comes; back when it is up to us, and at once with False if it cannot."""
        if self._answers:
            self._send_answers(self._options.idle_timeout)
        self._is_shared = True
        try:
            has_served = self._sharing.have(self, self._has_to_go_on)
        finally:
            self._is_shared = False
        event, self._next = self._next, None
        if event is not None:
            self._handle(event)
        return has_served

    def _has_to_go_on(self) -> bool:
        """It is up to us to end it."""
        return self._is_finishing() or self._deadline.is_over or time.monotonic() >= self._latest

    # --- the shared thread

    def fileno(self) -> int:
        """See Shareable."""
        return self._tcp.fileno()

    def serve(self) -> bool:
        """See Shareable. As ``_run``, which goes on where the peer would have to be waited for."""
        if self._has_to_go_on():
            return False
        count = self._tcp.take_into(self._buffer)
        if count is None:
            return True
        self._association.receive_data(self._buffer[:count])
        if not self._take_what_came():
            return False
        if self._answers:
            self._send_answers(None)
        if self._incoming is not None and self._incoming.size >= _LARGE:
            self._expect_large()
        return self._small >= _FEW and not self._answers

    def _take_what_came(self) -> bool:
        """All of it; False if there is an event that may take longer."""
        association = self._association
        parts: list[memoryview] = []
        while not association.is_used_up:
            if self._incoming is not None:
                if self._take_data(self._incoming, parts) or association.is_used_up:
                    continue
            elif (message := association.take_message()) is not None:
                self._handle_message(*message)
                continue
            elif (taken := association.take_command()) is not None:
                self._handle_command(*taken)
                continue
            match event := association.next_event():
                case None:
                    break  # it has come in part
                case events.CommandReceived() | events.DataFragment():
                    self._handle(event)
                case _:
                    self._next = event
                    return False
        return True

    def _send_answers(self, timeout: float | None) -> None:
        if not self._is_shared:
            super()._send_answers(timeout)
        else:
            self._answers = self._tcp.send_some(self._answers)

    @property
    def is_amid(self) -> bool:
        """See Shareable."""
        return self._incoming is not None or not self._association.is_used_up

    def acknowledge(self, *, is_silent: bool) -> None:
        """See Shareable."""
        self._tcp.acknowledge(is_silent=is_silent)

    # --- either of them

    def _finish(self, incoming: Incoming) -> None:
        if incoming.size >= _LARGE:
            self._expect_large()
        else:
            self._small += 1
            if self._small == _FEW:
                self._sharing.enter()
        super()._finish(incoming)

    def _expect_large(self) -> None:
        """It is not, or not any more, one of those that the shared thread is good for."""
        if self._small >= _FEW:
            self._sharing.leave()
        self._small = 0
