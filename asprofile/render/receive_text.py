"""What ``receive`` says to people: a line when it listens, one for each association, one for each object."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from asprofile.net.dimse import status_text
from asprofile.net.transport import describe_address
from asprofile.printing import of_peer, plural, printable
from asprofile.receive.events import AssociationEnded, NotStored, ProcessEnded, Received
from asprofile.report.send.text import size_text

if TYPE_CHECKING:
    from asprofile.api.receiving import Receiving
    from asprofile.receive.events import ReceiveEvent
    from asprofile.render.look import StreamLook

_PLACED: Final = {
    "new": "stored",
    "same": "stored before, with the same bytes",
    "beside": "stored beside another of the same name",
    "replaced": "stored in the place of another",
}


def begun(receiving: Receiving, metrics: str, look: StreamLook) -> str:
    """That it listens; ``metrics`` is the address of them, empty if there are none."""
    if look.quiet:
        return ""
    given, into = receiving.options, os.fspath(receiving.into)
    asked = ((given.host, given.port), *given.more) if not given.descriptors else receiving.addresses
    where = " and ".join(
        describe_address(host, port) if host else f"port {port}"
        for (host, _), (_, port) in zip(asked, receiving.addresses, strict=True)
    )
    title = given.ae_title or "any AE title"
    listens = printable(f"listening on {where} as {title}; accepts {receiving.accepts}; stores into {into}")
    return f"{listens}\nmetrics at {metrics}" if metrics else listens


def told(event: ReceiveEvent, look: StreamLook) -> str:
    """What is said of an event; empty where nothing is."""
    match event:
        case AssociationEnded() if event.ending != "released":
            return _ended(event, look)
        case AssociationEnded():
            return "" if look.quiet else _ended(event, look)
        case NotStored():
            what = status_text(event.status) if event.status else "not complete"
            reason = f" ({printable(event.reason)})" if event.reason else ""
            return f"{event.association}: {of_peer(event.sop_instance)} {look.style(what, 'red')}{reason}"
        case ProcessEnded():
            lost = f"{plural(event.associations, 'association')} lost"
            what = look.style(f"process {event.process} {event.reason}", "red")
            return f"{what}: {lost}"
        case Received() if look.verbose and not look.quiet:
            return f"{event.association}: {printable(event.file)} {_PLACED[event.placing]}, {size_text(event.size)}"
    return ""


def _ended(event: AssociationEnded, look: StreamLook) -> str:
    who = f"{event.calling_ae}@{event.peer}" if event.calling_ae else event.peer
    count = plural(event.objects, "object")
    failed = f", {event.failed:,} not stored" if event.failed else ""
    end = event.ending if event.ending == "released" else look.style(f"{event.ending}: {event.reason}", "red")
    return f"{event.number}: {of_peer(who)}: {count}, {size_text(event.size)}{failed} in {event.seconds:.1f} s, {end}"
