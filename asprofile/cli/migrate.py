"""``asprofile migrate``: an archive to a peer, step by step or all at once.

Belongs here: the steps and what each takes. Does not belong here: what is said of a journal (``migrating``).
"""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import click
from click.core import ParameterSource

from asprofile.api import migrating as api
from asprofile.cli import options, peers
from asprofile.cli.checking import NAMES as CHECK_NAMES
from asprofile.cli.checking import check, check_option
from asprofile.cli.converting import conversion_options
from asprofile.cli.exits import INTERRUPTED
from asprofile.cli.help_texts import HELP
from asprofile.cli.interrupts import ctrl_c
from asprofile.cli.lists import STDIN, opened
from asprofile.cli.migrating import CountTeller, RunTeller, show, tell_doubts, tell_gone, tell_nothing
from asprofile.cli.migration_terms import terms_of
from asprofile.cli.origins import NAMES as ORIGIN_NAMES
from asprofile.cli.origins import origin_options, origins_of, parted, pulling_plan
from asprofile.cli.pace_options import HoursType, RateType
from asprofile.cli.root import done
from asprofile.cli.send_options import bare, manners, pattern, propose_default, send_options
from asprofile.cli.sturdy import sturdy_output
from asprofile.cli.verifying import NAMES, verification_options, verify
from asprofile.cli.watching import NAMES as WATCH_NAMES
from asprofile.cli.watching import watch, watch_options
from asprofile.cli.working import NAMES as WORKER_NAMES
from asprofile.cli.working import work, worker_options
from asprofile.errors import JournalError
from asprofile.migrate.journal import Journal
from asprofile.printing import printable
from asprofile.send.control import Control

if TYPE_CHECKING:
    from asprofile.api.pulling import PullingPlan
    from asprofile.migrate.origins import Origin
    from asprofile.send.options import SendOptions

_SHOWN: Final = frozenset({"form", "colour", "quiet", "settings_file", "isolated"})
_SELECTING: Final = frozenset({"where", "bare", "pattern", "no_recurse"})
_SOURCES: Final = frozenset({"sources", "lists", "nul"})
_PACE: Final = frozenset({"order", "rate", "hours"})
_LIMITS: Final = ("connect_timeout", "acse_timeout", "dimse_timeout", "wait", "max_send_pdu")
"""What counts for questions to a peer, too."""
_SHOWING: Final = ("status", "report")
STEPS: Final = ("scan", "check", "run", "verify", "status", "report", "hold", "release", "retry")
_OF_STEPS: Final = {
    "scan": _SELECTING | _SOURCES | {*_LIMITS, "calling"},
    "status": frozenset(),
    "report": frozenset(),
    "hold": frozenset({"where"}),
    "release": frozenset(),
    "retry": frozenset(),
}
"""What each step takes beside _SHOWN; `run` takes all but what is of a scan or verification, `verify` all but what is
of a scan or run, all at once everything but what is of a verification.
"""
_OF_RUNS: Final = frozenset({"profile", "release", "propose_default", "in_doubt", "max_failures"}) | _PACE
_OF_LIMITS: Final = ("in_doubt", "max_failures", "order", "rate", "hours")
"""The fields of RunLimits."""
_OF_THE_PLACE: Final = frozenset({
    "profile", "dictionaries", "settings_file", "tls_ca", "tls_key", "tls_cert", "tls_crl", "kerberos", "saml", "jwt",
    "tls_key_password", "password", "spool",
})  # fmt: skip
"""What may name a file beside the current directory."""
AS_FOUND: Final = "found"
"""The ``--order`` that takes the place of one that was given before, and is none."""
_GIVEN: Final = "asprofile.cli.migrate.given"
_NOT_KEPT: Final = (_SHOWN - {"settings_file", "isolated"} | _SOURCES | {"arguments", "max_failures"}) | (
    NAMES | CHECK_NAMES | WORKER_NAMES
)


class _Called(NamedTuple):
    step: str
    journal: str


def _called(words: Any) -> _Called:
    if not isinstance(words, (tuple, list)) or not words:
        raise click.UsageError("Missing argument 'JOURNAL'.")
    if words[0] in STEPS:
        if len(words) != 2:
            hint = f"; a journal of that name is given as ./{words[0]}" if len(words) == 1 else ""
            raise click.UsageError(f"The step {words[0]} takes one JOURNAL{hint}.")
        return _Called(*words)
    if len(words) > 1:
        # Not needed until something is wrong.
        from asprofile.names.suggest import nearest

        near = nearest(words[0], STEPS, n=1)
        hint = f"; did you mean the step {near[0]!r}?" if near else f"; the steps are {', '.join(STEPS)}"
        raise click.UsageError(f"Give one JOURNAL (sources go after --from, each){hint}")
    return _Called("", words[0])


class _Remembering(options.Command):
    """A command that takes what is not given from its journal, as it was given before."""

    def ends_as_its_job(self, ctx: click.Context) -> bool:
        """But not where what is shown is the job."""
        return _called(ctx.params["arguments"]).step not in _SHOWING

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing:
            given, _, _ = self.make_parser(ctx).parse_args(list(args))
            words = given.get("arguments")
            names = {param.name for param in self.params} - _NOT_KEPT
            ctx.meta[_GIVEN] = {name: value for name, value in given.items() if name in names}
            if isinstance(words, (tuple, list)) and words and "--help" not in args and "-h" not in args:
                ctx.default_map = _remembered(_called(words))
        return super().parse_args(ctx, args)


def _remembered(called: _Called) -> dict[str, Any]:
    if called.step not in ("", "scan", "check", "run", "verify") or not Journal.is_there(called.journal):
        return {}
    with Journal(called.journal, writes=False) as journal:
        values = journal.get("options", {})
        place = journal.get("directory")
    if not isinstance(values, dict):
        raise JournalError(f"{printable(Journal.shown_name(called.journal))}: is damaged: its options cannot be read")
    named = ":" not in values.get("target", ":")
    if place != str(Path.cwd()) and (named or _OF_THE_PLACE & set(values)):
        raise click.UsageError(f"the options in the journal are about files in another directory: cd {place}")
    return values


@options.command(
    summary="Move an archive to a peer; killed at any time, it goes on where it was.",
    examples=(
        "asprofile migrate move.journal --from archive --to PACS@127.0.0.1:11112",
        "asprofile migrate move.journal",
        "asprofile migrate status move.journal",
    ),
    cls=_Remembering,
)
@options.argument("arguments", nargs=-1, metavar="[STEP] JOURNAL")
@options.option(
    "--from",
    "sources",
    heading=options.SELECTION,
    multiple=True,
    metavar="PATH|PEER",
    help="Move the objects of this file or directory; those that a DICOMDIR lists, or that another journal could not "
    "store; those of a peer, AETITLE@HOST:PORT or peer:NAME. Repeatable; added to those of before.",
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
@origin_options
@options.option("--to", "target", heading=options.PEER, metavar="PEER", help="Move them to this peer.")
@options.profile
@options.release
@propose_default
@peers.options
@manners
@options.option(
    "--in-doubt",
    heading=options.GOING_ON,
    type=options.Choice(["hold", "send"]),
    default="hold",
    show_default=True,
    help="What becomes of objects that were sent without an answer, where the peer cannot say whether it has them.",
)
@options.option(
    "--max-failures",
    heading=options.GOING_ON,
    type=click.IntRange(1),
    metavar="N",
    help="Begin nothing more after so many objects that were not stored in this run.",
)
@options.option(
    "--order",
    heading=options.GOING_ON,
    multiple=True,
    metavar="ORDER",
    help="Send the studies with the newest or the oldest date first, or what fits an expression as --where has it. "
    "Repeatable: the next one counts where those before make no difference. As they were found: --order found.",
)
@options.option(
    "--rate",
    heading=options.GOING_ON,
    type=RateType(),
    metavar="RATE",
    help="Send at most so many objects a second (50), or megabytes (10MB), over all associations.",
)
@options.option(
    "--hours",
    heading=options.GOING_ON,
    type=HoursType(),
    metavar="FROM-TO",
    help="Begin objects only between these times of the day here, such as 20:00-06:00; wait for the next at others.",
)
@worker_options
@watch_options
@verification_options
@check_option
@conversion_options
@options.flag("--no-recurse", heading=options.SELECTION)
@pattern
@options.where
@bare
@options.report(
    "migrate", detail="Of the step report, csv has a line for each object, and html is a page to hand over."
)
@options.config
@options.colour
@options.quiet("nothing but errors.")
def command(
    arguments: tuple[str, ...],
    settings_file: Path | None,
    isolated: bool,
    form: str,
    colour: str,  # noqa: ARG001 - as every command has it
    quiet: bool,
    **given: Any,
) -> None:
    """Move an archive to a peer, with a JOURNAL that knows what became of every object.

    Without a STEP: `scan` the sources that are given (or go on with a scan that was not finished), then `run`. Repeated
    with the JOURNAL alone it goes on, with the options of before. With --watch it does so for ever; with
    --worker it shares what a scan found with other workers. The steps by themselves:

    scan (what is there), check (what the peer would take of it; nothing is sent), run (send what is to be sent), verify
    (ask the peer whether it has what it said that it stored), status (sums), report (sums, reasons, and what is not
    stored), hold and release (what is to be sent, with --where some of it), retry (what was refused or failed, or is
    missing at the peer or at the source).

    The JOURNAL is one SQLite file, or postgresql://USER@HOST/DATABASE; a run killed at any time leaves it true. Before
    the first byte of an object is sent, that is recorded; what was sent without a recorded answer is in doubt, and the
    peer is asked with C-FIND before anything is sent again. A journal that has the name of a step is given as ./status.

    Exit status 1 when an object is not stored, a file cannot be read or no object was ever found, 2 when there was no
    association or the journal cannot be used, 130 when interrupted.
    """
    called = _called(arguments)
    context = click.get_current_context()
    _check_options(context, called.step, form)
    if called.step in _SHOWING:
        with Journal(called.journal, writes=False) as journal:
            show(journal, called.step, form)
        return
    context.with_resource(sturdy_output())
    if called.step in ("hold", "release", "retry"):
        with Journal(called.journal) as journal:
            _move(journal, called.step, given["where"], quiet=quiet)
        return
    moving = _Moving(context, quiet=quiet, form=form)
    project = partial(options.project, settings_file, isolated)
    if called.step != "scan" and given["target"] is None:
        raise click.UsageError("Missing option '--to': no peer was given before.")
    begins = (given["sources"] or given["lists"]) and called.step in ("", "scan")
    if not begins and not Journal.is_there(called.journal):
        raise click.UsageError(
            f"There is no journal {Journal.shown_name(called.journal)!r}; give --from PATH to begin one."
        )
    if given["nul"] and not given["lists"]:
        raise click.UsageError("-0 is for --files-from.")
    if called.step in ("check", "verify"):
        for name in (*_SELECTING, *_SOURCES, *_OF_LIMITS, *WATCH_NAMES, *ORIGIN_NAMES, *WORKER_NAMES):
            given.pop(name)
        for name in NAMES if called.step == "check" else CHECK_NAMES:
            given.pop(name)
        with Journal(called.journal, writes=called.step == "verify") as journal:
            done((check if called.step == "check" else verify)(journal, given, project, quiet=quiet, form=form))
        return
    if given.pop("worker"):
        done(_work(context, called.journal, given, project, quiet=quiet, form=form))
        return
    given.pop("lease")
    begun = Journal.begun if called.step in ("", "scan") else Journal
    with begun(called.journal) as journal:
        done(moving.work(journal, called.step, given, project))


def _work(context: click.Context, journal: str, given: dict[str, Any], project: Any, *, quiet: bool, form: str) -> int:
    kept = {**(context.default_map or {}), **context.meta[_GIVEN]}
    for name in (*NAMES, *CHECK_NAMES, *_SELECTING, *_SOURCES, *WATCH_NAMES, *ORIGIN_NAMES):
        given.pop(name)
    limits = _limits_of(given)
    remembers = bool(context.meta[_GIVEN])
    return work(journal, kept, given, limits, project, remembers=remembers, quiet=quiet, form=form)


def _limits_of(given: dict[str, Any]) -> api.RunLimits:
    limits = api.RunLimits(**{name: given.pop(name) for name in _OF_LIMITS})
    return replace(limits, order=()) if limits.order == (AS_FOUND,) else limits


class _Moving:
    """A scan, a run, or both."""

    def __init__(self, context: click.Context, *, quiet: bool, form: str) -> None:
        self._context = context
        self._quiet = quiet
        self._form = form
        self._control = Control()

    def work(self, journal: Journal, step: str, given: dict[str, Any], project: Any) -> int:
        """Do it; the exit status."""
        kept = {**(self._context.default_map or {}), **self._context.meta[_GIVEN]}
        journal.put(options=kept, directory=str(Path.cwd()))
        if kept.get("target"):
            journal.put(peer=kept["target"])
        for name in NAMES | CHECK_NAMES:
            given.pop(name)
        selecting = {name: given.pop(name) for name in _SELECTING}
        (sources, new_peers), lists, nul = parted(given.pop("sources")), given.pop("lists"), given.pop("nul")
        origins = origins_of(journal, new_peers, given["calling"], project)
        asking = send_options({name: given[name] for name in _LIMITS})
        new = [(one if one == STDIN else str(Path(one).absolute()), nul) for one in lists]
        known = [(name, is_nul) for name, is_nul in journal.get("lists", [])]
        lists = [*known, *(one for one in new if one not in known)]
        limits = _limits_of(given)
        watches = given.pop("watch") and not step
        with ctrl_c(self._control, self._control.finish, "finishing what is being done; once more aborts"):
            if watches:
                if lists:
                    raise click.UsageError("--watch is for directories: --files-from names files.")
                if origins:
                    raise click.UsageError("--watch is for directories: --from names a peer.")
                for name in ORIGIN_NAMES:
                    given.pop(name)
                status = watch(
                    journal, tuple(sources), given, limits, selecting, project, self._control, quiet=self._quiet
                )
                self._show(journal)
                return status
            for name in WATCH_NAMES - {"watch"}:
                given.pop(name)
            is_more = sources or new_peers or new or step == "scan"
            scans = step != "run" and (is_more or not journal.get("scanned", False))
            if scans and not self._scan(journal, sources, lists, selecting, origins, asking):
                return self._end(journal, None)
            pulling = pulling_plan(origins, asking, limits.order, given)
            migrated = self._run(journal, given, limits, project, pulling) if step != "scan" else None
        return self._end(journal, migrated)

    def _scan(
        self,
        journal: Journal,
        sources: list[str],
        lists: list[tuple[str, bool]],
        selecting: dict[str, Any],
        origins: tuple[Origin, ...],
        limits: SendOptions,
    ) -> bool:
        teller = CountTeller("scan", "files", quiet=self._quiet)
        with ExitStack() as stack:
            names = [opened((), (name,), stack, nul=nul) for name, nul in lists]
            journal.put(lists=[one for one in lists if one[0] != STDIN])
            return api.scan_into(
                journal,
                sources,
                names=chain.from_iterable(names),
                bare=selecting["bare"],
                recurse=not selecting["no_recurse"],
                pattern=selecting["pattern"],
                where=options.selection(selecting["where"]),
                origins=origins,
                options=limits,
                on_count=teller.count,
                on_listed=teller.listed,
                control=self._control,
            )

    def _run(
        self, journal: Journal, given: dict[str, Any], limits: api.RunLimits, project: Any, pulling: PullingPlan
    ) -> api.Migrated:
        teller = RunTeller(journal, quiet=self._quiet)
        return api.run_migration(
            journal,
            terms_of(given, project),
            limits,
            on_pause=teller.paused,
            on_event=teller.event,
            control=self._control,
            pulling=pulling,
        )

    def _show(self, journal: Journal) -> None:
        if not self._quiet:
            show(journal, "status", self._form)

    def _end(self, journal: Journal, migrated: api.Migrated | None) -> int:
        status = api.status_of(journal)
        self._show(journal)
        report = migrated.report if migrated is not None else None
        if report is not None and report.error is not None:
            click.echo(f"asprofile: {printable(str(report.error))}", err=True)
        if migrated is not None and migrated.doubts.unknown:
            tell_doubts(journal, migrated)
        if migrated is not None:
            tell_gone(journal, migrated)
        if migrated is not None and migrated.problem:
            click.echo(f"asprofile: not everything was taken from the source: {printable(migrated.problem)}", err=True)
        if self._control.finishing and not (report is not None and not report.interrupted):
            return INTERRUPTED
        if report is not None and report.error is not None and not report.associations:
            return 2
        if status.is_scanned and not status.objects:
            tell_nothing(status)
            return 1
        if migrated is None:
            return 1 if status.wrong else 0
        return 0 if status.is_done else 1


def _check_options(context: click.Context, step: str, form: str) -> None:
    given = {one for one in context.params if context.get_parameter_source(one) is ParameterSource.COMMANDLINE}
    given -= _SHOWN | {"arguments"}
    wrong = given - _OF_STEPS.get(step, given)
    if step in ("check", "verify"):
        wrong |= given & ORIGIN_NAMES
    if step != "verify":
        wrong |= given & NAMES
    if step != "check":
        wrong |= given & CHECK_NAMES
    if step:
        wrong |= given & (WATCH_NAMES | WORKER_NAMES)
    if step in ("check", "run", "verify"):
        wrong |= given & (_SELECTING | _SOURCES)
    if step == "verify":
        wrong |= given & _OF_RUNS
    if step == "check":
        wrong |= given & (_PACE | {"in_doubt", "max_failures"})
    if wrong:
        names = {param.name: param.opts[0] for param in context.command.params}
        words = f"the step {step} does not take it" if step else "only the step check or verify takes it"
        raise click.UsageError(f"{', '.join(sorted(names[one] for one in wrong))}: {words}")
    if not context.params["watch"] and (alone := given & WATCH_NAMES - {"watch"}):
        names = {param.name: param.opts[0] for param in context.command.params}
        raise click.UsageError(f"{', '.join(sorted(names[one] for one in alone))}: only --watch takes it")
    if context.params["worker"]:
        if alone := given & (_SOURCES | _SELECTING | ORIGIN_NAMES | WATCH_NAMES):
            names = {param.name: param.opts[0] for param in context.command.params}
            raise click.UsageError(
                f"{', '.join(sorted(names[one] for one in alone))}: a worker does not take it; it sends what a scan "
                "found before"
            )
    elif "lease" in given:
        raise click.UsageError("--lease: only --worker takes it")
    if form in ("csv", "html") and step != "report":
        raise click.UsageError(f"--format {form} is for the step report.")


def _move(journal: Journal, step: str, where: tuple[str, ...], *, quiet: bool) -> None:
    if step == "hold":
        count = api.hold(journal, options.selection(where))
    else:
        count = api.release_held(journal) if step == "release" else api.retry(journal)
    if not quiet:
        words = "held" if step == "hold" else "to be sent"
        click.echo(f"{count:,} object{'s' * (count != 1)} {words}", err=True)
