"""``asprofile add``."""

from __future__ import annotations

import re
from typing import Any

import click

import asprofile
from asprofile.cli import options
from asprofile.cli.editing import conclude, mended, opened, output_options, target
from asprofile.cli.exits import typed
from asprofile.cli.root import done
from asprofile.errors import AsprofileError
from asprofile.printing import printable

_HEX = re.compile(r"(?:[0-9A-Fa-f]{2}){1,1023}")


@options.command(
    summary="Add presentation contexts to a profile.",
    examples=(
        "asprofile add my.cfg:CT MRImageStorage",
        'asprofile add my.cfg CT "Siemens CSA Non-Image Storage" --ts Uncompressed',
    ),
)
@options.argument("file", metavar="FILE:NAME")
@options.argument("sop", nargs=-1, required=True, metavar="SOP...")
@options.ts(
    detail="Or the label of a list in the file. Repeated, so many contexts for each SOP.", default="uncompressed"
)
@options.option(
    "--separate",
    heading=options.CONTENT,
    is_flag=True,
    help="A context for each transfer syntax, so that the peer has no choice.",
)
@options.option(
    "--label",
    heading=options.CONTENT,
    default="",
    metavar="LABEL",
    help="The label of a new transfer syntax list.  [default: chosen]",
)
@options.option(
    "--role-selection",
    heading=options.CONTENT,
    type=options.Choice(["scu", "scp", "both", "default"], case_sensitive=False),
    help="The requestor's role for each SOP; `default` removes it from the role list.",
)
@options.option(
    "--extended",
    heading=options.CONTENT,
    metavar="HEX",
    help="Extended negotiation data for each SOP, in hexadecimal digits.",
)
@options.role
@options.option(
    "--beside",
    heading=options.CONTENT,
    is_flag=True,
    help="Put a context after the last one of its SOP class, not at the end.",
)
@options.flag("--shared", heading=options.CONTENT)
@options.option("--drop", heading=options.CONTENT, is_flag=True, help="At 128 contexts, remove those of least use.")
@output_options
def command(file: str, sop: tuple[str, ...], **values: Any) -> None:
    """Add presentation contexts to the profile NAME of FILE: each SOP class with each list of transfer syntaxes.
    Comments, order and style of the file stay, existing transfer syntax lists are reused, and what is there already is
    not added again.

    FILE: is the only profile of a file; FILE NAME, as two arguments, is the same as FILE:NAME.

    SOP is DCMTK's name, the keyword or name of DICOM PS3.6, or a UID, also a private one. If no object can use what is
    added, the linter's finding is shown. FILE may be `-`: standard input, and the result on standard output.

    A requestor can propose 128 contexts. If there would be more, nothing is changed, and the message says which could
    be removed and why; --drop removes the first of these.
    """
    path, name, sop = target(file, sop, "SOP...")
    found = opened(path, values)
    try:
        with mended(found):
            edited = asprofile.add(
                found.source,
                name,
                sop,
                ts=values["ts"],
                separate=values["separate"],
                label=values["label"],
                role_selection=values["role_selection"],
                extended=_bytes(values["extended"]) if values["extended"] else b"",
                role=values["role"],
                beside=values["beside"],
                shared=values["shared"],
                drop=values["drop"],
                release=found.release,
            )
    except asprofile.NoRoom as error:
        click.echo(f"asprofile: {printable(found.source.path)}: not changed: {typed(error)}", err=True)
        for candidate in error.candidates:
            click.echo(f"  {candidate.what}: {candidate.reason}", err=True)
        done(2)
    conclude(found, edited, values)


def _bytes(digits: str) -> bytes:
    if _HEX.fullmatch(digits) is None:
        raise AsprofileError(f"--extended {digits!r}: pairs of hexadecimal digits, 1,023 at most, such as 020003000200")
    return bytes.fromhex(digits)
