"""``asprofile echo``."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import asprofile
from asprofile.cli import options, peers, send_options
from asprofile.cli.exits import typed
from asprofile.cli.root import done
from asprofile.cli.showing import show
from asprofile.printing import printable
from asprofile.render.echo_text import problems

if TYPE_CHECKING:
    from asprofile.send.echo import EchoReport


@options.command(
    summary="Verify that a peer answers.",
    examples=("asprofile echo PACS@127.0.0.1:11112", "asprofile echo pacs --count 10 --json"),
)
@options.argument("peer", metavar="PEER", required=False)
@options.option(
    "--count",
    heading=options.CONTENT,
    type=click.IntRange(1),
    default=1,
    show_default=True,
    metavar="N",
    help="Ask N times.",
)
@peers.options
@send_options.connect_timeout
@send_options.acse_timeout
@send_options.dimse_timeout
@options.report("echo")
@options.colour
@options.quiet("nothing but errors.")
@options.flag("--show-settings", heading=options.SETTINGS, detail="Without PEER, those of all peers.")
@options.config
def command(
    peer: str | None,
    count: int,
    connect_timeout: float,
    acse_timeout: float,
    dimse_timeout: float,
    form: str,
    show_settings: bool,
    settings_file: Path | None,
    isolated: bool,
    colour: str,
    quiet: bool,
    **given: Any,
) -> None:
    """Verify that a peer answers (C-ECHO) and how fast, and show what it says about itself.

    PEER is an address, [AET@]HOST:PORT, or the name of a peer in the nearest asprofile.toml.

    Exit status 1 when the peer accepted the association but not the echo, 2 when there was no association.
    """
    project = partial(options.project, settings_file, isolated)
    if show_settings:
        from asprofile.cli.peers_text import peers_text

        chosen = project().peers if peer is None else (project().peer(peer),)
        click.echo("\n".join(peers_text(chosen)))
        done(0)
    if peer is None:
        raise click.UsageError("Missing argument 'PEER'.")
    given |= {"connect_timeout": connect_timeout, "acse_timeout": acse_timeout, "dimse_timeout": dimse_timeout}
    to = peers.resolve(peer, given, project)
    found = asprofile.echo(
        to,
        count=count,
        connect_timeout=given["connect_timeout"] or None,
        acse_timeout=given["acse_timeout"] or None,
        dimse_timeout=given["dimse_timeout"] or None,
    )
    report = found.report
    if form != "text" or not quiet:
        show("echo", form, found, colour)
    if report.error is not None and form == "text":
        click.echo(f"asprofile: {printable(typed(report.error))}", err=True)
    elif quiet and form == "text":
        for problem in problems(found):
            click.echo(f"asprofile: {problem}", err=True)
    sys.stdout.flush()
    done(_status(report))


def _status(report: EchoReport) -> int:
    if report.negotiation is None:
        return 2
    return 0 if report.all_well else 1
