"""Numbers that a caller gives: what they may be, in one place.

The command line has bounds of its own, which are the same; a program gives its numbers here.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from asprofile.errors import ConfigurationError
from asprofile.send.options import RANGES

_OF_RECEIVER: Final = (
    ("max_pdu", 4096, 131072),
    ("window", 0, 65535),
    ("max_associations", 1, None),
    ("max_per_host", 0, None),
    ("max_contexts", 1, None),
    ("max_items", 1, None),
    ("processes", 1, None),
)

if TYPE_CHECKING:
    from asprofile.receive.options import ReceiveOptions
    from asprofile.send.options import SendOptions


def whole(name: str, given: object, least: int, most: int | None = None) -> None:
    """Raises ConfigurationError for what is no whole number between the two, both included."""
    right = isinstance(given, int) and not isinstance(given, bool)
    if not right or given < least or (most is not None and given > most):  # type: ignore[operator]
        bounds = f"{least} or more" if most is None else f"{least} to {most:,}"
        raise ConfigurationError(f"@{{{name}}} is a whole number, {bounds}, not {given!r}")


def number(name: str, given: object) -> None:
    """Raises ConfigurationError for what is no number, 0 or more."""
    # nan is not.
    if isinstance(given, bool) or not isinstance(given, (int, float)) or not given >= 0:
        raise ConfigurationError(f"@{{{name}}} is a number, 0 or more, not {given!r}")


def positive(name: str, given: object) -> None:
    """Raises ConfigurationError for what is no number over 0, or has no end."""
    number(name, given)
    if not given or given == math.inf:
        raise ConfigurationError(f"@{{{name}}} is a number over 0 and finite, not {given!r}")


def seconds(name: str, given: object) -> None:
    """Raises ConfigurationError for what is neither a number over 0 nor None, for no limit."""
    if given is not None and (isinstance(given, bool) or not isinstance(given, (int, float)) or not given > 0):
        raise ConfigurationError(f"@{{{name}}} is a number of seconds over 0, or None for no limit, not {given!r}")


def check_receive_options(options: ReceiveOptions) -> None:
    """Raises ConfigurationError where a number is out of its range."""
    whole("port", options.port, 0, 65535)
    for name in ("acse_timeout", "idle_timeout", "max_object_time", "max_association_time"):
        seconds(name, getattr(options, name))
    for name, least, most in _OF_RECEIVER:
        whole(name, getattr(options, name), least, most)
    whole("min_free", options.store.min_free, 0)
    whole("max_object_size", options.store.max_object_size, 0)


def check_send_options(options: SendOptions) -> None:
    """Raises ConfigurationError where a number is out of its range."""
    for name in ("connect_timeout", "acse_timeout", "dimse_timeout"):
        seconds(name, getattr(options, name))
    for name, (least, most, other) in RANGES.items():
        given = getattr(options, name)
        if given != other:
            whole(name, given, least, most)
    number("wait", options.wait)
