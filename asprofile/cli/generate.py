"""``asprofile generate``."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from asprofile.cli import options, peers
from asprofile.cli.files import STDIN, read_one
from asprofile.cli.options import ReleaseType
from asprofile.cli.profiles import load_or_show
from asprofile.cli.root import done
from asprofile.cli.writing import replace_file, write_file
from asprofile.errors import AsprofileError, ProposalError
from asprofile.generate.arrange import Order, arrange
from asprofile.generate.finish import finished
from asprofile.generate.headers import header
from asprofile.generate.recipes import recipe
from asprofile.generate.wish import Wish, completed, from_associations, from_name, from_objects, from_recipe
from asprofile.generate.words import abstract_syntax, syntaxes
from asprofile.lint.render.text import printable
from asprofile.model import AssociationRole, read
from asprofile.names.releases import LATEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.config import ProjectSettings
    from asprofile.generate.logs import Association
    from asprofile.generate.request import Request

# What can stand in a profile file for a UID, well-formed or not.
_WRITABLE_UID = re.compile(r"[0-9][0-9.]{0,63}")
_MANY = "--from-files"


class _Command(click.Command):
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


@dataclass(slots=True)
class _Sources:
    """What the profile is made from. ``about``: a paragraph for the header on each source; ``reasons``: why there may
    be what the linter warns of; ``objects``: pairs of SOP class and transfer syntax that there are objects of;
    ``classes``: SOP classes asked for by name; ``incomplete``: whether something could not be read or is not accepted.
    """

    wishes: list[Wish] = field(default_factory=list)
    about: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    objects: set[tuple[str, str]] = field(default_factory=set)
    classes: tuple[str, ...] = ()
    incomplete: bool = False


@click.command(cls=_Command, short_help="Make a profile from recipes, SOP classes, files, a log or a peer.")
@click.argument("recipes", nargs=-1, metavar="[RECIPE]...")
@click.option("--sop", multiple=True, metavar="SOP", help="A SOP class: DCMTK's name, keyword or UID. Repeatable.")
@click.option(
    "--ts",
    multiple=True,
    metavar="TS",
    help="Offer the recipes and SOP classes in this transfer syntax (name, keyword, UID, or a family such as jpeg-ls) "
    "instead of those usual for them. Repeatable.",
)
@click.option(
    _MANY,
    multiple=True,
    metavar="PATH...",
    help="What these objects need: files or directories, all names up to the next option.",
)
@click.option("--from-log", multiple=True, metavar="FILE", help="What a debug log proposes; - for standard input.")
@click.option("--log-accepted", is_flag=True, help="Of the log, what was accepted, not all that was proposed.")
@click.option("--association", type=click.IntRange(min=1), metavar="N", help="Of the log, the Nth association only.")
@click.option("--from-peer", metavar="PEER", help="What this peer accepts of all that, or of everything; it is asked.")
@click.option("--from-probe", metavar="FILE", help="The same, as `asprofile probe --json` has found it out before.")
@click.option(
    "--rate",
    type=click.FloatRange(0),
    default=10.0,
    show_default=True,
    metavar="N",
    help="Associations a second, at most, for asking the peer; 0 for no limit.",
)
@click.option("--name", metavar="NAME", help="The profile's name.  [default: after what it is made from]")
@click.option("--role", type=click.Choice(["requestor", "acceptor"]), default="requestor", show_default=True)
@click.option(
    "--release",
    type=ReleaseType(),
    metavar="RELEASE",
    help="The oldest DCMTK release that shall load it; names that it does not know become UIDs.  [default: 3.6.0, or "
    "3.6.8 for an acceptor of more than 128 contexts]",
)
@click.option("--required-only", is_flag=True, help="Leave out what only goes along with the recipes' main purpose.")
@click.option("--combine", is_flag=True, help="Fewer contexts: several transfer syntaxes in one, the peer chooses.")
@click.option("--split", is_flag=True, help="Over 128 contexts: several profiles, NAME-1, NAME-2 and so on.")
@click.option("-o", "--output", metavar="FILE", help="Write the file, which must not exist yet.")
@click.option("--into", metavar="FILE", help="Add the profile to this file, and keep all that is in it.")
@click.option("--force", is_flag=True, help="With --output: write over a file that exists.")
@peers.options
@options.settings
def command(
    recipes: tuple[str, ...],
    sop: tuple[str, ...],
    ts: tuple[str, ...],
    from_files: tuple[str, ...],
    from_log: tuple[str, ...],
    log_accepted: bool,
    association: int | None,
    from_peer: str | None,
    from_probe: str | None,
    rate: float,
    name: str | None,
    role: AssociationRole,
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
    """Make a profile, from any of: recipes (`asprofile recipes` lists them), SOP classes, objects in files, the debug
    log of DCMTK's programs, pynetdicom or dcm4che, and what a peer accepts.

    Each transfer syntax gets a presentation context of its own, so that the peer cannot accept another one than that of
    an object; combinations that the standard does not allow are left out, the default transfer syntax is put in where
    it has to be. The result is formatted, lints clean, and loads in every DCMTK release from the one on that its header
    names.

    An acceptor's profile has each SOP class once, with uncompressed before lossless before lossy transfer syntaxes, and
    Verification.

    With a peer (an address, [AET@]HOST:PORT, or a name of the nearest asprofile.toml), only what it accepts of the
    others is left; alone, everything that it accepts is taken. It is asked as `asprofile probe` does.

    Exit status 1: files could not be read, so that something may be missing, or the peer does not accept what objects
    are in, or a SOP class that is named.
    """
    _check_options(output, into, force=force, log=bool(from_log), of_log=log_accepted or association is not None)
    if from_peer is not None and from_probe is not None:
        raise click.UsageError("--from-peer asks, --from-probe takes what was answered before: give one of them")
    if not (recipes or sop or from_files or from_log or from_peer or from_probe):
        raise click.UsageError(
            "nothing to make a profile of: give a RECIPE, --sop, --from-files, --from-log, --from-peer or --from-probe"
        )
    if ts and not (recipes or sop):
        raise click.UsageError("--ts goes with a RECIPE or --sop; files and logs have transfer syntaxes of their own")
    sources = _Sources()
    _named(sources, recipes, sop, syntaxes(ts), acceptor=role == "acceptor")
    _counted(sources, from_files, acceptor=role == "acceptor")
    _logged(sources, from_log, accepted=log_accepted, number=association)
    if from_peer is not None or from_probe is not None:
        _measured(sources, from_peer, from_probe, rate, given, partial(options.project, settings_file, isolated))
    chosen = name or "-".join(dict.fromkeys(sources.names))[:64].rstrip("-")
    order = Order(chosen, role, release, split=split, combine=combine, required_only=required_only)
    requests = arrange(sources.wishes, order)
    file = output or (into if into != STDIN else None) or "FILE"
    above = header(requests, sources.about, file)
    text = finished(requests, above, "; ".join(sources.reasons)).encode("ascii")
    if into is not None:
        _add(text, requests, into, release or LATEST)
    else:
        _write(text, requests, output, force=force)
    if sources.incomplete:
        done(1)


def _check_options(output: str | None, into: str | None, *, force: bool, log: bool, of_log: bool) -> None:
    if output is not None and into is not None:
        raise click.UsageError("--output makes a file, --into adds to one: give one of them")
    if force and output is None:
        raise click.UsageError("--force goes with --output")
    if of_log and not log:
        raise click.UsageError("--log-accepted and --association go with --from-log")
    if output is not None and not force and Path(output).exists():
        raise AsprofileError(
            f"{output}: exists already; --into adds the profile to it, --force writes over it, or give another name"
        )


# --- Sources ----------------------------------------------------------------------------------------------------------


def _named(
    sources: _Sources, recipes: tuple[str, ...], sop: tuple[str, ...], chosen: tuple[str, ...], *, acceptor: bool
) -> None:
    wishes: list[Wish] = []
    for one in map(recipe, dict.fromkeys(recipes)):
        offered = from_recipe(one, chosen)
        if not offered:
            raise ProposalError(f"nothing of the recipe {one.name} can be encoded in the transfer syntaxes given")
        wishes += offered
        sources.about.append(f"{one.name}: {one.whom}")
        sources.names.append(one.profile)
    sources.classes = classes = tuple(dict.fromkeys(map(abstract_syntax, sop)))
    wishes += [from_name(uid, chosen) for uid in classes]
    if classes:
        sources.about.append(f"{_number(len(classes), 'SOP class', 'SOP classes')} chosen by name.")
        sources.names.append("Chosen")
    if classes or chosen:
        sources.reasons.append("asked for by name")
    sources.wishes += completed(wishes, acceptor=acceptor, with_classes=True)


def _counted(sources: _Sources, paths: tuple[str, ...], *, acceptor: bool) -> None:
    if not paths:
        return
    counts, skipped, sources.incomplete = _count(paths)
    if not counts:
        raise ProposalError(f"no DICOM object in {printable(', '.join(paths))}: nothing to make a profile of")
    sources.objects = set(counts)
    objects = _number(sum(counts.values()), "object", "objects")
    left_out = f"; {_number(skipped, 'file', 'files')} skipped" if skipped else ""
    click.echo(f"{objects} looked at{left_out}", err=True)
    sources.about.append(f"What {objects} need; the number of each is above its context.")
    sources.names.append("Files")
    sources.reasons.append("there are such objects")
    sources.wishes += completed(from_objects(counts), acceptor=acceptor, with_classes=False)


def _count(paths: Iterable[str]) -> tuple[dict[tuple[str, str], int], int, bool]:
    """How many objects there are of each SOP class and transfer syntax; how many files are none; whether any could not
    be read."""
    # Not needed by the other sources.
    from asprofile.objects.scan import Header, scan

    counts: dict[tuple[str, str], int] = {}
    skipped, unread = 0, False
    for found in scan(paths):
        if isinstance(found, Header):
            pair = found.sop_class, found.transfer_syntax
            if pair in counts:
                counts[pair] += 1
            elif all(map(_WRITABLE_UID.fullmatch, pair)):
                counts[pair] = 1
            else:
                unread = True
                _complain(f"{found.path}: left out, {pair[0]!r} or {pair[1]!r} is no UID that a profile can hold")
        else:
            skipped += 1
            if not found.skipped:
                unread = True
                _complain(f"{found.path}: {found.reason}")
    return counts, skipped, unread


def _logged(sources: _Sources, files: tuple[str, ...], *, accepted: bool, number: int | None) -> None:
    if not files:
        return
    found = _Logged()
    wishes = from_associations(found.read(files, number), accepted=accepted)
    if not found.count:
        raise ProposalError(_no_association(found.seen, number))
    if accepted and not found.answered:
        raise ProposalError("the log has no answer (A-ASSOCIATE-AC), so it does not tell what was accepted")
    if not wishes:
        raise ProposalError("in the log nothing was accepted" if accepted else "in the log nothing was proposed")
    for name in found.unknown:
        _complain(f"{name!r} is in the log, but not a name that is known: left out")
    sources.incomplete = sources.incomplete or bool(found.unknown)
    associations = _number(found.count, "association", "associations")
    sources.about.append(f"What was {'accepted' if accepted else 'proposed'} in {associations} of a log.")
    sources.names.append("Log")
    sources.reasons.append("as logged")
    sources.wishes += wishes


@dataclass(slots=True)
class _Logged:
    """The associations of logs as they go by, none of which is kept."""

    seen: int = 0
    count: int = 0
    answered: bool = False
    unknown: dict[str, None] = field(default_factory=dict)

    def read(self, files: Iterable[str], number: int | None) -> Iterator[Association]:
        from asprofile.generate.logs import associations

        everything = associations(line for file in files for line in _lines(file))
        wanted = everything if number is None else islice(self._seen(everything), number - 1, number)
        for one in wanted:
            self.count += 1
            self.answered = self.answered or one.answered
            self.unknown.update(dict.fromkeys(one.unknown))
            yield one

    def _seen(self, found: Iterator[Association]) -> Iterator[Association]:
        for one in found:
            self.seen += 1
            yield one


def _lines(file: str) -> Iterator[str]:
    if file == "-":
        if sys.stdin is None:
            raise AsprofileError("standard input is closed")
        yield from (line.decode("utf-8", "replace") for line in sys.stdin.buffer)
        return
    try:
        with Path(file).open(encoding="utf-8", errors="replace") as log:
            yield from log
    except OSError as error:
        raise AsprofileError(f"{file}: {error.strerror or error}") from None


def _no_association(seen: int, number: int | None) -> str:
    if number is not None and seen:
        return f"the log has {_number(seen, 'association', 'associations')}, there is no number {number}"
    return (
        "no association in the log; make one with storescu -d, storescp -d, pynetdicom's debug_logger(), or dcm4che at "
        "level DEBUG"
    )


def _measured(
    sources: _Sources,
    peer: str | None,
    file: str | None,
    rate: float,
    given: dict[str, Any],
    project: Callable[[], ProjectSettings],
) -> None:
    # Nothing else here has to do with a network.
    from asprofile.cli import generate_peer

    if peer is not None:
        to = peers.resolve(peer, given, project)
        found = generate_peer.asked(to, sources.wishes, rate)
    else:
        assert file is not None, "either of the two is given"
        found = generate_peer.saved(file)
    if not sources.wishes:
        sources.wishes = list(generate_peer.everything(found))
        sources.about.append(f"What {found.name} accepts, as it was asked.")
        sources.names.append("Peer")
    else:
        kept, losses = generate_peer.measured(tuple(sources.wishes), found)
        sources.wishes = list(kept)
        left = {(wish.abstract_syntax, syntax) for wish in kept for syntax in wish.syntaxes}
        lost = not sources.objects <= left or not set(sources.classes) <= {uid for uid, _ in left}
        sources.incomplete = sources.incomplete or lost
        sources.about += [f"Only what {found.name} accepts, as it was asked.", *losses]
        for line in losses:
            _complain(f"{found.name}: {line}")
    sources.reasons.append("as the peer accepts it")
    if not found.complete:
        _complain(f"{found.name} was not asked to the end: something may be missing")
        sources.incomplete = True


# --- Results ----------------------------------------------------------------------------------------------------------


def _write(text: bytes, requests: tuple[Request, ...], output: str | None, *, force: bool) -> None:
    if output is None:
        click.echo(text, nl=False)
        return
    write_file(output, text, force=force)
    _report(output, requests)


def _add(text: bytes, requests: tuple[Request, ...], file: str, release: str) -> None:
    """Put the profiles and their lists into a file that is there; lists that it has already are used."""
    # Not needed for a file of its own.
    from asprofile.rewrite import merge_files

    source = read_one(file)
    config = load_or_show(source, release, None).config
    for request in requests:
        if request.name.upper() in config.profiles:
            raise AsprofileError(f"{file} has a profile {request.name} already; give another --name")
    edited = merge_files(read(source.data), read(text), release)
    if file == STDIN:
        click.echo(edited.data, nl=False)
    else:
        replace_file(file, edited.data)
    for line in edited.warnings:
        _complain(f"{file}: {line}")
    _report(file, requests)


def _report(file: str, requests: tuple[Request, ...]) -> None:
    for request in requests:
        contexts = _number(len(request.contexts), "context", "contexts")
        click.echo(f"{file}: profile {request.name}, {contexts}, DCMTK {request.oldest} and later", err=True)


def _complain(message: str) -> None:
    click.echo(f"asprofile: {printable(message)}", err=True)


def _number(count: int, one: str, many: str) -> str:
    return f"{count:,} {one if count == 1 else many}"
