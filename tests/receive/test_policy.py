"""Whom an acceptor takes, and in which contexts."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from factories import CT, CT_PROFILE, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, VERIFICATION, profile

from asprofile.negotiate.negotiation import negotiated
from asprofile.negotiate.request import AssociateAccept, AssociateRequest, ProposedContext, propose
from asprofile.net.wire import AssociateReject, encode
from asprofile.receive.options import AllowedCaller, ReceiveOptions
from asprofile.receive.policy import LIMIT_EXCEEDED, TOO_LARGE, ProfilePolicy, why_rejected
from asprofile.value import replaced

FIND = "1.2.840.10008.5.1.4.1.2.2.1"
PRIVATE = "1.2.826.0.1.3680043.9.9.9"
LATER = "1.2.840.10008.5.1.4.1.1.9999.1"
NOT_RECOGNIZED = AssociateReject(1, 1, 3)


def request(calling_ae: str = "ME") -> AssociateRequest:
    return propose(CT_PROFILE, calling_ae=calling_ae)


@pytest.mark.parametrize(
    ("allowed", "calling_ae", "peer", "taken"),
    [
        ("ME", "ME", "10.1.2.3:4000", True),
        ("ME", "YOU", "10.1.2.3:4000", False),
        ("ME", "me", "10.1.2.3:4000", False),
        ("ME@10.1.2.3", "ME", "10.1.2.3:4000", True),
        ("ME@10.1.2.3", "ME", "10.1.2.4:4000", False),
        ("ME@10.1.0.0/16", "ME", "10.1.77.4:4000", True),
        ("ME@10.1.0.0/16", "ME", "10.2.0.1:4000", False),
        ("ME@10.1.0.0/16", "ME", "[2001:db8::1]:4000", False),
        ("ME@2001:db8::/32", "ME", "[2001:db8::1]:4000", True),
        ("ME@fe80::/10", "ME", "[fe80::1%eth0]:4000", True),
    ],
)
def test_who_may_call(allowed: str, calling_ae: str, peer: str, taken: bool) -> None:
    title, _, network = allowed.partition("@")
    only = (AllowedCaller("OTHER"), AllowedCaller(title, ip_network(network) if network else None))
    answer = ProfilePolicy(CT_PROFILE, ReceiveOptions(only_from=only)).answer(request(calling_ae), peer)
    assert isinstance(answer, AssociateAccept) if taken else answer == NOT_RECOGNIZED


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"called_ae": "PACS "}, "it called the AE title PACS, which is not ours"),
        ({"called_ae": "\u00c4"}, "it called the AE title \u00c4, which is not ours"),
        ({"calling_ae": " YOU"}, "its AE title YOU may not call"),
        ({"application_context": "1.2.3"}, "its application context 1.2.3 is not DICOM's"),
        ({"protocol_version": 2}, "its protocol version is not supported"),
    ],
)
def test_a_rejection_says_whose_title_it_is_about(given: dict[str, object], why: str) -> None:
    """As we see it, who reject; what the requestor says of the same is that it is not registered with us."""
    asked = replaced(AssociateRequest("OURS", "ME", request().contexts), **given)
    options = ReceiveOptions(ae_title="OURS", only_from=(AllowedCaller("ME"),))
    answer = ProfilePolicy(CT_PROFILE, options).answer(asked, "10.1.2.3:4000")
    assert isinstance(answer, AssociateReject)
    assert why_rejected(answer, asked) == why


def test_a_rejection_by_a_limit_says_which() -> None:
    assert why_rejected(LIMIT_EXCEEDED, request()) == "as many associations as are allowed are open"
    assert "more items in all, than are allowed" in why_rejected(TOO_LARGE, request())
    other = AssociateReject(1, 1, 1)
    assert why_rejected(other, request()) == other.text


@pytest.mark.parametrize("always", [True, False])
@pytest.mark.parametrize("given", [(), ((VERIFICATION, ("1.2.840.10008.1.2.2",)),)])
def test_verification(given: tuple[tuple[str, tuple[str, ...]], ...], always: bool) -> None:
    """Always, unless it is not wanted; what the profile says of it counts."""
    contexts = tuple(
        ProposedContext(number, VERIFICATION, (syntax,))
        for number, syntax in enumerate((IMPLICIT, EXPLICIT, "1.2.840.10008.1.2.2", JPEG_LOSSLESS))
    )
    policy = ProfilePolicy(profile((CT, (IMPLICIT,)), *given), ReceiveOptions(always_verification=always))
    answer = policy.answer(AssociateRequest("YOU", "ME", contexts), "10.1.2.3:4000")
    assert isinstance(answer, AssociateAccept)
    accepted = [result.accepted for result in answer.results]
    assert accepted == ([False, False, True, False] if given else [always, always, False, False])


def test_everything_that_can_be_stored() -> None:
    """In the requestor's own order; no other service, though its UID may be unknown to us."""
    wish = profile(
        (VERIFICATION, (IMPLICIT,)),
        (CT, (JPEG_LOSSLESS, "1.2.3.4.5")),
        (CT, (EXPLICIT, IMPLICIT)),
        (MR, ("1.2.3.4.5",)),
        (PRIVATE, (IMPLICIT, EXPLICIT)),
        (LATER, (EXPLICIT,)),
        (FIND, (IMPLICIT,)),
        ("1.2.840.10008.9.9.9", (IMPLICIT,)),
    )
    asked = propose(wish)
    answer = ProfilePolicy(None, ReceiveOptions()).answer(asked, "127.0.0.1:1")
    assert isinstance(answer, AssociateAccept)
    syntaxes = [context.transfer_syntax for context in negotiated(asked, answer).contexts]
    assert syntaxes == [IMPLICIT, JPEG_LOSSLESS, EXPLICIT, "1.2.3.4.5", IMPLICIT, EXPLICIT, None, None]


def test_nothing_is_kept_from_one_request_to_the_next() -> None:
    policy = ProfilePolicy(None, ReceiveOptions())
    first = policy.answer(propose(profile((CT, (IMPLICIT, EXPLICIT)))), "127.0.0.1:1")
    second = policy.answer(propose(profile((CT, (EXPLICIT, IMPLICIT)))), "127.0.0.1:1")
    assert isinstance(first, AssociateAccept)
    assert isinstance(second, AssociateAccept)
    assert (first.results[0].transfer_syntax, second.results[0].transfer_syntax) == (IMPLICIT, EXPLICIT)


@pytest.mark.parametrize("uid", ["", "1", "1" * 64, "1" * 65, "1" * 0xFFFF])
def test_a_uid_of_any_length_is_answered_where_everything_is_accepted(uid: str) -> None:
    """A request may have UIDs that no answer can have (PS3.5 section 9.1: 1 to 64 characters)."""
    contexts = (ProposedContext(1, uid, (uid, EXPLICIT)), ProposedContext(3, CT, (uid, EXPLICIT)))
    answer = ProfilePolicy(None, ReceiveOptions()).answer(replaced(request(), contexts=contexts), "10.1.2.3:4000")
    assert isinstance(answer, AssociateAccept)
    assert [result.accepted for result in answer.results] == [1 <= len(uid) <= 64, True]
    assert encode(answer)
