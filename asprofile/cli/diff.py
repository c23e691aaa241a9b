"""``asprofile diff``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from asprofile.cli import options
from asprofile.cli.profiles import LoadedFile, loaded, say_unread
from asprofile.cli.references import parse, used
from asprofile.cli.root import done
from asprofile.cli.terminal import style_for
from asprofile.model import AssociationRole, Profile
from asprofile.model.reference import ProfileReference
from asprofile.names.uids import display_name
from asprofile.negotiate.compare import Comparison, ContextDifference, compare
from asprofile.printing import Style, named, printable

JSON_VERSION = 1


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
    """Show what is proposed (or accepted) in one profile and not in the other: presentation contexts as SOP class and
    transfer syntaxes in order, roles, extended negotiation. Labels, names for UIDs, numbers, comments and the order of
    the contexts do not count.

    A and B are [FILE:]NAME, or FILE: the only profile of each, or all profiles by name where there are more.

    Exit status 0 when they mean the same, 1 when they differ, 2 when they cannot be compared.
    """
    project = options.project(settings_file, isolated)
    references = parse(first), parse(second)
    release, role = release or project.release, role or project.role
    files = [loaded(one, project, release, role, colour) for one in references]
    for file in () if quiet else files:
        say_unread(file)
    names = [one.path or file.source.path for one, file in zip(references, files, strict=True)]
    pairs = list(_pairs(references, files, colour))
    compared = [(one, two, compare(one, two)) for one, two in pairs if one is not None and two is not None]
    alone = [(one, two) for one, two in pairs if one is None or two is None]
    if form == "json":
        click.echo(json.dumps(_json(names, compared, alone), indent=2))
    elif not quiet:
        for line in _text(names, compared, alone, style_for(colour)):
            click.echo(line)
    done(1 if alone or not all(found.equal for *_, found in compared) else 0)


def _pairs(
    references: tuple[ProfileReference, ProfileReference], files: list[LoadedFile], colour: str
) -> Iterator[tuple[Profile | None, Profile | None]]:
    """The profiles to compare; those of one file only stand alone."""
    named = [reference.name is not None for reference in references]
    single = [len(found.config.profiles) == 1 for found in files]
    if all(one or other for one, other in zip(named, single, strict=True)):
        one, two = (used(reference, found, colour) for reference, found in zip(references, files, strict=True))
        yield one, two
        return
    if any(named):
        # One is said, the other file has several: that of the same name is meant.
        name = next(reference.name for reference in references if reference.name is not None)
        same = [ProfileReference(reference.path, reference.name or name) for reference in references]
        one, two = (used(reference, found, colour) for reference, found in zip(same, files, strict=True))
        yield one, two
        return
    profiles = [found.config.profiles for found in files]
    for name in dict.fromkeys((*profiles[0], *profiles[1])):
        yield profiles[0].get(name), profiles[1].get(name)


_Compared = list[tuple[Profile, Profile, Comparison]]
_Alone = list[tuple[Profile | None, Profile | None]]


def _text(names: list[str], compared: _Compared, alone: _Alone, style: Style) -> Iterator[str]:
    paths = [printable(name) for name in names]
    for one, two, found in compared:
        if found.equal:
            continue
        yield style(f"--- {paths[0]}:{named(one.name)}, {_counted(one)}", "bold")
        yield style(f"+++ {paths[1]}:{named(two.name)}, {_counted(two)}", "bold")
        for line in _differences(found):
            yield style(line, {"-": "red", "+": "green"}.get(line[0], "cyan"))
    for mine, theirs in alone:
        if mine is not None:
            yield style(f"- profile {named(mine.name)}, {_counted(mine)}: only in {paths[0]}", "red")
        elif theirs is not None:
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


def _json(names: list[str], compared: _Compared, alone: _Alone) -> dict[str, Any]:
    return {
        "version": JSON_VERSION,
        "paths": names,
        "equal": not alone and all(found.equal for *_, found in compared),
        "profiles": [_comparison(one, two, found) for one, two, found in compared],
        "only_first": [one.name for one, two in alone if one is not None],
        "only_second": [two.name for one, two in alone if two is not None],
    }


def _comparison(one: Profile, two: Profile, found: Comparison) -> dict[str, Any]:
    return {
        "names": [one.name, two.name],
        "equal": found.equal,
        "contexts": [
            {
                "abstract_syntax": _uid(context.abstract_syntax),
                "transfer_syntaxes": [_uid(uid) for uid in context.transfer_syntaxes],
                "counts": [context.first, context.second],
                "reordered": context.reordered,
            }
            for context in found.contexts
        ],
        "roles": [{"sop_class": _uid(role.sop_class), "roles": [role.first, role.second]} for role in found.roles],
        "extended_negotiation": [
            {
                "sop_class": _uid(item.sop_class),
                "data": [None if data is None else data.hex() for data in (item.first, item.second)],
            }
            for item in found.extended
        ],
        "only_first": [_pair(*pair) for pair in found.only_first],
        "only_second": [_pair(*pair) for pair in found.only_second],
    }


def _pair(sop_class: str, syntax: str) -> dict[str, Any]:
    return {"sop_class": _uid(sop_class), "transfer_syntax": _uid(syntax)}


def _uid(uid: str) -> dict[str, str | None]:
    name = display_name(uid)
    return {"uid": uid, "name": None if name == uid else name}
