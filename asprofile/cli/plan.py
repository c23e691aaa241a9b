"""``asprofile plan``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

import asprofile
from asprofile.api.files import any_missing
from asprofile.cli import inputs, options
from asprofile.cli.profiles import say_unread
from asprofile.cli.root import done
from asprofile.cli.showing import show
from asprofile.printing import of_file, printable, visible
from asprofile.render.plan_text import context_of

if TYPE_CHECKING:
    from asprofile.negotiate.planning import Planned
    from asprofile.objects.header import ObjectHeader, Unreadable


@options.command(
    summary="Say which objects a profile has contexts for, without a peer.",
    examples=("asprofile plan --profile my.cfg:CT study", "asprofile plan --profile PrivateSiemens study --json"),
)
@options.argument("paths", nargs=-1, required=True, metavar="PATH...")
@options.profile
@options.release
@inputs.from_format
@options.flag("--no-recurse", heading=options.SELECTION)
@options.where
@options.report("plan")
@options.colour
@options.verbose("each object.")
@options.config
def command(
    paths: tuple[str, ...],
    profile: str | None,
    release: str | None,
    from_format: str | None,
    no_recurse: bool,
    where: tuple[str, ...],
    form: str,
    settings_file: Path | None,
    isolated: bool,
    colour: str,
    verbose: bool,
) -> None:
    """Show in which presentation context of a profile the objects in files and directories would be sent, which have
    none and why, and what to add to the profile, as commands to paste. Objects are counted by SOP class and transfer
    syntax; nothing is sent, and no peer is asked. The file of --profile may also be of any format that `asprofile
    convert` reads, a debug log, a capture and a result of `asprofile probe` among them.

    Exit status 1 when an object has no context, a named file is not an object, or no object was found; 2 when a
    path does not exist.
    """
    project = options.project(settings_file, isolated)
    found = asprofile.plan(
        options.reference(profile),
        paths,
        release=release or project.release,
        recurse=not no_recurse,
        where=options.selection(where),
        on_item=_Telling(verbose=verbose and form == "text"),
        from_format=from_format,
        settings=project,
    )
    say_unread(found.source)
    show("plan", form, found, colour)
    if any_missing(paths):
        done(2)
    done(1 if found.without or found.unreadable or not found.objects else 0)


class _Telling:
    """Says what is wrong with a file as it comes, and of each object where it goes if that is wanted."""

    def __init__(self, *, verbose: bool) -> None:
        self._verbose = verbose

    def __call__(self, item: ObjectHeader | Unreadable, planned: Planned | None) -> None:
        path = of_file(str(item.path))
        if planned is not None:
            if self._verbose:
                click.echo(f"{path}: {context_of(planned)}")
            return
        reason = getattr(item, "reason", "")
        if getattr(item, "kind", "") == "left-out":
            if self._verbose:
                click.echo(f"{path}: {visible(reason)}")
        elif not getattr(item, "skipped", False):
            click.echo(f"asprofile: {path}: {printable(reason)}", err=True)
