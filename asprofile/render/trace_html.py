"""Traced associations as a page: what went wrong, what to do, and each association as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from asprofile.negotiate.probing import Acceptance, PairAnswer
from asprofile.printing import printable
from asprofile.render.trace_text import facts, grouped, headline, operation_text
from asprofile.report.acceptance import acceptance_matrix
from asprofile.report.html import page
from asprofile.report.matrix import Answer, Matrix

if TYPE_CHECKING:
    from asprofile.api.tracing import TraceReport
    from asprofile.render.look import ReportLook
    from asprofile.trace.causes import Cause
    from asprofile.trace.model import TracedAssociation

# Of a page that can still be looked through.
_MOST: Final = 50
_REMEDIES: Final = 6


def render(report: TraceReport, _: ReportLook) -> Iterator[str]:
    matrices = [_matrix(one, causes) for one, causes in zip(report.associations, report.causes, strict=True)][:_MOST]
    if len(matrices) == 1:
        yield page(matrices[0]).removesuffix("\n")
        return
    first = Matrix(
        "What went wrong",
        (("Source", printable(report.name)), ("Associations", f"{len(report.associations):,}")),
        (),
        (),
        (),
        Answer(printable(headline(report)), 0, 0, tuple(_all_causes(report))),
    )
    yield page(first, *matrices, title=printable(headline(report))).removesuffix("\n")


def _all_causes(report: TraceReport) -> Iterator[str]:
    for cause, of in grouped(report):
        yield f"{len(of):,}: {_cause(cause)}"


def _matrix(one: TracedAssociation, causes: tuple[Cause, ...]) -> Matrix:
    accepted = sum(context.result == 0 for context in one.contexts)
    count = f"{accepted} of {len(one.contexts)} presentation contexts accepted"
    text = _capital(causes[0].what) if causes and causes[0].counts else count
    # What the answer says is not said again.
    told = [_capital(_cause(cause)) for cause in causes]
    advice = [line for say, cause in zip(told, causes, strict=True) for line in (say, *_remedies(cause))]
    advice = [line for line in advice if line != f"{text}."]
    shown = [(label[:1].upper() + label[1:], printable(value)) for label, value in facts(one)]
    if one.time:
        shown.insert(0, ("Time", one.time))
    shown += [("Objects", printable(operation_text(operation))) for operation in one.operations]
    shown += [("Not said", printable(lack)) for lack in one.lacks]
    title = printable(f"Association {one.number}: {one.named}")
    answer = Answer(printable(text), accepted, len(one.contexts), tuple(map(printable, advice)))
    return acceptance_matrix(_acceptance(one), title, tuple(shown), answer)


def _cause(cause: Cause) -> str:
    return f"{cause.what}; {cause.why}." if cause.why else f"{cause.what}."


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _remedies(cause: Cause) -> Iterator[str]:
    for remedy in cause.remedies[:_REMEDIES]:
        command = f" `{remedy.command}`" if remedy.command else ""
        yield f"{remedy.side.capitalize()}: {remedy.text}{command}"


def _acceptance(one: TracedAssociation) -> Acceptance:
    """The contexts as pairs: what was accepted or refused with the first context that says so."""
    found: dict[tuple[str, str], PairAnswer] = {}
    for context in one.contexts:
        uid = context.abstract_syntax or "(not said)"
        if context.result == 0 and context.accepted:
            lost = context.asked in ("scp", "both") and context.granted not in (None, "scp", "both")
            failure = "the role SCP that was asked for is not granted" if lost else ""
            found[uid, context.accepted] = PairAnswer(uid, context.accepted, 0, role_failure=failure)
            continue
        for syntax in context.proposed:
            answer = PairAnswer(uid, syntax, context.result, "" if context.result is not None else "not said")
            found.setdefault((uid, syntax), answer)
    return Acceptance(tuple(found.values()), len(found), extended=one.granted_extended)
