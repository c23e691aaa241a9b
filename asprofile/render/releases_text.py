"""What each DCMTK release does with a file, a line for each run of releases of which the same is said."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING

from asprofile.model.problem import NOT_A_UID
from asprofile.model.words import ASSOCIATION_ROLES
from asprofile.names.releases import RELEASES
from asprofile.printing import printable, shortened

if TYPE_CHECKING:
    from asprofile.api.releases import ReleasesReport, ReleaseVerdict
    from asprofile.model.problem import Problem
    from asprofile.model.words import AssociationRole
    from asprofile.render.look import ReportLook
    from asprofile.text import Source

_TOOLS = {"requestor": "requestor (storescu)", "acceptor": "acceptor (storescp, dcmrecv)"}


def render(found: ReleasesReport, _: ReportLook) -> Iterator[str]:
    of = "all profiles" if found.profile is None else f"profile {found.profile}"
    yield printable(f"{found.source.path}: {of}")
    for role in ASSOCIATION_ROLES:
        yield from ("", _TOOLS[role])
        yield from _folded([(one.release, _said(found.source, one)) for one in found.verdicts if one.role == role])
        yield f"  {_needs(found, role)}"


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
