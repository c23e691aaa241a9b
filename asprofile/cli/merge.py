"""``asprofile merge``."""

from __future__ import annotations

from typing import Any

import click

from asprofile.cli.editing import conclude, opened, output_options
from asprofile.cli.files import STDIN
from asprofile.cli.writing import check_output, same_file
from asprofile.edit import merge_files
from asprofile.syntax.recognise import profile_only


@click.command(short_help="Put the profiles of one file into another.")
@click.argument("file", metavar="A")
@click.argument("other", metavar="B")
@click.option("-o", "--output", metavar="FILE", help="Write the result here (`-`: standard output), not to A.")
@click.option("--profile", multiple=True, metavar="NAME", help="Only this profile of B. Repeatable.  [default: all]")
@click.option(
    "--clash",
    type=click.Choice(["error", "rename", "keep", "replace"]),
    default="error",
    show_default=True,
    help="A profile of B whose name A has for another one: change nothing; take it over under a new name; keep that "
    "of A; put it in the place of that of A.",
)
@output_options
def command(file: str, other: str, **values: Any) -> None:
    """Put the profiles of B, with the lists that they need, into A. Comments and style of A stay, those in the sections
    of B come along. Transfer syntax lists that are equal are shared; a list whose label A has for another one gets
    a new label.

    A or B may be `-`: standard input.
    """
    if file == STDIN == other:
        raise click.UsageError("only one of A and B can be standard input")
    output: str | None = values["output"]
    if output is not None and same_file(output, file):
        output = None
    if output not in (None, STDIN):
        check_output(output, force=True, protected=profile_only)
    found, source = opened(file, values, writes=output is None), opened(other, values, writes=False)
    wanted = values["profile"] or None
    edited = merge_files(found.document, source.document, found.release, profiles=wanted, clash=values["clash"])
    conclude(found, edited, values, output)
