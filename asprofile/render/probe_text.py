"""A probe as lines."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from asprofile.names.fit import judge
from asprofile.names.uids import display_name
from asprofile.negotiate.advice import meaning
from asprofile.negotiate.probing import Acceptance, PairAnswer
from asprofile.negotiate.results import ABSTRACT_SYNTAX_NOT_SUPPORTED, refusal_text
from asprofile.negotiate.roles import role_failure
from asprofile.printing import of_peer, plural, printable, shortened
from asprofile.report.probe.probed import Probed, advice, facts, without_role

if TYPE_CHECKING:
    from asprofile.negotiate.negotiation import NegotiatedContext, Negotiation
    from asprofile.negotiate.probing import Preference
    from asprofile.printing import Style
    from asprofile.render.look import ReportLook
    from asprofile.send.probe import ProbeReport


def render(probed: Probed, look: ReportLook) -> Iterator[str]:
    if probed.negotiation is None:
        return
    if probed.report is None:
        yield from _of_profile(probed, probed.negotiation, look.style)
    else:
        yield from _of_pairs(probed, probed.report, look.style, refused=look.refused)


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
        if way_out := advice(negotiation, context)[1]:
            yield f"      {printable(way_out)}"
    for item in negotiation.accept.extended:
        yield f"      extended negotiation of {of_peer(display_name(item.sop_class))}: {shortened(item.data.hex())}"


def _outcome(negotiation: Negotiation, context: NegotiatedContext, has_role: bool, style: Style) -> str:
    if context.transfer_syntax is None:
        names = ", ".join(printable(display_name(uid)) for uid in context.proposed)
        meant = advice(negotiation, context)[0]
        told = f"; {printable(meant)}" if meant else ""
        return f"{style('refused', 'red')}: {refusal_text(context)}, with {names}{told}"
    failure = role_failure(negotiation, context)
    word = style("accepted", "yellow" if failure else "green")
    text = f"{word}: {printable(display_name(context.transfer_syntax))}"
    if has_role:
        roles = " and ".join(name for name, has in (("SCU", context.scu), ("SCP", context.scp)) if has)
        text += f", we are {roles or 'neither SCU nor SCP'}"
    return f"{text} ({failure})" if failure else text


def _of_pairs(probed: Probed, report: ProbeReport, style: Style, *, refused: bool) -> Iterator[str]:
    found = report.acceptance
    accepted = found.accepted
    classes = dict.fromkeys(answer.sop_class for answer in found.answers)
    number = sum(map(len, accepted.values()))
    what = f"{_count(len(accepted), len(classes))} SOP classes, {_count(number, found.wanted)} pairs accepted"
    how = f"{report.associations:,} associations in {report.seconds:.1f} s"
    yield printable(f"{probed.who}: {what} ({how})")
    yield from (f"  {label:<15} {printable(value)}" for label, value in facts(probed))
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
        yield (
            "The peer answers a context differently when others of its SOP class are proposed too; "
            "each was asked for alone."
        )
    useless = _useless(found)
    if useless:
        yield f"Accepted, though no object can use it: {plural(len(useless), 'pair')}."
    by_class: dict[str, list[PairAnswer]] = {}
    for answer in found.answers:
        by_class.setdefault(answer.sop_class, []).append(answer)
    altogether = {uid: answers for uid, answers in by_class.items() if all(one.state == "refused" for one in answers)}
    yield from _refused_classes(altogether, style, listed=refused)
    partly = [one for uid, answers in by_class.items() if uid not in altogether for one in answers]
    yield from _refused_pairs([one for one in partly if one.state == "refused"], style, listed=refused)
    unanswered: dict[str, list[PairAnswer]] = {}
    for answer in found.answers:
        if answer.state == "unanswered":
            unanswered.setdefault(answer.reason, []).append(answer)
    for reason, answers in unanswered.items():
        yield f"{style('no answer', 'red')} to {plural(len(answers), 'pair')}: {printable(reason)}, for example"
        first = answers[0]
        yield f"      {printable(f'{display_name(first.sop_class)}, {display_name(first.transfer_syntax)}')}"


def _refused_classes(altogether: dict[str, list[PairAnswer]], style: Style, *, listed: bool) -> Iterator[str]:
    by_reason: dict[str, list[str]] = {}
    for uid, answers in altogether.items():
        by_reason.setdefault(_why_altogether(answers), []).append(uid)
    for reason, uids in by_reason.items():
        what = "SOP class" if len(uids) == 1 else "SOP classes"
        yield f"{style('refused', 'red')} altogether: {len(uids):,} {what}: {printable(reason)}"
        if listed:
            yield from (f"      {printable(display_name(uid))}" for uid in uids)


def _why_altogether(answers: list[PairAnswer]) -> str:
    reason = ", or ".join(dict.fromkeys(one.reason for one in answers))
    asked = [one.transfer_syntax for one in answers]
    meant = meaning(answers[0].result, (), asked, asked)
    return f"{reason}; {meant}" if meant else reason


def _refused_pairs(answers: list[PairAnswer], style: Style, *, listed: bool) -> Iterator[str]:
    by_reason: dict[str, list[PairAnswer]] = {}
    for answer in answers:
        by_reason.setdefault(answer.reason, []).append(answer)
    for reason, found in by_reason.items():
        classes: dict[str, list[str]] = {}
        for answer in found:
            classes.setdefault(answer.sop_class, []).append(answer.transfer_syntax)
        unsupported = found[0].result == ABSTRACT_SYNTAX_NOT_SUPPORTED
        meant = "; it takes these SOP classes, so that it means the transfer syntax" if unsupported else ""
        pairs = plural(len(found), "pair")
        yield f"{style('refused', 'red')} of accepted SOP classes: {pairs}: {printable(reason)}{meant}"
        if listed:
            for syntaxes, uids in _by_list(classes).items():
                yield f"      with {printable(', '.join(map(display_name, syntaxes)))}:"
                yield from (f"          {printable(display_name(uid))}" for uid in uids)


def _by_list(classes: dict[str, list[str]]) -> dict[tuple[str, ...], list[str]]:
    found: dict[tuple[str, ...], list[str]] = {}
    for uid, syntaxes in classes.items():
        found.setdefault(tuple(syntaxes), []).append(uid)
    return found


def _useless(found: Acceptance) -> list[PairAnswer]:
    """What is accepted though the standard allows no object with it."""
    accepted = (one for one in found.answers if one.state == "accepted")
    return [one for one in accepted if judge(one.sop_class, one.transfer_syntax).useless]
