"""Objects in doubt: the peer is asked whether it has them, and only what it does not have is sent again."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final, Literal

from asprofile.migrate.ledger_rows import StateChange
from asprofile.migrate.states import MigrationState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from asprofile.migrate.journal import Journal
    from asprofile.migrate.ledger_rows import LedgerRow
    from asprofile.send.destination import Destination
    from asprofile.send.options import SendOptions

InDoubt = Literal["hold", "send"]
"""What becomes of objects of which the peer does not say whether it has them."""

_AT_A_TIME: Final = 1000


@dataclass(slots=True)
class Doubts:
    """How many objects the peer has, does not have, and gives no answer for; ``why``: the reasons for that."""

    stored: int = 0
    absent: int = 0
    unknown: int = 0
    why: list[str] = field(default_factory=list)


def resolve(
    journal: Journal,
    to: Destination,
    options: SendOptions,
    otherwise: InDoubt,
    is_wanted: Callable[[], bool],
    study_set: str | None = None,
    of: Iterable[LedgerRow] | None = None,
) -> Doubts:
    """Find out what became of objects that are in doubt, all or ``of`` these (``study_set``: what their Study Instance
    UID was set to). Raises JournalError.
    """
    doubts = Doubts()
    rows = journal.in_state(MigrationState.IN_DOUBT) if of is None else iter(of)
    while is_wanted() and (some := list(islice(rows, _AT_A_TIME))):
        for found, asked, why in _answers(journal, some, to, options, study_set):
            changes = [_decided(row, found, why, otherwise) for row in asked]
            journal.change([one for one in changes if one is not None])
            if why:
                doubts.unknown += len(asked)
                doubts.why += [why] * (why not in doubts.why and len(doubts.why) < 3)
            else:
                doubts.stored += sum(row.uid in found for row in asked)
                doubts.absent += sum(row.uid not in found for row in asked)
    return doubts


def _answers(
    journal: Journal, rows: list[LedgerRow], to: Destination, options: SendOptions, study_set: str | None
) -> Iterator[tuple[set[str], list[LedgerRow], str]]:
    """For the objects of each study: those that the peer has, all of them, and why it is not known."""
    # pynetdicom, which takes long to import, is needed only where something is in doubt.
    from asprofile.migrate.asking import Asker, by_study
    from asprofile.migrate.associating import CannotSay

    studies = by_study(journal, rows, study_set)
    if unnamed := studies.pop("", []):
        yield set(), unnamed, "the file no longer says its Study Instance UID"
    todo = list(studies.items())
    while todo:
        try:
            with Asker(to, options) as asker:
                while todo:
                    study, asked = todo[0]
                    found = set(asker.present(study, [row.uid for row in asked]))
                    todo.pop(0)
                    yield found, asked, ""
        except CannotSay as error:
            for _, asked in todo:
                yield set(), asked, str(error)
            return


def _decided(row: LedgerRow, found: set[str], why: str, otherwise: InDoubt) -> StateChange | None:
    if row.uid in found:
        words = "the peer was asked with C-FIND, and has it"
        return StateChange(row, MigrationState.STORED, comment=words, evidence=words)
    if not why:
        words = "the peer was asked with C-FIND, and does not have it"
        return StateChange(row, MigrationState.FOUND, comment=words, evidence=words)
    if otherwise == "send":
        words = f"to be sent again as told (in doubt: {why})"
        return StateChange(row, MigrationState.FOUND, comment=words, evidence=words)
    return None
