"""What a peer takes today that it did not take before, and the other way round."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from asprofile.api.asking import ProbeOutcome
from asprofile.errors import ConfigurationError
from asprofile.names.uids import uid_and_name
from asprofile.negotiate.drift import Drift
from asprofile.negotiate.drift import drift as difference
from asprofile.report.probe.read import read_probe

if TYPE_CHECKING:
    from asprofile.negotiate.probing import Acceptance, Pair, PairAnswer

JSON_VERSION = 1

ProbeInput: TypeAlias = "str | os.PathLike[str] | ProbeOutcome"
"""A file that ``asprofile probe --json`` printed, or what ``asprofile.probe`` gave for pairs."""


@dataclass(frozen=True, slots=True)
class Drifted:
    """The answers of a peer (``who``) against those before (``baseline``, a file or the peer). ``drift`` is None where
    there was no association; ``error``: what ended the asking, or kept it from beginning.
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
    return Drifted(found.who, before.path, difference(before.acceptance, found.report.acceptance), error)


def drift(before: ProbeInput, now: ProbeInput) -> Drifted:
    """What a peer accepts now that it did not accept before, and the other way round.

    Args:
        before: A file that ``asprofile probe --json`` printed, or a probe of pairs.
        now: Another one.

    Returns:
        A value; ``status`` is 0 where nothing differs, 1 where something does, 2 where that is not known, because there
        was no association, or something has no answer now. Pairs that only one of the two asked for are not compared.

    Raises:
        AsprofileError: A file is no probe of pairs.
        ConfigurationError: A probe is one of a profile, or the one before had no association.

    Examples:
        >>> probed = asprofile.probe("127.0.0.1:11112", sop="CTImageStorage", ts="uncompressed", order=False, rate=0)
        >>> found = asprofile.drift(probed, probed)
        >>> found.status, found.drift.compared
        (0, 2)
    """
    return _against(now, _before(before))


def _before(given: ProbeInput) -> ProbedBefore:
    if not isinstance(given, ProbeOutcome):
        return baseline(os.fspath(given))
    _check(given)
    if given.negotiation is None or given.report is None:
        raise ConfigurationError("the probe before had no association, so that there is nothing to compare with")
    return ProbedBefore(given.who, given.report.acceptance)


def _against(now: ProbeInput, before: ProbedBefore) -> Drifted:
    if isinstance(now, ProbeOutcome):
        _check(now)
        return drifted(now, before)
    who, acceptance = read_probe(os.fspath(now))
    return Drifted(who, before.path, difference(before.acceptance, acceptance))


def _check(given: ProbeOutcome) -> None:
    if given.profile is not None:
        raise ConfigurationError("a probe of a profile has no pairs; probe with sop, ts, everything or services")
