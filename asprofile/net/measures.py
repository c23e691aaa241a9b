"""What programs that run for long count, in the text format of Prometheus.

Belongs here: making that text out of numbers (prometheus-client). Does not belong here: what is counted
(``receive.metrics``, ``migrate.metrics``), who asks for it (``scrapes``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from asprofile.errors import ConfigurationError
from asprofile.program import installing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from prometheus_client import Metric


class Measured(Protocol):
    """For prometheus_client: see its Collector."""

    def collect(self) -> Iterator[Metric]: ...


class Measures:
    """Makes measures whose names begin with ``prefix``."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def counter(self, name: str, about: str, label: str, counts: Mapping[str, int]) -> Metric:
        """A number for each value of ``label``; without one, that of the empty value."""
        from prometheus_client.core import CounterMetricFamily

        family = CounterMetricFamily(self._prefix + name, about, labels=[label] if label else [])
        for value, count in counts.items():
            family.add_metric([value] if label else [], count)
        return family

    def gauge(self, name: str, about: str, value: float, label: str = "", label_value: str = "") -> Metric:
        return self.gauges(name, about, label, {label_value: value})

    def gauges(self, name: str, about: str, label: str, values: Mapping[str, float]) -> Metric:
        from prometheus_client.core import GaugeMetricFamily

        family = GaugeMetricFamily(self._prefix + name, about, labels=[label] if label else [])
        for label_value, value in values.items():
            family.add_metric([label_value] if label else [], value)
        return family

    def histogram(self, name: str, about: str, bounds: Sequence[float], counts: Sequence[int], total: float) -> Metric:
        """``counts`` up to each of ``bounds``, and over the last; ``total`` of all values."""
        from prometheus_client.core import HistogramMetricFamily

        family = HistogramMetricFamily(self._prefix + name, about)
        family.add_metric([], _cumulative(bounds, counts), total)
        return family


def _cumulative(bounds: Sequence[float], counts: Sequence[int]) -> list[tuple[str, float]]:
    """Buckets as Prometheus has them: each has those below, too."""
    found, total = [], 0
    for bound, count in zip((*map(str, bounds), "+Inf"), counts, strict=True):
        total += count
        found.append((bound, float(total)))
    return found


def generator(measured: Measured) -> Callable[[], bytes]:
    """What gives the text. Raises ConfigurationError if prometheus-client is not installed."""
    try:
        from prometheus_client import CollectorRegistry, generate_latest
    except ImportError:
        raise ConfigurationError(
            f"metrics: the package prometheus-client is not installed: {installing('metrics')}"
        ) from None
    registry = CollectorRegistry(auto_describe=False)
    registry.register(measured)
    return lambda: generate_latest(registry)
