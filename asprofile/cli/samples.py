"""``asprofile samples``."""

from __future__ import annotations

import json
from typing import Any

import click

from asprofile import program
from asprofile.cli import options
from asprofile.cli.terminal import style_for
from asprofile.cli.wide import table
from asprofile.errors import ProfileNotFound
from asprofile.resources import Sample, described, sample_files

JSON_VERSION = 1
_HEAD = ("Profile", "For", "Contexts", "DCMTK from", "What it is for")
_FOR = {"requestor": "sending", "acceptor": "receiving"}
_LATER = " and later"


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
    samples = [described(file) for file in sample_files()]
    if form == "json":
        chosen = samples if name is None else [_named(name, samples)]
        click.echo(json.dumps({"version": JSON_VERSION, "samples": [_object(sample) for sample in chosen]}, indent=2))
        return
    if name is not None:
        file = _named(name, samples).file
        click.echo(str(file) if path else file.read_bytes(), nl=path)
        return
    if path:
        click.echo("\n".join(str(sample.file) for sample in samples))
        return
    rows = [(one.name, _FOR[one.role], one.contexts, one.needs.removesuffix(_LATER), one.summary) for one in samples]
    click.echo("\n".join(table(_HEAD, rows, style_for(colour))))


def _object(sample: Sample) -> dict[str, Any]:
    return {
        "name": sample.name,
        "path": str(sample.file),
        "summary": sample.summary,
        "role": sample.role,
        "contexts": sample.contexts,
        "needs": sample.needs,
    }


def _named(name: str, samples: list[Sample]) -> Sample:
    known = {key.upper(): sample for sample in samples for key in (sample.file.stem, sample.name)}
    wanted = name.upper().removesuffix(".CFG")
    if wanted not in known:
        # Not needed until a name is wrong.
        from asprofile.names.suggest import nearest

        hint = nearest(name, [key for sample in samples for key in (sample.name, sample.file.name)])
        meant = f"; did you mean {' or '.join(hint)}?" if hint else f"; `{program.command('samples')}` lists them"
        raise ProfileNotFound(f"no sample {name!r}{meant}")
    return known[wanted]
