"""What is lost and what is gained, of every pair of states."""

from __future__ import annotations

import itertools

import pytest

from asprofile.negotiate.drift import drift
from asprofile.negotiate.probing import Acceptance, PairAnswer

STATES = {
    "accepted": PairAnswer("1.2", "1.3", 0),
    "refused": PairAnswer("1.2", "1.3", 3),
    "unanswered": PairAnswer("1.2", "1.3", None, "no answer"),
}


@pytest.mark.parametrize(("before", "now"), list(itertools.product(STATES, [*STATES, "not asked"])))
def test_each_pair_of_states(before: str, now: str) -> None:
    answers = (STATES[now],) if now in STATES else ()
    found = drift(Acceptance((STATES[before],), 1), Acceptance(answers, 1))
    assert (len(found.lost), len(found.gained)) == (
        int((before, now) == ("accepted", "refused")),
        int((before, now) == ("refused", "accepted")),
    )
    known_before, known_now = before != "unanswered", now in ("accepted", "refused")
    assert (found.compared, found.unknown) == (int(known_before and known_now), int(known_before and not known_now))
    assert found.same is (before == now or not (known_before and known_now))
