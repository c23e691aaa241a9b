"""Printing a result in the form that was asked for."""

from __future__ import annotations

from typing import Any

import click

from asprofile.cli.terminal import columns, style_for
from asprofile.render import UTF_8, rendered
from asprofile.render.look import ReportLook


def show(command: str, form: str, found: Any, colour: str, *, refused: bool = False) -> None:
    """Print what a command has found on standard output."""
    look = ReportLook(style_for(colour), refused, columns())
    lines = "".join(f"{line}\n" for line in rendered(command, form, found, look))
    click.echo(lines.encode() if form in UTF_8 else lines, nl=False)
