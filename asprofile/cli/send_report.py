"""What ``asprofile send`` says of its results: lines, a summary, JSON, a report file, the exit status.

Not here: sending (``sending``), how far it has come (``progress``).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import click

from asprofile.cli.growing_report import START
from asprofile.cli.root import INTERRUPTED
from asprofile.names.uids import display_name
from asprofile.printing import printable
from asprofile.send.outcome import Outcome
from asprofile.value import Value

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from asprofile.negotiate.request import AssociateRequest
    from asprofile.send.outcome import ObjectResult, Report
    from asprofile.send.peer import Peer

JSON_VERSION = 1

Style = Callable[..., str]

_COLOURS = {
    Outcome.STORED: "green",
    Outcome.STORED_WITH_WARNING: "yellow",
    Outcome.REFUSED: "red",
    Outcome.FAILED: "red",
    Outcome.UNKNOWN: "red",
    Outcome.NOT_SENT: "red",
}
_WORDS = {
    Outcome.STORED: "stored",
    Outcome.STORED_WITH_WARNING: "stored with a warning",
    Outcome.REFUSED: "refused before sending",
    Outcome.FAILED: "failed",
    Outcome.UNKNOWN: "sent without an answer",
    Outcome.NOT_SENT: "not sent",
}
# Repeated reasons say more as a count than as ten thousand lines.
_SHOWN_PER_REASON = 5
# A reason may be of one object alone; millions of them are not remembered.
_REASONS = 1000


class Sending(Value):
    """What was to be done: ``profile`` is name and file, None if the contexts followed from the objects."""

    peer: Peer
    requests: Sequence[AssociateRequest]
    profile: tuple[str, str] | None
    left: str = ""
    """The command that sends what is left of it; empty if nothing is, or there is none."""


def exit_status(report: Report) -> int:
    """2 without an association that was wanted, 1 when anything was refused or failed or there was nothing to send."""
    if report.interrupted:
        return INTERRUPTED
    if report.error is not None and not report.associations:
        return 2
    return 0 if report.tally.total and report.all_stored else 1


def printer(style: Style, *, verbose: bool, quiet: bool) -> Callable[[ObjectResult], Iterator[str]]:
    """What is said of an object as soon as it has ended; the same reason is not repeated for ever."""
    said: dict[str, int] = {}

    def lines(result: ObjectResult) -> Iterator[str]:
        if quiet and result.outcome.is_stored:
            return
        if result.outcome is Outcome.STORED and not result.note:
            if verbose:
                yield f"{_path(result)}: {style('stored', 'green')} as {_what(result)}, context {result.context_id}"
            return
        kind = result.reason or result.note.partition(":")[0]
        count = said.get(kind, 0) + 1
        if count > 1 or len(said) < _REASONS:
            said[kind] = count
        if count <= _SHOWN_PER_REASON or verbose:
            yield from _ended(result, style, way_out=count == 1 or verbose)
        elif count == _SHOWN_PER_REASON + 1:
            yield "  (more objects with this reason; --verbose shows each)"

    return lines


def _ended(result: ObjectResult, style: Style, *, way_out: bool) -> Iterator[str]:
    word = style(_WORDS[result.outcome], _COLOURS[result.outcome])
    status = f", status {result.status:04X}H" if result.status is not None else ""
    comment = f" ({printable(result.comment)})" if result.comment else ""
    tries = f" ({result.tries} tries)" if result.tries > 1 else ""
    note = f", {printable(result.note)}" if result.note else ""
    reason = f": {printable(result.reason)}" if result.reason else ""
    if result.outcome is Outcome.NOT_SENT:
        reason = reason.removeprefix(": not sent")
    yield f"{_path(result)}: {word}{note}{status}{reason}{comment}{tries}"
    if way_out and result.way_out:
        yield f"  {printable(result.way_out)}"


def _path(result: ObjectResult) -> str:
    return printable(str(result.path))


def _what(result: ObjectResult) -> str:
    syntax = result.sent_as or result.transfer_syntax or ""
    converted = ", converted" if result.sent_as not in (None, result.transfer_syntax) else ""
    return printable(f"{display_name(result.sop_class or '')}, {display_name(syntax)}{converted}")


def summarise(report: Report, sending: Sending, style: Style, *, quiet: bool) -> None:
    if report.interrupted:
        click.echo(f"asprofile: {interruption(report)}", err=True)
    elif report.error is not None:
        click.echo(f"asprofile: {printable(str(report.error))}", err=True)
    if sending.left:
        click.echo(f"to send what is left: {sending.left}", err=True)
    if quiet:
        return
    if report.tally.total:
        click.echo(counts(report, sending.peer, style), err=True)
    elif report.error is None and not report.interrupted:
        skipped = f" ({report.skipped:,} files are not DICOM)" if report.skipped else ""
        click.echo(f"no DICOM objects found{skipped}: nothing to send", err=True)


def interruption(report: Report) -> str:
    """How far an interrupted run came, and what is left."""
    tally = report.tally
    left = f"{tally.left:,} {'object' if tally.left == 1 else 'objects'}" if tally.left else "nothing"
    at_least = "" if report.all_named else "at least "
    unknown = "" if report.all_named else "; the search for more was cut short, and what it did not find has no result"
    return f"interrupted; {tally.stored:,} of {at_least}{tally.total:,} sent; what is left: {at_least}{left}{unknown}"


def counts(report: Report, peer: Peer, style: Style) -> str:
    """The last line: how many objects ended how, and how long it took."""
    parts = [
        style(f"{report.count(outcome):,} {_WORDS[outcome]}", _COLOURS[outcome])
        for outcome in Outcome
        if report.count(outcome)
    ]
    size = report.tally.bytes
    skipped = f"; {report.skipped:,} other files skipped" if report.skipped else ""
    took = f"{_size(size)} in {report.seconds:.1f} s{_beside(report)}"
    count = f"{report.tally.total:,} object{'s' * (report.tally.total != 1)}"
    return f"{count} to {printable(str(peer))}: {', '.join(parts)}; {took}{skipped}"


def _beside(report: Report) -> str:
    return f" over {report.at_once} associations" if report.at_once > 1 else ""


def granted(report: Report) -> str:
    """What the peer granted that makes it faster."""
    more = "no object before the last is answered" if report.window == 1 else f"{report.window} objects at a time"
    return f"the peer took {more}"


def _size(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000 or unit == "GB":
            break
        size /= 1000
    return f"{size:,.0f} {unit}" if unit == "bytes" else f"{size:,.1f} {unit}"


def report_head(sending: Sending, started: str) -> str:
    """How a report file begins: what was to be done."""
    first = sending.requests[0]
    contexts = "as the objects need them" if sending.profile is None else "profile {} of {}".format(*sending.profile)
    return _text(
        f"{START}{started}",
        f"peer:         {sending.peer}",
        f"called AE:    {first.called_ae}",
        f"calling AE:   {first.calling_ae}",
        f"contexts:     {contexts}",
    )


def report_block(result: ObjectResult) -> str:
    """An object in a report; for people, and easy to search."""
    return _text("", *_block(result))


def report_end(report: Report, sending: Sending) -> str:
    """The sum; a report without it is of a run that something killed."""
    lines = [
        "",
        f"associations: {report.associations}",
        f"at once:      {report.at_once}",
        f"window:       {report.window}",
        f"result:       {counts(report, sending.peer, _plain)}"
        if report.tally.total
        else "result:       nothing to send",
    ]
    if report.interrupted:
        lines.append(f"interrupted:  {interruption(report)}")
    if report.error is not None:
        lines.append(f"error:        {report.error}")
    if sending.left:
        lines.append(f"what is left: {sending.left}")
    return _text(*lines)


def _text(*lines: str) -> str:
    return "".join(f"{printable(line)}\n" for line in lines)


def _block(result: ObjectResult) -> Iterator[str]:
    yield f"{result.path}"
    yield f"  outcome:         {_WORDS[result.outcome]}"
    if result.sop_class is not None:
        yield f"  SOP class:       {_named(result.sop_class)}"
        yield f"  SOP instance:    {result.sop_instance}"
        yield f"  transfer syntax: {_named(result.transfer_syntax or '')}"
    if result.sent_instance is not None:
        yield f"  sent instance:   {result.sent_instance}"
    if result.sent_as not in (None, result.transfer_syntax):
        yield f"  sent as:         {_named(result.sent_as or '')}"
    if result.context_id is not None:
        yield f"  context:         {result.context_id}"
    if result.status is not None:
        yield f"  status:          {result.status:04X}H" + (f" ({result.comment})" if result.comment else "")
    if result.reason:
        yield f"  reason:          {result.reason}"
    if result.note:
        yield f"  note:            {result.note}"
    if result.way_out:
        yield f"  way out:         {result.way_out}"
    if result.tries > 1:
        yield f"  tries:           {result.tries}"


def _named(uid: str) -> str:
    name = display_name(uid)
    return uid if name == uid else f"{name} ({uid})"


def _plain(text: str, _: str) -> str:
    return text


def as_json(report: Report, sending: Sending) -> dict[str, Any]:
    return {
        **_about(sending),
        "objects": [_object(result) for result in report.results],
        "summary": _summary(report, sending),
    }


def result_line(result: ObjectResult) -> str:
    """An object in ``--format jsonl``."""
    return json.dumps({"type": "object", **_object(result)})


def skipped_line(path: Path, reason: str) -> str:
    return json.dumps({"type": "skipped", "path": str(path), "reason": reason})


def last_line(report: Report, sending: Sending) -> str:
    return json.dumps({"type": "summary", **_about(sending), **_summary(report, sending)})


def _about(sending: Sending) -> dict[str, Any]:
    first = sending.requests[0]
    contexts = sum(len(request.contexts) for request in sending.requests)
    profile = None
    if sending.profile is not None:
        profile = {"name": sending.profile[0], "path": sending.profile[1], "contexts": contexts}
    return {
        "version": JSON_VERSION,
        "peer": str(sending.peer),
        "called_ae": first.called_ae,
        "calling_ae": first.calling_ae,
        "profile": profile,
        "contexts": contexts,
    }


def _summary(report: Report, sending: Sending) -> dict[str, Any]:
    error = None if report.error is None else str(report.error)
    return {
        **{outcome.value: report.count(outcome) for outcome in Outcome},
        "skipped": report.skipped,
        "associations": report.associations,
        "at_once": report.at_once,
        "window": report.window,
        "bytes": report.tally.bytes,
        "seconds": round(report.seconds, 3),
        "interrupted": report.interrupted,
        "error": interruption(report) if report.interrupted else error,
        "continue": sending.left or None,
    }


def _object(result: ObjectResult) -> dict[str, Any]:
    return {
        "path": str(result.path),
        "outcome": result.outcome.value,
        "sop_class": result.sop_class,
        "sop_instance": result.sop_instance,
        "transfer_syntax": result.transfer_syntax,
        "sent_as": result.sent_as,
        "sent_instance": result.sent_instance,
        "context_id": result.context_id,
        "status": result.status,
        "comment": result.comment,
        "reason": result.reason,
        "way_out": result.way_out,
        "note": result.note,
        "bytes": result.bytes,
        "seconds": round(result.seconds, 6),
        "tries": result.tries,
    }
