"""Traced associations as lines: what went wrong and what to do first, then each association."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from asprofile.names.uids import display_name
from asprofile.negotiate.advice import names
from asprofile.negotiate.results import result_text
from asprofile.net.dimse import status_text
from asprofile.printing import named, plural, printable, visible
from asprofile.render.columns import folded

if TYPE_CHECKING:
    from asprofile.api.tracing import TraceReport
    from asprofile.negotiate.request import OperationsWindow
    from asprofile.printing import Style
    from asprofile.render.look import ReportLook
    from asprofile.trace.causes import Cause
    from asprofile.trace.model import TracedAssociation, TracedContext, TracedOperation, TracedSide

MOST_CAUSES: Final = 5
_MOST_CONTEXTS: Final = 8
_MOST_ASSOCIATIONS: Final = 20
_MOST_REMEDIES: Final = 6


def render(report: TraceReport, look: ReportLook) -> Iterator[str]:
    yield look.style(printable(headline(report)), "bold")
    for note in report.notes:
        yield folded(printable(note), look.columns, "  ")
    yield from _causes(report, look)
    shown = report.associations if look.refused else report.associations[:_MOST_ASSOCIATIONS]
    for one, causes in zip(shown, report.causes, strict=False):
        yield ""
        yield from _association(one, causes, look)
    if (left := len(report.associations) - len(shown)) > 0:
        yield ""
        yield f"... and {plural(left, 'association')} more (--verbose)"


def headline(report: TraceReport) -> str:
    """How many associations there are, and how they went, in a sentence."""
    count = len(report.associations) + report.omitted
    failed = sum(any(cause.counts for cause in each) for each in report.causes)
    silent = sum(not one.answered and one.ending.kind == "unknown" for one in report.associations)
    how = "it went wrong" if count == 1 else f"{failed:,} went wrong"
    if not failed:
        how = "nothing was refused"
        if silent:
            of = "it has no answer" if count == 1 else f"{silent:,} of them have no answer"
            how = f"nothing in it was refused, but {of}: what came of that is not said"
    kept = f" (the first {len(report.associations):,} are shown)" if report.omitted else ""
    return f"{report.name}: {plural(count, 'association')}, {how}{kept}"


def grouped(report: TraceReport) -> list[tuple[Cause, list[TracedAssociation]]]:
    """Each cause that counts, with the associations that it is of, the most frequent first."""
    found: dict[str, tuple[Cause, list[TracedAssociation]]] = {}
    for one, causes in zip(report.associations, report.causes, strict=True):
        for cause in causes:
            if cause.counts:
                found.setdefault(cause.what, (cause, []))[1].append(one)
    return sorted(found.values(), key=lambda pair: -len(pair[1]))


def _causes(report: TraceReport, look: ReportLook) -> Iterator[str]:
    """What went wrong in all of them, each thing once."""
    causes = grouped(report)
    for cause, of in causes[:MOST_CAUSES]:
        times = "" if len(report.associations) == 1 else f" ({_which(of)})"
        yield ""
        yield folded(f"{look.style('*', 'red')} {printable(cause.what)}{times}", look.columns, "  ")
        if cause.why:
            yield folded(f"  {printable(cause.why)}", look.columns, "  ")
        for remedy in cause.remedies[:_MOST_REMEDIES]:
            if remedy.text:
                yield folded(f"  {remedy.side}: {printable(remedy.text)}", look.columns, "    ")
            if remedy.command:
                yield f"    {look.style(visible(remedy.command), 'cyan')}"
    if len(causes) > MOST_CAUSES:
        yield ""
        yield f"  ... and {len(causes) - MOST_CAUSES} other causes, with the associations below"


def _which(of: list[TracedAssociation]) -> str:
    numbers = ", ".join(str(one.number) for one in of[:4])
    return f"association {numbers}" if len(of) == 1 else f"{len(of):,} associations: {numbers}{', ...' * (len(of) > 4)}"


def _association(one: TracedAssociation, causes: tuple[Cause, ...], look: ReportLook) -> Iterator[str]:
    style = look.style
    time = f", {one.time}" if one.time else ""
    yield style(printable(f"Association {one.number}: {one.named}{time}"), "bold")
    for label, value in facts(one):
        yield folded(f"  {label + ':':<12} {printable(value)}", look.columns, " " * 15)
    yield from _contexts(one, causes, look)
    for operation in one.operations:
        yield f"  {printable(operation_text(operation))}"
    for cause in causes:
        mark = style("x", "red") if cause.counts else style("-", "yellow")
        yield folded(f"  {mark} {printable(cause.what)}", look.columns, "    ")
    for lack in one.lacks:
        yield folded(f"  {style('?', 'yellow')} not said: {printable(lack)}", look.columns, "    ")


def facts(one: TracedAssociation) -> Iterator[tuple[str, str]]:
    """Label and value of what is known of the two sides and of the end."""
    yield "requestor", side_text(one.requestor)
    yield "acceptor", side_text(one.acceptor)
    if one.program:
        by = f", the {one.seen_by}'s" if one.seen_by else ""
        yield "log of", f"{one.program}{by}"
    if one.identity:
        yield "identity", one.identity
    if one.window is not None and (one.window.invoked, one.window.performed) != (1, 1):
        answer = "" if one.granted_window is None else f", answered {_window(one.granted_window)}"
        yield "window", f"{_window(one.window)} at a time{answer}"
    for item in one.extended:
        answered = next((two.data.hex() for two in one.granted_extended if two.sop_class == item.sop_class), None)
        yield "extended", f"{display_name(item.sop_class)}: {item.data.hex()}, answered {answered or 'nothing'}"
    yield "ended", ending_text(one)


def _window(window: OperationsWindow) -> str:
    return f"{window.invoked or 'any number'} invoked and {window.performed or 'any number'} performed"


def side_text(side: TracedSide) -> str:
    """All that is known of a side, in a line."""
    version = " ".join(filter(None, (side.version_name, f"[{side.class_uid}]" if side.class_uid else "")))
    pdu = "" if side.max_pdu is None else f"PDU {side.max_pdu:,}" if side.max_pdu else "PDU without limit"
    parts = [side.title or "AE title not said", f"at {side.address}" if side.address else "", version, pdu]
    return ", ".join(filter(None, parts))


def ending_text(one: TracedAssociation) -> str:
    """How it ended, in words."""
    ending = one.ending
    by = f" by the {ending.by}" if ending.by else ""
    if ending.kind == "rejected" and ending.rejection is not None:
        numbers = ending.rejection
        why = f" ({ending.text})" if ending.text else ""
        return f"rejected{by}: result {numbers.result or '?'}, source {numbers.source}, reason {numbers.reason}{why}"
    words = {
        "released": f"released{by}",
        "aborted": f"aborted{by}",
        "rejected": f"rejected{by}",
        "not-connected": "no association: there was no connection",
        "lost": "the connection ended without a release",
        "unknown": "not said",
    }[ending.kind]
    return f"{words} ({ending.text})" if ending.text else words


def operation_text(operation: TracedOperation) -> str:
    """Messages of a kind and what came of them."""
    of = f" of {display_name(operation.sop_class)}" if operation.sop_class else ""
    context = "" if operation.context_id is None else f" in context {operation.context_id}"
    syntax = f", {display_name(operation.transfer_syntax)}" if operation.transfer_syntax else ""
    status = "the answer is not said" if operation.status is None else status_text(operation.status)
    comment = f' "{operation.comment}"' if operation.comment else ""
    return f"{operation.count:,} {operation.command}{of}{context}{syntax}: {status}{comment}"


# --- contexts


def _contexts(one: TracedAssociation, causes: tuple[Cause, ...], look: ReportLook) -> Iterator[str]:
    if not one.contexts:
        return
    accepted = sum(context.result == 0 for context in one.contexts)
    said = f"{accepted} of {len(one.contexts)} accepted" if one.answered else f"{len(one.contexts)}, no answer said"
    yield f"  contexts:    {said}"
    shown = one.contexts if look.refused or len(one.contexts) <= _MOST_CONTEXTS else _some(one, causes)
    for context in shown:
        text = f"{context.id:>5}  {printable(context_text(context, look.style))}"
        yield folded(text, max(look.columns, 60), " " * 9)
    if (left := len(one.contexts) - len(shown)) > 0:
        yield f"       ... and {left} more (--verbose)"


def _some(one: TracedAssociation, causes: tuple[Cause, ...]) -> tuple[TracedContext, ...]:
    """Of very many contexts those that something is said of, in their order."""
    said = {number for cause in causes if cause.counts for number in cause.contexts}
    used = {operation.context_id for operation in one.operations}
    ordered = sorted(one.contexts, key=lambda each: (each.id not in said, each.id not in used, each.result != 0))
    kept = {context.id for context in ordered[:_MOST_CONTEXTS]}
    return tuple(context for context in one.contexts if context.id in kept)


def context_text(context: TracedContext, style: Style) -> str:
    """A context: what was proposed, what was answered, roles."""
    name = named(display_name(context.abstract_syntax)) if context.abstract_syntax else "(SOP class not said)"
    proposed = names(context.proposed) if context.proposed else "(not said)"
    if context.result is None and context.accepted is None:
        answer = "no answer said"
    elif context.result == 0:
        taken = display_name(context.accepted) if context.accepted else "(transfer syntax not said)"
        answer = f"{style('accepted', 'green')}: {named(taken)}"
    else:
        answer = f"{style('refused', 'red')}: {context.result}, {result_text(context.result)}"
    role = ""
    if context.asked is not None and context.asked != "default":
        granted = "nothing" if context.granted in (None, "default") else str(context.granted).upper()
        role = f"; role {context.asked.upper()} asked, {granted} granted"
    return f"{name}, proposed {proposed}: {answer}{role}"
