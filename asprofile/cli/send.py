"""``asprofile send``: what is proposed, to whom, and which objects."""

from __future__ import annotations

import sys
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from asprofile.cli import going_on, options, peers
from asprofile.cli.converting import ConversionOptions, conversion, listed
from asprofile.cli.ending import exit_status, summarise
from asprofile.cli.progress import progress_for
from asprofile.cli.root import done
from asprofile.cli.send_options import SendManners, manners
from asprofile.cli.sending import repeated, run, without_done
from asprofile.cli.sturdy import sturdy_output
from asprofile.cli.telling import Teller, Telling
from asprofile.cli.terminal import style_for
from asprofile.model.reference import ProfileReference, parse_reference
from asprofile.negotiate.request import AssociateRequest, encoded_size, propose
from asprofile.objects.preparing import Preparer
from asprofile.objects.scan import ObjectHeader, Unreadable, scan
from asprofile.printing import printable
from asprofile.report.send.sending import Sending
from asprofile.report.send.text import granted
from asprofile.value import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from asprofile.cli.growing_report import GrowingReport
    from asprofile.objects.header import HeaderReading
    from asprofile.printing import Style
    from asprofile.send.outcome import SendReport


@options.command(
    summary="Send DICOM objects.",
    examples=(
        "asprofile send PACS@127.0.0.1:11112 study",
        "asprofile send --profile my.cfg:CT pacs study",
        "asprofile send pacs study --report report.txt --json -o sent.json",
    ),
    cls=going_on.Remembering,
)
@options.argument("arguments", nargs=-1, metavar="[PEER] PATH...")
@options.option(
    "--peer", heading=options.PEER, metavar="PEER", help="Send to this peer, and take all arguments as PATHs."
)
@options.profile
@options.release
@options.option(
    "--propose-default",
    heading=options.SENDING,
    is_flag=True,
    help="Without a profile: propose Implicit VR Little Endian for each SOP class, too, as PS3.5 section 10.1 asks.",
)
@peers.options
@manners
@conversion
@options.option(
    "--dicomdir",
    heading=options.SELECTION,
    is_flag=True,
    help="PATH is a DICOMDIR, or a directory with one: send what it lists.",
)
@options.option(
    "--files-from",
    "lists",
    heading=options.SELECTION,
    multiple=True,
    metavar="FILE",
    help="Send what this list names, a PATH a line, after the PATHs given; - is standard input.",
)
@options.option(
    "-0",
    "--null",
    "nul",
    heading=options.SELECTION,
    is_flag=True,
    help="The names of a list end with a NUL: find -print0 | ... -0.",
)
@options.flag("--no-recurse", heading=options.SELECTION)
@options.option(
    "--pattern",
    heading=options.SELECTION,
    metavar="GLOB",
    help="In directories, only files whose names fit, such as '*.dcm'.",
)
@options.where
@options.option("--bare", heading=options.SELECTION, is_flag=True, help="Take data sets without a Part 10 header, too.")
@options.option(
    "--repeat",
    heading=options.SELECTION,
    type=click.IntRange(1),
    default=1,
    metavar="N",
    help="Send each object N times.",
)
@options.option(
    "--rename",
    "renaming",
    heading=options.GOING_ON,
    is_flag=True,
    help="Add .done to the names of stored files, .bad to the others'.",
)
@options.option(
    "--report",
    "report_file",
    heading=options.GOING_ON,
    metavar="FILE",
    help="Write a report to this file, whatever happens.",
)
@options.option(
    "--continue",
    "account",
    heading=options.GOING_ON,
    metavar="FILE",
    help="Go on: leave out what is stored by this report or JSON of an earlier run. With --report of the same file it "
    "is gone on with, too.",
)
@options.option(
    "--continue-at",
    "begin",
    heading=options.GOING_ON,
    metavar="PATH",
    help="Go on: leave out all objects in front of this one, in their order.",
)
@options.report(
    "text",
    "json",
    "jsonl",
    detail="Lines for people; one JSON object in the end; or a JSON object a line, for each result as it comes.",
)
@options.config
@options.colour
@options.verbose("a line for every object, also for those that were stored.")
@options.quiet("nothing but errors.")
def command(
    arguments: tuple[str, ...],
    peer: str | None,
    profile: str | None,
    release: str | None,
    propose_default: bool,
    dicomdir: bool,
    lists: tuple[str, ...],
    nul: bool,
    no_recurse: bool,
    pattern: str | None,
    where: tuple[str, ...],
    bare: bool,
    repeat: int,
    renaming: bool,
    report_file: str | None,
    account: str | None,
    begin: str | None,
    form: str,
    settings_file: Path | None,
    isolated: bool,
    colour: str,
    verbose: bool,
    quiet: bool,
    **given: Any,
) -> None:
    """Send DICOM objects (C-STORE), over an association with exactly the contexts, roles and extended negotiation of a
    profile, or with the contexts that the objects need.

    Each object goes in its own SOP class and transfer syntax, as it is, unless --convert or --set says otherwise. An
    object that no accepted context carries is refused with the reason, and the others are sent.

    PEER is an address, [AET@]HOST:PORT, or the name of a peer in the nearest asprofile.toml. PATH is a file or a
    directory, which is searched for objects; --files-from takes more of them from a list. The profile is the one that
    a named peer has in its settings if none is given; NAME alone is looked up in the files that the nearest
    asprofile.toml names, then among the samples.

    A lost association is opened again, and what has no answer yet is sent there. Ctrl-C finishes what is being sent,
    a second one aborts.

    Exit status 1 when an object was refused or failed, 2 when there was no association or a path
    does not exist, 130 when interrupted.
    """
    click.get_current_context().with_resource(sturdy_output())
    target, paths = _peer_and_paths(arguments, peer, lists, nul=nul)
    destination = peers.resolve(target, given, partial(options.project, settings_file, isolated))
    address, titles = destination.peer, destination.titles
    named = parse_reference(profile) if profile is not None else destination.profile
    _check_together(named, propose_default, renaming, repeat)
    _check_continuing(account, begin, repeat)
    if dicomdir and (no_recurse or pattern is not None):
        raise click.UsageError("--dicomdir says which files to send; leave out --no-recurse and --pattern.")
    preparer: Preparer = ConversionOptions.taken_from(given).preparer()
    settings = replaced(SendManners(**given).options(destination.link), fitted=named is None)
    names = _with_lists(paths, lists, nul=nul) if lists else paths
    kind: HeaderReading = "either" if bare else "part10"
    judge = options.judge(where)
    walk: Callable[[], Iterator[ObjectHeader | Unreadable]]
    if dicomdir:
        walk = partial(listed, names, reading=kind, where=judge)
    else:
        walk = partial(scan, names, recursive=not no_recurse, pattern=pattern, reading=kind, where=judge)
    if renaming:
        walk = _and_then(walk, without_done)
    walk = going_on.continuing(walk, account, begin)
    items: Iterable[ObjectHeader | Unreadable]
    requests: Sequence[AssociateRequest]
    if named is not None:
        found, path = _profile(named, release, settings_file, isolated, quiet=quiet)
        requests, items, what = (propose(found, **titles),), walk(), (found.name, path)
        about = f"profile {found.name} of {path}, {len(found.contexts)} contexts"
    else:
        requests, items = _fitting(walk, preparer, with_default=propose_default, **titles)
        about, what = _contexts(requests), None
    if verbose and about:
        about += f", {_requests(requests)}"
    if not quiet and form == "text" and about:
        click.echo(printable(about), err=True)
    sending = Sending(address, requests, what)
    manner = Telling(form, style_for(colour), verbose=verbose, quiet=quiet, renaming=renaming, is_list=dicomdir)
    with ExitStack() as stack:
        off = quiet or form != "text" or dicomdir
        progress = stack.enter_context(progress_for(names, not no_recurse, colour, off=off))
        teller = Teller(progress, manner, _report(report_file, sending, stack, goes_on=account))
        report = run(
            requests,
            address,
            repeated(items, repeat),
            settings,
            preparer,
            progress,
            teller.result,
            teller.skipped,
            keep_results=form == "json",
        )
        sending = replaced(sending, left=teller.way_on(report, report_file, repeat=repeat))
        teller.end(report, sending)
    _tell_end(report, sending, form, style_for(colour, sys.stderr), verbose=verbose, quiet=quiet)
    status = exit_status(report)
    if status == 1:
        # Not needed where all went well.
        from asprofile.api.files import any_missing

        status = 2 if any_missing(arguments if peer is not None else arguments[1:]) else 1
    done(status)


def _report(name: str | None, sending: Sending, stack: ExitStack, *, goes_on: str | None) -> GrowingReport | None:
    """The report file, begun; or gone on with, if it is the account of the run that is."""
    if name is None:
        return None
    # Not waited for without a report.
    from asprofile.cli import growing_report
    from asprofile.cli.writing import same_file
    from asprofile.report.send.file import report_head

    same = goes_on is not None and same_file(name, goes_on)
    growing_report.check(name, goes_on=same)
    started = time.strftime("%Y-%m-%d %H:%M:%S %z")
    growing = growing_report.GrowingReport(name, report_head(sending, started), goes_on=same)
    stack.callback(growing.close)
    return growing


def _tell_end(report: SendReport, sending: Sending, form: str, style: Style, *, verbose: bool, quiet: bool) -> None:
    if form == "json":
        import json

        from asprofile.report.send.json import as_json

        click.echo(json.dumps(as_json(report, sending), indent=2))
    elif form == "jsonl":
        from asprofile.report.send.json import last_line

        click.echo(last_line(report, sending))
    else:
        if verbose and report.associations:
            click.echo(granted(report), err=True)
        summarise(report, sending, style, quiet=quiet)


def _peer_and_paths(
    arguments: Sequence[str], to: str | None, lists: Sequence[str], *, nul: bool
) -> tuple[str, Sequence[str]]:
    if to is None:
        if not arguments:
            raise click.UsageError("Missing argument 'PEER'.")
        to, arguments = arguments[0], arguments[1:]
    if not arguments and not lists:
        raise click.UsageError("Missing argument 'PATH...'.")
    if nul and not lists:
        raise click.UsageError("-0 says how the names of a list end; give --files-from FILE.")
    if lists.count("-") > 1:
        raise click.UsageError("--files-from - can be given once: standard input is read to its end.")
    return to, arguments


def _with_lists(paths: Sequence[str], lists: Sequence[str], *, nul: bool) -> Iterable[str]:
    # Not needed where there are none.
    from asprofile.cli.lists import opened

    return opened(paths, lists, click.get_current_context().with_resource(ExitStack()), nul=nul)


def _and_then(
    walk: Callable[[], Iterator[ObjectHeader | Unreadable]],
    then: Callable[[Iterator[ObjectHeader | Unreadable]], Iterator[ObjectHeader | Unreadable]],
) -> Callable[[], Iterator[ObjectHeader | Unreadable]]:
    return lambda: then(walk())


def _check_together(profile: ProfileReference | None, propose_default: bool, renaming: bool, repeat: int) -> None:
    if propose_default and profile is not None:
        raise click.UsageError("--propose-default is for contexts that follow from the objects; leave out --profile.")
    if renaming and repeat > 1:
        raise click.UsageError("--rename and --repeat exclude each other: a renamed file cannot be sent once more.")


def _check_continuing(account: str | None, begin: str | None, repeat: int) -> None:
    if account is not None and begin is not None:
        raise click.UsageError("--continue and --continue-at exclude each other: a report says more than a name.")
    if repeat > 1 and (account is not None or begin is not None):
        raise click.UsageError("--repeat sends an object again that is stored; leave out --continue and --continue-at.")


def _profile(
    reference: ProfileReference,
    release: str | None,
    settings_file: Path | None,
    isolated: bool,
    *,
    quiet: bool,
) -> tuple[Any, str]:
    """The profile and the file it is in."""
    # Reading profiles takes a while to import, and sending without one does not need it.
    from asprofile.api.profiles import find
    from asprofile.cli.profiles import say_unread

    project = options.project(settings_file, isolated)
    loaded, found = find(reference, project, release or project.release, "requestor")
    if not quiet:
        say_unread(loaded.source)
    return found, str(loaded.source.path)


def _fitting(
    walk: Callable[[], Iterator[ObjectHeader | Unreadable]], preparer: Preparer, *, with_default: bool, **titles: Any
) -> tuple[Sequence[AssociateRequest], Iterator[ObjectHeader | Unreadable]]:
    """Requests for what there is to send, and what there is."""
    from asprofile.negotiate.fitting import fit
    from asprofile.send.survey import Survey

    survey = Survey(walk)
    return fit(survey.kinds, preparer.targets, with_default=with_default, **titles), survey.items()


def _contexts(requests: Sequence[AssociateRequest]) -> str:
    count = sum(len(request.contexts) for request in requests)
    apart = f", in {len(requests)} association requests" if len(requests) > 1 else ""
    contexts = "presentation context" if count == 1 else "presentation contexts"
    return f"{count} {contexts} for the objects found{apart}" if count else ""


def _requests(requests: Sequence[AssociateRequest]) -> str:
    """How large our own requests are: `asprofile show` gives the size of DCMTK's, whose name is another."""
    size = sum(map(encoded_size, requests))
    return f"request of {size:,} bytes" if len(requests) == 1 else f"requests of {size:,} bytes together"
