"""What is in one profile and not in the other."""

from __future__ import annotations

from factories import CT, EXPLICIT, IMPLICIT, MR, VERIFICATION, Extended, Profile, profile
from hypothesis import given
from hypothesis import strategies as st
from strategies import PROPERTY

from asprofile.negotiate.compare import compare

_contexts = st.lists(
    st.tuples(
        st.sampled_from((CT, MR, VERIFICATION)),
        st.lists(st.sampled_from((IMPLICIT, EXPLICIT, "1.2.3")), min_size=1, max_size=3, unique=True).map(tuple),
    ),
    max_size=6,
)


def differences(first, second):
    found = compare(first, second)
    return [(one.abstract_syntax, one.transfer_syntaxes, one.first, one.second) for one in found.contexts]


def test_the_order_of_the_contexts_does_not_count():
    one = profile((CT, (EXPLICIT,)), (MR, (IMPLICIT,)))
    assert compare(one, profile((MR, (IMPLICIT,)), (CT, (EXPLICIT,)))).equal


def test_what_only_one_has():
    found = differences(profile((CT, (EXPLICIT,)), (MR, (IMPLICIT,))), profile((MR, (IMPLICIT,)), (MR, (EXPLICIT,))))
    assert found == [(CT, (EXPLICIT,), 1, 0), (MR, (EXPLICIT,), 0, 1)]


def test_how_often():
    assert differences(profile(*[(CT, (EXPLICIT,))] * 3), profile((CT, (EXPLICIT,)))) == [(CT, (EXPLICIT,), 3, 1)]


def test_the_order_of_the_transfer_syntaxes_counts():
    found = compare(profile((CT, (EXPLICIT, IMPLICIT))), profile((CT, (IMPLICIT, EXPLICIT))))
    assert [one.reordered for one in found.contexts] == [True, True]
    assert (found.only_first, found.only_second) == ((), ())


def test_pairs_when_contexts_are_cut_otherwise():
    found = compare(profile((CT, (EXPLICIT, IMPLICIT))), profile((CT, (IMPLICIT,)), (CT, ("1.2.3",))))
    assert len(found.contexts) == 3
    assert not any(one.reordered for one in found.contexts)
    assert found.only_first == ((CT, EXPLICIT),)
    assert found.only_second == ((CT, "1.2.3"),)


def test_roles():
    one = profile((CT, (IMPLICIT,)), (MR, (IMPLICIT,)), roles={CT: "both", MR: "scp"})
    two = profile((CT, (IMPLICIT,)), (VERIFICATION, (IMPLICIT,)), roles={CT: "scu", VERIFICATION: "scp"})
    found = [(role.sop_class, role.first, role.second) for role in compare(one, two).roles]
    assert found == [(CT, "both", "scu"), (MR, "scp", "default"), (VERIFICATION, "default", "scp")]


def test_extended_negotiation():
    contexts = profile((CT, (IMPLICIT,)), (MR, (IMPLICIT,))).contexts
    one = Profile(contexts, (Extended(CT, b"\1"), Extended(MR, b"\2")))
    two = Profile(contexts, (Extended(CT, b"\3"),))
    found = [(item.sop_class, item.first, item.second) for item in compare(one, two).extended]
    assert found == [(CT, b"\1", b"\3"), (MR, b"\2", None)]


@PROPERTY
@given(_contexts, _contexts, st.randoms(use_true_random=False))
def test_it_is_equal_just_when_the_contexts_are_the_same_in_any_order(first, second, source):
    one, two = profile(*first), profile(*second)
    assert compare(one, two).equal == (sorted(first) == sorted(second))
    shuffled = first[:]
    source.shuffle(shuffled)
    assert compare(one, profile(*shuffled)).equal
    there, back = differences(one, two), differences(two, one)
    assert sorted((*rest, b, a) for *rest, a, b in there) == sorted(map(tuple, back))
