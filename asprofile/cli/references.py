"""``[FILE:]NAME`` on the command line: a profile of a file, of the project or of the samples; or a whole file.

``asprofile.model.reference`` has the grammar. Here is what an argument may be beyond it: a file as it is, which wins
over a profile of that name, and the name of a profile in an argument or an option of its own.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from asprofile.cli.files import STDIN, read_one
from asprofile.cli.profiles import LoadedFile, chosen, find_file
from asprofile.model.reference import ProfileReference, is_drive, is_name, parse_reference

if TYPE_CHECKING:
    from asprofile.model import Profile
    from asprofile.settings.project import ProjectSettings
    from asprofile.text import Source


def parse(text: str) -> ProfileReference:
    """An argument: a file that is there is that file, whatever its name is; anything else is ``[FILE:]NAME``, and what
    cannot be one is a file that is not there.
    """
    if text == STDIN or os.path.lexists(text):
        return ProfileReference(text, None)
    path, colon, name = text.rpartition(":")
    if not colon:
        return ProfileReference(None, text) if is_name(text) else ProfileReference(text, None)
    if not path or is_drive(path):
        return ProfileReference(text, None)
    if path == STDIN or os.path.lexists(path) or not name.strip() or is_name(name):
        return ProfileReference(path, name if name.strip() else "")
    return ProfileReference(text, None)


def target(argument: str | None, name: str | None, option: str | None) -> ProfileReference:
    """What a command is to show: its argument, a NAME after it, or ``--profile``; the file, and the profile if one is
    said. Raises UsageError for none, and for a profile that is said twice.
    """
    if argument is None:
        if option is None:
            raise click.UsageError("Missing argument 'FILE'.")
        return parse_reference(option)
    found = parse(argument)
    if name is not None and option is not None:
        raise click.UsageError(f"the profile is named twice, {name!r} and --profile {option}; leave out one")
    said = name if name is not None else option
    if said is None:
        return found
    if found.path is not None and found.name is not None:
        raise click.UsageError(f"the profile is named twice, in {argument!r} and {said!r}; leave out one")
    if option is not None and ":" in option:
        raise click.UsageError(f"--profile {option} names a file itself; leave out {argument!r}")
    path = argument if found.path is None else found.path
    return ProfileReference(path, name if name is not None else parse_reference(said).name)


def source_of(
    reference: ProfileReference, project: ProjectSettings, release: str, colour: str, stdin_name: str = "<stdin>"
) -> Source:
    """The file of a reference; for a name alone, the file of the project or the sample that has such a profile."""
    if reference.path is not None:
        return read_one(reference.path, stdin_name)
    return find_file(reference.name or "", project, release, None, colour).source


def used(reference: ProfileReference, found: LoadedFile, colour: str) -> Profile:
    """The profile that is meant: the one named, or the only one. Where DCMTK would not use it, show why, and end."""
    return chosen(reference.name, found, colour, typed(reference.path or found.source.path))


def typed(path: str) -> str:
    """A file as an argument: one whose name begins with a hyphen, standard input too, comes after ``--``."""
    return f"-- {path}" if path.startswith("-") else path
