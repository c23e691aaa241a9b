"""A probe as a page with a matrix."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

from asprofile.names.uids import display_name
from asprofile.negotiate.probing import Acceptance, PairAnswer
from asprofile.negotiate.results import NOT_PROPOSED, refusal_text
from asprofile.negotiate.roles import role_failure
from asprofile.printing import printable
from asprofile.program import quoted
from asprofile.report.acceptance import acceptance_matrix
from asprofile.report.html import page
from asprofile.report.matrix import Answer, Matrix
from asprofile.report.paths import shareable
from asprofile.report.probe.probed import Probed, advice, facts, without_role

if TYPE_CHECKING:
    from asprofile.negotiate.negotiation import Negotiation
    from asprofile.render.look import ReportLook

# How many things to do are told, and how many SOP classes are named with one.
_ADVICE, _NAMED = 4, 3


def render(probed: Probed, _: ReportLook) -> Iterator[str]:
    if probed.negotiation is not None:
        yield page(matrix(probed)).removesuffix("\n")


def matrix(probed: Probed) -> Matrix:
    """What the peer accepts, of pairs or of a profile, to look at."""
    found = probed.report.acceptance if probed.report is not None else _of_contexts(probed.negotiation)
    shown = [("Peer", probed.who), *((f"{label[:1].upper()}{label[1:]}", value) for label, value in facts(probed))]
    shown.append(("Date", time.strftime("%Y-%m-%d %H:%M %z")))
    if probed.profile is not None:
        shown.append(("Profile", f"{probed.profile[0]} of {shareable(probed.profile[1])}"))
        if probed.negotiation is not None and (without := without_role(probed.negotiation)):
            shown.append(("Roles", f"{without:,} contexts are accepted without the role that was asked for"))
    if probed.report is not None:
        shown.append(("Asked", f"{len(found.answers):,} of {found.wanted:,} pairs"))
    if not found.complete:
        shown.append(("Incomplete", "the peer did not answer all of it"))
    return acceptance_matrix(found, f"What {probed.who} accepts", tuple(shown), _answer(probed, found))


def _answer(probed: Probed, found: Acceptance) -> Answer | None:
    """The count of SOP classes or of contexts, and what to do about those that are refused."""
    if probed.report is None:
        return None if probed.negotiation is None else _of_profile(probed.negotiation)
    whole, count = len({one.sop_class for one in found.answers}), len(found.accepted)
    return Answer(f"{count:,} of {_sop_classes(whole)} accepted", count, whole, tuple(_what_to_do(probed, found)))


def _of_profile(negotiation: Negotiation) -> Answer:
    contexts = negotiation.contexts
    count = sum(context.transfer_syntax is not None for context in contexts)
    # One thing to do may be that of many contexts.
    ways: dict[str, list[str]] = {}
    for context in contexts:
        parts = [part for part in advice(negotiation, context) if part]
        if context.transfer_syntax is None:
            told = ". ".join(part[:1].upper() + part[1:] for part in parts or [refusal_text(context)])
            ways.setdefault(told, []).append(display_name(context.abstract_syntax))
    lines = [f"{_some(list(dict.fromkeys(names)))}: {told.rstrip('.')}." for told, names in ways.items()]
    if len(lines) > _ADVICE:
        lines[_ADVICE:] = [f"And {len(lines) - _ADVICE} more: without `--html` each is told with a way out."]
    if count == len(contexts):
        lines = ["Each object that a context is for can be sent with this profile."]
    return Answer(f"{count:,} of {len(contexts):,} presentation contexts accepted", count, len(contexts), tuple(lines))


def _what_to_do(probed: Probed, found: Acceptance) -> Iterator[str]:
    classes = {one.sop_class for one in found.answers}
    refused = len(classes) - len(found.accepted)
    if not found.complete:
        yield "Not all is answered: ask again, more slowly (`--rate`), before you rely on what is missing here."
    if not found.accepted:
        title = printable(probed.to.calling_ae)
        yield f"Ask the peer's administrator whether it knows the AE title `{title}`: many refuse those of others."
        return
    if refused:
        yield (
            f"Objects of {_sop_classes(refused)} would be refused: they are the last group of the table. "
            "Ask the peer's administrator to enable those that you need."
        )
    elif found.complete:
        yield "Objects of every SOP class that was asked for can be sent, in the transfer syntaxes marked ✓."
    # Without a name for the peer, the options for TLS and AE titles would be missing from the command.
    to = probed.to.name or (None if probed.security else str(probed.to.peer))
    if to is not None:
        yield f"A profile of what it accepts: `asprofile generate --from-peer {quoted(to)} -o accepted.cfg`"


def _sop_classes(count: int) -> str:
    return f"{count:,} SOP class{'es' * (count != 1)}"


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


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
