"""``asprofile send``."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from asprofile.cli import options
from asprofile.cli.profiles import find
from asprofile.cli.progress import Progress, progress_for
from asprofile.cli.root import INTERRUPTED, done
from asprofile.cli.terminal import style_for
from asprofile.errors import AssociationAborted
from asprofile.lint.render.text import Style, printable
from asprofile.names.uids import display_name
from asprofile.negotiate.request import DEFAULT_MAX_PDU, AssociateRequest, propose
from asprofile.objects.scan import Header, Unreadable, scan
from asprofile.send import engine
from asprofile.send.engine import ObjectResult, Outcome, Report
from asprofile.send.peer import Peer, parse_peer
from asprofile.send.session import SendOptions

if TYPE_CHECKING:
    # Generic in the stubs of click, but not in every click that is installed.
    _FloatType = click.ParamType[float]
else:
    _FloatType = click.ParamType

JSON_VERSION = 1
CALLED_AE = "ANY-SCP"
CALLING_AE = "ASPROFILE"

_COLOURS = {
    Outcome.STORED: "green",
    Outcome.STORED_WITH_WARNING: "yellow",
    Outcome.REFUSED: "red",
    Outcome.FAILED: "red",
    Outcome.UNKNOWN: "red",
}
_WORDS = {
    Outcome.STORED: "stored",
    Outcome.STORED_WITH_WARNING: "stored with a warning",
    Outcome.REFUSED: "refused before sending",
    Outcome.FAILED: "failed",
    Outcome.UNKNOWN: "sent without an answer",
}
# Repeated reasons say more as a count than as ten thousand lines.
_SHOWN_PER_REASON = 5


class _Seconds(_FloatType):
    """Seconds, 0 for no limit."""

    name = "seconds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            seconds = float(value)
        except ValueError:
            seconds = -1.0
        if not 0 <= seconds < float("inf"):
            self.fail(f"{value!r} is not a number of seconds, 0 or more", param, ctx)
        return seconds


@click.command(short_help="Send DICOM objects with a profile.")
@click.argument("peer", metavar="[AET@]HOST:PORT")
@click.argument("paths", nargs=-1, required=True, metavar="PATH...")
@click.option("--profile", required=True, metavar="NAME", help="The profile to execute.")
@click.option("--config", metavar="FILE", help="Take the profile from this file.")
@options.release
@click.option("--calling", default=CALLING_AE, show_default=True, metavar="AET", help="Our AE title.")
@click.option(
    "--called", metavar="AET", help=f"The peer's AE title.  [default: the one in the address, or {CALLED_AE}]"
)
@click.option(
    "--max-pdu", type=int, default=DEFAULT_MAX_PDU, show_default=True, metavar="BYTES", help="Longest PDU we receive."
)
@click.option("--connect-timeout", type=_Seconds(), default=10, show_default=True, help="Opening the connection.")
@click.option("--acse-timeout", type=_Seconds(), default=30, show_default=True, help="Answer to associate and release.")
@click.option(
    "--dimse-timeout", type=_Seconds(), default=120, show_default=True, help="Answer to an object, or progress in it."
)
@click.option("--no-recurse", is_flag=True, help="Do not go into the directories of a directory.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object with the result of every object.")
@options.settings
@options.colour
@click.option("-v", "--verbose", is_flag=True, help="A line for every object, also for those that were stored.")
@click.option("-q", "--quiet", is_flag=True, help="Nothing but errors.")
def command(
    peer: str,
    paths: tuple[str, ...],
    profile: str,
    config: str | None,
    release: str | None,
    calling: str,
    called: str | None,
    max_pdu: int,
    connect_timeout: float,
    acse_timeout: float,
    dimse_timeout: float,
    no_recurse: bool,
    as_json: bool,
    settings_file: Path | None,
    isolated: bool,
    colour: str,
    verbose: bool,
    quiet: bool,
) -> None:
    """Send DICOM objects (C-STORE) over an association with exactly the contexts, roles and extended negotiation of a
    profile.

    Each object goes in its own SOP class and transfer syntax, as it is; nothing is converted. An object that no
    accepted context carries is refused with the reason, and the others are sent. PATH is a file or a directory, which
    is searched for objects. The profile is looked up in --config, or else in the files that the nearest
    asprofile.toml names, then among the samples.

    Exit status 1 when an object was refused or failed, 2 when there was no association.
    """
    address = parse_peer(peer)
    project = options.project(settings_file, isolated)
    loaded, found = find(profile, config, project, release or project.release, "requestor", colour)
    if not quiet and not as_json:
        path = printable(loaded.source.path)
        click.echo(f"profile {found.name} of {path}, {len(found.contexts)} contexts", err=True)
    title = called or address.ae_title or CALLED_AE
    request = propose(found, called_ae=title, calling_ae=calling, max_pdu=max_pdu)
    limits = SendOptions(connect_timeout or None, acse_timeout or None, dimse_timeout or None)
    printer = _printer(verbose, as_json, quiet, colour)
    with progress_for(paths, not no_recurse, colour, off=quiet or as_json) as progress:
        items = _looked_at(scan(paths, recursive=not no_recurse), progress)
        report, interrupted = _run(request, address, items, limits, progress, printer)
    if as_json:
        click.echo(json.dumps(_json(report, address, request, found.name, str(loaded.source.path)), indent=2))
    else:
        _summarise(report, address, style_for(colour, sys.stderr), quiet)
    done(INTERRUPTED if interrupted else _status(report))


def _run(
    request: AssociateRequest,
    peer: Peer,
    items: Iterator[Header | Unreadable],
    limits: SendOptions,
    progress: Progress,
    printer: Callable[[ObjectResult], Iterator[str]],
) -> tuple[Report, bool]:
    """What became of the objects, of those that were finished if the user interrupts, and whether that was so."""
    finished: list[ObjectResult] = []
    opened: list[engine.Associated] = []

    def on_event(event: engine.SendEvent) -> None:
        match event:
            case engine.Progress(path, sent, _):
                progress.sent(path, sent)
            case engine.Associated():
                opened.append(event)
            case engine.Finished(result):
                finished.append(result)
                for line in printer(result):
                    progress.say(line)
                progress.finished()

    started = time.monotonic()
    try:
        return engine.send(request, items, peer, limits, on_event), False
    except KeyboardInterrupt:
        error = AssociationAborted("interrupted; what has no result was not sent, or not answered")
        seconds = time.monotonic() - started
        return Report(tuple(finished), 0, len(opened), None, error, seconds), True


def _looked_at(items: Iterator[Header | Unreadable], progress: Progress) -> Iterator[Header | Unreadable]:
    """The same, with the files that are no objects and have no result taken from the progress."""
    for item in items:
        if isinstance(item, Unreadable) and item.skipped:
            progress.skipped()
        yield item


def _printer(verbose: bool, as_json: bool, quiet: bool, colour: str) -> Callable[[ObjectResult], Iterator[str]]:
    """What is said of an object as soon as it has ended; the same reason is not repeated for ever."""
    style = style_for(colour)
    said: dict[str, int] = {}

    def lines(result: ObjectResult) -> Iterator[str]:
        if as_json or (quiet and result.outcome in (Outcome.STORED, Outcome.STORED_WITH_WARNING)):
            return
        if result.outcome is Outcome.STORED:
            if verbose:
                yield f"{_path(result)}: {style('stored', 'green')} as {_what(result)}, context {result.context_id}"
            return
        count = said[result.reason] = said.get(result.reason, 0) + 1
        if count <= _SHOWN_PER_REASON or verbose:
            yield from _ended(result, style, way_out=count == 1 or verbose)
        elif count == _SHOWN_PER_REASON + 1:
            yield "  (more objects with this reason; --verbose shows each)"

    return lines


def _ended(result: ObjectResult, style: Style, *, way_out: bool) -> Iterator[str]:
    word = style(_WORDS[result.outcome], _COLOURS[result.outcome])
    status = f", status {result.status:04X}H" if result.status is not None else ""
    comment = f" ({printable(result.comment)})" if result.comment else ""
    yield f"{_path(result)}: {word}{status}: {printable(result.reason)}{comment}"
    if way_out and result.way_out:
        yield f"  {printable(result.way_out)}"


def _path(result: ObjectResult) -> str:
    return printable(str(result.path))


def _what(result: ObjectResult) -> str:
    return printable(f"{display_name(result.sop_class or '')}, {display_name(result.transfer_syntax or '')}")


def _summarise(report: Report, peer: Peer, style: Style, quiet: bool) -> None:
    if report.error is not None:
        click.echo(f"asprofile: {printable(str(report.error))}", err=True)
    if quiet:
        return
    if not report.results:
        skipped = f" ({report.skipped:,} files are not DICOM)" if report.skipped else ""
        if report.error is None:
            click.echo(f"no DICOM objects found{skipped}: nothing to send", err=True)
        return
    parts = [
        style(f"{report.count(outcome):,} {_WORDS[outcome]}", _COLOURS[outcome])
        for outcome in Outcome
        if report.count(outcome)
    ]
    size = sum(result.bytes for result in report.results)
    skipped = f"; {report.skipped:,} other files skipped" if report.skipped else ""
    took = f"{_size(size)} in {report.seconds:.1f} s"
    count = f"{len(report.results):,} object{'s' * (len(report.results) != 1)}"
    click.echo(f"{count} to {printable(str(peer))}: {', '.join(parts)}; {took}{skipped}", err=True)


def _size(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"


def _status(report: Report) -> int:
    """2 without an association that was wanted, 1 when anything was refused or failed or there was nothing to send."""
    if report.error is not None and not report.associations:
        return 2
    return 0 if report.results and report.all_stored else 1


def _json(report: Report, peer: Peer, request: AssociateRequest, profile: str, path: str) -> dict[str, Any]:
    return {
        "version": JSON_VERSION,
        "peer": str(peer),
        "called_ae": request.called_ae,
        "calling_ae": request.calling_ae,
        "profile": {"name": profile, "path": path, "contexts": len(request.contexts)},
        "objects": [_object(result) for result in report.results],
        "summary": {
            **{outcome.value: report.count(outcome) for outcome in Outcome},
            "skipped": report.skipped,
            "associations": report.associations,
            "bytes": sum(result.bytes for result in report.results),
            "seconds": round(report.seconds, 3),
            "error": None if report.error is None else str(report.error),
        },
    }


def _object(result: ObjectResult) -> dict[str, Any]:
    return {
        "path": str(result.path),
        "outcome": result.outcome.value,
        "sop_class": result.sop_class,
        "sop_instance": result.sop_instance,
        "transfer_syntax": result.transfer_syntax,
        "context_id": result.context_id,
        "status": result.status,
        "comment": result.comment,
        "reason": result.reason,
        "way_out": result.way_out,
        "bytes": result.bytes,
        "seconds": round(result.seconds, 6),
    }
