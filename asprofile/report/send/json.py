"""The results of a sending as JSON, whole or a line for each object (docs/schema/send.json, send-line.json)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from asprofile.report.send.sending import Sending, interruption
from asprofile.send.outcome import Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from asprofile.send.outcome import ObjectResult, SendReport


JSON_VERSION = 1


def as_json(report: SendReport, sending: Sending) -> dict[str, Any]:
    return {
        **_about(sending),
        "objects": [_object(result) for result in report.results],
        "summary": _summary(report, sending),
    }


def result_line(result: ObjectResult) -> str:
    """An object in ``--format jsonl``."""
    return _line({"type": "object", **_object(result)})


def skipped_line(path: Path, reason: str) -> str:
    return _line({"type": "skipped", "path": str(path), "reason": reason})


def last_line(report: SendReport, sending: Sending) -> str:
    return _line({"type": "summary", **_about(sending), **_summary(report, sending)})


def _line(values: dict[str, Any]) -> str:
    import json  # not waited for where nothing is told as JSON

    return json.dumps(values)


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


def _summary(report: SendReport, sending: Sending) -> dict[str, Any]:
    error = None if report.error is None else str(report.error)
    return {
        **{outcome.value: report.count(outcome) for outcome in Outcome},
        "skipped": report.skipped,
        "left_out": report.left_out,
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
