"""The outcome of a negotiation, context by context, with words."""

from __future__ import annotations

import pytest
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, VERIFICATION, Extended, Profile, profile

from asprofile.errors import ProposalError
from asprofile.names.releases import RELEASES
from asprofile.negotiate.simulate import simulate


def outcomes(requestor, acceptor):
    return simulate(requestor, acceptor).outcomes


def test_the_acceptor_prefers_the_first_of_its_own():
    both = profile((CT, (EXPLICIT, IMPLICIT)))
    found = outcomes(both, profile((CT, (JPEG_LOSSLESS, IMPLICIT, EXPLICIT))))[0]
    assert found.accepted
    assert found.context.transfer_syntax == IMPLICIT
    assert found.reason == ""


def test_each_context_of_a_class_is_answered():
    found = outcomes(profile((CT, (EXPLICIT,)), (CT, (IMPLICIT,))), profile((CT, (IMPLICIT,))))
    assert [one.accepted for one in found] == [False, True]
    assert [one.context.id for one in found] == [1, 3]


def test_reasons_of_refusal():
    requestor = profile((MR, (IMPLICIT,)), (CT, (EXPLICIT,)), (VERIFICATION, (IMPLICIT,)))
    acceptor = profile((CT, (IMPLICIT, JPEG_LOSSLESS)), (VERIFICATION, (IMPLICIT,)), roles={VERIFICATION: "scp"})
    found = outcomes(requestor, acceptor)
    assert [one.context.result for one in found] == [3, 4, 2]
    assert [one.reason for one in found] == [
        "the acceptor has no context for this SOP class",
        "the acceptor takes it only with Implicit VR Little Endian, JPEG Lossless (Process 14, Selection Value 1)",
        "the acceptor takes it only with the role SCP for the requestor, which proposes no role",
    ]


@pytest.mark.parametrize(
    ("proposed", "accepted", "scu", "scp", "reason"),
    [
        ("default", "default", True, False, ""),
        (
            "both",
            "default",
            True,
            False,
            "role SCP was asked for and not granted, the answer does not mention roles: "
            "C-GET brings nothing of it (PS3.4 C.5.3)",
        ),
        ("default", "both", True, False, ""),
        ("both", "both", True, True, ""),
        ("scp", "both", False, True, "not for sending: the requestor is SCP here"),
        ("both", "scp", False, True, "role SCU was asked for and not granted: nothing can be sent in it"),
        ("scu", "both", True, False, ""),
        ("scu", "scp", False, False, "role SCU was asked for and not granted: nothing can be sent in it"),
        (
            "scp",
            "scu",
            False,
            False,
            "role SCP was asked for and not granted: C-GET brings nothing of it (PS3.4 C.5.3)",
        ),
    ],
)
def test_roles(proposed, accepted, scu, scp, reason):
    requestor = profile((CT, (IMPLICIT,)), roles={CT: proposed})
    found = outcomes(requestor, profile((CT, (IMPLICIT,)), roles={CT: accepted}))[0]
    assert found.accepted
    assert (found.role, found.context.scu, found.context.scp) == (proposed, scu, scp)
    assert found.reason == reason
    assert bool(found.role_failure) == reason.startswith("role ")


def test_extended_negotiation_is_the_acceptors():
    requestor = Profile(profile((CT, (IMPLICIT,)), (MR, (EXPLICIT,))).contexts, (Extended(CT, b"\1"),))
    acceptor = Profile(
        profile((CT, (IMPLICIT,)), (MR, (IMPLICIT,))).contexts, (Extended(MR, b"\2"), Extended(CT, b"\3"))
    )
    assert [(item.sop_class, item.data) for item in simulate(requestor, acceptor).extended] == [(CT, b"\3")]


def test_what_cannot_be_proposed():
    with pytest.raises(ProposalError, match="129 presentation contexts"):
        simulate(profile(*[(CT, (IMPLICIT,))] * 129), profile((CT, (IMPLICIT,))))
    many = tuple(f"1.2.{number}" for number in range(129))
    with pytest.raises(ProposalError, match=r"an acceptor of DCMTK 3\.7\.0 takes 128, and gives no answer"):
        simulate(profile((CT, many)), profile((CT, (IMPLICIT,))))


def test_many_transfer_syntaxes_in_words():
    many = tuple(f"1.2.{number}" for number in range(9))
    assert outcomes(profile((CT, (IMPLICIT,))), profile((CT, many)))[0].reason.endswith("1.2.5 and 3 more")


def test_dcmrecv_rejects_an_association_without_a_context():
    requestor, acceptor = profile((CT, (IMPLICIT,))), profile((MR, (IMPLICIT,)))
    assert not simulate(requestor, acceptor).rejected
    assert simulate(requestor, acceptor, program="dcmrecv").rejected
    assert not simulate(requestor, profile((CT, (IMPLICIT,))), program="dcmrecv").rejected


def test_the_oldest_release_takes_a_requestor_without_the_role_that_it_wants():
    requestor, acceptor = profile((CT, (IMPLICIT,))), profile((CT, (IMPLICIT,)), roles={CT: "scp"})
    accepted = {release: simulate(requestor, acceptor, release).outcomes[0].accepted for release in RELEASES}
    assert [release for release, taken in accepted.items() if taken] == ["3.6.0"]
