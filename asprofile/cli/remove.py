"""``asprofile remove``."""

from __future__ import annotations

from typing import Any

import click

from asprofile.cli.editing import conclude, opened, output_options
from asprofile.cli.named import sop_class, syntax_list
from asprofile.edit import Removal, remove_contexts


@click.command(short_help="Take presentation contexts out of a profile.")
@click.argument("file", metavar="FILE")
@click.argument("profile", metavar="PROFILE")
@click.argument("sop", nargs=-1, required=True, metavar="SOP...")
@click.option(
    "--ts",
    metavar="LIST",
    help="Only the contexts with exactly these transfer syntaxes: the label of a list in the file, or names and UIDs "
    "with commas between them.  [default: all contexts of the SOP classes]",
)
@click.option("--shared", is_flag=True, help="Change the profiles that use the same lists, too.")
@click.option("--prune", is_flag=True, help="Take out the transfer syntax lists that no context uses then.")
@output_options
def command(file: str, profile: str, sop: tuple[str, ...], **values: Any) -> None:
    """Take the presentation contexts of SOP classes out of PROFILE in FILE, and number the others anew. Roles and
    extended negotiation of a class that has no context left go along. Comments stay.

    SOP is DCMTK's name, the keyword or name of DICOM PS3.6, or a UID. FILE may be `-`: standard input, and the result
    on standard output.
    """
    found = opened(file, values)
    listed = syntax_list(found, values["ts"])[0] if values["ts"] is not None else None
    removal = Removal(tuple(map(sop_class, sop)), listed, shared=values["shared"], prune=values["prune"])
    conclude(found, remove_contexts(found.document, profile, removal, found.release), values)
