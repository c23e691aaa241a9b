"""A migration looked at before it: what the peer would take, and how long it would last.

Not here: the associations (``migrate.checking``), what is said (``cli``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asprofile.api.migrating import check_conversion, status_of
from asprofile.migrate.checking import KindCheck, check_kinds, negotiations
from asprofile.migrate.journal_sums import open_kinds, pace
from asprofile.migrate.states import MigrationState
from asprofile.negotiate.fitting import fit
from asprofile.objects.as_it_is import AsItIs
from asprofile.objects.converting import Converter
from asprofile.send.control import Control

if TYPE_CHECKING:
    from asprofile.api.migrating import MigrationStatus, MigrationTerms
    from asprofile.migrate.journal import Journal

CHECK_VERSION = 1


@dataclass(frozen=True, slots=True)
class MigrationCheck:
    """What would become of the objects that are to be sent, by kind; the sums of the journal; and how many seconds it
    would last with ``rate`` objects a second (None: not known).
    """

    status: MigrationStatus
    peer: str
    kinds: tuple[KindCheck, ...]
    rate: float | None

    @property
    def objects(self) -> int:
        return sum(one.kind.objects for one in self.kinds)

    @property
    def bytes(self) -> int:
        return sum(one.kind.bytes for one in self.kinds)

    @property
    def refused(self) -> int:
        return sum(one.kind.objects for one in self.kinds if one.fate == "refused")

    @property
    def conflicts(self) -> int:
        return self.status.states.get(MigrationState.CONFLICT, (0, 0))[0]

    @property
    def at_the_source(self) -> int:
        """Objects that a peer lists and that have not come: nothing is known of these."""
        return self.status.states.get(MigrationState.LISTED, (0, 0))[0]

    @property
    def seconds(self) -> float | None:
        return None if not self.rate else (self.objects + self.at_the_source - self.refused) / self.rate

    @property
    def all_well(self) -> bool:
        """Everything is found and can be sent."""
        return self.status.is_scanned and not (self.refused or self.conflicts or self.status.wrong)

    def as_json(self) -> dict[str, Any]:
        """What ``asprofile migrate check --json`` prints (docs/schema/migrate-check.json)."""
        return {
            "version": CHECK_VERSION,
            "journal": self.status.journal,
            "peer": self.peer,
            "scanned": self.status.is_scanned,
            "objects": self.objects,
            "bytes": self.bytes,
            "refused": self.refused,
            "conflicts": self.conflicts,
            "at_the_source": self.at_the_source,
            "again": self.status.again,
            "wrong": self.status.wrong,
            "rate": self.rate,
            "seconds": self.seconds,
            "kinds": [
                {
                    "sop_class": one.kind.sop_class,
                    "transfer_syntax": one.kind.transfer_syntax,
                    "objects": one.kind.objects,
                    "bytes": one.kind.bytes,
                    "outcome": one.fate,
                    "sent_as": one.sent_as or None,
                    "reason": one.reason or None,
                    "way_out": one.way_out or None,
                }
                for one in self.kinds
            ],
        }


def check_objects(
    journal: Journal, terms: MigrationTerms, *, rate: float | None = None, control: Control | None = None
) -> MigrationCheck:
    """Ask the peer what it would take of what is to be sent; nothing is sent. ``rate``: objects a second; None: as
    many as the journal says were stored so far.

    Raises JournalError, ConfigurationError, AssociationError, and what a profile cannot be.
    """
    check_conversion(terms)
    to, preparer = terms.to, terms.conversion.preparer()
    kinds = open_kinds(journal)
    checks: tuple[KindCheck, ...] = ()
    if kinds:
        requests = terms.requests_of_profile()
        if not requests:
            # What the objects could be converted to is proposed as well, so that the way out is known and no guess.
            targets = Converter("lossy").targets if isinstance(preparer, AsItIs) else preparer.targets
            pairs = [(one.sop_class, one.transfer_syntax) for one in kinds]
            requests = fit(pairs, targets, with_default=terms.propose_default, **to.titles)
        found = negotiations(requests, to.peer, terms.send_options, control or Control())
        checks = check_kinds(kinds, found, preparer, fitted=terms.profile is None)
    return MigrationCheck(status_of(journal), str(to.peer), checks, rate or pace(journal))
