"""``asprofile simulate``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import asprofile
from asprofile.api.files import any_missing
from asprofile.cli import options
from asprofile.cli.profiles import say_unread
from asprofile.cli.root import done
from asprofile.cli.terminal import style_for
from asprofile.names.uids import display_name
from asprofile.negotiate.results import result_text
from asprofile.printing import Style, named, of_file, printable

if TYPE_CHECKING:
    from asprofile.api.simulating import SimulationReport
    from asprofile.negotiate.advice import NoContext
    from asprofile.negotiate.choose import AcceptedContext
    from asprofile.negotiate.simulate import ContextOutcome, Program, Simulation
    from asprofile.objects.header import ObjectHeader, Unreadable


@options.command(
    summary="Say how two profiles negotiate, without a network.",
    examples=("asprofile simulate my.cfg:CT AcceptorAll", "asprofile simulate scu.cfg scp.cfg study --json"),
)
@options.argument("scu", metavar="SCU")
@options.argument("scp", metavar="SCP")
@options.argument("paths", nargs=-1, metavar="[PATH...]")
@options.release
@options.option(
    "--acceptor",
    "program",
    heading=options.PROFILE,
    type=options.Choice(["storescp", "dcmrecv"]),
    default="storescp",
    show_default=True,
    help="Who loads the SCP profile. dcmrecv rejects the whole association if it accepts none of its contexts.",
)
@options.report("text", "json")
@options.colour
@options.verbose("each object, not only those that would not be sent.")
@options.config
def command(
    scu: str,
    scp: str,
    paths: tuple[str, ...],
    release: str | None,
    program: Program,
    form: str,
    settings_file: Path | None,
    isolated: bool,
    colour: str,
    verbose: bool,
) -> None:
    """Show how a requestor (storescu) with one profile and an acceptor (storescp, dcmrecv) with another negotiate: for
    each presentation context the accepted transfer syntax and role, or why it is refused. DCMTK's acceptor takes the
    first transfer syntax of its own list that is proposed. From DCMTK 3.6.2 on it refuses a context for which its
    profile has the role SCP and the requestor proposes no role; with --release 3.6.0 it accepts it.

    SCU and SCP are [FILE:]NAME, or FILE if it has one profile. With PATH, files or directories, it also shows which
    objects would be sent.

    Exit status 1 when no context is accepted, when a role that the requestor asks for is not granted, or when an object
    would not be sent; 2 when a path does not exist.
    """
    project = options.project(settings_file, isolated)
    telling = _Telling(style_for(colour), verbose=verbose, as_json=form == "json")
    found = asprofile.simulate(
        scu,
        scp,
        paths,
        release=release or project.release,
        acceptor=program,
        on_negotiated=telling.negotiated,
        on_item=telling.item,
        settings=project,
    )
    if form == "json":
        click.echo(json.dumps(found.as_json(), indent=2))
    elif paths:
        skipped = f"; {found.skipped:,} other files skipped" if found.skipped else ""
        click.echo(f"objects: {found.sent:,} would be sent, {found.refused:,} would not{skipped}")
    if any_missing(paths):
        done(2)
    done(0 if found.all_well else 1)


class _Telling:
    """Says what comes of the contexts, then of the objects as they come: of each kind once, or of all."""

    def __init__(self, style: Style, *, verbose: bool, as_json: bool) -> None:
        self._style = style
        self._verbose = verbose
        self._silent = as_json
        self._said: set[tuple[str, str]] = set()

    def negotiated(self, found: SimulationReport) -> None:
        for source in found.sources:
            say_unread(source)
        if not self._silent:
            of = f"{found.paths[0]}:{found.requestor.name} to {found.paths[1]}:{found.acceptor.name}"
            click.echo("\n".join(_text(found.simulation, printable(of), self._style)))

    def item(self, item: ObjectHeader | Unreadable, choice: AcceptedContext | NoContext | None) -> None:
        path = of_file(str(item.path))
        if choice is None:
            if not getattr(item, "skipped", False):
                click.echo(f"asprofile: {path}: {printable(getattr(item, 'reason', ''))}", err=True)
        elif self._silent:
            return
        elif (reason := getattr(choice, "reason", None)) is None:
            if self._verbose:
                click.echo(f"{path}: would be sent in context {getattr(choice, 'id', 0)}")
        else:
            self._refused(path, item, reason, getattr(choice, "way_out", ""))

    def _refused(self, path: str, item: Any, reason: str, way_out: str) -> None:
        kind = item.sop_class, item.transfer_syntax
        if self._verbose or kind not in self._said:
            click.echo(f"{path}: would not be sent: {printable(reason)}")
        if kind not in self._said:
            click.echo(f"  {printable(way_out)}")
        self._said.add(kind)


# -- text


def _text(found: Simulation, title: str, style: Style) -> Iterator[str]:
    accepted = sum(outcome.accepted for outcome in found.outcomes)
    without_role = sum(bool(outcome.role_failure) for outcome in found.outcomes)
    roles = f", {without_role:,} without the role that was asked for" if without_role else ""
    yield f"{title}: {accepted} of {len(found.outcomes)} contexts accepted{roles}"
    if found.rejected:
        yield f"{style('rejected', 'red')}: dcmrecv rejects an association of which it accepts no context"
    width = max(len(named(display_name(outcome.context.abstract_syntax))) for outcome in found.outcomes)
    for outcome in found.outcomes:
        context = outcome.context
        name = named(display_name(context.abstract_syntax))
        yield f"{context.id:>4}  {name:<{width}}  {_outcome(outcome, style)}"
    for item in found.extended:
        yield f"      extended negotiation of {named(display_name(item.sop_class))}: {named(item.data.hex())}"


def _outcome(outcome: ContextOutcome, style: Style) -> str:
    context = outcome.context
    if context.transfer_syntax is None:
        word = style("refused", "red")
        return f"{word} ({context.result}, {result_text(context.result)}): {printable(outcome.reason)}"
    word = style("accepted", "yellow") if outcome.role_failure else style("accepted", "green")
    text = f"{word}: {named(display_name(context.transfer_syntax))}"
    if outcome.role != "default":
        roles = " and ".join(name for name, has in (("SCU", context.scu), ("SCP", context.scp)) if has)
        text += f", requestor is {roles or 'neither SCU nor SCP'}"
    return text + (f" ({outcome.reason})" if outcome.reason else "")
