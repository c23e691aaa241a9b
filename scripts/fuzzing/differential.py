"""Generated files, read by asprofile and by DCMTK, and every difference between the two.

Work is cut into runs of case numbers, so that it can be shared among processes and any case can be made again from
its number.
"""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from fuzzing import cases
from fuzzing.judge import Judge, JudgeDied
from fuzzing.minimise import minimise
from fuzzing.report import records, report

# Files handed to the reader at once; their reports wait in memory.
BATCH = 200
SHOWN = 5


@dataclass
class Outcome:
    """What a run of cases came to: how many there were, how many of them had each condition, the numbers of those
    that differ.
    """

    cases: int = 0
    conditions: Counter[str] = field(default_factory=Counter)
    different: list[int] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        self.cases += other.cases
        self.conditions += other.conditions
        self.different += other.different


@dataclass(frozen=True)
class Run:
    """The cases of ``seed`` from number ``first`` to before ``end``, against the reader ``program``; ``release`` None
    for its own.
    """

    program: Path
    seed: int
    first: int
    end: int
    release: str | None = None


def ours(data: bytes, release: str) -> bytes:
    """The report of asprofile; an exception is one too, and differs from all that DCMTK says."""
    try:
        return report(data, release)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is a finding
        return f"asprofile raised {type(error).__name__}: {error}".encode("utf-8", "backslashreplace") + b"\0"


def check(run: Run) -> Outcome:
    """All cases of a run. Raises JudgeDied when DCMTK's reader does not survive one."""
    outcome = Outcome()
    with Judge(run.program) as judge:
        release = run.release or judge.release
        for first in range(run.first, run.end, BATCH):
            numbers = range(first, min(first + BATCH, run.end))
            files = [cases.generate(run.seed, number) for number in numbers]
            judge.ask(files)
            mine = [ours(data, release) for data in files]
            for number, left, right in zip(numbers, _answers(judge, numbers), mine, strict=True):
                outcome.cases += 1
                outcome.conditions.update(_conditions(left))
                if left != right:
                    outcome.different.append(number)
    return outcome


def _answers(judge: Judge, numbers: range) -> list[bytes]:
    try:
        return judge.answers(len(numbers))
    except JudgeDied as error:
        raise JudgeDied(f"{error}, in one of the cases {numbers.start} to {numbers.stop - 1}") from error


def check_all(run: Run, jobs: int) -> Iterator[Outcome]:
    """The cases of a run in pieces, on ``jobs`` processes; an outcome for each piece, in order of the cases."""
    size = max(BATCH, min(10_000, (run.end - run.first) // (4 * jobs)))
    pieces = [
        Run(run.program, run.seed, first, min(first + size, run.end), run.release)
        for first in range(run.first, run.end, size)
    ]
    if jobs == 1:
        yield from map(check, pieces)
        return
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        yield from pool.imap(check, pieces)


def _conditions(report_text: bytes) -> Iterator[str]:
    for record in records(report_text):
        if record.startswith((b"requestor ", b"acceptor ")):
            yield record.decode()


def explain(program: Path, seed: int, numbers: Iterable[int], release: str | None) -> Iterator[str]:
    """For each case: the smallest file with a difference, and the first records that differ."""
    with Judge(program) as judge:
        wanted = release or judge.release
        for number in numbers:
            small = minimise(cases.generate(seed, number), lambda data: judge.report(data) != ours(data, wanted))
            yield f"case {number} of seed {seed}, minimised:\n  {small!r}"
            yield _first_difference(records(judge.report(small)), records(ours(small, wanted)))


def _first_difference(theirs: list[bytes], mine: list[bytes]) -> str:
    at = next((at for at, (left, right) in enumerate(zip(theirs, mine, strict=False)) if left != right), None)
    at = min(len(theirs), len(mine)) if at is None else at
    return f"  DCMTK     {theirs[at : at + 3]}\n  asprofile {mine[at : at + 3]}"


def main(program: Path, count: int, seed: int, jobs: int, release: str | None) -> int:
    """Check ``count`` cases and print what came of it; 1 if anything differs, else 0."""
    with Judge(program) as judge:
        installed = judge.release
    print(f"asprofile against DCMTK {installed}: {count:,} cases of seed {seed}, {jobs} process(es)", flush=True)
    started = time.monotonic()
    total = Outcome()
    try:
        for outcome in check_all(Run(program, seed, 0, count, release), jobs):
            total.add(outcome)
            rate = total.cases / (time.monotonic() - started)
            print(f"{total.cases:>10,} cases, {len(total.different)} differ, {rate:,.0f} a second", flush=True)
    except JudgeDied as error:
        print(error)
        return 1
    print(f"{time.monotonic() - started:,.0f} s")
    print(", ".join(f"{condition} {number:,}" for condition, number in sorted(total.conditions.items())))
    for text in explain(program, seed, total.different[:SHOWN], release):
        print(text)
    if len(total.different) > SHOWN:
        print(f"and {len(total.different) - SHOWN} more: {total.different[SHOWN:]}")
    return 1 if total.different else 0
