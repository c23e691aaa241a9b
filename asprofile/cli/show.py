"""``asprofile show``."""

from __future__ import annotations

from pathlib import Path

from asprofile.api.described import as_profile
from asprofile.api.references import source_of, typed
from asprofile.api.showing import shown
from asprofile.cli import options
from asprofile.cli.profiles import say_notes
from asprofile.cli.references import target
from asprofile.cli.showing import show
from asprofile.model.words import AssociationRole


@options.command(
    summary="Show what a profile proposes.",
    examples=(
        "asprofile show my.cfg",
        "asprofile show my.cfg:CT",
        "asprofile show PrivateSiemens --html -o siemens.html",
    ),
)
@options.argument("file", required=False, metavar="[FILE:]NAME")
@options.argument("name", required=False, metavar="[NAME]")
@options.profile
@options.release
@options.role
@options.stdin_filename
@options.report("show")
@options.config
@options.colour
def command(
    file: str | None,
    name: str | None,
    profile: str | None,
    release: str | None,
    role: AssociationRole | None,
    form: str,
    stdin_filename: str,
    settings_file: Path | None,
    isolated: bool,
    colour: str,
) -> None:
    """Show what a profile proposes: each presentation context with its SOP class, transfer syntaxes and role, extended
    negotiation, and the size of the request. For a FILE alone, list its profiles.

    FILE may also be what `asprofile convert` reads, a debug log, a capture, or a result of `asprofile probe --json`.
    FILE:NAME and FILE NAME are the same; NAME alone is a profile of the project's files or a sample, FILE: the only
    profile of a file. FILE may be `-` for standard input. A file that DCMTK would refuse is shown where it is wrong.

    With --html it makes a page to look at and to pass on: a table of SOP classes and transfer syntaxes, of one or of
    all profiles, in one file that needs no network and no other files.
    """
    reference = target(file, name, profile)
    project = options.project(settings_file, isolated)
    source = source_of(reference, project, release or project.release, stdin_filename)
    role = role or project.role_of(reference.path or source.path)
    source = as_profile(source, role)
    say_notes(source)
    found = shown(source, reference.name, release or project.release, role, typed(reference.path or source.path))
    show("show", form, found, colour)
