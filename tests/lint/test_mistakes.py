"""Realistic mistakes are found, each as one thing, and correct files are left alone; with the role given, with the
other one, and where nobody says who loads the file.
"""

from __future__ import annotations

from functools import cache

import pytest
from mistakes import CORRECT, MISTAKES, OF_NEGOTIATION, Correct, Mistake

from asprofile.lint.finding import Finding
from asprofile.lint.run import LintOptions, lint
from asprofile.model.document import read
from asprofile.model.loader import Loading
from asprofile.model.words import AssociationRole
from asprofile.names.releases import LATEST
from asprofile.text import Source

# What may be said of a file for the side that it is not for: DCMTK refuses it, or a role means something else there.
OF_THE_OTHER_SIDE = {"AP116", "AP121"}


@cache
def found(data: bytes, name: str, role: AssociationRole | None) -> tuple[Finding, ...]:
    return lint(Source(data, name), LintOptions(role=role)).findings


def errors(findings: tuple[Finding, ...]) -> set[str]:
    return {one.code for one in findings if one.severity == "error"}


def other_than(role: AssociationRole) -> AssociationRole:
    return "acceptor" if role == "requestor" else "requestor"


def test_so_many() -> None:
    assert len(MISTAKES) >= 80
    assert len(CORRECT) >= 30


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_it_is_found_as_one_thing(mistake: Mistake) -> None:
    for role in (mistake.role, None):
        findings = found(mistake.data, mistake.name, role)
        assert mistake.code in {one.code for one in findings}, role
        worse = {one.code for one in findings if one.severity != "info"}
        assert worse <= {mistake.code, *mistake.beside}, role


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_no_other_error_for_the_other_side(mistake: Mistake) -> None:
    of_other = errors(found(mistake.data, mistake.name, other_than(mistake.role)))
    assert of_other <= {mistake.code, *mistake.beside, *OF_THE_OTHER_SIDE}


@pytest.mark.parametrize("mistake", OF_NEGOTIATION.values(), ids=OF_NEGOTIATION)
def test_where_it_is_open_it_is_no_worse(mistake: Mistake) -> None:
    """Under a name that says nothing, there is no error that either side does not have."""
    sides = [errors(found(mistake.data, "x.cfg", role)) for role in (mistake.role, other_than(mistake.role))]
    assert errors(found(mistake.data, "x.cfg", None)) <= sides[0] | sides[1]


@pytest.mark.parametrize("correct", CORRECT.values(), ids=CORRECT)
def test_nothing_but_hints(correct: Correct) -> None:
    assert not Loading(read(correct.data), LATEST, correct.role).problems
    for role in (correct.role, None):
        worse = [one.message for one in found(correct.data, correct.name, role) if one.severity != "info"]
        assert worse == [], role


@pytest.mark.parametrize("correct", CORRECT.values(), ids=CORRECT)
def test_no_error_for_the_other_side_but_dcmtk_s(correct: Correct) -> None:
    role = other_than(correct.role)
    loading = Loading(read(correct.data), LATEST, role)
    refused = bool(loading.problems) or any(profile.refusal for profile in loading.config.profiles.values())
    assert bool(errors(found(correct.data, correct.name, role))) <= refused
