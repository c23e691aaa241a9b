"""``asprofile send``: what is proposed, to whom, and which objects."""

from __future__ import annotations

import gc
import os
import sys
import time
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from asprofile import send
from asprofile.api.other_kinds import optional
from asprofile.cli import going_on, options, peers
from asprofile.cli.converting import conversion_options, taken_from
from asprofile.cli.ending import exit_status, summarise
from asprofile.cli.help_texts import HELP
from asprofile.cli.interrupts import ctrl_c
from asprofile.cli.progress import progress_for
from asprofile.cli.root import done
from asprofile.cli.send_options import bare, manners, pattern, propose_default, send_options
from asprofile.cli.sending import listener
from asprofile.cli.sturdy import sturdy_output
from asprofile.cli.telling import Teller, Telling
from asprofile.cli.terminal import style_for
from asprofile.model.reference import ProfileReference
from asprofile.names.releases import LATEST
from asprofile.printing import Style, printable
from asprofile.report.send.text import granted, proposed
from asprofile.send.control import Control
from asprofile.value import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from asprofile.api.sending import Sent
    from asprofile.cli.growing_report import GrowingReport
    from asprofile.report.send.sending import Sending
    from asprofile.send.outcome import SendEvent, SendReport


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
@options.option("--peer", heading=options.PEER, metavar="PEER", help="Send to this peer; all arguments are PATHs.")
@options.profile
@options.release
@propose_default
@peers.options
@manners
@conversion_options
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
    help=HELP["--files-from"],
)
@options.option(
    "-0",
    "--null",
    "nul",
    heading=options.SELECTION,
    is_flag=True,
    help=HELP["--null"],
)
@options.flag("--no-recurse", heading=options.SELECTION)
@pattern
@options.where
@bare
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
    help="Go on: leave out what an earlier run's report or JSON says is stored. With --report of the same file, "
    "the report is continued.",
)
@options.option(
    "--continue-at",
    "begin",
    heading=options.GOING_ON,
    metavar="PATH",
    help="Go on: leave out all objects before this one, in their order.",
)
@options.report(
    "send",
    detail="Lines for people; one JSON object in the end; a JSON object a line, for each result as it comes; or a page "
    "to hand over.",
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

    Each object is sent as it is, in its own transfer syntax, unless --convert or --set says otherwise. An object that
    no accepted context carries is refused with the reason, and the others are sent.

    PEER is an address, [AET@]HOST:PORT, or the name of a peer in the nearest asprofile.toml. PATH is a file or a
    directory, which is searched for objects; --files-from takes more of them from a list. The default profile is that
    of a named peer in its settings; NAME alone is looked up in the files that the nearest asprofile.toml names, then
    among the samples.

    If an association is lost, a new one is opened, and objects without an answer are sent again. Ctrl-C finishes the
    current objects, a second one aborts.

    Exit status 1 when an object was refused or failed, 2 when there was no association or a path
    does not exist, 130 when interrupted.
    """
    click.get_current_context().with_resource(sturdy_output())
    target, paths = _peer_and_paths(arguments, peer, lists, nul=nul)
    destination = peers.resolve(target, given, partial(options.project, settings_file, isolated))
    named = optional(profile) if profile is not None else destination.profile
    _check_together(named, propose_default, renaming, repeat)
    _check_continuing(account, begin, repeat)
    if dicomdir and (no_recurse or pattern is not None):
        raise click.UsageError("--dicomdir says which files to send; leave out --no-recurse and --pattern.")
    conversion = taken_from(given)
    names = _with_lists(paths, lists, nul=nul) if lists else paths
    project = options.project(settings_file, isolated) if named is not None else None
    manner = Telling(form, style_for(colour), verbose=verbose, quiet=quiet, renaming=renaming, is_list=dicomdir)
    run = _Run(manner, partial(progress_for, names, not no_recurse, colour), report_file, account)
    with run:
        sent = send(
            destination,
            names,
            profile=named,
            release=release or (project.release if project is not None else LATEST),
            propose_default=propose_default,
            options=send_options(given),
            conversion=conversion,
            recurse=not no_recurse,
            pattern=pattern,
            where=options.selection(where),
            dicomdir=dicomdir,
            bare=bare,
            repeat=repeat,
            only=going_on.left_of(account, begin, renaming=renaming),
            on_start=run.begin,
            on_event=run.event,
            control=run.control,
            keep_results=form == "json",
            settings=project,
        )
        report, sending = run.end(sent, repeat=repeat)
    _tell_end(report, sending, form, style_for(colour, sys.stderr), verbose=verbose, quiet=quiet)
    status = exit_status(report)
    if status == 1:
        # Not needed where all went well.
        from asprofile.api.files import any_missing

        status = 2 if any_missing(arguments if peer is not None else arguments[1:]) else 1
    done(status)


class _Run:
    """A sending as it is told: what is proposed, each event, the end. A context manager."""

    def __init__(
        self, manner: Telling, progress: Callable[..., Any], report_file: str | None, account: str | None
    ) -> None:
        self.control = Control()
        self._manner = manner
        self._progress = progress
        self._report_file = report_file
        self._account = account
        self._stack = ExitStack()
        self._watch = ExitStack()
        self._teller: Teller | None = None
        self._listener: Callable[[SendEvent], None] = _ignore

    def __enter__(self) -> None:
        self._stack.__enter__()
        self._stack.push(self._watch)

    def __exit__(self, *raised: Any) -> None:
        self._stack.__exit__(*raised)

    def begin(self, sending: Sending) -> None:
        """Say what is proposed, begin the report; from now on Ctrl-C ends the sending in good order."""
        manner = self._manner
        about = proposed(sending, verbose=manner.verbose)
        if not manner.quiet:
            _say_unread(sending)
            if manner.form == "text" and about:
                click.echo(printable(about), err=True)
        off = manner.quiet or manner.form != "text" or manner.is_list
        progress = self._stack.enter_context(self._progress(off=off))
        report = _report(self._report_file, sending, self._stack, goes_on=self._account)
        self._teller = Teller(progress, manner, report)
        self._listener = listener(progress, self._teller.result, self._teller.skipped)
        # What is there by now stays; looking for garbage in it again and again is a part of the time for each object.
        gc.freeze()
        what = "finishing what is being sent; once more aborts"
        self._watch.enter_context(ctrl_c(self.control, self.control.finish, what))

    def event(self, event: SendEvent) -> None:
        self._listener(event)

    def end(self, sent: Sent, *, repeat: int) -> tuple[SendReport, Sending]:
        """The report's end, and what is to be done to go on."""
        self._watch.close()
        assert self._teller is not None, "it has begun"
        left = self._teller.way_on(sent.report, self._report_file, repeat=repeat)
        sending = replaced(sent.sending, left=left)
        self._teller.end(sent.report, sending)
        return sent.report, sending


def _ignore(_: SendEvent) -> None:
    """There is none before it has begun."""


def _say_unread(sending: Sending) -> None:
    if sending.source is not None:
        # Sending without a profile does not need it.
        from asprofile.cli.profiles import say_unread

        say_unread(sending.source)


def _report(name: str | None, sending: Sending, stack: ExitStack, *, goes_on: str | None) -> GrowingReport | None:
    """The report file, begun; or continued, if it is the account of the run that is continued."""
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
    for path in arguments:
        if ":" in path and not os.path.lexists(path):
            _refuse_profile(path)
    if lists.count("-") > 1:
        raise click.UsageError("--files-from - can be given once: standard input is read to its end.")
    return to, arguments


def _refuse_profile(path: str) -> None:
    """Raise UsageError for ``FILE:NAME`` among the objects: the others would be sent without that profile."""
    # Not needed where the objects are there.
    from asprofile.cli.misuses import profile_of

    if profile_of(path) is not None:
        raise click.UsageError(f"{path} is a profile, not an object to send; give it with --profile.")


def _with_lists(paths: Sequence[str], lists: Sequence[str], *, nul: bool) -> Iterable[str]:
    # Not needed where there are none.
    from asprofile.cli.lists import opened

    return opened(paths, lists, click.get_current_context().with_resource(ExitStack()), nul=nul)


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
