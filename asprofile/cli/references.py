"""A profile on the command line: ``[FILE:]NAME``, NAME after a FILE, or ``--profile``."""

from __future__ import annotations

import click

from asprofile.api.other_kinds import optional
from asprofile.api.references import parse
from asprofile.model.reference import ProfileReference, parse_reference


def target(argument: str | None, name: str | None, option: str | None) -> ProfileReference:
    """What a command is to show: its argument, a NAME after it, or ``--profile``; the file, and the profile if one is
    said. Raises UsageError for none, and for a profile that is said twice.
    """
    if argument is None:
        if option is None:
            raise click.UsageError("Missing argument 'FILE'.")
        return optional(option)
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
