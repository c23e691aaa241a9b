"""``[FILE:]NAME`` as an argument: a profile of a file, of the project or of the samples; or a whole file.

``asprofile.model.reference`` has the grammar. Here is what an argument may be beyond it: a file as it is, which wins
over a profile of that name, and the name of a profile in an argument or an option of its own
(``cli.references``).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from asprofile.api.files import STDIN, read_one
from asprofile.api.inputs import Input
from asprofile.api.inputs import source_of as read_source
from asprofile.api.profiles import LoadedFile, chosen, find_file, load_source, loaded
from asprofile.model.config import Profile
from asprofile.model.reference import ProfileReference, is_drive, is_name
from asprofile.text import UNNAMED

if TYPE_CHECKING:
    from asprofile.model.config import Config, Profile
    from asprofile.model.words import AssociationRole
    from asprofile.settings.project import ProjectSettings
    from asprofile.text import Source

ProfileInput: TypeAlias = "Input | Profile | ProfileReference"
"""A profile as a caller gives it: ``[FILE:]NAME`` as a ``str``, a file with its only profile, or the profile itself."""


@dataclass(frozen=True, slots=True)
class NamedProfile:
    """What a caller has named: a file as a release loads it (None: a profile was given itself), and the profile of it.

    ``name``: of the profile, empty for the only one, None where it may be all. ``path``: the file as it was named; a
    name where there is none.
    """

    path: str
    name: str | None
    loaded: LoadedFile | None
    given: Profile | None = None

    @property
    def source(self) -> Source | None:
        return None if self.loaded is None else self.loaded.source

    @property
    def file(self) -> str:
        """The file that it is in, as it is shown; where there is none, what it is called."""
        return self.path if self.source is None else self.source.path

    @property
    def config(self) -> Config | None:
        return None if self.loaded is None else self.loaded.config

    @property
    def profiles(self) -> dict[str, Profile]:
        """All that may be meant, by name."""
        if self.given is not None:
            return {self.given.name: self.given}
        assert self.loaded is not None, "a file, or a profile"
        return dict(self.loaded.config.profiles)

    def profile(self, name: str | None = None) -> Profile:
        """The one that is meant; of a file as a whole the one of that name, or its only one. Raises ProfileNotFound,
        and LoadError where DCMTK would not use it.
        """
        if self.given is not None:
            return self.given
        assert self.loaded is not None, "a file, or a profile"
        return chosen(self.name or name, self.loaded, typed(self.path))


IN_MEMORY = "<profile>"
"""The file of a profile that is given as a value."""


def named_profile(
    given: ProfileInput, project: ProjectSettings, release: str, role: AssociationRole | None, typed_as: str = ""
) -> NamedProfile:
    """Find and load what a caller has named. ``typed_as``: the name of standard input, where its content is given.

    Raises LoadError, ProfileNotFound, OSError, AsprofileError for a text that names no profile, TypeError.
    """
    if isinstance(given, Profile):
        return NamedProfile(IN_MEMORY, given.name, None, given)
    reference = parse(given) if isinstance(given, str) else given
    if isinstance(reference, ProfileReference):
        found = loaded(reference, project, release, role)
        return NamedProfile(reference.path or found.source.path, reference.name, found)
    source = read_source(reference)
    return NamedProfile(typed_as or source.path, None, load_source(source, release, role))


def parse(text: str) -> ProfileReference:
    """An argument: an existing file of any name is that file; anything else is ``[FILE:]NAME``, and what
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


def source_of(reference: ProfileReference, project: ProjectSettings, release: str, stdin_name: str = UNNAMED) -> Source:
    """The file of a reference; for a name alone, the file of the project or the sample that has such a profile."""
    if reference.path is not None:
        return read_one(reference.path, stdin_name)
    return find_file(reference.name or "", project, release, None).source


def typed(path: str) -> str:
    """A file as an argument: one whose name begins with a hyphen, standard input too, comes after ``--``."""
    return f"-- {path}" if path.startswith("-") else path
