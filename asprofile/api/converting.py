"""Profiles to and from the formats of other programs."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, BinaryIO, NoReturn

from asprofile.api.files import STDIN, check_profile
from asprofile.api.inputs import Input, source_of
from asprofile.api.other_kinds import FORMAT, refuse_other_kind
from asprofile.api.profiles import load_source
from asprofile.api.references import typed
from asprofile.api.words import name_of, name_or_none, role_of, unheard
from asprofile.convert.exchange import (
    BASE_DN,
    DEVICE,
    ConversionLoss,
    ConversionSource,
    ConversionTarget,
    Exchange,
    Reading,
    Written,
)
from asprofile.convert.formats import CONVERT_FORMATS, PROFILE_FORMAT, begun, by_name, guessed
from asprofile.convert.formats.form import Format
from asprofile.convert.profiles import from_config
from asprofile.convert.room import fitted
from asprofile.errors import AsprofileError, ConfigurationError, ConversionError, ProfileNotFound
from asprofile.lint.subject import Subject
from asprofile.model.config import not_found, some_names
from asprofile.model.reference import ProfileReference
from asprofile.model.words import looked_up
from asprofile.names.releases import LATEST, parse_release
from asprofile.settings.project import ProjectSettings
from asprofile.syntax.recognise import for_other
from asprofile.text import Source, decode, encode

if TYPE_CHECKING:
    from asprofile.logs.association import LoggedAssociation
    from asprofile.model.words import AssociationRole

READ = [one.name for one in CONVERT_FORMATS if one.read is not None or one.name == PROFILE_FORMAT]
WRITTEN = [one.name for one in CONVERT_FORMATS if one.write is not None]
_WHOSE: dict[AssociationRole, str] = {"requestor": "a requestor's", "acceptor": "an acceptor's"}


@dataclass(frozen=True, slots=True)
class Converted:
    """What came out (``data``), and what the other format cannot express (``losses``). ``has_errors``: the linter finds
    an error in it. ``source``: the profile file it was read from, None if it was of another format.
    """

    data: bytes
    losses: tuple[ConversionLoss, ...]
    has_errors: bool
    source: Source | None


def convert(
    source: Input,
    to: str,
    *,
    profile: str | None = None,
    from_format: str | None = None,
    into: Input | None = None,
    combine: bool = False,
    split: bool = False,
    name: str | None = None,
    role: AssociationRole | None = None,
    release: str | None = None,
    ae: str | None = None,
    device: str | None = None,
    base_dn: str | None = None,
    file: str = "FILE",
    on_note: Callable[[str], None] | None = None,
    settings: ProjectSettings | None = None,
) -> Converted:
    """Profiles in the format of another program, or from it. What the other format cannot express is a loss: nothing
    is dropped without a word. A profile file that is made is formatted, lints clean, and loads in every DCMTK release
    from the one on that its header names.

    Args:
        source: A path, the bytes of a file, or what was read before.
        to: The format to write: ``"profile"``, ``"json"``, ``"yaml"``, ``"pynetdicom"`` and others.
        profile: The name of the profile that is meant; empty: the only one; None: all of them.
        from_format: The format of ``source``; None: as it looks.
        into: A file of the format, to which is added what it does not have yet.
        combine: Fewer contexts: several transfer syntaxes in one, the peer chooses.
        split: Over 128 contexts, several profiles.
        name: Of the profile that is made; None: that of ``source``.
        role: Who loads it, ``"requestor"`` or ``"acceptor"``; None: as far as it shows it.
        release: The DCMTK release that shall load it; None: the newest, and what is written from 3.6.0 on where it can.
        ae: For dcm4chee only: the AE title; None: the profile's name.
        device: For dcm4chee only: the device.
        base_dn: For dcm4chee-ldif only: the root of the directory.
        file: The name of the file, for its header.
        on_note: Gets in a sentence each loss and what else to know, as it comes.
        settings: Whose release and role count where none is given.

    Raises:
        ConfigurationError: There is no such format, or arguments do not go together.
        LoadError: The release does not load the profile file.
        ProfileNotFound: There is no such profile.
        AsprofileError: The file is not of the format, or the format cannot hold the profile.
        OSError: A path cannot be read.

    Examples:
        >>> made = asprofile.convert("ct.cfg", "json")
        >>> made.losses
        ()
        >>> again = asprofile.convert(made.data, "profile", from_format="json")
        >>> asprofile.diff(again.data, "ct.cfg").equal
        True
    """
    found = source_of(source)
    there = None if into is None else source_of(into)
    reference = ProfileReference(found.path, name_or_none(profile))
    target = ConversionTarget(PurePath(found.path).name, None, file, ae, device or DEVICE, base_dn or BASE_DN)
    return convert_file(
        reference,
        found,
        to,
        target,
        there,
        given=[name for name, value in (("ae", ae), ("device", device), ("base_dn", base_dn)) if value is not None],
        from_format=from_format,
        combine=combine,
        split=split,
        name=name_or_none(name),
        role=role_of(role),
        release=None if release is None else parse_release(release),
        on_note=on_note,
        settings=settings,
    )


def convert_file(
    reference: ProfileReference,
    file: Source,
    to_name: str,
    to: ConversionTarget,
    there: Source | None,
    *,
    given: Iterable[str] = (),
    from_format: str | None,
    combine: bool,
    split: bool,
    name: str | None,
    role: AssociationRole | None,
    release: str | None,
    on_note: Callable[[str], None] | None,
    settings: ProjectSettings | None,
) -> Converted:
    """The same of a file as it was named; ``there`` is the one it is added to."""
    project, say = settings or ProjectSettings(), on_note or unheard
    target = format_of(to_name)
    check_target(target, into=there is not None, split=split, given=given)
    origin = format_of(from_format, reading=True) if from_format is not None else _guess(file)
    reading, profile_file = _read(file, origin, reference, role, release, project)
    _check_role(reading, role, reference)
    for text in (*(f"lost from {origin.name}: {loss.message}" for loss in reading.losses), *reading.notes):
        say(text)
    exchange = _for_one(_named(_chosen(reading.exchange, reference), name), target, reference)
    exchange = _with_room(exchange, release, say, combine=combine, split=split)
    if there is not None:
        _checked(there, target, exchange.role, release or project.release)
    written = _converted(exchange, target, replace(to, release=release), reference, there)
    if target.says not in ("either", exchange.role):
        say(_direction(exchange.role, target))
    for text in (*(f"lost in {target.name}: {loss.message}" for loss in written.losses), *written.notes):
        say(text)
    return Converted(encode(written.text), reading.losses + written.losses, bool(written.wrong), profile_file)


def described(
    origin: Format,
    source: Source,
    stream: BinaryIO,
    role: AssociationRole | None,
    release: str | None,
    say: Callable[[str], None],
) -> tuple[bytes, bool]:
    """The profile file that another description is, for that role; what it does not say goes to ``say``. Whether an
    acceptor takes any other SOP class, too (``Reading.any_class``).

    Raises AsprofileError where it is not of that format, or no profile can hold it.
    """
    reading = _reading(origin, source, stream, role, release)
    for text in (*reading.notes, *(f"not in the profile: {loss.message}" for loss in reading.losses)):
        say(text)
    target = by_name(PROFILE_FORMAT)
    exchange = _with_room(reading.exchange, None, say, combine=False, split=True)
    written = _converted(exchange, target, ConversionTarget(), ProfileReference(source.path, None), None)
    for text in (*(f"not in the profile: {loss.message}" for loss in written.losses), *written.notes):
        say(text)
    return encode(written.text), reading.any_class


def format_of(name: str, *, reading: bool = False) -> Format:
    """Raises ConfigurationError for a name that is none, and for a format that is not read where it should be."""
    try:
        found = by_name(name_of(name))
    except KeyError:
        known = READ if reading else [one.name for one in CONVERT_FORMATS]
        raise ConfigurationError(f"no format {name!r}; there is {', '.join(known)}") from None
    if reading and found.name not in READ:
        raise ConfigurationError(f"{found.name} is only written; what is read is one of {', '.join(READ)}")
    return found


def check_target(target: Format, *, into: bool, split: bool, given: Iterable[str]) -> None:
    """That the format can be what is asked of it; ``given`` are the arguments that are for some formats. Raises
    ConfigurationError.
    """
    if target.write is None:
        raise ConfigurationError(f"{target.name} is only read; what is written is one of {', '.join(WRITTEN)}")
    if into and target.merge is None:
        mergeable = " and ".join(one.name for one in CONVERT_FORMATS if one.merge is not None)
        raise ConfigurationError(
            f"@{{into}} goes with {mergeable}; write a new file, and put it into {target.name} yourself"
        )
    if split and not target.several:
        raise ConfigurationError(
            f"@{{split}} makes several profiles, and {target.name} holds one: split with @{{to=profile}}, and convert "
            "each"
        )
    for name in given:
        if name not in target.takes:
            takers = " and ".join(one.name for one in CONVERT_FORMATS if name in one.takes)
            raise ConfigurationError(f"@{{{name}}} goes with {takers}, and not with {target.name}")


# --- Reading ----------------------------------------------------------------------------------------------------------


def _guess(file: Source) -> Format:
    if (binary := begun(file.data)) is not None:
        return binary
    refuse_other_kind(file.data, file.path, FORMAT, in_doubt=False)
    found = guessed(file.path, _text(file))
    if len(found) == 1:
        return found[0]
    if not file.data.strip():
        raise AsprofileError(f"{file.path}: there is nothing in it")
    if found:
        raise AsprofileError(
            f"{file.path}: may be {' or '.join(one.name for one in found)}; say which with @{{from_format}}"
        )
    refuse_other_kind(file.data, file.path, FORMAT)
    known = ", ".join(READ)
    raise AsprofileError(
        f"{file.path}: of no format that is known by its look; say which with @{{from_format}}: {known}"
    )


def _text(file: Source) -> str:
    return decode(file.data)


def _read(
    file: Source,
    origin: Format,
    reference: ProfileReference,
    role: AssociationRole | None,
    release: str | None,
    project: ProjectSettings,
) -> tuple[Reading, Source | None]:
    if origin.name == PROFILE_FORMAT:
        loader = release or project.release
        found = load_source(file, loader, role or project.role or _role_of(file, loader, reference))
        names = list(found.config.profiles)
        if reference.name:
            # What is asked for by name has to be one that DCMTK would use.
            names = [found.config.use(reference.name).name]
        return from_config(found.config, file.data, names), file
    return _reading(origin, file, io.BytesIO(file.data), role, release), None


def _reading(
    origin: Format, file: Source, stream: BinaryIO, role: AssociationRole | None, release: str | None
) -> Reading:
    assert origin.read is not None, "only what is read can be chosen"
    if b"\0" in file.data and not origin.binary:
        raise AsprofileError(f"{file.path}: has a NUL byte, so it is no text ({origin.title})")
    text = "" if origin.binary else _text(file)
    try:
        return origin.read(ConversionSource(text, _name_of(file.path), role, release or LATEST, stream, _captured))
    except ConversionError as error:
        _wrong(file, error)


def _captured(stream: BinaryIO) -> Iterator[LoggedAssociation]:
    # Not needed by the other formats.
    from asprofile.trace.captures import CaptureReader
    from asprofile.trace.logged import as_logged

    return as_logged(CaptureReader(stream).associations())


def _check_role(reading: Reading, role: AssociationRole | None, reference: ProfileReference) -> None:
    said = reading.exchange.role
    if role not in (None, said):
        raise AsprofileError(f"{reference.file}: says itself that its profiles are {_WHOSE[said]}; leave out @{{role}}")


def _role_of(file: Source, release: str, reference: ProfileReference) -> AssociationRole | None:
    """Whose profiles they are, as the linter sees it; None where DCMTK refuses the file anyway."""
    subject = Subject(file, release, None)
    if subject.loading.problems:
        return None
    profiles = subject.config.profiles
    wanted = [profiles[name] for name in profiles if reference.name in (None, "", name)] or profiles.values()
    roles = {subject.role_of(profile.context_list) for profile in wanted}
    return roles.pop() if len(roles) == 1 else None


def _wrong(file: Source, error: ConversionError) -> NoReturn:
    place = "" if error.line is None else f":{error.line}" + (f":{error.column}" if error.column else "")
    raise AsprofileError(f"{file.path}{place}: {error.template}") from None


def _name_of(path: str) -> str:
    """A name for a profile of a format that has none: that of the file."""
    stem = "" if path == STDIN else PurePath(path).name.split(".")[0]
    return re.sub(r"[^A-Za-z0-9_-]+", "-", stem).strip("-") or "Converted"


def _wanted(name: str, known: list[str]) -> str:
    """The profile of that name, as it is called in the file."""
    plain = looked_up(name)
    for one in known:
        if one.upper() == plain:
            return one
    raise ProfileNotFound(not_found(name, known))


# --- What is converted ------------------------------------------------------------------------------------------------


def _chosen(exchange: Exchange, reference: ProfileReference) -> Exchange:
    if not reference.name:
        return exchange
    name = _wanted(reference.name, [one.name for one in exchange.profiles])
    return replace(exchange, profiles=tuple(one for one in exchange.profiles if one.name == name))


def _named(exchange: Exchange, name: str | None) -> Exchange:
    if name is None:
        return exchange
    if len(exchange.profiles) != 1:
        raise ConfigurationError(f"@{{name}} is for one profile, and there are {len(exchange.profiles)}")
    return replace(exchange, profiles=(replace(exchange.profiles[0], name=name),))


def _for_one(exchange: Exchange, target: Format, reference: ProfileReference) -> Exchange:
    names = [one.name for one in exchange.profiles]
    if not names:
        raise AsprofileError(f"{reference.file}: there is no profile to convert")
    if len(names) > 1 and (reference.name == "" or not target.several):
        room = "" if target.several else f", and {target.name} holds one"
        raise AsprofileError(
            f"{reference.file}: which profile? There is {some_names(names)}{room}; write {typed(reference.file)}:NAME"
        )
    return exchange


def _with_room(
    exchange: Exchange, release: str | None, say: Callable[[str], None], *, combine: bool, split: bool
) -> Exchange:
    """With fewer contexts or more profiles, which is said."""
    made = fitted(exchange, release, is_combined=combine, is_split=split)
    before, after = (sum(len(one.contexts) for one in some.profiles) for some in (exchange, made))
    if combine and after < before:
        chooses = "the peer" if exchange.role == "requestor" else "the acceptor"
        say(f"combined: {after} contexts for {before}; in one with several transfer syntaxes {chooses} chooses")
    if len(made.profiles) > len(exchange.profiles):
        listed = some_names([f"{one.name} ({len(one.contexts)} contexts)" for one in made.profiles])
        say(f"split: {listed}; each is for an association of its own")
    return made


def _checked(file: Source, target: Format, role: AssociationRole, release: str) -> None:
    """That it can be added to this file: it is of that format. Raises AsprofileError, LoadError."""
    if target.name == PROFILE_FORMAT:
        check_profile(file.data, file.path)
        load_source(file, release, role)
    elif (kind := for_other(file.data) or _not_text(file.data)) is not None:
        raise AsprofileError(f"{file.path}: left as it is, because it is {kind}")
    elif target not in guessed(file.path, _text(file)):
        raise AsprofileError(
            f"{file.path}: not of the format {target.name}, and left as it is; write a new file instead"
        )


def _not_text(data: bytes) -> str | None:
    return "no text (it has a NUL byte)" if b"\0" in data else None


def _converted(
    exchange: Exchange, target: Format, to: ConversionTarget, reference: ProfileReference, there: Source | None
) -> Written:
    assert target.write is not None, "only what is written can be chosen"
    if there is not None:
        assert target.merge is not None, "only what is merged can be added to"
        try:
            return target.merge(_text(there), exchange, to)
        except ConversionError as error:
            _wrong(there, error)
    try:
        return target.write(exchange, to)
    except ConversionError as error:
        raise AsprofileError(f"{reference.file}: not to be had as {target.name}: {error.template}") from None


def _direction(role: AssociationRole, target: Format) -> str:
    """Where a proposal becomes what is accepted, or the other way round."""
    other: AssociationRole = "acceptor" if role == "requestor" else "requestor"
    return f"it is {_WHOSE[role]} profile, and {target.name} is for {_WHOSE[other]} contexts"
