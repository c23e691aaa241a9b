"""DCMTK's own reader loads from each generated profile what asprofile does, in both roles, for old and new releases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from fuzzing.report import records, report

from asprofile.generate import Arrangement, arrange, completed, finished, from_associations, from_recipe
from asprofile.generate.finish import made
from asprofile.generate.recipes import Recipe, recipes
from asprofile.logs import LoggedAssociation, LoggedContext

if TYPE_CHECKING:
    from fuzzing.judge import Judge

pytestmark = [pytest.mark.any_python, pytest.mark.peer]


def loads(judge: Judge, text: str) -> None:
    theirs = records(judge.report(text.encode()))
    assert theirs == records(report(text.encode(), judge.release))
    assert b"acceptor 0:0" in theirs


@pytest.mark.parametrize("one", recipes(), ids=lambda one: one.name)
def test_recipes(judge: Judge, one: Recipe) -> None:
    for release in ("3.6.0", judge.release):
        wishes = completed(from_recipe(one), acceptor=False, with_classes=True)
        order = Arrangement(one.profile, release=release, split=True)
        loads(judge, finished(arrange(wishes, order), "A test."))
    wishes = completed(from_recipe(one), acceptor=True, with_classes=True)
    order = Arrangement(one.profile, "acceptor", release=judge.release, split=True)
    loads(judge, finished(arrange(wishes, order), "A test."))


def test_roles_and_extended_negotiation(judge: Judge) -> None:
    context = LoggedContext(1, "1.2.840.10008.5.1.4.1.1.2", ("1.2.840.10008.1.2", "1.2.3.4"), None, "both", "default")
    logged = LoggedAssociation((context,), ((context.abstract_syntax, bytes(range(6))),), answered=False, unknown=())
    text = made(arrange(from_associations([logged]), Arrangement("Log")), "A test.", "as logged").text
    loads(judge, text)
    told = records(judge.report(text.encode()))
    assert b"pc 1 both 1.2.840.10008.5.1.4.1.1.2 1.2.840.10008.1.2 1.2.3.4" in told
    assert b"sc 1.2.840.10008.5.1.4.1.1.2 000102030405" in told
