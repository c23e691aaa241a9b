"""Which workers share a journal, by what they say of themselves in it.

Not here: what they do (``block_ledger``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from asprofile.migrate.ledger_base import LedgerBase


@dataclass(frozen=True, slots=True)
class WorkerSign:
    """A worker: the name of its machine, its process, how many seconds ago it was seen, whether it has ended in good
    order; blocks and associations that it has now, objects that it stored, and that it could not.
    """

    host: str
    pid: int
    seen: float
    has_ended: bool
    blocks: int
    associations: int
    stored: int
    failed: int

    def as_json(self) -> dict[str, Any]:
        """One of ``workers`` of ``asprofile migrate status --json``."""
        return {
            "host": self.host,
            "pid": self.pid,
            "seen_seconds_ago": round(self.seen, 1),
            "ended": self.has_ended,
            "blocks": self.blocks,
            "associations": self.associations,
            "stored": self.stored,
            "failed": self.failed,
        }


def workers_of(journal: LedgerBase) -> list[WorkerSign]:
    """Those of a journal in PostgreSQL, the first that began first; none where it is of before there were any."""
    with journal.store.reading() as db:
        if db.execute("SELECT to_regclass('worker')").fetchone()[0] is None:
            return []
        return [WorkerSign(*values) for values in db.execute(_WORKERS)]


_WORKERS: Final = (
    "SELECT host, pid, greatest(0, extract(epoch FROM clock_timestamp() - seen))::double precision, ended,"
    " (SELECT count(*) FROM block WHERE block.owner = worker.id AND NOT done AND lease_until > clock_timestamp()),"
    " associations, stored, failed FROM worker WHERE seen > clock_timestamp() - interval '1 day' ORDER BY began, id"
)
