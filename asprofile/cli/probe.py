"""``asprofile probe``."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from asprofile.cli import options, peers, probing
from asprofile.cli.files import STDIN
from asprofile.cli.root import INTERRUPTED, done
from asprofile.cli.terminal import style_for
from asprofile.cli.writing import check_output, write_file
from asprofile.model.reference import Reference, parse_reference
from asprofile.printing import printable
from asprofile.report.probe.json import as_json
from asprofile.report.probe.probed import Probed, without_role
from asprofile.report.probe.text import lines

if TYPE_CHECKING:
    from asprofile.cli.probing import Manners
    from asprofile.errors import AssociationError
    from asprofile.negotiate.probing import Pair
    from asprofile.send.destination import Destination


@click.command(short_help="Ask a peer what it accepts; nothing is sent.")
@click.argument("peer", metavar="PEER")
@options.profile
@options.release
@click.option("--all", "everything", is_flag=True, help="Ask for every storage SOP class with every transfer syntax.")
@click.option("--services", is_flag=True, help="Ask for SOP classes of other services, too: queries, worklists, print.")
@click.option("--sop", multiple=True, metavar="SOP", help="Ask for this SOP class: name, keyword or UID. Repeatable.")
@click.option(
    "--ts",
    multiple=True,
    metavar="TS",
    help="Ask with this transfer syntax (name, keyword, UID, or a family such as jpeg-ls). Repeatable.",
)
@click.option("--no-order", is_flag=True, help="Do not ask which transfer syntax is preferred; fewer associations.")
@probing.options
@peers.options
@click.option("--format", "form", type=options.Choice(["text", "json", "html"]), default="text", show_default=True)
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@click.option("--html", "form", flag_value="html", help="The same as --format html.")
@click.option(
    "-o", "--output", metavar="FILE", help="Write it to this file, which must not exist yet; `-`: standard output."
)
@click.option(
    "--force", is_flag=True, help="With --output: write over a file that exists; never over data, keys or settings."
)
@click.option("--refused", is_flag=True, help="List what is refused, too, not only how much.")
@options.config
@options.colour
@click.option("-q", "--quiet", is_flag=True, help="No progress, nothing but the result and errors.")
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
    output: str | None,
    force: bool,
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
    inputs = [given_one.path] if given_one is not None and given_one.path is not None else []
    check_output(output, force=force, inputs=inputs)
    wide = everything or services or bool(sop or ts)
    if wide and profile is not None:
        raise click.UsageError("--profile asks for a profile, --all, --services, --sop and --ts for pairs: choose one.")
    project = partial(options.project, settings_file, isolated)
    to = peers.resolve(peer, given, project)
    manners = probing.Manners(**given)
    reference = given_one or (None if wide else to.profile)
    if reference is not None:
        probed = _of_profile(reference, release, project(), colour, to, manners, quiet=quiet)
    else:
        pairs = _pairs(everything=everything, services=services, sop=sop, ts=ts)
        if not quiet:
            classes = len({uid for uid, _ in pairs})
            about = f"{classes:,} SOP class{'es' * (classes != 1)}, {len(pairs):,} pairs with transfer syntaxes"
            click.echo(f"asking for {about}; nothing is sent", err=True)
        report = probing.ask(pairs, to, manners, order=not no_order, quiet=quiet)
        probed = Probed(to, report.negotiation, report.security, report.seconds, report.error, report=report)
    _show(probed, form, output, colour, force=force, refused=refused, quiet=quiet)
    _complain(probed.error, probing.incomplete(probed.report) if probed.report and probed.negotiation else "")
    sys.stdout.flush()
    done(_status(probed))


def _of_profile(
    reference: Reference,
    release: str | None,
    project: Any,
    colour: str,
    to: Destination,
    manners: Manners,
    *,
    quiet: bool,
) -> Probed:
    from asprofile.cli.profiles import find, say_unread
    from asprofile.negotiate.request import propose

    loaded, found = find(reference, project, release or project.release, "requestor", colour)
    say_unread(loaded)
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
    from asprofile.cli.named import sop_class
    from asprofile.generate.words import syntaxes

    named, offered = tuple(dict.fromkeys(map(sop_class, sop))), syntaxes(ts)
    classes = probing.every_class(services=services)
    if not everything:
        return probing.pairs_of(
            (*named, *(classes if services else ())) if named else classes, offered or probing.every_syntax()
        )
    return probing.pairs_of(dict.fromkeys((*classes, *named)), dict.fromkeys((*probing.every_syntax(), *offered)))


def _show(
    probed: Probed, form: str, output: str | None, colour: str, *, force: bool, refused: bool, quiet: bool
) -> None:
    if form == "json":
        text = json.dumps(as_json(probed), indent=2) + "\n"
    elif probed.negotiation is None:
        return
    elif form == "html":
        # Not needed by the other forms.
        from asprofile.report.html import page
        from asprofile.report.probe.page import matrix

        text = page(matrix(probed))
    else:
        style = style_for(colour if output is None else "never")
        text = "".join(f"{line}\n" for line in lines(probed, style, refused=refused))
    data = text.encode()
    if output is None:
        # A page says of itself that it is UTF-8, whatever the terminal takes.
        click.echo(data if form == "html" else text, nl=False)
    else:
        write_file(output, data, force=force)
        if not quiet and output != STDIN:
            click.echo(f"{printable(output)}: written, {len(data):,} bytes", err=True)


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
