"""Each rule on each sort of file in which one thing stands many times: its steps grow as the file does."""

from __future__ import annotations

import sys
from collections.abc import Callable
from itertools import islice

import pytest
from many_of_one import PATHOLOGIES

from asprofile.lint.fixes import rounds, safety
from asprofile.lint.rules import all_rules
from asprofile.lint.run import MOST_FINDINGS, lint
from asprofile.lint.subject import Subject
from asprofile.model.kept import Loadings
from asprofile.names.releases import LATEST
from asprofile.text import Source, encode

pytestmark = pytest.mark.any_python

SIZES = (30, 60, 120)
# From 2n to 4n there are twice as many more calls than from n to 2n, four times as many where they grow by the square.
MOST_MORE = 2.9
FEW = 1500


def counted(what: Callable[[], object]) -> int:
    """The calls of functions, Python's own among them: the same on every machine, whatever else it does."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        what()
    finally:
        sys.setprofile(before)
    return calls


def by_rule(data: bytes) -> dict[str, int]:
    """The calls of each rule, fixes included; what several need is the first one's, which is always the same."""
    subject = Subject(Source(data, "it.cfg"), LATEST, None)
    return {rule.code: counted(lambda: list(islice(rule.check(subject), MOST_FINDINGS))) for rule in all_rules()}  # noqa: B023


@pytest.mark.parametrize("name", PATHOLOGIES)
def test_each_rule_and_fix_grows_as_the_file_does(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whether a fix is safe is tried by reading the file again, so often and no more: see ``fixes.safety``.
    monkeypatch.setattr(safety, "MOST_TESTED", 0)
    files = [encode(PATHOLOGIES[name](size)) for size in SIZES]
    lint(Source(files[0], "it.cfg"))  # what is made once for all files
    by_rule(files[0])
    few, more, most = (by_rule(data) for data in files)
    steep = {
        code: (few[code], more[code], most[code])
        for code in few
        if most[code] - more[code] > max(FEW, MOST_MORE * (more[code] - few[code]))
    }
    assert steep == {}


@pytest.mark.parametrize("name", PATHOLOGIES)
def test_choosing_and_applying_fixes_grows_as_the_file_does(name: str) -> None:
    """One round of all fixes at once, the unsafe ones too; thousands of findings may share one fix of thousands of
    edits.
    """

    def one_round(data: bytes) -> int:
        findings = [finding for finding in lint(Source(data, "it.cfg")).findings if finding.fix is not None]
        before = Loadings(data)
        assert before.document.tree.count >= 0  # read beforehand
        return counted(lambda: rounds._chosen(findings, before, lambda _, after: bool(after.data), rounds._Work()))

    one_round(encode(PATHOLOGIES[name](SIZES[0])))
    few, more, most = (one_round(encode(PATHOLOGIES[name](size))) for size in SIZES)
    assert most - more <= max(FEW, MOST_MORE * (more - few)), (few, more, most)


@pytest.mark.parametrize("name", ["contexts", "lists, all used"])
def test_what_takes_the_square_is_found(name: str) -> None:
    def square(data: bytes) -> int:
        lines = data.splitlines()
        return counted(lambda: [one.startswith(other) for one in lines for other in lines])

    few, more, most = (square(encode(PATHOLOGIES[name](size))) for size in SIZES)
    assert most - more > max(FEW, MOST_MORE * (more - few))
