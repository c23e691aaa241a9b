"""Why there is no association: TLS, the connection, a rejection, a modality that is not allowed to do something."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.net.wire import AssociateReject
from asprofile.trace.causes import ENOUGH, Cause
from asprofile.trace.programs import acceptors_of, told
from asprofile.trace.remedies import Remedy, echo_command, probe_command, quoted_line, titles, without_front

if TYPE_CHECKING:
    from collections.abc import Iterator

    from asprofile.trace.model import TracedAssociation, TracedTrouble


def of_tls(association: TracedAssociation, trouble: TracedTrouble | None) -> Cause:
    if association.tls:
        what = "the connection is TLS: what was negotiated is encrypted, and cannot be seen in a capture"
        why = "a log of one of the two sides at the debug level has it"
        return Cause("tls", what, why, counts=False)
    said = trouble.text if trouble is not None else association.ending.text
    plain = "Unrecognized PDU type" in said
    what = (
        "one side speaks TLS on this connection and the other does not"
        if plain or "wrong version" in said.lower() or "SYSCALL" in said or "does the remote support TLS" in said
        else "the TLS handshake failed"
    )
    remedies = (
        Remedy("either", "use TLS on both sides, or on none; the port of a program with TLS is usually another one"),
        Remedy("requestor", "see what the peer says to TLS, and to none", echo_command(association, "--tls")),
        Remedy("requestor", "", echo_command(association)),
    )
    return Cause("tls", what, quoted_line(said), remedies)


def of_connection(association: TracedAssociation, trouble: TracedTrouble | None) -> Cause:
    why = association.ending.text or (trouble.text if trouble is not None else "")
    plain = why.lower()
    where = f"at {association.acceptor.address}" if association.acceptor.address else "there"
    if "refused" in plain:
        what = f"nothing listens {where}: the connection was refused, so no association was asked for"
        text = "check the port, and that the program runs and listens on that address, not on 127.0.0.1 alone"
    elif "host" in plain and "known" in plain:
        what = f"the name of the host is not known ({association.ending.text or why})"
        text = "check the name, or use the address"
    elif "time" in plain:
        what = "no answer to the connection: a firewall, a wrong address, or a host that is off"
        text = "a firewall that drops what it does not let through looks like this"
    elif "does not speak dicom" in plain:
        what = "what came is no DICOM: something else was sent to this port, such as HTTP or a port scan"
        text = "look who connects; it is no association"
    else:
        what = f"there was no connection ({why})" if why else "there was no connection"
        text = "check address and port"
    return Cause("connection", what, "", (Remedy("requestor", text, echo_command(association)),))


def of_rejection(association: TracedAssociation) -> Cause:
    rejection, ending = association.ending.rejection, association.ending
    calling, called = association.requestor.title, association.acceptor.title
    if rejection is None:
        nothing = any(one.kind == "nothing-accepted" for one in association.troubles)
        what = "the acceptor rejected the association" + (
            ": it takes none of the presentation contexts" if nothing else "; the source does not say why"
        )
        return Cause("nothing-accepted" if nothing else "rejected", what, "", tuple(_for_rejection(association)))
    pair = rejection.source, rejection.reason
    forced = ending.text
    if pair == (1, 7):
        what = f"the acceptor's AE title is not {called or 'the called one'} (called AE title not recognized)"
        remedies = (
            Remedy("requestor", "ask for the title that the acceptor has; capital letters count"),
            *_called(association),
            Remedy("requestor", "try another one", echo_command(association, called="ITS_TITLE")),
        )
        return Cause("rejected", what, "", remedies)
    if pair == (1, 3):
        what = f"the acceptor does not know the calling AE title {calling or ''}".rstrip() + (
            " (calling AE title not recognized)"
        )
        remedies = (
            *titles(association),
            Remedy("requestor", "or use a title that it knows", echo_command(association, calling="KNOWN_TITLE")),
        )
        return Cause("rejected", what, "", remedies)
    if pair in ((3, 1), (3, 2)):
        what = "the acceptor has no room for another association now: " + (
            "its limit is reached" if pair == (3, 2) else "temporary congestion"
        )
        text = "fewer associations at a time, or raise the acceptor's limit; asprofile send tries again by itself"
        return Cause("rejected", what, "", (Remedy("either", text),))
    words = AssociateReject(rejection.result or 1, *pair).text
    if pair == (1, 1):
        nothing = any(one.kind == "nothing-accepted" for one in association.troubles)
        what = "the acceptor rejected the association" + (
            f" ({forced})" if forced else ": it takes none of the presentation contexts" if nothing else
            " without a reason"
        )  # fmt: skip
        why = (
            ""
            if forced or nothing
            else "some do that when they accept none of the presentation contexts (dcmrecv), or do not know a title"
        )
        return Cause("nothing-accepted" if nothing else "rejected", what, why, tuple(_for_rejection(association)))
    return Cause("rejected", f"the acceptor {words}", "", tuple(_for_rejection(association)))


def _called(association: TracedAssociation) -> Iterator[Remedy]:
    for one in acceptors_of(association):
        if one.for_called:
            yield Remedy("acceptor", f"{one.name}: {told(one.for_called, association)}")


def _for_rejection(association: TracedAssociation) -> Iterator[Remedy]:
    yield from titles(association)
    yield Remedy("requestor", "see whether it takes an association at all", echo_command(association))
    classes = [one.abstract_syntax for one in association.contexts if one.abstract_syntax]
    if classes and len(set(classes)) <= ENOUGH:
        yield Remedy("requestor", "ask it what it takes", probe_command(association, classes[0]))


def of_permission(association: TracedAssociation) -> Iterator[Cause]:
    for one in association.troubles:
        if one.kind == "forced":
            what = f"the acceptor does not allow it: {without_front(one.text)}"
            yield Cause("not-allowed", what, "", tuple(titles(association)))
            return
