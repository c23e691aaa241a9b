"""``asprofile probe``."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from asprofile.api.asking import pairs_asked
from asprofile.api.drifting import baseline as baseline_of
from asprofile.api.drifting import drifted
from asprofile.api.other_kinds import optional
from asprofile.cli import options, peers, probing
from asprofile.cli.exits import INTERRUPTED, typed
from asprofile.cli.profiles import say_unread
from asprofile.cli.root import done
from asprofile.cli.showing import show
from asprofile.printing import printable
from asprofile.report.probe.probed import without_role

if TYPE_CHECKING:
    from asprofile.api.asking import ProbeOutcome
    from asprofile.errors import AssociationError
    from asprofile.send.destination import Destination


@options.command(
    summary="Ask a peer what it accepts; nothing is sent.",
    examples=(
        "asprofile probe PACS@127.0.0.1:11112 --profile my.cfg:CT",
        "asprofile probe PACS@127.0.0.1:11112 --all --html -o pacs.html",
        "asprofile probe PACS@127.0.0.1:11112 --sop CTImageStorage --ts jpeg-ls",
        "asprofile probe PACS@127.0.0.1:11112 --baseline pacs.json",
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
@options.option(
    "--baseline",
    heading=options.CONTENT,
    metavar="FILE",
    help="What `asprofile probe --json` printed before: ask for the same again, and show only what differs.",
)
@probing.options
@peers.options
@options.report("probe")
@options.option("--refused", heading=options.OUTPUT, is_flag=True, help="List what is refused, too, not only how many.")
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
    baseline: str | None,
    form: str,
    refused: bool,
    settings_file: Path | None,
    isolated: bool,
    colour: str,
    quiet: bool,
    **given: Any,
) -> None:
    """Ask a peer what it accepts, with associations in which nothing is sent.

    With a profile (--profile, or the one that a named peer has in its settings) there is one association, exactly as
    `asprofile send` makes it, and the result of each context is shown.

    Without one, or with --all, it asks for every known storage SOP class with every transfer syntax, in as many
    associations as needed, one at a time and at most --rate a second. --sop and --ts ask for less; with --all they add
    to it. The report has only what the peer answered.

    PEER is an address, [AET@]HOST:PORT, or the name of a peer in the nearest asprofile.toml.

    With --baseline FILE it asks for what the probe in that file asked for, and shows in one line, and pair by pair
    below, what the peer takes now and did not take then, and the other way round.

    Exit status 1 when a context of the profile is refused or a role that it asks for is not granted, or when the peer
    left something unanswered; 2 when there was no association; 130 when interrupted. With --baseline 0 is the same, 1
    it differs, 2 not reached, or the same as far as there were answers.
    """
    given_one = optional(profile) if profile is not None else None
    wide = everything or services or bool(sop or ts)
    if wide and profile is not None:
        raise click.UsageError("--profile asks for a profile, --all, --services, --sop and --ts for pairs: choose one.")
    if baseline is not None and (wide or profile is not None):
        raise click.UsageError("--baseline says what to ask for: give it without --profile, --all, --sop and the like.")
    if baseline is not None and form == "html":
        raise click.UsageError("--baseline shows what differs as text or --json; a page is made without it.")
    project = partial(options.project, settings_file, isolated)
    to = peers.resolve(peer, given, project)
    manners = probing.ProbeManners(**given)
    if baseline is not None:
        _against(to, manners, baseline, form, colour, quiet=quiet, refused=refused)
    reference = given_one or (None if wide else to.profile)
    if reference is not None:
        settings = project()
        probed = probing.ask(
            to, manners, reference, quiet=quiet, release=release or settings.release, settings=settings
        )
        say_unread(probed.source)
    else:
        asked: dict[str, Any] = {"everything": everything, "services": services, "sop": sop, "ts": ts}
        if not quiet:
            pairs = pairs_asked(**asked)
            classes = len({uid for uid, _ in pairs})
            about = f"{classes:,} SOP class{'es' * (classes != 1)}, {len(pairs):,} pairs with transfer syntaxes"
            click.echo(f"asking for {about}; nothing is sent", err=True)
        probed = probing.ask(to, manners, quiet=quiet, order=not no_order, **asked)
    show("probe", form, probed, colour, refused=refused)
    _complain(probed.error, probing.incomplete(probed.report) if probed.report and probed.negotiation else "")
    sys.stdout.flush()
    done(_status(probed))


def _against(
    to: Destination, manners: probing.ProbeManners, path: str, form: str, colour: str, *, quiet: bool, refused: bool
) -> NoReturn:
    """Ask again what a baseline has, and show what differs."""
    before = baseline_of(path)
    found = probing.ask(to, manners, quiet=quiet, order=False, pairs=before.pairs)
    against = drifted(found, before)
    show("drift", form, against, colour, refused=refused)
    sys.stdout.flush()
    done(INTERRUPTED if found.was_interrupted else against.status)


def _complain(error: AssociationError | None, missing: str) -> None:
    if error is not None:
        click.echo(f"asprofile: {printable(typed(error))}", err=True)
    if missing:
        click.echo(f"asprofile: {missing}", err=True)


def _status(probed: ProbeOutcome) -> int:
    if probed.was_interrupted:
        return INTERRUPTED
    if probed.negotiation is None:
        return 2
    if probed.report is not None:
        return 1 if probing.incomplete(probed.report) else 0
    refused = any(context.transfer_syntax is None for context in probed.negotiation.contexts)
    return 1 if refused or without_role(probed.negotiation) else 0
