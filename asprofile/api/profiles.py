"""Finding and loading the profile that a caller names: in a file, in the project's files, among the samples."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from asprofile.api.files import read_one
from asprofile.api.other_kinds import refuse_other_kind
from asprofile.errors import LoadError, ProfileNotFound
from asprofile.model.config import Config, Profile, only_of, some_names
from asprofile.model.document import read
from asprofile.model.inference import Inference, infer
from asprofile.model.loader import Loading, load
from asprofile.model.reference import ProfileReference
from asprofile.model.words import PROFILES, AssociationRole, looked_up
from asprofile.resources import sample_files
from asprofile.settings.project import ProjectSettings
from asprofile.text import Source

# DCMTK's condition for more than 128 contexts in a list, which from 3.6.8 on is for requestors only.
TOO_MANY_CONTEXTS = 1032


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A file, and what a release loads from it; ``inferred`` is the inferred role, if none was given."""

    source: Source
    config: Config
    inferred: Inference | None = None


def load_source(source: Source, release: str, role: AssociationRole | None) -> LoadedFile:
    """What the release loads. Raises LoadError, with the source, where DCMTK would refuse the file, and AsprofileError
    for one that is no text at all.

    Without a role it is inferred. Where that is open, it is a requestor's, unless only acceptors load it (over 128
    contexts, from 3.6.8 on).
    """
    try:
        return _loaded(source, release, role)
    except LoadError as error:
        refuse_other_kind(source.data, source.path)
        _placed(error, source, release)


def _placed(error: LoadError, source: Source, release: str) -> NoReturn:
    """Raise it again with its file and release."""
    raise LoadError(error.code, error.message, error.span, source, release) from None


def _loaded(source: Source, release: str, role: AssociationRole | None) -> LoadedFile:
    roles: tuple[AssociationRole, ...] = ("requestor", "acceptor") if role is None else (role,)
    inferred = None
    if role is None:
        document = read(source.data)
        inferred = infer(source.path, document, Loading(document, release, "acceptor").config)
        if inferred.role == "acceptor":
            roles = ("acceptor",)
    for tried in roles[:-1]:
        try:
            return LoadedFile(source, load(source.data, release, tried), inferred)
        except LoadError as error:
            if error.code != TOO_MANY_CONTEXTS:
                raise
    return LoadedFile(source, load(source.data, release, roles[-1]), inferred)


def find(
    reference: ProfileReference, project: ProjectSettings, release: str, role: AssociationRole | None
) -> tuple[LoadedFile, Profile]:
    """The profile of a reference: of its file, or the first of that name in the project's files, then the samples.

    Raises LoadError where DCMTK would not load the file, or not use the profile; ProfileNotFound, which names what
    there is.
    """
    found = loaded(reference, project, release, role)
    return found, chosen(reference.name, found, reference.path)


def loaded(
    reference: ProfileReference, project: ProjectSettings, release: str, role: AssociationRole | None
) -> LoadedFile:
    """The file of a reference as the release loads it. Raises LoadError, ProfileNotFound."""
    if reference.path is None:
        return find_file(reference.name or "", project, release, role)
    return load_source(read_one(reference.path), release, role)


def chosen(name: str | None, found: LoadedFile, typed: str | None = None) -> Profile:
    """The profile that is meant: the one named, or the only one. ``typed`` is how the file is written on a command
    line. Raises LoadError where DCMTK would not use it, ProfileNotFound.
    """
    try:
        return found.config.use(name or only_of(list(found.config.profiles), found.source.path, typed))
    except ProfileNotFound as error:
        raise ProfileNotFound(f"{typed or found.source.path}: {error.template}") from None
    except LoadError as error:
        _placed(error, found.source, found.config.release)


def find_file(name: str, project: ProjectSettings, release: str, role: AssociationRole | None) -> LoadedFile:
    """The first file with a profile of that name: of the project's profile files, else of the samples.

    A user's file must load, or this raises LoadError: the profile that is meant might be in it.
    One that only acceptors load (over 128 contexts), and a sample that needs a newer release, are skipped.
    Raises ProfileNotFound, which names what there is.
    """
    own = [str(path) for path in project.profile_files()]
    samples = [str(path) for path in _likely_first(name, sample_files())]
    known: list[str] = []
    for file in own + samples:
        source = read_one(file)
        try:
            loaded = _loaded(source, release, role)
        except LoadError as error:
            if not (file in samples or _is_for_acceptors(error, source, release)) or _has(source, name):
                _placed(error, source, release)
            continue
        if looked_up(name) in loaded.config.profiles:
            return loaded
        known += loaded.config.profiles
    raise ProfileNotFound(_not_found(name, known))


def _likely_first(name: str, samples: list[Path]) -> list[Path]:
    """The sample in front that has the name in its first line: to look at all of these is quicker than to load one."""
    beginning = b"# " + looked_up(name).encode("utf-8", "surrogateescape") + b":"

    def is_other(sample: Path) -> bool:
        with sample.open("rb") as file:
            return not file.readline().upper().startswith(beginning)

    return sorted(samples, key=is_other)


def _is_for_acceptors(error: LoadError, source: Source, release: str) -> bool:
    if error.code != TOO_MANY_CONTEXTS:
        return False
    try:
        load(source.data, release, "acceptor")
    except LoadError:
        return False
    return True


def _has(source: Source, name: str) -> bool:
    """Whether a file that does not load has a profile of that name."""
    profiles = read(source.data).supersection(PROFILES)
    return profiles is not None and looked_up(name) in (section.name for section in profiles.sections)


def _not_found(name: str, known: list[str]) -> str:
    # Not needed until a name is wrong.
    from asprofile.names.suggest import nearest

    where = "among the project's profiles and the samples"
    file = f"; for the file of that name write {name}:" if Path(name).is_file() else ""
    hint = nearest(name.upper(), known)
    if hint:
        return f"no profile {name!r} {where}; did you mean {' or '.join(hint)}?{file}"
    return f"no profile {name!r} {where}; there is {some_names(known)}{file}"
