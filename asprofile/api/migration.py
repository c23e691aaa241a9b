"""A migration by the name of its journal, as a program asks for it: the whole of it, once or for ever.

Not here: its steps by themselves (``migration_steps``); what a step does with a journal (``migrating``, ``watching``).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from asprofile.api.conversion import ConversionOptions
from asprofile.api.migrating import (
    MigrationTerms,
    RunLimits,
    check_conversion,
    judges_of,
    run_migration,
    scan_into,
    status_of,
)
from asprofile.api.objects import judge_of, paths_of
from asprofile.api.peers import destination_of
from asprofile.api.pulling import PullingPlan, move_destination
from asprofile.api.ranges import check_send_options, number, positive, whole
from asprofile.api.watching import watch_directories
from asprofile.api.words import several_of
from asprofile.errors import ConfigurationError
from asprofile.migrate.journal import Journal
from asprofile.migrate.origins import PREFIX, Origin
from asprofile.migrate.spool import DEFAULT_SIZE
from asprofile.migrate.watching import WatchTimes
from asprofile.names.releases import LATEST
from asprofile.send.control import Control
from asprofile.send.destination import Destination
from asprofile.send.options import SendOptions
from asprofile.send.peer import Peer

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asprofile.api.migrating import Migrated, MigrationStatus
    from asprofile.api.objects import Paths, Selection
    from asprofile.api.peers import PeerInput
    from asprofile.api.references import ProfileInput
    from asprofile.negotiate.request import UserIdentity
    from asprofile.net.tls_options import TlsOptions
    from asprofile.send.outcome import SendEvent
    from asprofile.settings.project import ProjectSettings

_MINUTES: Final = 24 * 60
_PEERS: Final = "origins are peers: '[AET@]HOST:PORT', a Peer, a Destination, or several"


@dataclass(frozen=True, slots=True)
class MigrationResult:
    """How far a migration is after a call of ``migrate``: the sums of its journal (``status``), and what this run did
    (``run``; None: it was stopped in its scan, and nothing was sent).
    """

    status: MigrationStatus
    run: Migrated | None

    @property
    def all_stored(self) -> bool:
        """Everything is found, and every object is stored, or more than that: verified. So it is where no object was
        found at all: ``status.objects`` is 0.
        """
        return self.status.is_done


def migrate(
    journal: str | os.PathLike[str],
    sources: Paths,
    peer: PeerInput,
    *,
    profile: ProfileInput | None = None,
    release: str = LATEST,
    propose_default: bool = False,
    options: SendOptions = SendOptions(),  # noqa: B008 - a value
    conversion: ConversionOptions = ConversionOptions(),  # noqa: B008 - a value
    limits: RunLimits = RunLimits(),  # noqa: B008 - a value
    recurse: bool = True,
    pattern: str | None = None,
    where: Selection = None,
    bare: bool = False,
    files_from: Iterable[str | os.PathLike[str]] | None = None,
    origins: Iterable[PeerInput] = (),
    move_to: str | None = None,
    spool: str | os.PathLike[str] | None = None,
    spool_size: int = DEFAULT_SIZE,
    called: str | None = None,
    calling: str | None = None,
    tls: TlsOptions | None = None,
    identity: UserIdentity | None = None,
    on_scan: Callable[[int], None] | None = None,
    on_listed: Callable[[str, int, str], None] | None = None,
    on_event: Callable[[SendEvent], None] | None = None,
    control: Control | None = None,
    settings: ProjectSettings | None = None,
) -> MigrationResult:
    """Move the objects of files, directories and other peers to a peer, with a journal that knows what became of each.

    The sources are scanned into the journal, and what is to be sent is sent. Killed at any time, the same call goes on:
    what was sent without a recorded answer is asked for first (C-FIND), and nothing that has an answer is sent again,
    until it was found missing and is to be tried again. Objects go as they are, unless ``conversion`` says otherwise.

    Args:
        journal: The file of the journal, made if there is none, or ``"postgresql://USER@HOST/DATABASE"``. While it is
            open nobody else writes it.
        sources: Files, directories, DICOMDIRs (what they list), and journals of others (what these could not store).
            They are remembered, and scanned with those of before. None at all, ``()``, here and in ``files_from`` and
            ``origins``: those of before are scanned only if their scan was not finished.
        peer: ``"[AET@]HOST:PORT"``, or an address as a value.
        profile: ``"[FILE:]NAME"``, a file with one profile, or a profile; None: the contexts follow from the objects.
        release: The DCMTK release that shall load the profile.
        propose_default: Without a profile, propose Implicit VR Little Endian for each SOP class too (PS3.5 10.1).
        options: How: time limits, window, associations, tries.
        conversion: What may become of objects on their way; SOP Instance UIDs stay.
        limits: Failures that end the run, its order, rate and hours, and what becomes of objects in doubt.
        recurse: Go into the directories of a directory.
        pattern: In directories, only files whose names fit, such as ``"*.dcm"``.
        where: Only these objects: expressions, or what ``asprofile.where`` made of them.
        bare: Take data sets without a Part 10 header too.
        files_from: Files and directories, as many as there are, taken one by one; they are not remembered.
        origins: Peers whose objects are moved: listed with C-FIND (PS3.4 C.4.1), and taken while others are sent on.
            They are remembered by their addresses; give those again that need TLS, a title or an identity.
        move_to: ``"AET@[HOST:]PORT"``: objects of peers are taken with C-MOVE to this title, which listens here; None:
            with C-GET.
        spool: The directory for what came and is not sent yet; None: that of the journal.
        spool_size: So many bytes at most are kept there, or one object that is larger.
        called: The peer's AE title; None: that of its address, or ``ANY-SCP``.
        calling: Our AE title; None: ``ASPROFILE``.
        tls: Connect with TLS.
        identity: Who we are (user identity negotiation, PS3.7 D.3.3.7).
        on_scan: Gets now and then how many files the scan has come across.
        on_listed: Gets the name of each of ``origins``, and how many ``"studies"`` or ``"objects"`` it has so far.
        on_event: Gets each event, as that of ``send``.
        control: Stops it, from anywhere: ``finish()`` in good order, ``abort()`` at once.
        settings: Whose profile files NAME alone is looked up in, before the samples.

    Returns:
        Also where there was no association: ``run.report.error`` says why, and the objects are still to be sent.

    Raises:
        AssociationError: A peer of ``origins`` cannot be asked what it has.
        ConfigurationError: It is no address, a source is not there, options exclude each other, or the journal has a
            peer of the settings as a source that is not in ``origins``.
        JournalError: The journal cannot be read or written, is none, or is used by somebody else.
        LoadError: The release does not load the file of the profile.
        ProfileNotFound: There is no such profile.
        ProposalError: No request can carry the profile or an AE title (PS3.8 9.3.2).
        WhereError: ``where`` or an order is no expression.

    Examples:
        >>> done = asprofile.migrate("move.journal", "study", "127.0.0.1:11112", profile="ct.cfg:Scanner")
        >>> done.all_stored, done.status.objects
        (False, 4)
        >>> {state.words: objects for state, (objects, size) in done.status.states.items()}
        {'stored': 1, 'refused': 3}

    PS3.4 annex B, PS3.7 9.1.1.
    """
    to = destination_of(peer, called, calling, tls, identity)
    terms = checked_terms(to, profile, release, propose_default, options, conversion, limits, settings)
    names, name = paths_of(sources), os.fspath(journal)
    given = [_origin(one, calling) for one in several_of(origins, (str, Peer, Destination), _PEERS)]
    address = move_destination(move_to) if move_to is not None else None
    directory = None if spool is None else os.fspath(spool)
    whole("spool_size", spool_size, 1)
    # It is read once more for the scan.
    where = tuple(where) if isinstance(where, Iterator) else where
    judge_of(where)
    files = None if files_from is None else _one_by_one(files_from)
    control = control or Control()
    begins = bool(names or given or files is not None)
    if not begins and not Journal.is_there(name):
        raise ConfigurationError(f"there is no journal {Journal.shown_name(name)!r}; give sources to begin one")
    with (Journal.begun if begins else Journal)(name) as ledger:
        found = _with_those_of_before(ledger, given, calling)
        ledger.put(peer=str(terms.to.peer))
        run = None
        scanned = not begins and ledger.get("scanned", False)
        if scanned or scan_into(
            ledger,
            names,
            names=files or (),
            bare=bare,
            recurse=recurse,
            pattern=pattern,
            where=where,
            origins=found,
            options=options,
            on_count=on_scan or (lambda _: None),
            on_listed=on_listed or (lambda *_: None),
            control=control,
        ):
            run = run_migration(
                ledger,
                terms,
                limits,
                on_event=on_event or (lambda _: None),
                control=control,
                pulling=PullingPlan(found, options, limits.order, address, directory, spool_size),
            )
        return MigrationResult(status_of(ledger), run)


def watch_migration(
    journal: str | os.PathLike[str],
    directories: Paths,
    peer: PeerInput,
    *,
    profile: ProfileInput | None = None,
    release: str = LATEST,
    propose_default: bool = False,
    options: SendOptions = SendOptions(),  # noqa: B008 - a value
    conversion: ConversionOptions = ConversionOptions(),  # noqa: B008 - a value
    limits: RunLimits = RunLimits(),  # noqa: B008 - a value
    quiet_for: float = WatchTimes().quiet_for,
    rescan: float = WatchTimes().rescan,
    recurse: bool = True,
    pattern: str | None = None,
    where: Selection = None,
    bare: bool = False,
    called: str | None = None,
    calling: str | None = None,
    tls: TlsOptions | None = None,
    identity: UserIdentity | None = None,
    on_note: Callable[[str], None] | None = None,
    on_run: Callable[[Migrated], None] | None = None,
    on_event: Callable[[SendEvent], None] | None = None,
    control: Control | None = None,
    settings: ProjectSettings | None = None,
) -> MigrationStatus:
    """Send what is in directories and what comes into them, until ``control`` ends it: a store-and-forward that loses
    nothing.

    A file counts once it is complete and quiet, and is sent once; nothing is moved, changed or removed. Killed at any
    time, the same call goes on, with the files that came meanwhile. A peer that is away is tried again, by and by.

    Args:
        journal: The file of the journal, made if there is none, or ``"postgresql://USER@HOST/DATABASE"``.
        directories: What grows. They are remembered, and watched with those of before.
        peer: ``"[AET@]HOST:PORT"``, or an address as a value.
        profile: ``"[FILE:]NAME"``, a file with one profile, or a profile; None: the contexts follow from the objects.
        release: The DCMTK release that shall load the profile.
        propose_default: Without a profile, propose Implicit VR Little Endian for each SOP class too (PS3.5 10.1).
        options: How: time limits, window, associations, tries.
        conversion: What may become of objects on their way; SOP Instance UIDs stay.
        limits: Failures that end it, its order, rate and hours, and what becomes of objects in doubt.
        quiet_for: Seconds in which nothing of a file changes, before it counts.
        rescan: Seconds between two looks at all files, for what the system does not tell.
        recurse: Watch the directories of a directory, too.
        pattern: Only files whose names fit, such as ``"*.dcm"``.
        where: Only these objects: expressions, or what ``asprofile.where`` made of them.
        bare: Take data sets without a Part 10 header too.
        called: The peer's AE title; None: that of its address, or ``ANY-SCP``.
        calling: Our AE title; None: ``ASPROFILE``.
        tls: Connect with TLS.
        identity: Who we are (user identity negotiation, PS3.7 D.3.3.7).
        on_note: Gets what is worth telling of the directories, in words, from any thread.
        on_run: Gets what became of some objects, after each run.
        on_event: Gets each event, as that of ``send``.
        control: Ends it, from anywhere: ``finish()`` in good order, ``abort()`` at once.
        settings: Whose profile files NAME alone is looked up in, before the samples.

    Returns:
        The sums of the journal at the end, which is when ``control`` or ``limits.max_failures`` says so.

    Raises:
        ConfigurationError: It is no address or no directory, or options exclude each other.
        JournalError: The journal cannot be read or written, is none, or is used by somebody else.
        LoadError: The release does not load the file of the profile.
        ProfileNotFound: There is no such profile.
        ProposalError: No request can carry the profile or an AE title (PS3.8 9.3.2).
        WhereError: ``where`` or an order is no expression.

    Examples:
        >>> control = asprofile.Control()
        >>> def told(event):
        ...     if isinstance(event, asprofile.Finished) and event.result.outcome is asprofile.Outcome.STORED:
        ...         control.finish()
        >>> peer = "127.0.0.1:11112"
        >>> status = asprofile.watch_migration("j", "study", peer, quiet_for=0, on_event=told, control=control)
        >>> status.states[asprofile.MigrationState.STORED][0]
        1
    """
    to = destination_of(peer, called, calling, tls, identity)
    terms = checked_terms(to, profile, release, propose_default, options, conversion, limits, settings)
    names, name = paths_of(directories), os.fspath(journal)
    number("quiet_for", quiet_for)
    positive("rescan", rescan)
    if not names and not Journal.is_there(name):
        raise ConfigurationError(f"there is no journal {Journal.shown_name(name)!r}; give directories to begin one")
    with (Journal.begun if names else Journal)(name) as ledger:
        ledger.put(peer=str(terms.to.peer))
        watch_directories(
            ledger,
            names,
            terms,
            limits,
            times=WatchTimes(quiet_for, rescan),
            bare=bare,
            recurse=recurse,
            pattern=pattern,
            where=where,
            on_note=on_note or (lambda _: None),
            on_run=on_run or (lambda _: None),
            on_event=on_event or (lambda _: None),
            control=control,
        )
        return status_of(ledger)


def checked_terms(
    to: Destination,
    profile: ProfileInput | None,
    release: str,
    propose_default: bool,
    options: SendOptions,
    conversion: ConversionOptions,
    limits: RunLimits,
    settings: ProjectSettings | None,
) -> MigrationTerms:
    """What a caller wants, looked at before anything is made. Raises what a profile cannot be, ConfigurationError."""
    check_send_options(options)
    _check_limits(limits)
    judges_of(limits.order)
    terms = MigrationTerms(to, profile, release, propose_default, options, conversion, settings)
    check_conversion(terms)
    terms.requests_of_profile()
    return terms


def _one_by_one(files: Iterable[str | os.PathLike[str]]) -> Iterator[str]:
    if isinstance(files, (str, bytes, os.PathLike)) or not isinstance(files, Iterable):
        raise TypeError(f"files_from is several paths, not {type(files).__name__}")
    return (path for one in files for path in paths_of(one))


def _origin(peer: PeerInput, calling: str | None) -> Origin:
    to = destination_of(peer, calling=calling)
    return Origin(f"{PREFIX}{to.name or to.peer}", to)


def _with_those_of_before(journal: Journal, new: Sequence[Origin], calling: str | None) -> tuple[Origin, ...]:
    found = {one.name: one for one in new}
    for name in journal.get("origins", []):
        if name not in found:
            try:
                found[name] = _origin(name.removeprefix(PREFIX), calling)
            except ConfigurationError:
                raise ConfigurationError(
                    f"{journal.name}: its objects come from {name}, which is no address: give that peer in @{{origins}}"
                ) from None
    return tuple(found.values())


def _check_limits(limits: RunLimits) -> None:
    if limits.in_doubt not in ("hold", "send"):
        raise ConfigurationError(f"@{{in_doubt}} is one of hold, send, not {limits.in_doubt!r}")
    if limits.max_failures is not None:
        whole("max_failures", limits.max_failures, 1)
    if isinstance(limits.order, str):
        raise ConfigurationError(f"@{{order}} is a list of orders, not the text {limits.order!r}")
    if limits.rate is not None:
        positive("number", limits.rate.number)
    if limits.hours is not None:
        for name in ("first", "end"):
            whole(name, getattr(limits.hours, name), 0, _MINUTES - 1)
        if limits.hours.first == limits.hours.end:
            raise ConfigurationError("first and end of hours are the same: nothing would be sent")
