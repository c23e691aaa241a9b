"""``FILE:PROFILE`` on the command line: a profile of a file, or all profiles of a file.

A colon may be part of a file's name, and of a path on Windows; it cannot be part of a profile's name.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from asprofile.cli.files import STDIN, read_one
from asprofile.cli.profiles import Loaded, load_or_show, show_error
from asprofile.cli.root import done
from asprofile.errors import AsprofileError, LoadError
from asprofile.model import AssociationRole, Profile
from asprofile.model.config import some_names


@dataclass(frozen=True, slots=True)
class Reference:
    """A file, and the name of a profile in it (None: not said)."""

    path: str
    profile: str | None


def parse(text: str) -> Reference:
    """The whole text if there is a file of that name, else what stands in front of the last colon and behind it."""
    path, colon, name = text.rpartition(":")
    if Path(text).is_file() or text == STDIN or not colon:
        return Reference(text, None)
    if not (path == STDIN or Path(path).is_file()):
        # Of `C:\x.cfg`, the letter of the drive is no file.
        return Reference(text if len(path) == 1 or not path else path, None)
    return Reference(path, name or None)


def loaded(reference: Reference, release: str, role: AssociationRole | None, colour: str) -> Loaded:
    """The file of a reference as the release loads it; where it does not, show why, and end with exit status 2."""
    return load_or_show(read_one(reference.path), release, role, colour)


def typed(path: str) -> str:
    """A file as an argument: one whose name begins with a hyphen, standard input too, stands behind ``--``."""
    return f"-- {path}" if path.startswith("-") else path


def chosen(reference: Reference, found: Loaded, colour: str) -> Profile:
    """The profile that is meant: the one named, or the only one. Where DCMTK would not use it, show why, and end."""
    names = list(found.config.profiles)
    if reference.profile is None and len(names) != 1:
        there = f"which profile? There is {some_names(names)}"
        raise AsprofileError(f"{reference.path}: {there}; write {typed(reference.path)}:PROFILE")
    try:
        return found.config.use(reference.profile or names[0])
    except LoadError as error:
        show_error(found.source, error, found.config.release, colour)
        done(2)
