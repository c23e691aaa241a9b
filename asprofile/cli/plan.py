"""``asprofile plan``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

import asprofile
from asprofile.api.files import any_missing
from asprofile.cli import options
from asprofile.cli.profiles import say_unread
from asprofile.cli.root import done
from asprofile.cli.terminal import style_for
from asprofile.names.uids import display_name
from asprofile.names.well_known import MAX_CONTEXTS
from asprofile.printing import Style, named, of_file, printable, visible

if TYPE_CHECKING:
    from asprofile.api.planning import PlanReport
    from asprofile.negotiate.planning import Planned
    from asprofile.objects.header import ObjectHeader, Unreadable


@options.command(
    summary="Say which objects a profile has contexts for, without a peer.",
    examples=("asprofile plan --profile my.cfg:CT study", "asprofile plan --profile PrivateSiemens study --json"),
)
@options.argument("paths", nargs=-1, required=True, metavar="PATH...")
@options.profile
@options.release
@options.flag("--no-recurse", heading=options.SELECTION)
@options.where
@options.report("text", "json")
@options.colour
@options.verbose("each object.")
@options.config
def command(
    paths: tuple[str, ...],
    profile: str | None,
    release: str | None,
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
    syntax; nothing is sent, and no peer is asked.

    Exit status 1 when an object has no context, a named file is not an object, or no object was found; 2 when a
    path does not exist.
    """
    as_json = form == "json"
    project = options.project(settings_file, isolated)
    found = asprofile.plan(
        options.reference(profile),
        paths,
        release=release or project.release,
        recurse=not no_recurse,
        where=options.selection(where),
        on_item=_Telling(verbose=verbose and not as_json),
        settings=project,
    )
    say_unread(found.source)
    if as_json:
        click.echo(json.dumps(found.as_json(), indent=2))
    else:
        click.echo("\n".join(_text(found, style_for(colour))))
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
                click.echo(f"{path}: {_where(planned)}")
            return
        reason = getattr(item, "reason", "")
        if getattr(item, "kind", "") == "left-out":
            if self._verbose:
                click.echo(f"{path}: {visible(reason)}")
        elif not getattr(item, "skipped", False):
            click.echo(f"asprofile: {path}: {printable(reason)}", err=True)


# -- text


def _text(found: PlanReport, style: Style) -> Iterator[str]:
    rows, profile = found.rows, found.profile
    heading = ("SOP class", "transfer syntax", "presentation context")
    table = [(*map(_name, (planned.sop_class, planned.transfer_syntax)), _where(planned)) for planned, _ in rows]
    first, second = (max(len(row[column]) for row in (heading, *table)) for column in (0, 1))
    if rows:
        yield style(f"{'objects':>9}  {heading[0]:<{first}}  {heading[1]:<{second}}  {heading[2]}", "bold")
    for (planned, count), (sop_class, syntax, where) in zip(rows, table, strict=True):
        last = where if planned.missing is None else style(where, "red")
        yield f"{count:>9,}  {sop_class:<{first}}  {syntax:<{second}}  {last}"
    skipped = f"; {found.skipped:,} other files skipped" if found.skipped else ""
    skipped += f"; {found.left_out:,} left out by --where" if found.left_out else ""
    what = f"profile {named(profile.name)} of {printable(found.path)}"
    objects = f"{found.objects:,} object{'s' * (found.objects != 1)}"
    yield f"{objects}: {found.objects - found.without:,} with a context in {what}, {found.without:,} without{skipped}"
    if not found.commands:
        return
    yield "to add what is missing:"
    yield from (f"  {command}" for command in found.commands)
    missing = sum(planned.missing is not None for planned, _ in rows)
    room = MAX_CONTEXTS - len(profile.contexts)
    if missing > room:
        yield f"  (the profile has room for {room} of {missing} contexts more; the command says what could go)"


def _where(planned: Planned) -> str:
    if planned.missing is not None:
        conversion = planned.missing.conversion
        converted = f" (or send with {conversion.option})" if conversion is not None else ""
        return f"none: {printable(planned.missing.reason)}{converted}"
    contexts = ", ".join(map(str, planned.contexts[:4])) + (" and more" if len(planned.contexts) > 4 else "")
    return contexts if planned.certain else f"{contexts}, if the peer chooses this transfer syntax there"


def _name(uid: str) -> str:
    return named(display_name(uid))
