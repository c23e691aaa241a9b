"""A conformance statement of what a profile negotiates: the tables that PS3.2 Annex N asks for, in Markdown or HTML.

It is only written. What a profile does not say (the implementation's identity, AE titles, limits of associations) is
said to be the program's, and not made up.
"""

from __future__ import annotations

from collections.abc import Iterator

from asprofile.convert.exchange import ConversionTarget, Exchange, ExchangeProfile, Written
from asprofile.convert.statement import cell, html_page, table
from asprofile.convert.words import named
from asprofile.names.well_known import APPLICATION_CONTEXT

# The roles of PS3.7 D.3.3.4 by what a requestor proposes; the acceptor has the other one.
_REQUESTOR = {"default": "SCU", "scu": "SCU", "scp": "SCP", "both": "SCU and SCP"}
_ACCEPTOR = {"default": "SCP", "scu": "SCP", "scp": "SCU", "both": "SCP and SCU"}


def write(exchange: Exchange, target: ConversionTarget) -> Written:
    """The statement of each profile, one after the other, in Markdown."""
    return Written("\n".join(_lines(exchange, target)))


def write_html(exchange: Exchange, target: ConversionTarget) -> Written:
    """The same as a page that needs nothing else."""
    return Written(html_page(_lines(exchange, target)))


def _lines(exchange: Exchange, target: ConversionTarget) -> list[str]:
    lines = [f"# DICOM conformance: negotiation of {cell(target.source)}", ""]
    lines += [
        "Made from the file with which associations are negotiated. The tables have what PS3.2 Annex N asks for on",
        "negotiation.",
        "",
    ]
    for profile in exchange.profiles:
        lines += _profile(profile, acceptor=exchange.role == "acceptor")
    return lines


def _profile(profile: ExchangeProfile, *, acceptor: bool) -> Iterator[str]:
    side = "acceptor" if acceptor else "requestor"
    yield f"## Profile {cell(profile.name)}, association {side}"
    yield ""
    yield "### Association policies"
    yield ""
    yield from table(("Policy", "Value"), _policies(profile, acceptor=acceptor))
    yield "### SOP classes"
    yield ""
    yield from table(("SOP class", "UID", "Role", "Extended negotiation"), _classes(profile, acceptor=acceptor))
    yield f"### {'Acceptable' if acceptor else 'Proposed'} presentation contexts"
    yield ""
    order = (
        "Of the transfer syntaxes of a context, the first in this order that is proposed is accepted."
        if acceptor
        else "Each row is a context; its transfer syntaxes are proposed in this order."
    )
    yield order
    yield ""
    yield from table(
        ("Context", "SOP class", "UID", "Transfer syntax", "UID", "Role", "Extended negotiation"),
        _contexts(profile, acceptor=acceptor),
    )
    if profile.extended:
        yield "### SOP class extended negotiation"
        yield ""
        rows = ((named(one.sop_class), one.sop_class, one.data.hex(" ")) for one in profile.extended)
        yield from table(("SOP class", "UID", "Service class application information (hexadecimal)"), rows)


def _policies(profile: ExchangeProfile, *, acceptor: bool) -> Iterator[tuple[str, ...]]:
    program = "that of the program that runs with the profile (`asprofile echo` shows it)"
    yield "Application context name", f"{APPLICATION_CONTEXT} (DICOM)"
    yield "Implementation class UID", program
    yield "Implementation version name", program
    yield "Maximum PDU length", "set with the program, not in the profile"
    yield "Asynchronous operations window", "not in the profile"
    yield "User identity", "set with the program, not in the profile"
    yield f"Presentation contexts {'accepted' if acceptor else 'proposed'}", f"{len(profile.contexts)}"


def _classes(profile: ExchangeProfile, *, acceptor: bool) -> Iterator[tuple[str, ...]]:
    words = _ACCEPTOR if acceptor else _REQUESTOR
    roles = profile.roles
    extended = {one.sop_class for one in profile.extended}
    for uid in dict.fromkeys(one.abstract_syntax for one in profile.contexts):
        yield named(uid), uid, words[roles.get(uid, "default")], "yes" if uid in extended else "none"


def _contexts(profile: ExchangeProfile, *, acceptor: bool) -> Iterator[tuple[str, ...]]:
    words = _ACCEPTOR if acceptor else _REQUESTOR
    extended = {one.sop_class for one in profile.extended}
    for number, one in enumerate(profile.contexts):
        head = (str(number + 1) if acceptor else str(2 * number + 1), named(one.abstract_syntax), one.abstract_syntax)
        tail = words[one.role], "yes" if one.abstract_syntax in extended else "none"
        for place, syntax in enumerate(one.transfer_syntaxes):
            first = place == 0
            yield (*(head if first else ("", "", "")), named(syntax), syntax, *(tail if first else ("", "")))
