"""``asprofile diff``."""

from __future__ import annotations

from pathlib import Path

import asprofile
from asprofile.cli import options
from asprofile.cli.profiles import say_unread
from asprofile.cli.root import done
from asprofile.cli.showing import show
from asprofile.model.words import AssociationRole


@options.command(
    summary="Compare profiles by what they mean.",
    examples=("asprofile diff old.cfg new.cfg", "asprofile diff my.cfg:CT PrivateSiemens --json"),
)
@options.argument("first", metavar="A")
@options.argument("second", metavar="B")
@options.release
@options.role
@options.report("diff")
@options.colour
@options.quiet("only the exit status.")
@options.config
def command(
    first: str,
    second: str,
    release: str | None,
    role: AssociationRole | None,
    form: str,
    settings_file: Path | None,
    isolated: bool,
    colour: str,
    quiet: bool,
) -> None:
    """Show what is proposed (or accepted) by one profile and not by the other: presentation contexts as SOP class and
    transfer syntaxes in order, roles, extended negotiation. Labels, names for UIDs, numbers, comments and the order of
    the contexts do not count.

    A and B are [FILE:]NAME, or FILE for the only profile of each, or for all profiles by name if there are more. FILE
    may also be what `asprofile convert` reads, a debug log, a capture, or a result of `asprofile probe --json`.

    Exit status 0 when they mean the same, 1 when they differ, 2 when they cannot be compared.
    """
    project = options.project(settings_file, isolated)
    found = asprofile.diff(
        first, second, release=release or project.release, role=role or project.role, settings=project
    )
    for source in () if quiet else found.sources:
        say_unread(source)
    if form != "text" or not quiet:
        show("diff", form, found, colour)
    done(0 if found.equal else 1)
