"""``asprofile merge``."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING, Any

import click

from asprofile.cli import options
from asprofile.cli.editing import Opened, conclude, in_turn, opened, output_options, profile_of
from asprofile.cli.files import STDIN
from asprofile.cli.profiles import find_file
from asprofile.cli.references import parse
from asprofile.edit import Edited, merge_files

if TYPE_CHECKING:
    from asprofile.edit.merge import Clash
    from asprofile.model import Document


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
    help="A profile of B whose name A has for another one: change nothing; take it over under a new name; keep that "
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
    sources = [opened(path, values, writes=False) for path in taken]
    wanted = [_names(source, names) for source, names in zip(sources, taken.values(), strict=True)]
    edits = (partial(_merged, source, names, values["clash"]) for source, names in zip(sources, wanted, strict=True))
    conclude(found, in_turn(found, edits), values)


def _taken(others: Iterable[str], values: dict[str, Any]) -> dict[str, list[str | None]]:
    """Of each file, in the order given, the profiles that are wanted: None for all, empty for its only one."""
    project = options.project(values["settings_file"], values["isolated"])
    taken: dict[str, list[str | None]] = {}
    for reference in map(parse, others):
        path = reference.path
        if path is None:
            release = values["release"] or project.release
            path = find_file(reference.name or "", project, release, None, values["colour"]).source.path
        taken.setdefault(path, []).append(reference.name)
    return taken


def _names(source: Opened, names: list[str | None]) -> tuple[str, ...] | None:
    if None in names:
        return None
    return tuple(profile_of(source, name or "") for name in names)


def _merged(source: Opened, names: tuple[str, ...] | None, clash: Clash, document: Document) -> Edited:
    return merge_files(document, source.document, source.release, profiles=names, clash=clash)
