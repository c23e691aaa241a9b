"""Stopped while associations are being opened, which no time limit ends here: at the first word, wherever they are.

That no thread was left to itself is seen by the fixture that counts them.
"""

from __future__ import annotations

import socket
import threading
import time
from contextlib import ExitStack, suppress
from itertools import product

import pytest
from factories import CT_PROFILE, write_ct

from asprofile.negotiate.request import propose
from asprofile.net import lookup
from asprofile.net.tls_options import TlsOptions
from asprofile.net.transport import Link
from asprofile.objects.header import read_header
from asprofile.send.control import Control
from asprofile.send.engine import Ended, Outcome, send
from asprofile.send.options import SendOptions
from asprofile.send.peer import Peer


class Stuck:
    """A host with which nothing comes to an end; ``reached`` counts who got there."""

    def __init__(self, stack: ExitStack, monkeypatch: pytest.MonkeyPatch, where: str) -> None:
        self.reached = threading.Semaphore(0)
        self._is_over = threading.Event()
        before = threading.active_count()
        self._listener = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        stack.callback(self._end, before)
        self.peer = Peer("stuck.example" if where == "name" else "127.0.0.1", self._listener.getsockname()[1])
        if where == "name":
            ask = lookup._ask

            def asked(host, *rest):
                if host != "stuck.example" or rest[2:]:
                    return ask(host, *rest)
                self.reached.release()
                self._is_over.wait()
                raise OSError

            monkeypatch.setattr(lookup, "_ask", asked)
        elif where == "connection":
            # Those that nobody accepts fill the queue, and the system drops what comes.
            for _ in range(8):
                filling = stack.enter_context(socket.socket())
                filling.setblocking(False)
                filling.connect_ex(self._listener.getsockname())
            connect = socket.socket.connect

            def connecting(sock, address):
                try:
                    connect(sock, address)
                finally:
                    self.reached.release()

            monkeypatch.setattr(socket.socket, "connect", connecting)
        else:
            self._listener.settimeout(0.05)
            threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with ExitStack() as accepted:
            while not self._is_over.is_set():
                with suppress(TimeoutError):
                    sock, _ = self._listener.accept()
                    accepted.enter_context(sock).recv(1)
                    self.reached.release()

    def _end(self, threads: int) -> None:
        """Also of the threads of this and of the look-ups."""
        self._is_over.set()
        until = time.monotonic() + 60
        while threading.active_count() > threads and time.monotonic() < until:
            time.sleep(0.01)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("where", "how"),
    # The answer to an association request is waited for after the first word, as that to an object is.
    [*product(("name", "connection", "TLS"), ("finish", "abort")), ("association", "abort")],
)
def test_what_is_being_opened_is_given_up(tmp_path, monkeypatch, where, how, count):
    objects = [read_header(write_ct(tmp_path / f"{i}.dcm", f"1.2.3.{i}")) for i in range(6)]
    control, reports, events = Control(), [], []
    link = Link(TlsOptions(verify="none")) if where == "TLS" else Link()
    options = SendOptions(None, None, None, link=link, associations=count)
    with ExitStack() as stack:
        stuck = Stuck(stack, monkeypatch, where)
        work = threading.Thread(
            target=lambda: reports.append(
                send(propose(CT_PROFILE), objects, stuck.peer, options, events.append, control=control)
            ),
            daemon=True,
        )
        work.start()
        # Look-ups of one name are one; a queue of connections takes one after the other.
        for _ in range(count if where in ("TLS", "connection") else 1):
            assert stuck.reached.acquire(timeout=60)
        getattr(control, how)()
        work.join(60)
        assert not work.is_alive()
    (report,) = reports
    assert report.interrupted
    assert {result.outcome for result in report.results} == {Outcome.NOT_SENT}
    assert len(report.results) == 6
    assert not [event for event in events if not isinstance(event, Ended) and type(event).__name__ != "Finished"]
