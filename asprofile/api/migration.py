"""A migration by the name of its journal, as a program asks for it.

Not here: the steps (``migrating``, ``verifying``, ``reporting``), which the command calls one by one.
"""

from __future__ import annotations

import math
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from asprofile.api.conversion import ConversionOptions
from asprofile.api.migrating import (
    MigrationTerms,
    RunLimits,
    check_conversion,
    run_migration,
    scan_into,
    status_of,
)
from asprofile.api.objects import judge_of, paths_of
from asprofile.api.peers import destination_of
from asprofile.api.ranges import check_send_options, number, seconds, whole
from asprofile.api.reporting import report_of
from asprofile.api.verifying import verify_stored
from asprofile.errors import ConfigurationError
from asprofile.migrate.commitments import DEFAULT_TIMEOUT
from asprofile.migrate.journal import Journal
from asprofile.migrate.ordering import NEWEST, OLDEST
from asprofile.names.releases import LATEST
from asprofile.receive.addresses import parse_loopback
from asprofile.send.control import Control
from asprofile.send.options import SendOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.api.migrating import Migrated, MigrationStatus
    from asprofile.api.objects import Paths, Selection
    from asprofile.api.peers import PeerInput
    from asprofile.api.references import ProfileInput
    from asprofile.api.reporting import MigrationReport
    from asprofile.api.verifying import RetrievedBy, VerifiedBy
    from asprofile.migrate.verifying import Verified
    from asprofile.negotiate.request import UserIdentity
    from asprofile.net.tls_options import TlsOptions
    from asprofile.send.outcome import SendEvent
    from asprofile.settings.project import ProjectSettings

_MINUTES: Final = 24 * 60


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
    called: str | None = None,
    calling: str | None = None,
    tls: TlsOptions | None = None,
    identity: UserIdentity | None = None,
    on_scan: Callable[[int], None] | None = None,
    on_event: Callable[[SendEvent], None] | None = None,
    control: Control | None = None,
    settings: ProjectSettings | None = None,
) -> MigrationResult:
    """Move the objects of files and directories to a peer, with a journal that knows what became of each.

    The sources are scanned into the journal, and what is to be sent is sent. Killed at any time, the same call goes on:
    what was sent without a recorded answer is asked for first (C-FIND), and nothing that has an answer is sent again,
    until it was found missing and is to be tried again. Objects go as they are, unless ``conversion`` says otherwise.

    Args:
        journal: The file of the journal, made if there is none, or ``"postgresql://USER@HOST/DATABASE"``. While it is
            open nobody else writes it.
        sources: Files, directories, DICOMDIRs (what they list), and journals of others (what these could not store).
            They are remembered, and scanned with those of before. None at all, ``()``: those of before are scanned
            only if their scan was not finished.
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
        called: The peer's AE title; None: that of its address, or ``ANY-SCP``.
        calling: Our AE title; None: ``ASPROFILE``.
        tls: Connect with TLS.
        identity: Who we are (user identity negotiation, PS3.7 D.3.3.7).
        on_scan: Gets now and then how many files the scan has come across.
        on_event: Gets each event, as that of ``send``.
        control: Stops it, from anywhere: ``finish()`` in good order, ``abort()`` at once.
        settings: Whose profile files NAME alone is looked up in, before the samples.

    Returns:
        Also where there was no association: ``run.report.error`` says why, and the objects are still to be sent.

    Raises:
        ConfigurationError: It is no address, a source is not there, options exclude each other, or the journal has
            peers as sources, which the command takes.
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
    check_send_options(options)
    _check_limits(limits)
    terms = MigrationTerms(
        destination_of(peer, called, calling, tls, identity),
        profile,
        release,
        propose_default,
        options,
        conversion,
        settings,
    )
    check_conversion(terms)
    terms.requests_of_profile()
    names, name = paths_of(sources), os.fspath(journal)
    # It is read once more for the scan.
    where = tuple(where) if isinstance(where, Iterator) else where
    for selection in (where, *(wish for wish in limits.order if wish not in (NEWEST, OLDEST))):
        judge_of(selection)
    control = control or Control()
    if not names and not Journal.is_there(name):
        raise ConfigurationError(f"there is no journal {Journal.shown_name(name)!r}; give sources to begin one")
    with (Journal.begun if names else Journal)(name) as ledger:
        if origins := ledger.get("origins", []):
            raise ConfigurationError(
                f"{ledger.name}: its objects come from {', '.join(origins)}; such a migration goes on with the command "
                "asprofile migrate"
            )
        ledger.put(peer=str(terms.to.peer))
        run = None
        scanned = not names and ledger.get("scanned", False)
        if scanned or scan_into(
            ledger,
            names,
            bare=bare,
            recurse=recurse,
            pattern=pattern,
            where=where,
            on_count=on_scan or (lambda _: None),
            control=control,
        ):
            run = run_migration(ledger, terms, limits, on_event=on_event or (lambda _: None), control=control)
        return MigrationResult(status_of(ledger), run)


def _check_limits(limits: RunLimits) -> None:
    if limits.in_doubt not in ("hold", "send"):
        raise ConfigurationError(f"@{{in_doubt}} is one of hold, send, not {limits.in_doubt!r}")
    if limits.max_failures is not None:
        whole("max_failures", limits.max_failures, 1)
    if isinstance(limits.order, str):
        raise ConfigurationError(f"@{{order}} is a list of orders, not the text {limits.order!r}")
    if limits.rate is not None:
        number("number", limits.rate.number)
        if not 0 < limits.rate.number < math.inf:
            raise ConfigurationError(f"the number of a rate is more than 0 and finite, not {limits.rate.number!r}")
    if limits.hours is not None:
        for name in ("first", "end"):
            whole(name, getattr(limits.hours, name), 0, _MINUTES - 1)
        if limits.hours.first == limits.hours.end:
            raise ConfigurationError("first and end of hours are the same: nothing would be sent")


def verify_migration(
    journal: str | os.PathLike[str],
    peer: PeerInput,
    *,
    by: VerifiedBy = "find",
    content: int | Literal["all"] | None = None,
    retrieve: RetrievedBy = "get",
    listen: str | None = None,
    commit_timeout: float = DEFAULT_TIMEOUT,
    again: bool = False,
    options: SendOptions = SendOptions(),  # noqa: B008 - a value
    conversion: ConversionOptions = ConversionOptions(),  # noqa: B008 - a value
    called: str | None = None,
    calling: str | None = None,
    tls: TlsOptions | None = None,
    identity: UserIdentity | None = None,
    on_count: Callable[[int], None] | None = None,
    control: Control | None = None,
) -> Verified:
    """Ask the peer of a migration whether it has what it said that it stored; the answers go into the journal.

    Args:
        journal: The file of the journal, or ``"postgresql://USER@HOST/DATABASE"``.
        peer: ``"[AET@]HOST:PORT"``, or an address as a value: where the objects were sent.
        by: ``"find"`` (C-FIND at IMAGE level, PS3.4 C.4.1), or ``"commitment"`` (storage commitment, PS3.4 annex J).
        content: Take so many objects back, or ``"all"``, and compare every element with what was sent.
        retrieve: Take them back with C-GET, ``"get"``, or with C-MOVE to ``listen``, ``"move"``.
        listen: ``"[HOST:]PORT"``, where the peer may bring reports of commitment, or objects; without HOST, from this
            machine alone.
        commit_timeout: Seconds that a report of commitment may take, before it is asked for again.
        again: Ask for what is verified, too.
        options: Time limits.
        conversion: What became of objects on their way, as it was given to ``migrate``.
        called: The peer's AE title; None: that of its address, or ``ANY-SCP``.
        calling: Our AE title; None: ``ASPROFILE``.
        tls: Connect with TLS.
        identity: Who we are (user identity negotiation, PS3.7 D.3.3.7).
        on_count: Gets now and then how many objects were asked for.
        control: Stops it, from anywhere.

    Returns:
        How many objects the peer has, does not have, and does not say of (also where it cannot be asked: ``why``).

    Raises:
        ConfigurationError: It is no address, or options exclude each other.
        JournalError: The journal is not there, cannot be read or written, is none, or is used by somebody else.

    Examples:
        >>> done = asprofile.migrate("move.journal", "study", "127.0.0.1:11112", where='Modality = "CT"')
        >>> asked = asprofile.verify_migration("move.journal", "127.0.0.1:11112")
        >>> asked.verified, asked.missing, asked.unknown  # this peer does not answer C-FIND
        (0, 0, 1)
    """
    check_send_options(options)
    if content != "all" and content is not None:
        whole("content", content, 1)
    if commit_timeout is None:
        raise ConfigurationError("@{commit_timeout} is a number of seconds over 0, not None")
    seconds("commit_timeout", commit_timeout)
    for argument, given, permitted in (("by", by, ("find", "commitment")), ("retrieve", retrieve, ("get", "move"))):
        if given not in permitted:
            raise ConfigurationError(f"@{{{argument}}} is one of {', '.join(permitted)}, not {given!r}")
    to = destination_of(peer, called, calling, tls, identity)
    terms = MigrationTerms(to, options=options, conversion=conversion)
    check_conversion(terms)
    address = None if listen is None else parse_loopback(listen)
    with Journal(os.fspath(journal)) as ledger:
        return verify_stored(
            ledger,
            terms,
            by=by,
            content=content,
            retrieve=retrieve,
            listen=address,
            commit_timeout=commit_timeout,
            again=again,
            on_count=on_count or (lambda _: None),
            control=control,
        )


def migration_status(journal: str | os.PathLike[str]) -> MigrationStatus:
    """How far a migration is: the sums of its journal, also while it is going on.

    Args:
        journal: The file of the journal, or ``"postgresql://USER@HOST/DATABASE"``; it is only read.

    Returns:
        Objects and bytes of each state, files that are none, and the reasons of what is not stored.

    Raises:
        JournalError: The journal is not there, cannot be read, or is none.

    Examples:
        >>> done = asprofile.migrate("move.journal", "study", "127.0.0.1:11112", where='Modality = "CT"')
        >>> status = asprofile.migration_status("move.journal")
        >>> status.is_done, status.states[asprofile.MigrationState.STORED][0]
        (True, 1)
    """
    with Journal(os.fspath(journal), writes=False) as ledger:
        return status_of(ledger)


def migration_report(journal: str | os.PathLike[str]) -> MigrationReport:
    """What became of all objects of a migration, by modality, year and hour; adds up to the last one.

    Args:
        journal: The file of the journal, or ``"postgresql://USER@HOST/DATABASE"``; it is only read.

    Returns:
        The sums of ``migration_status``, with those of each modality (the group of the SOP class), year and hour.

    Raises:
        JournalError: The journal is not there, cannot be read, or is none.

    Examples:
        >>> done = asprofile.migrate("move.journal", "study", "127.0.0.1:11112", where='Modality = "CT"')
        >>> report = asprofile.migration_report("move.journal")
        >>> for modality, states in report.modalities.items():
        ...     print(modality, {state.words: objects for state, objects in states.items()})
        CT {'stored': 1}
    """
    with Journal(os.fspath(journal), writes=False) as ledger:
        return report_of(ledger)
