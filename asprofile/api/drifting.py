"""What a peer takes today that it did not take before, and the other way round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asprofile.names.uids import uid_and_name
from asprofile.negotiate.drift import Drift, drift
from asprofile.report.probe.read import read_probe

if TYPE_CHECKING:
    from asprofile.api.asking import ProbeOutcome
    from asprofile.negotiate.probing import Acceptance, Pair, PairAnswer

JSON_VERSION = 1


@dataclass(frozen=True, slots=True)
class Drifted:
    """The answers of a peer (``who``) against those of a file (``baseline``). ``drift`` is None where there was no
    association; ``error``: what ended the asking, or kept it from beginning.
    """

    who: str
    baseline: str
    drift: Drift | None
    error: str = ""

    @property
    def status(self) -> int:
        """0 the same, 1 it differs, 2 the peer was not reached or left something unanswered, and nothing differs."""
        if self.drift is None:
            return 2
        if not self.drift.same:
            return 1
        return 2 if self.drift.unknown or self.error else 0

    def as_json(self) -> dict[str, Any]:
        """What ``asprofile probe --baseline FILE --json`` prints (docs/schema/drift.json)."""
        found = self.drift
        return {
            "version": JSON_VERSION,
            "peer": self.who,
            "baseline": self.baseline,
            "status": {0: "same", 1: "differs", 2: "unknown"}[self.status],
            "compared": 0 if found is None else found.compared,
            "unanswered": None if found is None else found.unknown,
            "no_longer_accepted": [] if found is None else [_pair(one) for one in found.lost],
            "newly_accepted": [] if found is None else [_pair(one) for one in found.gained],
            "error": self.error or None,
        }


def _pair(one: PairAnswer) -> dict[str, Any]:
    return {
        "sop_class": uid_and_name(one.sop_class),
        "transfer_syntax": uid_and_name(one.transfer_syntax),
        "reason": one.reason if one.state == "refused" else None,
    }


@dataclass(frozen=True, slots=True)
class ProbedBefore:
    """What a peer answered before: ``pairs`` is what it is to be asked again."""

    path: str
    acceptance: Acceptance

    @property
    def pairs(self) -> tuple[Pair, ...]:
        return tuple((one.sop_class, one.transfer_syntax) for one in self.acceptance.answers)


def baseline(path: str) -> ProbedBefore:
    """A file that ``asprofile probe --json`` printed. Raises AsprofileError where it is none."""
    return ProbedBefore(path, read_probe(path)[1])


def drifted(found: ProbeOutcome, before: ProbedBefore) -> Drifted:
    """A probe against what was answered before."""
    error = "" if found.error is None else str(found.error)
    if found.negotiation is None or found.report is None:
        return Drifted(found.who, before.path, None, error or "there was no association")
    return Drifted(found.who, before.path, drift(before.acceptance, found.report.acceptance), error)
