"""What a sending was to do, and the words for how objects end, in every form."""

from __future__ import annotations

from typing import TYPE_CHECKING

from asprofile.send.outcome import Outcome
from asprofile.value import Value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from asprofile.negotiate.request import AssociateRequest
    from asprofile.send.outcome import SendReport
    from asprofile.send.peer import Peer
    from asprofile.text import Source


OUTCOME_COLOURS = {
    Outcome.STORED: "green",
    Outcome.STORED_WITH_WARNING: "yellow",
    Outcome.REFUSED: "red",
    Outcome.FAILED: "red",
    Outcome.UNKNOWN: "red",
    Outcome.NOT_SENT: "red",
}
OUTCOME_WORDS = {
    Outcome.STORED: "stored",
    Outcome.STORED_WITH_WARNING: "stored with a warning",
    Outcome.REFUSED: "refused before sending",
    Outcome.FAILED: "failed",
    Outcome.UNKNOWN: "sent without an answer",
    Outcome.NOT_SENT: "not sent",
}


class Sending(Value):
    """What was to be done: ``profile`` is name and file, None if the contexts followed from the objects."""

    peer: Peer
    requests: Sequence[AssociateRequest]
    profile: tuple[str, str] | None
    left: str = ""
    """The command that sends what is left of it; empty if nothing is, or there is none."""
    source: Source | None = None
    """The file of the profile."""


def interruption(report: SendReport) -> str:
    """How far an interrupted run came, and what is left."""
    tally = report.tally
    left = f"{tally.left:,} {'object' if tally.left == 1 else 'objects'}" if tally.left else "nothing"
    at_least = "" if report.all_named else "at least "
    unknown = "" if report.all_named else "; the search for more was cut short, and what it did not find has no result"
    return f"interrupted; {tally.stored:,} of {at_least}{tally.total:,} sent; what is left: {at_least}{left}{unknown}"
