"""``asprofile merge``."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import click

import asprofile
from asprofile.api.files import STDIN
from asprofile.api.profiles import find_file
from asprofile.api.references import parse
from asprofile.cli import options
from asprofile.cli.editing import Opened, conclude, mended, opened, output_options

if TYPE_CHECKING:
    from asprofile.text import Source


@options.command(
    summary="Put the profiles of one file into another.",
    examples=(
        "asprofile merge mine.cfg theirs.cfg",
        "asprofile merge mine.cfg theirs.cfg:CT theirs.cfg:MR -o both.cfg",
    ),
)
@options.argument("file", metavar="A")
@options.argument("others", nargs=-1, required=True, metavar="B...")
@options.option(
    "--clash",
    heading=options.CONTENT,
    type=options.Choice(["error", "rename", "keep", "replace"]),
    default="error",
    show_default=True,
    help="If A has another profile of the same name: change nothing; add B's under a new name; keep that "
    "of A; put it in the place of that of A.",
)
@output_options
def command(file: str, others: tuple[str, ...], **values: Any) -> None:
    """Put the profiles of B, with the lists that they need, into A. Comments and style of A stay, those in the sections
    of B come along. Transfer syntax lists that are equal are shared; a list whose label A has for another one gets
    a new label.

    B is a FILE with all its profiles, or one of them, [FILE:]NAME. A or B may be `-`: standard input.
    """
    taken = _taken(others, values)
    if file == STDIN and STDIN in taken:
        raise click.UsageError("only one of A and B can be standard input")
    found = opened(file, values)
    files = [_wanted(opened(path, values, writes=False), names) for path, names in taken.items()]
    with mended(found):
        edited = asprofile.merge(found.source, *files, clash=values["clash"], release=found.release)
    conclude(found, edited, values)


def _wanted(other: Opened, names: list[str | None]) -> Source | tuple[Source, list[str]]:
    """A file with all its profiles, or with those that are named."""
    if None in names:
        return other.source
    return other.source, [name or "" for name in names]


def _taken(others: Iterable[str], values: dict[str, Any]) -> dict[str, list[str | None]]:
    """Of each file, in the order given, the profiles that are wanted: None for all, empty for its only one."""
    project = options.project(values["settings_file"], values["isolated"])
    taken: dict[str, list[str | None]] = {}
    for reference in map(parse, others):
        path = reference.path
        if path is None:
            release = values["release"] or project.release
            path = find_file(reference.name or "", project, release, None).source.path
        taken.setdefault(path, []).append(reference.name)
    return taken
