"""``asprofile plan``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from asprofile import program
from asprofile.cli import options
from asprofile.cli.files import any_missing
from asprofile.cli.profiles import LoadedFile, find, say_unread
from asprofile.cli.root import done
from asprofile.cli.terminal import style_for
from asprofile.model import Profile
from asprofile.names.uids import describe, display_name
from asprofile.names.well_known import MAX_CONTEXTS
from asprofile.negotiate.advice import Adviser
from asprofile.negotiate.planning import Plan, Planned, additions
from asprofile.negotiate.request import propose
from asprofile.printing import Style, named, of_file, printable, visible
from asprofile.resources import sample_files

if TYPE_CHECKING:
    from asprofile.objects.header import Judge, ObjectHeader, Unreadable

JSON_VERSION = 1


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
    """Say which presentation context of a profile the objects in files and directories go in, which have none and why,
    and what to add to the profile, as commands to paste. Objects are counted by SOP class and transfer syntax; nothing
    is sent, and no peer is asked.

    Exit status 1 when an object has no context, a file that was named is no object, or no object was found; 2 when a
    path does not exist.
    """
    as_json = form == "json"
    judge = options.judge(where)
    project = options.project(settings_file, isolated)
    loaded, found = find(options.reference(profile), project, release or project.release, "requestor", colour)
    say_unread(loaded)
    from asprofile.send.conversions import conversions  # looking at profiles needs nothing of objects

    run = _Run(Plan(propose(found), Adviser(conversions)), verbose=verbose and not as_json)
    run.look_at(paths, judge, recursive=not no_recurse)
    commands = list(_commands(loaded, found, [planned for planned, _ in run.plan.rows if planned.missing is not None]))
    if as_json:
        click.echo(json.dumps(_json(loaded, found, run, commands), indent=2))
    else:
        click.echo("\n".join(_text(loaded, found, run, commands, style_for(colour))))
    if any_missing(paths):
        done(2)
    done(1 if run.plan.without or run.unreadable or not run.plan.objects else 0)


class _Run:
    """The objects that were looked at; only their numbers are kept."""

    def __init__(self, plan: Plan, *, verbose: bool) -> None:
        self.plan = plan
        self.skipped = self.left_out = self.unreadable = 0
        self._verbose = verbose

    def look_at(self, paths: tuple[str, ...], where: Judge | None, *, recursive: bool) -> None:
        # Looking at profiles needs nothing of objects.
        from asprofile.objects.header import ObjectHeader
        from asprofile.objects.scan import scan

        for item in scan(paths, recursive=recursive, where=where):
            if isinstance(item, ObjectHeader):
                self._object(item)
            elif item.kind == "left-out":
                self._left_out(item)
            elif item.skipped:
                self.skipped += 1
            else:
                self._unreadable(item)

    def _object(self, header: ObjectHeader) -> None:
        from asprofile.send.conversions import Trials  # looking at profiles needs nothing of objects

        checked = partial(Trials().checked, header=header)
        planned = self.plan.add(header.sop_class, header.transfer_syntax, checked)
        if self._verbose:
            click.echo(f"{of_file(str(header.path))}: {_where(planned)}")

    def _left_out(self, item: Unreadable) -> None:
        self.left_out += 1
        if self._verbose:
            click.echo(f"{of_file(str(item.path))}: {visible(item.reason)}")

    def _unreadable(self, item: Unreadable) -> None:
        self.unreadable += 1
        click.echo(f"asprofile: {of_file(str(item.path))}: {printable(item.reason)}", err=True)


# -- text


def _text(loaded: LoadedFile, profile: Profile, run: _Run, commands: list[str], style: Style) -> Iterator[str]:
    rows = run.plan.rows
    heading = ("SOP class", "transfer syntax", "presentation context")
    table = [(*map(_name, (planned.sop_class, planned.transfer_syntax)), _where(planned)) for planned, _ in rows]
    first, second = (max(len(row[column]) for row in (heading, *table)) for column in (0, 1))
    if rows:
        yield style(f"{'objects':>9}  {heading[0]:<{first}}  {heading[1]:<{second}}  {heading[2]}", "bold")
    for (planned, count), (sop_class, syntax, where) in zip(rows, table, strict=True):
        last = where if planned.missing is None else style(where, "red")
        yield f"{count:>9,}  {sop_class:<{first}}  {syntax:<{second}}  {last}"
    skipped = f"; {run.skipped:,} other files skipped" if run.skipped else ""
    skipped += f"; {run.left_out:,} left out by --where" if run.left_out else ""
    what = f"profile {named(profile.name)} of {printable(loaded.source.path)}"
    objects = f"{run.plan.objects:,} object{'s' * (run.plan.objects != 1)}"
    fitting = run.plan.objects - run.plan.without
    yield f"{objects}: {fitting:,} with a context in {what}, {run.plan.without:,} without{skipped}"
    if not commands:
        return
    yield "to add what is missing:"
    yield from (f"  {command}" for command in commands)
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


def _commands(loaded: LoadedFile, profile: Profile, missing: list[Planned]) -> Iterator[str]:
    """Commands that give each of these a context of its own; a sample is copied first."""
    if not missing:
        return
    file = loaded.source.path
    if Path(file) in sample_files():
        name = Path(file).name
        yield program.command("samples", profile.name) + f" > {program.quoted(name)}"
        file = name
    others = [
        name
        for name, other in loaded.config.profiles.items()
        if name != profile.name and other.context_list.label == profile.context_list.label
    ]
    for classes, syntaxes in additions(propose(profile), missing):
        lists = [word for uid in syntaxes for word in ("--ts", _syntax(loaded, uid))]
        words = ["add", f"./{file}" if file.startswith("-") else file, profile.name, *map(_word, classes), *lists]
        yield program.command(*words, *(["--shared"] if others else []))


def _syntax(loaded: LoadedFile, uid: str) -> str:
    """A transfer syntax by a word that is no label of another list of the file."""
    word = _word(uid)
    listed = loaded.config.transfer_syntax_lists.get(word.upper())
    return word if listed is None or listed.uids == (uid,) else uid


def _word(uid: str) -> str:
    """The keyword of a UID, which people can read, or the UID."""
    info = describe(uid)
    return info.keyword if info is not None and info.keyword else uid


# -- JSON


def _json(loaded: LoadedFile, profile: Profile, run: _Run, commands: list[str]) -> dict[str, Any]:
    return {
        "version": JSON_VERSION,
        "profile": {"name": profile.name, "path": loaded.source.path, "contexts": len(profile.contexts)},
        "kinds": [_row(planned, count) for planned, count in run.plan.rows],
        "commands": commands,
        "summary": {
            "objects": run.plan.objects,
            "without": run.plan.without,
            "unreadable": run.unreadable,
            "skipped": run.skipped,
            "left_out": run.left_out,
        },
    }


def _row(planned: Planned, count: int) -> dict[str, Any]:
    missing = planned.missing
    return {
        "sop_class": _uid(planned.sop_class),
        "transfer_syntax": _uid(planned.transfer_syntax),
        "objects": count,
        "contexts": list(planned.contexts),
        "certain": planned.certain,
        "reason": None if missing is None else missing.reason,
        "way_out": None if missing is None else missing.way_out,
    }


def _uid(uid: str) -> dict[str, str | None]:
    name = display_name(uid)
    return {"uid": uid, "name": None if name == uid else name}
