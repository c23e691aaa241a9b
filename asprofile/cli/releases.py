"""``asprofile releases``."""

from __future__ import annotations

import json
from itertools import groupby
from pathlib import Path

import click

from asprofile.api.references import source_of, typed
from asprofile.api.releases import ReleasesReport, ReleaseVerdict, releases_of
from asprofile.cli import options
from asprofile.cli.references import target
from asprofile.cli.root import done
from asprofile.model.problem import NOT_A_UID, Problem
from asprofile.model.words import ASSOCIATION_ROLES, AssociationRole
from asprofile.names.releases import RELEASES
from asprofile.printing import printable, shortened
from asprofile.text import Source

_TOOLS = {"requestor": "requestor (storescu)", "acceptor": "acceptor (storescp, dcmrecv)"}


@options.command(
    summary="Show which DCMTK releases load a file.",
    examples=("asprofile releases my.cfg", "asprofile releases my.cfg:CT --json"),
)
@options.argument("file", required=False, metavar="[FILE:]NAME")
@options.argument("name", required=False, metavar="[NAME]")
@options.profile
@options.stdin_filename
@options.report("releases")
@options.colour
@options.config
def command(
    file: str | None,
    name: str | None,
    profile: str | None,
    form: str,
    stdin_filename: str,
    settings_file: Path | None,
    isolated: bool,
    colour: str,  # noqa: ARG001 - for where DCMTK refuses the file, which `options.Command` shows
) -> None:
    """Show which DCMTK releases load a file, how many of the contexts in it they read, and the first reason where they
    refuse it; for requestors and acceptors, with the oldest release that the file needs. Of a FILE alone, this is about
    all its profiles; FILE:NAME and FILE NAME are the same, FILE: is the only profile of a file, and NAME alone a
    profile of the project's files or a sample.

    Exit status 1 when no release loads it.
    """
    reference = target(file, name, profile)
    project = options.project(settings_file, isolated)
    source = source_of(reference, project, project.release, stdin_filename)
    report = releases_of(source, reference.name, typed(reference.path or source.path))
    if form == "json":
        click.echo(json.dumps(report.as_json(), indent=2))
    else:
        click.echo("\n".join(_table(report)))
    done(0 if report.loads else 1)


def _table(report: ReleasesReport) -> list[str]:
    of = "all profiles" if report.profile is None else f"profile {report.profile}"
    lines = [printable(f"{report.source.path}: {of}")]
    for role in ASSOCIATION_ROLES:
        lines += ("", _TOOLS[role])
        lines += _folded([(one.release, _said(report.source, one)) for one in report.verdicts if one.role == role])
        lines.append(f"  {_needs(report, role)}")
    return lines


def _folded(rows: list[tuple[str, str]]) -> list[str]:
    """A line for each run of releases of which the same is said."""
    runs = [(said, [release for release, _ in run]) for said, run in groupby(rows, key=lambda row: row[1])]
    named = [(run[0] if len(run) == 1 else f"{run[0]} to {run[-1]}", said) for said, run in runs]
    width = max(len(name) for name, _ in named)
    return [f"  {name:<{width}}  {said}" for name, said in named]


def _said(source: Source, verdict: ReleaseVerdict) -> str:
    if verdict.problem is None:
        return f"loads, {verdict.read} of {verdict.written} contexts"
    line = source.line_of(verdict.problem.span.start)
    word = "refused" if verdict.problem.code not in (0, 1067) else "loads, but does not use it"
    code = f" ({verdict.problem.code})" if verdict.problem.code else ""
    return f"{word}{code}: line {line}: {_short(verdict.problem)}"


def _short(problem: Problem) -> str:
    """A name that a release does not know is the usual reason, and the release is in the line already."""
    return (
        f"unknown name {printable(shortened(problem.subject, 80))}"
        if problem.code in NOT_A_UID
        else printable(problem.message)
    )


def _needs(report: ReleasesReport, role: AssociationRole) -> str:
    loading = [verdict.release for verdict in report.verdicts if verdict.role == role and verdict.loads]
    release = report.oldest(role)
    if release is not None:
        return (
            f"needs DCMTK {release} or later" if release != RELEASES[0] else f"every release from {release} on takes it"
        )
    if loading:
        return f"taken by DCMTK {loading[0]} to {loading[-1]}, not by the newest"
    return "no release takes it"
