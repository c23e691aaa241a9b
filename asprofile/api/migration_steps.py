"""The steps of a migration by the name of its journal, as a program asks for them one by one.

Not here: the whole of it (``migration``); what a step does with a journal (``migrating``, ``checking``, ``verifying``).
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from asprofile.api.checking import check_objects
from asprofile.api.conversion import ConversionOptions
from asprofile.api.migrating import MigrationTerms, RunLimits, check_conversion, hold, release_held, retry, status_of
from asprofile.api.migration import checked_terms
from asprofile.api.objects import judge_of
from asprofile.api.peers import destination_of
from asprofile.api.ranges import check_send_options, positive, whole
from asprofile.api.reporting import report_of
from asprofile.api.verifying import verify_stored
from asprofile.errors import ConfigurationError
from asprofile.migrate.commitments import DEFAULT_TIMEOUT
from asprofile.migrate.journal import Journal
from asprofile.names.releases import LATEST
from asprofile.receive.addresses import parse_loopback
from asprofile.send.options import SendOptions

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.api.checking import MigrationCheck
    from asprofile.api.migrating import MigrationStatus
    from asprofile.api.objects import Selection
    from asprofile.api.peers import PeerInput
    from asprofile.api.references import ProfileInput
    from asprofile.api.reporting import MigrationReport
    from asprofile.api.verifying import RetrievedBy, VerifiedBy
    from asprofile.migrate.verifying import Verified
    from asprofile.negotiate.request import UserIdentity
    from asprofile.net.tls_options import TlsOptions
    from asprofile.send.control import Control
    from asprofile.settings.project import ProjectSettings


def check_migration(
    journal: str | os.PathLike[str],
    peer: PeerInput,
    *,
    profile: ProfileInput | None = None,
    release: str = LATEST,
    propose_default: bool = False,
    options: SendOptions = SendOptions(),  # noqa: B008 - a value
    conversion: ConversionOptions = ConversionOptions(),  # noqa: B008 - a value
    expected_rate: float | None = None,
    called: str | None = None,
    calling: str | None = None,
    tls: TlsOptions | None = None,
    identity: UserIdentity | None = None,
    control: Control | None = None,
    settings: ProjectSettings | None = None,
) -> MigrationCheck:
    """Ask a peer what it would take of what is to be sent to it, before anything is sent.

    Args:
        journal: The file of the journal, or ``"postgresql://USER@HOST/DATABASE"``; it is only read.
        peer: ``"[AET@]HOST:PORT"``, or an address as a value.
        profile: ``"[FILE:]NAME"``, a file with one profile, or a profile; None: the contexts follow from the objects.
        release: The DCMTK release that shall load the profile.
        propose_default: Without a profile, propose Implicit VR Little Endian for each SOP class too (PS3.5 10.1).
        options: Time limits.
        conversion: What may become of objects on their way.
        expected_rate: So many objects a second are sent; None: as of late, by the journal.
        called: The peer's AE title; None: that of its address, or ``ANY-SCP``.
        calling: Our AE title; None: ``ASPROFILE``.
        tls: Connect with TLS.
        identity: Who we are (user identity negotiation, PS3.7 D.3.3.7).
        control: Stops it, from anywhere.
        settings: Whose profile files NAME alone is looked up in, before the samples.

    Returns:
        What becomes of each kind of object (SOP class and transfer syntax), the sums, and how long it would last.

    Raises:
        AssociationError: The peer cannot be asked.
        ConfigurationError: It is no address, or options exclude each other.
        JournalError: The journal is not there, cannot be read, or is none.
        LoadError: The release does not load the file of the profile.
        ProfileNotFound: There is no such profile.
        ProposalError: No request can carry the profile or an AE title (PS3.8 9.3.2).

    Examples:
        >>> done = asprofile.migrate("move.journal", "study", "127.0.0.1:11112")
        >>> asprofile.retry_objects("move.journal")
        3
        >>> found = asprofile.check_migration("move.journal", "127.0.0.1:11112")
        >>> found.refused, found.all_well
        (3, False)
    """
    to = destination_of(peer, called, calling, tls, identity)
    terms = checked_terms(to, profile, release, propose_default, options, conversion, RunLimits(), settings)
    if expected_rate is not None:
        positive("expected_rate", expected_rate)
    with Journal(os.fspath(journal), writes=False) as ledger:
        return check_objects(ledger, terms, rate=expected_rate, control=control)


def hold_objects(journal: str | os.PathLike[str], where: Selection = None) -> int:
    """Hold what is to be sent: no run sends it, until it is released.

    Args:
        journal: The file of the journal, or ``"postgresql://USER@HOST/DATABASE"``.
        where: Only these objects: expressions, or what ``asprofile.where`` made of them. What is still at a peer is
            held only without ``where``.

    Returns:
        How many objects are held now that were not.

    Raises:
        JournalError: The journal is not there, cannot be written, is none, or is used by somebody else.
        WhereError: ``where`` is no expression.

    Examples:
        >>> done = asprofile.migrate("move.journal", "study", "127.0.0.1:11112")
        >>> asprofile.retry_objects("move.journal"), asprofile.hold_objects("move.journal", 'Modality != "CT"')
        (3, 3)
    """
    judge_of(where)
    with Journal(os.fspath(journal)) as ledger:
        return hold(ledger, where)


def release_objects(journal: str | os.PathLike[str]) -> int:
    """What is held is to be sent by the next run.

    Args:
        journal: The file of the journal, or ``"postgresql://USER@HOST/DATABASE"``.

    Returns:
        How many objects were held.

    Raises:
        JournalError: The journal is not there, cannot be written, is none, or is used by somebody else.

    Examples:
        >>> done = asprofile.migrate("move.journal", "study", "127.0.0.1:11112")
        >>> asprofile.release_objects("move.journal")
        0
    """
    with Journal(os.fspath(journal)) as ledger:
        return release_held(ledger)


def retry_objects(journal: str | os.PathLike[str]) -> int:
    """What was refused or failed, or is missing at the peer or at the source, is to be sent by the next run.

    Args:
        journal: The file of the journal, or ``"postgresql://USER@HOST/DATABASE"``.

    Returns:
        How many objects these are.

    Raises:
        JournalError: The journal is not there, cannot be written, is none, or is used by somebody else.

    Examples:
        >>> done = asprofile.migrate("move.journal", "study", "127.0.0.1:11112")
        >>> asprofile.retry_objects("move.journal")
        3
    """
    with Journal(os.fspath(journal)) as ledger:
        return retry(ledger)


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
    positive("commit_timeout", commit_timeout)
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
