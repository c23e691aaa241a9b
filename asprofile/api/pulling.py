"""Peers as sources of a migration: what they have is listed, and taken while it is sent on.

Not here: the questions and the journal (``migrate``), what is said (``cli``).
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from asprofile.errors import AssociationError, ConfigurationError
from asprofile.migrate.journal_studies import StudyLedger
from asprofile.migrate.ledger_rows import StateChange
from asprofile.migrate.ordering import order_of_studies
from asprofile.migrate.scanning import digest_of, same_object
from asprofile.migrate.spool import DEFAULT_SIZE, Spool
from asprofile.migrate.states import MigrationState
from asprofile.receive.addresses import parse_listening
from asprofile.value import replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from asprofile.migrate.journal import Journal
    from asprofile.migrate.ledger_rows import LedgerRow
    from asprofile.migrate.origins import Origin
    from asprofile.receive.addresses import ListeningAddress
    from asprofile.send.control import Control
    from asprofile.send.options import SendOptions
    from asprofile.send.outcome import SendReport


@dataclass(frozen=True, slots=True)
class PullingPlan:
    """How objects are taken from peers: of ``wishes``, the orders of a run, the first of studies counts; by C-MOVE to
    our own receiver at ``move_to``, or by C-GET; into a spool in ``directory`` (None: that of the journal) of so many
    bytes.
    """

    origins: Sequence[Origin]
    options: SendOptions
    wishes: Sequence[str] = ()
    move_to: ListeningAddress | None = None
    directory: str | None = None
    size: int = DEFAULT_SIZE


def move_destination(text: str) -> ListeningAddress:
    """Where a peer moves objects to: ``AET@[HOST:]PORT``. Raises ConfigurationError."""
    address = parse_listening(text)
    if address.ae_title is None:
        raise ConfigurationError(f"{text!r} has no AE title, to which a peer moves objects: write AET@[HOST:]PORT")
    return address


def list_origins(
    journal: Journal,
    origins: Sequence[Origin],
    options: SendOptions,
    on_listed: Callable[[str, int, str], None],
    control: Control,
) -> bool:
    """Put what these peers have into the journal; False if it was stopped. A peer is one of its sources from then on,
    but for one that did not answer at all: a name with a slip in it. Raises AssociationError, JournalError.
    """
    # pynetdicom, which takes long to import, is needed only where a peer is asked.
    from asprofile.migrate.associating import CannotSay
    from asprofile.migrate.listing import Lister

    journal.put(scanned=False)
    ledger = StudyLedger(journal)
    ledger.begin()
    known = journal.get("origins", [])
    for origin in origins:
        limits = replaced(options, link=origin.to.link)
        is_new = origin.name not in known
        if is_new:
            journal.put(origins=[*known, origin.name])
        try:
            with Lister(ledger, origin, limits, control, partial(on_listed, origin.name)) as lister:
                if not lister.list_all():
                    return False
        except CannotSay as error:
            if is_new and not ledger.has_answers(origin.name):
                journal.put(origins=known)
            raise AssociationError(f"{origin.name}: {error}") from None
        known = journal.get("origins", [])
    return True


def spool_of(journal: Journal, plan: PullingPlan | None) -> Spool | None:
    """Where objects of a journal are on their way; None if none come from peers. Raises ConfigurationError."""
    if plan is None or not plan.origins:
        return None
    real = os.path.realpath(journal.path)
    mark = journal.get("spool") or secrets.token_hex(4)
    journal.put(spool=mark)
    base = os.path.abspath(plan.directory) if plan.directory is not None else os.path.dirname(real)  # noqa: PTH100, PTH120
    if not Path(base).is_dir():
        raise ConfigurationError(f"{base}: there is no such directory to make the spool in")
    return Spool(str(Path(base) / f"{Path(real).name}-spool-{mark}"), plan.size)


def open_spool(journal: Journal, spool: Spool | None) -> None:
    """What a run left in the spool is used; what cannot be is to come again. Raises ConfigurationError."""
    if spool is None:
        return
    journal.spool = str(spool.directory)
    StudyLedger(journal).begin()
    keep, gone = set(), []
    for row in StudyLedger(journal).in_hand():
        if _is_whole(row):
            keep.add(row.id)
        elif row.state is MigrationState.FOUND:
            gone.append(StateChange(row, MigrationState.LISTED, comment=row.comment))
    journal.change(gone)
    try:
        spool.open(keep)
    except OSError as error:
        raise ConfigurationError(
            f"{spool.directory}: the spool cannot be made or used: {error.strerror or error}"
        ) from None


def _is_whole(row: LedgerRow) -> bool:
    header = same_object(row) if row.size else "not there"
    return not isinstance(header, str) and digest_of(header) == row.digest


def remove_spooled(spool: Spool | None, row: LedgerRow) -> None:
    """An object is decided, and its file is not needed any more; one that cannot be removed now is by the next run."""
    if spool is not None and row.spooled:
        try:
            spool.remove(row.id)
        except OSError:
            return


def pull(
    journal: Journal,
    spool: Spool,
    plan: PullingPlan,
    control: Control,
    send: Callable[[], None],
    report: Callable[[], SendReport | None],
) -> str:
    """Take what is to come, and ``send`` what is in hand meanwhile, until nothing is left or ``report`` says that it
    cannot go on. Returns why not all was asked for; empty if it was. Raises JournalError, AssociationError.
    """
    # pynetdicom, which takes long to import, is needed only where a peer is asked.
    from asprofile.migrate.fetching import Fetcher, FetchPlan

    fetching = FetchPlan(plan.origins, plan.options, order_of_studies(plan.wishes), plan.move_to)
    with Fetcher(journal, StudyLedger(journal), spool, fetching, control) as fetcher:
        idle = 0
        while idle < _IDLE and fetcher.await_some():
            before = journal.count(MigrationState.FOUND)
            send()
            last = report()
            if last is not None and (last.error is not None or last.interrupted):
                break
            sent = last is not None and last.tally.total > 0
            idle = 0 if sent and journal.count(MigrationState.FOUND) != before else idle + 1
    spool.close()
    return fetcher.error


_IDLE = 20
"""Rounds in which nothing was sent of what is there: then the target does not take it."""
