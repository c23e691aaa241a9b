"""``asprofile releases``."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import click

from asprofile.cli import options
from asprofile.cli.profiles import only_of
from asprofile.cli.references import source_of, target, typed
from asprofile.cli.root import done
from asprofile.errors import ProfileNotFound
from asprofile.model import AssociationRole, Document, Loading, Problem, read
from asprofile.model.loadings import LoadOutcome
from asprofile.model.words import ASSOCIATION_ROLES, PRESENTATION_CONTEXTS, PROFILES, looked_up
from asprofile.names.releases import RELEASES
from asprofile.printing import printable, shortened
from asprofile.text import Source
from asprofile.value import replaced

JSON_VERSION = 1
# DCMTK's "not a valid ... UID", which is what it says of a name that it does not know.
UNKNOWN_NAME = (1024, 1025, 1026, 1028)
_CONTEXT = re.compile("PRESENTATIONCONTEXT[0-9]+")
_TOOLS = {"requestor": "requestor (storescu)", "acceptor": "acceptor (storescp, dcmrecv)"}


@dataclass(frozen=True, slots=True)
class ReleaseVerdict:
    """What a release makes of a file, or of one profile in it: ``problem`` is the first reason for which it refuses.

    ``read`` contexts of the ``written`` ones are in its hands; of a profile that it does not get to, none is known.
    """

    release: str
    role: AssociationRole
    read: int
    written: int
    problem: Problem | None


@options.command(
    summary="Show which DCMTK releases load a file.",
    examples=("asprofile releases my.cfg", "asprofile releases my.cfg:CT --json"),
)
@options.argument("file", required=False, metavar="[FILE:]NAME")
@options.argument("name", required=False, metavar="[NAME]")
@options.profile
@options.stdin_filename
@options.report("text", "json")
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
    colour: str,
) -> None:
    """Show which DCMTK releases load a file, how many of the contexts in it they read, and the first reason where they
    refuse it; for requestors and acceptors, with the oldest release that the file needs. Of a FILE alone, this is about
    all its profiles; FILE:NAME and FILE NAME are the same, FILE: is the only profile of a file, and NAME alone a
    profile of the project's files or a sample.

    Exit status 1 when no release loads it.
    """
    reference = target(file, name, profile)
    project = options.project(settings_file, isolated)
    source = source_of(reference, project, project.release, colour, stdin_filename)
    document = read(source.data)
    name = reference.name
    if name == "":
        name = _only_name(source, document, typed(reference.path or source.path))
    verdicts = _verdicts(document, name)
    if form == "json":
        click.echo(json.dumps(_json(source, verdicts, name), indent=2))
    else:
        click.echo("\n".join(_table(source, verdicts, name)))
    done(0 if any(verdict.problem is None for verdict in verdicts) else 1)


def _only_name(source: Source, document: Document, typed: str) -> str:
    """The name of the only profile, also of a file that no release loads."""
    supersection = document.supersection(PROFILES)
    names = list(dict.fromkeys(section.name for section in supersection.sections)) if supersection else []
    return only_of(names, source.path, typed)


def _verdicts(document: Document, name: str | None) -> list[ReleaseVerdict]:
    """What each release makes of it in each role; worked out once for all those that make the same of the file."""
    verdicts: list[ReleaseVerdict] = []
    shared: list[tuple[LoadOutcome, ReleaseVerdict]] = []
    for release in RELEASES:
        for role in ASSOCIATION_ROLES:
            same = next((verdict for one, verdict in shared if one.holds_for(release, role)), None)
            if same is None:
                loading = Loading(document, release, role)
                same = _verdict(loading, name)
                shared.append((LoadOutcome(loading), same))
            verdicts.append(replace(same, release=release, role=role, problem=_of_release(same, release)))
    return verdicts


def _of_release(verdict: ReleaseVerdict, release: str) -> Problem | None:
    """The same reason as another release has it: of a name that it does not know, the message says which release."""
    problem = verdict.problem
    if problem is None or problem.code not in UNKNOWN_NAME:
        return problem
    before, _, behind = problem.message.rpartition(f" DCMTK {verdict.release} ")
    return replaced(problem, message=f"{before} DCMTK {release} {behind}") if before else problem


def _verdict(loading: Loading, name: str | None) -> ReleaseVerdict:
    config = loading.config
    # A profile's own reason only counts when the file as a whole loads: DCMTK never gets to it otherwise.
    profiles = list(config.profiles.values())
    if name is not None:
        wanted = looked_up(name)
        if wanted not in config.profiles and not loading.problems:
            config.use(name)
            raise ProfileNotFound(f"no profile {name!r}")
        profiles = [profile for profile in profiles if profile.name == wanted]
    refusals = [profile.refusal for profile in profiles if profile.refusal is not None]
    refused = refusals[0] if refusals and len(refusals) == len(profiles) else None
    problem = loading.problems[0] if loading.problems else refused
    count = sum(len(profile.contexts) for profile in profiles)
    # Many profiles may have one list.
    labels = Counter(profile.context_list.label for profile in profiles)
    written = sum(times * _written(loading.document, label) for label, times in labels.items())
    return ReleaseVerdict(loading.release, loading.role, 0 if problem else count, written, problem)


def _written(document: Document, label: str) -> int:
    """The context entries in the sections of a list, whether they are read or not."""
    supersection = document.supersection(PRESENTATION_CONTEXTS)
    wanted = supersection.named(label) if supersection else ()
    return sum(_CONTEXT.fullmatch(entry.key) is not None for section in wanted for entry in section.entries)


def oldest(verdicts: list[ReleaseVerdict], role: AssociationRole) -> str | None:
    """The oldest release from which on every newer one takes it too, in one role."""
    found: str | None = None
    for verdict in reversed([verdict for verdict in verdicts if verdict.role == role]):
        if verdict.problem is not None:
            break
        found = verdict.release
    return found


def _table(source: Source, verdicts: list[ReleaseVerdict], name: str | None) -> list[str]:
    lines = [printable(f"{source.path}: {'all profiles' if name is None else f'profile {name}'}")]
    for role in ASSOCIATION_ROLES:
        lines += ("", _TOOLS[role])
        lines += (f"  {verdict.release}  {_said(source, verdict)}" for verdict in verdicts if verdict.role == role)
        lines.append(f"  {_needs(verdicts, role)}")
    return lines


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
        if problem.code in UNKNOWN_NAME
        else printable(problem.message)
    )


def _needs(verdicts: list[ReleaseVerdict], role: AssociationRole) -> str:
    loading = [verdict.release for verdict in verdicts if verdict.role == role and verdict.problem is None]
    release = oldest(verdicts, role)
    if release is not None:
        return (
            f"needs DCMTK {release} or later" if release != RELEASES[0] else f"every release from {release} on takes it"
        )
    if loading:
        return f"taken by DCMTK {loading[0]} to {loading[-1]}, not by the newest"
    return "no release takes it"


def _json(source: Source, verdicts: list[ReleaseVerdict], name: str | None) -> dict[str, Any]:
    return {
        "version": JSON_VERSION,
        "path": source.path,
        "profile": name,
        "oldest": {role: oldest(verdicts, role) for role in ASSOCIATION_ROLES},
        "releases": [
            {
                "release": verdict.release,
                "role": verdict.role,
                "loads": verdict.problem is None,
                "contexts_read": verdict.read,
                "contexts_written": verdict.written,
                "reason": None if verdict.problem is None else _reason(source, verdict.problem),
            }
            for verdict in verdicts
        ],
    }


def _reason(source: Source, problem: Problem) -> dict[str, Any]:
    position = source.position(problem.span.start)
    place = {"line": position.line, "column": position.column, "offset": position.offset}
    return {"code": problem.code, "message": problem.message, "start": place}
