"""``asprofile generate``."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

import asprofile
from asprofile.api.files import STDIN, any_missing, check_profile, read_one
from asprofile.api.other_kinds import optional
from asprofile.cli import inputs, many_files, options, peers, probing
from asprofile.cli.help_texts import text_of
from asprofile.cli.locking import held
from asprofile.cli.profiles import say_unread
from asprofile.cli.root import done
from asprofile.cli.writing import check_output, replace_file, write_file
from asprofile.errors import AsprofileError
from asprofile.model.words import AssociationRole
from asprofile.names.releases import LATEST
from asprofile.printing import plural, printable
from asprofile.syntax.recognise import for_profile

if TYPE_CHECKING:
    from asprofile.api.asking import ProbeOutcome
    from asprofile.api.generating import Counted, LogInput
    from asprofile.generate.request import ProfileRequest
    from asprofile.negotiate.probing import Pair
    from asprofile.send.destination import Destination


@options.command(
    summary="Make a profile from recipes, SOP classes, files, a log or a peer.",
    examples=(
        "asprofile generate mpeg4 -o video.cfg",
        "asprofile generate --from-files study --name Study -o study.cfg",
        "asprofile generate --profile PrivateSiemens --from-peer PACS@127.0.0.1:11112 -o siemens.cfg",
    ),
    cls=many_files.FilesCommand,
)
@options.argument("recipes", nargs=-1, metavar="[RECIPE]...")
@options.profile
@inputs.from_format
@options.sop
@options.ts(detail="For the recipes and SOP classes, instead of those usual for them.")
@many_files.option("what they need.", heading=options.SELECTION)
@options.where
@options.option(
    "--from-log",
    heading=options.SELECTION,
    multiple=True,
    metavar="FILE",
    help="What a debug log or a capture proposes; - for standard input.",
)
@options.option(
    "--from-peer",
    heading=options.SELECTION,
    metavar="PEER",
    help="What this peer accepts; with the sources above, what it accepts of them.",
)
@options.option(
    "--from-probe",
    heading=options.SELECTION,
    metavar="FILE",
    help="The same, from what `asprofile probe --json` printed before.",
)
@options.option(
    "--log-accepted",
    heading=options.SELECTION,
    is_flag=True,
    help="From the log, take only what was accepted, not all that was proposed.",
)
@options.option(
    "--association",
    heading=options.SELECTION,
    type=click.IntRange(min=1),
    metavar="N",
    help="From the log, take only the Nth association.",
)
@options.name(default="after what it is made from")
@options.role_with(default="requestor")
@options.release_with(default="3.6.0, or 3.6.8 for an acceptor of more than 128 contexts")
@options.option(
    "--required-only",
    heading=options.CONTENT,
    is_flag=True,
    help="Leave out the optional parts of the recipes.",
)
@options.flag("--combine", heading=options.CONTENT)
@options.flag("--split", heading=options.CONTENT)
@options.output
@options.option("--into", heading=options.CONTENT, metavar="PATH", help=text_of("--into", "a profile file."))
@probing.options
@peers.options
@options.config
def command(
    recipes: tuple[str, ...],
    profile: str | None,
    from_format: str | None,
    sop: tuple[str, ...],
    ts: tuple[str, ...],
    from_files: tuple[str, ...],
    where: tuple[str, ...],
    from_log: tuple[str, ...],
    from_peer: str | None,
    from_probe: str | None,
    log_accepted: bool,
    association: int | None,
    name: str | None,
    role: AssociationRole | None,
    release: str | None,
    required_only: bool,
    combine: bool,
    split: bool,
    output: str | None,
    into: str | None,
    force: bool,
    settings_file: Path | None,
    isolated: bool,
    **given: Any,
) -> None:
    """Make a profile from any of these: recipes (`asprofile recipes` lists them), an existing profile, SOP classes,
    objects in files, a debug log of DCMTK's programs, pynetdicom, dcm4che, fo-dicom and others, and what a peer
    accepts. The file of --profile may also be of any format that `asprofile convert` reads, and --from-log takes
    captures, too.

    Each transfer syntax gets a presentation context of its own, so that the peer cannot choose another one than that of
    an object. Combinations that the standard does not allow are left out, and the default transfer syntax is added
    where it is required. The result is formatted, lints clean, and loads in the DCMTK release that its header names and
    in all later ones.

    An acceptor's profile has each SOP class once, with uncompressed before lossless before lossy transfer syntaxes, and
    Verification.

    With --from-peer the peer is asked for what the other sources need, with associations in which nothing is sent, and
    what it does not accept is left out; without other sources it is asked for everything that objects can be sent with.
    PEER is an address, [AET@]HOST:PORT, or the name of a peer in the nearest asprofile.toml.

    Exit status 1: files could not be read, or the peer does not accept all of it, so that something is missing; 2 when
    there was no association, or a path does not exist.
    """
    _check_options(output, into, force=force)
    inputs = (*from_log, *from_files, *([from_probe] if from_probe is not None else []))
    check_output(output, force=force, protected=for_profile, inputs=inputs)
    if into is not None and into != STDIN:
        # Before a peer is asked for minutes.
        check_profile(read_one(into).data, into)
    role = role or "requestor"
    if from_peer is None:
        _check_manners(given)
    project = partial(options.project, settings_file, isolated)
    peer: Destination | None = None
    if from_peer is not None:
        peer = peers.resolve(from_peer, given, project)
    file = next((one for one in (output, into) if one not in (None, STDIN)), None) or "FILE"
    found = asprofile.generate(
        recipes,
        profile=None if profile is None else optional(profile),
        sop=sop,
        ts=ts,
        from_files=from_files,
        where=options.selection(where),
        from_log=[_log(name) for name in from_log],
        log_accepted=log_accepted,
        association=association,
        from_peer=peer,
        from_probe=from_probe,
        name=name,
        role=role,
        release=release,
        required_only=required_only,
        combine=combine,
        split=split,
        file=file,
        ask=partial(_ask, given),
        on_note=_complain,
        from_format=from_format,
        settings=project() if profile is not None else None,
    )
    say_unread(found.source)
    if found.counted is not None:
        _say_counted(found.counted)
    if into is not None:
        _add(found.data, found.profiles, into, release or LATEST)
    else:
        _write(found.data, found.profiles, output, force=force)
    for note in found.notes:
        _complain(f"{file}: {note}" if output or into else note)
    if found.incomplete:
        done(2 if any_missing(from_files) else 1)


def _say_counted(counted: Counted) -> None:
    skipped = f"; {plural(counted.skipped, 'file')} skipped" if counted.skipped else ""
    left_out = f"; {counted.left_out:,} left out by --where" if counted.left_out else ""
    click.echo(f"{plural(counted.objects, 'object')} looked at{skipped}{left_out}", err=True)


def _log(name: str) -> LogInput:
    if name != STDIN:
        return name
    if sys.stdin is None:
        raise AsprofileError("standard input is closed")
    return sys.stdin.buffer


def _ask(given: dict[str, Any], peer: Destination, *, pairs: Iterable[Pair], order: bool) -> ProbeOutcome:
    """Ask the peer, and show how far it has come."""
    return probing.ask(peer, probing.ProbeManners(**given), quiet=False, order=order, pairs=pairs)


def _check_manners(given: dict[str, Any]) -> None:
    """That nothing is said of how to ask, where nobody is asked."""
    context = click.get_current_context()
    said = (name for name in given if context.get_parameter_source(name) is ParameterSource.COMMANDLINE)
    if (vain := next(said, None)) is not None:
        raise click.UsageError(f"--{vain.replace('_', '-')} goes with --from-peer")


def _check_options(output: str | None, into: str | None, *, force: bool) -> None:
    if output is not None and into is not None:
        raise click.UsageError("--output makes a file, --into adds to one: give one of them")
    if force and output is None:
        raise click.UsageError("--force goes with --output")
    if output not in (None, STDIN) and not force and Path(output).is_file():
        raise AsprofileError(
            f"{output}: exists already; --into adds the profile to it, --force writes over it, or give another name"
        )


# --- Results ----------------------------------------------------------------------------------------------------------


def _write(text: bytes, requests: tuple[ProfileRequest, ...], output: str | None, *, force: bool) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    write_file(output, text, force=force, protected=for_profile)
    _report(output, requests)


def _add(text: bytes, requests: tuple[ProfileRequest, ...], file: str, release: str) -> None:
    """Put the profiles and their lists into a file that is there; lists that it has already are used."""
    if file != STDIN:
        click.get_current_context().with_resource(held(file))
    source = read_one(file)
    check_profile(source.data, file)
    config = asprofile.load(source, release, "acceptor")
    for request in requests:
        if request.name.upper() in config.profiles:
            raise AsprofileError(f"{file} has a profile {request.name} already; give another --name")
    edited = asprofile.merge(source, text, release=release)
    if file == STDIN:
        click.echo(edited.data, nl=False)
    else:
        replace_file(file, edited.data, source.data)
    for line in edited.warnings:
        _complain(f"{file}: {line}")
    _report(file, requests)


def _report(file: str, requests: tuple[ProfileRequest, ...]) -> None:
    for request in requests:
        contexts = plural(len(request.contexts), "context")
        click.echo(f"{file}: profile {request.name}, {contexts}, DCMTK {request.oldest} and later", err=True)


def _complain(message: str) -> None:
    click.echo(f"asprofile: {printable(message)}", err=True)
