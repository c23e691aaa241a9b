"""Objects counted, and the contexts for them."""

from __future__ import annotations

import pytest
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, profile

from asprofile.negotiate.advice import NoContextReason
from asprofile.negotiate.planning import Plan, additions
from asprofile.negotiate.request import propose

US = "1.2.840.10008.5.1.4.1.1.6.1"
BASELINE = "1.2.840.10008.1.2.4.50"
MPEG4 = "1.2.840.10008.1.2.4.102"


@pytest.fixture
def request_of():
    return propose(profile((CT, (EXPLICIT, IMPLICIT)), (MR, (EXPLICIT,)), (CT, (IMPLICIT,))))


def test_where_an_object_goes(request_of):
    plan = Plan(request_of)
    assert (plan.add(CT, IMPLICIT).contexts, plan.add(CT, IMPLICIT).certain) == ((1, 5), True)
    assert (plan.add(CT, EXPLICIT).contexts, plan.add(CT, EXPLICIT).certain) == ((1,), False)
    assert plan.add(MR, EXPLICIT).missing is None
    none = plan.add(MR, JPEG_LOSSLESS)
    assert none.contexts == ()
    assert none.missing.kind is NoContextReason.SYNTAX_NOT_PROPOSED
    assert plan.add(US, EXPLICIT).missing.kind is NoContextReason.CLASS_NOT_PROPOSED


def test_counts_and_order(request_of):
    plan = Plan(request_of)
    for sop_class, syntax in [(US, EXPLICIT), (MR, EXPLICIT), (MR, BASELINE), (MR, BASELINE), (CT, IMPLICIT)]:
        plan.add(sop_class, syntax)
    rows = [(found.sop_class, found.transfer_syntax, count) for found, count in plan.rows]
    assert rows == [(CT, IMPLICIT, 1), (MR, EXPLICIT, 1), (MR, BASELINE, 2), (US, EXPLICIT, 1)]
    assert (plan.objects, plan.without) == (5, 3)


def test_what_to_add(request_of):
    plan = Plan(request_of)
    kinds = [(MR, JPEG_LOSSLESS), (US, BASELINE), (CT, JPEG_LOSSLESS), (US, EXPLICIT), ("1.2.3", MPEG4), (CT, MPEG4)]
    missing = [plan.add(*kind) for kind in kinds]
    # MR is not offered with the default transfer syntax, US neither; of the private class nothing but video is there.
    assert list(additions(request_of, missing)) == [
        ((MR,), (JPEG_LOSSLESS, IMPLICIT)),
        ((US,), (BASELINE, EXPLICIT, IMPLICIT)),
        ((CT,), (JPEG_LOSSLESS, MPEG4)),
        (("1.2.3",), (MPEG4,)),
    ]


def test_the_same_additions_go_together(request_of):
    plan = Plan(request_of)
    missing = [plan.add(uid, BASELINE) for uid in (US, CT, MR)]
    assert list(additions(request_of, missing)) == [((US, CT, MR), (BASELINE,))]
