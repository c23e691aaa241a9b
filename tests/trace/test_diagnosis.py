"""Which cause comes first: what kept an object from being sent, before what was refused and not needed."""

from __future__ import annotations

from dataclasses import replace

from factories import CT, EXPLICIT, IMPLICIT, MR

from asprofile.trace.diagnosis import diagnosed
from asprofile.trace.model import TracedAssociation, TracedContext, TracedEnding, TracedSide, TracedTrouble

CONTEXTS = (
    TracedContext(1, CT, (EXPLICIT,), 4),
    TracedContext(3, CT, (IMPLICIT,), 0, IMPLICIT),
    TracedContext(5, MR, (EXPLICIT,), 3),
)


def traced(*troubles: TracedTrouble) -> TracedAssociation:
    sides = TracedSide("STORESCU"), TracedSide("ARCHIVE")
    ending = TracedEnding("aborted", "requestor")
    return TracedAssociation(1, 1, "", *sides, CONTEXTS, ending, answered=True, troubles=troubles)


def test_the_object_that_has_no_context_comes_first() -> None:
    """storescu without a profile proposes everything: that CT goes in one transfer syntax alone is not why MR fails."""
    trouble = TracedTrouble("no-context", "No presentation context for: (MR) 1.2.840.10008.5.1.4.1.1.4", 7, MR)
    causes = diagnosed(traced(trouble))
    assert (causes[0].kind, causes[0].sop_class, causes[0].counts) == ("class", MR, True)
    assert [cause.counts for cause in causes if cause.sop_class == CT] == [False]


def test_what_is_refused_counts_where_no_object_is_named() -> None:
    assert {cause.sop_class for cause in diagnosed(traced()) if cause.counts} >= {CT, MR}


def test_a_refusal_whose_request_is_not_known_is_one_all_the_same() -> None:
    """A log of the answer alone: which SOP class was refused is not in it."""
    contexts = (TracedContext(1, "", (), 4), TracedContext(3, "", (), 0, IMPLICIT))
    (cause,) = diagnosed(replace(traced(), contexts=contexts, ending=TracedEnding("unknown")))
    assert (cause.kind, cause.contexts, cause.counts) == ("refused", (1,), True)
    assert "the context 1 (transfer syntaxes not supported)" in cause.what
    many = tuple(TracedContext(number, "", (), 3) for number in range(1, 41, 2))
    (cause,) = diagnosed(replace(traced(), contexts=many, ending=TracedEnding("unknown")))
    assert "1, 3, 5, 7, 9, 11, 13, 15 and 12 more (abstract syntax not supported)" in cause.what
