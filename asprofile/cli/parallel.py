"""Linting many files on several processors. What comes out, and in which order, does not depend on how many."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Sequence

from asprofile import lint
from asprofile.errors import AsprofileError
from asprofile.lint.finding import Finding
from asprofile.lint.run import LintOptions, LintReport
from asprofile.model.inference import Inference
from asprofile.text import Source

# For fewer files, starting a process costs more than it saves.
MANY = 50

# Windows waits for no more at once.
_MOST = 61


def lint_all(
    sources: Sequence[Source], settings_for: Callable[[str], LintOptions], jobs: int | None = None
) -> list[LintReport]:
    """A report for each source, in their order; ``jobs`` is the number of processes, chosen when None.

    ``settings_for`` gives the settings for a file's name.
    """
    if jobs is None:
        jobs = _processors() if len(sources) > MANY else 1
    tasks = [(source, settings_for(source.path)) for source in sources]
    jobs = min(jobs, len(tasks), _MOST)
    if len(tasks) > 1:
        # The plain command starts without; what was made for one file is garbage when the next one comes.
        gc.enable()
    if jobs > 1:
        return _in_processes(tasks, jobs)
    return [lint_with(source, settings) for source, settings in tasks]


def lint_with(source: Source, settings: LintOptions) -> LintReport:
    return lint(source, release=settings.release, role=settings.role, select=settings.select, ignore=settings.ignore)


def _processors() -> int:
    """How many this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


_Task = tuple[Source, LintOptions]
_Found = tuple[tuple[Finding, ...], int, Inference | None]


def _in_processes(tasks: Sequence[_Task], jobs: int) -> list[LintReport]:
    # Not needed for a few files.
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    _prepare()
    # Some chunks for each process, because files differ in size.
    chunk = max(1, len(tasks) // (jobs * 8))
    try:
        pool = ProcessPoolExecutor(jobs, initializer=_begin)
    except (ImportError, NotImplementedError, OSError):
        # A system without semaphores that processes share, as some containers are.
        return [lint_with(source, settings) for source, settings in tasks]
    try:
        found = list(pool.map(_lint, tasks, chunksize=chunk))
    except BrokenProcessPool:
        raise AsprofileError("a process that lints has ended, maybe for want of memory; try --jobs 1") from None
    finally:
        pool.shutdown(cancel_futures=True)
    return [
        LintReport(source, findings, suppressed, inferred, settings.role)
        for (source, settings), (findings, suppressed, inferred) in zip(tasks, found, strict=True)
    ]


def _begin() -> None:
    """In a new process: an interruption is the business of the one that started it."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _prepare()


def _prepare() -> None:
    """Rules go from process to process as their codes."""
    import copyreg

    from asprofile.lint.rule import Rule

    copyreg.pickle(Rule, lambda rule: (_rule, (rule.code,)))  # type: ignore[arg-type, return-value]


def _rule(code: str) -> object:
    from asprofile.lint.rules import by_code

    return by_code()[code]


def _lint(task: _Task) -> _Found:
    source, settings = task
    report = lint_with(source, settings)
    return report.findings, report.suppressed, report.inferred
