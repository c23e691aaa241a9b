"""What a command takes for a profile: a file of any format that describes a negotiation, or a live peer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from asprofile.api.described import PEER, of_peer
from asprofile.cli import options
from asprofile.cli.help_texts import text_of

if TYPE_CHECKING:
    from asprofile.api.asking import ProbeOutcome
    from asprofile.model.words import AssociationRole
    from asprofile.settings.project import ProjectSettings
    from asprofile.text import Source


def _read_formats() -> list[str]:
    # A profile file needs none of them.
    from asprofile.api.converting import READ

    return READ


READ_FORMAT: Final = options.LateChoice(_read_formats)
"""The name of a format that is read."""

from_format = options.option(
    "--from",
    "from_format",
    heading=options.PROFILE,
    type=READ_FORMAT,
    help=text_of("--from", default="recognised"),
)


def given(argument: str, role: AssociationRole | None, settings_file: Path | None, isolated: bool) -> str | Source:
    """An argument as it is, or, for ``peer:``, what that peer accepts, which it is asked for now."""
    if not argument.startswith(PEER):
        return argument
    return of_peer(argument, role, partial(_asked, project=partial(options.project, settings_file, isolated)))


def _asked(peer: str, project: Callable[[], ProjectSettings]) -> ProbeOutcome:
    """As ``asprofile probe PEER --all --services`` asks, with its defaults and what the settings have of the peer."""
    # Not needed for files.
    from asprofile.cli import peers, probing
    from asprofile.cli.probe import command

    with command.make_context("probe", ["--", peer]) as context:
        asked = {name: context.params[name] for name in (*peers.NAMES, *probing.NAMES)}
        to = peers.resolve(peer, asked, project)
    return probing.ask(to, probing.ProbeManners(**asked), quiet=False, order=True, everything=True, services=True)
