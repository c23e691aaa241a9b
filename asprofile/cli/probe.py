"""``asprofile probe``."""

from __future__ import annotations

import json
import sys
from functools import partial
from pathlib import Path
from typing import Any

import click

from asprofile.cli import options, peers, probe_report
from asprofile.cli.peers import Destination
from asprofile.cli.probe_report import Found
from asprofile.cli.probing import DEFAULT_RATE, ask, services, storage_classes, syntaxes
from asprofile.cli.root import INTERRUPTED, done
from asprofile.cli.send_options import Seconds
from asprofile.cli.terminal import style_for
from asprofile.cli.writing import write_file
from asprofile.errors import AsprofileError, AssociationError
from asprofile.lint.render.text import printable
from asprofile.negotiate.probing import Probing, pairs
from asprofile.negotiate.request import propose
from asprofile.send.options import SendOptions
from asprofile.send.session import open_session


@click.command(short_help="Ask a peer what it accepts.")
@click.argument("peer", metavar="PEER")
@click.option("--profile", metavar="NAME", help="Propose the contexts of this profile, as `asprofile send` does.")
@click.option("--config", metavar="FILE", help="Take the profile from this file.")
@options.release
@click.option("--all", "everything", is_flag=True, help="Ask for every SOP class with every transfer syntax.")
@click.option("--storage", is_flag=True, help="Of these, the Storage SOP classes only.")
@click.option("--sop", multiple=True, metavar="SOP", help="A SOP class: DCMTK's name, keyword or UID. Repeatable.")
@click.option("--ts", multiple=True, metavar="TS", help="A transfer syntax or a family of them. Repeatable.")
@click.option("--no-order", is_flag=True, help="Do not ask for the order of preference.")
@click.option(
    "--rate",
    type=click.FloatRange(0),
    default=DEFAULT_RATE,
    show_default=True,
    metavar="N",
    help="Associations a second at most; 0 for no limit.",
)
@click.option("--retries", type=click.IntRange(0), default=3, show_default=True, help="Tries when the peer is busy.")
@peers.options
@click.option("--connect-timeout", type=Seconds(), default=10, show_default=True, help="Opening the connection.")
@click.option("--acse-timeout", type=Seconds(), default=30, show_default=True, help="Answer to associate and release.")
@click.option("--refused", is_flag=True, help="List the SOP classes that are refused, too.")
@click.option("--format", "form", type=options.Choice(["text", "json", "html"]), default="text", show_default=True)
@click.option("--json", "form", flag_value="json", help="The same as --format json.")
@click.option("--html", "form", flag_value="html", help="The same as --format html.")
@click.option("-o", "--output", metavar="OUTPUT", help="Write it to this file, which must not exist yet.")
@click.option("--force", is_flag=True, help="With --output: write over a file that exists.")
@options.settings
@options.colour
@click.option("-q", "--quiet", is_flag=True, help="Say nothing of what is going on.")
def command(
    peer: str,
    profile: str | None,
    config: str | None,
    release: str | None,
    everything: bool,
    storage: bool,
    sop: tuple[str, ...],
    ts: tuple[str, ...],
    no_order: bool,
    rate: float,
    retries: int,
    connect_timeout: float,
    acse_timeout: float,
    refused: bool,
    form: str,
    output: str | None,
    force: bool,
    settings_file: Path | None,
    isolated: bool,
    colour: str,
    quiet: bool,
    **given: Any,
) -> None:
    """Ask a peer what it accepts, without sending anything: the contexts of a profile, exactly as `asprofile send`
    proposes them; or SOP classes and transfer syntaxes, each pair in a context of its own.

    PEER is an address, [AET@]HOST:PORT, or the name of a peer in the nearest asprofile.toml, whose profile is asked for
    if nothing else is said. Without any, everything is.

    The pairs take some hundred associations, one after the other. First each SOP class is offered with many transfer
    syntaxes together; what is refused then is not asked for one by one.

    Exit status 1 when a context of the profile was refused or the answers are incomplete, 2 without an association,
    130 when interrupted; what was found out is shown all the same.
    """
    _check_output(output, force=force)
    given |= {"connect_timeout": connect_timeout, "acse_timeout": acse_timeout}
    project = partial(options.project, settings_file, isolated)
    to = peers.resolve(peer, given, project)
    by_pairs = everything or storage or bool(sop or ts)
    if by_pairs and (profile or config):
        raise click.UsageError("--profile asks for its contexts, --all, --storage, --sop and --ts for pairs: not both.")
    limits = SendOptions(
        connect_timeout=given["connect_timeout"] or None,
        acse_timeout=given["acse_timeout"] or None,
        link=to.link,
        retries=retries,
    )
    wanted = profile or (None if by_pairs else to.profile)
    if wanted is not None:
        file = config or (to.config if profile is None else None)
        found = _of_profile(to, limits, wanted, file, release, project, colour)
    elif config is not None:
        raise click.UsageError("--config names the file of a profile: say which one with --profile NAME.")
    else:
        found = _of_pairs(to, limits, sop, ts, storage=storage, order=not no_order, rate=rate, quiet=quiet)
    if found.error is not None:
        click.echo(f"asprofile: {printable(str(found.error))}", err=True)
    if found.accept is not None:
        _show(found, form, output, force=force, refused=refused, colour=colour)
    done(_status(found))


def _status(found: Found) -> int:
    if found.accept is None:
        return 2 if found.error is not None else INTERRUPTED
    if not found.complete:
        return INTERRUPTED if found.error is None else 1
    if found.negotiation is None:
        return 0
    return 0 if all(context.transfer_syntax is not None for context in found.negotiation.contexts) else 1


def _check_output(output: str | None, *, force: bool) -> None:
    if force and output is None:
        raise click.UsageError("--force goes with --output")
    if output is not None and not force and Path(output).exists():
        raise AsprofileError(f"{output}: exists already; --force writes over it, or give another name")


def _of_profile(
    to: Destination, limits: SendOptions, name: str, config: str | None, release: str | None, project: Any, colour: str
) -> Found:
    # Reading profiles takes a while to import, and asking for pairs does not need it.
    from asprofile.cli.profiles import find

    settings = project()
    loaded, chosen = find(name, config, settings, release or settings.release, "requestor", colour)
    about = (chosen.name, str(loaded.source.path))
    request = propose(chosen, **to.titles)
    try:
        session = open_session(request, to.peer, limits)
    except AssociationError as error:
        return Found(to, None, "", 0, error, profile=about)
    negotiation, security = session.negotiation, session.security
    try:
        session.release()
    except AssociationError:
        session.abort()  # it has answered, which is all that was wanted of it
    return Found(to, negotiation.accept, security, 1, None, profile=about, negotiation=negotiation)


def _of_pairs(
    to: Destination,
    limits: SendOptions,
    sop: tuple[str, ...],
    ts: tuple[str, ...],
    *,
    storage: bool,
    order: bool,
    rate: float,
    quiet: bool,
) -> Found:
    classes: list[str] = []
    if sop:
        from asprofile.cli.named import sop_class

        classes = [sop_class(word) for word in sop]
    elif storage:
        classes = list(storage_classes())
    else:
        classes = [*storage_classes(), *services()]
    offered = tuple(syntaxes())
    if ts:
        from asprofile.generate import words

        offered = words.syntaxes(ts)
    report = ask(Probing(pairs(classes, offered), order=order), to, limits, rate, quiet=quiet)
    return Found(to, report.accept, report.security, report.associations, report.error, probed=report.probed)


def _show(found: Found, form: str, output: str | None, *, force: bool, refused: bool, colour: str) -> None:
    if form == "html":
        from asprofile.report.html import page

        shown = page(probe_report.matrix(found))
    elif form == "json":
        shown = json.dumps(probe_report.as_json(found), indent=2) + "\n"
    else:
        style = style_for(colour if output is None else "never")
        shown = "".join(f"{line}\n" for line in probe_report.text(found, style, refused=refused))
    if output is None:
        click.echo(shown.encode() if form == "html" else shown, nl=False)
        sys.stdout.flush()
        return
    data = shown.encode()
    write_file(output, data, force=force)
    click.echo(f"{printable(output)}: written, {len(data):,} bytes", err=True)
