"""Named peers as settings: the text of an ``asprofile.toml`` that says the same. Of secrets it has the place only,
because that is all that settings have.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asprofile.settings.peers import PeerSettings


def peers_text(peers: Iterable[PeerSettings]) -> Iterator[str]:
    """Lines without line ends; an empty one between two tables."""
    first = True
    for peer in peers:
        table = f"peers.{_key(peer.name)}"
        values = {name: getattr(peer, name) for name in ("address", "called", "calling", "profile", "ip")}
        for header, entries in (
            (table, {**values, **dict((*peer.limits, *peer.switches, *peer.sizes))}),
            (f"{table}.tls", _fields(peer.tls)),
            (f"{table}.identity", _fields(peer.identity)),
        ):
            if entries is None:
                continue
            if not first:
                yield ""
            first = False
            yield f"[{header}]"
            yield from (
                f"{key.replace('_', '-')} = {_value(value)}"
                for key, value in entries.items()
                if value is not None and value != ()
            )


def _fields(settings: Any) -> dict[str, Any] | None:
    return None if settings is None else {field.name: getattr(settings, field.name) for field in fields(settings)}


def _key(name: str) -> str:
    plain = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if plain else _value(name)


def _value(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return f"{value:g}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_value, value))}]"
    text = value.as_posix() if isinstance(value, Path) else str(value)
    # A basic string of TOML; JSON escapes the same, but for DEL.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
