"""``--metrics`` of ``asprofile receive``.

Not here: the page (``metrics_page``), what is counted (``receive.metrics``).
"""

from __future__ import annotations

from typing import Any

from asprofile.cli.metrics_page import MetricsPage, NoMetrics


def metrics_page(given: dict[str, Any]) -> MetricsPage | NoMetrics:
    """What ``--metrics`` asks for. Raises ConfigurationError."""
    if given["metrics"] is None:
        return NoMetrics()
    # Not needed by most.
    from asprofile.receive.metrics import ReceiveMetrics

    limit, min_free = given["max_associations"], given["min_free"]
    return MetricsPage(given["metrics"], ReceiveMetrics(given["into"], limit=limit, min_free=min_free))
