"""What ``asprofile receive`` says: a line when it listens, one for each association, one for each object.

Not here: the command and its options (``receive``).
"""

from __future__ import annotations

import contextlib
import json
import os
import threading
from typing import TYPE_CHECKING, Any, Final

import click

from asprofile.net.dimse import status_text
from asprofile.net.transport import describe_address
from asprofile.printing import of_peer, printable
from asprofile.receive.events import (
    AssociationAccepted,
    AssociationEnded,
    AssociationRequested,
    NotStored,
    ProcessEnded,
    Received,
    RequestRejected,
)
from asprofile.report.send.text import size_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.api.receiving import Receiving
    from asprofile.printing import Style
    from asprofile.receive.events import ReceiveEvent

JSONL_VERSION: Final = 1
_PLACED: Final = {
    "new": "stored",
    "same": "stored before, with the same bytes",
    "beside": "stored beside another of the same name",
    "replaced": "stored in the place of another",
}


class EventTeller:
    """Prints events as they come; ``on_gone`` is called once when nobody reads any more."""

    def __init__(self, form: str, style: Style, *, verbose: bool, quiet: bool, on_gone: Callable[[], None]) -> None:
        self._form = form
        self._style = style
        self._verbose = verbose
        self._quiet = quiet
        self._on_gone = on_gone
        self._lock = threading.Lock()
        self.is_gone = False

    def begin(self, receiving: Receiving, metrics: str = "") -> None:
        """It listens; ``metrics`` is the address of them, empty if there are none."""
        given, into = receiving.options, os.fspath(receiving.into)
        if self._form == "jsonl":
            about = {
                "host": given.host or None,
                "port": receiving.port,
                "addresses": [describe_address(*one) for one in receiving.addresses],
                "ae_title": given.ae_title,
                "accepts": receiving.accepts,
                "into": into,
                "metrics": metrics or None,
            }
            self._say(json.dumps({"event": "listening", "version": JSONL_VERSION, **about}))
        elif not self._quiet:
            asked = ((given.host, given.port), *given.more) if not given.descriptors else receiving.addresses
            where = " and ".join(
                describe_address(host, port) if host else f"port {port}"
                for (host, _), (_, port) in zip(asked, receiving.addresses, strict=True)
            )
            title = given.ae_title or "any AE title"
            text = f"listening on {where} as {title}; accepts {receiving.accepts}; stores into {into}"
            self._say(printable(text))
            if metrics:
                self._say(f"metrics at {metrics}")

    def tell(self, event: ReceiveEvent) -> None:
        """Never raises."""
        if self._form == "jsonl":
            self._say(json.dumps(_as_json(event)))
            return
        text = self._text(event)
        if text:
            self._say(text)

    def also(self, text: str, about: dict[str, Any]) -> None:
        """Something went wrong that is no event of the receiver. Never raises."""
        self._say(json.dumps(about) if self._form == "jsonl" else self._style(printable(text), "red"))

    def line(self, text: str) -> None:
        """A line as it is. Never raises."""
        self._say(text)

    def _text(self, event: ReceiveEvent) -> str:
        match event:
            case AssociationEnded() if event.ending != "released":
                return self._ended(event)
            case AssociationEnded():
                return "" if self._quiet else self._ended(event)
            case NotStored():
                what = status_text(event.status) if event.status else "not complete"
                reason = f" ({printable(event.reason)})" if event.reason else ""
                return f"{event.association}: {of_peer(event.sop_instance)} {self._style(what, 'red')}{reason}"
            case ProcessEnded():
                lost = f"{event.associations:,} association{'' if event.associations == 1 else 's'} lost"
                what = self._style(f"process {event.process} {event.reason}", "red")
                return f"{what}: {lost}"
            case Received() if self._verbose and not self._quiet:
                return f"{event.association}: {printable(event.file)} {_PLACED[event.placing]}, {size_text(event.size)}"
        return ""

    def _ended(self, event: AssociationEnded) -> str:
        who = f"{event.calling_ae}@{event.peer}" if event.calling_ae else event.peer
        count = f"{event.objects:,} object{'' if event.objects == 1 else 's'}"
        failed = f", {event.failed:,} not stored" if event.failed else ""
        end = event.ending if event.ending == "released" else self._style(f"{event.ending}: {event.reason}", "red")
        return (
            f"{event.number}: {of_peer(who)}: {count}, {size_text(event.size)}{failed} in {event.seconds:.1f} s, {end}"
        )

    def _say(self, line: str) -> None:
        if self.is_gone:
            return
        try:
            with self._lock:
                click.echo(line)  # which flushes
        except OSError as error:
            if not isinstance(error, BrokenPipeError):
                with contextlib.suppress(OSError):
                    click.echo(f"asprofile: standard output: {(error.strerror or str(error)).lower()}", err=True)
            self.is_gone = True
            self._on_gone()


def _as_json(event: ReceiveEvent) -> dict[str, Any]:
    match event:
        case AssociationRequested():
            return {
                "event": "requested",
                **_association(event),
                "contexts_proposed": len(event.request.contexts),
                "tls": event.security or None,
            }
        case AssociationAccepted():
            return {
                "event": "association",
                **_association(event),
                "contexts_accepted": event.accepted,
                "contexts_proposed": event.proposed,
                "tls": event.security or None,
            }
        case ProcessEnded():
            return {
                "event": "process_ended",
                "process": event.process,
                "reason": event.reason,
                "associations_lost": event.associations,
            }
        case RequestRejected():
            return {
                "event": "rejected",
                **_association(event),
                "result": event.result,
                "source": event.source,
                "code": event.code,
                "reason": event.reason,
            }
        case Received():
            return {
                "event": "stored",
                **_object(event),
                "path": event.file,
                "placing": event.placing,
            }
        case NotStored():
            return {"event": "not_stored", **_object(event), "status": event.status, "reason": event.reason}
        case AssociationEnded():
            return {
                "event": "end",
                **_association(event),
                "state": event.ending,
                "reason": event.reason,
                "stored": event.objects,
                "not_stored": event.failed,
                "bytes": event.size,
                "seconds": round(event.seconds, 6),
            }


def _association(
    event: AssociationRequested | AssociationAccepted | RequestRejected | AssociationEnded,
) -> dict[str, Any]:
    return {
        "association": event.number,
        "peer": event.peer,
        "calling_ae": event.calling_ae,
        "called_ae": event.called_ae,
    }


def _object(event: Received | NotStored) -> dict[str, Any]:
    return {
        "association": event.association,
        "peer": event.peer,
        "calling_ae": event.calling_ae,
        "called_ae": event.called_ae,
        "sop_class": event.sop_class,
        "sop_instance": event.sop_instance,
        "transfer_syntax": event.transfer_syntax,
        "bytes": event.size,
        "seconds": round(event.seconds, 6),
    }
