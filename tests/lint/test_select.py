"""Which rules run: the more exact code decides."""

from __future__ import annotations

import pytest

from asprofile.errors import ConfigurationError
from asprofile.lint.rules import all_rules
from asprofile.lint.select import ALL, expanded, known, near, selected

EVERY = [rule.code for rule in all_rules()]


def codes(select: tuple[str, ...], ignore: tuple[str, ...] = ()) -> list[str]:
    return [rule.code for rule in selected(select, ignore)]


def starting(prefix: str) -> list[str]:
    return [code for code in EVERY if code.startswith(prefix)]


def test_all() -> None:
    assert codes((ALL,)) == EVERY
    assert codes(("all",)) == EVERY
    assert codes(("AP",)) == EVERY


def test_nothing() -> None:
    assert codes(()) == []
    assert codes((ALL,), (ALL,)) == []


def test_prefix_and_code() -> None:
    assert codes(("AP2",)) == starting("AP2")
    assert codes(("ap201", "AP1")) == [*starting("AP1"), "AP201"]


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        ((ALL,), ("AP2",), [code for code in EVERY if not code.startswith("AP2")]),
        ((ALL, "AP201"), ("AP2",), [code for code in EVERY if code == "AP201" or not code.startswith("AP2")]),
        (("AP2",), (ALL,), starting("AP2")),
        (("AP2",), ("AP2",), []),
        (("AP201",), ("AP201",), []),
        (("AP2",), ("AP201",), [code for code in starting("AP2") if code != "AP201"]),
    ],
)
def test_the_longest_decides_and_ignore_wins_a_tie(
    select: tuple[str, ...], ignore: tuple[str, ...], expected: list[str]
) -> None:
    assert codes(select, ignore) == expected


@pytest.mark.parametrize(("code", "hint"), [("AP2O1", "AP201"), ("numbering-gap", "AP201"), ("Numbering-Gap", "AP201")])
def test_unknown_code_has_a_hint(code: str, hint: str) -> None:
    for select, ignore in (((code,), ()), ((ALL,), (code,))):
        with pytest.raises(ConfigurationError, match=rf"no rule '{code}'; did you mean .*{hint}"):
            selected(select, ignore)


def test_unknown_code_without_a_hint() -> None:
    with pytest.raises(ConfigurationError, match=r"no rule '???'$".replace("?", r"\?")):
        selected(("???",), ())


@pytest.mark.parametrize(
    ("code", "expected"),
    [("AP201", True), ("ap2", True), ("AP", True), ("all", True), ("A", False), ("", False), ("AP2011", False)],
)
def test_known(code: str, expected: bool) -> None:
    assert known(code) is expected


def test_expanded() -> None:
    assert list(expanded(("AP2", "ap101"))) == ["AP101", *starting("AP2")]
    assert list(expanded((ALL,))) == EVERY
    assert expanded(()) == ()
    with pytest.raises(ConfigurationError):
        expanded(("AP000",))


def test_near_understands_names() -> None:
    assert near("duplicate-key") == ["AP203"]
    assert near("no such rule at all") == []
