"""A probe as a page with a matrix."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from asprofile.negotiate.probing import Acceptance, PairAnswer
from asprofile.negotiate.results import NOT_PROPOSED
from asprofile.negotiate.roles import role_failure
from asprofile.report.acceptance import acceptance_matrix
from asprofile.report.html import page
from asprofile.report.probe.probed import Probed, facts, without_role

if TYPE_CHECKING:
    from asprofile.negotiate.negotiation import Negotiation
    from asprofile.render.look import ReportLook
    from asprofile.report.matrix import Matrix


def render(probed: Probed, _: ReportLook) -> Iterator[str]:
    if probed.negotiation is not None:
        yield page(matrix(probed)).removesuffix("\n")


def matrix(probed: Probed) -> Matrix:
    """What the peer accepts, of pairs or of a profile, to look at."""
    found = probed.report.acceptance if probed.report is not None else _of_contexts(probed.negotiation)
    shown = [("Peer", probed.who), *((f"{label[:1].upper()}{label[1:]}", value) for label, value in facts(probed))]
    shown.append(("Date", time.strftime("%Y-%m-%d %H:%M %z")))
    if probed.profile is not None:
        shown.append(("Profile", f"{probed.profile[0]} of {probed.profile[1]}"))
        if probed.negotiation is not None and (without := without_role(probed.negotiation)):
            shown.append(("Roles", f"{without:,} contexts are accepted without the role that was asked for"))
    if probed.report is not None:
        shown.append(("Asked", f"{len(found.answers):,} of {found.wanted:,} pairs"))
    if not found.complete:
        shown.append(("Incomplete", "the peer did not answer all of it"))
    return acceptance_matrix(found, f"What {probed.who} accepts", tuple(shown))


def _of_contexts(negotiation: Negotiation | None) -> Acceptance:
    """The contexts of a profile as pairs: what a context was accepted or refused with, of the first that says so."""
    found: dict[tuple[str, str], PairAnswer] = {}
    for context in negotiation.contexts if negotiation is not None else ():
        uid = context.abstract_syntax
        if context.transfer_syntax is not None:
            assert negotiation is not None, "it has contexts"
            failure = role_failure(negotiation, context)
            found[uid, context.transfer_syntax] = PairAnswer(uid, context.transfer_syntax, 0, role_failure=failure)
            continue
        problem = NOT_PROPOSED if context.result == 0 else ""
        for syntax in context.proposed:
            found.setdefault((uid, syntax), PairAnswer(uid, syntax, context.result, problem))
    extended = negotiation.accept.extended if negotiation is not None else ()
    return Acceptance(tuple(found.values()), len(found), extended=extended)
