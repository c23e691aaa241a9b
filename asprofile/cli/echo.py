"""``asprofile echo``."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import asprofile
from asprofile.cli import options, peers, send_options
from asprofile.cli.root import done
from asprofile.cli.terminal import style_for
from asprofile.net.dimse import status_text
from asprofile.printing import Style, printable

if TYPE_CHECKING:
    from asprofile.api.asking import Echoed
    from asprofile.send.echo import Echo, EchoReport


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
@options.report("text", "json")
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
    style = style_for(colour)
    as_json = form == "json"
    found = asprofile.echo(
        to,
        count=count,
        connect_timeout=given["connect_timeout"] or None,
        acse_timeout=given["acse_timeout"] or None,
        dimse_timeout=given["dimse_timeout"] or None,
    )
    report = found.report
    if as_json:
        click.echo(json.dumps(found.as_json(), indent=2))
    elif not quiet:
        for line in _lines(found, style):
            click.echo(line)
    if report.error is not None and not as_json:
        click.echo(f"asprofile: {printable(str(report.error))}", err=True)
    elif quiet and not as_json:
        for problem in _problems(found):
            click.echo(f"asprofile: {problem}", err=True)
    sys.stdout.flush()
    done(_status(report))


def _status(report: EchoReport) -> int:
    if report.negotiation is None:
        return 2
    return 0 if report.all_well else 1


def _lines(found: Echoed, style: Style) -> list[str]:
    report, to = found.report, found.to
    negotiation = report.negotiation
    if negotiation is None:
        return []
    name = f"{to.name}, " if to.name else ""
    accept = negotiation.accept
    limit = f"PDUs of up to {accept.max_pdu:,} bytes" if accept.max_pdu else "PDUs of any length"
    version = f"{accept.implementation_version_name} " if accept.implementation_version_name else ""
    lines = [
        f"{printable(f'{name}{to.peer}')}: association in {_milliseconds(report.associating)}",
        f"  security        {report.security or 'none'}",
        f"  implementation  {printable(f'{version}({accept.implementation_class_uid})')}",
        f"  receives        {limit}",
    ]
    if not report.verified:
        return [*lines, *(f"  {style('no C-ECHO', 'red')}: {problem}" for problem in _problems(found))]
    lines += [_echo_line(number, one, style) for number, one in enumerate(report.echoes, 1)]
    if len(report.echoes) > 1:
        times = [one.seconds for one in report.echoes]
        least, mean, most = min(times), sum(times) / len(times), max(times)
        spread = ", ".join(map(_milliseconds, (least, mean, most)))
        lines.append(f"  {len(times)} round trips: least, mean, most: {spread}")
    return lines


def _echo_line(number: int, found: Echo, style: Style) -> str:
    status = style(status_text(found.status), "green" if found.status == 0 else "red")
    comment = f" ({printable(found.comment)})" if found.comment else ""
    return f"  C-ECHO {number:<8} {status}{comment} in {_milliseconds(found.seconds)}"


def _problems(found: Echoed) -> list[str]:
    """What is not as it should be though the association ended in good order."""
    if found.report.negotiation is None:
        return []
    if not found.report.verified:
        return [f"the peer does not accept the Verification SOP class from us: {found.refusal}"]
    return [f"C-ECHO: {status_text(one.status)}" for one in found.report.echoes if one.status]


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"
