"""``asprofile show``."""

from __future__ import annotations

from pathlib import Path

from asprofile.api.described import read_described
from asprofile.api.references import source_of, typed
from asprofile.api.showing import shown
from asprofile.cli import inputs, options
from asprofile.cli.profiles import say_notes
from asprofile.cli.references import target
from asprofile.cli.showing import show
from asprofile.model.words import AssociationRole
from asprofile.text import Source


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
@inputs.from_format
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
    from_format: str | None,
    form: str,
    stdin_filename: str,
    settings_file: Path | None,
    isolated: bool,
    colour: str,
) -> None:
    """Show what a profile proposes: each presentation context with its SOP class, transfer syntaxes and role, extended
    negotiation, and the size of the request. For a FILE alone, list its profiles.

    FILE may also be of any format that `asprofile convert` reads, a debug log, a capture and a result of `asprofile
    probe` among them; or peer:NAME or peer:AET@HOST:PORT, which is asked what it accepts.
    FILE:NAME and FILE NAME are the same; NAME alone is a profile of the project's files or a sample, FILE: the only
    profile of a file. FILE may be `-` for standard input. A file that DCMTK would refuse is shown where it is wrong.

    With --html it makes a page to look at and to pass on: a table of SOP classes and transfer syntaxes, of one or of
    all profiles, in one file that needs no network and no other files.
    """
    project = options.project(settings_file, isolated)
    release = release or project.release
    peer = inputs.given(file, role, settings_file, isolated) if file is not None and profile is None else ""
    if isinstance(peer, Source):
        source, name, shown_as = peer, name, peer.path
    else:
        reference = target(file, name, profile)
        path = reference.path or source_of(reference, project, release).path
        role = role or project.role_of(path)
        source = read_described(reference, project, release, role, stdin_filename, from_format)
        name, shown_as = reference.name, typed(path)
    say_notes(source)
    show("show", form, shown(source, name, release, role, shown_as), colour)
