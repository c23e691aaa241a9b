"""Where to listen, and who may call, as people write it.

Belongs here: these texts to values. Does not belong here: sockets (``net.listening``), who is let in (``policy``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from asprofile.errors import ConfigurationError
from asprofile.negotiate.request import is_ae_title
from asprofile.receive.options import AllowedCaller

_ADDRESS: Final = re.compile(r"(?:([^@]*)@)?(?:(\[[^\]]+\]|[^:\[\]@]+):)?([0-9]{1,5})", re.ASCII)
"""AE title, host (in brackets if it is one of IPv6), port."""


@dataclass(frozen=True, slots=True)
class ListeningAddress:
    """``host`` "" is all addresses of the machine, ``port`` 0 a free one, ``ae_title`` None any."""

    ae_title: str | None
    host: str
    port: int


def parse_listening(text: str) -> ListeningAddress:
    """``[AET@][HOST:]PORT``; an IPv6 address is in brackets. Raises ConfigurationError."""
    found = _ADDRESS.fullmatch(text.strip())
    if found is None or int(found[3]) > 65535:
        raise ConfigurationError(f"{text!r} is no address: write [AET@][HOST:]PORT, an IPv6 address in brackets")
    title = None if found[1] is None else found[1].strip()
    if title is not None and not is_ae_title(title):
        raise ConfigurationError(f"{text!r}: {title!r} is not an AE title (1 to 16 printable ASCII characters)")
    return ListeningAddress(title, (found[2] or "").strip("[]"), int(found[3]))


def parse_loopback(text: str) -> tuple[str, int]:
    """``[HOST:]PORT``: host and port; without a host, only this machine. Raises ConfigurationError."""
    found = _ADDRESS.fullmatch(text.strip())
    if found is None or found[1] is not None or int(found[3]) > 65535:
        raise ConfigurationError(f"{text!r} is no address: write [HOST:]PORT, an IPv6 address in brackets")
    return (found[2] or "127.0.0.1").strip("[]"), int(found[3])


def parse_caller(text: str) -> AllowedCaller:
    """``AET[@ADDRESS]``: one address, or a network (10.1.0.0/16). Raises ConfigurationError."""
    # Not needed by most.
    from ipaddress import ip_network

    title, at, address = text.partition("@")
    title = title.strip()
    if not is_ae_title(title):
        raise ConfigurationError(f"{text!r}: {title!r} is not an AE title (1 to 16 printable ASCII characters)")
    try:
        network = ip_network(address.strip("[]"), strict=False) if at else None
    except ValueError:
        hint = "write an IP address such as 10.1.2.3, or a network such as 10.1.0.0/16"
        raise ConfigurationError(f"{text!r}: {address!r} is no address: {hint}") from None
    return AllowedCaller(title, network)
