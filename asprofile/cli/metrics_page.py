"""``--metrics``: what a long job counts, and who asks for it.

Belongs here: putting the two together. Does not belong here: what is counted (``receive.metrics``,
``migrate.metrics``), HTTP (``net.scrapes``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from asprofile.errors import ConfigurationError, ConnectionFailed
from asprofile.net.transport import describe_address

if TYPE_CHECKING:
    from types import TracebackType


class Counting(Protocol):
    """Counts events, and gives the text of what it counted."""

    def take(self, event: Any) -> None: ...

    def text(self) -> bytes: ...


class MetricsPage:
    """Counts events, and answers who asks as often as ``look`` is called; a context manager."""

    def __init__(self, where: str, counting: Counting) -> None:
        """Listens from now on. Raises ConfigurationError."""
        # Not needed by most.
        from asprofile.net.scrapes import PATH, ScrapeServer
        from asprofile.receive.addresses import parse_loopback

        try:
            self._server = ScrapeServer(*parse_loopback(where), counting.text)
        except (ConfigurationError, ConnectionFailed) as error:
            raise ConfigurationError(f"--metrics: {error}") from error
        self.url = f"http://{describe_address(*self._server.address)}{PATH}"
        self.take = counting.take
        self.look = self._server.look

    def __enter__(self) -> MetricsPage:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()


class NoMetrics:
    """The same without --metrics."""

    url = ""

    def take(self, event: Any) -> None:
        """Not counted."""

    def look(self) -> None:
        """Nobody asks."""

    def __enter__(self) -> NoMetrics:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to end."""
