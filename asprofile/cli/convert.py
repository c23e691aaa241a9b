"""``asprofile convert``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path, PurePath
from typing import NoReturn

import click

from asprofile import program
from asprofile.api.files import STDIN, check_profile, read_one
from asprofile.api.profiles import load_source
from asprofile.api.references import parse, source_of, typed
from asprofile.cli import options
from asprofile.cli.locking import held
from asprofile.cli.profiles import say_unread
from asprofile.cli.root import done
from asprofile.cli.writing import check_output, replace_file, write_file
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
from asprofile.convert.formats import CONVERT_FORMATS, PROFILE_FORMAT, Format, by_name, guessed, target_of
from asprofile.convert.profiles import from_config
from asprofile.convert.room import fitted
from asprofile.errors import AsprofileError, ConversionError, ProfileNotFound
from asprofile.lint.subject import Subject
from asprofile.model.config import some_names
from asprofile.model.reference import ProfileReference
from asprofile.model.words import AssociationRole, looked_up
from asprofile.names.releases import LATEST
from asprofile.names.suggest import nearest
from asprofile.printing import printable
from asprofile.settings.project import ProjectSettings
from asprofile.syntax.recognise import for_other, for_profile
from asprofile.text import Source as File
from asprofile.text import decode, encode

_READ = [one.name for one in CONVERT_FORMATS if one.read is not None or one.name == PROFILE_FORMAT]
_WHOSE: dict[AssociationRole, str] = {"requestor": "a requestor's", "acceptor": "an acceptor's"}
_OF_DIRECTORIES = ("dcm4chee-json", "dcm4chee-ldif")
_WRITTEN = [one.name for one in CONVERT_FORMATS if one.write is not None]


class _Command(options.Command):
    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_epilog(ctx, formatter)
        with formatter.section("Formats"):
            formatter.write_dl([(one.name, _about(one)) for one in CONVERT_FORMATS])


def _about(one: Format) -> str:
    ways = "" if one.read or one.name == PROFILE_FORMAT else "; only written"
    return f"{one.title} ({'either role' if one.says == 'either' else one.says}{ways})"


@options.command(
    summary="Convert profiles to and from the formats of other programs.",
    examples=(
        "asprofile convert my.cfg --to json",
        "asprofile convert my.cfg:CT --to pynetdicom -o scu.py",
        "asprofile convert dgatesop.lst -o my.cfg",
    ),
    cls=_Command,
)
@options.argument("source", metavar="SOURCE")
@options.option(
    "--from",
    "from_name",
    heading=options.SELECTION,
    type=options.Choice(_READ),
    help="The format of SOURCE.  [default: recognised]",
)
@options.option(
    "--to",
    "to_name",
    heading=options.CONTENT,
    type=options.Choice(_WRITTEN),
    help="The format to write.  [default: from the name of FILE]",
)
@options.output
@options.option(
    "--into",
    heading=options.CONTENT,
    metavar="PATH",
    help=options.text_of("--into", "a profile file, or Conquest's dgatesop.lst."),
)
@options.flag("--combine", heading=options.CONTENT)
@options.flag("--split", heading=options.CONTENT)
@options.option("--strict", heading=options.CONTENT, is_flag=True, help="Write nothing if something would be lost.")
@options.name(default="that of SOURCE")
@options.role
@options.release_with(default=f"the setting, or {LATEST}; what is written loads from 3.6.0 on where it can")
@options.option(
    "--ae",
    "ae_title",
    heading=options.CONTENT,
    metavar="TITLE",
    help="dcm4chee: the AE title.  [default: the profile's name]",
)
@options.option("--device", heading=options.CONTENT, metavar="NAME", help=f"dcm4chee: the device.  [default: {DEVICE}]")
@options.option(
    "--base-dn",
    heading=options.CONTENT,
    metavar="DN",
    help=f"dcm4chee-ldif: the root of the directory.  [default: {BASE_DN}]",
)
@options.config
@options.colour
def command(
    source: str,
    from_name: str | None,
    to_name: str | None,
    output: str | None,
    force: bool,
    into: str | None,
    combine: bool,
    split: bool,
    strict: bool,
    name: str | None,
    role: AssociationRole | None,
    release: str | None,
    ae_title: str | None,
    device: str | None,
    base_dn: str | None,
    settings_file: Path | None,
    isolated: bool,
    colour: str,  # noqa: ARG001 - for where DCMTK refuses the file, which `options.Command` shows
) -> None:
    """Convert association profiles to the format of another program, or from it.

    What the other format cannot express is reported on standard error, one line each: nothing is dropped silently.
    A profile file that it makes is formatted, lints clean, and loads in the DCMTK release that its header names and in
    all later ones.

    JSON and YAML hold everything that profiles mean, the other formats less. To read YAML, install the extra yaml:
    pip install 'dicom-asprofile[yaml]'.

    With --into, what the other file lacks is added to it, and nothing in it is changed.

    Exit status 1: it is written, but something was lost, or the linter finds an error in it. With --strict a loss makes
    the exit status 2, and nothing is written.
    """
    if output is not None and into is not None:
        raise click.UsageError("--output makes a file, --into adds to one: give one of them")
    target = _target_format(to_name, output if into is None else into)
    reference = parse(source)
    _check_options(target, into, of_directories=bool(ae_title or device or base_dn), split=split)
    if into == reference.path == STDIN:
        raise click.UsageError("only one of SOURCE and --into can be standard input")
    protected = for_profile if target.name == PROFILE_FORMAT else for_other
    inputs = [] if reference.path is None else [reference.path]
    check_output(output, force=force, protected=protected, inputs=inputs)
    project = options.project(settings_file, isolated)
    file = source_of(reference, project, release or project.release)
    reference = ProfileReference(reference.path or file.path, reference.name)
    origin = by_name(from_name) if from_name is not None else _guess(file)
    reading = _read(file, origin, reference, role, release, project)
    _check_role(reading, role, reference)
    _tell(reading.losses, f"lost from {origin.name}")
    for note in reading.notes:
        _say(note)
    exchange = _for_one(_named(_chosen(reading.exchange, reference), name), target, reference)
    exchange = _with_room(exchange, release, combine=combine, split=split)
    shown = "standard input" if reference.file == STDIN else PurePath(reference.file).name
    there = _there(into, target, exchange.role, release or project.release)
    named = output if into is None else into
    file_name = "FILE" if named in (None, STDIN) else named
    to = ConversionTarget(shown, release, file_name or "FILE", ae_title, device or DEVICE, base_dn or BASE_DN)
    written = _converted(exchange, target, to, reference, there)
    if target.says not in ("either", exchange.role):
        _say(_direction(exchange.role, target))
    _tell(written.losses, f"lost in {target.name}")
    for note in written.notes:
        _say(note)
    losses = reading.losses + written.losses
    if strict and losses:
        raise AsprofileError(f"not written: {_count(losses)} would be lost")
    data = encode(written.text)
    if into is None or there is None or into == STDIN:
        write_file(output or STDIN, data, force=force, protected=protected)
    elif data != there.data:
        replace_file(into, data, there.data)
    done(1 if losses or written.wrong else 0)


def _target_format(name: str | None, output: str | None) -> Format:
    if name is not None:
        return by_name(name)
    found = target_of(output) if output is not None else None
    if found is None:
        raise click.UsageError(f"to which format? Give --to, one of {', '.join(_WRITTEN)}")
    return found


def _check_options(target: Format, into: str | None, *, of_directories: bool, split: bool) -> None:
    if into is not None and target.merge is None:
        mergeable = " and ".join(one.name for one in CONVERT_FORMATS if one.merge is not None)
        raise click.UsageError(f"--into goes with {mergeable}; use --output, and put it into {target.name} yourself")
    if split and not target.several:
        raise click.UsageError(
            f"--split makes several profiles, and {target.name} holds one: split with --to profile, and convert each"
        )
    if of_directories and target.name not in _OF_DIRECTORIES:
        raise click.UsageError(f"--ae, --device and --base-dn go with {' and '.join(_OF_DIRECTORIES)}")


# --- Reading ----------------------------------------------------------------------------------------------------------


def _guess(file: File) -> Format:
    found = guessed(file.path, _text(file))
    if len(found) == 1:
        return found[0]
    if not file.data.strip():
        raise AsprofileError(f"{file.path}: there is nothing in it")
    if found:
        raise AsprofileError(f"{file.path}: may be {' or '.join(one.name for one in found)}; say which with --from")
    if b"A-ASSOCIATE-RQ" in file.data or b"Presentation Context" in file.data:
        way = program.command("generate", "--from-log", file.path)
        raise AsprofileError(f"{file.path}: a log, as it looks, and no file of a format; for a profile of it: {way}")
    known = ", ".join(_READ)
    raise AsprofileError(f"{file.path}: of no format that is known by its look; say which with --from: {known}")


def _text(file: File) -> str:
    return decode(file.data)


def _read(
    file: File,
    origin: Format,
    reference: ProfileReference,
    role: AssociationRole | None,
    release: str | None,
    project: ProjectSettings,
) -> Reading:
    if origin.name == PROFILE_FORMAT:
        loader = release or project.release
        found = load_source(file, loader, role or project.role or _role_of(file, loader, reference))
        say_unread(found.source)
        names = list(found.config.profiles)
        if reference.name:
            # What is asked for by name has to be one that DCMTK would use.
            names = [found.config.use(reference.name).name]
        return from_config(found.config, file.data, names)
    assert origin.read is not None, "only what is read can be chosen"
    if b"\0" in file.data:
        raise AsprofileError(f"{file.path}: has a NUL byte, so it is no text ({origin.title})")
    try:
        return origin.read(ConversionSource(_text(file), _name_of(reference.file), role, release or LATEST))
    except ConversionError as error:
        _wrong(file, error)


def _check_role(reading: Reading, role: AssociationRole | None, reference: ProfileReference) -> None:
    said = reading.exchange.role
    if role not in (None, said):
        raise AsprofileError(f"{reference.file}: says itself that its profiles are {_WHOSE[said]}; leave out --role")


def _role_of(file: File, release: str, reference: ProfileReference) -> AssociationRole | None:
    """Whose profiles they are, as the linter sees it; None where DCMTK refuses the file anyway."""
    subject = Subject(file, release, None)
    if subject.loading.problems:
        return None
    profiles = subject.config.profiles
    wanted = [profiles[name] for name in profiles if reference.name in (None, "", name)] or profiles.values()
    roles = {subject.role_of(profile.context_list) for profile in wanted}
    return roles.pop() if len(roles) == 1 else None


def _wrong(file: File, error: ConversionError) -> NoReturn:
    place = "" if error.line is None else f":{error.line}" + (f":{error.column}" if error.column else "")
    raise AsprofileError(f"{file.path}{place}: {error}") from None


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
    near = nearest(name, known)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there is {some_names(known)}"
    raise ProfileNotFound(f"no profile {name!r}; {hint}")


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
        raise click.UsageError(f"--name is for one profile, and there are {len(exchange.profiles)}")
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


def _with_room(exchange: Exchange, release: str | None, *, combine: bool, split: bool) -> Exchange:
    """With fewer contexts or more profiles, which is said."""
    made = fitted(exchange, release, is_combined=combine, is_split=split)
    before, after = (sum(len(one.contexts) for one in some.profiles) for some in (exchange, made))
    if combine and after < before:
        chooses = "the peer" if exchange.role == "requestor" else "the acceptor"
        _say(f"combined: {after} contexts for {before}; in one with several transfer syntaxes {chooses} chooses")
    if len(made.profiles) > len(exchange.profiles):
        listed = some_names([f"{one.name} ({len(one.contexts)} contexts)" for one in made.profiles])
        _say(f"split: {listed}; each is for an association of its own")
    return made


def _there(into: str | None, target: Format, role: AssociationRole, release: str) -> File | None:
    """The file that it is added to, which is ours from now on; shown and ended where it is no such file."""
    if into is None:
        return None
    if into != STDIN:
        click.get_current_context().with_resource(held(into))
    file = read_one(into)
    if target.name == PROFILE_FORMAT:
        check_profile(file.data, into)
        load_source(file, release, role)
    elif (kind := for_other(file.data) or _not_text(file.data)) is not None:
        raise AsprofileError(f"{into}: left as it is, because it is {kind}")
    elif target not in guessed(into, _text(file)):
        raise AsprofileError(
            f"{into}: not of the format {target.name}, and left as it is; give a new name with --output"
        )
    return file


def _not_text(data: bytes) -> str | None:
    return "no text (it has a NUL byte)" if b"\0" in data else None


def _converted(
    exchange: Exchange, target: Format, to: ConversionTarget, reference: ProfileReference, there: File | None
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
        raise AsprofileError(f"{reference.file}: not to be had as {target.name}: {error}") from None


# --- Results ----------------------------------------------------------------------------------------------------------


def _tell(losses: Iterable[ConversionLoss], where: str) -> None:
    for loss in losses:
        _say(f"{where}: {loss.message}")


def _direction(role: AssociationRole, target: Format) -> str:
    """Where a proposal becomes what is accepted, or the other way round."""
    other: AssociationRole = "acceptor" if role == "requestor" else "requestor"
    return f"it is {_WHOSE[role]} profile, and {target.name} is for {_WHOSE[other]} contexts"


def _say(message: str) -> None:
    click.echo(f"asprofile: {printable(message)}", err=True)


def _count(losses: tuple[ConversionLoss, ...]) -> str:
    return f"{len(losses)} thing{'s' * (len(losses) != 1)}"
