"""Printing what the linter found, in the format that was asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import TextIO

from asprofile.api.files import for_people
from asprofile.cli.terminal import style_for
from asprofile.lint.hit import Severity
from asprofile.lint.render import LINT_FORMATS, FileNames
from asprofile.lint.render.look import Look
from asprofile.lint.run import LintReport
from asprofile.value import replaced

# Where services say that the root of the repository is.
_ROOTS = ("GITHUB_WORKSPACE", "CI_PROJECT_DIR")


def report(
    reports: Sequence[LintReport],
    form: str | None,
    *,
    colour: str,
    quiet: bool,
    to_stderr: bool,
    fail_on: Severity,
    fixes: bool = True,
    verbose: bool = False,
    left: str = "",
) -> None:
    """Print the reports; without a format as text, on GitHub Actions after annotations. What the files
    were taken for, and the summary, go to stderr;
    with ``fixes`` it says how much can be fixed. ``verbose``: say of clean files, too, whose they were taken for.
    ``left`` is as for ``text.summary``.
    """
    on_github = form is None and bool(os.environ.get("GITHUB_ACTIONS"))
    out = sys.stderr if to_stderr else sys.stdout
    look = Look(style_for(colour, out), fail_on)
    if on_github or form == "github":
        _annotate(reports, look, out)
    shown = form or "text"
    if shown != "github":
        lines = _lines(reports, shown, look)
        say_all((_no_command(line) for line in lines) if on_github else lines, err=to_stderr)
    if LINT_FORMATS[shown] == "people" and not quiet:
        from asprofile.lint.render import text

        say_all(text.judgements(_named(reports, "people"), verbose=verbose), err=True)
        say(text.summary(reports, fixes=fixes, left=left), err=True)


def say(line: str, *, err: bool = False) -> None:
    """Print a line."""
    print(line, file=sys.stderr if err else sys.stdout)


def say_all(lines: Iterable[str], *, err: bool = False) -> None:
    """Print lines, in one piece."""
    joined = "\n".join(lines)
    if joined:
        say(joined, err=err)


def _annotate(reports: Sequence[LintReport], look: Look, out: TextIO) -> None:
    """Annotations on GitHub are commands to its runner, the only ones that may be in its log."""
    # Not needed elsewhere.
    from asprofile.cli.ci_log import unguarded

    for line in _lines(reports, "github", look):
        print(line, file=unguarded(out))


def _lines(reports: Sequence[LintReport], form: str, look: Look) -> Iterator[str]:
    """The lines of a format; its module is imported only when it is asked for."""
    lines: Iterator[str] = import_module(f"asprofile.lint.render.{form}").render(
        _named(reports, LINT_FORMATS[form]), look
    )
    return lines


def _named(reports: Sequence[LintReport], names: FileNames) -> Sequence[LintReport]:
    """The reports with the names of files as a format has them."""
    if names == "people":
        return [replaced(report, source=for_people(report.source)) for report in reports]
    if names == "given":
        return reports
    from asprofile.lint.render.paths import located

    return located(reports, os.getcwd(), _root())  # noqa: PTH109 - a string is wanted


def _root() -> str:
    """The root of the repository where a service says it; else the current directory."""
    current = os.getcwd()  # noqa: PTH109
    for name in _ROOTS:
        root = os.environ.get(name, "")
        if os.path.isabs(root) and (current + os.sep).startswith(os.path.join(root, "")):  # noqa: PTH117, PTH118
            return root
    return current


def _no_command(line: str) -> str:
    """A file's name at the beginning of a line, so that it is no command and still the file's name (``ci_log`` would
    make it harmless, too, but not one to copy).
    """
    return f"./{line}" if line.startswith(("::", "##")) else line
