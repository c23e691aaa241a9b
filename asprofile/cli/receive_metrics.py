"""``--metrics`` of ``asprofile receive``: counting what comes, and who asks for it.

Belongs here: putting the two together. Does not belong here: what is counted (``receive.metrics``), HTTP
(``net.scrapes``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asprofile.errors import ConfigurationError, ConnectionFailed
from asprofile.net.transport import describe_address

if TYPE_CHECKING:
    from types import TracebackType

    from asprofile.receive.events import ReceiveEvent


class MetricsPage:
    """Counts events, and answers who asks as often as ``look`` is called; a context manager."""

    def __init__(self, where: str, into: str, *, limit: int, min_free: int) -> None:
        """Listens from now on. Raises ConfigurationError."""
        # Not needed by most.
        from asprofile.net.scrapes import PATH, ScrapeServer
        from asprofile.receive.addresses import parse_loopback
        from asprofile.receive.metrics import ReceiveMetrics

        metrics = ReceiveMetrics(into, limit=limit, min_free=min_free)
        try:
            self._server = ScrapeServer(*parse_loopback(where), metrics.text)
        except (ConfigurationError, ConnectionFailed) as error:
            raise ConfigurationError(f"--metrics: {error}") from error
        self.url = f"http://{describe_address(*self._server.address)}{PATH}"
        self.take = metrics.take
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

    def take(self, event: ReceiveEvent) -> None:
        """Not counted."""

    def look(self) -> None:
        """Nobody asks."""

    def __enter__(self) -> NoMetrics:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing to end."""


def metrics_page(given: dict[str, Any]) -> MetricsPage | NoMetrics:
    """What ``--metrics`` asks for. Raises ConfigurationError."""
    if given["metrics"] is None:
        return NoMetrics()
    return MetricsPage(given["metrics"], given["into"], limit=given["max_associations"], min_free=given["min_free"])
