"""``asprofile convert``."""

from __future__ import annotations

from pathlib import Path, PurePath

import click

from asprofile.api.converting import WRITTEN, check_target, convert_file
from asprofile.api.files import STDIN, read_one
from asprofile.api.references import parse, source_of
from asprofile.cli import options
from asprofile.cli.exits import typed
from asprofile.cli.help_texts import text_of
from asprofile.cli.inputs import READ_FORMAT
from asprofile.cli.locking import held
from asprofile.cli.profiles import say_unread
from asprofile.cli.root import done
from asprofile.cli.writing import check_output, replace_file, write_file
from asprofile.convert.exchange import BASE_DN, DEVICE, ConversionTarget
from asprofile.convert.formats import CONVERT_FORMATS, PROFILE_FORMAT, by_name, target_of
from asprofile.convert.formats.form import Format
from asprofile.errors import AsprofileError, ConfigurationError
from asprofile.model.reference import ProfileReference
from asprofile.model.words import AssociationRole
from asprofile.names.releases import LATEST
from asprofile.printing import plural, printable
from asprofile.syntax.recognise import for_other, for_profile
from asprofile.text import Source


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
    type=READ_FORMAT,
    help=text_of("--from", default="recognised"),
)
@options.option(
    "--to",
    "to_name",
    heading=options.CONTENT,
    type=options.Choice(WRITTEN),
    help="The format to write.  [default: from the name of FILE]",
)
@options.output
@options.option(
    "--into",
    heading=options.CONTENT,
    metavar="PATH",
    help=text_of("--into", "a profile file, or Conquest's dgatesop.lst."),
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
    of_some = {"ae": ae_title, "device": device, "base_dn": base_dn}
    given = [name for name, value in of_some.items() if value is not None]
    try:
        check_target(target, into=into is not None, split=split, given=given)
    except ConfigurationError as error:
        raise click.UsageError(typed(error)) from None
    if into == reference.path == STDIN:
        raise click.UsageError("only one of SOURCE and --into can be standard input")
    protected = for_profile if target.name == PROFILE_FORMAT else for_other
    inputs = [] if reference.path is None else [reference.path]
    check_output(output, force=force, protected=protected, inputs=inputs)
    project = options.project(settings_file, isolated)
    file = source_of(reference, project, release or project.release)
    reference = ProfileReference(reference.path or file.path, reference.name)
    shown = "standard input" if reference.file == STDIN else PurePath(reference.file).name
    there = _there(into)
    named = output if into is None else into
    file_name = "FILE" if named in (None, STDIN) else named
    made = convert_file(
        reference,
        file,
        target.name,
        ConversionTarget(shown, release, file_name or "FILE", ae_title, device or DEVICE, base_dn or BASE_DN),
        there,
        from_format=from_name,
        combine=combine,
        split=split,
        name=name,
        role=role,
        release=release,
        on_note=_say,
        settings=project,
    )
    say_unread(made.source)
    if strict and made.losses:
        raise AsprofileError(f"not written: {plural(len(made.losses), 'thing')} would be lost")
    if into is None or there is None or into == STDIN:
        write_file(output or STDIN, made.data, force=force, protected=protected)
    elif made.data != there.data:
        replace_file(into, made.data, there.data)
    done(1 if made.losses or made.has_errors else 0)


def _target_format(name: str | None, output: str | None) -> Format:
    if name is not None:
        return by_name(name)
    found = target_of(output) if output is not None else None
    if found is None:
        raise click.UsageError(f"to which format? Give --to, one of {', '.join(WRITTEN)}")
    return found


def _there(into: str | None) -> Source | None:
    """The file that it is added to, which is ours from now on."""
    if into is None:
        return None
    if into != STDIN:
        click.get_current_context().with_resource(held(into))
    return read_one(into)


def _say(message: str) -> None:
    click.echo(f"asprofile: {printable(message)}", err=True)
