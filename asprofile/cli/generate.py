"""``asprofile generate``."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from asprofile.api import asking
from asprofile.api.files import STDIN, any_missing, check_profile, read_one
from asprofile.api.profiles import find, load_source
from asprofile.cli import options, peers, probing
from asprofile.cli.locking import held
from asprofile.cli.profiles import say_unread
from asprofile.cli.root import done
from asprofile.cli.writing import check_output, replace_file, write_file
from asprofile.errors import AsprofileError, ProposalError
from asprofile.generate.arrange import Arrangement, arrange
from asprofile.generate.finish import made
from asprofile.generate.headers import header
from asprofile.generate.request import encodable
from asprofile.generate.sources import Sources, number
from asprofile.generate.words import syntaxes
from asprofile.model.document import read
from asprofile.model.reference import ProfileReference, parse_reference
from asprofile.model.words import AssociationRole
from asprofile.names.releases import LATEST
from asprofile.negotiate.advice import Adviser
from asprofile.printing import printable
from asprofile.regular import open_named
from asprofile.syntax.recognise import for_profile

if TYPE_CHECKING:
    from asprofile.generate.request import ProfileRequest
    from asprofile.negotiate.probing import Acceptance, Pair
    from asprofile.objects.header import Judge
    from asprofile.settings.project import ProjectSettings

# What can be in a profile file for a UID, well-formed or not.
_WRITABLE_UID = re.compile(r"[0-9][0-9.]{0,63}")
_MANY = "--from-files"


class _Command(options.Command):
    """``--from-files A B C``: an option that takes all values up to the next one, as a shell's pattern gives them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, list(_spread(args)))


def _spread(args: list[str]) -> Iterator[str]:
    taking = False
    for place, argument in enumerate(args):
        if argument == "--":
            yield from args[place:]
            return
        if argument.startswith("-") and argument != "-":
            taking = argument == _MANY
            if not taking:
                yield argument
            elif place + 1 == len(args) or args[place + 1].startswith("-"):
                yield argument  # without a value, which click complains of
        else:
            yield from ((_MANY, argument) if taking else (argument,))


@options.command(
    summary="Make a profile from recipes, SOP classes, files, a log or a peer.",
    examples=(
        "asprofile generate mpeg4 -o video.cfg",
        "asprofile generate --from-files study --name Study -o study.cfg",
        "asprofile generate --profile PrivateSiemens --from-peer PACS@127.0.0.1:11112 -o siemens.cfg",
    ),
    cls=_Command,
)
@options.argument("recipes", nargs=-1, metavar="[RECIPE]...")
@options.profile
@options.sop
@options.ts(detail="For the recipes and SOP classes, instead of those usual for them.")
@options.option(
    _MANY,
    heading=options.SELECTION,
    multiple=True,
    metavar="PATH...",
    help="What these objects need: files or directories, all names up to the next option.",
)
@options.where
@options.option(
    "--from-log",
    heading=options.SELECTION,
    multiple=True,
    metavar="FILE",
    help="What a debug log proposes; - for standard input.",
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
@options.option("--into", heading=options.CONTENT, metavar="PATH", help=options.text_of("--into", "a profile file."))
@probing.options
@peers.options
@options.config
def command(
    recipes: tuple[str, ...],
    profile: str | None,
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
    accepts.

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
    _check_options(output, into, force=force, log=bool(from_log), of_log=log_accepted or association is not None)
    inputs = (*from_log, *from_files, *([from_probe] if from_probe is not None else []))
    check_output(output, force=force, protected=for_profile, inputs=inputs)
    if into is not None and into != STDIN:
        # Before a peer is asked for minutes.
        check_profile(read_one(into).data, into)
    role = role or "requestor"
    asked = _Asked(from_peer, from_probe, given, partial(options.project, settings_file, isolated))
    asked.check(role)
    narrowed = bool(recipes or sop or from_files or from_log or profile)
    if not (narrowed or asked.whom):
        raise click.UsageError(
            "nothing to make a profile of: give a RECIPE, --profile, --sop, --from-files, --from-log or --from-peer"
        )
    if ts and not (recipes or sop):
        raise click.UsageError("--ts goes with a RECIPE or --sop; files and logs have transfer syntaxes of their own")
    sources = Sources(_complain)
    sources.named(recipes, sop, syntaxes(ts), acceptor=role == "acceptor")
    if profile is not None:
        _profiled(sources, parse_reference(profile), options.project(settings_file, isolated), release, role)
    _counted(sources, from_files, where, acceptor=role == "acceptor")
    if from_log:
        logged = (line for file in from_log for line in _lines(file))
        sources.logged(logged, accepted=log_accepted, association=association)
    if asked.whom:
        _accepted(sources, asked, narrowed=narrowed)
    chosen = name or "-".join(dict.fromkeys(sources.names))[:64].rstrip("-")
    order = Arrangement(chosen, role, release, split=split, combine=combine, required_only=required_only)
    requests = arrange(sources.wishes, order)
    file = next((one for one in (output, into) if one not in (None, STDIN)), None) or "FILE"
    above = header(requests, sources.about, file)
    result = made(requests, above, "; ".join(sources.reasons))
    text = result.text.encode("ascii")
    if into is not None:
        _add(text, requests, into, release or LATEST)
    else:
        _write(text, requests, output, force=force)
    for note in result.notes:
        _complain(f"{file}: {note}" if output or into else note)
    if sources.incomplete or result.left:
        done(2 if any_missing(from_files) else 1)


def _check_options(output: str | None, into: str | None, *, force: bool, log: bool, of_log: bool) -> None:
    if output is not None and into is not None:
        raise click.UsageError("--output makes a file, --into adds to one: give one of them")
    if force and output is None:
        raise click.UsageError("--force goes with --output")
    if of_log and not log:
        raise click.UsageError("--log-accepted and --association go with --from-log")
    if output not in (None, STDIN) and not force and Path(output).is_file():
        raise AsprofileError(
            f"{output}: exists already; --into adds the profile to it, --force writes over it, or give another name"
        )


# --- Sources ----------------------------------------------------------------------------------------------------------


def _profiled(
    sources: Sources, reference: ProfileReference, project: ProjectSettings, release: str | None, role: AssociationRole
) -> None:
    """A profile as it is, or, for an acceptor, what a requestor's profile proposes."""
    loaded, found = find(reference, project, release or project.release, None)
    if role == "requestor" and loaded.config.role == "acceptor":
        raise AsprofileError(
            f"{loaded.source.path}: {found.name} is an acceptor's profile; make one of it with --role acceptor"
        )
    say_unread(loaded.source)
    sources.profiled(found, Path(loaded.source.path).name)


def _counted(sources: Sources, paths: tuple[str, ...], where: tuple[str, ...], *, acceptor: bool) -> None:
    if where and not paths:
        raise click.UsageError(f"--where is for the objects of {_MANY}.")
    if not paths:
        return
    counts, skipped, left, sources.incomplete = _count(paths, options.judge(where))
    if not counts:
        if left:
            raise ProposalError(f"none of {left:,} DICOM objects fits --where: nothing to make a profile of")
        raise ProposalError(f"no DICOM object in {printable(', '.join(paths))}: nothing to make a profile of")
    left_out = f"; {number(skipped, 'file', 'files')} skipped" if skipped else ""
    left_out += f"; {left:,} left out by --where" if left else ""
    click.echo(f"{number(sum(counts.values()), 'object', 'objects')} looked at{left_out}", err=True)
    sources.counted(counts, acceptor=acceptor)


def _count(paths: Iterable[str], where: Judge | None) -> tuple[dict[tuple[str, str], int], int, int, bool]:
    """How many objects there are of each SOP class and transfer syntax; how many files are none; how many objects are
    left out; whether any could not
    be read."""
    # Not needed by the other sources.
    from asprofile.objects.scan import ObjectHeader, scan

    counts: dict[tuple[str, str], int] = {}
    skipped, left, unread = 0, 0, False
    for found in scan(paths, where=where):
        if isinstance(found, ObjectHeader):
            pair = found.sop_class, found.transfer_syntax
            if pair in counts:
                counts[pair] += 1
            elif all(map(_WRITABLE_UID.fullmatch, pair)):
                counts[pair] = 1
            else:
                unread = True
                _complain(f"{found.path}: left out, {pair[0]!r} or {pair[1]!r} is no UID that a profile can hold")
        elif found.kind == "left-out":
            left += 1
        else:
            skipped += 1
            if not found.skipped:
                unread = True
                _complain(f"{found.path}: {found.reason}")
    return counts, skipped, left, unread


def _lines(file: str) -> Iterator[str]:
    # Not needed by the other sources.
    from asprofile.api.encoded import Packed, text_of

    try:
        if file == "-":
            if sys.stdin is None:
                raise AsprofileError("standard input is closed")
            yield from text_of(sys.stdin.buffer)
            return
        with open_named(file) as log:
            yield from text_of(log)
    except Packed as error:
        raise AsprofileError(f"{file}: {error}") from None
    except OSError as error:
        raise AsprofileError(f"{file}: {error.strerror or error}") from None


# --- A peer -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whom to ask, or the file with what was answered before; neither if no peer counts."""

    peer: str | None
    file: str | None
    given: dict[str, Any]
    project: Callable[[], ProjectSettings]

    @property
    def whom(self) -> str:
        return self.peer or self.file or ""

    def check(self, role: AssociationRole) -> None:
        if self.peer is not None and self.file is not None:
            raise click.UsageError("--from-peer asks a peer, --from-probe reads what one said before: give one of them")
        if self.whom and role == "acceptor":
            raise click.UsageError("--from-peer and --from-probe are for a requestor; leave out --role acceptor")
        context = click.get_current_context()
        said = (name for name in self.given if context.get_parameter_source(name) is ParameterSource.COMMANDLINE)
        if self.peer is None and (vain := next(said, None)) is not None:
            raise click.UsageError(f"--{vain.replace('_', '-')} goes with --from-peer")

    def answers(self, pairs: list[Pair]) -> tuple[str, Acceptance]:
        """Who the peer is, and what it says to these. Ends with exit status 2 if it says nothing."""
        if self.peer is None:
            from asprofile.report.probe.read import read_probe

            return read_probe(self.whom)
        given = dict(self.given)
        to = peers.resolve(self.peer, given, self.project)
        report = probing.ask(to, probing.ProbeManners(**given), quiet=False, order=False, pairs=pairs).report
        assert report is not None, "it was asked for pairs"
        if report.error is not None:
            _complain(str(report.error))
        if report.interrupted:
            raise KeyboardInterrupt
        if report.negotiation is None:
            done(2)
        return self.peer, report.acceptance


def _accepted(sources: Sources, asked: _Asked, *, narrowed: bool) -> None:
    """Only what the peer accepts of the wishes; without any, all that it accepts."""
    wanted = sources.pairs
    classes = dict.fromkeys(uid for uid, _ in wanted) if narrowed else asking.every_class(services=False)
    # Of a class that is wanted, also what could be taken instead.
    sensible = [pair for pair in asking.pairs_of(classes, asking.every_syntax()) if encodable(*pair)]
    whom, acceptance = asked.answers(list(dict.fromkeys((*wanted, *sensible))))
    if not narrowed:
        sources.whatever_is_accepted(whom, acceptance, frozenset(sensible))
        return
    from asprofile.send.conversions import conversions  # needs much of objects, and is wanted only for a refusal

    sources.only_what_is_accepted(whom, acceptance, Adviser(conversions))


# --- Results ----------------------------------------------------------------------------------------------------------


def _write(text: bytes, requests: tuple[ProfileRequest, ...], output: str | None, *, force: bool) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    write_file(output, text, force=force, protected=for_profile)
    _report(output, requests)


def _add(text: bytes, requests: tuple[ProfileRequest, ...], file: str, release: str) -> None:
    """Put the profiles and their lists into a file that is there; lists that it has already are used."""
    # Not needed for a file of its own.
    from asprofile.edit.merge import merge_files

    if file != STDIN:
        click.get_current_context().with_resource(held(file))
    source = read_one(file)
    check_profile(source.data, file)
    config = load_source(source, release, None).config
    for request in requests:
        if request.name.upper() in config.profiles:
            raise AsprofileError(f"{file} has a profile {request.name} already; give another --name")
    edited = merge_files(read(source.data), read(text), release)
    if file == STDIN:
        click.echo(edited.data, nl=False)
    else:
        replace_file(file, edited.data, source.data)
    for line in edited.warnings:
        _complain(f"{file}: {line}")
    _report(file, requests)


def _report(file: str, requests: tuple[ProfileRequest, ...]) -> None:
    for request in requests:
        contexts = number(len(request.contexts), "context", "contexts")
        click.echo(f"{file}: profile {request.name}, {contexts}, DCMTK {request.oldest} and later", err=True)


def _complain(message: str) -> None:
    click.echo(f"asprofile: {printable(message)}", err=True)
