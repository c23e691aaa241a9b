"""Associations and messages as the logs of DCMTK's programs show them: log scrapers know it.

Belongs here: text from values. Does not belong here: when it is shown (``log``, and each
program). Passwords
and tickets are never in it, though DCMTK shows passwords.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.dcmtk_cli.log import one_line
from asprofile.names.dcmtk import modality_of
from asprofile.names.releases import at_least
from asprofile.names.symbols import name_of
from asprofile.negotiate.request import IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME
from asprofile.printing import of_peer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from asprofile.errors import AssociationRejected
    from asprofile.negotiate.negotiation import NegotiatedContext, Negotiation
    from asprofile.negotiate.request import (
        AssociateAccept,
        AssociateRequest,
        ExtendedItem,
        RoleItem,
        UserIdentity,
    )
    from asprofile.net.dimse import CommandSet

_MOST_DUMPED = 64
"""Bytes of extended negotiation; a peer could send 64 KiB of them."""
_RESULTS = {
    0: "Accepted",
    1: "User Rejection",
    2: "No Reason",
    3: "Abstract Syntax Not Supported",
    4: "Transfer Syntaxes Not Supported",
}
_IDENTITIES = {
    1: ("1: Username", ""),
    2: ("2: Username/Password", ""),
    3: ("3: Kerberos", "Kerberos Service Ticket"),
    4: ("4: SAML", "SAML Assertion"),
    5: ("5: JWT", "JSON Web Token"),
}
_REJECTIONS = {
    (1, 1): "No Reason",
    (1, 2): "App Context Name Not Supported",
    (1, 3): "Calling AE Title Not Recognized",
    (1, 7): "Called AE Title Not Recognized",
    (2, 1): "No Reason",
    (2, 2): "Protocol Version Not Supported",
    (3, 1): "Temporary Congestion",
    (3, 2): "Local Limit Exceeded",
}
_STATUS = {
    0x0000: "Success",
    0x0122: "Refused: SOPClassNotSupported",
    0xB000: "Warning: CoercionOfDataElements",
    0xB006: "Warning: ElementsDiscarded",
    0xB007: "Warning: DataSetDoesNotMatchSOPClass",
}
_STATUS_CLASSES = (
    (0xFF00, 0xA700, "Refused: OutOfResources"),
    (0xFF00, 0xA900, "Error: DataSetDoesNotMatchSOPClass"),
    (0xF000, 0xC000, "Error: CannotUnderstand"),
)


def requested(request: AssociateRequest, release: str) -> str:
    """An association request, before anything is answered."""
    return _text(_association("RQ", request, None, _proposed(request, release), release))


def accepted(negotiation: Negotiation, release: str) -> str:
    """An association request with its answer."""
    contexts = _answered(negotiation, release)
    return _text(_association("AC", negotiation.request, negotiation.accept, contexts, release))


def received(request: AssociateRequest, own_pdu: int, release: str) -> str:
    """An association request that came, before anything is answered; ``own_pdu``: the longest PDU that we take."""
    return _text(_association("RQ", request, None, _proposed(request, release), release, own_pdu))


def acknowledged(negotiation: Negotiation, release: str) -> str:
    """An association request that came, with our answer."""
    accept = negotiation.accept
    contexts = _answered(negotiation, release)
    return _text(_association("AC", negotiation.request, accept, contexts, release, accept.max_pdu))


def rejected(error: AssociationRejected) -> str:
    """Who rejected an association, for how long, and why (PS3.8 Table 9-21)."""
    result = {1: "Rejected Permanent", 2: "Rejected Transient"}.get(error.result, "UNKNOWN")
    sources = {
        1: "Service User",
        2: "Service Provider (ACSE Related)",
        3: "Service Provider (Presentation Related)",
    }
    reason = _REJECTIONS.get((error.source, error.reason), "UNKNOWN")
    return f"Result: {result}, Source: {sources.get(error.source, 'UNKNOWN')}\nReason: {reason}"


def status_text(status: int) -> str:
    """A C-STORE status in DCMTK's words."""
    if status in _STATUS:
        return _STATUS[status]
    for mask, value, text in _STATUS_CLASSES:
        if status & mask == value:
            return text
    return f"Unknown Status: 0x{status:x}"


def class_code(sop_class: str, release: str) -> str:
    """A few letters, or a name, for a SOP class that there is no presentation context for."""
    return modality_of(sop_class) or name_of(sop_class, release) or "unknown SOP class"


def store_request(sop_class: str, sop_instance: str, message_id: int, release: str) -> str:
    """A C-STORE-RQ that is sent."""
    return _text(
        (
            "===================== OUTGOING DIMSE MESSAGE ====================",
            "Message Type                  : C-STORE RQ",
            f"Message ID                    : {message_id}",
            f"Affected SOP Class UID        : {name_of(sop_class, release) or sop_class}",
            f"Affected SOP Instance UID     : {sop_instance}",
            "Data Set                      : present",
            "Priority                      : medium",
            "======================= END DIMSE MESSAGE =======================",
        )
    )


def store_response(answer: CommandSet, context_id: int, release: str) -> str:
    """A C-STORE-RSP that came."""
    sop_class = answer.sop_class or ""
    status = answer.status or 0
    return _text(
        (
            "===================== INCOMING DIMSE MESSAGE ====================",
            "Message Type                  : C-STORE RSP",
            f"Presentation Context ID       : {context_id}",
            f"Message ID Being Responded To : {answer.responded_to}",
            f"Affected SOP Class UID        : {name_of(sop_class, release) or sop_class or 'none'}",
            f"Affected SOP Instance UID     : {of_peer(answer.sop_instance) or 'none'}",
            "Data Set                      : none",
            f"DIMSE Status                  : 0x{status:04x}: {_long_status(status)}",
            "======================= END DIMSE MESSAGE =======================",
        )
    )


def incoming(kind: str, command: CommandSet, context_id: int, release: str) -> str:
    """A request that came; ``kind`` is ``C-STORE`` or ``C-ECHO``."""
    lines = [
        "===================== INCOMING DIMSE MESSAGE ====================",
        f"Message Type                  : {kind} RQ",
        f"Presentation Context ID       : {context_id}",
        f"Message ID                    : {command.message_id}",
    ]
    if kind == "C-STORE":
        lines += [
            f"Affected SOP Class UID        : {name_of(command.sop_class, release) or of_peer(command.sop_class)}",
            f"Affected SOP Instance UID     : {of_peer(command.sop_instance)}",
        ]
    lines += [
        f"Data Set                      : {'present' if command.has_data_set else 'none'}",
        "======================= END DIMSE MESSAGE =======================",
    ]
    return _text(lines)


def _text(lines: Iterable[str]) -> str:
    """One text of them; what a peer put into one of them begins no other."""
    return "\n".join(map(one_line, lines))


def _long_status(status: int) -> str:
    text = status_text(status)
    return "Unknown Status Code" if text.startswith("Unknown") else text


def _association(
    which: str,
    request: AssociateRequest,
    accept: AssociateAccept | None,
    contexts: Iterable[str],
    release: str,
    own_pdu: int | None = None,
) -> Iterator[str]:
    """``own_pdu``: the request came, and this is the longest PDU that we take; None: it is ours."""
    asked = request.implementation_class_uid, request.implementation_version_name
    answered = accept and (accept.implementation_class_uid, accept.implementation_version_name)
    sizes = request.max_pdu, accept.max_pdu if accept else 0
    if own_pdu is None:
        ours, theirs = asked, answered or ("", "")
    else:
        ours, theirs = answered or (IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME), asked
        sizes = own_pdu, request.max_pdu
    yield f"====================== BEGIN A-ASSOCIATE-{which} ====================="
    yield f"Our Implementation Class UID:      {ours[0]}"
    yield f"Our Implementation Version Name:   {ours[1]}"
    yield f"Their Implementation Class UID:    {of_peer(theirs[0])}"
    yield f"Their Implementation Version Name: {of_peer(theirs[1])}"
    yield f"Application Context Name:    {request.application_context}"
    yield f"Calling Application Name:    {request.calling_ae}"
    yield f"Called Application Name:     {request.called_ae}"
    nobody = "" if own_pdu is not None or at_least(release, "3.6.8") else "resp. AP Title"
    yield f"Responding Application Name: {request.called_ae if accept else nobody}"
    yield f"Our Max PDU Receive Size:    {sizes[0]}"
    yield f"Their Max PDU Receive Size:  {sizes[1]}"
    yield "Presentation Contexts:"
    yield from contexts
    yield from _extended("Requested Extended Negotiation:", " none", request.extended, release)
    yield from _extended("Accepted Extended Negotiation:", "  none", accept.extended if accept else (), release)
    yield from _identity(request.user_identity)
    response = accept.identity_response if accept else None
    if response is None:
        yield "User Identity Negotiation Response:  none"
    else:
        yield "User Identity Negotiation Response:"
        yield f"  Server Response (not dumped) length: {len(response)}"
    yield f"======================= END A-ASSOCIATE-{which} ======================"


def _proposed(request: AssociateRequest, release: str) -> Iterator[str]:
    for context in request.contexts:
        yield f"  Context ID:        {context.id} (Proposed)"
        yield f"    Abstract Syntax: {_named(context.abstract_syntax, release)}"
        yield f"    Proposed SCP/SCU Role: {_role(context.abstract_syntax, request.roles)}"
        yield "    Proposed Transfer Syntax(es):"
        for uid in context.transfer_syntaxes:
            yield f"      {_named(uid, release)}"


def _answered(negotiation: Negotiation, release: str) -> Iterator[str]:
    proposed, granted = negotiation.request.roles, negotiation.accept.roles
    for context in negotiation.contexts:
        yield f"  Context ID:        {context.id} ({_result(context)})"
        yield f"    Abstract Syntax: {_named(context.abstract_syntax, release)}"
        yield f"    Proposed SCP/SCU Role: {_role(context.abstract_syntax, proposed)}"
        yield f"    Accepted SCP/SCU Role: {_role(context.abstract_syntax, granted)}"
        if context.transfer_syntax is not None:
            yield f"    Accepted Transfer Syntax: {_named(context.transfer_syntax, release)}"


def _result(context: NegotiatedContext) -> str:
    if context.result is None:
        return "Proposed"
    return _RESULTS.get(context.result, "--Invalid Result/Reason--")


def _role(sop_class: str, roles: tuple[RoleItem, ...]) -> str:
    for role in roles:
        if role.sop_class == sop_class:
            return {(True, True): "SCP/SCU", (True, False): "SCU", (False, True): "SCP"}.get(
                (role.scu, role.scp), "None"
            )
    return "Default"


def _extended(title: str, none: str, items: tuple[ExtendedItem, ...], release: str) -> Iterator[str]:
    if not items:
        yield title + none
        return
    yield title
    for item in items:
        yield f"  ={name_of(item.sop_class, release) or 'Unknown-UID'} ({of_peer(item.sop_class)})"
        more = ", ..." if len(item.data) > _MOST_DUMPED else ""
        yield f"    [{', '.join(f'0x{byte:02x}' for byte in item.data[:_MOST_DUMPED])}{more}]"


def _identity(identity: UserIdentity | None) -> Iterator[str]:
    if identity is None:
        yield "Requested User Identity Negotiation: none"
        return
    mode, secret = _IDENTITIES.get(identity.kind, ("Unknown", "First value"))
    yield "Requested User Identity Negotiation:"
    yield f"  Authentication mode {mode}"
    if secret:
        yield f"  {secret} (not dumped) length: {len(identity.primary)}"
    else:
        yield f"  Username: [{identity.primary.decode('utf-8', 'replace')}]"
    if identity.kind == 2:
        yield f"  Password (not dumped) length: {len(identity.secondary)}"
    yield f"  Positive Response requested: {'Yes' if identity.response_requested else 'No'}"


def _named(uid: str, release: str) -> str:
    name = name_of(uid, release)
    return f"={name}" if name else uid
