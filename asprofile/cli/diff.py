"""``asprofile diff``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

import asprofile
from asprofile.cli import options
from asprofile.cli.profiles import say_unread
from asprofile.cli.root import done
from asprofile.cli.terminal import style_for
from asprofile.model.config import Profile
from asprofile.model.words import AssociationRole
from asprofile.names.uids import display_name
from asprofile.printing import Style, named, printable

if TYPE_CHECKING:
    from asprofile.api.comparing import Difference
    from asprofile.negotiate.compare import Comparison, ContextDifference


@options.command(
    summary="Compare profiles by what they mean.",
    examples=("asprofile diff old.cfg new.cfg", "asprofile diff my.cfg:CT PrivateSiemens --json"),
)
@options.argument("first", metavar="A")
@options.argument("second", metavar="B")
@options.release
@options.role
@options.report("text", "json")
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

    A and B are [FILE:]NAME, or FILE for the only profile of each, or for all profiles by name if there are more.

    Exit status 0 when they mean the same, 1 when they differ, 2 when they cannot be compared.
    """
    project = options.project(settings_file, isolated)
    found = asprofile.diff(
        first, second, release=release or project.release, role=role or project.role, settings=project
    )
    for source in () if quiet else found.sources:
        say_unread(source)
    if form == "json":
        click.echo(json.dumps(found.as_json(), indent=2))
    elif not quiet:
        for line in _text(found, style_for(colour)):
            click.echo(line)
    done(0 if found.equal else 1)


def _text(found: Difference, style: Style) -> Iterator[str]:
    paths = [printable(name) for name in found.paths]
    for one in found.compared:
        if one.comparison.equal:
            continue
        yield style(f"--- {paths[0]}:{named(one.first.name)}, {_counted(one.first)}", "bold")
        yield style(f"+++ {paths[1]}:{named(one.second.name)}, {_counted(one.second)}", "bold")
        for line in _differences(one.comparison):
            yield style(line, {"-": "red", "+": "green"}.get(line[0], "cyan"))
    for mine in found.only_first:
        yield style(f"- profile {named(mine.name)}, {_counted(mine)}: only in {paths[0]}", "red")
    for theirs in found.only_second:
        yield style(f"+ profile {named(theirs.name)}, {_counted(theirs)}: only in {paths[1]}", "green")


def _counted(profile: Profile) -> str:
    count = len(profile.contexts)
    return f"{count} context{'s' * (count != 1)}"


def _differences(found: Comparison) -> Iterator[str]:
    for context in found.contexts:
        yield _context(context)
    for role in found.roles:
        yield f"! role of {_name(role.sop_class)}: {role.first}, then {role.second}"
    for item in found.extended:
        first, second = ("none" if data is None else named(data.hex()) for data in (item.first, item.second))
        yield f"! extended negotiation of {_name(item.sop_class)}: {first}, then {second}"
    if found.contexts and not found.only_first and not found.only_second:
        yield "  (both have the same SOP classes with the same transfer syntaxes, in other contexts)"


def _context(context: ContextDifference) -> str:
    more = context.first > context.second
    sign, count = ("-", context.first - context.second) if more else ("+", context.second - context.first)
    names = ", ".join(map(_name, context.transfer_syntaxes))
    times = f" ({count} times)" if count > 1 else ""
    both = " (once more)" if min(context.first, context.second) and count == 1 else ""
    order = " (in another order)" if context.reordered else ""
    return f"{sign} {_name(context.abstract_syntax)}: {names}{times}{both}{order}"


def _name(uid: str) -> str:
    return named(display_name(uid))
