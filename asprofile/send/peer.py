"""Addresses of peers as people write them: ``[AET@]HOST:PORT``.

Belongs here: reading and showing them. Does not belong here: connecting.
"""

from __future__ import annotations

from asprofile.errors import ConfigurationError
from asprofile.negotiate.request import is_ae_title
from asprofile.value import Value

_FORM = "write it as HOST:PORT, AETITLE@HOST:PORT, or AETITLE@[IPV6]:PORT, for example PACS@127.0.0.1:11112"


class Peer(Value):
    """Where a peer listens; ``ae_title`` is None if none was given. ``port`` is 1 to 65535."""

    host: str
    port: int
    ae_title: str | None = None

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        title = "" if self.ae_title is None else f"{self.ae_title}@"
        return f"{title}{host}:{self.port}"


def parse_peer(text: str) -> Peer:
    """The peer at ``[AET@]HOST:PORT``; an IPv6 address is in brackets. Raises ConfigurationError."""
    title, at, address = text.strip().rpartition("@")
    if address.startswith("["):
        host, bracket, rest = address[1:].partition("]")
        if not bracket or not rest.startswith(":"):
            raise ConfigurationError(f"{text!r} is not an address of a peer: {_FORM}")
        port = rest[1:]
    else:
        host, _, port = address.rpartition(":")
        if ":" in host:
            raise ConfigurationError(f"{text!r}: an IPv6 address must be in brackets; {_FORM}")
    if not host or " " in host or not host.isprintable():  # the system would look for what is before a NUL
        raise ConfigurationError(f"{text!r} is not an address of a peer: {_FORM}")
    if not (port.isascii() and port.isdigit() and len(port) <= 5 and 1 <= int(port) <= 65535):
        raise ConfigurationError(f"{text!r}: {port!r} is not a port (1 to 65535); {_FORM}")
    return Peer(host, int(port), _ae_title(text, title.strip()) if at else None)


def _ae_title(text: str, title: str) -> str:
    if not is_ae_title(title):
        raise ConfigurationError(
            f"{text!r}: {title!r} is not an AE title (1 to 16 printable ASCII characters, no backslash); {_FORM}"
        )
    return title
