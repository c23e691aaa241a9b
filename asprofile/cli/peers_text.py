"""Named peers as settings: the text of an ``asprofile.toml`` that says the same. Of secrets it has the place only,
because that is all that settings have.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from asprofile.cli.toml_text import toml
from asprofile.settings.peers import PEER

if TYPE_CHECKING:
    from asprofile.settings.peers import PeerSettings
    from asprofile.settings.tables import Table


def peers_text(peers: Iterable[PeerSettings]) -> Iterator[str]:
    """Lines without line ends; an empty one between two tables."""
    first = True
    for peer in peers:
        for header, entries in _tables(f"peers.{_key(peer.name)}", PEER, peer):
            if not first:
                yield ""
            first = False
            yield f"[{header}]"
            yield from (f"{key} = {toml(value)}" for key, value in entries.items() if value not in (None, ()))


def _tables(header: str, table: Table, settings: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The table's header and entries, then those of the tables in it."""
    said = {
        row.key: dict(getattr(settings, row.group)).get(row.key) if row.group else getattr(settings, row.field)
        for row in table.rows
    }
    yield header, {row.key: said[row.key] for row in table.rows if row.table is None}
    for row in table.rows:
        if row.table is not None and said[row.key] is not None:
            yield from _tables(f"{header}.{row.key}", row.table, said[row.key])


def _key(name: str) -> str:
    plain = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
    return name if plain else toml(name)
