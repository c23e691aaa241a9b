"""The results of a sending as the file of ``--report``: a head, a block for each object, an end."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from asprofile.names.uids import display_name
from asprofile.printing import plain, visible
from asprofile.report.send.sending import OUTCOME_WORDS, Sending, interruption
from asprofile.report.send.text import counts

if TYPE_CHECKING:
    from asprofile.send.outcome import ObjectResult, SendReport


START: Final = "asprofile send, "
"""How a report file begins; only such a one is written over."""


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


def report_end(report: SendReport, sending: Sending) -> str:
    """The sum; a report without it is of a run that something killed."""
    lines = [
        "",
        f"associations: {report.associations}",
        f"at once:      {report.at_once}",
        f"window:       {report.window}",
        f"result:       {counts(report, sending.peer, plain)}"
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


def exact(path: str) -> str:
    """A path as a line of its own, which ``path_of`` reads back: as it is, or as a JSON string where something
    in it cannot be seen.
    """
    if visible(path) == path and not path.startswith('"'):
        return path
    import json  # most names need none

    return json.dumps(path)


def path_of(line: str) -> str:
    """The path that ``exact`` wrote as this line, without its line end; empty if the line is no such path."""
    if not line.startswith('"'):
        return line
    import json

    try:
        return str(json.loads(line))
    except ValueError:
        return ""


def _text(*lines: str) -> str:
    return "".join(f"{visible(line)}\n" for line in lines)


def _block(result: ObjectResult) -> Iterator[str]:
    yield exact(str(result.path))
    yield f"  outcome:         {OUTCOME_WORDS[result.outcome]}"
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
