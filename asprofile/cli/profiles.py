"""What is said of a profile file on standard error: where DCMTK refuses it, and what in it is not read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from asprofile.api.files import for_people
from asprofile.cli.terminal import style_for
from asprofile.printing import printable

_MOST_NOTES = 10

if TYPE_CHECKING:
    from asprofile.errors import LoadError
    from asprofile.text import Source


def say_unread(source: Source | None) -> None:
    """The same on stderr, with the file's name."""
    from asprofile.api.unread import unread  # not needed by those who only load

    say_notes(source)
    if source is not None and (text := unread(source)):
        click.echo(f"asprofile: {printable(f'{source.path}: {text}')}", err=True)


def say_notes(source: Source | None) -> None:
    """What a profile was made of, where that was another description, and what that does not say."""
    notes = getattr(source, "notes", ())
    for note in notes[:_MOST_NOTES]:
        assert source is not None, "it has notes"
        click.echo(f"asprofile: {printable(f'{source.path}: {note}')}", err=True)
    if len(notes) > _MOST_NOTES:
        click.echo(f"asprofile: ... and {len(notes) - _MOST_NOTES} more of what it does not say", err=True)


def show_error(error: LoadError, colour: str = "auto") -> None:
    """Say on stderr where and why DCMTK refuses a file, which the error has."""
    from asprofile.lint.render.text import located  # much of the linter, for what goes wrong only

    assert error.source is not None, "whoever loads a file says which"
    style = style_for(colour, sys.stderr)
    code = f" (condition {error.code})" if error.code else ""
    text = f"DCMTK {error.release} refuses this{code}: {error.message}"
    for line in located(for_people(error.source), error.span, text, style):
        click.echo(line, err=True)
