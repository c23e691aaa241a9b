"""Printing what the linter found, in the format that was asked for."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence

from asprofile.api.files import for_people
from asprofile.cli.terminal import style_for
from asprofile.lint.hit import Severity
from asprofile.lint.run import LintReport
from asprofile.program import HOME, RULE_PAGE
from asprofile.value import replaced

# For people; those after it are for services that want file names as they are in the repository.
LINT_FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "checkstyle", "rdjson")

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
    if on_github:
        _annotate(reports, fail_on, err=to_stderr)
    if form == "github":
        _annotate(reports, fail_on, err=to_stderr)
        return
    if form not in (None, "text", "concise"):
        say_all(_for_services(reports, form, fail_on), err=to_stderr)
        return
    from asprofile.lint.render import text

    shown = [replaced(report, source=for_people(report.source)) for report in reports]
    style = style_for(colour, sys.stderr if to_stderr else sys.stdout)
    lines = text.render(shown, style, source=form != "concise")
    say_all((_no_command(line) for line in lines) if on_github else lines, err=to_stderr)
    if not quiet:
        say_all(text.judgements(shown, verbose=verbose), err=True)
        say(text.summary(reports, fixes=fixes, left=left), err=True)


def say(line: str, *, err: bool = False) -> None:
    """Print a line."""
    print(line, file=sys.stderr if err else sys.stdout)


def say_all(lines: Iterable[str], *, err: bool = False) -> None:
    """Print lines, in one piece."""
    joined = "\n".join(lines)
    if joined:
        say(joined, err=err)


def _annotate(reports: Sequence[LintReport], fail_on: Severity, *, err: bool) -> None:
    """Annotations on GitHub are commands to its runner, the only ones that may be in its log."""
    # Not needed elsewhere.
    from asprofile.cli.ci_log import unguarded

    stream = sys.stderr if err else sys.stdout
    for line in _for_services(reports, "github", fail_on):
        print(line, file=unguarded(stream))


def _for_services(reports: Sequence[LintReport], form: str | None, fail_on: Severity) -> Iterator[str]:
    """The lines of a format; each is a module of its own, imported only when it is asked for."""
    if form == "json":
        from asprofile.lint.render import json

        yield json.render(reports, RULE_PAGE)
        return
    from asprofile.lint.render.paths import located

    reports = located(reports, os.getcwd(), _root())  # noqa: PTH109 - a string is wanted
    if form == "sarif":
        from asprofile.lint.render import sarif

        yield sarif.render(reports, RULE_PAGE, HOME)
    elif form == "github":
        from asprofile.lint.render import github

        yield from github.render(reports)
    elif form == "gitlab":
        from asprofile.lint.render import gitlab

        yield gitlab.render(reports)
    elif form == "junit":
        from asprofile.lint.render import junit

        yield from junit.render(reports, fail_on)
    elif form == "checkstyle":
        from asprofile.lint.render import checkstyle

        yield from checkstyle.render(reports)
    else:
        from asprofile.lint.render import rdjson

        yield rdjson.render(reports, RULE_PAGE, HOME)


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
