"""``asprofile samples``."""

from __future__ import annotations

import click

from asprofile.api.samples import listed_samples
from asprofile.cli import options
from asprofile.cli.showing import show


@options.command(
    summary="List or print the sample profiles.",
    examples=("asprofile samples", "asprofile samples PrivateSiemens -o my.cfg"),
)
@options.argument("name", required=False, metavar="[NAME]")
@options.option("--path", heading=options.CONTENT, is_flag=True, help="Print the path of the file, not its content.")
@options.report("samples")
@options.colour
def command(name: str | None, path: bool, form: str, colour: str) -> None:
    """List the sample profiles; with NAME (of a profile, or of its file), print the file, to keep it and change it.

    `asprofile send --profile NAME` finds them by the same names.
    """
    found = listed_samples(name)
    if form == "json":
        show("samples", form, found, colour)
    elif name is not None:
        file = found.samples[0].file
        click.echo(str(file) if path else file.read_bytes(), nl=path)
    elif path:
        click.echo("\n".join(str(sample.file) for sample in found.samples))
    else:
        show("samples", form, found, colour)
