"""``asprofile remove``."""

from __future__ import annotations

from typing import Any

import asprofile
from asprofile.cli import options
from asprofile.cli.editing import conclude, mended, opened, output_options, target


@options.command(
    summary="Remove presentation contexts from a profile.",
    examples=(
        "asprofile remove my.cfg:CT MRImageStorage",
        "asprofile remove my.cfg CT MRImageStorage --ts jpeg-ls --diff",
    ),
)
@options.argument("file", metavar="FILE:NAME")
@options.argument("sop", nargs=-1, required=True, metavar="SOP...")
@options.ts(
    detail="Or the label of a list in the file. Only the contexts with exactly these.",
    default="all contexts of the SOP classes",
)
@options.flag("--shared", heading=options.CONTENT)
@options.option(
    "--prune",
    heading=options.CONTENT,
    is_flag=True,
    help="Also remove transfer syntax lists that no context uses any more.",
)
@output_options
def command(file: str, sop: tuple[str, ...], **values: Any) -> None:
    """Remove the presentation contexts of SOP classes from the profile NAME of FILE, and renumber the others. Roles and
    extended negotiation of a class without a context are removed, too. Comments stay.

    FILE: is the only profile of a file; FILE NAME, as two arguments, is the same as FILE:NAME.

    SOP is DCMTK's name, the keyword or name of DICOM PS3.6, or a UID. FILE may be `-`: standard input, and the result
    on standard output.
    """
    path, name, sop = target(file, sop, "SOP...")
    found = opened(path, values)
    with mended(found):
        edited = asprofile.remove(
            found.source,
            name,
            sop,
            ts=values["ts"],
            shared=values["shared"],
            prune=values["prune"],
            release=found.release,
        )
    conclude(found, edited, values)
