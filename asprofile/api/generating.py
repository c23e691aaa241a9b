"""A profile from recipes, names, files, logs, and what a peer accepts."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol, TypeAlias

from asprofile.api.asking import every_class, every_syntax, pairs_of, probe
from asprofile.api.objects import Paths, Selection, judge_of, paths_of
from asprofile.api.other_kinds import LOG, refuse_other_kind
from asprofile.api.ranges import whole
from asprofile.api.words import Words, name_or_none, role_of, several_of, unheard, words_of
from asprofile.errors import AsprofileError, ConfigurationError, ProposalError
from asprofile.generate.arrange import Arrangement, arrange
from asprofile.generate.finish import made
from asprofile.generate.headers import header
from asprofile.generate.request import encodable
from asprofile.generate.sources import Sources
from asprofile.generate.words import syntaxes
from asprofile.logs.encoded import Packed, text_of, with_head
from asprofile.names.releases import parse_release
from asprofile.negotiate.advice import Adviser
from asprofile.printing import printable
from asprofile.regular import open_named
from asprofile.settings.project import ProjectSettings

if TYPE_CHECKING:
    from asprofile.api.asking import ProbeOutcome
    from asprofile.api.peers import PeerInput
    from asprofile.api.references import ProfileInput
    from asprofile.generate.request import ProfileRequest
    from asprofile.logs.association import LoggedAssociation
    from asprofile.model.words import AssociationRole
    from asprofile.negotiate.probing import Acceptance, Pair
    from asprofile.objects.header import Judge
    from asprofile.text import Source

LogInput: TypeAlias = "str | os.PathLike[str] | BinaryIO"

# What can stand in a profile file for a UID, well-formed or not.
_HEAD: Final = 1024
_WRITABLE_UID = re.compile(r"[0-9][0-9.]{0,63}")


class Asking(Protocol):
    """What asks a peer for pairs, as ``asprofile.probe`` does."""

    def __call__(self, peer: PeerInput, *, pairs: Iterable[Pair], order: bool) -> ProbeOutcome: ...


@dataclass(frozen=True, slots=True)
class Counted:
    """How many objects there were, files that are none, and objects that ``where`` leaves out."""

    objects: int
    skipped: int
    left_out: int


@dataclass(frozen=True, slots=True)
class Generated:
    """A profile file that was made: its bytes (``data``), what is in it (``profiles``), what to know of it (``notes``).

    ``incomplete``: something that was wanted is not in it: a file could not be read, or the peer does not accept it.
    ``counted``: the objects that were looked at; ``source``: the file of the profile that is a source.
    """

    data: bytes
    profiles: tuple[ProfileRequest, ...]
    notes: tuple[str, ...]
    incomplete: bool
    counted: Counted | None = None
    source: Source | None = None


def generate(
    recipes: Words = (),
    *,
    profile: ProfileInput | None = None,
    sop: Words = (),
    ts: Words = (),
    from_files: Paths = (),
    where: Selection = None,
    from_log: LogInput | Iterable[LogInput] = (),
    log_accepted: bool = False,
    association: int | None = None,
    from_peer: PeerInput | None = None,
    from_probe: str | None = None,
    name: str | None = None,
    role: AssociationRole = "requestor",
    release: str | None = None,
    required_only: bool = False,
    combine: bool = False,
    split: bool = False,
    file: str = "FILE",
    ask: Asking = probe,
    on_note: Callable[[str], None] | None = None,
    from_format: str | None = None,
    settings: ProjectSettings | None = None,
) -> Generated:
    """A profile file from any of: recipes, a profile that there is, SOP classes, objects in files, debug logs of
    DCMTK, pynetdicom, dcm4che, fo-dicom and others, and what a peer accepts. It is formatted, lints clean, and loads in
    every DCMTK release from the one on that its header names.

    Args:
        recipes: Names of recipes.
        profile: A profile as a source: ``"[FILE:]NAME"``, a file with one profile, or a profile.
        sop: SOP classes: DCMTK's names, keywords or names of PS3.6, UIDs.
        ts: For the recipes and SOP classes, instead of the usual transfer syntaxes: names, keywords, UIDs or families.
        from_files: What these objects need: files and directories.
        where: Of these only some: expressions, or what ``asprofile.where`` made of them.
        from_log: What debug logs or captures propose: paths, or files open for reading bytes.
        log_accepted: Of the logs, what was accepted, not all that was proposed.
        association: Of the logs, the association with that number only, from 1.
        from_peer: What this peer accepts; with other sources, what it accepts of them.
        from_probe: The same, from a file that ``asprofile probe --json`` printed.
        name: Of the profile; None: after what it is made from.
        role: Who loads it: ``"requestor"`` or ``"acceptor"``.
        release: The DCMTK release that shall load it; None: the oldest that can.
        required_only: Leave out what only goes along with the recipes' main purpose.
        combine: Fewer contexts: several transfer syntaxes in one, the peer chooses.
        split: Over 128 contexts, several profiles.
        file: The name of the file, for its header.
        ask: What asks the peer.
        on_note: Gets in a sentence what is left out or open, as it comes.
        from_format: What the file of ``profile`` is if it is no association profile, as for ``convert``; None: as it
            looks.
        settings: Whose profile files NAME alone is looked up in, before the samples.

    Raises:
        ConfigurationError: There is no source, or arguments do not go together.
        ProposalError: There is nothing to make a profile of, or no request can carry it (PS3.8 9.3.2).
        AssociationError: There was no association with the peer.
        AsprofileError: A name is not known, or a file cannot be read.

    Examples:
        >>> made = asprofile.generate(sop="CTImageStorage", ts="jpeg-ls", name="CT")
        >>> asprofile.lint(made.data).findings
        ()
        >>> [context.transfer_syntaxes for context in asprofile.load(made.data).use("CT").contexts]
        [('1.2.840.10008.1.2.4.80',), ('1.2.840.10008.1.2',)]
    """
    files, logs, wanted = paths_of(from_files), _logs(from_log), (words_of(recipes), words_of(sop), words_of(ts))
    if role_of(role) is None:
        raise ConfigurationError("role is 'requestor' or 'acceptor', not None")
    narrowed = bool(wanted[0] or wanted[1] or files or logs or profile is not None)
    _check(
        narrowed=narrowed,
        peers=(from_peer, from_probe),
        role=role,
        ts_alone=bool(wanted[2] and not (wanted[0] or wanted[1])),
        of_log=(log_accepted or association is not None) and not logs,
        where_alone=where is not None and not files,
    )
    if association is not None:
        whole("association", association, 1)
    judge = judge_of(where)
    loader = None if release is None else parse_release(release)
    say = on_note or unheard
    sources = Sources(say)
    sources.named(wanted[0], wanted[1], syntaxes(wanted[2]), acceptor=role == "acceptor")
    source = counted = None
    if profile is not None:
        source = _profiled(sources, profile, settings or ProjectSettings(), loader, role, from_format)
    if files:
        counted = _counted(sources, files, judge, say, acceptor=role == "acceptor")
    if logs:
        logged = (one for log in logs for one in _associations(log))
        sources.logged(logged, accepted=log_accepted, association=association)
    if from_peer is not None or from_probe is not None:
        _accepted(sources, from_peer, from_probe, ask, say, narrowed=narrowed)
    chosen = name_or_none(name) or "-".join(dict.fromkeys(sources.names))[:64].rstrip("-")
    order = Arrangement(chosen, role, loader, split=split, combine=combine, required_only=required_only)
    requests = arrange(sources.wishes, order)
    result = made(requests, header(requests, sources.about, file), "; ".join(sources.reasons))
    incomplete = sources.incomplete or bool(result.left)
    return Generated(result.text.encode("ascii"), requests, tuple(result.notes), incomplete, counted, source)


def _check(
    *,
    narrowed: bool,
    peers: tuple[PeerInput | None, str | None],
    role: AssociationRole,
    ts_alone: bool,
    of_log: bool,
    where_alone: bool,
) -> None:
    """Arguments that make no sense together are an error, so that none is ignored without a word."""
    if all(one is not None for one in peers):
        raise ConfigurationError("@{from_peer} asks a peer, @{from_probe} reads what one said before: give one of them")
    asked = any(one is not None for one in peers)
    if asked and role == "acceptor":
        raise ConfigurationError("@{from_peer} and @{from_probe} are for a requestor; leave out @{role=acceptor}")
    if not (narrowed or asked):
        raise ConfigurationError(
            "nothing to make a profile of: give @{recipes}, @{profile}, @{sop}, @{from_files}, @{from_log} or "
            "@{from_peer}"
        )
    if ts_alone:
        raise ConfigurationError(
            "@{ts} goes with @{recipes} or @{sop}; files and logs have transfer syntaxes of their own"
        )
    if of_log:
        raise ConfigurationError("@{log_accepted} and @{association} go with @{from_log}")
    if where_alone:
        raise ConfigurationError("@{where} is for the objects of @{from_files}")


def _logs(given: LogInput | Iterable[LogInput]) -> tuple[LogInput, ...]:
    if isinstance(given, (str, os.PathLike)) or hasattr(given, "read"):
        return (given,)  # type: ignore[return-value]
    return several_of(given, (), "logs are a str, a Path, a file opened for bytes, or several")


def _profiled(
    sources: Sources,
    given: ProfileInput,
    project: ProjectSettings,
    release: str | None,
    role: AssociationRole,
    from_format: str | None,
) -> Source | None:
    """A profile as it is, or, for an acceptor, what a requestor's profile proposes; its file."""
    # Not needed by the other sources.
    from asprofile.api.described import described_profile

    named = described_profile(given, project, release or project.release, None, from_format)
    found = named.profile()
    if role == "requestor" and named.config is not None and named.config.role == "acceptor":
        raise AsprofileError(
            f"{named.path}: {found.name} is an acceptor's profile; make one of it with @{{role=acceptor}}"
        )
    sources.profiled(found, Path(named.file).name)
    return named.source


def _counted(
    sources: Sources, paths: tuple[str, ...], judge: Judge | None, say: Callable[[str], None], *, acceptor: bool
) -> Counted:
    counts, skipped, left, sources.incomplete = _count(paths, judge, say)
    if not counts:
        if left:
            raise ProposalError(f"none of {left:,} DICOM objects fits @{{where}}: nothing to make a profile of")
        raise ProposalError(f"no DICOM object in {printable(', '.join(paths))}: nothing to make a profile of")
    sources.counted(counts, acceptor=acceptor)
    return Counted(sum(counts.values()), skipped, left)


def _count(
    paths: Iterable[str], where: Judge | None, say: Callable[[str], None]
) -> tuple[dict[tuple[str, str], int], int, int, bool]:
    """How many objects there are of each SOP class and transfer syntax; how many files are none; how many objects are
    left out; whether any could not be read.
    """
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
                say(f"{found.path}: left out, {pair[0]!r} or {pair[1]!r} is no UID that a profile can hold")
        elif found.kind == "left-out":
            left += 1
        else:
            skipped += 1
            if not found.skipped:
                unread = True
                say(f"{found.path}: {found.reason}")
    return counts, skipped, left, unread


def _associations(log: LogInput) -> Iterator[LoggedAssociation]:
    """Those of a log or of a capture, as they come."""
    is_path = isinstance(log, (str, os.PathLike))
    name = str(log) if is_path else str(getattr(log, "name", "log"))
    try:
        if not is_path:
            yield from _read(log, name)  # type: ignore[arg-type]
            return
        with open_named(name) as file:
            yield from _read(file, name)
    except Packed as error:
        raise AsprofileError(f"{name}: {error.template}") from None
    except OSError as error:
        raise AsprofileError(f"{name}: {error.strerror or error}") from None


def _read(stream: BinaryIO, name: str) -> Iterator[LoggedAssociation]:
    # Not needed by the other sources.
    from asprofile.logs import associations
    from asprofile.trace.captures import CaptureReader, is_capture
    from asprofile.trace.logged import as_logged

    head = stream.read(_HEAD)
    whole = with_head(head, stream)
    if is_capture(head):
        yield from as_logged(CaptureReader(whole).associations())
    else:
        is_log = False
        for one in associations(text_of(whole)):
            is_log = True
            yield one
        if not is_log:
            refuse_other_kind(head, name, LOG)


def _accepted(
    sources: Sources,
    peer: PeerInput | None,
    file: str | None,
    ask: Asking,
    say: Callable[[str], None],
    *,
    narrowed: bool,
) -> None:
    """Only what the peer accepts of the wishes; without any, all that it accepts."""
    wanted = sources.pairs
    classes = dict.fromkeys(uid for uid, _ in wanted) if narrowed else every_class(services=False)
    # Of a class that is wanted, also what could be taken instead.
    sensible = [pair for pair in pairs_of(classes, every_syntax()) if encodable(*pair)]
    whom, acceptance = _answers(peer, file, list(dict.fromkeys((*wanted, *sensible))), ask, say)
    if not narrowed:
        sources.whatever_is_accepted(whom, acceptance, frozenset(sensible))
        return
    from asprofile.send.conversions import conversions  # needs much of objects, and is wanted only for a refusal

    sources.only_what_is_accepted(whom, acceptance, Adviser(conversions))


def _answers(
    peer: PeerInput | None, file: str | None, pairs: list[Pair], ask: Asking, say: Callable[[str], None]
) -> tuple[str, Acceptance]:
    """Who the peer is, and what it says to these. Raises AssociationError if it says nothing."""
    if peer is None:
        from asprofile.report.probe.read import read_probe

        assert file is not None, "one of the two"
        return read_probe(file)
    found = ask(peer, pairs=pairs, order=False)
    if found.was_interrupted:
        raise KeyboardInterrupt
    if found.negotiation is None and found.error is not None:
        raise found.error
    if found.error is not None:
        say(str(found.error))
    assert found.report is not None, "it was asked for pairs"
    return found.to.name or str(found.to.peer), found.report.acceptance
