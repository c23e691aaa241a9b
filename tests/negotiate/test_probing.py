"""Probing an acceptor gives what it accepts, whatever habits it has; what it does not answer is never claimed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, VERIFICATION, Extended, Profile, profile
from hypothesis import given
from hypothesis import strategies as st

from asprofile.negotiate.answer import answer
from asprofile.negotiate.negotiation import negotiated
from asprofile.negotiate.probing import LIST, NOT_MENTIONED, NOT_PROPOSED, Acceptance, Preference, Probing
from asprofile.negotiate.request import AssociateAccept, AssociateRequest, ContextResult, check, encoded_size
from asprofile.value import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Acceptor = Callable[[AssociateRequest], AssociateAccept]

CLASSES = [VERIFICATION, CT, MR, *(f"1.2.3.{number}" for number in range(5))]
SYNTAXES = [IMPLICIT, EXPLICIT, JPEG_LOSSLESS, *(f"1.2.9.{number}" for number in range(20))]
PAIRS = [(uid, syntax) for uid in CLASSES for syntax in SYNTAXES]

accepted_pairs = st.dictionaries(
    st.sampled_from(CLASSES), st.lists(st.sampled_from(SYNTAXES), min_size=1, max_size=6, unique=True)
)


class Lost(Exception):
    """No answer."""


class Rejected(Exception):
    """An A-ASSOCIATE-RJ."""


def converse(acceptor: Acceptor, pairs: Iterable[tuple[str, str]] = PAIRS, **options: bool) -> tuple[Acceptance, int]:
    """What is found out, and with how many requests."""
    probing, requests = Probing(pairs, **options), 0
    while not probing.hopeless and (contexts := probing.next()) is not None:
        request = AssociateRequest("THEM", "US", contexts)
        check(request)
        requests += 1
        assert requests < 2000, "it does not end"
        try:
            probing.answered(negotiated(request, acceptor(request)))
        except Lost:
            probing.lost("gone")
        except Rejected:
            probing.rejected("rejected")
    return probing.acceptance(), requests


def of(accepted: dict[str, list[str]]) -> Profile:
    return profile(*((uid, tuple(syntaxes)) for uid, syntaxes in accepted.items()))


def like_dcmtk(accepted: dict[str, list[str]]) -> Acceptor:
    return lambda request: answer(request, of(accepted))


def once_a_class(accepted: dict[str, list[str]], *, silent: bool) -> Acceptor:
    """Takes a SOP class once in an association; refuses its other contexts, or says nothing of them."""

    def acceptor(request: AssociateRequest) -> AssociateAccept:
        given, seen, results = answer(request, of(accepted)), set(), []
        for context, result in zip(request.contexts, given.results, strict=True):
            if context.abstract_syntax not in seen:
                results.append(result)
            elif not silent:
                results.append(ContextResult(context.id, 1, IMPLICIT))
            seen.add(context.abstract_syntax)
        return replaced(given, results=tuple(results))

    return acceptor


def only_some(accepted: dict[str, list[str]], most: int) -> Acceptor:
    """Answers the first contexts only."""

    def acceptor(request: AssociateRequest) -> AssociateAccept:
        given = answer(request, of(accepted))
        return replaced(given, results=given.results[:most])

    return acceptor


def no_more_than(accepted: dict[str, list[str]], most: int) -> Acceptor:
    """Aborts where there are more contexts."""

    def acceptor(request: AssociateRequest) -> AssociateAccept:
        if len(request.contexts) > most:
            raise Lost
        return answer(request, of(accepted))

    return acceptor


def all_or_something(accepted: dict[str, list[str]]) -> Acceptor:
    """Rejects an association of which it accepts nothing."""

    def acceptor(request: AssociateRequest) -> AssociateAccept:
        given = answer(request, of(accepted))
        if not any(result.accepted for result in given.results):
            raise Rejected
        return given

    return acceptor


def as_proposed(accepted: dict[str, list[str]], first: str = "") -> Acceptor:
    """Takes ``first`` where it is proposed, else the transfer syntax that is proposed first."""

    def acceptor(request: AssociateRequest) -> AssociateAccept:
        results = []
        for context in request.contexts:
            known = accepted.get(context.abstract_syntax, ())
            fitting = sorted((u for u in context.transfer_syntaxes if u in known), key=lambda uid: uid != first)
            results.append(ContextResult(context.id, 0 if fitting else 4, fitting[0] if fitting else IMPLICIT))
        return AssociateAccept("THEM", "US", tuple(results))

    return acceptor


@given(accepted_pairs)
def test_an_acceptor_with_a_profile(accepted):
    found, _ = converse(like_dcmtk(accepted))
    assert found.complete
    assert not found.depends
    assert found.accepted == {uid: tuple(accepted[uid]) for uid in CLASSES if uid in accepted}
    for preference in found.preferences:
        assert preference == Preference(preference.sop_class, tuple(accepted[preference.sop_class]))
    results = {(one.sop_class, one.transfer_syntax): one.result for one in found.answers}
    assert list(results) == PAIRS
    for uid, syntax in PAIRS:
        assert results[uid, syntax] == (3 if uid not in accepted else 4 if syntax not in accepted[uid] else 0)


@given(accepted_pairs, st.booleans())
def test_one_that_takes_a_class_once(accepted, silent):
    found, _ = converse(once_a_class(accepted, silent=silent), order=False)
    assert found.complete
    assert {uid: set(syntaxes) for uid, syntaxes in found.accepted.items()} == {
        uid: set(syntaxes) for uid, syntaxes in accepted.items()
    }


@given(accepted_pairs, st.integers(1, 130), st.sampled_from([only_some, no_more_than]))
def test_one_with_room_for_few_contexts(accepted, most, habit):
    found, _ = converse(habit(accepted, most))
    assert found.complete
    assert found.accepted == converse(like_dcmtk(accepted))[0].accepted


@given(accepted_pairs.filter(bool))
def test_one_that_rejects_what_it_accepts_nothing_of(accepted):
    found, _ = converse(all_or_something(accepted))
    assert found.complete
    assert found.accepted == converse(like_dcmtk(accepted))[0].accepted


def test_one_that_rejects_everything():
    found, requests = converse(all_or_something({}))
    assert found.accepted == {}
    assert {one.state for one in found.answers} <= {"unanswered"}
    assert not found.complete
    assert requests < 40


@given(accepted_pairs, st.sampled_from(CLASSES[1:]))
def test_a_class_that_it_dies_of(accepted, poison):
    """Everything else is found out; of this nothing is claimed."""

    def acceptor(request: AssociateRequest) -> AssociateAccept:
        if any(context.abstract_syntax == poison for context in request.contexts):
            raise Lost
        return answer(request, of(accepted))

    accepted.pop(poison, None)
    few = [pair for pair in PAIRS if pair[1] in SYNTAXES[:3]]
    found, _ = converse(acceptor, few)
    without = {uid: [one for one in syntaxes if one in SYNTAXES[:3]] for uid, syntaxes in accepted.items()}
    assert {uid: set(one) for uid, one in found.accepted.items()} == {u: set(one) for u, one in without.items() if one}
    for one in found.answers:
        assert (one.state == "unanswered") == (one.sop_class == poison)
        if one.state == "unanswered":
            assert one.reason == "gone"


def test_nobody_answers():
    def acceptor(request: AssociateRequest) -> AssociateAccept:
        raise Lost

    found, requests = converse(acceptor)
    assert found.accepted == {}
    assert all(one.state == "unanswered" for one in found.answers)
    assert requests < 20


# --- Answers that are none --------------------------------------------------------------------------------------------


def with_results(*results: tuple[int, str] | None) -> Acceptor:
    """The same answers for every context, in turn."""

    def acceptor(request: AssociateRequest) -> AssociateAccept:
        chosen = [results[place % len(results)] for place in range(len(request.contexts))]
        pairs = zip(request.contexts, chosen, strict=True)
        return AssociateAccept("THEM", "US", tuple(ContextResult(c.id, *one) for c, one in pairs if one is not None))

    return acceptor


@pytest.mark.parametrize(
    ("result", "state", "reason"),
    [
        ((0, "1.9.9"), "unanswered", NOT_PROPOSED),
        ((0, ""), "unanswered", NOT_PROPOSED),
        (None, "unanswered", NOT_MENTIONED),
        ((1, IMPLICIT), "refused", "user rejection (its application does not want it)"),
        ((2, IMPLICIT), "refused", "no reason given (provider rejection)"),
        ((4, EXPLICIT), "refused", "transfer syntaxes not supported"),
        ((77, IMPLICIT), "refused", "result 77, which PS3.8 does not define"),
    ],
)
def test_what_counts(result, state, reason):
    found, _ = converse(with_results(result), [(CT, EXPLICIT), (MR, EXPLICIT)])
    assert [(one.state, one.reason) for one in found.answers] == [(state, reason)] * 2
    assert found.accepted == {}


def test_a_context_that_was_not_proposed_is_not_believed():
    def acceptor(request: AssociateRequest) -> AssociateAccept:
        results = [ContextResult(context.id, 3, "") for context in request.contexts]
        return AssociateAccept("THEM", "US", (*results, ContextResult(255, 0, IMPLICIT), ContextResult(2, 0, IMPLICIT)))

    found, _ = converse(acceptor, [(CT, EXPLICIT)])
    assert [one.result for one in found.answers] == [3]


def test_before_anything_is_asked_nothing_is_known():
    probing = Probing(PAIRS)
    assert probing.left == len(PAIRS)
    found = probing.acceptance()
    assert (found.answers, found.complete, found.accepted) == ((), False, {})


def test_of_a_class_that_is_refused_in_some_lists_each_pair_is_asked():
    """ "Not supported" for one list says nothing of the next."""

    def acceptor(request: AssociateRequest) -> AssociateAccept:
        last = SYNTAXES[-1]
        results = [
            ContextResult(c.id, 0, last) if last in c.transfer_syntaxes else ContextResult(c.id, 3, IMPLICIT)
            for c in request.contexts
        ]
        return AssociateAccept("THEM", "US", tuple(results))

    found, _ = converse(acceptor, [(CT, uid) for uid in SYNTAXES])
    assert found.accepted == {CT: (SYNTAXES[-1],)}
    assert found.complete


# --- Order ------------------------------------------------------------------------------------------------------------


@given(st.lists(st.sampled_from(SYNTAXES), min_size=2, max_size=6, unique=True), st.booleans())
def test_whose_order(syntaxes, one_first):
    first = syntaxes[-1] if one_first else ""
    found, _ = converse(as_proposed({CT: syntaxes}, first), [(CT, uid) for uid in SYNTAXES])
    (preference,) = found.preferences
    if not one_first:
        assert (preference.ranked, set(preference.proposed)) == ((), set(syntaxes))
    elif len(syntaxes) == 2:
        assert preference.ranked == (syntaxes[1], syntaxes[0])
    else:
        assert (preference.ranked, set(preference.proposed)) == ((first,), set(syntaxes[:-1]))
    assert preference.unclear == ()


def test_an_order_that_is_not_clear():
    """It takes the second of three, whatever they are."""

    def acceptor(request: AssociateRequest) -> AssociateAccept:
        given = [(c.id, c.transfer_syntaxes[len(c.transfer_syntaxes) // 2 - (c.id % 4 == 3)]) for c in request.contexts]
        return AssociateAccept("THEM", "US", tuple(ContextResult(number, 0, uid) for number, uid in given))

    found, _ = converse(acceptor, [(CT, uid) for uid in SYNTAXES[:4]])
    (preference,) = found.preferences
    assert preference.unclear


def test_no_order_is_asked_of_one_or_if_not_wanted():
    assert converse(like_dcmtk({CT: [IMPLICIT]}))[0].preferences == ()
    assert converse(like_dcmtk({CT: [IMPLICIT, EXPLICIT]}), order=False)[0].preferences == ()


# --- Manners ----------------------------------------------------------------------------------------------------------


def test_requests_are_few_and_of_a_sensible_size():
    from asprofile.names import sop_classes, transfer_syntaxes

    classes = [one.uid for one in sop_classes.storage_sop_classes()]
    syntaxes = [one.uid for one in transfer_syntaxes.transfer_syntaxes()]
    sizes: list[int] = []
    longest: list[int] = []

    def acceptor(request: AssociateRequest) -> AssociateAccept:
        sizes.append(encoded_size(request))
        longest.append(max(len(context.transfer_syntaxes) for context in request.contexts))
        return answer(request, of({CT: syntaxes[:6], MR: syntaxes[5:9]}))

    found, requests = converse(acceptor, [(uid, syntax) for uid in classes for syntax in syntaxes])
    assert found.complete
    assert max(sizes) < 0x10000
    assert max(longest) <= LIST
    assert requests < 30


def test_extended_negotiation_that_nobody_asked_for_is_noted():
    acceptor = Profile(of({CT: [IMPLICIT]}).contexts, (Extended(CT, b"\1\2"),))
    found, _ = converse(lambda request: answer(request, acceptor), [(CT, IMPLICIT)])
    assert [(item.sop_class, item.data) for item in found.extended] == [(CT, b"\1\2")]
