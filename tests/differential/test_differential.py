"""asprofile against DCMTK's own reader; and that a difference would be found and shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from fuzzing import cases, differential
from fuzzing.judge import Judge
from fuzzing.report import records, report
from reading_cases import LOADS, TREES, Load, Tree

from asprofile.model import loader
from asprofile.names.releases import at_least

pytestmark = pytest.mark.peer

ROOT = Path(__file__).resolve().parents[2]
CASES = 2_000
SEED = 11


def test_generated_files(program: Path) -> None:
    outcome = differential.check(differential.Run(program, SEED, 0, CASES))
    assert outcome.cases == CASES
    assert list(differential.explain(program, SEED, outcome.different, None)) == []
    # The cases are worth something: many load, and nearly every condition comes up.
    assert outcome.conditions["requestor 0:0"] > CASES // 5
    assert len(outcome.conditions) > 40


@pytest.mark.parametrize("case", [*TREES, *LOADS], ids=lambda case: case.what)
def test_the_tables_of_the_tests(judge: Judge, case: Tree | Load) -> None:
    assert records(judge.report(case.data)) == records(report(case.data, judge.release))


@pytest.mark.parametrize("case", TREES, ids=lambda case: case.what)
def test_expected_entries_are_those_of_dcmtk(judge: Judge, case: Tree) -> None:
    found = []
    supersection = section = ""
    for record in records(judge.report(case.data)):
        kind, _, text = record.decode("utf-8", "surrogateescape").partition(" ")
        if kind == "2":
            supersection = text
        elif kind == "1":
            section = text
        elif kind == "0":
            found.append((supersection, section, *text.split("=", 1)))
    assert found == case.entries


@pytest.mark.parametrize("case", LOADS, ids=lambda case: case.what)
def test_expected_conditions_are_those_of_dcmtk(judge: Judge, case: Load) -> None:
    if not (at_least(judge.release, case.since) and at_least(case.until, judge.release)):
        pytest.skip(f"holds for {case.since} to {case.until}, this is DCMTK {judge.release}")
    found = {
        role: int(condition.partition(b":")[2])
        for role, _, condition in (record.partition(b" ") for record in records(judge.report(case.data)))
        if role in (b"requestor", b"acceptor")
    }
    acceptor = case.code if case.acceptor is None else case.acceptor
    assert found == {b"requestor": case.code, b"acceptor": acceptor}


def test_regressions_and_samples(judge: Judge) -> None:
    files = [*(ROOT / "tests" / "model" / "regressions").glob("*.cfg"), *(ROOT / "sample_profiles").glob("*.cfg")]
    assert len(files) > 5
    for file in files:
        data = file.read_bytes()
        assert records(judge.report(data)) == records(report(data, judge.release)), file.name


def test_files_that_end_in_every_place(judge: Judge) -> None:
    data = next(case.data for case in LOADS if case.what == "a role")
    for end in range(len(data)):
        assert records(judge.report(data[:end])) == records(report(data[:end], judge.release))


def test_a_wrong_reading_is_found_and_minimised(
    program: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(loader.ROLES, b"SCU", "scp")
    assert differential.main(program, 400, 1, 1, None) == 1
    output = capsys.readouterr().out
    assert "minimised:" in output
    smallest = next(line for line in output.splitlines() if line.startswith("  b'"))
    assert len(smallest) < 250, "what has nothing to do with the difference is left out"
    assert "scu" in output
    assert "scp" in output


def test_an_exception_of_ours_is_a_difference(program: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> bytes:
        raise RecursionError("deep")

    monkeypatch.setattr(differential, "report", broken)
    outcome = differential.check(differential.Run(program, 1, 0, 10))
    assert outcome.different == list(range(10))
    assert differential.ours(b"", "3.6.7") == b"asprofile raised RecursionError: deep\0"


def test_pieces_on_several_processes_are_the_same_cases(program: Path) -> None:
    run = differential.Run(program, SEED, 0, 600)
    outcomes = list(differential.check_all(run, 2))
    assert sum(outcome.cases for outcome in outcomes) == 600
    together = differential.Outcome()
    for outcome in outcomes:
        together.add(outcome)
    assert together.conditions == differential.check(run).conditions


def test_the_release_matters(program: Path, judge: Judge) -> None:
    """The same files, read as another release does, differ: the comparison sees names and limits."""
    other = "3.6.0" if at_least(judge.release, "3.6.8") else "3.7.0"
    outcome = differential.check(differential.Run(program, 3, 0, 600, other))
    assert outcome.different


def test_cases_are_small_enough_for_dcmtk() -> None:
    assert all(len(cases.generate(1, number)) <= cases.MAX_SIZE for number in range(300))
