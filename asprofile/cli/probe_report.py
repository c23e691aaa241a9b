"""What ``asprofile probe`` says of its results: text, JSON, a page.

Not here: asking (``probing``), options (``probe``).
"""

from __future__ import annotations

import textwrap
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asprofile.lint.render.text import Style, printable
from asprofile.names.uids import display_name
from asprofile.negotiate.choose import refusal

if TYPE_CHECKING:
    from asprofile.cli.peers import Destination
    from asprofile.errors import AssociationError
    from asprofile.negotiate.choose import NegotiatedContext, Negotiation
    from asprofile.negotiate.probing import Answer, Probed, ProbedClass
    from asprofile.negotiate.request import AssociateAccept
    from asprofile.report.matrix import Matrix

JSON_VERSION = 1
_WIDTH = 110


@dataclass(frozen=True, slots=True)
class Found:
    """What a probe found out: the contexts of a profile (``profile`` is its name and file, ``negotiation`` their
    outcome), or else pairs (``probed``). ``accept`` is None without an association.
    """

    to: Destination
    accept: AssociateAccept | None
    security: str
    associations: int
    error: AssociationError | None
    probed: Probed | None = None
    profile: tuple[str, str] | None = None
    negotiation: Negotiation | None = None

    @property
    def complete(self) -> bool:
        """Nothing is left to ask."""
        return self.probed.complete if self.probed is not None else self.negotiation is not None


# --- text


def text(found: Found, style: Style, *, refused: bool) -> Iterator[str]:
    """For people; ``refused`` lists the SOP classes that are accepted in nothing, too."""
    if found.accept is None:
        return
    if found.negotiation is not None and found.profile is not None:
        yield from _contexts(found, found.negotiation, found.profile, style)
    elif found.probed is not None:
        yield from _pairs(found, found.probed, style, refused=refused)


def _peer(found: Found) -> str:
    name = f"{found.to.name}, " if found.to.name else ""
    version = found.accept.implementation_version_name if found.accept is not None else ""
    return printable(f"{name}{found.to.peer}" + (f" ({version})" if version else ""))


def _contexts(found: Found, negotiation: Negotiation, profile: tuple[str, str], style: Style) -> Iterator[str]:
    contexts = negotiation.contexts
    accepted = sum(context.transfer_syntax is not None for context in contexts)
    name, file = map(printable, profile)
    yield f"{_peer(found)}: {accepted} of {len(contexts)} contexts of profile {name} of {file} accepted"
    width = max(len(printable(display_name(context.abstract_syntax))) for context in contexts)
    offered = {item.sop_class for item in negotiation.request.roles}
    for context in contexts:
        sop_class = printable(display_name(context.abstract_syntax))
        outcome = _outcome(context, style, role=context.abstract_syntax in offered)
        yield f"{context.id:>4}  {sop_class:<{width}}  {outcome}"
    for item in negotiation.accept.extended:
        yield f"      extended negotiation of {printable(display_name(item.sop_class))}: {item.data.hex()}"


def _outcome(context: NegotiatedContext, style: Style, *, role: bool) -> str:
    if context.transfer_syntax is None:
        result = f" ({context.result})" if context.result else ""
        proposed = ", ".join(map(display_name, context.proposed))
        return f"{style('refused', 'red')}{result}: {printable(f'{refusal(context)}; proposed with {proposed}')}"
    roles = " and ".join(word for word, has in (("SCU", context.scu), ("SCP", context.scp)) if has)
    said = f", requestor is {roles or 'neither SCU nor SCP'}" if role else ""
    return f"{style('accepted', 'green')}: {printable(display_name(context.transfer_syntax))}{said}"


def _pairs(found: Found, probed: Probed, style: Style, *, refused: bool) -> Iterator[str]:
    accepted = [one for one in probed.classes if one.accepted]
    others = [one for one in probed.classes if not one.accepted]
    associations = f"{found.associations:,} association{'s' * (found.associations != 1)}"
    counted = f"{len(accepted)} of {len(probed.classes)} SOP classes accepted"
    yield f"{_peer(found)}: {counted}, found out in {associations}"
    groups: dict[tuple[tuple[str, ...], str], list[ProbedClass]] = {}
    for one in accepted:
        groups.setdefault((one.accepted, _preference(one)), []).append(one)
    for (syntaxes, preference), classes in groups.items():
        yield ""
        names = ", ".join(printable(display_name(uid)) for uid in syntaxes)
        for line in textwrap.wrap(f"{names}{preference}", _WIDTH, break_on_hyphens=False, break_long_words=False):
            yield style(line, "bold")
        yield from _named(classes)
    odd = [
        (one, uid, answer)
        for one in probed.classes
        for uid, answer in one.answers
        if answer.result in (None, 0) and answer.reason
    ]
    if odd:
        yield ""
        yield style("without a usable answer", "bold")
    for one, uid, answer in odd:
        yield printable(f"  {display_name(one.sop_class)} in {display_name(uid)}: {answer.reason}")
    if others:
        yield ""
        yield style(f"refused: {_reasons(others)}", "bold")
        yield from _named(others) if refused else ["  (--refused lists them)"]


def _preference(found: ProbedClass) -> str:
    if found.preference == "acceptor":
        return " (of several, the peer takes the first of these)"
    return " (of several, the peer takes the first that is proposed)" if found.preference == "requestor" else ""


def _named(classes: list[ProbedClass]) -> Iterator[str]:
    width = max(len(display_name(one.sop_class)) for one in classes)
    for one in classes:
        name = display_name(one.sop_class)
        yield f"  {name:<{width}}  {one.sop_class}" if name != one.sop_class else f"  {name}"


def _reasons(classes: list[ProbedClass]) -> str:
    """How many SOP classes for which reason; each counts once, by its last answer."""
    counts = Counter(one.answers[-1][1].reason if one.answers else "not asked" for one in classes)
    return "; ".join(f"{count} {printable(reason)}" for reason, count in counts.most_common())


# --- JSON


def as_json(found: Found) -> dict[str, Any]:
    """One object, as ``docs/schema/probe.json`` describes it."""
    accept = found.accept
    return {
        "version": JSON_VERSION,
        "peer": str(found.to.peer),
        "name": found.to.name,
        "called_ae": found.to.called_ae,
        "calling_ae": found.to.calling_ae,
        "tls": found.security or None,
        "implementation": None
        if accept is None
        else {
            "class_uid": accept.implementation_class_uid,
            "version_name": accept.implementation_version_name,
            "max_pdu": accept.max_pdu,
        },
        "associations": found.associations,
        "complete": found.complete,
        "error": None if found.error is None else str(found.error),
        "profile": None if found.profile is None else dict(zip(("name", "path"), found.profile, strict=True)),
        "contexts": None if found.negotiation is None else [_context(one) for one in found.negotiation.contexts],
        "sop_classes": None if found.probed is None else [_class(one) for one in found.probed.classes],
    }


def _context(context: NegotiatedContext) -> dict[str, Any]:
    return {
        "id": context.id,
        "abstract_syntax": _uid(context.abstract_syntax),
        "proposed": [_uid(uid) for uid in context.proposed],
        "result": context.result,
        "transfer_syntax": None if context.transfer_syntax is None else _uid(context.transfer_syntax),
        "scu": context.transfer_syntax is not None and context.scu,
        "scp": context.transfer_syntax is not None and context.scp,
        "reason": refusal(context) or None,
    }


def _class(found: ProbedClass) -> dict[str, Any]:
    answers: dict[Answer, list[str]] = {}
    for uid, answer in found.answers:
        answers.setdefault(answer, []).append(uid)
    return {
        "sop_class": _uid(found.sop_class),
        "accepted": [_uid(uid) for uid in found.accepted],
        "preference": found.preference,
        "answers": [
            {"result": one.result, "reason": one.reason or None, "alone": one.alone, "transfer_syntaxes": uids}
            for one, uids in answers.items()
        ],
    }


def _uid(uid: str) -> dict[str, str | None]:
    name = display_name(uid)
    return {"uid": uid, "name": None if name == uid else name}


# --- page


def matrix(found: Found) -> Matrix:
    """The same for a page."""
    from asprofile.report.probe import negotiated_matrix, probed_matrix

    facts = tuple(_facts(found))
    name = found.to.name or str(found.to.peer)
    if found.negotiation is not None and found.profile is not None:
        return negotiated_matrix(found.negotiation, f"Profile {found.profile[0]} at {name}", facts)
    assert found.probed is not None, "either of the two was asked"
    return probed_matrix(found.probed, f"What {name} accepts", facts)


def _facts(found: Found) -> Iterator[tuple[str, str]]:
    yield "Peer", str(found.to.peer)
    yield "Asked as", f"{found.to.calling_ae}, of {found.to.called_ae}"
    if found.accept is not None:
        yield (
            "Implementation",
            f"{found.accept.implementation_version_name} ({found.accept.implementation_class_uid})".strip(),
        )
        yield "Longest PDU", f"{found.accept.max_pdu:,} bytes" if found.accept.max_pdu else "no limit"
    yield "TLS", found.security or "none"
    if found.profile is not None:
        yield "Profile", f"{found.profile[0]} of {found.profile[1]}"
    yield "Associations", f"{found.associations:,}"
    yield "Date", time.strftime("%Y-%m-%d %H:%M %z")
    if not found.complete:
        yield "Incomplete", str(found.error) if found.error is not None else "interrupted"
