"""``asprofile diff``."""

from __future__ import annotations

from pathlib import Path

import asprofile
from asprofile.cli import inputs, options
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
@inputs.from_format
@options.report("diff")
@options.colour
@options.quiet("only the exit status.")
@options.config
def command(
    first: str,
    second: str,
    release: str | None,
    role: AssociationRole | None,
    from_format: str | None,
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
    may also be of any format that `asprofile convert` reads, a debug log, a capture and a result of `asprofile probe`
    among them; or peer:NAME or peer:AET@HOST:PORT, which is asked what it accepts.

    Exit status 0 when they mean the same, 1 when they differ, 2 when they cannot be compared.
    """
    project = options.project(settings_file, isolated)
    role = role or project.role
    sides = [inputs.given(one, role, settings_file, isolated) for one in (first, second)]
    found = asprofile.diff(
        *sides, release=release or project.release, role=role, from_format=from_format, settings=project
    )
    for source in () if quiet else found.sources:
        say_unread(source)
    if form != "text" or not quiet:
        show("diff", form, found, colour)
    done(0 if found.equal else 1)
