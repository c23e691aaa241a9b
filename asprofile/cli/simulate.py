"""``asprofile simulate``."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import asprofile
from asprofile.api.described import describes
from asprofile.api.files import any_missing
from asprofile.api.simulating import SimulationReport, SimulationReports, related_classes
from asprofile.cli import inputs, many_files, options
from asprofile.cli.profiles import say_unread
from asprofile.cli.root import done
from asprofile.cli.showing import show
from asprofile.negotiate.acceptors import acceptors
from asprofile.printing import of_file, printable

if TYPE_CHECKING:
    from asprofile.negotiate.advice import NoContext
    from asprofile.negotiate.choose import AcceptedContext
    from asprofile.negotiate.simulate import Program
    from asprofile.objects.header import ObjectHeader, Unreadable
    from asprofile.settings.project import ProjectSettings


@options.command(
    summary="Say how two profiles negotiate, without a network.",
    examples=(
        "asprofile simulate my.cfg:CT AcceptorAll",
        "asprofile simulate scu.cfg scp.cfg --html -o gaps.html",
    ),
    cls=many_files.FilesCommand,
)
@options.argument("arguments", nargs=-1, required=True, metavar="SCU... SCP [PATH...]")
@many_files.option("what is really sent.", heading=options.PROFILE)
@options.option(
    "--scp",
    "acceptors_too",
    heading=options.PROFILE,
    multiple=True,
    metavar="SCP",
    help="One more acceptor.",
)
@options.release
@inputs.from_format
@options.option(
    "--acceptor",
    "program",
    heading=options.PROFILE,
    type=options.Choice(["storescp", "dcmrecv"]),
    default="storescp",
    show_default=True,
    help="Who loads the SCP profile. dcmrecv rejects the whole association if it accepts none of its contexts.",
)
@options.option(
    "--as",
    "behaves",
    heading=options.PROFILE,
    type=options.Choice(list(acceptors())),
    help="Which program accepts: they choose differently.  [default: the one that SCP is a file of]",
)
@options.option(
    "--related",
    heading=options.PROFILE,
    multiple=True,
    metavar="CLASS=GENERAL[,...]",
    help="The requestor names these related general SOP classes of a SOP class, which no profile can say and dcm4che "
    "heeds.",
)
@options.report("simulate")
@options.colour
@options.verbose("each object, not only those that would not be sent.")
@options.config
def command(
    arguments: tuple[str, ...],
    from_files: tuple[str, ...],
    acceptors_too: tuple[str, ...],
    release: str | None,
    from_format: str | None,
    program: Program,
    behaves: str | None,
    related: tuple[str, ...],
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

    SCU and SCP are [FILE:]NAME, or FILE if it has one profile; FILE may also be of any format that `asprofile
    convert` reads (of Orthanc, dcm4che, Conquest), a debug log, a capture and a result of `asprofile probe` among them;
    or peer:NAME or peer:AET@HOST:PORT, which is asked what it accepts. With PATH (or --from-files), files or
    directories, it also shows which objects would be sent. There may be several SCU, and with --scp several acceptors.

    Last come the gaps: SOP classes and transfer syntaxes that are taken only converted, or not at all, and roles, each
    with the smallest change to either side that closes it, which has been tried. Programs choose differently which
    transfer syntax of several they take: --as says which one accepts.

    Exit status 1 when no context is accepted, when a role that the requestor asks for is not granted, or when an object
    would not be sent; 2 when a path does not exist.
    """
    project = options.project(settings_file, isolated)
    requestors, accepting, rest = _sides(arguments, project)
    paths = (*rest, *from_files)
    # What is not a file is asked once.
    scus = [inputs.given(one, "requestor", settings_file, isolated) for one in requestors]
    scps = [inputs.given(one, "acceptor", settings_file, isolated) for one in (accepting, *acceptors_too)]
    general = related_classes(related)
    reports = []
    for scu, scp in product(scus, scps):
        telling = _Telling(colour, verbose=verbose, silent=form != "text")
        found = asprofile.simulate(
            scu,
            scp,
            paths,
            release=release or project.release,
            acceptor=program,
            behaves=behaves,
            related=general,
            on_negotiated=telling.negotiated,
            on_item=telling.item,
            from_format=from_format,
            settings=project,
        )
        reports.append(found)
        if form == "text":
            _end(found, colour, objects=bool(paths))
    whole = reports[0] if len(reports) == 1 else SimulationReports(tuple(reports))
    if form != "text":
        show("simulate", form, whole, colour)
    if any_missing(paths):
        done(2)
    done(0 if whole.all_well else 1)


def _end(found: SimulationReport, colour: str, *, objects: bool) -> None:
    show("gaps", "text", found, colour)
    if objects:
        skipped = f"; {found.skipped:,} other files skipped" if found.skipped else ""
        click.echo(f"objects: {found.sent:,} would be sent, {found.refused:,} would not{skipped}")


def _sides(arguments: tuple[str, ...], project: ProjectSettings) -> tuple[list[str], str, list[str]]:
    """Requestors, the acceptor, and paths of objects: the first two are no paths, and after them what describes a
    negotiation, up to the first that does not. Raises UsageError.
    """
    if len(arguments) < 2:
        raise click.UsageError("Missing argument 'SCP': who accepts what the others propose.")
    count = 2
    while count < len(arguments) and describes(arguments[count], project):
        count += 1
    return list(arguments[: count - 1]), arguments[count - 1], list(arguments[count:])


class _Telling:
    """Says what comes of the contexts, then of the objects as they come: of each kind once, or of all."""

    def __init__(self, colour: str, *, verbose: bool, silent: bool) -> None:
        self._colour = colour
        self._verbose = verbose
        self._silent = silent
        self._said: set[tuple[str, str]] = set()

    def negotiated(self, found: SimulationReport) -> None:
        for source in found.sources:
            say_unread(source)
        if not self._silent:
            show("simulate", "text", found, self._colour)

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
