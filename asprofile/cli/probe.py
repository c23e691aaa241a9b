"""``asprofile probe``."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from asprofile.cli import options, peers, probing
from asprofile.cli.exits import INTERRUPTED
from asprofile.cli.root import done
from asprofile.cli.terminal import style_for
from asprofile.model.reference import ProfileReference, parse_reference
from asprofile.printing import printable
from asprofile.report.probe.json import as_json
from asprofile.report.probe.probed import Probed, without_role
from asprofile.report.probe.text import lines

if TYPE_CHECKING:
    from asprofile.cli.probing import ProbeManners
    from asprofile.errors import AssociationError
    from asprofile.negotiate.probing import Pair
    from asprofile.send.destination import Destination


@options.command(
    summary="Ask a peer what it accepts; nothing is sent.",
    examples=(
        "asprofile probe PACS@127.0.0.1:11112 --profile my.cfg:CT",
        "asprofile probe PACS@127.0.0.1:11112 --all --html -o pacs.html",
        "asprofile probe PACS@127.0.0.1:11112 --sop CTImageStorage --ts jpeg-ls",
    ),
)
@options.argument("peer", metavar="PEER")
@options.profile
@options.release
@options.option(
    "--all",
    "everything",
    heading=options.CONTENT,
    is_flag=True,
    help="Ask for every storage SOP class with every transfer syntax.",
)
@options.option(
    "--services",
    heading=options.CONTENT,
    is_flag=True,
    help="Ask for SOP classes of other services, too: queries, worklists, print.",
)
@options.sop
@options.ts()
@options.option(
    "--no-order",
    heading=options.CONTENT,
    is_flag=True,
    help="Do not ask which transfer syntax is preferred; fewer associations.",
)
@probing.options
@peers.options
@options.report("text", "json", "html")
@options.option("--refused", heading=options.OUTPUT, is_flag=True, help="List what is refused, too, not only how much.")
@options.colour
@options.quiet("no progress.")
@options.config
def command(
    peer: str,
    profile: str | None,
    release: str | None,
    everything: bool,
    services: bool,
    sop: tuple[str, ...],
    ts: tuple[str, ...],
    no_order: bool,
    form: str,
    refused: bool,
    settings_file: Path | None,
    isolated: bool,
    colour: str,
    quiet: bool,
    **given: Any,
) -> None:
    """Ask a peer what it accepts, by associations in which nothing is sent.

    With a profile (--profile, or the one that a named peer has in its settings) there is one association, exactly as
    `asprofile send` makes it, and you are told what becomes of each context.

    Without one, or with --all: every storage SOP class that is known, with every transfer syntax, in as many
    associations as it takes, one at a time and not more than --rate a second. --sop and --ts ask for less; with --all
    they add to it. What is told is only what the peer answered.

    PEER is an address, [AET@]HOST:PORT, or the name of a peer in the nearest asprofile.toml.

    Exit status 1 when a context of the profile is refused or a role that it asks for is not granted, or the peer gave
    no answer to some of what was asked; 2 when there was no association; 130 when interrupted.
    """
    given_one = parse_reference(profile) if profile is not None else None
    wide = everything or services or bool(sop or ts)
    if wide and profile is not None:
        raise click.UsageError("--profile asks for a profile, --all, --services, --sop and --ts for pairs: choose one.")
    project = partial(options.project, settings_file, isolated)
    to = peers.resolve(peer, given, project)
    manners = probing.ProbeManners(**given)
    reference = given_one or (None if wide else to.profile)
    if reference is not None:
        probed = _of_profile(reference, release, project(), to, manners, quiet=quiet)
    else:
        pairs = _pairs(everything=everything, services=services, sop=sop, ts=ts)
        if not quiet:
            classes = len({uid for uid, _ in pairs})
            about = f"{classes:,} SOP class{'es' * (classes != 1)}, {len(pairs):,} pairs with transfer syntaxes"
            click.echo(f"asking for {about}; nothing is sent", err=True)
        report = probing.ask(pairs, to, manners, order=not no_order, quiet=quiet)
        probed = Probed(to, report.negotiation, report.security, report.seconds, report.error, report=report)
    _show(probed, form, colour, refused=refused)
    _complain(probed.error, probing.incomplete(probed.report) if probed.report and probed.negotiation else "")
    sys.stdout.flush()
    done(_status(probed))


def _of_profile(
    reference: ProfileReference,
    release: str | None,
    project: Any,
    to: Destination,
    manners: ProbeManners,
    *,
    quiet: bool,
) -> Probed:
    from asprofile.api.profiles import find
    from asprofile.cli.profiles import say_unread
    from asprofile.negotiate.request import propose

    loaded, found = find(reference, project, release or project.release, "requestor")
    say_unread(loaded.source)
    report = probing.ask_once(propose(found, **to.titles), to, manners, quiet=quiet)
    return Probed(
        to,
        report.negotiation,
        report.security,
        report.seconds,
        report.error,
        profile=(found.name, str(loaded.source.path)),
        interrupted=report.interrupted,
    )


def _pairs(*, everything: bool, services: bool, sop: tuple[str, ...], ts: tuple[str, ...]) -> list[Pair]:
    # Not needed for a profile.
    from asprofile.api.named import sop_class
    from asprofile.generate.words import syntaxes

    named, offered = tuple(dict.fromkeys(map(sop_class, sop))), syntaxes(ts)
    classes = probing.every_class(services=services)
    if not everything:
        return probing.pairs_of(
            (*named, *(classes if services else ())) if named else classes, offered or probing.every_syntax()
        )
    return probing.pairs_of(dict.fromkeys((*classes, *named)), dict.fromkeys((*probing.every_syntax(), *offered)))


def _show(probed: Probed, form: str, colour: str, *, refused: bool) -> None:
    if form == "json":
        click.echo(json.dumps(as_json(probed), indent=2))
    elif probed.negotiation is None:
        return
    elif form == "html":
        # Not needed by the other forms.
        from asprofile.report.html import page
        from asprofile.report.probe.page import matrix

        # A page says of itself that it is UTF-8, whatever the terminal takes.
        click.echo(page(matrix(probed)).encode(), nl=False)
    else:
        for line in lines(probed, style_for(colour), refused=refused):
            click.echo(line)


def _complain(error: AssociationError | None, missing: str) -> None:
    if error is not None:
        click.echo(f"asprofile: {printable(str(error))}", err=True)
    if missing:
        click.echo(f"asprofile: {missing}", err=True)


def _status(probed: Probed) -> int:
    if probed.was_interrupted:
        return INTERRUPTED
    if probed.negotiation is None:
        return 2
    if probed.report is not None:
        return 1 if probing.incomplete(probed.report) else 0
    refused = any(context.transfer_syntax is None for context in probed.negotiation.contexts)
    return 1 if refused or without_role(probed.negotiation) else 0
