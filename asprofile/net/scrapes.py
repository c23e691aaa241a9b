"""Whoever asks for a text by HTTP, such as Prometheus: a server that has no thread and waits for nobody.

Belongs here: connections, and as much of HTTP as it takes to answer a GET. Does not belong here: what the text says
(``receive.metrics``), when it is looked for who asks (``cli``).

Each ``look`` does little and comes back, whoever calls and however many they are: what has not come is left for the
next time, an answer fits into the system's buffer or is given up, and what is too slow or too much is closed.
"""

from __future__ import annotations

import os
import time
from collections import deque
from typing import TYPE_CHECKING, Final

from asprofile.errors import AssociationError
from asprofile.net.listening import Listener

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.net.tcp import TcpTransport

PATH: Final = "/metrics"
MOST_WAITING: Final = 16
"""Connections whose request has not come; a further one takes the place of the oldest."""
_MOST_AT_ONCE: Final = 32
"""Connections that are accepted in one look."""
LONGEST_REQUEST: Final = 16384
_PATIENCE: Final = 5.0
"""Seconds in which a request has to come, and in which an answer is fetched."""
_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"
_WORDS: Final = {
    200: "OK",
    400: "Bad Request",
    404: "Not Found",
    405: "Method Not Allowed",
    431: "Request Header Fields Too Large",
}


class _Scraper:
    """A connection: what has come of its request, and until when it is waited for; ``is_answered``: it is to close."""

    def __init__(self, transport: TcpTransport, until: float) -> None:
        self.transport = transport
        self.until = until
        self.request = b""
        self.is_answered = False


class ScrapeServer:
    """Answers GET of ``/metrics`` with what ``text`` gives, which is asked once in a look. Raises ConnectionFailed if
    it cannot listen there.
    """

    def __init__(self, host: str, port: int, text: Callable[[], bytes]) -> None:
        self._listener = Listener(host, port)
        self._text = text
        self._scrapers: deque[_Scraper] = deque()
        # A process that is forked off must not keep the port, nor connections that we close.
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self.close)

    @property
    def address(self) -> tuple[str, int]:
        """Host and port."""
        return self._listener.host, self._listener.port

    def look(self) -> None:
        """Answer who has asked. Never raises, never waits; call it often."""
        now = time.monotonic()
        body: list[bytes] = []
        for scraper in tuple(self._scrapers):
            self._serve(scraper, now, body)
        for _ in range(_MOST_AT_ONCE):
            transport = self._listener.accept(0.0)
            if transport is None:
                break
            scraper = _Scraper(transport, now + _PATIENCE)
            self._scrapers.append(scraper)
            # Mostly it has asked by now: before those that only come can take its place.
            self._serve(scraper, now, body)
            if len(self._scrapers) > MOST_WAITING:
                self._scrapers.popleft().transport.close()

    def close(self) -> None:
        """Nobody is answered any more."""
        self._listener.close()
        while self._scrapers:
            self._scrapers.pop().transport.close()

    def _serve(self, scraper: _Scraper, now: float, body: list[bytes]) -> None:
        try:
            is_over = self._hear(scraper, body) or now >= scraper.until
        except (AssociationError, MemoryError):
            is_over = True
        if is_over:
            self._scrapers.remove(scraper)
            scraper.transport.close()

    def _hear(self, scraper: _Scraper, body: list[bytes]) -> bool:
        """What comes of it; True once it may be closed. Raises AssociationError."""
        data = scraper.transport.receive(0.0)
        if not data or scraper.is_answered:
            return data == b""
        scraper.request += data[: LONGEST_REQUEST + 1]
        is_whole = b"\r\n\r\n" in scraper.request or b"\n\n" in scraper.request
        if not is_whole and len(scraper.request) <= LONGEST_REQUEST:
            return False
        status, is_head = _judged(scraper.request) if is_whole else (431, False)
        if status == 200 and not body:
            body.append(self._text())
        content = body[0] if status == 200 else f"{_WORDS[status]}: GET {PATH} is what there is\n".encode()
        scraper.transport.send([_head(status, len(content)) + (b"" if is_head else content)], 0.0)
        # Closed by the one who asked, or when its time is up: at once, and what it has not read would be lost.
        scraper.is_answered, scraper.request = True, b""
        return False


def _judged(request: bytes) -> tuple[int, bool]:
    """The status for a request, and whether only the head of the answer is wanted (RFC 9110)."""
    words = request.split(b"\n", 1)[0].split()
    if len(words) != 3 or not words[2].startswith(b"HTTP/1."):
        return 400, False
    is_head = words[0] == b"HEAD"
    if words[0] != b"GET" and not is_head:
        return 405, False
    return 200 if words[1].split(b"?", 1)[0] == PATH.encode() else 404, is_head


def _head(status: int, size: int) -> bytes:
    allow = "Allow: GET, HEAD\r\n" if status == 405 else ""
    return (
        f"HTTP/1.1 {status} {_WORDS[status]}\r\nContent-Type: {_TEXT}\r\nContent-Length: {size}\r\n"
        f"{allow}Cache-Control: no-store\r\nConnection: close\r\n\r\n"
    ).encode()
