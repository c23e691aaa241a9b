"""Whether a peer has what was moved to it.

Not here: the questions (``migrate``), what is said (``cli``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from asprofile.api.migrating import study_set_by
from asprofile.errors import ConfigurationError
from asprofile.migrate.commitments import DEFAULT_TIMEOUT, by_commitment
from asprofile.migrate.sampling import by_content
from asprofile.migrate.verifying import Verification, Verified, by_find
from asprofile.send.control import Control

if TYPE_CHECKING:
    from collections.abc import Callable

    from asprofile.api.migrating import MigrationTerms
    from asprofile.migrate.journal import Journal

VerifiedBy = Literal["find", "commitment"]
"""C-FIND at IMAGE level, or storage commitment."""
RetrievedBy = Literal["get", "move"]


def verify_stored(
    journal: Journal,
    terms: MigrationTerms,
    *,
    by: VerifiedBy = "find",
    content: int | Literal["all"] | None = None,
    retrieve: RetrievedBy = "get",
    listen: tuple[str, int] | None = None,
    commit_timeout: float = DEFAULT_TIMEOUT,
    again: bool = False,
    on_count: Callable[[int], None] = lambda _: None,
    control: Control | None = None,
) -> Verified:
    """Ask the peer for what it said that it stored, and for what was missing; with ``again`` also for what is verified.
    With ``content`` take so many objects back (by C-MOVE to ``listen``), and compare them with what was sent.

    Raises JournalError, ConfigurationError.
    """
    if retrieve == "move" and listen is None:
        raise ConfigurationError("C-MOVE needs a place where the objects come to: give @{listen}")
    study_set, is_wanted = study_set_by(terms.conversion), (control or Control()).is_wanted
    work = Verification(
        journal, terms.to, terms.send_options, is_wanted, study_set, again, on_count, bool(terms.conversion.assignments)
    )
    if content is not None:
        count = None if content == "all" else content
        return by_content(work, terms.conversion.preparer(), count, listen if retrieve == "move" else None)
    return by_find(work) if by == "find" else by_commitment(work, listen, commit_timeout)
