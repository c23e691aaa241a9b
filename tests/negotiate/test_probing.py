"""Probing acceptors that are values: it finds out exactly what they accept, and claims nothing else."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, VERIFICATION, profile
from hypothesis import given
from hypothesis import strategies as st

from asprofile.negotiate.answer import answer
from asprofile.negotiate.choose import negotiated
from asprofile.negotiate.probing import MAX_TOGETHER, Answer, Batch, Probed, Probing, pairs
from asprofile.negotiate.request import AssociateAccept, AssociateRequest, ContextResult

CLASSES = [f"1.2.3.{number}" for number in range(6)]
SYNTAXES = [f"1.2.4.{number}" for number in range(7)]
ACCEPTORS = st.dictionaries(
    st.sampled_from(CLASSES), st.lists(st.sampled_from(SYNTAXES), min_size=1, max_size=7, unique=True)
)


@dataclass
class Run:
    """A probing held with an acceptor, and the requests that it took."""

    probed: Probed
    requests: list[AssociateRequest]


def request_of(batch: Batch) -> AssociateRequest:
    return AssociateRequest("SCP", "SCU", batch.contexts)


def hold(probing: Probing, acceptor: object) -> Run:
    """``acceptor`` is a profile, or a function from a request to an answer or to None (no answer)."""
    requests = []
    while (batch := probing.next_batch()) is not None:
        requests.append(request_of(batch))
        answered = acceptor(requests[-1]) if callable(acceptor) else answer(requests[-1], acceptor)
        if answered is None:
            probing.lost(batch, "it hung up")
        else:
            probing.take(batch, negotiated(requests[-1], answered))
        assert len(requests) < 2000
    return Run(probing.result(), requests)


@given(ACCEPTORS)
def test_any_profile_is_found_out_with_its_order(accepted: dict[str, list[str]]) -> None:
    acceptor = profile(*((uid, tuple(syntaxes)) for uid, syntaxes in accepted.items()))
    run = hold(Probing(pairs(CLASSES, SYNTAXES)), acceptor)
    assert run.probed.complete
    assert {uid: list(found) for uid, found in run.probed.accepted.items()} == accepted
    assert [found.sop_class for found in run.probed.classes] == CLASSES
    for found in run.probed.classes:
        assert found.preference == ("acceptor" if len(found.accepted) > 1 else None)
        assert [uid for uid, _ in found.answers] == SYNTAXES
        assert all(answer.alone for _, answer in found.answers) == (found.sop_class in accepted)


@given(ACCEPTORS)
def test_an_acceptor_that_follows_the_requestor(accepted: dict[str, list[str]]) -> None:
    def acceptor(request: AssociateRequest) -> AssociateAccept:
        results = []
        for context in request.contexts:
            known = accepted.get(context.abstract_syntax, [])
            chosen = next((uid for uid in context.transfer_syntaxes if uid in known), None)
            results.append(ContextResult(context.id, 4 if chosen is None else 0, chosen or IMPLICIT))
        return AssociateAccept("SCP", "SCU", tuple(results))

    run = hold(Probing(pairs(CLASSES, SYNTAXES)), acceptor)
    assert {uid: set(found) for uid, found in run.probed.accepted.items()} == {
        uid: set(found) for uid, found in accepted.items()
    }
    for found in run.probed.classes:
        assert found.preference == ("requestor" if len(found.accepted) > 1 else None)


def test_every_accepted_pair_was_offered_alone_and_a_class_stands_once_in_a_request() -> None:
    acceptor = profile((CT, (EXPLICIT, IMPLICIT)), (MR, (JPEG_LOSSLESS,)))
    run = hold(Probing(pairs([CT, MR, CLASSES[0]], [IMPLICIT, EXPLICIT, JPEG_LOSSLESS])), acceptor)
    for request in run.requests:
        classes = [context.abstract_syntax for context in request.contexts]
        assert len(classes) == len(set(classes)) <= 128
        assert classes[-1] == VERIFICATION
    alone = {(c.abstract_syntax, c.transfer_syntaxes) for request in run.requests for c in request.contexts}
    for uid, syntaxes in run.probed.accepted.items():
        assert all((uid, (syntax,)) in alone for syntax in syntaxes)
    assert run.probed.accepted == {CT: (EXPLICIT, IMPLICIT), MR: (JPEG_LOSSLESS,)}


def test_a_class_that_is_refused_with_all_together_is_not_asked_for_again() -> None:
    run = hold(Probing(pairs([CT], SYNTAXES)), profile())
    assert len(run.requests) == 1
    answers = {answer for _, answer in run.probed.classes[0].answers}
    assert answers == {Answer(3, "abstract syntax not supported", alone=False)}
    assert run.probed.answer(CT, SYNTAXES[-1]) in answers
    assert run.probed.answer(MR, SYNTAXES[0]) is None


def test_an_acceptor_that_gives_the_wrong_reason() -> None:
    """Orthanc says "abstract syntax not supported" where it is the transfer syntax."""

    def acceptor(request: AssociateRequest) -> AssociateAccept:
        results = (
            ContextResult(context.id, 0 if last in context.transfer_syntaxes else 3, last)
            for context in request.contexts
        )
        return AssociateAccept("SCP", "SCU", tuple(results))

    last = SYNTAXES[-1]
    run = hold(Probing(pairs(CLASSES, SYNTAXES)), acceptor)
    assert run.probed.accepted == dict.fromkeys(CLASSES, (last,))


def test_requests_of_moderate_size() -> None:
    classes = [f"1.2.3.{number}" for number in range(50)]
    syntaxes = [f"1.2.4.{number}" for number in range(60)]
    run = hold(Probing(pairs(classes, syntaxes)), profile((classes[0], (syntaxes[0],))))
    sizes = [sum(len(context.transfer_syntaxes) for context in request.contexts) for request in run.requests]
    assert max(sizes) <= 1025
    assert len(run.requests) < 3 + 60
    assert run.probed.accepted == {classes[0]: (syntaxes[0],)}


def test_many_classes_take_several_requests() -> None:
    classes = [f"1.2.3.{number}" for number in range(300)]
    run = hold(Probing(pairs(classes, SYNTAXES[:1])), profile(*((uid, (SYNTAXES[0],)) for uid in classes)))
    assert [len(request.contexts) for request in run.requests] == [128, 128, 47]
    assert len(run.probed.accepted) == 300


def test_verification_itself() -> None:
    run = hold(Probing(pairs([VERIFICATION], [IMPLICIT])), profile((VERIFICATION, (IMPLICIT,))))
    assert [len(request.contexts) for request in run.requests] == [1]
    assert run.probed.accepted == {VERIFICATION: (IMPLICIT,)}
    run = hold(Probing(pairs([VERIFICATION], [EXPLICIT])), profile((VERIFICATION, (IMPLICIT,))))
    assert [len(request.contexts) for request in run.requests] == [2]
    assert run.probed.accepted == {}


def test_an_order_of_more_than_can_be_offered_together() -> None:
    syntaxes = [f"1.2.4.{number}" for number in range(MAX_TOGETHER + 20)]
    wanted = tuple(syntaxes[30:] + syntaxes[:30])
    run = hold(Probing(pairs([CT], syntaxes)), profile((CT, wanted)))
    assert run.probed.accepted == {CT: wanted}
    assert max(len(context.transfer_syntaxes) for request in run.requests for context in request.contexts) <= 48


@pytest.mark.parametrize("guilty", [(CLASSES[2], SYNTAXES[3]), (CLASSES[0], SYNTAXES[0])])
def test_a_pair_that_ends_the_association_is_found_by_halves(guilty: tuple[str, str]) -> None:
    accepted = profile(*((uid, tuple(SYNTAXES)) for uid in CLASSES))

    def acceptor(request: AssociateRequest) -> AssociateAccept | None:
        uid, syntax = guilty
        guilty_ones = (c for c in request.contexts if c.abstract_syntax == uid and syntax in c.transfer_syntaxes)
        return None if any(guilty_ones) else answer(request, accepted)

    run = hold(Probing(pairs(CLASSES, SYNTAXES), order=False), acceptor)
    assert run.probed.complete
    assert run.probed.answer(*guilty) == Answer(None, "no answer: it hung up")
    assert sum(len(found) for found in run.probed.accepted.values()) == len(CLASSES) * len(SYNTAXES) - 1


def test_a_peer_that_never_answers() -> None:
    run = hold(Probing(pairs(CLASSES, SYNTAXES[:2])), lambda _: None)
    assert run.probed.accepted == {}
    assert all(answer.result is None for found in run.probed.classes for _, answer in found.answers)


def test_what_is_no_acceptance() -> None:
    """A transfer syntax that was not offered, a context that is not mentioned, a result of no table."""

    def acceptor(request: AssociateRequest) -> AssociateAccept:
        results = [
            ContextResult(context.id, *said[context.abstract_syntax])
            for context in request.contexts
            if context.abstract_syntax in said
        ]
        return AssociateAccept("SCP", "SCU", (*results, ContextResult(255, 0, IMPLICIT)))

    said = {CT: (0, EXPLICIT), MR: (9, IMPLICIT)}
    probed = hold(Probing(pairs([CT, MR, CLASSES[0]], [IMPLICIT])), acceptor).probed
    assert probed.accepted == {}
    assert [found.answers[0][1].reason for found in probed.classes] == [
        "accepted with a transfer syntax that was not proposed, against PS3.8",
        "result 9",
        "the answer does not mention it",
    ]


def test_an_order_that_makes_no_sense() -> None:
    """Each is accepted alone, but not the two of them."""

    def acceptor(request: AssociateRequest) -> AssociateAccept:
        results = []
        for context in request.contexts:
            good = [uid for uid in context.transfer_syntaxes if uid in (IMPLICIT, EXPLICIT)]
            accepted = good and len(context.transfer_syntaxes) != 2
            results.append(ContextResult(context.id, 0 if accepted else 1, good[0] if good else IMPLICIT))
        return AssociateAccept("SCP", "SCU", tuple(results))

    probed = hold(Probing(pairs([CT], [IMPLICIT, EXPLICIT, JPEG_LOSSLESS])), acceptor).probed
    assert (probed.accepted, probed.classes[0].preference) == ({CT: (IMPLICIT, EXPLICIT)}, None)
    assert probed.complete


def test_what_is_known_before_the_end() -> None:
    probing = Probing(pairs([CT, MR], [IMPLICIT, EXPLICIT]))
    batch = probing.next_batch()
    assert batch is not None
    request = request_of(batch)
    probing.take(batch, negotiated(request, answer(request, profile((CT, (IMPLICIT,))))))
    probed = probing.result()
    assert (probed.complete, probed.accepted, probing.left) == (False, {}, 2)
    assert probed.answer(MR, IMPLICIT) == Answer(3, "abstract syntax not supported", alone=False)
    assert probed.answer(CT, IMPLICIT) is None
