"""A conformance statement of what a profile negotiates: the tables that PS3.2 Annex N asks for, in Markdown or HTML.

It is only written. What a profile does not say (the implementation's identity, AE titles, limits of associations) is
said to be the program's, and not made up.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import Final

from asprofile.convert.exchange import ConversionTarget, Exchange, ExchangeProfile, Written
from asprofile.convert.words import ascii_only, named
from asprofile.names.well_known import APPLICATION_CONTEXT

# The roles of PS3.7 D.3.3.4 by what a requestor proposes; the acceptor has the other one.
_REQUESTOR = {"default": "SCU", "scu": "SCU", "scp": "SCP", "both": "SCU and SCP"}
_ACCEPTOR = {"default": "SCP", "scu": "SCP", "scp": "SCU", "both": "SCP and SCU"}

_STYLE: Final = """\
body { font: 1rem/1.4 sans-serif; margin: 2rem auto; max-width: 70rem; padding: 0 1rem }
table { border-collapse: collapse; margin: 1rem 0; width: 100% }
td, th { border: 1px solid #999; padding: .2rem .5rem; text-align: left; vertical-align: top }
@media print { body { margin: 0 } tr { break-inside: avoid } }
"""


def write(exchange: Exchange, target: ConversionTarget) -> Written:
    """The statement of each profile, one after the other, in Markdown."""
    return Written("\n".join(_lines(exchange, target)))


def write_html(exchange: Exchange, target: ConversionTarget) -> Written:
    """The same as a page that needs nothing else."""
    lines = _lines(exchange, target)
    title = escape(lines[0].removeprefix("# "))
    body = "\n".join(_html(lines))
    return Written(
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>\n'
        f"<style>\n{_STYLE}</style>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


def _html(lines: list[str]) -> Iterator[str]:
    """The few things that the Markdown above has: headings, paragraphs, tables."""
    for kind, some in groupby(lines, _kind):
        if kind == "heading":
            for line in some:
                marks, _, text = line.partition(" ")
                yield f"<h{len(marks)}>{escape(text)}</h{len(marks)}>"
        elif kind == "table":
            head, _, *rows = some
            yield "<table>"
            yield _row(head, "th")
            yield from (_row(row, "td") for row in rows)
            yield "</table>"
        elif kind == "paragraph":
            yield f"<p>{escape(' '.join(some))}</p>"


def _kind(line: str) -> str:
    if line.startswith("#"):
        return "heading"
    return "table" if line.startswith("|") else "paragraph" if line else ""


def _row(line: str, of: str) -> str:
    cells = line.removeprefix("| ").removesuffix(" |").split(" | ")
    return "<tr>" + "".join(f"<{of}>{_code(escape(cell))}</{of}>" for cell in cells) + "</tr>"


def _code(text: str) -> str:
    """What is between backticks, as code."""
    return "".join(f"<code>{part}</code>" if place % 2 else part for place, part in enumerate(text.split("`")))


def _lines(exchange: Exchange, target: ConversionTarget) -> list[str]:
    lines = [f"# DICOM conformance: negotiation of {_cell(target.source)}", ""]
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
    yield f"## Profile {_cell(profile.name)}, association {side}"
    yield ""
    yield "### Association policies"
    yield ""
    yield from _table(("Policy", "Value"), _policies(profile, acceptor=acceptor))
    yield "### SOP classes"
    yield ""
    yield from _table(("SOP class", "UID", "Role", "Extended negotiation"), _classes(profile, acceptor=acceptor))
    yield f"### {'Acceptable' if acceptor else 'Proposed'} presentation contexts"
    yield ""
    order = (
        "Of the transfer syntaxes of a context, the first in this order that is proposed is accepted."
        if acceptor
        else "Each row is a context; its transfer syntaxes are proposed in this order."
    )
    yield order
    yield ""
    yield from _table(
        ("Context", "SOP class", "UID", "Transfer syntax", "UID", "Role", "Extended negotiation"),
        _contexts(profile, acceptor=acceptor),
    )
    if profile.extended:
        yield "### SOP class extended negotiation"
        yield ""
        rows = ((named(one.sop_class), one.sop_class, one.data.hex(" ")) for one in profile.extended)
        yield from _table(("SOP class", "UID", "Service class application information (hexadecimal)"), rows)


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


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(map(_cell, row))} |"
    yield ""


def _cell(text: str) -> str:
    """A text that ends no cell, and begins nothing of Markdown or HTML."""
    plain = ascii_only(text)
    for character, instead in (("|", "/"), ("<", "("), (">", ")"), ("\\", "/")):
        plain = plain.replace(character, instead)
    return plain
