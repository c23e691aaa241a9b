"""What an acceptor takes now and did not take before, and the other way round.

Belongs here: the comparison of two sets of answers, pair by pair. Does not belong here: asking (``send.probe``), and
where the answers of before come from (``report.probe.read``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from asprofile.negotiate.probing import Acceptance, PairAnswer, PairState

    Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Drift:
    """``lost``: pairs of SOP class and transfer syntax that were accepted and are refused now, with the answer of now;
    ``gained``: those that were refused and are accepted. ``unknown``: how many of before have no answer now;
    ``compared``: how many have one, of both.
    """

    lost: tuple[PairAnswer, ...]
    gained: tuple[PairAnswer, ...]
    unknown: int
    compared: int

    @property
    def same(self) -> bool:
        """Nothing differs of what was compared."""
        return not (self.lost or self.gained)


def drift(before: Acceptance, now: Acceptance) -> Drift:
    """The difference, in the order of before. A pair that one of the two has no answer to is not compared."""
    states: dict[Pair, PairState] = {(one.sop_class, one.transfer_syntax): one.state for one in before.answers}
    answers = {(one.sop_class, one.transfer_syntax): one for one in now.answers}
    lost, gained = [], []
    unknown = compared = 0
    for pair, state in states.items():
        if state == "unanswered":
            continue
        answer = answers.get(pair)
        if answer is None or answer.state == "unanswered":
            unknown += 1
            continue
        compared += 1
        if state == "accepted" and answer.state == "refused":
            lost.append(answer)
        elif state == "refused" and answer.state == "accepted":
            gained.append(answer)
    return Drift(tuple(lost), tuple(gained), unknown, compared)
