from __future__ import annotations

import pytest

from asprofile.lint import profiles
from asprofile.lint.hit import Hit
from asprofile.lint.subject import Subject
from asprofile.model.words import AssociationRole
from asprofile.names.releases import LATEST
from asprofile.text import Source, Span

CT, MR, GET = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4", "1.2.840.10008.5.1.4.1.2.2.3"
UNCOMPRESSED = ("1.2.840.10008.1.2.1", "1.2.840.10008.1.2")
# Five families: uncompressed, JPEG, JPEG-LS, JPEG 2000, RLE.
EVERYTHING = (*UNCOMPRESSED, *(f"1.2.840.10008.1.2.{last}" for last in ("4.50", "4.80", "4.90", "5")))


def subject(
    classes: list[str], syntaxes: tuple[str, ...] = UNCOMPRESSED, role: AssociationRole | None = None, more: str = ""
) -> Subject:
    text = "[[TransferSyntaxes]]\n[T]\n"
    text += "".join(f"TransferSyntax{n} = {uid}\n" for n, uid in enumerate(syntaxes, start=1))
    text += "[[PresentationContexts]]\n[C]\n"
    text += "".join(f"PresentationContext{n} = {uid}\\T\n" for n, uid in enumerate(classes, start=1))
    return Subject(Source((text + "[[Profiles]]\n[P]\nPresentationContexts = C\n" + more).encode()), LATEST, role)


@pytest.mark.parametrize(
    ("classes", "syntaxes", "role", "expected"),
    [
        ([CT, MR], UNCOMPRESSED, None, None),
        ([CT, MR], UNCOMPRESSED, "requestor", "requestor"),
        ([CT, MR], UNCOMPRESSED, "acceptor", "acceptor"),
        ([CT, MR, CT], UNCOMPRESSED, None, "requestor"),
        ([CT, MR], EVERYTHING, None, "acceptor"),
        ([CT, MR], EVERYTHING, "requestor", "requestor"),
        ([CT, CT], EVERYTHING, None, "requestor"),
        ([f"1.2.{n}" for n in range(128)], UNCOMPRESSED, None, None),
        ([f"1.2.{n}" for n in range(129)], UNCOMPRESSED, None, "acceptor"),
    ],
)
def test_role_of(
    classes: list[str], syntaxes: tuple[str, ...], role: AssociationRole | None, expected: AssociationRole | None
) -> None:
    found = subject(classes, syntaxes, role)
    assert found.role_of(found.config.context_lists["C"]) == expected


def test_kinds() -> None:
    assert profiles.kind(CT) == "storage"
    assert profiles.kind("1.2.3") is None
    assert profiles.is_get(GET)
    assert profiles.is_get("1.2.840.10008.5.1.4.39.4")
    assert not profiles.is_get("1.2.840.10008.5.1.4.1.2.2.2")
    assert profiles.may_be_storage("1.2.3")
    assert not profiles.may_be_storage(GET)


def test_of_kinds_keeps_the_order() -> None:
    contexts = subject([MR, GET, CT]).config.context_lists["C"]
    assert [item.abstract_syntax for item in profiles.of_kinds(contexts, ("storage",))] == [MR, CT]


ROLES = "SCPSCURoleSelection = R\n[[SCPSCURoleSelection]]\n[R]\n"


def test_is_referenced() -> None:
    with_roles = subject([CT, MR], more=ROLES + f"Role1 = {CT}\\BOTH\n")
    contexts = with_roles.config.context_lists["C"]
    assert profiles.is_referenced(with_roles, contexts, CT)
    assert not profiles.is_referenced(with_roles, contexts, MR)
    more = f"ExtendedNegotiation = E\n[[ExtendedNegotiation]]\n[E]\nExtendedNegotiation1 = {MR}\\020000000000\n"
    extended = subject([CT, MR], more=more)
    assert profiles.is_referenced(extended, extended.config.context_lists["C"], MR)


@pytest.mark.parametrize(
    ("roles", "expected"),
    [
        (f"Role1 = {CT}\\BOTH\n", True),
        (f"Role1 = {CT}\\BOTH\nRole3 = {MR}\\BOTH\n", False),  # a role after a gap
        (f"Role1 = {CT}\\BOTH\nRole2 = {MR}\\ALL\n", False),  # a file that does not load
    ],
)
def test_is_complete(roles: str, expected: bool) -> None:
    found = subject([CT, MR], more=ROLES + roles)
    assert profiles.is_complete(found, found.config.profiles["P"]) is expected


def test_role_for() -> None:
    profile = subject([CT, MR], more=ROLES + f"Role1 = {CT}\\SCP\n").config.profiles["P"]
    assert (profiles.role_for(profile, CT), profiles.role_for(profile, MR)) == ("scp", "default")


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a"], "a"),
        (["a", "b"], "a and b"),
        (["a", "b", "c"], "a, b and c"),
        (["a", "b", "c", "d"], "a, b, c and d"),
        (["a", "b", "c", "d", "e"], "a, b, c and 2 more"),
    ],
)
def test_listed(names: list[str], expected: str) -> None:
    assert profiles.listed(names) == expected


def test_named_has_each_once() -> None:
    assert profiles.named([CT, CT, "1.2.3"]) == "CT Image Storage and 1.2.3"


def test_with_successors_names_as_the_file_does() -> None:
    found = subject(["1.2.840.10008.5.1.4.1.1.6", "RETIRED_StandaloneCurveStorage"])
    items = list(found.config.context_lists["C"].items)
    assert profiles.with_successors(found, items) == (
        "1.2.840.10008.5.1.4.1.1.6 (now UltrasoundImageStorage) and RETIRED_StandaloneCurveStorage"
    )


def test_distinct() -> None:
    hits = [Hit(Span(1, 2), "one"), Hit(Span(3, 4), "two"), Hit(Span(1, 2), "three")]
    assert [hit.message for hit in profiles.distinct(hits)] == ["one", "two"]
