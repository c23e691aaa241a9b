"""Finding and loading the profile that a user names: in a file, in the project's files, among the samples."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import click

from asprofile import program
from asprofile.cli.files import for_people, read_one
from asprofile.cli.root import done
from asprofile.cli.terminal import style_for
from asprofile.errors import AsprofileError, LoadError, ProfileNotFound
from asprofile.lint.render.text import located
from asprofile.model import AssociationRole, Config, Inference, Loading, Profile, infer, load, read
from asprofile.model.config import some_names
from asprofile.model.reference import ProfileReference
from asprofile.model.words import PROFILES, looked_up
from asprofile.printing import printable
from asprofile.resources import sample_files
from asprofile.settings.project import ProjectSettings
from asprofile.text import Source

# DCMTK's condition for more than 128 contexts in a list, which from 3.6.8 on is for requestors only.
TOO_MANY_CONTEXTS = 1032


@dataclass(frozen=True, slots=True)
class LoadedFile:
    """A file, and what a release loads from it; ``inferred`` says in what role, where nobody did."""

    source: Source
    config: Config
    inferred: Inference | None = None


def load_or_show(source: Source, release: str, role: AssociationRole | None, colour: str = "auto") -> LoadedFile:
    """What the release loads; where DCMTK would refuse the file, show why and where, and end with exit status 2.

    Without a role it is inferred. Where that is open, it is a requestor's, unless only acceptors load it (over 128
    contexts, from 3.6.8 on).
    """
    try:
        return _loaded(source, release, role)
    except LoadError as error:
        show_error(source, error, release, colour)
        return done(2)


def _loaded(source: Source, release: str, role: AssociationRole | None) -> LoadedFile:
    """The same; raises LoadError."""
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


def unread(loaded: LoadedFile) -> str:
    """What to say of a file with entries that DCMTK does not read; empty if it reads all."""
    from asprofile.lint.unread import unread_entries  # not needed by those who only load

    count = unread_entries(loaded.source.data)
    if not count:
        return ""
    path = loaded.source.path
    is_file = Path(path).is_file()
    where = program.command("lint", f"./{path}" if path.startswith("-") else path) if is_file else "`lint` says which"
    return f"{count:,} {'entry is' if count == 1 else 'entries are'} not read; {where}"


def say_unread(loaded: LoadedFile) -> None:
    """The same on stderr, with the file's name."""
    if text := unread(loaded):
        click.echo(f"asprofile: {printable(f'{loaded.source.path}: {text}')}", err=True)


def show_error(source: Source, error: LoadError, release: str, colour: str = "auto") -> None:
    """Say on stderr where and why DCMTK refuses a file."""
    style = style_for(colour, sys.stderr)
    code = f" (condition {error.code})" if error.code else ""
    for line in located(for_people(source), error.span, f"DCMTK {release} refuses this{code}: {error.message}", style):
        click.echo(line, err=True)


def find(
    reference: ProfileReference,
    project: ProjectSettings,
    release: str,
    role: AssociationRole | None,
    colour: str = "auto",
) -> tuple[LoadedFile, Profile]:
    """The profile of a reference: of its file, or the first of that name in the project's files, then the samples.

    Ends with exit status 2 and the reason where DCMTK would not load the file, or not use the profile. Raises
    ProfileNotFound, which names what there is.
    """
    found = loaded(reference, project, release, role, colour)
    return found, chosen(reference.name, found, colour, reference.path)


def loaded(
    reference: ProfileReference,
    project: ProjectSettings,
    release: str,
    role: AssociationRole | None,
    colour: str = "auto",
) -> LoadedFile:
    """The file of a reference as the release loads it; where it does not, show why, and end with exit status 2."""
    if reference.path is None:
        return find_file(reference.name or "", project, release, role, colour)
    return load_or_show(read_one(reference.path), release, role, colour)


def chosen(name: str | None, found: LoadedFile, colour: str, typed: str | None = None) -> Profile:
    """The profile that is meant: the one named, or the only one. Where DCMTK would not use it, show why, and end.
    ``typed`` is how the file is written on a command line.
    """
    try:
        return found.config.use(name or only_name(found, typed))
    except ProfileNotFound as error:
        raise ProfileNotFound(f"{typed or found.source.path}: {error}") from None
    except LoadError as error:
        show_error(found.source, error, found.config.release, colour)
        return done(2)


def only_name(found: LoadedFile, typed: str | None = None) -> str:
    """The name of the only profile of a file; raises AsprofileError where there are more or none."""
    return only_of(list(found.config.profiles), found.source.path, typed)


def only_of(names: list[str], path: str, typed: str | None = None) -> str:
    """The same, of the names that there are."""
    if len(names) == 1:
        return names[0]
    raise AsprofileError(f"{path}: which profile? There is {some_names(names)}; write {typed or path}:NAME")


def find_file(
    name: str, project: ProjectSettings, release: str, role: AssociationRole | None, colour: str = "auto"
) -> LoadedFile:
    """The first file with a profile of that name: of the project's profile files, else of the samples.

    A user's file must load, or this ends with exit status 2 and the reason: the profile that is meant might be in it.
    Only one that loads for acceptors (over 128 contexts), and a sample that needs a newer release, are passed over.
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
                show_error(source, error, release, colour)
                done(2)
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
