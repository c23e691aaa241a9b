"""``asprofile generate`` with a peer: what it accepts as a source, or as the measure of what the other sources want.

Not here: asking (``probing``), other sources (``generate``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from asprofile.cli.files import read_one
from asprofile.cli.probing import ask, storage_classes, syntaxes
from asprofile.errors import AsprofileError, ProposalError
from asprofile.generate.wish import Wish, accepted_only, from_acceptance, usable
from asprofile.names.transfer_syntaxes import EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN
from asprofile.names.uids import display_name
from asprofile.negotiate.probing import Pair, Probing, pairs

if TYPE_CHECKING:
    from asprofile.cli.peers import Destination
    from asprofile.negotiate.probing import Probed

_OTHERWISE = (EXPLICIT_VR_LITTLE_ENDIAN, IMPLICIT_VR_LITTLE_ENDIAN)
"""What everybody can convert uncompressed objects to: asked for besides what is wanted, to name a way out."""
_NAMED = 4


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What a peer accepts: by SOP class the transfer syntaxes in its order, and why it refuses pairs. ``name`` is the
    peer's; ``complete`` says whether it answered everything.
    """

    name: str
    accepted: dict[str, tuple[str, ...]]
    refusals: dict[Pair, str] = field(default_factory=dict)
    complete: bool = True

    def reason(self, pair: Pair) -> str:
        """Why a pair is not accepted."""
        return self.refusals.get(pair, "it was not asked")


def asked(to: Destination, wishes: Iterable[Wish], rate: float) -> Acceptance:
    """What the peer says to these wishes, or to everything there is if there are none. Raises what kept it from being
    asked.
    """
    from asprofile.send.options import SendOptions

    wanted = [(wish.abstract_syntax, syntax) for wish in wishes for syntax in (*wish.syntaxes, *_OTHERWISE)]
    probing = Probing(wanted or pairs(tuple(storage_classes()), tuple(syntaxes())), order=not wanted)
    report = ask(probing, to, SendOptions(link=to.link), rate, quiet=False)
    if report.accept is None:
        raise report.error or AsprofileError(f"{to.peer}: not asked to the end")
    probed = report.probed
    asked_for = wanted or ((one.sop_class, uid) for one in probed.classes for uid, _ in one.answers)
    return Acceptance(to.name or str(to.peer), probed.accepted, dict(_refusals(probed, asked_for)), probed.complete)


def _refusals(probed: Probed, wanted: Iterable[Pair]) -> Iterator[tuple[Pair, str]]:
    for pair in wanted:
        answer = probed.answer(*pair)
        if answer is not None and not answer.accepted:
            yield pair, answer.reason


def saved(file: str) -> Acceptance:
    """What `asprofile probe --json` found out. Raises AsprofileError for a file that is something else."""
    source = read_one(file)
    try:
        found = json.loads(source.data)
        if found["version"] != 1 or found["sop_classes"] is None:
            raise ValueError
        return _acceptance(found)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise AsprofileError(
            f"{source.path}: not the result of `asprofile probe --json` for SOP classes; make one with "
            "asprofile probe PEER --all --json -o FILE"
        ) from None


def _acceptance(found: dict[str, Any]) -> Acceptance:
    accepted: dict[str, tuple[str, ...]] = {}
    refusals: dict[Pair, str] = {}
    for one in found["sop_classes"]:
        uid = str(one["sop_class"]["uid"])
        accepted[uid] = tuple(str(syntax["uid"]) for syntax in one["accepted"])
        for answer in one["answers"]:
            if answer["reason"] is not None:
                refusals |= {(uid, str(syntax)): str(answer["reason"]) for syntax in answer["transfer_syntaxes"]}
    return Acceptance(str(found["name"] or found["peer"]), accepted, refusals, bool(found["complete"]))


def everything(found: Acceptance) -> tuple[Wish, ...]:
    """All that it accepts and objects can be in."""
    wishes = from_acceptance(found.accepted)
    if not wishes:
        raise ProposalError(f"{found.name} accepts no SOP class that objects are stored with: no profile to be made")
    return wishes


def measured(wishes: tuple[Wish, ...], found: Acceptance) -> tuple[tuple[Wish, ...], list[str]]:
    """What is left of the wishes, and sentences about what is not."""
    kept, lost = accepted_only(wishes, found.accepted)
    if not kept:
        reasons = "; ".join(_losses(lost, found))
        raise ProposalError(f"{found.name} accepts nothing of it: {reasons}")
    return kept, list(_losses(lost, found))


def _losses(lost: Iterable[Pair], found: Acceptance) -> Iterator[str]:
    """A sentence for each way in which SOP classes lose something; those that lose the same share one."""
    by_class: dict[str, dict[str, list[str]]] = {}
    for uid, syntax in lost:
        by_class.setdefault(uid, {}).setdefault(found.reason((uid, syntax)), []).append(display_name(syntax))
    alike: dict[str, list[str]] = {}
    for uid, reasons in by_class.items():
        said = "; ".join(f"{_listed(names)}: {reason}" for reason, names in reasons.items())
        accepted = [display_name(syntax) for syntax in usable(uid, found.accepted.get(uid, ()))]
        instead = f"; accepted with {_listed(accepted)}" if accepted else ""
        alike.setdefault(f"not accepted with {said}{instead}", []).append(display_name(uid))
    return (f"{_listed(names)}: {sentence}" for sentence, names in alike.items())


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
