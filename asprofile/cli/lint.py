"""``asprofile lint``: its options. What it does is in ``linting``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from asprofile.cli import options
from asprofile.cli.linting import LintRequest, run
from asprofile.cli.root import done
from asprofile.lint.hit import SEVERITIES
from asprofile.lint.render import LINT_FORMATS

_FILE = click.Path(dir_okay=False, path_type=Path)


@options.command(
    summary="Say what is wrong with profile files.",
    examples=(
        "asprofile lint",
        "asprofile lint my.cfg profiles",
        "asprofile lint --fix my.cfg",
        "asprofile lint --format sarif -o findings.sarif profiles",
    ),
)
@options.argument("paths", nargs=-1, metavar="[PATH]...")
@options.release
@options.role
@options.option(
    "--select",
    heading=options.RULES,
    multiple=True,
    metavar="CODES",
    help="Run only these rules: codes or prefixes, such as AP2,AP501.",
)
@options.option(
    "--ignore",
    heading=options.RULES,
    multiple=True,
    metavar="CODES",
    help="Do not run these rules; the more exact code decides.",
)
@options.option(
    "--extend-select",
    heading=options.RULES,
    multiple=True,
    metavar="CODES",
    help="Run these rules in addition to those of the settings.",
)
@options.option(
    "--fail-on",
    heading=options.RULES,
    type=options.Choice(SEVERITIES),
    help="The mildest finding that makes exit status 1.  [default: warning]",
)
@options.report(tuple(LINT_FORMATS), default=None, words="text; on GitHub Actions annotations, then text")
@options.option("--exit-zero", heading=options.RULES, is_flag=True, help="Exit status 0 even if something is found.")
@options.option(
    "--fix",
    heading=options.FIXES,
    is_flag=True,
    help="Apply the safe fixes: DCMTK loads the same as before, or also what was lost.",
)
@options.option(
    "--unsafe-fixes", heading=options.FIXES, is_flag=True, help="With --fix or --diff: apply the other fixes too."
)
@options.flag("--diff", heading=options.FIXES)
@options.option(
    "--add-ignores",
    heading=options.FIXES,
    is_flag=True,
    help="Write a comment above each finding that silences it.",
)
@options.option(
    "--baseline",
    heading=options.RULES,
    type=_FILE,
    metavar="FILE",
    help="Leave out the findings that are in this file.",
)
@options.option(
    "--write-baseline",
    heading=options.RULES,
    type=_FILE,
    metavar="FILE",
    help="Write all findings to this file, for --baseline.",
)
@options.option(
    "--jobs",
    heading=options.SELECTION,
    type=click.IntRange(min=1),
    metavar="N",
    help="Number of processes.  [default: one for few files, else one for each processor]",
)
@options.stdin_filename
@options.skip_others
@options.exclude
@options.config
@options.flag("--show-settings", heading=options.SETTINGS)
@options.colour
@options.quiet("only findings, no summary.")
@options.verbose("of clean files, too, who is taken to load them.")
def command(paths: tuple[str, ...], **values: Any) -> None:
    """Say what is wrong with association profiles: what DCMTK refuses, what it silently loses, and contexts
    that no object can use; with the place, what DCMTK does with it, and what to write instead.

    PATH is a file, `-` for standard input, or a directory, which is walked for files that are association profiles;
    without one, the current directory.

    With --fix, findings are those that are left. The fixed text of standard input goes to standard output; then, and
    with --diff, the findings go to standard error.
    """
    for name in ("select", "ignore", "extend_select"):
        values[name] = options.split_words(values[name])
    request = LintRequest(paths, **values)
    _check(request)
    done(run(request))


def _check(request: LintRequest) -> None:
    """Options that make no sense together are an error, so that none is silently ignored."""
    if request.unsafe_fixes and not (request.fix or request.diff):
        raise click.UsageError("--unsafe-fixes goes with --fix, or with --diff to see what it would change")
    others = {
        "--fix": request.fix,
        "--diff": request.diff,
        "--write-baseline": request.write_baseline is not None,
        "--add-ignores": request.add_ignores,
    }
    given = [name for name, is_given in others.items() if is_given]
    if len(given) > 1 and given != ["--fix", "--diff"]:
        raise click.UsageError(f"{given[0]} and {given[1]} do not go together; do one, then the other")
    if request.quiet and request.verbose:
        raise click.UsageError("--quiet and --verbose do not go together")
    if request.baseline is not None and request.write_baseline is not None:
        raise click.UsageError("--baseline leaves out what --write-baseline is to write; give only one")
