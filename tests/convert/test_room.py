"""Room for 128 contexts: what ``--split`` and ``--combine`` make of profiles of any size, for either role."""

from __future__ import annotations

import pytest
from factories import CT, EXPLICIT, IMPLICIT, JPEG_LOSSLESS, MR, VERIFICATION
from hypothesis import given, settings
from hypothesis import strategies as st

from asprofile.convert import ConversionTarget, Exchange, ExchangeContext, ExchangeProfile, Extended
from asprofile.convert.profiles import write
from asprofile.convert.room import check, combined, fitted, is_limited, split
from asprofile.errors import ProposalError
from asprofile.model.loader import load
from asprofile.model.words import AssociationRole
from asprofile.names.releases import LATEST
from asprofile.names.sop_classes import storage_sop_classes

GET = "1.2.840.10008.5.1.4.1.2.2.3"
CLASSES = [one.uid for one in storage_sop_classes()][:60]
SYNTAXES = (IMPLICIT, EXPLICIT, "1.2.840.10008.1.2.4.50", JPEG_LOSSLESS, "1.2.840.10008.1.2.4.90")


def large(classes: int = 40, role: str = "default") -> ExchangeProfile:
    contexts = tuple(
        ExchangeContext(uid, (syntax,), "", role)  # type: ignore[arg-type]
        for uid in CLASSES[:classes]
        for syntax in SYNTAXES
    )
    return ExchangeProfile("Large", contexts)


def pairs(*profiles: ExchangeProfile) -> set[tuple[str, str]]:
    return {(one.abstract_syntax, uid) for two in profiles for one in two.contexts for uid in one.transfer_syntaxes}


def test_split_and_every_part_loads() -> None:
    exchange = fitted(Exchange("requestor", (large(),)), None, is_split=True, is_combined=False)
    assert [one.name for one in exchange.profiles] == ["Large-1", "Large-2"]
    assert pairs(*exchange.profiles) == pairs(large())
    assert sum(len(one.contexts) for one in exchange.profiles) == 200
    shared = {one.abstract_syntax for one in exchange.profiles[0].contexts} & {
        one.abstract_syntax for one in exchange.profiles[1].contexts
    }
    assert not shared
    text = write(exchange, ConversionTarget()).text
    for release in ("3.6.0", "3.6.7", "3.7.0"):
        config = load(text.encode(), release, "requestor")
        assert [len(config.use(name).contexts) for name in ("large-1", "large-2")] == [
            len(one.contexts) for one in exchange.profiles
        ]


def test_combine_takes_no_more_than_it_needs() -> None:
    found = combined(large(), "requestor")
    assert len(found.contexts) == 120
    assert pairs(found) == pairs(large())
    three = ExchangeProfile(
        "X", tuple(ExchangeContext(CT, (syntax,)) for syntax in (IMPLICIT, JPEG_LOSSLESS, EXPLICIT))
    )
    few = combined(three, "requestor")
    assert [one.transfer_syntaxes for one in few.contexts] == [(EXPLICIT, IMPLICIT), (JPEG_LOSSLESS,)]


def test_an_acceptor_has_each_class_once() -> None:
    found = combined(large(), "acceptor")
    assert [one.abstract_syntax for one in found.contexts] == CLASSES[:40]
    assert pairs(found) == pairs(large())
    write(Exchange("acceptor", (found,)), ConversionTarget())


def test_what_each_part_needs_is_in_each() -> None:
    """An association that fetches has the class for it; an acceptor answers an echo."""
    fetching = ExchangeProfile(
        "Get",
        (ExchangeContext(VERIFICATION, (IMPLICIT,)), *large(30, "scp").contexts, ExchangeContext(GET, (IMPLICIT,))),
        (Extended(GET, b"\1"), Extended(CLASSES[0], b"\3\0\0\0\0\0")),
    )
    for part in split(fetching, "requestor"):
        assert {VERIFICATION, GET} < {one.abstract_syntax for one in part.contexts}
        assert len(part.contexts) <= 128
        assert part.extended[0] == Extended(GET, b"\1")
        assert set(part.roles.values()) == {"scp"}
    assert [len(one.extended) for one in split(fetching, "requestor")] == [2, 1]


@pytest.mark.parametrize(
    ("role", "release", "limited"),
    [("requestor", None, True), ("requestor", "3.7.0", True), ("acceptor", None, False), ("acceptor", "3.6.7", True)],
)
def test_who_is_limited(role: AssociationRole, release: str | None, limited: bool) -> None:
    assert is_limited(role, release or LATEST) is limited
    contexts = tuple(ExchangeContext(f"1.2.3.{number}", (IMPLICIT,)) for number in range(300))
    exchange = Exchange(role, (ExchangeProfile("Many", contexts),))
    assert len(fitted(exchange, release, is_split=True, is_combined=False).profiles) == (3 if limited else 1)
    if not limited:
        check(exchange.profiles[0], role, release)
        return
    with pytest.raises(ProposalError, match="split makes 3 profiles of at most 128") as error:
        check(exchange.profiles[0], role, release, several=True)
    assert ("release='3.6.8'" in str(error.value)) is (role == "acceptor")
    assert "combine" not in str(error.value)  # there is nothing to combine


@settings(max_examples=60)
@given(
    st.lists(
        st.builds(
            ExchangeContext,
            st.sampled_from([*CLASSES, "1.2.3.4", VERIFICATION, GET]),
            st.lists(st.sampled_from([*SYNTAXES, "1.2.3"]), min_size=1, max_size=3, unique=True).map(tuple),
            st.sampled_from(["", "Label"]),
        ),
        min_size=1,
        max_size=30,
    ),
    st.integers(1, 12),
    st.sampled_from(["requestor", "acceptor"]),
)
def test_nothing_is_lost_and_nothing_gained(contexts: list[ExchangeContext], times: int, role: AssociationRole) -> None:
    profile = ExchangeProfile("X", tuple(contexts) * times)
    parts = split(profile, role)
    assert all(len(one.contexts) <= 128 for one in parts)
    assert pairs(*parts) == pairs(profile)
    fewer = combined(profile, role)
    assert len(fewer.contexts) <= len(profile.contexts)
    assert pairs(fewer) == pairs(profile)
    if role != "requestor":
        assert combined(fewer, role) == fewer


def test_a_class_of_more_contexts_than_there_is_room_for() -> None:
    contexts = tuple(ExchangeContext(MR, (f"1.2.3.{number}",)) for number in range(300))
    parts = split(ExchangeProfile("X", contexts), "requestor")
    assert [len(one.contexts) for one in parts] == [128, 128, 44]
