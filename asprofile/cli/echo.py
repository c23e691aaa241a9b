"""``asprofile echo``."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from asprofile.cli import options, peers, send_options
from asprofile.cli.root import done
from asprofile.cli.terminal import style_for
from asprofile.negotiate.results import refusal_text
from asprofile.net.dimse import status_text
from asprofile.printing import Style, printable
from asprofile.send.destination import Destination
from asprofile.send.echo import Echo, EchoReport, echo, verification_request
from asprofile.send.options import SendOptions

JSON_VERSION = 1


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
    """Verify that a peer answers (C-ECHO), how fast, and show what it says of itself.

    PEER is an address, [AET@]HOST:PORT, or the name of a peer in the nearest asprofile.toml.

    Exit status 1 when the peer took the association but not the echo, 2 when there was no association.
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
    limits = SendOptions(
        connect_timeout=given["connect_timeout"] or None,
        acse_timeout=given["acse_timeout"] or None,
        dimse_timeout=given["dimse_timeout"] or None,
        link=to.link,
    )
    style = style_for(colour)
    as_json = form == "json"
    report = echo(verification_request(**to.titles), to.peer, limits, count)
    if as_json:
        click.echo(json.dumps(_json(report, to), indent=2))
    elif not quiet:
        for line in _lines(report, to, style):
            click.echo(line)
    if report.error is not None and not as_json:
        click.echo(f"asprofile: {printable(str(report.error))}", err=True)
    elif quiet and not as_json:
        for problem in _problems(report):
            click.echo(f"asprofile: {problem}", err=True)
    sys.stdout.flush()
    done(_status(report))


def _status(report: EchoReport) -> int:
    if report.negotiation is None:
        return 2
    return 0 if report.all_well else 1


def _lines(report: EchoReport, to: Destination, style: Style) -> list[str]:
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
        return [*lines, *(f"  {style('no C-ECHO', 'red')}: {problem}" for problem in _problems(report))]
    lines += [_echo_line(number, found, style) for number, found in enumerate(report.echoes, 1)]
    if len(report.echoes) > 1:
        times = [found.seconds for found in report.echoes]
        least, mean, most = min(times), sum(times) / len(times), max(times)
        spread = ", ".join(map(_milliseconds, (least, mean, most)))
        lines.append(f"  {len(times)} round trips: least, mean, most: {spread}")
    return lines


def _echo_line(number: int, found: Echo, style: Style) -> str:
    status = style(status_text(found.status), "green" if found.status == 0 else "red")
    comment = f" ({printable(found.comment)})" if found.comment else ""
    return f"  C-ECHO {number:<8} {status}{comment} in {_milliseconds(found.seconds)}"


def _problems(report: EchoReport) -> list[str]:
    """What is not as it should be though the association ended in good order."""
    if report.negotiation is None:
        return []
    if not report.verified:
        return [f"the peer does not accept the Verification SOP class from us: {_not_verified(report)}"]
    return [f"C-ECHO: {status_text(found.status)}" for found in report.echoes if found.status]


def _not_verified(report: EchoReport) -> str:
    """What became of the context of the Verification SOP class, where it cannot be used."""
    assert report.negotiation is not None, "there was an association"
    return refusal_text(report.negotiation.contexts[0])


def _milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def _json(report: EchoReport, to: Destination) -> dict[str, Any]:
    accept = None if report.negotiation is None else report.negotiation.accept
    return {
        "version": JSON_VERSION,
        "peer": str(to.peer),
        "name": to.name,
        "called_ae": to.called_ae,
        "calling_ae": to.calling_ae,
        "tls": report.security or None,
        "association": None
        if accept is None
        else {
            "seconds": round(report.associating, 6),
            "implementation_class_uid": accept.implementation_class_uid,
            "implementation_version_name": accept.implementation_version_name,
            "max_pdu": accept.max_pdu,
            "verification": report.verified,
            "verification_reason": None if report.verified else _not_verified(report),
        },
        "echoes": [
            {"status": found.status, "comment": found.comment, "seconds": round(found.seconds, 6)}
            for found in report.echoes
        ],
        "error": None if report.error is None else str(report.error),
    }
