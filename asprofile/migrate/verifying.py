"""Whether the peer has what it said that it stored: it is asked, and what it answers is the evidence.

Belongs here: which objects are asked for and how, and what follows for each. Does not belong here: the questions
themselves (``asking``, ``committing``, ``retrieving``), which are imported only where they are asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Final

from asprofile.migrate.ledger_rows import StateChange
from asprofile.migrate.states import AT_THE_PEER, STORED, MigrationState

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from asprofile.migrate.journal import Journal
    from asprofile.migrate.ledger_rows import LedgerRow
    from asprofile.send.destination import Destination
    from asprofile.send.options import SendOptions

_AT_A_TIME: Final = 2000
_MOST_REASONS: Final = 3
FOUND_THERE: Final = "the peer was asked with C-FIND, and has it"
NOT_THERE: Final = "the peer was asked with C-FIND, and does not have it in its study"
OTHER_CLASS: Final = "the peer has an object of another SOP class under its SOP Instance UID"


@dataclass(slots=True)
class Verified:
    """What the peer was asked: how many objects it has, does not have (or not as they were sent), and does not say of,
    with the reasons for that.
    """

    verified: int = 0
    missing: int = 0
    unknown: int = 0
    why: list[str] = field(default_factory=list)

    def cannot_say(self, count: int, why: str) -> None:
        self.unknown += count
        if why not in self.why and len(self.why) < _MOST_REASONS:
            self.why.append(why)


@dataclass(frozen=True, slots=True)
class Verification:
    """A journal, the peer and how it is asked; ``study_set``: what the Study Instance UIDs were set to. With ``again``
    also what is verified is asked for. ``on_count`` gets how many there are so far. ``changes``: attributes were set in
    objects on their way.
    """

    journal: Journal
    to: Destination
    options: SendOptions
    is_wanted: Callable[[], bool]
    study_set: str | None = None
    again: bool = False
    on_count: Callable[[int], None] = lambda _: None
    changes: bool = False

    def rows(self) -> Iterator[LedgerRow]:
        """What is to be asked for."""
        states = (*(AT_THE_PEER if self.again else STORED), MigrationState.MISSING)
        return self.journal.in_state(*states)

    def batches(self, count: int = _AT_A_TIME) -> Iterator[list[LedgerRow]]:
        rows, done = self.rows(), 0
        while self.is_wanted() and (some := list(islice(rows, count))):
            yield some
            done += len(some)
            self.on_count(done)


def by_find(work: Verification) -> Verified:
    """Ask with C-FIND at IMAGE level. Raises JournalError."""
    # pynetdicom, which takes long to import, is needed only where something is asked.
    from asprofile.migrate.asking import Asker, by_study
    from asprofile.migrate.associating import CannotSay

    sums = Verified()
    for batch in work.batches():
        studies = by_study(work.journal, batch, work.study_set)
        if unnamed := studies.pop("", []):
            sums.cannot_say(len(unnamed), "the file no longer says its Study Instance UID")
        todo = list(studies.items())
        try:
            with Asker(work.to, work.options) as asker:
                while todo and work.is_wanted():
                    study, asked = todo[0]
                    there = asker.present(study, [row.uid for row in asked])
                    del todo[0]
                    record(work.journal, [(row, _found(row, there)) for row in asked], FOUND_THERE, sums)
        except CannotSay as error:
            for _, asked in todo:
                sums.cannot_say(len(asked), str(error))
    return sums


def _found(row: LedgerRow, there: Mapping[str, str]) -> str:
    """Why it does not count as there; empty if it does."""
    if row.uid not in there:
        return NOT_THERE
    return OTHER_CLASS if there[row.uid] not in ("", row.sop_class) else ""


def record(journal: Journal, results: list[tuple[LedgerRow, str]], words: str, sums: Verified) -> None:
    """What was found out of each: why it is missing, or empty."""
    changes = []
    for row, missing in results:
        to = MigrationState.MISSING if missing else MigrationState.VERIFIED
        sums.missing += bool(missing)
        sums.verified += not missing
        if row.state is not to:
            comment = missing or (None if row.state is MigrationState.MISSING else row.comment)
            changes.append(StateChange(row, to, row.status, comment, evidence=missing or words))
    journal.change(changes)
