"""Whatever is asked for: a file that is as promised, or an error that says what to do."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from asprofile.edit.fmt import Formatted, format_document
from asprofile.errors import ProposalError
from asprofile.generate import (
    Arrangement,
    ProfileRequest,
    arrange,
    completed,
    from_acceptance,
    from_name,
    from_objects,
    from_recipe,
    header,
    permitted,
)
from asprofile.generate.finish import made
from asprofile.generate.recipes import recipes
from asprofile.generate.wish import Impossible
from asprofile.generate.words import UnknownWord, abstract_syntax, syntaxes
from asprofile.lint.run import LintOptions, lint
from asprofile.model.config import Profile
from asprofile.model.document import read
from asprofile.model.loader import Loading
from asprofile.names import fit, private, registry, transfer_syntaxes, uids
from asprofile.names.releases import LATEST, RELEASES, at_least
from asprofile.text import Source

STANDARD = [uid for uid in registry.every_uid() if uids.describe(uid)]
PRIVATE = [one.uid for one in private.private_sop_classes()]
SYNTAXES = [one.uid for one in transfer_syntaxes.transfer_syntaxes()]
UNKNOWN = ["1.2.3.4.5", "2.25.1"]

# Each example lints and loads a file many times; HYPOTHESIS_PROFILE=explore looks further.
few = settings(max_examples=settings.default.max_examples // 4, suppress_health_check=[HealthCheck.too_slow])

sop_classes = st.sampled_from(STANDARD + PRIVATE + UNKNOWN)
# The common ones often, so that there is something to go wrong.
transfer_syntax = st.sampled_from(SYNTAXES[2:20]) | st.sampled_from(SYNTAXES + UNKNOWN)
orders = st.builds(
    Arrangement,
    st.just("Test"),
    st.sampled_from(["requestor", "acceptor"]),
    st.none() | st.sampled_from(RELEASES),
    split=st.booleans(),
    combine=st.booleans(),
    required_only=st.booleans(),
)


def check(requests: tuple[ProfileRequest, ...], order: Arrangement, reason: str = "") -> list[Profile]:
    """Everything that is promised of a file, looked at from outside; the profiles as the newest release loads them."""
    result = made(requests, header(requests, ["A test."]), reason)
    data = result.text.encode("ascii")
    left = {one.code for one in result.left}
    assert left == {one.code for one in result.left if one.severity == "error"}
    document = read(data)
    assert format_document(document) == Formatted(data)
    oldest = requests[0].oldest
    assert order.release in (None, oldest)
    for release in (oldest, LATEST):
        findings = lint(Source(data, "x.cfg"), LintOptions(release=release, role=order.role)).findings
        assert [one.message for one in findings if one.severity != "info" and one.code not in left] == []
    for release in RELEASES:
        if at_least(release, oldest):
            assert Loading(document, release, order.role).problems == []
    config = Loading(document, LATEST, order.role).config
    profiles = [config.use(request.name) for request in requests]
    limited = order.role == "requestor" or not at_least(oldest, "3.6.8")
    for profile in profiles:
        listed = [one.abstract_syntax for one in profile.contexts]
        if limited:
            assert len(listed) <= 128
        if order.role != "requestor":
            assert len(set(listed)) == len(listed)
    return profiles


@few
@given(
    st.lists(st.sampled_from(recipes()), max_size=3, unique=True),
    st.lists(sop_classes, max_size=4, unique=True),
    st.lists(transfer_syntax, max_size=4, unique=True),
    orders,
)
def test_recipes_and_names(chosen: list, classes: list[str], wanted: list[str], order: Arrangement) -> None:  # type: ignore[type-arg]
    try:
        named = syntaxes(wanted)
        wishes = [wish for one in chosen for wish in from_recipe(one, named)]
        wishes += [from_name(abstract_syntax(uid), named) for uid in classes]
        wishes = list(completed(wishes, acceptor=order.role == "acceptor", with_classes=True))
        requests = arrange(wishes, order)
    except (UnknownWord, Impossible) as error:
        assert str(error)
        return
    except ProposalError as error:
        assert any(words in str(error) for words in ("--split", "nothing to offer", "make a profile for each"))
        assert not (order.split and "--split" in str(error))
        return
    for profile in check(requests, order, "asked for by name" if classes or wanted else ""):
        for context in profile.contexts:
            for uid in context.transfer_syntaxes:
                verdict = fit.judge(context.abstract_syntax, uid)
                assert not verdict.useless
                assert permitted(context.abstract_syntax, uid)


@few
@given(st.dictionaries(st.tuples(sop_classes, transfer_syntax), st.integers(1, 10**6), min_size=1, max_size=12), orders)
def test_objects(counts: dict[tuple[str, str], int], order: Arrangement) -> None:
    wishes = completed(from_objects(counts), acceptor=order.role == "acceptor", with_classes=False)
    profiles = check(arrange(wishes, order), order, "there are such objects")
    offered = {
        (context.abstract_syntax, uid)
        for profile in profiles
        for context in profile.contexts
        for uid in context.transfer_syntaxes
    }
    assert set(counts) <= offered
    if order.role == "requestor" and not order.combine:
        alone = {
            (context.abstract_syntax, context.transfer_syntaxes) for profile in profiles for context in profile.contexts
        }
        assert {(sop_class, (uid,)) for sop_class, uid in counts if uids.describe(sop_class)} - alone == {
            (sop_class, (uid,))
            for sop_class, uid in counts
            if (info := uids.describe(sop_class)) and info.kind != "storage" and (sop_class, (uid,)) not in alone
        }


@few
@given(st.lists(st.tuples(sop_classes, st.lists(transfer_syntax, max_size=5)), min_size=1, max_size=8), orders)
def test_what_a_peer_accepts(accepted: list[tuple[str, list[str]]], order: Arrangement) -> None:
    wishes = from_acceptance(accepted)
    if not wishes:
        assert not any(found for _, found in accepted)
        return
    profiles = check(arrange(wishes, order), order, "accepted by the peer")
    offered = {
        (context.abstract_syntax, uid)
        for profile in profiles
        for context in profile.contexts
        for uid in context.transfer_syntaxes
        if context.abstract_syntax != "1.2.840.10008.1.1"
    }
    wanted = {(uid, one) for uid, found in accepted for one in found if uid != "1.2.840.10008.1.1"}
    assert offered == wanted
