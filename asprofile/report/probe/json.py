"""A probe as JSON (docs/schema/probe.json); ``read`` is the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from asprofile.names.fit import judge
from asprofile.names.uids import display_name, uid_and_name
from asprofile.negotiate.probing import PairAnswer
from asprofile.negotiate.results import refusal_text
from asprofile.negotiate.roles import role_failure
from asprofile.report.probe.probed import Probed, advice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from asprofile.negotiate.negotiation import NegotiatedContext, Negotiation
    from asprofile.negotiate.probing import Preference
    from asprofile.send.probe import ProbeReport


JSON_VERSION = 1


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
    meant, way_out = advice(negotiation, context)
    return {
        "id": context.id,
        "abstract_syntax": uid_and_name(context.abstract_syntax),
        "proposed": [uid_and_name(uid) for uid in context.proposed],
        "result": context.result,
        "transfer_syntax": None if context.transfer_syntax is None else uid_and_name(context.transfer_syntax),
        "scu": accepted and context.scu,
        "scp": accepted and context.scp,
        "role_failure": role_failure(negotiation, context) or None,
        "reason": refusal_text(context) or None,
        "meaning": meant or None,
        "way_out": way_out or None,
    }


def _pairs_json(report: ProbeReport) -> dict[str, Any]:
    found = report.acceptance
    by_class: dict[str, list[PairAnswer]] = {}
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
                "sop_class": uid_and_name(uid),
                "accepted": list(accepted.get(uid, ())),
                "useless": [
                    one.transfer_syntax
                    for one in answers
                    if one.state == "accepted" and judge(uid, one.transfer_syntax).useless
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


def _not_accepted(answers: Iterable[PairAnswer]) -> Iterator[dict[str, Any]]:
    groups: dict[tuple[str, int | None, str], list[str]] = {}
    for one in answers:
        if one.state != "accepted":
            groups.setdefault((one.state, one.result, one.reason), []).append(one.transfer_syntax)
    for (state, result, reason), syntaxes in groups.items():
        yield {"state": state, "result": result, "reason": reason, "transfer_syntaxes": syntaxes}
