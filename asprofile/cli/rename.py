"""``asprofile rename``."""

from __future__ import annotations

from typing import Any

import click

import asprofile
from asprofile.api.editing import KINDS
from asprofile.cli import options
from asprofile.cli.editing import conclude, mended, opened, output_options, target


@options.command(
    summary="Rename a profile or a list.",
    examples=("asprofile rename my.cfg:CT Scanner1", "asprofile rename my.cfg Uncompressed Plain"),
)
@options.argument("file", metavar="FILE:OLD")
@options.argument("names", nargs=-1, required=True, metavar="NEW")
@options.option(
    "--kind",
    heading=options.CONTENT,
    type=options.Choice(list(KINDS)),
    help="What OLD is, if there are several of that name.",
)
@output_options
def command(file: str, names: tuple[str, ...], **values: Any) -> None:
    """Give a profile or a list (of transfer syntaxes, contexts, roles, extended negotiation) in FILE another name,
    in its header and wherever it is referred to.

    FILE: is the only profile of a file; FILE OLD, as two arguments, is the same as FILE:OLD.

    NEW is written as given: letters, digits, `-` and `_`. FILE may be `-`: standard input, and the result on standard
    output.
    """
    path, old, more = target(file, names, "NEW")
    if len(more) > 1:
        raise click.UsageError(f"one new name, and not {len(more)}: FILE:OLD NEW, or FILE OLD NEW")
    found = opened(path, values)
    with mended(found):
        edited = asprofile.rename(found.source, old, more[0], kind=values["kind"], release=found.release)
    conclude(found, edited, values)
