"""Other descriptions of a negotiation where a profile is asked for: they become one, in memory.

Whatever a program says of what it proposes or accepts is an input: the formats of ``convert``, of which a debug log, a
capture and a result of ``probe`` are three, and a live peer, which is probed. They are recognised by what is in them. A
profile file is never taken for one of them, whatever is wrong with it. What a description cannot say is told
(``DescribedSource.notes``).
"""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO, Final

from asprofile.api.files import MAX_SIZE, STDIN, read_one
from asprofile.api.inputs import source_of as read_source
from asprofile.api.profiles import load_source
from asprofile.api.references import NamedProfile, ProfileInput, named_profile, parse, source_of
from asprofile.errors import AsprofileError
from asprofile.model.config import Profile
from asprofile.model.reference import ProfileReference
from asprofile.regular import open_named
from asprofile.syntax.recognise import is_meant
from asprofile.text import UNNAMED, Source

if TYPE_CHECKING:
    from asprofile.api.asking import ProbeOutcome
    from asprofile.convert.formats.form import Format
    from asprofile.model.words import AssociationRole
    from asprofile.settings.project import ProjectSettings

PEER: Final = "peer:"
"""What is in front of a live peer: ``peer:[AET@]HOST:PORT``, or for a command ``peer:NAME`` of the settings."""

_HEAD: Final = 1 << 20


class DescribedSource(Source):
    """A profile file that was made of another description of the format ``made_of``; ``notes``: what that is, and what
    it does not say. ``any_class``: an acceptor takes SOP classes that it does not know, too.
    """

    def __init__(self, data: bytes, path: str, notes: tuple[str, ...], made_of: str, *, any_class: bool) -> None:
        super().__init__(data, path)
        self.notes = notes
        self.made_of = made_of
        self.any_class = any_class


def described_profile(
    given: ProfileInput,
    project: ProjectSettings,
    release: str,
    role: AssociationRole | None,
    from_format: str | None = None,
) -> NamedProfile:
    """As ``references.named_profile``; a file that describes a negotiation in another way is taken for the profile that
    it describes, and a ``peer:`` for what it accepts. Raises what that raises, and AsprofileError where a peer cannot
    be asked, or a file is not of ``from_format``.
    """
    if isinstance(given, str) and given.startswith(PEER):
        return named_profile(of_peer(given, role), project, release, role)
    reference = parse(given) if isinstance(given, str) else given
    if isinstance(reference, Profile) or (isinstance(reference, ProfileReference) and reference.path is None):
        return named_profile(reference, project, release, role)
    if isinstance(reference, ProfileReference):
        source = read_described(reference, project, release, role, from_format=from_format)
        return NamedProfile(reference.path or source.path, reference.name, load_source(source, release, role))
    source = as_profile(read_source(reference), role, from_format, release)
    return named_profile(source, project, release, role)


def read_described(
    reference: ProfileReference,
    project: ProjectSettings,
    release: str,
    role: AssociationRole | None,
    stdin_name: str = UNNAMED,
    from_format: str | None = None,
) -> Source:
    """The file of a reference, or the profile that it describes. A log and a capture may be of any length.

    Raises UnreadableFile, ProfileNotFound, AsprofileError.
    """
    path = reference.path
    if path is None:
        return source_of(reference, project, release, stdin_name)
    if path != STDIN and (found := _streamed(path, role, from_format, release)) is not None:
        return found
    return as_profile(read_one(path, stdin_name), role, from_format, release)


def _streamed(path: str, role: AssociationRole | None, from_format: str | None, release: str) -> Source | None:
    """The profile that a log or a capture describes, which is not read as a whole; None for all others."""
    try:
        with open_named(path) as file:
            size = os.fstat(file.fileno()).st_size
            head = file.read(_HEAD)
            found = _of_bytes(path, head, from_format)
            if found is None or (size <= MAX_SIZE and found.looks_like is not None and from_format is None):
                return None
            file.seek(0)
            return _made(found, Source(b"", path), file, role, release)
    except OSError:
        return None  # whoever reads it as a whole says why that cannot be


def _of_bytes(path: str, head: bytes, from_format: str | None) -> Format | None:
    if from_format is not None:
        forced = _format(from_format)
        return forced if forced.binary else None
    if is_meant(head):
        return None
    # Not needed for profiles.
    from asprofile.convert.formats import begun, guessed

    if (found := begun(head)) is not None:
        return found
    some = guessed(path, head.decode("utf-8", "replace"))
    return some[0] if len(some) == 1 and some[0].binary else None


def as_profile(
    source: Source, role: AssociationRole | None, from_format: str | None = None, release: str | None = None
) -> Source:
    """The source as it is, if it is a profile file or nothing that is known; else the profile that it describes.

    ``role``: who the profile is for. A log or a capture has both sides: for an acceptor what was accepted counts, else
    what was proposed. ``from_format``: its format, whatever it looks like. Raises AsprofileError where it is not of
    that.
    """
    if is_meant(source.data):
        return source
    if from_format is not None:
        found = _format(from_format)
        return source if found.read is None else _made(found, source, io.BytesIO(source.data), role, release)
    some = _formats_of(source, role)
    if len(some) != 1 or some[0].read is None:
        return source
    try:
        return _made(some[0], source, io.BytesIO(source.data), role, release)
    except AsprofileError:
        if some[0].looks_like is None:
            raise  # a capture is never a profile
        return source  # what is wrong with it as a profile is said


def _formats_of(source: Source, role: AssociationRole | None) -> list[Format]:
    from asprofile.convert.formats import begun, guessed

    if (found := begun(source.data[:_HEAD])) is not None:
        return [found]
    some = guessed(source.path, source.data.decode("utf-8-sig", "replace"))
    if len(some) > 1 and role is not None:
        # Two formats look alike, and one of them has what an acceptor takes, the other what a requestor proposes.
        some = [one for one in some if one.says in (role, "either")]
    return some


def _format(name: str) -> Format:
    from asprofile.api.converting import format_of

    return format_of(name, reading=True)


def _made(
    found: Format, source: Source, stream: BinaryIO, role: AssociationRole | None, release: str | None
) -> DescribedSource:
    # Not needed for profiles.
    from asprofile.api.converting import described

    notes: list[str] = []
    data, any_class = described(found, source, stream, role, release, notes.append)
    said = (f"read as {found.title}", *notes)
    return DescribedSource(data, source.path, said, found.name, any_class=any_class)


def describes(argument: str, project: ProjectSettings) -> bool:
    """Whether an argument is a description, or the name of a profile that there is, and no object or directory."""
    if argument.startswith(PEER):
        return True
    reference = parse(argument)
    if reference.path is None:
        return _is_there(reference.name or "", project)
    if not os.path.isfile(reference.path):  # noqa: PTH113
        return False
    try:
        source = read_one(reference.path)
    except AsprofileError:
        return _streamed(reference.path, None, None, project.release) is not None
    return is_meant(source.data) or bool(_formats_of(source, None))


def _is_there(name: str, project: ProjectSettings) -> bool:
    from asprofile.api.profiles import find_file

    try:
        find_file(name, project, project.release, None)
    except AsprofileError:
        return False
    return True


# --- A live peer


def of_peer(
    given: str, role: AssociationRole | None, ask: Callable[[str], ProbeOutcome] | None = None
) -> DescribedSource:
    """What a peer accepts, as a profile. ``ask`` gets what is after ``peer:``; None: ``asprofile.probe``, of an
    address. It is asked for every SOP class with every transfer syntax, and for the services.

    Raises AssociationError where there was no association, ConfigurationError for what is no address.
    """
    outcome = _asked(given.removeprefix(PEER)) if ask is None else ask(given.removeprefix(PEER))
    if outcome.was_interrupted:
        raise KeyboardInterrupt
    if outcome.negotiation is None and outcome.error is not None:
        raise outcome.error
    made = as_profile(Source(json.dumps(outcome.as_json()).encode(), given), role, "probe")
    assert isinstance(made, DescribedSource), "it was made of a probe"
    return made


def _asked(address: str) -> ProbeOutcome:
    # Not needed for files.
    from asprofile.api.asking import probe

    return probe(address, everything=True, services=True)
