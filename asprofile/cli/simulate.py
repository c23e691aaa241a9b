"""``asprofile simulate``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from asprofile.cli import options
from asprofile.cli.files import any_missing
from asprofile.cli.profiles import loaded, say_unread
from asprofile.cli.references import parse, used
from asprofile.cli.root import done
from asprofile.cli.terminal import style_for
from asprofile.model import Profile
from asprofile.names.releases import at_least
from asprofile.names.uids import display_name
from asprofile.negotiate.advice import Adviser, NoContext
from asprofile.negotiate.choose import choose
from asprofile.negotiate.results import result_text
from asprofile.negotiate.simulate import ContextOutcome, Program, Simulation, simulate
from asprofile.printing import Style, named, of_file, printable

if TYPE_CHECKING:
    from asprofile.objects.header import ObjectHeader, Unreadable

JSON_VERSION = 1


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
    help="Who loads the SCP profile. dcmrecv rejects the whole association where it accepts no context.",
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
    """Say what comes of each presentation context when a requestor (storescu) with the one profile meets an acceptor
    (storescp, dcmrecv) with the other: accepted with which transfer syntax and role, or refused and why. DCMTK's
    acceptor takes the first transfer syntax of its own list that is proposed. From DCMTK 3.6.2 on it refuses a context
    for which its profile has the role SCP and the requestor proposes no role; with --release 3.6.0 it takes it.

    SCU and SCP are [FILE:]NAME, or FILE if it has one profile. With PATH, files or directories, also which objects
    would be sent.

    Exit status 1 when no context is accepted, when a role that the requestor asks for is not granted, or when an object
    would not be sent; 2 when a
    path does not exist.
    """
    as_json = form == "json"
    project = options.project(settings_file, isolated)
    wanted = release or project.release
    if program == "dcmrecv" and not at_least(wanted, "3.6.2"):
        raise click.UsageError(f"DCMTK {wanted} has no dcmrecv, which came with 3.6.2; leave out --acceptor dcmrecv.")
    references = parse(scu), parse(scp)
    files = (
        loaded(references[0], project, wanted, "requestor", colour),
        loaded(references[1], project, wanted, "acceptor", colour),
    )
    requestor, acceptor = (used(one, file, colour) for one, file in zip(references, files, strict=True))
    for file in files:
        say_unread(file)
    found = simulate(requestor, acceptor, wanted, program)
    if not as_json:
        paths_of = [one.path or file.source.path for one, file in zip(references, files, strict=True)]
        title = printable(f"{paths_of[0]}:{requestor.name} to {paths_of[1]}:{acceptor.name}")
        click.echo("\n".join(_text(found, title, style_for(colour))))
    objects = _Objects(found, verbose=verbose, as_json=as_json)
    if paths:
        objects.look_at(paths)
    if as_json:
        click.echo(json.dumps(_json(found, requestor, acceptor, wanted, objects), indent=2))
    useless = not any(outcome.accepted for outcome in found.outcomes)
    without_role = any(outcome.role_failure for outcome in found.outcomes)
    if any_missing(paths):
        done(2)
    done(1 if useless or without_role or objects.refused or objects.unreadable else 0)


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


# -- objects


class _Objects:
    """Which objects would be sent; of each kind it is decided once."""

    def __init__(self, found: Simulation, *, verbose: bool, as_json: bool) -> None:
        self.sent = self.refused = self.unreadable = self.skipped = 0
        self._negotiation = found.negotiation
        self._adviser = Adviser(literal=True)
        self._verbose = verbose
        self._silent = as_json
        self._said: set[tuple[str, str]] = set()
        self._kinds: dict[tuple[str, str], list[Any]] = {}

    def look_at(self, paths: tuple[str, ...]) -> None:
        # Not needed for profiles alone.
        from asprofile.objects.scan import Unreadable, scan
        from asprofile.send.conversions import conversions

        self._adviser = Adviser(conversions, literal=True)
        for item in scan(paths):
            if isinstance(item, Unreadable):
                self._unreadable(item)
            else:
                self._object(item)
        if not self._silent:
            skipped = f"; {self.skipped:,} other files skipped" if self.skipped else ""
            click.echo(f"objects: {self.sent:,} would be sent, {self.refused:,} would not{skipped}")

    @property
    def kinds(self) -> list[dict[str, Any]]:
        """What was found of each SOP class and transfer syntax, for programs."""
        return [
            {
                "sop_class": _uid(sop_class),
                "transfer_syntax": _uid(syntax),
                "objects": count,
                "context": None if isinstance(found, NoContext) else found.id,
                "reason": found.reason if isinstance(found, NoContext) else None,
                "way_out": found.way_out if isinstance(found, NoContext) else None,
            }
            for (sop_class, syntax), (found, count) in self._kinds.items()
        ]

    def _object(self, header: ObjectHeader) -> None:
        from asprofile.send.conversions import Trials  # not needed for profiles alone

        path, kind = header.path, (header.sop_class, header.transfer_syntax)
        if kind not in self._kinds:
            choice = choose(self._negotiation, *kind, adviser=self._adviser)
            if isinstance(choice, NoContext):
                choice = Trials().checked(choice, header)
            self._kinds[kind] = [choice, 0]
        self._kinds[kind][1] += 1
        found = self._kinds[kind][0]
        if isinstance(found, NoContext):
            self.refused += 1
            if not self._silent and (self._verbose or kind not in self._said):
                click.echo(f"{of_file(str(path))}: would not be sent: {printable(found.reason)}")
                if kind not in self._said:
                    click.echo(f"  {printable(found.way_out)}")
                self._said.add(kind)
        else:
            self.sent += 1
            if self._verbose and not self._silent:
                click.echo(f"{of_file(str(path))}: would be sent in context {found.id}")

    def _unreadable(self, item: Unreadable) -> None:
        if item.skipped:
            self.skipped += 1
            return
        self.unreadable += 1
        click.echo(f"asprofile: {of_file(str(item.path))}: {printable(item.reason)}", err=True)


# -- JSON


def _json(found: Simulation, requestor: Profile, acceptor: Profile, release: str, objects: _Objects) -> dict[str, Any]:
    return {
        "version": JSON_VERSION,
        "release": release,
        "requestor": requestor.name,
        "acceptor": acceptor.name,
        "rejected": found.rejected,
        "contexts": [_context(outcome) for outcome in found.outcomes],
        "extended_negotiation": [
            {"sop_class": _uid(item.sop_class), "data": item.data.hex()} for item in found.extended
        ],
        "objects": {
            "sent": objects.sent,
            "refused": objects.refused,
            "unreadable": objects.unreadable,
            "skipped": objects.skipped,
            "kinds": objects.kinds,
        },
    }


def _context(outcome: ContextOutcome) -> dict[str, Any]:
    context = outcome.context
    return {
        "id": context.id,
        "abstract_syntax": _uid(context.abstract_syntax),
        "proposed": [_uid(uid) for uid in context.proposed],
        "result": context.result,
        "transfer_syntax": None if context.transfer_syntax is None else _uid(context.transfer_syntax),
        "proposed_role": outcome.role,
        "scu": outcome.accepted and context.scu,
        "scp": outcome.accepted and context.scp,
        "role_failure": outcome.role_failure or None,
        "reason": outcome.reason or None,
    }


def _uid(uid: str) -> dict[str, str | None]:
    name = display_name(uid)
    return {"uid": uid, "name": None if name == uid else name}
