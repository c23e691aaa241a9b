"""Which context carries which object."""

from __future__ import annotations

import pytest
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, profile

from asprofile.negotiate.advice import NoContext, NoContextReason, names
from asprofile.negotiate.choose import AcceptedContext, choose, plan
from asprofile.negotiate.negotiation import negotiated
from asprofile.negotiate.request import AssociateAccept, ContextResult, ProposedContext, RoleItem, propose

REQUEST = propose(profile((CT, (EXPLICIT, IMPLICIT)), (CT, (IMPLICIT,)), (MR, (EXPLICIT,))))


def joined(*results, request=REQUEST, roles=()):
    accept = AssociateAccept("A", "B", tuple(ContextResult(*result) for result in results), roles)
    return negotiated(request, accept)


def test_plan_finds_the_first_context_that_could_carry_it():
    assert plan(REQUEST, CT, IMPLICIT) == ProposedContext(1, CT, (EXPLICIT, IMPLICIT))
    assert plan(REQUEST, MR, EXPLICIT) == ProposedContext(5, MR, (EXPLICIT,))


def test_own_class_and_own_transfer_syntax_exactly():
    negotiation = joined((1, 0, EXPLICIT), (3, 0, IMPLICIT), (5, 0, EXPLICIT))
    assert choose(negotiation, CT, EXPLICIT) == AcceptedContext(1, CT, EXPLICIT)
    assert choose(negotiation, CT, IMPLICIT) == AcceptedContext(3, CT, IMPLICIT)
    assert choose(negotiation, MR, EXPLICIT) == AcceptedContext(5, MR, EXPLICIT)


@pytest.mark.parametrize(
    ("results", "sop_class", "syntax", "kind", "reason"),
    [
        ([], "1.2.3.99", EXPLICIT, NoContextReason.CLASS_NOT_PROPOSED, "does not propose"),
        ([(5, 0, EXPLICIT)], MR, JPEG_LOSSLESS, NoContextReason.SYNTAX_NOT_PROPOSED, "only with"),
        ([(5, 3, IMPLICIT)], MR, EXPLICIT, NoContextReason.REJECTED, "abstract syntax not supported"),
        ([(5, 4, IMPLICIT)], MR, EXPLICIT, NoContextReason.REJECTED, "transfer syntaxes not supported"),
        ([(5, 1, IMPLICIT)], MR, EXPLICIT, NoContextReason.REJECTED, "user rejection"),
        ([(5, 2, IMPLICIT)], MR, EXPLICIT, NoContextReason.REJECTED, "no reason given"),
        ([(5, 77, IMPLICIT)], MR, EXPLICIT, NoContextReason.REJECTED, "result 77"),
        ([], MR, EXPLICIT, NoContextReason.REJECTED, "does not mention"),
        ([(5, 0, IMPLICIT)], MR, EXPLICIT, NoContextReason.REJECTED, "was not proposed"),
        ([(5, 0, "")], MR, EXPLICIT, NoContextReason.REJECTED, "was not proposed"),
        ([(1, 0, IMPLICIT), (3, 0, IMPLICIT)], CT, EXPLICIT, NoContextReason.OTHER_SYNTAX, "the peer accepted"),
        ([(1, 4, ""), (3, 0, IMPLICIT)], CT, EXPLICIT, NoContextReason.REJECTED, "transfer syntaxes not supported"),
    ],
)
def test_why_there_is_none(results, sop_class, syntax, kind, reason):
    found = choose(joined(*results), sop_class, syntax)
    assert isinstance(found, NoContext)
    assert found.kind is kind
    assert reason in found.reason
    assert found.way_out


def test_plan_and_choose_agree_on_what_was_never_proposed():
    for key in (("1.2.3.99", EXPLICIT), (MR, JPEG_LOSSLESS)):
        assert plan(REQUEST, *key) == choose(joined(), *key)


@pytest.mark.parametrize(
    ("proposed", "granted", "usable"),
    [
        ("default", None, True),
        ("both", None, True),  # not answered: the default role (PS3.7 D.3.3.4)
        ("scp", None, True),
        ("both", (True, False), True),
        ("both", (False, True), False),
        ("both", (False, False), False),
        ("scp", (True, True), False),  # the acceptor cannot add a role
        ("default", (False, True), True),  # nor answer what was not asked
    ],
)
def test_role_must_permit_scu(proposed, granted, usable):
    request = propose(profile((CT, (IMPLICIT,)), roles={CT: proposed}))
    roles = () if granted is None else (RoleItem(CT, *granted),)
    found = choose(joined((1, 0, IMPLICIT), request=request, roles=roles), CT, IMPLICIT)
    assert isinstance(found, AcceptedContext) == usable
    if isinstance(found, NoContext):
        assert found.kind is NoContextReason.ROLE


def test_contexts_nobody_proposed_and_doubled_results():
    negotiation = joined((7, 0, EXPLICIT), (5, 0, EXPLICIT), (5, 3, EXPLICIT))
    assert [context.id for context in negotiation.contexts] == [1, 3, 5]
    assert set(negotiation.usable) == {5}


@pytest.mark.parametrize(
    ("result", "way_out"),
    [
        (1, f"ask whoever runs the peer to accept {MR} from this calling AE title"),
        (2, f"ask whoever runs the peer to accept {MR} from this calling AE title"),
        (3, f"enable storage of {MR}"),
        (4, "enable Explicit VR Little Endian for this SOP class at the peer"),
        (77, f"ask whoever runs the peer to accept {MR} from this calling AE title"),
    ],
)
def test_what_to_do_about_a_rejection(result: int, way_out: str) -> None:
    found = choose(joined((5, result, IMPLICIT)), MR, EXPLICIT)
    assert isinstance(found, NoContext)
    assert way_out in found.way_out


def test_a_message_has_six_names_at_most() -> None:
    uids = [f"1.2.3.{number}" for number in range(1, 8)]
    assert names([*uids[:6], uids[0]]) == ", ".join(uids[:6])
    assert names(uids) == ", ".join(uids[:6]) + " and 1 more"
