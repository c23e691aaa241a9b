"""Peers as sources of ``asprofile migrate``: which of ``--from`` are some, and the options for what comes from them.

Not here: the other options of a migration (``migrate``), other peers (``peers``).
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from asprofile.api.pulling import PullingPlan, move_destination
from asprofile.cli import options, peers
from asprofile.cli.converting import Size
from asprofile.errors import ConfigurationError
from asprofile.migrate.origins import PREFIX, Origin
from asprofile.send.peer import parse_peer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from asprofile.migrate.journal import Journal
    from asprofile.send.options import SendOptions
    from asprofile.settings.project import ProjectSettings

origin_options = options.together(
    options.option(
        "--move-to",
        heading=options.SELECTION,
        metavar="AET@[HOST:]PORT",
        help="Take what comes from a peer with C-MOVE to this AE title, which listens here; without it, with C-GET.",
    ),
    options.option(
        "--spool",
        heading=options.SELECTION,
        metavar="DIR",
        help="Keep what comes from a peer here until it is sent.  [default: beside the JOURNAL]",
    ),
    options.option(
        "--spool-size",
        heading=options.SELECTION,
        type=Size(),
        default="2G",
        show_default=True,
        metavar="SIZE",
        help="Keep no more than so much there, or one object that is larger.",
    ),
)
NAMES: Final = frozenset({"move_to", "spool", "spool_size"})


def pulling_plan(
    origins: tuple[Origin, ...], limits: SendOptions, wishes: Sequence[str], given: dict[str, Any]
) -> PullingPlan:
    """How objects come from peers; takes the options out of ``given``. Raises ConfigurationError."""
    move_to, spool, size = (given.pop(one) for one in ("move_to", "spool", "spool_size"))
    address = move_destination(move_to) if move_to is not None else None
    return PullingPlan(origins, limits, wishes, address, spool, size)


def parted(sources: Iterable[str]) -> tuple[list[str], list[str]]:
    """Files and directories, and peers (``peer:`` and a name or an address)."""
    files, found = [], []
    for source in sources:
        if source.startswith(PREFIX):
            found.append(source)
        elif "@" in source and not os.path.lexists(source) and _is_address(source):
            found.append(PREFIX + source)
        else:
            files.append(source)
    return files, found


def _is_address(text: str) -> bool:
    try:
        return parse_peer(text).ae_title is not None
    except ConfigurationError:
        return False


def origins_of(
    journal: Journal, new: Iterable[str], calling: str | None, project: Callable[[], ProjectSettings]
) -> tuple[Origin, ...]:
    """The peers of a journal, and new ones. Raises ConfigurationError."""
    known = journal.get("origins", [])
    names = [*known, *(name for name in dict.fromkeys(new) if name not in known)]
    return tuple(Origin(name, _destination(name, calling, project)) for name in names)


def _destination(name: str, calling: str | None, project: Callable[[], ProjectSettings]) -> Any:
    target = name.removeprefix(PREFIX)
    if not target or "/" in target:
        raise ConfigurationError(f"--from {name}: write peer:NAME, with a peer of the settings, or AETITLE@HOST:PORT")
    return peers.resolve_source(target, calling, project)
