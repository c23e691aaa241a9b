"""What ``asprofile probe`` says: lines, JSON, the matrix of a page.

Not here: asking (``probing``), options (``probe``).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asprofile.generate.request import permitted
from asprofile.names import sop_classes
from asprofile.names.uids import display_name
from asprofile.negotiate.advice import Adviser, meaning
from asprofile.negotiate.answer import ABSTRACT_SYNTAX_NOT_SUPPORTED
from asprofile.negotiate.probing import Acceptance, Answer
from asprofile.negotiate.results import NOT_PROPOSED, refusal_text
from asprofile.negotiate.roles import role_failure
from asprofile.printing import of_peer, printable, shortened
from asprofile.report.acceptance import acceptance_matrix

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asprofile.cli.peers import Destination
    from asprofile.errors import AssociationError
    from asprofile.negotiate.choose import NegotiatedContext, Negotiation
    from asprofile.negotiate.probing import Preference
    from asprofile.printing import Style
    from asprofile.report.matrix import Matrix
    from asprofile.send.probe import ProbeReport

JSON_VERSION = 1


@dataclass(frozen=True, slots=True)
class Probed:
    """What was found: the contexts of a profile (``profile``: its name and file), or pairs (``report``).

    ``negotiation`` is that of the first association, None if there was none.
    """

    to: Destination
    negotiation: Negotiation | None
    security: str
    seconds: float
    error: AssociationError | None
    profile: tuple[str, str] | None = None
    report: ProbeReport | None = None
    interrupted: bool = False

    @property
    def was_interrupted(self) -> bool:
        return self.report.interrupted if self.report is not None else self.interrupted

    @property
    def who(self) -> str:
        name = f"{self.to.name}, " if self.to.name else ""
        return f"{name}{self.to.peer}"


# --- Lines ------------------------------------------------------------------------------------------------------------


def lines(probed: Probed, style: Style, *, refused: bool) -> Iterator[str]:
    assert probed.negotiation is not None, "there was an association"
    if probed.report is None:
        yield from _of_profile(probed, probed.negotiation, style)
    else:
        yield from _of_pairs(probed, probed.report, style, refused=refused)


def _of_profile(probed: Probed, negotiation: Negotiation, style: Style) -> Iterator[str]:
    assert probed.profile is not None, "of a profile"
    name, file = probed.profile
    contexts = negotiation.contexts
    accepted = sum(context.transfer_syntax is not None for context in contexts)
    without = without_role(negotiation)
    roles = f", {without:,} without the role that was asked for" if without else ""
    yield printable(f"{probed.who}: {accepted} of {len(contexts)} contexts of profile {name} of {file} accepted{roles}")
    width = max(len(display_name(context.abstract_syntax)) for context in contexts)
    offered = {item.sop_class for item in negotiation.request.roles}
    for context in contexts:
        label = printable(display_name(context.abstract_syntax))
        outcome = _outcome(negotiation, context, context.abstract_syntax in offered, style)
        yield f"{context.id:>4}  {label:<{width}}  {outcome}"
        if way_out := _advice(negotiation, context)[1]:
            yield f"      {printable(way_out)}"
    for item in negotiation.accept.extended:
        yield f"      extended negotiation of {of_peer(display_name(item.sop_class))}: {shortened(item.data.hex())}"


def without_role(negotiation: Negotiation) -> int:
    """How many contexts are accepted without a role that was asked for."""
    return sum(bool(role_failure(negotiation, context)) for context in negotiation.contexts)


def _outcome(negotiation: Negotiation, context: NegotiatedContext, has_role: bool, style: Style) -> str:
    if context.transfer_syntax is None:
        names = ", ".join(printable(display_name(uid)) for uid in context.proposed)
        meant = _advice(negotiation, context)[0]
        told = f"; {printable(meant)}" if meant else ""
        return f"{style('refused', 'red')}: {refusal_text(context)}, with {names}{told}"
    failure = role_failure(negotiation, context)
    word = style("accepted", "yellow" if failure else "green")
    text = f"{word}: {printable(display_name(context.transfer_syntax))}"
    if has_role:
        roles = " and ".join(name for name, has in (("SCU", context.scu), ("SCP", context.scp)) if has)
        text += f", we are {roles or 'neither SCU nor SCP'}"
    return f"{text} ({failure})" if failure else text


def _advice(negotiation: Negotiation, context: NegotiatedContext) -> tuple[str, str]:
    """What the peer means by refusing a context, and how objects go all the same; both may be empty."""
    if context.transfer_syntax is not None or context.result == 0:
        return "", ""
    # Needs much of objects, and is wanted only for a refusal.
    from asprofile.send.conversions import conversions

    adviser = Adviser(conversions) if sop_classes.is_storage(context.abstract_syntax) else Adviser()
    of_class = (one for one in negotiation.contexts if one.abstract_syntax == context.abstract_syntax)
    return adviser.of_context(context, of_class)


def _of_pairs(probed: Probed, report: ProbeReport, style: Style, *, refused: bool) -> Iterator[str]:
    found = report.acceptance
    accepted = found.accepted
    classes = dict.fromkeys(answer.sop_class for answer in found.answers)
    number = sum(map(len, accepted.values()))
    what = f"{_count(len(accepted), len(classes))} SOP classes, {_count(number, found.wanted)} pairs accepted"
    how = f"{report.associations:,} associations in {report.seconds:.1f} s"
    yield printable(f"{probed.who}: {what} ({how})")
    yield from (f"  {label:<15} {printable(value)}" for label, value in _facts(probed))
    for syntaxes, preference, members in _alike(found):
        yield ""
        yield f"{style('accepted', 'green')}{_in_order(preference)}:"
        ranked = preference.ranked if preference is not None else ()
        for place, uid in enumerate(syntaxes, start=1):
            yield f"{f'{place:>4}.' if uid in ranked else '    -'} {printable(display_name(uid))}"
        yield f"  for {len(members):,} SOP class{'es' * (len(members) != 1)}:"
        yield from (f"      {printable(display_name(uid))}" for uid in members)
    yield from _rest(found, style, refused=refused)


def _in_order(preference: Preference | None) -> str:
    """What the order is in which transfer syntaxes are listed."""
    if preference is None:
        return ""
    if not preference.ranked:
        return ", whichever is proposed first" if preference.proposed else ", the preference is not clear"
    then = ", then whichever is proposed first" if preference.proposed else ""
    return f", the one that the peer prefers first{then}"


def _count(some: int, all_: int) -> str:
    return f"{some:,} of {all_:,}"


def _facts(probed: Probed) -> Iterator[tuple[str, str]]:
    negotiation = probed.negotiation
    assert negotiation is not None, "there was an association"
    accept = negotiation.accept
    version = f"{accept.implementation_version_name} " if accept.implementation_version_name else ""
    yield "security", probed.security or "none"
    yield "implementation", f"{version}({accept.implementation_class_uid})"
    yield "AE titles", f"{probed.to.calling_ae} to {probed.to.called_ae}"


def _alike(found: Acceptance) -> list[tuple[tuple[str, ...], Preference | None, list[str]]]:
    """SOP classes that are accepted in the same way, together."""
    preferences = {one.sop_class: one for one in found.preferences}
    groups: dict[tuple[Any, ...], tuple[tuple[str, ...], Preference | None, list[str]]] = {}
    for uid, syntaxes in found.accepted.items():
        preference = preferences.get(uid)
        orders = () if preference is None else (preference.ranked, preference.proposed, preference.unclear)
        groups.setdefault((syntaxes, orders), (syntaxes, preference, []))[2].append(uid)
    return list(groups.values())


def _rest(found: Acceptance, style: Style, *, refused: bool) -> Iterator[str]:
    """What is not accepted, and what is strange."""
    yield ""
    if found.depends:
        yield "The peer answers a context differently beside others of its SOP class; each was asked apart from them."
    useless = _useless(found)
    if useless:
        yield f"Accepted, though no object can use it: {_pairs(len(useless))}."
    by_class: dict[str, list[Answer]] = {}
    for answer in found.answers:
        by_class.setdefault(answer.sop_class, []).append(answer)
    altogether = {uid: answers for uid, answers in by_class.items() if all(one.state == "refused" for one in answers)}
    yield from _refused_classes(altogether, style, listed=refused)
    partly = [one for uid, answers in by_class.items() if uid not in altogether for one in answers]
    yield from _refused_pairs([one for one in partly if one.state == "refused"], style, listed=refused)
    unanswered: dict[str, list[Answer]] = {}
    for answer in found.answers:
        if answer.state == "unanswered":
            unanswered.setdefault(answer.reason, []).append(answer)
    for reason, answers in unanswered.items():
        yield f"{style('no answer', 'red')} to {_pairs(len(answers))}: {printable(reason)}, for example"
        first = answers[0]
        yield f"      {printable(f'{display_name(first.sop_class)}, {display_name(first.transfer_syntax)}')}"


def _refused_classes(altogether: dict[str, list[Answer]], style: Style, *, listed: bool) -> Iterator[str]:
    by_reason: dict[str, list[str]] = {}
    for uid, answers in altogether.items():
        by_reason.setdefault(_why_altogether(answers), []).append(uid)
    for reason, uids in by_reason.items():
        what = "SOP class" if len(uids) == 1 else "SOP classes"
        yield f"{style('refused', 'red')} altogether: {len(uids):,} {what}: {printable(reason)}"
        if listed:
            yield from (f"      {printable(display_name(uid))}" for uid in uids)


def _why_altogether(answers: list[Answer]) -> str:
    reason = ", or ".join(dict.fromkeys(one.reason for one in answers))
    asked = [one.transfer_syntax for one in answers]
    meant = meaning(answers[0].result, (), asked, asked)
    return f"{reason}; {meant}" if meant else reason


def _refused_pairs(answers: list[Answer], style: Style, *, listed: bool) -> Iterator[str]:
    by_reason: dict[str, list[Answer]] = {}
    for answer in answers:
        by_reason.setdefault(answer.reason, []).append(answer)
    for reason, found in by_reason.items():
        classes: dict[str, list[str]] = {}
        for answer in found:
            classes.setdefault(answer.sop_class, []).append(answer.transfer_syntax)
        unsupported = found[0].result == ABSTRACT_SYNTAX_NOT_SUPPORTED
        meant = "; it takes these SOP classes, so that it means the transfer syntax" if unsupported else ""
        yield f"{style('refused', 'red')} of accepted SOP classes: {_pairs(len(found))}: {printable(reason)}{meant}"
        if listed:
            for syntaxes, uids in _by_list(classes).items():
                yield f"      with {printable(', '.join(map(display_name, syntaxes)))}:"
                yield from (f"          {printable(display_name(uid))}" for uid in uids)


def _by_list(classes: dict[str, list[str]]) -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for uid, syntaxes in classes.items():
        found.setdefault(tuple(syntaxes), []).append(uid)
    return found


def _pairs(count: int) -> str:
    return f"{count:,} pair{'s' * (count != 1)}"


def _useless(found: Acceptance) -> list[Answer]:
    """What is accepted though the standard allows no object with it."""
    accepted = (one for one in found.answers if one.state == "accepted")
    return [one for one in accepted if not permitted(one.sop_class, one.transfer_syntax)]


# --- JSON -------------------------------------------------------------------------------------------------------------


def as_json(probed: Probed) -> dict[str, Any]:
    negotiation, report = probed.negotiation, probed.report
    accept = None if negotiation is None else negotiation.accept
    return {
        "version": JSON_VERSION,
        "peer": str(probed.to.peer),
        "name": probed.to.name,
        "called_ae": probed.to.called_ae,
        "calling_ae": probed.to.calling_ae,
        "tls": probed.security or None,
        "association": None
        if accept is None
        else {
            "implementation_class_uid": accept.implementation_class_uid,
            "implementation_version_name": accept.implementation_version_name,
            "max_pdu": accept.max_pdu,
        },
        "seconds": round(probed.seconds, 3),
        "profile": None if probed.profile is None else dict(zip(("name", "path"), probed.profile, strict=True)),
        "contexts": [_context(negotiation, one) for one in negotiation.contexts]
        if negotiation and report is None
        else [],
        "pairs": None if report is None else _pairs_json(report),
        "interrupted": probed.was_interrupted,
        "error": None if probed.error is None else str(probed.error),
    }


def _context(negotiation: Negotiation, context: NegotiatedContext) -> dict[str, Any]:
    accepted = context.transfer_syntax is not None
    meant, way_out = _advice(negotiation, context)
    return {
        "id": context.id,
        "abstract_syntax": _uid(context.abstract_syntax),
        "proposed": [_uid(uid) for uid in context.proposed],
        "result": context.result,
        "transfer_syntax": None if context.transfer_syntax is None else _uid(context.transfer_syntax),
        "scu": accepted and context.scu,
        "scp": accepted and context.scp,
        "role_failure": role_failure(negotiation, context) or None,
        "reason": refusal_text(context) or None,
        "meaning": meant or None,
        "way_out": way_out or None,
    }


def _pairs_json(report: ProbeReport) -> dict[str, Any]:
    found = report.acceptance
    by_class: dict[str, list[Answer]] = {}
    for answer in found.answers:
        by_class.setdefault(answer.sop_class, []).append(answer)
    accepted = found.accepted
    preferences = {one.sop_class: one for one in found.preferences}
    extended = {item.sop_class: item.data.hex() for item in found.extended}
    return {
        "associations": report.associations,
        "wanted": found.wanted,
        "answered": sum(one.state != "unanswered" for one in found.answers),
        "complete": found.complete and report.error is None and not report.interrupted,
        "depends_on_others": found.depends,
        "transfer_syntaxes": {
            uid: display_name(uid) for uid in dict.fromkeys(one.transfer_syntax for one in found.answers)
        },
        "sop_classes": [
            {
                "sop_class": _uid(uid),
                "accepted": list(accepted.get(uid, ())),
                "useless": [
                    one.transfer_syntax
                    for one in answers
                    if one.state == "accepted" and not permitted(uid, one.transfer_syntax)
                ],
                "preference": _preference(preferences.get(uid)),
                "extended_negotiation": extended.get(uid),
                "not_accepted": list(_not_accepted(answers)),
            }
            for uid, answers in by_class.items()
        ],
    }


def _preference(preference: Preference | None) -> dict[str, list[str]] | None:
    if preference is None:
        return None
    return {
        "ranked": list(preference.ranked),
        "as_proposed": list(preference.proposed),
        "unclear": list(preference.unclear),
    }


def _not_accepted(answers: Iterable[Answer]) -> Iterator[dict[str, Any]]:
    groups: dict[tuple[str, int | None, str], list[str]] = {}
    for one in answers:
        if one.state != "accepted":
            groups.setdefault((one.state, one.result, one.reason), []).append(one.transfer_syntax)
    for (state, result, reason), syntaxes in groups.items():
        yield {"state": state, "result": result, "reason": reason, "transfer_syntaxes": syntaxes}


def _uid(uid: str) -> dict[str, str | None]:
    name = display_name(uid)
    return {"uid": uid, "name": None if name == uid else name}


# --- The page ---------------------------------------------------------------------------------------------------------


def matrix(probed: Probed) -> Matrix:
    """What the peer accepts, of pairs or of a profile, to look at."""
    found = probed.report.acceptance if probed.report is not None else _of_contexts(probed.negotiation)
    facts = [("Peer", probed.who), *((f"{label[:1].upper()}{label[1:]}", value) for label, value in _facts(probed))]
    facts.append(("Date", time.strftime("%Y-%m-%d %H:%M %z")))
    if probed.profile is not None:
        facts.append(("Profile", f"{probed.profile[0]} of {probed.profile[1]}"))
        if probed.negotiation is not None and (without := without_role(probed.negotiation)):
            facts.append(("Roles", f"{without:,} contexts are accepted without the role that was asked for"))
    if probed.report is not None:
        facts.append(("Asked", f"{_count(len(found.answers), found.wanted)} pairs"))
    if not found.complete:
        facts.append(("Incomplete", "the peer did not answer all of it"))
    return acceptance_matrix(found, f"What {probed.who} accepts", tuple(facts))


def _of_contexts(negotiation: Negotiation | None) -> Acceptance:
    """The contexts of a profile as pairs: what a context was accepted or refused with, of the first that says so."""
    found: dict[tuple[str, str], Answer] = {}
    for context in negotiation.contexts if negotiation is not None else ():
        uid = context.abstract_syntax
        if context.transfer_syntax is not None:
            assert negotiation is not None, "it has contexts"
            failure = role_failure(negotiation, context)
            found[uid, context.transfer_syntax] = Answer(uid, context.transfer_syntax, 0, role_failure=failure)
            continue
        problem = NOT_PROPOSED if context.result == 0 else ""
        for syntax in context.proposed:
            found.setdefault((uid, syntax), Answer(uid, syntax, context.result, problem))
    extended = negotiation.accept.extended if negotiation is not None else ()
    return Acceptance(tuple(found.values()), len(found), extended=extended)
