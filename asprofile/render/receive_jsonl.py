"""What ``receive`` says to programs: a JSON object a line, for each event as it comes."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any, Final

from asprofile.net.transport import describe_address
from asprofile.receive.events import (
    AssociationAccepted,
    AssociationEnded,
    AssociationRequested,
    NotStored,
    ProcessEnded,
    Received,
    RequestRejected,
)

if TYPE_CHECKING:
    from asprofile.api.receiving import Receiving
    from asprofile.receive.events import ReceiveEvent
    from asprofile.render.look import StreamLook

JSONL_VERSION: Final = 1


def begun(receiving: Receiving, metrics: str, _: StreamLook) -> str:
    """That it listens; ``metrics`` is the address of them, empty if there are none."""
    about = {
        "host": receiving.options.host or None,
        "port": receiving.port,
        "addresses": [describe_address(*one) for one in receiving.addresses],
        "ae_title": receiving.options.ae_title,
        "accepts": receiving.accepts,
        "into": os.fspath(receiving.into),
        "metrics": metrics or None,
    }
    return json.dumps({"event": "listening", "version": JSONL_VERSION, **about})


def told(event: ReceiveEvent, _: StreamLook) -> str:
    """An event."""
    return json.dumps(_about(event))


def _about(event: ReceiveEvent) -> dict[str, Any]:
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
