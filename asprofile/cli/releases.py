"""``asprofile releases``."""

from __future__ import annotations

from pathlib import Path

from asprofile.api.references import source_of, typed
from asprofile.api.releases import releases_of
from asprofile.cli import options
from asprofile.cli.references import target
from asprofile.cli.root import done
from asprofile.cli.showing import show


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
    source = source_of(reference, project, project.release, stdin_filename)
    report = releases_of(source, reference.name, typed(reference.path or source.path))
    show("releases", form, report, colour)
    done(0 if report.loads else 1)
